"""A page of numbers, scanned or photographed: its lines with boxes over the picture, corrected by hand, taken along."""

import base64
import io
import re
import uuid
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st
from PIL import Image
from streamlit.delta_generator import DeltaGenerator

from digitcore.base.csv import csv
from digitcore.base.errors import DigitcoreError
from digitcore.inference.classifier import DigitClassifier
from digitcore.preprocessing.decode import read_picture
from digitcore.preprocessing.pipeline import Box
from digitcore.segmentation import Digit, Line, goes_on, read_box, read_page
from digitcore.segmentation.table import COLUMNS, EDGES, rows
from digitcore.ui.shared import components, notices
from digitcore.ui.shared.navigation import one_of
from digitcore.ui.shared.uploads import picture_uploader

LINES_KEY = "page-lines"
FILE_TYPES = ["png", "jpg", "jpeg", "webp", "gif", "bmp", "tif", "tiff"]
LARGEST = 50  # MB; a phone's photo has 3 to 12
SURE = 0.9  # a digit read with less confidence is marked
MOST_OWN = 40  # boxes drawn by hand on a page; `page_lines.js` has the same
MOST_PUT_IN = 20  # digits by hand at one place; `page_lines.js` has the same
_KEY = re.compile(r"(?P<row>\d{1,4})\.(?P<place>-1|\d{1,4})(\+(?P<put_in>\d{1,2}))?", re.ASCII)
MOST_AT_ONCE = 4  # of them that one message may have read: each takes half a second of a large photo
_AT_ONCE = "These are too many boxes at once: draw one after the other."
_COLUMNS = [*COLUMNS[2:], *EDGES]
_SHOWN = 1_200  # px, the longer side of the picture as it is sent to the browser
_UPLOAD_KEY, _CAMERA_KEY, _READ_KEY = "page-upload", "page-camera", "page-read"
_FILE, _CAMERA = "A file", "The camera"


def numbers(classifier: DigitClassifier, choices: DeltaGenerator) -> None:
    """Show the way in, its choice beside the others, and what `classifier` reads on the picture."""
    picture = _chosen(choices)
    if picture is None:
        st.caption(
            "A postcode, a phone number, a column of figures: a scan or a photo of any paper, plain, ruled or squared, "
            "turned by a few degrees at most."
        )
        return
    try:
        with st.spinner("Reading the page …"):
            page = _read(classifier, *picture)
    except DigitcoreError as error:
        notices.error(str(error), icon=":material/broken_image:")
        return
    if not page["lines"]:
        notices.info(
            "No numbers were found on this page: photograph it from nearer, with the figures upright, or draw a box "
            "around each line yourself."
        )
    _result(page, classifier)


def _chosen(choices: DeltaGenerator) -> tuple[str, bytes] | None:
    """Return the name that tells this picture from others, and its content."""
    with choices:
        way = one_of("Where is the page?", [_FILE, _CAMERA], "page-from", width="content")
    if way == _CAMERA:
        file = st.camera_input("A photo of the page", key=_CAMERA_KEY)
    else:
        file = picture_uploader("A picture of a page", _UPLOAD_KEY, FILE_TYPES, LARGEST, "stretch")
    return None if file is None else (file.file_id, file.getvalue())


def _read(classifier: DigitClassifier, name: str, content: bytes) -> dict[str, Any]:
    """Return the page as it was read, once for a picture and a network."""
    key = (name, classifier.run.id, classifier.run.finished)
    known: dict[str, Any] | None = st.session_state.get(_READ_KEY)
    if known is None or known["key"] != key:
        picture = read_picture(content)
        lines = read_page(picture, classifier)
        known = {"key": key, "id": uuid.uuid4().hex, "lines": lines, "size": picture.size, "picture": _shown(picture)}
        known["content"], known["own"] = content, []
        st.session_state[_READ_KEY] = known
    return known


def _shown(picture: Image.Image) -> str:
    """Return the picture as the browser gets it: a JPEG in base64."""
    small = picture.convert("RGB")
    small.thumbnail((_SHOWN, _SHOWN))
    content = io.BytesIO()
    small.save(content, "JPEG", quality=82)
    return "data:image/jpeg;base64," + base64.b64encode(content.getvalue()).decode("ascii")


@st.fragment
def _result(page: dict[str, Any], classifier: DigitClassifier) -> None:
    told = components.state_of(LINES_KEY, "corrections")
    boxed = boxes(told, page["id"])
    page["own"] = own = page["own"] if boxed is None else _own_lines(page, boxed, classifier)
    lines: list[Line] = [*page["lines"], *(each.line for each in own)]
    corrected = corrections(told, page["id"], lines)
    corrected = page["corrections"] = corrected if corrected is not None else page.get("corrections", {})
    components.page_lines(
        key=LINES_KEY,
        data={
            "id": page["id"],
            "picture": page["picture"],
            "lines": _lines(page["lines"], page["size"]),
            "own": [_told_own(each, page) for each in own],
            "columns": ",".join(_COLUMNS),
            "corrections": corrected,
        },
        on_corrections_change=lambda: None,
    )


