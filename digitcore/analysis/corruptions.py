"""What can happen to a digit before it is read, each in several strengths: turned, shifted, blurred, partly hidden …"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from digitcore.base.images import SIDE

Images = NDArray[np.uint8]  # (N, 28, 28), white ink on black
Apply = Callable[[Images, float], Images]

NETWORK, PREPARED = "network alone", "with preparation"  # the routes that a corrupted picture takes

_MIDDLE = (SIDE - 1) / 2  # px, from the middle of the first pixel
_FINE = 4  # parts of a pixel's side, so that a stroke can grow by half a pixel
_FULL = 255.0  # grey level of solid ink
_SEED = 0
_BANDS, _BAND = (5, 18), 5  # px: where the bands begin, and how wide they are
_CLOUDS = (3, 5, 9)  # the sides of the grids whose lights make a cloud
_CORNERS = 8  # of a zigzag
_MOST_BLOTS = 9
_RULED = slice(3, None, 7)  # the rows of lined paper


@dataclass(frozen=True, eq=False)
class Corruption:
    """One thing that happens to pictures: `strengths` in `unit`, of which `neutral` would change nothing.

    `apply` takes uint8 (N, 28, 28) and a strength and returns as many of the same shape; what it leaves to chance comes
    out the same each time, and for every strength. `route` says who must cope: the network alone gets the picture as it
    then is, or the picture is prepared anew, as in the app, and `preprocessing` may undo what happened.
    """

    name: str
    unit: str
    scale: str  # what a strength counts, in words
    neutral: float
    strengths: tuple[float, ...]
    apply: Apply
    route: str = NETWORK

    def label(self, strength: float) -> str:
        """Return a strength with its unit, and with its sign where there are both: "-20°", "+2 px", "70%"."""
        sign = "+" if strength > 0 > min(self.strengths) else ""
        return f"{sign}{strength:g}{self.unit}" if self.unit else f"{strength:g}"

    def with_preparation(self, *strengths: float) -> "Corruption":
        """Return the same in some of its strengths, to be prepared anew before they are read."""
        return replace(self, strengths=strengths, route=PREPARED)


def _turned(images: Images, degrees: float) -> Images:
    angle = np.deg2rad(degrees)
    return _moved(images, np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]))


def _shifted_sideways(images: Images, pixels: float) -> Images:
    return _moved(images, np.eye(2), np.array([pixels, 0]))


def _shifted_down(images: Images, pixels: float) -> Images:
    return _moved(images, np.eye(2), np.array([0, pixels]))


def _resized(images: Images, per_cent: float) -> Images:
    return _moved(images, np.eye(2) * per_cent / 100)


def _slanted(images: Images, per_cent: float) -> Images:
    # the top goes to the right, as handwriting does, so what lies lower goes to the left
    return _moved(images, np.array([[1, -per_cent / 100], [0, 1]]))


def _moved(images: Images, matrix: NDArray[np.float64], shift: NDArray[np.float64] | None = None) -> Images:
    """Map (x, y) px from the middle by `matrix` (2, 2), then shift by (2,) px; bilinear, black beyond the edges."""
    middle = np.full(2, _MIDDLE)
    offset = middle - matrix @ middle + (0 if shift is None else shift)
    whole = np.column_stack([matrix, offset])
    return _each(images, lambda image: cv2.warpAffine(image, whole, (SIDE, SIDE), flags=cv2.INTER_LINEAR))


def _blurred(images: Images, pixels: float) -> Images:
    return _each(images, lambda image: cv2.GaussianBlur(image, (0, 0), pixels, borderType=cv2.BORDER_CONSTANT))


def _noisy(images: Images, per_cent: float) -> Images:
    noise = np.random.default_rng(_SEED).standard_normal(images.shape, np.float32)
    return _bytes(images + noise * np.float32(_FULL * per_cent / 100))


def _speckled(images: Images, per_cent: float) -> Images:
    """Make so many pixels black or white, half of them each: salt and pepper."""
    lot = np.random.default_rng(_SEED).random(images.shape, np.float32)
    share = per_cent / 100
    return np.where(lot < share / 2, 0, np.where(lot > 1 - share / 2, _FULL, images)).astype(np.uint8)


def _banded(images: Images, per_cent: float) -> Images:
    """Let light fall on two upright bands of 5 px, from edge to edge, through the digit's left and right."""
    lighter = images.astype(np.float32)
    for start in _BANDS:
        lighter[:, :, start : start + _BAND] += _FULL * per_cent / 100
    return _bytes(lighter)


def _ruled(images: Images, per_cent: float) -> Images:
    """Draw a digit on lines of 1 px, every 7 px, with so much ink."""
    ruled = images.copy()
    ruled[:, _RULED] = np.maximum(ruled[:, _RULED], np.uint8(_FULL * per_cent / 100))
    return ruled


