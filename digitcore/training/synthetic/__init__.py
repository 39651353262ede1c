"""Pictures painted from scratch: digits that MNIST's writers seldom made, drawings that are none; what spoils them."""
