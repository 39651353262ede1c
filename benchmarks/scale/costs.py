"""Measures what one visitor costs a running app."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import cast
from urllib.parse import urlsplit

from playwright.sync_api import Browser
from websockets.asyncio.client import ClientConnection

from harness.app.desk import Desk, asked_for, frame, open_page, page_line, server_process, server_seconds
from harness.browser import ROOT, DrawPage, running_chromium, serve
from harness.scale.visits import DIGITS, PAGES, Costs

WARM, SESSIONS = 20, 100  # sessions before anything is measured, and those that are
FETCHES = 10  # times that all files are fetched
PAGES_OPENED = ("train", "diagnostics", "data")


@dataclass
class Counted:
    """A line to the server that counts what goes over it, in bytes."""

    line: ClientConnection
    counted: int = 0

    async def send(self, message: bytes) -> None:
        self.counted += len(message)
        await self.line.send(message)

    async def recv(self) -> bytes:
        message = await self.line.recv()
        assert isinstance(message, bytes)
        self.counted += len(message)
        return message


@dataclass(frozen=True)
class Part:
    """What a part of a visit took, on average."""

    seconds: float  # of a processor
    size: float  # bytes over the websocket and to the desk


@dataclass(frozen=True)
class Sessions:
    """What sessions cost, from the first page on."""

    opening: Part
    confirmation: Part
    page: Part
    memory: float  # bytes of a session
    base_memory: float  # bytes of the app, warm


def measure() -> Costs:
    """Measure all of it; takes a minute."""
    with serve() as address:
        addresses, size = files_of_first_visit(address)
        static = seconds_of_fetching(addresses)
        sessions = asyncio.run(of_sessions(address))
    live = sessions.opening.size + DIGITS * sessions.confirmation.size + PAGES * sessions.page.size
    return Costs(
        opening=sessions.opening.seconds + static,
        page=sessions.page.seconds,
        confirmation=sessions.confirmation.seconds,
        static=static,
        static_bytes=size,
        live_bytes=live,
        memory=sessions.memory,
        base_memory=sessions.base_memory,
        training=seconds_of_training(),
    )


def files_of_first_visit(address: str) -> tuple[list[str], float]:
    """Return what a browser that was never here fetches until the page can be drawn on, and how many bytes that is."""
    with running_chromium() as chromium:
        return _watched(chromium, address)


def _watched(chromium: Browser, address: str) -> tuple[list[str], float]:
    page = chromium.new_page()
    session = page.context.new_cdp_session(page)
    sizes: list[float] = []
    fetched: list[str] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.on("request", lambda request: fetched.append(request.url) if request.method == "GET" else None)
    session.send("Network.enable")
    DrawPage(page, address)
    return [each for each in fetched if each.startswith("http")], sum(sizes)


def seconds_of_fetching(addresses: list[str]) -> float:
    """Return how many seconds of a processor the server takes to send these files once, over one connection."""
    began = server_seconds()
    with closing(HTTPConnection(urlsplit(addresses[0]).netloc)) as line:
        for address in addresses * FETCHES:
            line.request("GET", urlsplit(address).path, headers={"Accept-Encoding": "gzip"})
            line.getresponse().read()
    return (server_seconds() - began) / FETCHES


@dataclass(eq=False)
class Session:
    """A page's two lines to the server: its websocket, and the desk that its drawings are read at."""

    address: str
    line: Counted
    desk: Desk | None = None

    @property
    def counted(self) -> int:
        """How many bytes went over both."""
        return self.line.counted + (self.desk.counted if self.desk else 0)

    async def open(self) -> None:
        """Open the Draw page."""
        page = await open_page(cast(ClientConnection, self.line))
        self.desk = await Desk.at(self.address, page.desk)

    async def draw(self) -> None:
        """Let a drawing be read when the pen rests."""
        assert self.desk is not None
        if await self.desk.ask(1, frame(1)) is None:
            raise RuntimeError("The server refused to read a drawing.")
        await self.desk.steps()


async def of_sessions(address: str) -> Sessions:
    """Open sessions, let each read a digit a few times and look at other pages, and return what that takes."""
    async with AsyncExitStack() as lines:
        for _ in range(WARM):
            warm = await _new_session(lines, address)
            await warm.open()
            await warm.draw()
            for name in PAGES_OPENED:
                await _open_other(warm.line, name)
        base = memory()
        opened = [await _new_session(lines, address) for _ in range(SESSIONS)]

        async def page(session: Session) -> None:
            await _open_other(session.line, PAGES_OPENED[opened.index(session) % len(PAGES_OPENED)])

        first, confirmed, further = [await _of_each(opened, act) for act in (Session.open, Session.draw, page)]
        return Sessions(first, confirmed, further, (memory() - base) / SESSIONS, base)


async def _new_session(lines: AsyncExitStack, address: str) -> Session:
    return Session(address, Counted(await lines.enter_async_context(page_line(address))))


async def _of_each(sessions: list[Session], act: Callable[[Session], Awaitable[None]]) -> Part:
    busy, size = server_seconds(), sum(session.counted for session in sessions)
    for session in sessions:
        await act(session)
    each = len(sessions)
    return Part((server_seconds() - busy) / each, (sum(session.counted for session in sessions) - size) / each)


async def _open_other(line: Counted, name: str) -> None:
    async for _ in asked_for(cast(ClientConnection, line), name):
        pass


def memory() -> float:
    """Return how many bytes the server has in memory."""
    return float(server_process().memory_info().rss)


def seconds_of_training() -> float:
    """Return how long the quickest recipe takes, from its command to its run."""
    with tempfile.TemporaryDirectory() as runs:
        command = [sys.executable, "-m", "digitcore", "train", "--recipe", "fast_cnn"]
        began = time.perf_counter()
        environment = {**os.environ, "DIGITCORE_MODELS": runs}
        subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
        return time.perf_counter() - began
