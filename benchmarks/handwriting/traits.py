"""How often it is told right whether a 1 has an upstroke or a foot, and a 7 a bar.

    python -m benchmarks.handwriting.traits [--least 0.95]

Of painted forms the list says what they have. Of pendigits' drawings the strokes say it, which the clustering, that is
shown pictures alone, knows nothing of: an upstroke begins well below the stem's top and beside it (those hardly beside
it are left out), a foot is drawn across at the bottom, a bar is a stroke of its own. They are told apart in groups of
`--group`, as a class's are. Balanced is the mean of the shares told right among those that have the trait and those
that don't. Printed as well are the means of what is measured, from which `digitcore/handwriting/traits.py` begins:
those of the painted forms. What is measured, and what the centres weigh, was chosen with 300 of pendigits' 1s and 300
of its 7s in view.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import numpy.typing as npt

from digitcore.base.images import to_bytes
from digitcore.forms.catalogue import FORMS
from digitcore.forms.reading import some_drawings
from digitcore.handwriting.traits import TRAITS, Trait
from harness.drawn import drawings_of, drawn_options, on_canvas
from harness.options import parser_for
from harness.strokes import Drawing
from harness.targets import Targets

_PAINTED = 150  # drawings of each form
_WITH = {  # the forms that have a trait
    "an upstroke": ("with a short flag", "with a long upstroke", "with flag and foot"),
    "a foot": ("with flag and foot",),
    "a bar": ("with a bar", "with hook, wave and bar"),
}
_BESIDE, _BELOW, _ACROSS, _BOTTOM = 0.14, 0.1, 0.25, 0.88  # shares of a drawing's height
_UNSEEN = 0.06  # of it: less far beside the stem, an upstroke is hidden by the pen's width

Labelled = tuple[npt.NDArray[np.uint8], npt.NDArray[np.bool_]]  # pictures (N, 28, 28), and which have the trait (N,)


def has_upstroke(drawing: Drawing) -> bool | None:
    """Return whether a 1 begins below its top and to the left of it; None where that can hardly be seen."""
    points, first = _in_heights(drawing), len(drawing.strokes[0])
    top = points[points[:first, 1].argmin()]
    beside = top[0] - points[0, 0] if points[0, 1] - top[1] > _BELOW else 0.0
    return None if _UNSEEN < beside <= _BESIDE else bool(beside > _BESIDE)


def has_foot(drawing: Drawing) -> bool:
    """Return whether the pen went across once a 1's stem had come down."""
    points = _in_heights(drawing)
    rest = points[points[:, 1].argmin() :]
    down = np.flatnonzero(rest[:, 1] > _BOTTOM)
    return bool(len(down) and np.ptp(rest[down[0] :, 0]) > _ACROSS)


def has_bar(drawing: Drawing) -> bool:
    """Return whether a 7 has a second stroke that begins below its roof."""
    points = _in_heights(drawing)
    return len(drawing.strokes) > 1 and bool(points[len(drawing.strokes[0]) :, 1].max() > _ACROSS)


def _in_heights(drawing: Drawing) -> npt.NDArray[np.float64]:
    points = np.concatenate(drawing.strokes)
    return np.asarray((points - points.min(axis=0)) / np.ptp(points[:, 1]))


_HAS: dict[str, Callable[[Drawing], bool | None]] = {"an upstroke": has_upstroke, "a foot": has_foot, "a bar": has_bar}


def painted(trait: Trait) -> Labelled:
    """Return painted forms of a trait's digit."""
    numbers = [number for number, form in enumerate(FORMS) if form.digit == trait.digit]
    images = np.concatenate([some_drawings(number, _PAINTED).images for number in numbers])
    return images, np.repeat([FORMS[number].name in _WITH[trait.name] for number in numbers], _PAINTED)


def by_people(trait: Trait, drawings: list[Drawing], pool: ProcessPoolExecutor) -> Labelled:
    """Return pendigits' drawings of a trait's digit, but for those of which it can't be said."""
    asked = [(drawing, _HAS[trait.name](drawing)) for drawing in drawings if drawing.label == str(trait.digit)]
    clear = [(drawing, has) for drawing, has in asked if has is not None]
    images = to_bytes(on_canvas([drawing.strokes for drawing, _ in clear], pool).images)
    return images, np.array([has for _, has in clear])


def told(trait: Trait, images: npt.NDArray[np.uint8], size: int) -> npt.NDArray[np.bool_]:
    """Return which pictures are told to have a trait, in groups of `size` put together at random."""
    found = np.zeros(len(images), np.bool_)
    order = np.random.default_rng(0).permutation(len(images))
    for start in range(0, len(order), size):
        group = order[start : start + size]
        found[group] = trait.found_in(images[group])
    return found


def main() -> int:
    """Measure, print, and return the exit status."""
    options = _options()
    targets = Targets()
    drawings = drawings_of("pendigits", options)
    print(f"{'trait':12} {'drawings of':12} {'with':>5} {'without':>8} {'right':>7} {'balanced':>9}   means of log")
    with ProcessPoolExecutor(options.processes) as pool:
        for trait in TRAITS:
            _report(trait, "forms", painted(trait), options, targets)
            if drawings:
                _report(trait, "people", by_people(trait, drawings, pool), options, targets)
    return targets.exit_status()


def _report(trait: Trait, whose: str, labelled: Labelled, options: argparse.Namespace, targets: Targets) -> None:
    images, has = labelled
    right, values = told(trait, images, options.group) == has, trait.measured(images)
    balanced = float((right[has].mean() + right[~has].mean()) / 2)
    counts = f"{has.sum():5} {(~has).sum():8} {right.mean():7.1%} {balanced:9.1%}"
    print(f"{trait.name:12} {whose:12} {counts}   {values[~has].mean():.2f}, {values[has].mean():.2f}", flush=True)
    targets.least(float(right.mean()), options.least, f"{trait.name}, drawings of {whose}")


def _options() -> argparse.Namespace:
    parser = parser_for("handwriting.traits", __doc__)
    drawn_options(parser)
    parser.add_argument("--group", type=int, default=30, help="drawings that are told apart at a time")
    parser.add_argument("--least", type=float, help="target: share told right, in [0, 1]")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