def _rewidened(images: Images, pixels: float) -> Images:
    """Make each stroke so many px wider, or thinner: grey-scale dilation or erosion by a disc of half of that."""
    reach = round(abs(pixels) / 2 * _FINE)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    change = cv2.dilate if pixels > 0 else cv2.erode

    def redrawn(image: Images) -> Images:
        fine = cv2.resize(image, None, fx=_FINE, fy=_FINE, interpolation=cv2.INTER_CUBIC)
        after, before = (
            cv2.resize(each, (SIDE, SIDE), interpolation=cv2.INTER_AREA).astype(np.float32)
            for each in (change(fine, disc), fine)
        )
        return _bytes(image + after - before)  # enlarging and reducing alone would soften the edges

    return _each(images, redrawn)


def _fainter(images: Images, per_cent: float) -> Images:
    return _bytes(images * np.float32(per_cent / 100))


def _brightened(images: Images, per_cent: float) -> Images:
    return _bytes(images + np.float32(_FULL * per_cent / 100))


def _regraded(images: Images, gamma: float) -> Images:
    levels = _bytes(_FULL * (np.arange(256) / _FULL) ** gamma)
    return levels[images]


def _hidden(images: Images, pixels: float) -> Images:
    """Lay a black square somewhere over each digit, within its box where that is large enough."""
    side, hidden = int(pixels), images.copy()
    places = np.random.default_rng(_SEED).random((len(images), 2))
    for image, place in zip(hidden, places, strict=True):
        left, top, width, height = cv2.boundingRect(image)
        # a digit narrower than the square is covered from side to side
        x, y = left + round(place[0] * (width - side)), top + round(place[1] * (height - side))
        image[max(y, 0) : y + side, max(x, 0) : x + side] = 0
    return hidden


def _outlined(images: Images, per_cent: float) -> Images:
    """Take so much of the ink away that lies more than half a pixel within a stroke's edge, and draw the edge."""
    disc, share = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_FINE + 1, _FINE + 1)), np.float32(per_cent / 100)

    def redrawn(image: Images) -> Images:
        fine = cv2.resize(image, None, fx=_FINE, fy=_FINE, interpolation=cv2.INTER_CUBIC)
        edges = cv2.morphologyEx(fine, cv2.MORPH_GRADIENT, disc)
        edge = cv2.resize(edges, (SIDE, SIDE), interpolation=cv2.INTER_AREA).astype(np.float32)
        return _bytes(image + share * (edge - image))

    return _each(images, redrawn)


def _clouded(images: Images, per_cent: float) -> Images:
    """Let clouds of light, larger and smaller ones, lie over each picture: so bright where they are brightest."""
    rng = np.random.default_rng(_SEED)
    light = np.float32(_FULL * per_cent / 100)
    grids = rng.random((len(images), sum(side**2 for side in _CLOUDS)), np.float32)
    return np.stack([_bytes(image + light * _cloud(grid)) for image, grid in zip(images, grids, strict=True)])


