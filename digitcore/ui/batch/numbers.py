"""A page of numbers, scanned or photographed: its lines with boxes over the picture, corrected by hand, taken along."""

import base64
import io
import re
import uuid
from typing import Any

import pandas as pd
import streamlit as st
from PIL import Image
from streamlit.delta_generator import DeltaGenerator

from digitcore.base.csv import csv
from digitcore.base.errors import DigitcoreError
from digitcore.inference.classifier import DigitClassifier
from digitcore.preprocessing.decode import read_picture
from digitcore.segmentation import Digit, Line, read_page
from digitcore.segmentation.table import COLUMNS, EDGES, rows
from digitcore.ui.shared import components, notices
from digitcore.ui.shared.navigation import one_of
from digitcore.ui.shared.uploads import picture_uploader

LINES_KEY = "page-lines"
FILE_TYPES = ["png", "jpg", "jpeg", "webp", "gif", "bmp", "tif", "tiff"]
LARGEST = 50  # MB; a phone's photo has 3 to 12
SURE = 0.9  # a digit read with less confidence is marked
MOST_PUT_IN = 20  # digits by hand at one place; `page_lines.js` has the same
_KEY = re.compile(r"(?P<row>\d{1,4})\.(?P<place>-1|\d{1,4})(\+(?P<put_in>\d{1,2}))?", re.ASCII)
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
    if page["lines"]:
        _result(page)
    else:
        notices.info("No numbers were found on this page: photograph it from nearer, with the figures upright.")


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
def _result(page: dict[str, Any]) -> None:
    lines: list[Line] = page["lines"]
    corrected = corrections(components.state_of(LINES_KEY, "corrections"), page["id"], lines)
    corrected = page["corrections"] = corrected if corrected is not None else page.get("corrections", {})
    components.page_lines(
        key=LINES_KEY,
        data={
            "id": page["id"],
            "picture": page["picture"],
            "lines": _lines(lines, page["size"]),
            "columns": ",".join(_COLUMNS),
            "corrections": corrected,
        },
        on_corrections_change=lambda: None,
    )


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
