"""Drawings and pictures of all kinds, made up from a seed: what people send, and what lies at an edge of some rule."""

import io
from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitcore.preprocessing.decode import Picture, read_picture
from harness.pictures.doodles import doodles, letters, scribbles
from harness.pictures.photographs import photograph
from harness.shapes import DIGITS, EIGHT, FIVE, FOUR, ONE, SEVEN, SIX
from harness.strokes import render

Grey = NDArray[np.uint8]
Named = Iterator[tuple[str, Picture]]
_PENS = (3, 6, 11, 15, 18, 26, 44)  # px of a canvas of 280
_UPSIDE = range(2, 9)  # what EXIF says of a camera that was not held upright


def pens() -> Named:
    """Yield digits drawn with thin to thick pens."""
    for digit, strokes in DIGITS.items():
        for pen in _PENS:
            yield f"{digit} with {pen} px", render(strokes, 280, pen, 0.6, (pen, -9))


def sizes() -> Named:
    """Yield digits on canvases from 20 to 2,500 px, filling little or all of them."""
    for side, pen, share in (
        *((20, 2, 0.8), (28, 3, 0.7), (60, 3, 0.75), (150, 11, 0.95), (199, 8, 0.98), (216, 15, 0.92)),
        *((420, 3, 0.96), (420, 30, 0.96), (700, 6, 0.9), (1_190, 3, 0.5), (1_250, 40, 0.7), (2_500, 9, 0.8)),
    ):
        yield f"6 on {side} px", render(SIX, side, pen, share)
    yield "4 wider than high", np.pad(render(FOUR, 120, 9), ((0, 0), (0, 900)))
    yield "1 higher than wide", np.pad(render(ONE, 120, 5), ((900, 0), (0, 0)))


