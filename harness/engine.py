"""The engine that reads digits in the page, at work on many pictures at once: in Chromium, in a Worker a core."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import numpy.typing as npt
from playwright.sync_api import Browser, Page, Route

from digitcore.base.errors import NoInk
from digitcore.base.images import DIGITS, SIDE
from digitcore.inference.classifier import DigitClassifier, Reading
from digitcore.inference.weights import weights_file
from digitcore.runs.record import Run
from digitcore.ui.shared.components import FRONTEND

HERE = "http://modules.test"  # nothing answers there but `_Files`
WORKERS = min(2, os.cpu_count() or 1)
AT_ONCE = 500  # pictures that a page is sent: 13 MB; more than 50 MB never arrive

# one picture after the other, each answer a row of numbers
_WORKER = """
import { Reader } from "/engine/reader.js";
import { readWeights } from "/engine/weights.js";

function write(row, { digit, confidence, likeness, probabilities, image }) {
    row.set([1, digit ?? -1, confidence, likeness ?? -1]);
    row.set(probabilities, 4);
    row.set(image, 14);
}

addEventListener("unhandledrejection", ({ reason }) => { throw reason; });

onmessage = async ({ data: { weights, kind, width, height, pictures } }) => {
    const reader = new Reader(readWeights(await (await fetch(weights)).arrayBuffer()));
    const [size, wide] = [width * height, kind === "logits" ? 10 : 4 + 10 + 784];
    const rows = new Float32Array(pictures.length / size * wide);
    const reasons = [];
    const times = [];
    for (let at = 0, from = 0; at < pictures.length; at += size, from += wide) {
        const [data, row] = [pictures.subarray(at, at + size), rows.subarray(from, from + wide)];
        const started = performance.now();
        if (kind === "logits") row.set(reader.readOut(data).logits);
        else {
            const reading = reader.read({ data, width, height });
            if (reading) write(row, reading);
            reasons.push(reading?.reason ?? null);
        }
        times.push(performance.now() - started);
    }
    postMessage({ rows, reasons, times }, [rows.buffer]);
};
"""

_READ = """async ({ address, weights, kind, width, height, workers }) => {
    const bytes = await (await fetch(address)).arrayBuffer();
    const all = kind === "logits" ? new Float32Array(bytes) : new Uint8Array(bytes);
    const count = all.length / width / height;
    const share = Math.ceil(count / workers) * width * height;
    // kept: one that has read some hundred drawings reads twice as fast as one that has just been made
    window.workers ??= Array.from({ length: workers }, () => new Worker("/parity-worker.js", { type: "module" }));
    const answers = await Promise.all(window.workers.map((worker, part) => new Promise((resolve, reject) => {
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = ({ message }) => reject(new Error(message));
        worker.postMessage({ weights, kind, width, height, pictures: all.slice(part * share, (part + 1) * share) });
    })));
    const url = await new Promise((resolve) => {
        const reader = new FileReader();
        reader.onload = () => resolve(reader.result);
        reader.readAsDataURL(new Blob(answers.map(({ rows }) => rows)));
    });
    const joined = (name) => answers.flatMap((answer) => answer[name]);
    return { rows: url.split(",")[1], reasons: joined("reasons"), times: joined("times") };
}"""


@dataclass(frozen=True, eq=False)
class Readings:
    """What the engine read in N drawings; `inked` says in which there was anything, and only there the rest counts."""

    inked: npt.NDArray[np.bool_]
    digits: npt.NDArray[np.int64]  # -1: rejected
    confidences: npt.NDArray[np.float32]
    likenesses: npt.NDArray[np.float32]
    probabilities: npt.NDArray[np.float32]  # (N, 10)
    images: npt.NDArray[np.float32]  # (N, 28, 28)
    reasons: list[str | None]
    milliseconds: list[float]  # that each took

    @property
    def answers(self) -> list[int | None]:
        """The digits, -1 for what was rejected and None where there was no ink."""
        return [int(digit) if inked else None for digit, inked in zip(self.digits, self.inked, strict=True)]


class EnginePage:
    """A page in which any run can read."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._files = _Files()
        page.route(f"{HERE}/**", self._files.serve)
        page.goto(HERE)

    def logits(self, run: Run, images: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.float32], list[float]]:
        """Return logits float32 (N, 10) of `images` float32 (N, 28, 28), and the milliseconds that each took."""
        done = self._read(run, "logits", images)
        return done.rows, done.times

    def read(self, run: Run, drawings: npt.NDArray[np.uint8]) -> Readings:
        """Read drawings, each the alpha of a canvas: uint8 (N, H, W)."""
        done = self._read(run, "drawings", drawings)
        inked, digits, confidences, likenesses = done.rows[:, :4].T
        return Readings(
            inked=inked > 0,
            digits=digits.astype(np.int64),
            confidences=confidences,
            likenesses=likenesses,
            probabilities=done.rows[:, 4 : 4 + DIGITS],
            images=done.rows[:, 4 + DIGITS :].reshape(-1, SIDE, SIDE),
            reasons=done.reasons,
            milliseconds=done.times,
        )

    def _read(self, run: Run, kind: str, pictures: npt.NDArray[Any]) -> _Done:
        parts = [pictures[start : start + AT_ONCE] for start in range(0, len(pictures), AT_ONCE)]
        answers = [self._read_part(run, kind, part) for part in parts]
        numbers = b"".join(base64.b64decode(answer["rows"]) for answer in answers)
        rows = np.frombuffer(numbers, np.float32).reshape(len(pictures), -1)
        reasons, times = (
            list(chain.from_iterable(answer[name] for answer in answers)) for name in ("reasons", "times")
        )
        return _Done(rows, reasons, times)

    def _read_part(self, run: Run, kind: str, pictures: npt.NDArray[Any]) -> dict[str, Any]:
        self._files.made = {f"/{run.id}": weights_file(run), "/pictures": pictures.tobytes()}
        height, width = pictures.shape[1:]
        task = {"address": "/pictures", "weights": f"{HERE}/{run.id}", "kind": kind, "workers": WORKERS}
        answer: dict[str, Any] = self.page.evaluate(_READ, {**task, "width": width, "height": height})
        return answer


