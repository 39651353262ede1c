"""The front end's modules by themselves: in a browser, without the app."""

import base64
import json
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
    """Return what `expression`, a function of a module and `argument`, comes to; both travel as one text, quickly."""
    done = page.evaluate(
        "async ([path, text, given]) => JSON.stringify(await eval(text)(await import(path), JSON.parse(given)))",
        [f"/{module}", expression, json.dumps(argument)],
    )
    return json.loads(done)


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


# the page's clock, led by hand: `pass` lets one picture of the screen and its timers go by
STILL_CLOCK = """() => {
    const waiting = [];
    const wait = (then) => waiting.push(then);
    window.requestAnimationFrame = window.requestIdleCallback = window.setTimeout = wait;
    window.clearTimeout = (number) => (waiting[number - 1] = () => {});
    window.pass = () => waiting.splice(0).forEach((then) => then());
}"""

PACE = """({ Paced }) => {
    const seen = [];
    let newest = 0;
    const paced = new Paced(() => seen.push(newest), () => 0);
    const ask = () => { newest++; paced.ask(); };
    for (let times = 0; times < 20; times++) ask();
    for (let times = 0; times < 9; times++) window.pass();
    ask();
    ask();
    paced.stop();
    for (let times = 0; times < 9; times++) window.pass();
    return seen;
}"""


def test_what_is_shown_at_a_pace_is_shown_at_once_and_the_newest_again_after_a_rest(page: Page) -> None:
    page.evaluate(STILL_CLOCK)
    assert call(page, "shared/paced.js", PACE) == [1, 20, 21]


# readings between two pictures of the screen; one digit's chance grows, and with it the confidence
SHOW = """async ({ ReadingView }, html) => {
    document.body.innerHTML = html;
    const view = new ReadingView(document.body);
    const read = (chance) => {
        const probabilities = Array.from({ length: 10 }, (_, digit) => ({ 7: chance, 1: 1 - chance })[digit] ?? 0);
        const image = new Float32Array(784);
        return { digit: 7, confidence: chance, title: `${chance}`, text: "", image, probabilities };
    };
    for (const another of [0.4, 0.5]) view.show(read(another), 9); // the answer, and the first words about it
    const seen = new MutationObserver(() => {});
    seen.observe(document.body, { subtree: true, childList: true, attributes: true });
    const shares = [0.6, 0.7, 0.8, 0.9];
    for (const share of shares) view.show(read(share), 9);
    const touched = seen.takeRecords().map(({ target }) => target.className);
    const bars = touched.filter((name) => name === "digit-panel__fill").length;
    const others = new Set(touched.filter((name) => !["digit-panel", "digit-panel__fill"].includes(name)));
    const told = () => document.querySelector(".digit-panel__confidence").textContent;
    const [frame, early] = [view.root.dataset.frame, told()];
    for (let times = 0; times < 3; times++) window.pass();
    const values = [...document.querySelectorAll(".digit-panel__value")].map((value) => value.textContent);
    return { frame, bars, others: [...others], early, late: told(), values };
}"""


def test_a_reading_moves_the_bars_at_once_and_touches_no_more_of_the_page_until_words_can_be_read(page: Page) -> None:
    page.evaluate(STILL_CLOCK)
    html = (FRONTEND / "draw/live_panel.html").read_text(encoding="utf-8")
    shown = call(page, "draw/reading_view.js", SHOW, html)
    assert shown["frame"] == "6"
    assert shown["bars"] == 2 * 4  # of ten bars, the two that have moved
    assert shown["others"] == []
    assert (shown["early"], shown["late"]) == ("0.5", "0.9")
    assert (shown["values"][7], shown["values"][1], shown["values"][0]) == ("90.0%", "10.0%", chance(0))


PAINT = """async ({ Inside }, shapes) => {
    const place = document.body.appendChild(document.createElement("div"));
    place.style.width = "1200px";
    const ones = (shape) => ({ shape, values: new Float32Array(shape.reduce((size, each) => size * each)).fill(1) });
    const layers = shapes.map(([kind, ...weights], at) =>
        ({ name: `${kind}_${at}`, kind, same: true, stride: 1, weights: weights.map(ones) }));
    const inside = new Inside(place, () => {});
    inside.use({ run: {}, temperature: 1, layers, augmentation: null, rejection: null });
    for (let times = 0; times < 99; times++) { window.pass(); await null; }
    let painted = [];
    const put = CanvasRenderingContext2D.prototype.putImageData;
    CanvasRenderingContext2D.prototype.putImageData = function (image, ...place) {
        painted.push(image.data[0]);
        put.call(this, image, ...place);
    };
    const image = (ink) => new Float32Array(784).fill(ink);
    const outputs = () => [new Float32Array(1568), new Float32Array(2), new Float32Array(10)];
    const probabilities = Array(10).fill(0.1);
    for (const ink of [0.2, 0.4, 0.6, 1]) inside.show({ probabilities, image: image(ink) }, outputs());
    const first = painted;
    painted = [];
    for (let times = 0; times < 3; times++) window.pass();
    return [first, painted];
}"""


def test_readings_that_come_faster_than_the_screen_have_the_layers_painted_once_and_the_last_of_them_shown(
    page: Page,
) -> None:
    page.evaluate(STILL_CLOCK)
    shapes = [["conv", [2, 3, 3, 1], [2]], ["average_pool"], ["dense", [10, 2], [10]]]
    first, then = call(page, "inside/view.js", PAINT, shapes)
    assert len(first) == len(then) == 2  # the picture and the maps
    assert (first[0], then[0]) == (51, 255)  # of the first reading and of the last


HALVE = """({ Camera }, side) => {
    const canvas = Object.assign(document.createElement("canvas"), { width: side, height: side });
    const pen = canvas.getContext("2d");
    pen.scale(side / 160, side / 160);
    Object.assign(pen, { lineWidth: 11, strokeStyle: "#fff", lineCap: "round" });
    pen.ellipse(80, 80, 33, 51, 0.4, 0, 5);
    pen.stroke();
    const camera = new Camera();
    camera.look([canvas]);
    const { data } = pen.getImageData(0, 0, side, side);
    const many = side / 160;
    const means = Array.from({ length: 160 * 160 }, (_, at) => {
        let sum = 0;
        for (let y = 0; y < many; y++) for (let x = 0; x < many; x++) {
            sum += data[4 * ((many * Math.floor(at / 160) + y) * side + many * (at % 160) + x) + 3];
        }
        return sum / many ** 2;
    });
    return [Math.max(...means), Math.max(...means.map((mean, at) => Math.abs(mean - camera.alpha[at])))];
}"""


def test_a_small_picture_of_the_canvas_has_the_mean_of_what_lies_under_each_of_its_pixels(page: Page) -> None:
    for side in (320, 640):  # px of the app's canvas, and of one on a finer screen
        most, apart = call(page, "draw/camera.js", HALVE, side)
        assert most == 255, side
        assert apart <= 2, side  # grey levels


# each module's number of exports, or what kept it from loading
LOAD = """async (paths) => Object.fromEntries(await Promise.all(paths.map((path) => import(path).then(
    (module) => [path, Object.keys(module).length || "exports nothing"],
    (error) => [path, `${error}`],
))))"""


def test_every_module_loads_with_all_that_it_imports(page: Page) -> None:
    names = [f"/{file.relative_to(FRONTEND)}" for file in FRONTEND.rglob("*.js")]
    loaded = page.evaluate(LOAD, names)
    assert len(loaded) == len(names) > 50
    assert {name: found for name, found in loaded.items() if not isinstance(found, int)} == {}
