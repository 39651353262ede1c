"""A pointer that reports as often as a real mouse or screen does, whether or not the page keeps up with it.

Playwright waits, after each movement, until the page has seen it; then the next one always comes early in a frame, and
never two in one. This one speaks with Chromium itself, and waits for nothing.
"""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Any

from playwright.sync_api import Page
from websockets.sync.client import ClientConnection, connect

from harness.browser import DrawPage, Point, Pointer

INTERVAL = 0.008  # s: 125 reports a second
_MOUSE = {"press": "mousePressed", "move": "mouseMoved", "lift": "mouseReleased"}
_TOUCH = {"press": "touchStart", "move": "touchMove", "lift": "touchEnd"}


class SteadyPointer:
    """The pointer over one page's canvas."""

    def __init__(self, line: ClientConnection, drawing: DrawPage, pointer: Pointer) -> None:
        box = drawing.canvas.bounding_box()
        assert box is not None
        self._box = box
        self._line = line
        self._touches = pointer == "touch"
        self._numbers = count(1)

    def draw(self, points: Sequence[Point], seconds: float) -> None:
        """Draw one stroke along `points`, at an even pace."""
        self._tell("press", points[0])
        started = time.perf_counter()
        for step in range(int(seconds / INTERVAL)):
            time.sleep(max(0.0, started + step * INTERVAL - time.perf_counter()))
            share = min((time.perf_counter() - started) / seconds, 1.0)
            self._tell("move", points[min(int(share * len(points)), len(points) - 1)])
        self._tell("lift", points[-1])
        self._settle()

    def _tell(self, what: str, point: Point) -> None:
        x = self._box["x"] + point[0] * self._box["width"]
        y = self._box["y"] + point[1] * self._box["height"]
        if self._touches:
            touches = [] if what == "lift" else [{"x": x, "y": y}]
            self._send("Input.dispatchTouchEvent", type=_TOUCH[what], touchPoints=touches)
        else:
            self._send("Input.dispatchMouseEvent", type=_MOUSE[what], x=x, y=y, button="left", buttons=1, clickCount=1)

    def _settle(self) -> None:
        """Read the answers, of which the last one says that the page has seen everything."""
        last = self._send("Runtime.evaluate", expression="0")
        while json.loads(self._line.recv(timeout=20)).get("id") != last:
            pass

    def _send(self, method: str, **parameters: Any) -> int:
        number = next(self._numbers)
        self._line.send(json.dumps({"id": number, "method": method, "params": parameters}))
        return number


@contextmanager
def steady_pointer(page: Page, drawing: DrawPage, port: int, pointer: Pointer) -> Iterator[SteadyPointer]:
    """Give the pointer of a page of a Chromium that listens at `port`."""
    session = page.context.new_cdp_session(page)
    target = session.send("Target.getTargetInfo")["targetInfo"]["targetId"]
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list") as answer:
        address = next(each["webSocketDebuggerUrl"] for each in json.load(answer) if each["id"] == target)
    with connect(address, max_size=None) as line:
        yield SteadyPointer(line, drawing, pointer)
