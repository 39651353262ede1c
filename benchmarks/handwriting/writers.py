"""Digits by who wrote them: pendigits' 30 writers, painted as on the canvas, and MNIST's test writers."""

from __future__ import annotations

import sys
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from digitcore.base.images import DIGITS, to_bytes
from digitcore.base.npz import read_npz
from digitcore.data.mnist import load_mnist
from digitcore.forms.catalogue import FORMS
from digitcore.forms.reading import some_drawings
from harness.drawn import on_canvas
from harness.strokes import load_drawings, sample

_MOST = 120  # digits of a writer that are painted
_ENOUGH = 40  # test digits of one of MNIST's writers
_OF_A_FORM, _PAINTERS = 40, 60  # drawings of each form, and "writers" who paint
_DIVISIONS = 20  # of one hand's digits into those that are taught and the rest


@dataclass(frozen=True, eq=False)
class Hand:
    """Digits of one writer: `images` uint8 (N, 28, 28), `labels` int64 (N,), and their places in MNIST's test part."""

    images: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.int64]
    positions: npt.NDArray[np.int64]  # (N,), empty for those of another collection

    def split(self, count: int, seed: int) -> tuple[Hand, Hand]:
        """Return `count` digits to teach, chosen at random, and the others."""
        order = np.random.default_rng(seed).permutation(len(self.labels))
        return self._part(order[:count]), self._part(order[count:])

    def _part(self, chosen: npt.NDArray[np.int64]) -> Hand:
        return Hand(self.images[chosen], self.labels[chosen], self.positions)


def pendigits_hands(folder: Path, most: int | None, pool: ProcessPoolExecutor) -> list[Hand]:
    """Return pendigits' writers; none, and a sentence, where they are not on this machine."""
    try:
        drawings = load_drawings("pendigits", folder)
    except FileNotFoundError:
        print(f"Skipped: there is no pendigits.jsonl.gz in {folder} (see --drawn).", file=sys.stderr)
        return []
    writers = defaultdict(list)
    for drawing in drawings:
        writers[drawing.writer].append(drawing)
    hands = []
    for number, theirs in enumerate(list(writers.values())[:most]):
        chosen = sample(theirs, _MOST, number)
        images = to_bytes(on_canvas([drawing.strokes for drawing in chosen], pool).images)
        hands.append(Hand(images, np.array([int(drawing.label) for drawing in chosen]), np.empty(0, np.int64)))
    return hands


def form_hands(most: int | None) -> list[Hand]:
    """Return "writers" of painted digits, each of whom writes every digit in one form, chosen at random."""
    drawings = [some_drawings(number, _OF_A_FORM).images for number in range(len(FORMS))]
    hands = []
    for seed in range(most or _PAINTERS):
        rng = np.random.default_rng(seed)
        forms = [rng.choice([at for at, form in enumerate(FORMS) if form.digit == digit]) for digit in range(DIGITS)]
        images = np.concatenate([drawings[form] for form in forms])
        hands.append(Hand(images, np.repeat(np.arange(DIGITS), _OF_A_FORM), np.empty(0, np.int64)))
    return hands


def touch_hands(folder: Path, most: int | None, pool: ProcessPoolExecutor) -> list[Hand]:
    """Return the one hand of touch_digits several times, to be divided in different ways; none where it is not here."""
    try:
        drawings = load_drawings("touch_digits", folder)
    except FileNotFoundError:
        print(f"Skipped: there is no touch_digits.jsonl.gz in {folder} (see --drawn).", file=sys.stderr)
        return []
    images = to_bytes(on_canvas([drawing.strokes for drawing in drawings], pool).images)
    hand = Hand(images, np.array([int(drawing.label) for drawing in drawings]), np.empty(0, np.int64))
    return [hand] * (most or _DIVISIONS)


def mnist_hands(file: Path, most: int | None) -> list[Hand]:
    """Return MNIST's test writers with 40 digits or more; none, and a sentence, where nobody says who wrote what."""
    try:
        writers = read_npz(file)["test_writer"]
    except FileNotFoundError:
        print(f"Skipped: there is no {file} (see --mnist-writers).", file=sys.stderr)
        return []
    test = load_mnist().test
    numbers, counts = np.unique(writers, return_counts=True)
    places = [np.flatnonzero(writers == number) for number in numbers[counts >= _ENOUGH][:most]]
    return [Hand(test.images[at], test.labels[at], at) for at in places]
