"""How many readings a second the server gives each of many who draw at once, or what their confirmations cost it.

    python -m benchmarks.drawers [--drawers 30] [--seconds 10] [--min-rate 4]
    python -m benchmarks.drawers --every 3 [--drawers 30] [--seconds 10] [--max-cores 0.3]

Every drawer is a session of its own, as a browser has it: it sends a frame of a growing drawing, waits for the reading,
and sends the next. With `--every` it does what a page does that reads by itself: it sends a frame when the pen rests,
once in so many seconds, and then asks for the steps that the drawing went through. People take about three seconds from
one rest of the pen to the next: a digit has one or two strokes, and is looked at before it is cleared.

No browser is drawn on, so that the server alone is measured; the drawers take a little of the same processors. Ends
with status 1 where a target is missed.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import io
import json
import statistics
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import psutil
from PIL import Image, ImageDraw
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

from digitcore.ui.draw.live_panel import PANEL_KEY
from digitcore.ui.draw.stages import STAGES_KEY
from harness.browser import serve
from harness.options import parser_for
from harness.targets import Targets

SIDE = 160  # px of a frame, as the panel sends it
SEVEN = ((45, 35), (115, 35), (75, 130))
STEPS = 24  # frames from the first touch to the whole digit
LARGEST = 64 * 2**20  # bytes of a message from the server


@dataclass(frozen=True)
class Panel:
    """Where the live panel of a session takes frames."""

    widget_id: str
    fragment_id: str
    steps_id: str  # of the component below it, which shows the steps
    steps_fragment_id: str


@dataclass(frozen=True)
class Drawn:
    """The readings a second of each drawer, and how many processors the server needed for them."""

    rates: list[float]
    cores: float


@dataclass(frozen=True)
class Rests:
    """When a pen rests: `every` so many seconds, or never if that is 0, the `first` time after so many seconds."""

    every: float
    first: float


NO_RESTS = Rests(0, 0)


def main() -> int:
    """Measure, print, and return the exit status."""
    options = parse()
    with serve() as address:
        drawn = asyncio.run(draw_all(address.replace("http", "ws"), options))
    rates = drawn.rates
    print(f"{len(rates)} drawers for {options.seconds:g} s: {sum(rates):.1f} readings a second in all")
    print(f"  each   median {statistics.median(rates):.1f}   least {min(rates):.1f}   most {max(rates):.1f}")
    print(f"  server {drawn.cores:.2f} of a core, {1000 * drawn.cores / sum(rates):.1f} ms a reading")
    targets = Targets()
    targets.least(min(rates), options.min_rate, "readings a second for the slowest drawer", "{:.1f}")
    targets.most(drawn.cores, options.max_cores, "cores that the server needs", "{:.2f}")
    return targets.exit_status()


def parse() -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = parser_for("drawers", __doc__)
    parser.add_argument("--drawers", type=int, default=30, help="how many draw at once")
    parser.add_argument("--seconds", type=float, default=10, help="for how long")
    parser.add_argument("--every", type=float, help="seconds from one rest of a pen to the next; else without a rest")
    parser.add_argument("--max-cores", type=float, help="fail where the server needs more of its processors")
    parser.add_argument("--min-rate", type=float, help="fail where a drawer gets fewer readings a second")
    return parser.parse_args()


async def draw_all(address: str, options: argparse.Namespace) -> Drawn:
    """Return what came of it; all have their page before the first of them draws."""
    everyone = asyncio.Barrier(options.drawers + 1)
    every = options.every or 0
    rests = [Rests(every, every * place / options.drawers) for place in range(options.drawers)]
    drawers = [asyncio.create_task(draw(address, everyone, options.seconds, each)) for each in rests]
    await everyone.wait()
    began, busy = time.perf_counter(), server_seconds()
    rates = await asyncio.gather(*drawers)
    return Drawn(list(rates), (server_seconds() - busy) / (time.perf_counter() - began))


def server_seconds() -> float:
    """Return how long the server has computed, in seconds of one processor."""
    (server,) = (child for child in psutil.Process().children() if "uvicorn" in " ".join(child.cmdline()))
    times = server.cpu_times()
    return float(times.user + times.system)


async def draw(address: str, everyone: asyncio.Barrier, seconds: float, rests: Rests = NO_RESTS) -> float:
    """Open the Draw page, draw for some seconds, and return the readings a second."""
    frames = [frame(step / STEPS) for step in range(1, STEPS + 1)]
    async with connect(f"{address}/_stcore/stream", subprotocols=["streamlit"], max_size=LARGEST) as line:  # type: ignore[list-item]
        panel = await open_page(line)
        await read_frame(line, panel, 0, frames[-1])  # warm
        await everyone.wait()
        started = time.perf_counter()
        await asyncio.sleep(rests.first)
        for number in count(1):
            await read_frame(line, panel, number, frames[number % STEPS])
            if rests.every:
                await ask_for_steps(line, panel, number)
                await asyncio.sleep(max(0, started + rests.first + number * rests.every - time.perf_counter()))
            taken = time.perf_counter() - started
            if taken >= seconds:
                return number / taken
    raise AssertionError("the loop above ends only by returning")


def frame(share: float) -> str:
    """Return a 7 of which so large a share is drawn, as the panel sends it: a PNG data URL."""
    sheet = Image.new("RGB", (SIDE, SIDE))
    start, corner, end = SEVEN
    across, down = min(2 * share, 1), max(2 * share - 1, 0)
    points = [start, mix(start, corner, across), *([mix(corner, end, down)] if down else [])]
    ImageDraw.Draw(sheet).line(points, fill="white", width=11, joint="curve")
    file = io.BytesIO()
    sheet.save(file, "PNG")
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"


def mix(start: tuple[int, int], end: tuple[int, int], share: float) -> tuple[float, float]:
    return start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])


async def open_page(line: ClientConnection) -> Panel:
    """Ask for the Draw page and return where its live panel takes frames."""
    request = BackMsg()
    request.rerun_script.query_string = ""
    await line.send(request.SerializeToString())
    found: dict[str, tuple[str, str]] = {}
    async for message in answers(line):
        element = message.delta.new_element.bidi_component
        found |= {key: (element.id, message.delta.fragment_id) for key in (PANEL_KEY, STAGES_KEY) if key in element.id}
    if len(found) < 2:
        raise RuntimeError("The Draw page has no live panel, or no steps.")
    return Panel(*found[PANEL_KEY], *found[STAGES_KEY])


async def read_frame(line: ClientConnection, panel: Panel, number: int, picture: str) -> None:
    """Send a frame and wait until it has been read."""
    await set_value(line, panel.fragment_id, panel.widget_id, {"frame": {"number": number, "picture": picture}})
    read = False
    async for message in answers(line):
        element = message.delta.new_element.bidi_component
        if element.id == panel.widget_id:
            shown = json.loads(element.mixed.json or element.json)
            read = shown["frame"] == number and shown["reading"] is not None
    if not read:
        raise RuntimeError(f"Frame {number} was not read.")


async def ask_for_steps(line: ClientConnection, panel: Panel, number: int) -> None:
    """Ask for the steps of a frame that has been read, as a page does when the pen rests, and wait for them."""
    await set_value(line, panel.steps_fragment_id, panel.steps_id, {"settled": number})
    async for _ in answers(line):
        pass


async def set_value(line: ClientConnection, fragment_id: str, widget_id: str, value: dict[str, Any]) -> None:
    """Set a component's value, and have the server do what follows."""
    request = BackMsg()
    request.rerun_script.fragment_id = fragment_id
    state = request.rerun_script.widget_states.widgets.add()
    state.id = widget_id
    state.json_value = json.dumps(value)
    await line.send(request.SerializeToString())


async def answers(line: ClientConnection) -> AsyncIterator[ForwardMsg]:
    """Yield what the server sends until a run has ended."""
    while True:
        message = ForwardMsg.FromString(await line.recv())
        yield message
        if message.WhichOneof("type") == "script_finished":
            return


if __name__ == "__main__":
    sys.exit(main())
