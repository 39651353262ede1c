"""The My digits page: the drawings that were labelled, looked through, shared, taken along, learned from."""