def broken() -> Named:
    """Yield digits whose line has gaps, crumbs, a slip of the pen or run over the border."""
    rng = np.random.default_rng(1)
    for gap in (1, 4, 9):
        holed = render(EIGHT, 280, 14, 0.7)
        holed[128 : 128 + gap] = 0
        yield f"8 with gaps of {gap} px", holed
    for side in (1, 3, 5, 9, 14):
        dirty = render(SEVEN, 280, 16, 0.5)
        dirty[20 : 20 + side, 30 : 30 + side] = 255
        dirty[250 - 3 * side // 2 : 250, 240 : 240 + side] = 255
        yield f"7 with crumbs of {side} px", dirty
    within = render(SIX, 280, 10, 0.8)
    within[165:177, 120:132] = 255
    yield "6 with a dot in it", within
    for radius in (5, 8, 12):
        looped = np.zeros((200, 200), np.uint8)
        cv2.line(looped, (90, 10), (90, 190), 255, 3)
        cv2.circle(looped, (90 + radius, 120), radius, 255, 3)
        cv2.ellipse(looped, (90, 40), (4 * radius, radius), 0, 0, 360, 255, 3)
        yield f"thin loops of {radius} px", looped
    crumbled = render(FIVE, 280, 18, 0.7)
    crumbled[rng.random(crumbled.shape) < 0.03] = 0
    yield "5 with holes", crumbled
    yield "5 over the border", render(FIVE, 280, 20, 0.9, (95, 10))
    yield "1 from edge to edge", render(ONE, 100, 12, 1.0)


def many() -> Named:
    """Yield what is no digit, or more than one."""
    kinds = {"scribble": scribbles, "letter": letters, "doodle": doodles}
    for name, make in kinds.items():
        for number, strokes in enumerate(make(4, seed=5)):
            yield f"{name} {number}", render(strokes, 160, 10, 0.7)
    for apart in (0, 9, 18, 27, 60):
        both = np.concatenate([render(ONE, 120, 10, 0.7)[:, 50:70], np.zeros((120, apart), np.uint8)], axis=1)
        yield f"1 and 1, {apart} px apart", np.pad(np.concatenate([both, render(ONE, 120, 10, 0.7)], axis=1), 10)
        low = np.roll(render(ONE, 120, 10, 0.45), 14, axis=0)
        yield f"1 and a shorter one, {apart} px apart", np.pad(np.concatenate([both, low], axis=1), 10)
    for length in (0, 12, 14, 20):
        dot = np.zeros((120, 120), np.uint8)
        cv2.line(dot, (60, 60), (60 + length, 60), 255, 21)
        yield f"a dot {length} px long", dot
    for count in (3, 4, 5, 8):
        steps = np.zeros((120, 200), np.uint8)
        for place in range(count):
            cv2.line(steps, (10 + 12 * place, 10 + 12 * place), (18 + 12 * place, 10 + 12 * place), 255, 5)
        yield f"{count} pieces", steps


def plain() -> Named:
    """Yield digits on plain grounds: dark or light, faint, in colours, smooth, through JPEG."""
    seven = render(SEVEN, 120, 8, 0.7)
    for ground, ink in ((255, 0), (0, 255), (200, 60), (90, 120), (250, 238), (130, 110), (10, 40)):
        yield f"{ink} on {ground}", _mixed(seven, ground, ink)
    for paper, pen in (
        ((255, 255, 255), (200, 30, 40)),
        ((20, 60, 30), (240, 240, 90)),
        ((70, 70, 160), (70, 120, 70)),
    ):
        yield f"{pen} on {paper}", np.dstack([_mixed(seven, *pair) for pair in zip(paper, pen, strict=True)])
    for spread in (1, 3, 6):
        yield f"blurred by {spread} px", cv2.GaussianBlur(render(FIVE, 200, 14, 0.7), (0, 0), spread)
    for quality in (15, 50, 90):
        yield f"JPEG of {quality}", _through(Image.fromarray(255 - seven), "JPEG", quality=quality)
    for stray in (4, 6, 9, 30):
        rng = np.random.default_rng(stray)
        yield f"grain of {stray}", 255 - np.maximum(seven, rng.integers(0, stray, seven.shape, np.uint8))
    ramp = np.linspace(0.2, 1, 120)[:, None] * seven
    yield "pressed harder and harder", np.asarray(ramp, np.uint8)
    yield "one bright speck", np.where(np.indices(seven.shape).sum(axis=0) == 120, 255, seven // 2).astype(np.uint8)


def transparent() -> Named:
    """Yield strokes and cards with an alpha channel."""
    alpha = render(FOUR, 120, 9, 0.7)
    for name, colour in (("black", (0, 0, 0)), ("white", (255, 255, 255)), ("blue", (20, 40, 220))):
        yield f"{name} on nothing", _with_alpha(np.broadcast_to(np.array(colour, np.uint8), (120, 120, 3)), alpha)
    yield "faint on nothing", _with_alpha(np.zeros((120, 120, 3), np.uint8), alpha // 3)
    halves = np.zeros((120, 120, 3), np.uint8)
    halves[60:] = (30, 200, 90)
    yield "two colours on nothing", _with_alpha(halves, alpha)
    for edge in (0, 10, 30):
        card = np.zeros((120, 120), np.uint8)
        card[edge : 120 - edge, edge : 120 - edge] = 255
        ink = np.dstack([_mixed(render(FOUR, 120, 6, 0.35), 240, 20)] * 3)
        yield f"a card {edge} px from the edge", _with_alpha(ink, card)
    yield "a card of glass", _with_alpha(np.dstack([_mixed(alpha, 240, 20)] * 3), np.maximum(alpha, 150))


def photographs() -> Named:
    """Yield photographs of paper in uneven light, and of light ink on a dark ground."""
    rng = np.random.default_rng(7)
    shapes = list(DIGITS.items())
    for number, side in enumerate((200, 240, 300, 360, 420, 700)):
        digit, strokes = shapes[number]
        written = render(strokes, side, 0.03 * side, 0.5)
        yield f"{digit} on {side} px", photograph(written, rng)
        yield f"{digit} on a table of {side} px", photograph(render(strokes, side, 0.03 * side, 0.35), rng, table=True)
        if number % 2:
            yield f"{digit} in chalk on {side} px", 255 - photograph(written, rng)
    wide = np.pad(render(SIX, 260, 9, 0.5), ((0, 0), (60, 120)))
    yield "a wide sheet", photograph(wide, rng, table=True)
    yield "a sheet with two strokes over its border", photograph(render(FOUR, 300, 8, 1.0, (40, 0)), rng)
    yield "an empty sheet", photograph(np.zeros((240, 240), np.uint8), rng)
    lines = render(FIVE, 300, 12, 0.5)
    lines[::30] = np.maximum(lines[::30], 60)
    yield "lined paper", photograph(lines, rng)


def cards() -> Named:
    """Yield sheets and frames on a plain ground: how large they are, and how wide their edge, decides what is read."""
    for share in (0.45, 0.55, 0.7, 0.9):
        scene = np.full((200, 200), 60, np.uint8)
        side = int(200 * share)
        at = (200 - side) // 2
        scene[at : at + side, at : at + side] = _mixed(render(SEVEN, side, 5, 0.6), 230, 30)
        yield f"a sheet on {share:.0%} of the picture", scene
        turned = cv2.getRotationMatrix2D((100, 100), 200 * share - 90, 1.0)
        yield (
            f"the same, turned by {200 * share - 90:.0f} degrees",
            cv2.warpAffine(scene, turned, (200, 200), borderValue=60),
        )
    for width in (2, 4, 7, 12):
        framed = _mixed(render(SEVEN, 150, 8, 0.5), 240, 20)
        framed[:width], framed[-width:], framed[:, :width], framed[:, -width:] = 20, 20, 20, 20
        yield f"a frame of {width} px", framed
    yield (
        "a sheet at the side",
        np.pad(_mixed(render(SIX, 140, 6, 0.6), 235, 40), ((30, 30), (0, 80)), constant_values=70),
    )


def files() -> Named:
    """Yield what is read from files of all formats and modes."""
    seven = Image.fromarray(_mixed(render(SEVEN, 120, 8, 0.7, (12, -9)), 245, 25))
    for kind, mode in (
        *(("PNG", "1"), ("PNG", "P"), ("PNG", "LA"), ("PNG", "RGBA"), ("JPEG", "L"), ("JPEG", "CMYK")),
        *(("GIF", "P"), ("BMP", "RGB"), ("TIFF", "F"), ("TIFF", "I;16"), ("PPM", "RGB"), ("ICO", "RGBA")),
    ):
        picture = _sixteen_bits(seven) if mode == "I;16" else seven.convert(mode)
        if mode == "F":
            picture = Image.fromarray(np.asarray(picture) / np.float32(255))
        yield f"{kind} of {mode}", _through(picture, kind)
    palette = seven.quantize(16)
    yield "a palette with a transparent colour", _through(palette, "PNG", transparency=0)
    yield (
        "an animation",
        _through(seven.convert("P"), "GIF", save_all=True, append_images=[seven.rotate(90).convert("P")]),
    )
    for said in _UPSIDE:
        exif = Image.Exif()
        exif[0x0112] = said
        yield f"turned as {said} says", _through(seven, "JPEG", exif=exif, quality=95)
    large = seven.resize((3_300, 3_000)).convert("P")
    yield "a palette of ten million pixels", _through(large, "PNG", compress_level=1)


def arrays() -> Named:
    """Yield arrays of every type, and some that hold nothing to read."""
    five = render(FIVE, 90, 7, 0.7)
    yield "truths", five > 127
    for dtype in (np.float16, np.float32, np.float64):
        yield f"shares as {dtype.__name__}", (five / 255).astype(dtype)
    yield "shares a little beyond 0 and 1", five.astype(np.float32) / 255 * 1.0016 - 0.0008
    yield "with a channel", five[..., None]
    yield "nothing", np.zeros((60, 60), np.uint8)
    yield "hardly anything", np.where(five > 127, 15, 0).astype(np.uint8)
    yield "seven pixels", np.eye(7, dtype=np.uint8) * 255
    yield "eight pixels", np.eye(8, dtype=np.uint8) * 255


def _mixed(cover: Grey, ground: int, ink: int) -> Grey:
    return np.asarray(np.rint(ground + (ink - ground) * (cover / 255)), np.uint8)


def _with_alpha(colour: NDArray[np.uint8], alpha: Grey) -> NDArray[np.uint8]:
    return np.dstack([colour, alpha])


def _sixteen_bits(picture: Image.Image) -> Image.Image:
    return Image.fromarray(np.asarray(picture).astype(np.uint16) * 257)


def _through(picture: Image.Image, kind: str, **options: object) -> Image.Image:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return read_picture(file.getvalue())


ASSORTED = {
    make.__name__: make for make in (pens, sizes, broken, many, plain, transparent, photographs, cards, files, arrays)
}