@dataclass(frozen=True, eq=False)
class _Done:
    """A row of numbers a picture, and beside it the reasons and the milliseconds."""

    rows: npt.NDArray[np.float32]
    reasons: list[str | None]
    times: list[float]


def read_canvases(classifier: DigitClassifier, drawings: npt.NDArray[np.uint8]) -> list[Reading | None]:
    """Return what Python reads in drawings uint8 (N, H, W), sent as a page sends them; None where there is no ink."""
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        return list(threads.map(lambda drawing: _read(classifier, drawing), drawings))


def _read(classifier: DigitClassifier, alpha: npt.NDArray[np.uint8]) -> Reading | None:
    white = np.full((*alpha.shape, 3), 255, np.uint8)
    try:
        return classifier.read(np.dstack([white, alpha]))
    except NoInk:
        return None


def answers_of(readings: Sequence[Reading | None]) -> list[int | None]:
    """Return the digits, -1 for what was rejected and None where there was no ink."""
    return [None if reading is None else -1 if reading.digit is None else reading.digit for reading in readings]


class _Files:
    """Answers a page's requests: with the front end's modules, and with what was made for it."""

    def __init__(self) -> None:
        self.made: dict[str, bytes] = {}

    def serve(self, route: Route) -> None:
        path = urlsplit(route.request.url).path
        file = FRONTEND / path.lstrip("/")
        if path in self.made:
            route.fulfill(body=self.made[path], content_type="application/octet-stream")
        elif path == "/parity-worker.js":
            route.fulfill(body=_WORKER, content_type="text/javascript")
        elif file.is_file():
            route.fulfill(path=file, content_type="text/javascript")
        else:
            route.fulfill(body="", content_type="text/html")


@contextmanager
def engine_page(chromium: Browser) -> Iterator[EnginePage]:
    """Give a page with the engine in it, and close it at the end."""
    with chromium.new_context() as window:
        yield EnginePage(window.new_page())
