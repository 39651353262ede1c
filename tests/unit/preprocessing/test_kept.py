"""What the network sees of some 190 pictures of all kinds, and what is measured on the way, is kept."""

import json
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import pytest
from numpy.typing import NDArray

from digitcore.base.errors import DigitcoreError
from digitcore.base.images import to_bytes
from digitcore.preprocessing.decode import Picture
from digitcore.preprocessing.pipeline import Prepared, prepare
from digitcore.preprocessing.stages import stages
from harness.kept import kept_arrays
from harness.pictures.assorted import ASSORTED

KEPT = Path(__file__).with_name("kept")
NEAR = 2  # grey levels of 255
CLOSE, NEXT_TO_NOTHING = 1e-3, 1e-2  # of a measure, and added to that


def prepared_or_said(picture: Picture) -> Prepared | str:
    try:
        return prepare(picture)
    except DigitcoreError as error:
        return str(error)


def measured(prepared: Prepared) -> list[float]:
    box, drawn, place = prepared.box, prepared.redrawn, prepared.placement
    return [
        *(box.left, box.top, box.width, box.height, prepared.box_share, prepared.ink_share, prepared.blobs),
        *(prepared.pen_width, drawn.before, drawn.after, drawn.thickest, prepared.ink.scale),
        *(place.scale, *place.middle, *place.off_centre),
        *(float(each.image.mean()) for each in stages(prepared)),
    ]


def said_of(prepared: Prepared) -> list[object]:
    shapes = [each.image.shape for each in stages(prepared)]
    return [prepared.ink.ground, prepared.ink.photographed, prepared.why_rejected or "", str(shapes)]


def found_in(pictures: dict[str, Picture]) -> dict[str, NDArray[Any]]:
    outcomes = {name: prepared_or_said(picture) for name, picture in pictures.items()}
    seen = {name: each for name, each in outcomes.items() if isinstance(each, Prepared)}
    words = {name: each if isinstance(each, str) else said_of(each) for name, each in outcomes.items()}
    return {
        "images": np.stack([to_bytes(each.image) for each in seen.values()]),
        "measured": np.array([measured(each) for each in seen.values()], np.float32),
        "words": np.array([json.dumps([name, said]) for name, said in words.items()]),
        "pictures": np.array([crc32(np.ascontiguousarray(pictures[name]).tobytes()) for name in seen], np.int64),
    }


@pytest.mark.parametrize("kind", ASSORTED)
def test_what_the_network_sees_of_a_picture_is_what_is_kept(kind: str) -> None:
    found = found_in(dict(ASSORTED[kind]()))
    kept = kept_arrays(KEPT / f"{kind}.npz", found)
    assert found["words"].tolist() == kept["words"].tolist()
    # the grain of a made-up photograph may come out a little differently on another processor
    room = np.where(found["pictures"] == kept["pictures"], 1, 6)
    away = np.abs(found["images"].astype(np.int16) - kept["images"].astype(np.int16)).max(axis=(1, 2))
    assert np.flatnonzero(away > NEAR * room).tolist() == [], "the places of those that look different"
    off = np.abs(found["measured"] - kept["measured"]) / (CLOSE * np.abs(kept["measured"]) + NEXT_TO_NOTHING)
    assert np.flatnonzero(off.max(axis=1) > room).tolist() == [], "the places of those that measure differently"
