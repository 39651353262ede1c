"""How much a network learns of one hand from a few of its digits."""
