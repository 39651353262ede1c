"""Read handwritten digits, train the networks that do it, and see where they fail."""
