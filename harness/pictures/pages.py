"""Pages of handwritten numbers, as a phone would photograph them: plain, ruled or squared paper, a little turned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitcore.base.images import Grey
from harness.pictures.lines import line_of
from harness.pictures.photographs import Photo, photograph

KINDS = ("plain", "ruled", "squared")
WIDTH, HEIGHT = 1_200, 1_600  # px
_PITCHES = 110, 160  # px between two rows
_DIGIT = 0.45, 0.65  # of the pitch: how high a row's digits are
_LENGTHS = 3, 9  # digits of a row
_SQUARES = 3  # squares for each row, on squared paper
_INDENT = 40, 160  # px
_BLUR = 0.0012  # of the longer side: that of a page held still
_TURN = 3.0  # degrees, either way
_PRINTED = 0.18, 0.42  # of the pen's darkness: that of the paper's lines


@dataclass(frozen=True, eq=False)
class WrittenPage:
    """A photographed page, uint8 (H, W, 3), of one of KINDS, and what stands in its rows, from top to bottom."""

    photo: Photo
    kind: str
    rows: tuple[str, ...]


def page_of(kind: str, images: Sequence[Grey], labels: Sequence[int], rng: np.random.Generator) -> WrittenPage:
    """Write as many digits, uint8 (28, 28) each, on a page as there is room for; with none it stays empty."""
    pitch = round(rng.uniform(*_PITCHES))
    ink = np.zeros((HEIGHT, WIDTH), np.uint8)
    rows: list[str] = []
    used = 0
    for top in range(pitch, HEIGHT - 2 * pitch, pitch):
        count = int(rng.integers(*_LENGTHS))
        if used + count > len(images):
            break
        text = "".join(str(label) for label in labels[used : used + count])
        if _write(ink, images[used : used + count], text, top, pitch, rng):
            rows.append(text)
        used += count
    printed = _printed(kind, pitch) * rng.uniform(*_PRINTED)
    turn = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), rng.uniform(-_TURN, _TURN), 1.0)
    cover = np.maximum(ink, printed).astype(np.uint8)
    turned = np.asarray(cv2.warpAffine(cover, turn, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR), np.uint8)
    return WrittenPage(photograph(turned, rng, blur=_BLUR), kind, tuple(rows))


def _write(ink: Grey, images: Sequence[Grey], text: str, top: int, pitch: int, rng: np.random.Generator) -> bool:
    """Write a row of digits whose rule is at `top` + `pitch`, if it fits the page's width; return whether it does."""
    drawn = line_of(images, text, rng, touching=False).ink
    filled = np.flatnonzero(drawn.any(axis=1))
    drawn = drawn[filled[0] : filled[-1] + 1]
    zoom = pitch * rng.uniform(*_DIGIT) / len(drawn) * 1.15
    small = cv2.resize(drawn, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_AREA)
    left, bottom = round(rng.uniform(*_INDENT)), top + pitch - round(pitch * rng.uniform(0.0, 0.12))
    if left + small.shape[1] > WIDTH - 20:
        return False
    place = ink[bottom - len(small) : bottom, left : left + small.shape[1]]
    np.maximum(place, small, out=place)
    return True


def _printed(kind: str, pitch: int) -> NDArray[np.float64]:
    """What is printed on the paper, 0 to 255, (H, W)."""
    lines = np.zeros((HEIGHT, WIDTH), np.uint8)
    if kind == "plain":
        return lines.astype(np.float64)
    step = pitch / (_SQUARES if kind == "squared" else 1)
    for at in np.arange(0, HEIGHT, step):
        cv2.line(lines, (0, round(at)), (WIDTH, round(at)), 255, 2, cv2.LINE_AA)
    for at in np.arange(0, WIDTH if kind == "squared" else 0, step):
        cv2.line(lines, (round(at), 0), (round(at), HEIGHT), 255, 2, cv2.LINE_AA)
    return lines.astype(np.float64)
