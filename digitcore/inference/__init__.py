"""Reading digits with a trained run: the LiteRT graph, the classifier, test-time augmentation, rejection, whole files.

Rests on `runs`, `metrics` and what is below. TensorFlow is not needed.
"""
