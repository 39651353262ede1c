"""Pictures made larger or smaller."""

import cv2
import numpy as np

from digitcore.base.images import Grey


def scaled(ink: Grey, scale: float, method: int) -> Grey:
    """Return `ink` uint8 (H, W) at `scale` times its size, by one of OpenCV's interpolations; at least 1 px a side."""
    size = (max(1, round(ink.shape[1] * scale)), max(1, round(ink.shape[0] * scale)))
    return np.asarray(cv2.resize(ink, size, interpolation=method), np.uint8)
