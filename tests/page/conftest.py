"""The app without a browser: Streamlit's own test runner, on models of our choosing."""

import io
import json
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from PIL import Image, ImageDraw
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from digitcore.base.settings import SHIPPED_FOLDER
from digitcore.jobs import Jobs
from digitcore.ui.draw.desk import Frame, answer
from digitcore.ui.server import SCRIPT
from digitcore.ui.shared.own.seat import SEAT_KEY

APP = Path(__file__).parents[2] / "app.py"
OpenApp = Callable[[], AppTest]


@pytest.fixture(scope="session", autouse=True)
def _packages_searched_once() -> Iterator[None]:
    """For every page, Streamlit's test runner looks through all that is installed, which takes a fifth of a second."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for runs; the shipped ones are there all the same."""
    monkeypatch.setenv("DIGITCORE_MODELS", str(tmp_path))
    return tmp_path


@pytest.fixture
def damaged_default(models: Path) -> Path:
    """A `digitnet` in place of the shipped one, whose network file is rubbish."""
    folder = models / "digitnet"
    shutil.copytree(SHIPPED_FOLDER / "digitnet", folder)
    (folder / "model.tflite").write_bytes(b"rubbish")
    return folder


@pytest.fixture
def open_app(models: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenApp]:
    """Makes an app that has not run yet; it starts no process before somebody trains."""
    monkeypatch.setattr(Jobs, "prepare", lambda _: None)
    st.cache_resource.clear()
    yield lambda: AppTest.from_file(SCRIPT, default_timeout=60)
    st.cache_resource.clear()


def run(app: AppTest) -> AppTest:
    """Run the page; there is no traceback on it."""
    app.run()
    assert not app.exception
    return app


def on(app: AppTest, name: str) -> AppTest:
    """Go to another page."""
    return run(app.switch_page(str(APP.parent / "pages" / f"{name}.py")))


def component(app: AppTest, key: str) -> dict[str, Any]:
    """Return the data that the component with `key` was given."""
    found = [element for element in app.get("bidi_component") if element.key == key]
    assert len(found) == 1
    data: dict[str, Any] = json.loads(found[0].proto.json)
    return data


Stroke = tuple[tuple[int, int], ...]


def frame(*strokes: Stroke) -> bytes:
    """Return what the live panel sends: `strokes` on 160 x 160 px as a PNG; none: an empty canvas."""
    if not strokes:
        return b""
    sheet = Image.new("RGB", (160, 160))
    for corners in strokes:
        ImageDraw.Draw(sheet).line(corners, fill="white", width=11, joint="curve")
    file = io.BytesIO()
    sheet.save(file, "PNG")
    return file.getvalue()


def told(app: AppTest, *strokes: Stroke, number: int = 1) -> dict[str, Any]:
    """Return what a page is told of a drawing, which it sends beside Streamlit."""
    return answer(Frame(app.session_state[SEAT_KEY], number, frame(*strokes)))


SEVEN = ((45, 35), (115, 35), (75, 130))
ONE = ((80, 30), (80, 130))
TWO_SEVENS = (((10, 40), (50, 40), (25, 120)), ((105, 40), (145, 40), (120, 120)))
