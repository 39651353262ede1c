"""A training told as a program in plain Keras, for whoever wants to see or run what the studio does without it."""
