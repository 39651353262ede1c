"""The front end's modules by themselves: in a browser, without the app."""

import base64
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Browser, Page, Route

from digitcore.base.text import chance, percent
from digitcore.inference.classifier import NOT_A_DIGIT, Reading
from digitcore.preprocessing.flaws import Flaws, find_flaws
from digitcore.preprocessing.pipeline import prepare
from digitcore.ui.draw.verdict import verdict
from digitcore.ui.shared.components import FRONTEND
from harness.drawn import canvases

pytestmark = pytest.mark.browser

HERE = "http://modules.test"  # nothing answers there but `serve_file`


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """An empty page beside the modules."""
    with chromium.new_context() as window:
        page = window.new_page()
        page.route(f"{HERE}/**", serve_file)
        page.goto(HERE)
        yield page


def serve_file(route: Route) -> None:
    file = FRONTEND / urlsplit(route.request.url).path.lstrip("/")
    if file.is_file():
        route.fulfill(path=file, content_type="text/javascript")
    else:
        route.fulfill(body="", content_type="text/html")


def call(page: Page, module: str, expression: str, argument: Any = None) -> Any:
    """Return what `expression`, a function of a module and `argument`, comes to."""
    return page.evaluate(
        "async ([path, text, argument]) => eval(text)(await import(path), argument)",
        [f"/{module}", expression, argument],
    )


def test_a_probability_is_written_as_python_writes_it(page: Page) -> None:
    random = np.random.default_rng(0)
    shares = [*np.linspace(0, 1, 20_001), *random.random(5000), *random.beta(0.1, 0.1, 5000).round(4), 0.001, 0.999]
    told = [float(share) for share in shares]
    assert call(page, "shared/numbers.js", "({ chance }, shares) => shares.map(chance)", told) == list(
        map(chance, told)
    )
    written = call(page, "shared/numbers.js", "({ percent }, shares) => shares.map((each) => percent(each))", told)
    assert written == list(map(percent, told))


def test_the_page_says_of_a_reading_what_python_says(page: Page) -> None:
    random = np.random.default_rng(0)
    flaws = [Flaws(*(kind == which for kind in range(3))) for which in range(4)]
    readings = [reading_of(shares) for shares in random.dirichlet(np.full(10, 0.15), 3000).astype(np.float32)]
    readings += [replace(readings[0], digit=None, reason=reason) for reason in (NOT_A_DIGIT, "Draw one.")]
    given = [
        {
            "digit": reading.digit,
            "reason": reading.reason,
            "confidence": reading.confidence,
            "probabilities": reading.probabilities.tolist(),
            "flaws": {"cutOff": flaw.cut_off, "tiny": flaw.tiny, "clogged": flaw.clogged},
        }
        for reading in readings
        for flaw in flaws
    ]
    said = call(page, "draw/verdict.js", "({ verdict }, readings) => readings.map(verdict)", given)
    assert said == [asdict(verdict(reading, flaw)) for reading in readings for flaw in flaws]
    assert len({words["text"] for words in said}) > 20


def reading_of(shares: NDArray[np.float32]) -> Reading:
    return Reading(int(shares.argmax()), float(shares.max()), shares, np.zeros((28, 28), np.float32), True, None)


FIND_FLAWS = """({ prepare }, pictures) => pictures.map((picture) =>
    prepare({ data: Uint8Array.from(atob(picture), each => each.charCodeAt(0)), width: 160, height: 160 }).flaws)"""


def test_the_page_finds_the_flaws_in_a_drawing_that_python_finds(page: Page) -> None:
    drawings = canvases(120, seed=3)
    pictures = [base64.b64encode(drawing.tobytes()).decode() for drawing in drawings]
    found = call(page, "preprocessing/pipeline.js", FIND_FLAWS, pictures)
    white = np.full((160, 160, 3), 255, np.uint8)
    flaws = [find_flaws(prepare(np.dstack([white, drawing]))) for drawing in drawings]
    assert found == [{"cutOff": each.cut_off, "tiny": each.tiny, "clogged": each.clogged} for each in flaws]
    for kind in ("cut_off", "tiny", "clogged"):
        assert {getattr(each, kind) for each in flaws} == {True, False}, kind


@pytest.mark.parametrize("name", sorted(str(file.relative_to(FRONTEND)) for file in FRONTEND.rglob("*.js")))
def test_a_module_loads_with_all_that_it_imports(page: Page, name: str) -> None:
    assert call(page, name, "module => Object.keys(module).length") > 0