@dataclass(frozen=True, eq=False)
class OwnLine:
    """What was read in a box that somebody drew, or a sentence on why nothing was; an empty box was taken back."""

    box: tuple[float, ...]  # left, top, width, height as shares of the picture
    line: Line
    trouble: str = ""


def _own_lines(page: dict[str, Any], boxed: list[tuple[float, ...]], classifier: DigitClassifier) -> list[OwnLine]:
    """Return what is in each box: what was read before, and now what is new, for which the picture is decoded anew.

    Kept as it is, it would take a phone's photo 36 MB a visitor. A browser sends one new box after the other.
    """
    known = {each.box: each for each in page["own"]} | {(): OwnLine((), Line(()))}
    new = [box for box in dict.fromkeys(boxed) if box not in known]
    if new:
        picture = read_picture(page["content"])
        known |= {box: read_own(picture, box, classifier) for box in new[:MOST_AT_ONCE]}
    return [known.get(box) or OwnLine(box, Line(()), _AT_ONCE) for box in boxed]


def read_own(picture: Image.Image, box: tuple[float, ...], classifier: DigitClassifier) -> OwnLine:
    """Read what is in a box that somebody drew."""
    left, top, width, height = (share * side for share, side in zip(box, 2 * picture.size, strict=True))
    try:
        return OwnLine(box, read_box(picture, Box(left, top, width, height), classifier))
    except DigitcoreError as error:
        return OwnLine(box, Line(()), str(error))


def _told_own(own: OwnLine, page: dict[str, Any]) -> dict[str, Any]:
    """Return it for the browser; `row` is the line of the page that it belongs to, None where it is one of its own."""
    read = [row for row, line in enumerate(page["lines"]) if own.line.digits and goes_on(own.line, line)]
    told = _lines([own.line], page["size"])[0]
    return {"box": list(own.box), "line": told, "row": read[0] if read else None, "trouble": own.trouble}


def boxes(value: object, page: str) -> list[tuple[float, ...]] | None:
    """Return the boxes that a browser says were drawn on a page, as shares of it; None if it says nothing of them.

    One that was taken back is empty, so that the others keep their numbers.
    """
    if not isinstance(value, dict) or value.get("id") != page or not isinstance(value.get("boxes"), list):
        return None
    return [_box(box) for box in value["boxes"][:MOST_OWN]]


def _box(box: object) -> tuple[float, ...]:
    if not isinstance(box, list) or len(box) != 4 or not all(type(each) in (int, float) for each in box):
        return ()
    return tuple(float(each) for each in box) if all(0 <= each <= 1 for each in box) else ()


def _lines(lines: list[Line], size: tuple[int, int]) -> list[list[dict[str, Any]]]:
    cells = iter(table_cells(lines))
    return [[_told(digit, size, next(cells)) for digit in line.digits] for line in lines]


def table_cells(lines: list[Line]) -> list[str]:
    """Return what a table says of each digit as it was read: comma-separated values, by _COLUMNS.

    The browser puts the table together when it is asked for: only there each correction is known at once.
    """
    read = pd.DataFrame([row[2:] for row in rows(lines)], columns=_COLUMNS)
    return csv(read, header=False).splitlines()


def _told(digit: Digit, size: tuple[int, int], cells: str) -> dict[str, Any]:
    width, height = size
    box = digit.box
    return {
        "digit": digit.digit,
        "confidence": digit.confidence,
        "second": digit.second_guess,
        "secondConfidence": digit.second_confidence,
        "uncertain": digit.confidence < SURE or not digit.is_digit,
        "box": [box.left / width, box.top / height, box.width / width, box.height / height],
        "cells": cells,
    }


def corrections(value: object, page: str, lines: list[Line]) -> dict[str, str] | None:
    """Return what a browser says was corrected on a page; None if it says nothing of it.

    A digit that was read has the key "line.position", from 0; one that is taken out is the empty text. One that was put
    in after it is "line.position+1", the next "+2"; position -1 is the line's beginning. What is no place of the page,
    or no correction, is left out.
    """
    if not isinstance(value, dict) or value.get("id") != page or not isinstance(value.get("digits"), dict):
        return None
    told: dict[object, object] = value["digits"]
    return {
        key: digit
        for key, digit in told.items()
        if isinstance(key, str) and isinstance(digit, str) and _is_correction(key, digit, lines)
    }


def _is_correction(key: str, digit: str, lines: list[Line]) -> bool:
    found = _KEY.fullmatch(key)
    if not found or not re.fullmatch("[0-9]?", digit):
        return False
    row, place, put_in = int(found["row"]), int(found["place"]), found["put_in"]
    if row >= len(lines) or place >= len(lines[row].digits):
        return False
    return place >= 0 if put_in is None else digit != "" and 1 <= int(put_in) <= MOST_PUT_IN
