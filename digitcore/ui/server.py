"""The app as a server sees it: the script that Streamlit runs, files served beside it, and what ends with the app."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from streamlit import runtime

from digitcore.base.files import remove_leftovers
from digitcore.base.settings import runs_folder
from digitcore.classroom import lesson
from digitcore.classroom.lesson import Lesson
from digitcore.classroom.opening import Opening
from digitcore.classroom.passes import COOKIE
from digitcore.classroom.person import Person
from digitcore.ui.classroom.door import Door
from digitcore.ui.headers import SafeHeaders
from digitcore.ui.held_files import BoundedFiles
from digitcore.ui.messages import Paced, PlainStates
from digitcore.ui.page_changes import PageChanges
from digitcore.ui.ready_files import ReadyFiles, pack_early_files
from digitcore.ui.served import EarlyParts, UnchangingFiles, send_all_scripts, send_weights
from digitcore.ui.shared.components import ALL_SCRIPTS, FRONTEND, SCRIPTS_ADDRESS
from digitcore.ui.shared.lifetime import ends_with_the_app
from digitcore.ui.shared.own.seat import READING_ADDRESS
from digitcore.ui.shared.weights import LIVE_WEIGHTS_ADDRESS, WEIGHTS_ADDRESS

_BETWEEN = 30.0  # s

# no folder called pages lies beside it, which Streamlit would take for its own
SCRIPT = Path(__file__).with_name("studio.py")


def _send_live_weights(request: Request) -> Response:
    from digitcore.ui.train.follow import send_live_weights  # late: the jobs take a second to load

    return send_live_weights(request)


async def _send_reading(request: Request) -> Response:
    from digitcore.ui.draw.desk import send_reading  # late, as what reads takes a while to load

    return await send_reading(request)


async def _send_steps(request: Request) -> Response:
    from digitcore.ui.draw.desk import send_steps

    return await send_steps(request)


def _begin_class() -> None:
    """Let the class go on that `python -m digitcore class` has opened, if it started this server."""
    opening = Opening.take()
    if opening:
        opened = Lesson(opening, runs_folder())
        opened.who = lambda: _who_asks(opened)
        lesson.begin(opened)


def _who_asks(opened: Lesson) -> Person:
    """Return whose browser it is whose session runs in this thread. Raises `NotAllowed`."""
    return opened.person(st.context.cookies.get(COOKIE))


_begin_class()
middleware = [
    Middleware(SafeHeaders),
    Middleware(Door),
    Middleware(BoundedFiles),
    Middleware(Paced),
    Middleware(PlainStates),
    Middleware(PageChanges),
    Middleware(EarlyParts),
    Middleware(ReadyFiles),
]
routes = [
    Route(ALL_SCRIPTS, send_all_scripts),
    Mount(SCRIPTS_ADDRESS, UnchangingFiles(directory=FRONTEND)),
    Route(f"{WEIGHTS_ADDRESS}/{{run_id}}/{{fingerprint}}", send_weights),
    Route(f"{READING_ADDRESS}/{{ticket}}", _send_reading, methods=["POST"]),
    Route(f"{READING_ADDRESS}/{{ticket}}/steps", _send_steps),
    Route(f"{LIVE_WEIGHTS_ADDRESS}/{{run_id}}/{{step}}", _send_live_weights),
]


def forget_who_left() -> None:
    """Let go of sessions, with their files and results, whose page has been gone for two minutes.

    Streamlit by itself does so when the next page is closed, which may be the next day.
    """
    # there is no public way to it; a test notices when it changes
    stored = runtime.get_instance()._session_mgr._session_storage  # type: ignore[attr-defined]
    if stored._cache.expire():
        gc.collect()


async def _forget_now_and_then() -> None:
    while True:
        await asyncio.sleep(_BETWEEN)
        forget_who_left()


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Remove what killed processes left; when the server stops, close what was opened for all sessions, as jobs."""
    await asyncio.to_thread(remove_leftovers, runs_folder())
    packing = asyncio.create_task(asyncio.to_thread(pack_early_files))
    forgetting = asyncio.create_task(_forget_now_and_then())
    try:
        yield
    finally:
        forgetting.cancel()
        await packing
        await asyncio.to_thread(ends_with_the_app.close)