def _cloud(grid: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return light in [0, 1], (28, 28), from the random numbers of all its grids."""
    parts = np.split(grid, np.cumsum([side**2 for side in _CLOUDS])[:-1])
    light = sum(
        cv2.resize(part.reshape(side, side), (SIDE, SIDE), interpolation=cv2.INTER_CUBIC) / side
        for part, side in zip(parts, _CLOUDS, strict=True)
    )
    darkest, brightest = np.min(light), np.max(light)
    return np.asarray((light - darkest) / (brightest - darkest), np.float32)


def _zigzagged(images: Images, per_cent: float) -> Images:
    """Draw a zigzag across each picture from left to right, 1 px wide, with so much ink."""
    crossed, columns = images.copy(), np.linspace(0, SIDE - 1, _CORNERS)
    places = np.random.default_rng(_SEED).random((len(images), 2))
    to_and_fro = np.where(np.arange(_CORNERS) % 2, 1, -1)
    for image, (level, reach) in zip(crossed, places, strict=True):
        rows = _MIDDLE + 12 * (level - 0.5) + (2 + 3 * reach) * to_and_fro
        line = np.rint(np.stack([columns, rows], axis=1)).astype(np.int32)
        drawn = cv2.polylines(np.zeros_like(image), [line], False, round(_FULL * per_cent / 100))
        np.maximum(image, np.asarray(drawn), out=image)
    return crossed


def _blotted(images: Images, count: float) -> Images:
    """Let so many round blots of 3 to 5 px fall on each picture."""
    blotted = images.copy()
    blots = np.random.default_rng(_SEED).random((len(images), _MOST_BLOTS, 3))
    down, across = np.mgrid[:SIDE, :SIDE]
    for image, places in zip(blotted, blots[:, : int(count)], strict=True):
        for x, y, size in places:
            away = np.hypot(across - x * (SIDE - 1), down - y * (SIDE - 1))
            blot = _bytes(_FULL * (1.5 + size + 0.5 - away))
            np.maximum(image, blot, out=image)
    return blotted


def _inverted(images: Images, per_cent: float) -> Images:
    return _bytes(images + np.float32(per_cent / 100) * (np.float32(_FULL) - 2 * images.astype(np.float32)))


def _unchanged(images: Images, strength: float) -> Images:  # noqa: ARG001 - it has no strength
    return images


def _each(images: Images, change: Callable[[Images], object]) -> Images:
    changed = np.empty_like(images)
    for number, image in enumerate(images):
        changed[number] = np.asarray(change(image))
    return changed


def _bytes(values: NDArray[np.float32] | NDArray[np.float64]) -> Images:
    return np.asarray(np.rint(np.clip(values, 0, _FULL)), np.uint8)


AS_IT_IS = Corruption("As it is", "", "", 0, (0,), _unchanged)
TURNED = Corruption("Turned", "°", "degrees, clockwise", 0, (-30, -20, -10, 10, 20, 30), _turned)
SIDEWAYS = Corruption("Shifted sideways", " px", "px to the right", 0, (-4, -2, 2, 4), _shifted_sideways)
DOWN = Corruption("Shifted up or down", " px", "px down", 0, (-4, -2, 2, 4), _shifted_down)
SIZE = Corruption("Size", "%", "% of its size", 100, (70, 80, 90, 110, 120, 130), _resized)
SLANTED = Corruption("Slanted", "%", "% of height, to the right", 0, (-40, -20, 20, 40), _slanted)
BLURRED = Corruption("Blurred", " px", "px, standard deviation", 0, (0.5, 1, 1.5, 2), _blurred)
NOISE = Corruption("Noise", "%", "% of ink, standard deviation", 0, (10, 20, 30, 40), _noisy)
SPECKS = Corruption("Specks", "%", "% of its pixels", 0, (5, 10, 15, 20), _speckled)
BANDS = Corruption("Light bands", "%", "% of ink, added", 0, (25, 50, 75), _banded)
RULED = Corruption("Ruled lines", "%", "% of ink in the lines", 0, (25, 50, 75), _ruled)
WIDTH = Corruption("Stroke width", " px", "px wider", 0, (-1, -0.5, 0.5, 1, 2), _rewidened)  # MNIST's median is 2.5
FAINTER = Corruption("Fainter ink", "%", "% of its ink", 100, (20, 40, 60, 80), _fainter)
BRIGHTER = Corruption("Brighter ground", "%", "% of ink, added", 0, (20, 40, 60), _brightened)
GAMMA = Corruption("Gamma", "", "exponent: above 1, edges fade", 1, (0.5, 1.5, 2, 2.5), _regraded)
HIDDEN = Corruption("Partly hidden", " px", "px, side of a black square", 0, (3, 5, 7), _hidden)
# these four happen in no training here: how well they are read tells what else a network will bear
OUTLINES = Corruption("Outlines alone", "%", "% of the ink within taken away", 0, (50, 75, 100), _outlined)
CLOUDS = Corruption("Clouds of light", "%", "% of ink, added where they are brightest", 0, (25, 50, 75), _clouded)
ZIGZAG = Corruption("Zigzag across", "%", "% of ink in its line", 0, (50, 75, 100), _zigzagged)
BLOTS = Corruption("Blots", "", "blots of 3 to 5 px", 0, (3, 6, 9), _blotted)
# a network is promised white ink on black: only preparation can be held to reading the other
INVERTED = Corruption("Black on white", "%", "% inverted", 0, (100,), _inverted, PREPARED)

USUAL = (
    *(TURNED, SIDEWAYS, DOWN, SIZE, SLANTED, BLURRED, NOISE, SPECKS, BANDS, RULED, WIDTH, FAINTER),
    *(BRIGHTER, GAMMA, HIDDEN),
)
NEVER_LEARNED = (OUTLINES, CLOUDS, ZIGZAG, BLOTS)

# what `preprocessing` is there to undo is measured both ways
CORRUPTIONS = (
    *USUAL,
    *NEVER_LEARNED,
    *(SIDEWAYS.with_preparation(-4, 4), SIZE.with_preparation(70, 130), FAINTER.with_preparation(20, 50), INVERTED),
    *(SPECKS.with_preparation(5, 20), BANDS.with_preparation(25, 75), RULED.with_preparation(25, 75)),
    BRIGHTER.with_preparation(20, 60),
)
CLEAN = (AS_IT_IS, AS_IT_IS.with_preparation(0))
