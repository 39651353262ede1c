"""Labelled digits: MNIST, its splits, the store of own data sets, and `formats`, which read and write files.

Rests on `base` and `preprocessing`.
"""
