"""The Data page: MNIST before any network has seen it, and data sets of one's own."""
