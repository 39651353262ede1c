"""Pictures made larger or smaller."""

import cv2
import numpy as np

from digitcore.base.images import Grey

# grey levels: a flat edge often falls exactly half way between two levels, and OpenCV's arithmetic, which differs from
# processor to processor, would round it up in one pixel and down in the one beside it
_UP = np.float32(0.5 + 2**-10)


def enlarged(ink: Grey, scale: float) -> Grey:
    """Return `ink` uint8 (H, W) at `scale` times its size, by bicubic interpolation: the same on every machine."""
    levels = cv2.resize(ink.astype(np.float32), _size(ink, scale), interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.clip(levels + _UP, 0, 255), np.uint8)


def reduced(ink: Grey, scale: float) -> Grey:
    """Return `ink` uint8 (H, W) at `scale` times its size, averaged; at least 1 px a side."""
    return np.asarray(cv2.resize(ink, _size(ink, scale), interpolation=cv2.INTER_AREA), np.uint8)


def _size(ink: Grey, scale: float) -> tuple[int, int]:
    return max(1, round(ink.shape[1] * scale)), max(1, round(ink.shape[0] * scale))
