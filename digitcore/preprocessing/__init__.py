"""Any picture of a digit to the 28x28 that MNIST would have made of it.

Decode, find the ink (on paper or in a photograph), crop to its segments, bring the pen to MNIST's width, place it.
Rests on `base`.
"""

from digitcore.preprocessing.decode import Picture, read_picture
from digitcore.preprocessing.pipeline import Prepared, prepare, to_mnist
from digitcore.preprocessing.stages import Stage, stages

__all__ = ["Picture", "Prepared", "Stage", "prepare", "read_picture", "stages", "to_mnist"]
