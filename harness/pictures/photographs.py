"""Drawings as a phone would photograph them: coloured ink on paper, uneven light, a shadow, grain, blur and JPEG."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

Scene = npt.NDArray[np.float32]  # (H, W, 3)
Photo = npt.NDArray[np.uint8]  # (H, W, 3), RGB

INKS = ((35, 40, 55), (30, 45, 140), (150, 30, 35), (105, 105, 110))  # RGB: black, blue, red, pencil
PAPERS = ((240, 236, 225), (225, 228, 232), (215, 200, 170))  # RGB: cream, white, brown
BLUR = 0.004  # of the longer side: a photograph of one digit, held close


def photograph(
    ink: npt.NDArray[np.uint8], rng: np.random.Generator, *, table: bool = False, blur: float = BLUR
) -> Photo:
    """Turn a drawing, uint8 (H, W) with white ink on black, into a photograph of it on paper: uint8 (H, W, 3).

    The light falls off to between 35% and 80% across the picture, a soft shadow takes another 15 to 35% of it, the
    grain is 2 to 7 grey levels, and the blur at most `blur` of the longer side. With `table`, a dark table
    shows around the sheet, which lies a little turned.
    """
    cover = ink[..., None].astype(np.float32) / 255
    paper = np.asarray(PAPERS[rng.integers(len(PAPERS))], np.float32)
    pen = np.asarray(INKS[rng.integers(len(INKS))], np.float32)
    scene: Scene = np.asarray(paper * (1 - cover) + pen * cover, np.float32)
    if table:
        scene = _on_table(scene, rng)
    lit = scene * _light(ink.shape, rng)[..., None]
    blurred = np.asarray(cv2.GaussianBlur(lit, (0, 0), rng.uniform(0.7, max(1.0, blur * max(ink.shape)))))
    grain = np.asarray(cv2.GaussianBlur(np.asarray(rng.normal(0, 1, blurred.shape)), (0, 0), 0.6))
    noisy = blurred + grain * rng.uniform(2, 7) / grain.std()
    return _through_jpeg(np.asarray(np.rint(np.clip(noisy, 0, 255)), np.uint8), int(rng.integers(60, 95)))


def _light(shape: tuple[int, ...], rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """How much light falls on each pixel, 1 at most: a slope in some direction, and a shadow with a soft edge."""
    height, width = shape
    y, x = np.mgrid[0:height, 0:width].astype(np.float32) / max(shape)
    angle, turn = rng.uniform(0, 2 * np.pi, 2)
    slope = np.cos(angle) * x + np.sin(angle) * y
    slope = (slope - slope.min()) / np.ptp(slope)
    across = np.cos(turn) * (x - rng.uniform(0.2, 0.8)) + np.sin(turn) * (y - rng.uniform(0.2, 0.8))
    shadow = 1 / (1 + np.exp(-across / rng.uniform(0.01, 0.05)))
    light = 1 - slope * rng.uniform(0.2, 0.65)
    return np.asarray(light * (1 - shadow * rng.uniform(0.15, 0.35)), np.float32)


def _on_table(scene: Scene, rng: np.random.Generator) -> Scene:
    height, width = scene.shape[:2]
    turned = cv2.getRotationMatrix2D((width / 2, height / 2), rng.uniform(-6, 6), rng.uniform(0.75, 0.88))
    table = tuple(float(tone) for tone in rng.uniform(30, 90, 3))
    return np.asarray(cv2.warpAffine(scene, turned, (width, height), borderValue=table), np.float32)


def _through_jpeg(photo: Photo, quality: int) -> Photo:
    _, data = cv2.imencode(".jpg", photo, [cv2.IMWRITE_JPEG_QUALITY, quality])
    decoded = cv2.imdecode(data, cv2.IMREAD_COLOR)
    assert decoded is not None
    return np.asarray(decoded, np.uint8)
