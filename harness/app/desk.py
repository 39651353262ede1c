"""A drawer without a browser: opens the Draw page as one does, and has drawings read at its desk."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlsplit

import psutil
from PIL import Image, ImageDraw
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

from digitcore.ui.draw.live_panel import PANEL_KEY

LARGEST = 64 * 2**20  # bytes of a message from the server
SIDE = 160  # px of a frame, as the panel sends it
SEVEN = ((45, 35), (115, 35), (75, 130))


class Desk:
    """The desk of one session, spoken to over a line that stays open, as a browser's does."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: str, path: str) -> None:
        self._reader, self._writer, self._head, self._path = reader, writer, head, path
        self.counted = 0  # bytes, both ways

    @classmethod
    async def at(cls, address: str, path: str, headers: Mapping[str, str] | None = None) -> Self:
        """Open a line to the desk of a page; `path` is what that page was told, `headers` are such as cookies."""
        parts = urlsplit(address)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        head = "".join(f"{name}: {value}\r\n" for name, value in {"Host": parts.netloc, **(headers or {})}.items())
        return cls(reader, writer, head, path)

    async def ask(self, number: int, picture: bytes, *, moving: bool = False) -> dict[str, Any] | None:
        """Send a frame and return the answer; None where it was refused."""
        query = f"number={number}&pen={'down' if moving else 'up'}"
        status, body = await self._exchange("POST", f"{self._path}?{query}", picture)
        told: dict[str, Any] | None = json.loads(body) if status == 200 else None
        return told

    async def steps(self) -> list[dict[str, Any]]:
        """Return the steps of the drawing that was read last."""
        _, body = await self._exchange("GET", f"{self._path}/steps", b"")
        steps: list[dict[str, Any]] = json.loads(body)
        return steps

    async def _exchange(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        head = f"{method} {path} HTTP/1.1\r\n{self._head}Content-Length: {len(body)}\r\n\r\n"
        self._writer.write(head.encode() + body)
        answer = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = int(answer.partition("content-length:")[2].split("\r\n")[0])
        self.counted += len(head) + len(body) + len(answer) + length
        return int(answer.split()[1]), await self._reader.readexactly(length)

    def close(self) -> None:
        self._writer.close()


@dataclass(frozen=True)
class OpenPage:
    """The Draw page as a session has it."""

    session: str
    desk: str  # its path


def page_line(address: str, headers: Mapping[str, str] | None = None) -> connect:
    """Return a line to Streamlit, to be entered; `address` begins with http."""
    return connect(
        f"{address.replace('http', 'ws', 1)}/_stcore/stream",
        subprotocols=["streamlit"],  # type: ignore[list-item]
        max_size=LARGEST,
        additional_headers=headers,
    )


async def open_page(line: ClientConnection) -> OpenPage:
    """Ask for the Draw page and return what it was told."""
    session = desk = ""
    async for message in asked_for(line, ""):
        session = message.new_session.initialize.session_id or session
        element = message.delta.new_element.bidi_component
        if PANEL_KEY in element.id:
            desk = json.loads(element.mixed.json or element.json)["live"]["desk"]
    if not desk:
        raise RuntimeError("The Draw page has no live panel.")
    return OpenPage(session, desk)


async def asked_for(line: ClientConnection, page: str) -> AsyncIterator[ForwardMsg]:
    """Ask for a page by the name of its file, none for the Draw page, and yield what the server sends for it."""
    request = BackMsg()
    request.rerun_script.page_name = page
    await line.send(request.SerializeToString())
    async for message in answers(line):
        yield message


async def answers(line: ClientConnection) -> AsyncIterator[ForwardMsg]:
    """Yield what the server sends until a run has ended."""
    while True:
        message = ForwardMsg.FromString(await line.recv())
        yield message
        if message.WhichOneof("type") == "script_finished":
            return


def server_process() -> psutil.Process:
    """Return the one server that this process has started by `serve`."""
    (server,) = (child for child in psutil.Process().children() if "uvicorn" in " ".join(child.cmdline()))
    return server


def server_seconds() -> float:
    """Return how long that server has computed, in seconds of one processor."""
    times = server_process().cpu_times()
    return float(times.user + times.system)


def frame(share: float) -> bytes:
    """Return a 7 of which so large a share is drawn, as the panel sends it: a PNG."""
    sheet = Image.new("RGB", (SIDE, SIDE))
    start, corner, end = SEVEN
    across, down = min(2 * share, 1), max(2 * share - 1, 0)
    points = [start, _mix(start, corner, across), *([_mix(corner, end, down)] if down else [])]
    ImageDraw.Draw(sheet).line(points, fill="white", width=11, joint="curve")
    file = io.BytesIO()
    sheet.save(file, "PNG")
    return file.getvalue()


def _mix(start: tuple[int, int], end: tuple[int, int], share: float) -> tuple[float, float]:
    return start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])
