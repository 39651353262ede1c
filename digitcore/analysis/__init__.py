"""What can be found out about a run or a data set: diagnosis, curves, comparison, features, robustness; and a cache.

Rests on `inference` and what is below.
"""
