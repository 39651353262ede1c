"""Networks of one's own, made at random, and whether all that is made of one agrees with Keras."""
