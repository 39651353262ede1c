"""Pictures painted from nothing: digits that MNIST's writers seldom made, and drawings that are not digits."""
