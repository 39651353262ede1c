"""Figures that say how good predictions are: by class, intervals, reliability, temperature, McNemar's test.

Rests on `base`.
"""
