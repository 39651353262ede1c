"""Trained runs as files: config, recipes, history, record, the store of runs, the archive that travels.

Rests on `data`, `networks` and what is below.
"""
