"""Everything that learns: the Keras model, the trainer, augmentation, synthetic drawings, export, the run that results.

Rests on `inference` and what is below. The only room with TensorFlow: a process that only reads digits never loads it.
"""
