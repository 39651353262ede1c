"""How much of visitors' files is held in memory: bounded for each session, and for all together.

Streamlit holds a file for as long as its session lives, and any number of them. What is beyond the bounds is taken off
the line and not kept; the page, to which the file looks sent, then says so (`shared/uploads.py`).
"""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import runtime

from digitcore.ui.shared.components import base_path
from digitcore.ui.shared.uploads import MOST_HELD, MOST_HELD_OF_ONE

_UPLOAD = "/_stcore/upload_file/"
_MB = 2**20

Held = Callable[[], Mapping[str, int]]


def held_now() -> Mapping[str, int]:
    """Return how many bytes of files are held for each session."""
    # there is no public way to it; a test notices when it changes
    held = runtime.get_instance().uploaded_file_mgr.file_storage  # type: ignore[attr-defined]
    return {session: sum(len(file.data) for file in list(files.values())) for session, files in list(held.items())}


class BoundedFiles:
    """Lets files through to Streamlit as long as there is room for them."""

    def __init__(self, app: ASGIApp, held: Held = held_now) -> None:
        self._app = app
        self._held = held
        self._coming: Counter[str] = Counter()  # bytes under way, by session

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "PUT":
            await self._app(scope, receive, send)
            return
        session = _session(scope["path"])
        length = Headers(scope=scope).get("content-length", "")
        if session is None:
            await self._app(scope, receive, send)
        elif not length.isdecimal():
            await Response(status_code=411)(scope, receive, send)
        elif self._has_room(session, int(length)):
            await self._take(session, int(length), (scope, receive, send))
        else:
            await _let_go(Request(scope, receive))
            await Response(status_code=204)(scope, receive, send)

    def _has_room(self, session: str, length: int) -> bool:
        held = Counter(self._held())
        held.update(self._coming)
        return held[session] + length <= MOST_HELD_OF_ONE * _MB and held.total() + length <= MOST_HELD * _MB

    async def _take(self, session: str, length: int, call: tuple[Any, Any, Any]) -> None:
        self._coming[session] += length
        try:
            await self._app(*call)
        finally:
            self._coming[session] -= length
            if not self._coming[session]:
                del self._coming[session]


def _session(path: str) -> str | None:
    """Return whose file is sent to an address; None where it is no file."""
    before, found, rest = path.removeprefix(base_path()).partition(_UPLOAD)
    return rest.partition("/")[0] if found and not before else None


async def _let_go(request: Request) -> None:
    try:
        async for _ in request.stream():
            pass
    except ClientDisconnect:
        return
