"""The commands for files, runs and data; `digitcore.cli` puts them beside `train` and `evaluate`."""
