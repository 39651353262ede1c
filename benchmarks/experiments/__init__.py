"""Whether every experiment comes out as its text says."""
