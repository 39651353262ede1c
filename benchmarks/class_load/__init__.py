"""A class at work: what each of those who draw, and a training, get of one machine."""
