"""What the network sees of some 190 pictures of all kinds, and what is measured on the way, is kept."""

import json
from pathlib import Path
from typing import Any

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


def found_in(pictures: dict[str, Prepared | str]) -> dict[str, NDArray[Any]]:
    seen = {name: each for name, each in pictures.items() if isinstance(each, Prepared)}
    words = {name: each if isinstance(each, str) else said_of(each) for name, each in pictures.items()}
    return {
        "images": np.stack([to_bytes(each.image) for each in seen.values()]),
        "measured": np.array([measured(each) for each in seen.values()], np.float32),
        "words": np.array([json.dumps([name, said]) for name, said in words.items()]),
    }


@pytest.mark.parametrize("kind", ASSORTED)
def test_what_the_network_sees_of_a_picture_is_what_is_kept(kind: str) -> None:
    found = found_in({name: prepared_or_said(picture) for name, picture in ASSORTED[kind]()})
    kept = kept_arrays(KEPT / f"{kind}.npz", found)
    assert found["words"].tolist() == kept["words"].tolist()
    away = np.abs(found["images"].astype(np.int16) - kept["images"].astype(np.int16))
    assert np.argwhere(away.max(axis=(1, 2)) > NEAR).ravel().tolist() == [], "the places of those that look different"
    np.testing.assert_allclose(found["measured"], kept["measured"], rtol=1e-3, atol=1e-2)
