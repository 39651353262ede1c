"""A class: who takes part, how they get in, and what each may do. Outside a class there is none, and all may do all.

Rests on `base`. Whoever changes something for others, as `runs`, `data` and `jobs` do, asks `rights` first.
"""
