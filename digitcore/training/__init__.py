"""Everything that learns: the Keras model, the trainer, augmentation, synthetic drawings, export, the run that results.

Rests on `inference` and what is below. The only room with TensorFlow: a process that only reads digits never loads it.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # TensorFlow's notes about the machine concern nobody who trains
