"""Pictures painted from scratch: digits that MNIST's writers seldom made, and drawings that are not digits."""
