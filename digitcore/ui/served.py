"""What the server has beside its pages, at addresses that have its fingerprint in them: a browser asks for it once.

It is packed once for all browsers, rather than anew for each.
"""

import gzip
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from digitcore.base.errors import DigitcoreError
from digitcore.runs.store import RunStore
from digitcore.takeaway.bundle import library
from digitcore.ui.headers import UNCHANGING, unchanging
from digitcore.ui.ready_files import early_elements
from digitcore.ui.shared.components import ALL_SCRIPTS, FRONTEND, base_path
from digitcore.ui.shared.weights import WEIGHTS_KEPT, packed_now

_CANVAS = "streamlit_drawable_canvas"
_STYLES = ("page.css", "button.css")
_END = b"</body>"
_CONDITIONS = ("accept-encoding", "if-none-match", "if-modified-since", "range")  # of a request
_OF_THE_FILE = ("etag", "last-modified", "accept-ranges")  # what Streamlit says of its own


class UnchangingFiles(StaticFiles):
    """Files as they are."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers.update(UNCHANGING)
        return response


def send_all_scripts(request: Request) -> Response:
    """Answer with the front end's modules, all in one."""
    return _unchanging(request, all_scripts(), "text/javascript")


def send_weights(request: Request) -> Response:
    """Answer with a run's weights; at an address that no run has (any more), with a sentence."""
    try:
        fingerprint, content = packed_now(RunStore.open().get(request.path_params["run_id"]))
    except DigitcoreError as error:
        return PlainTextResponse(str(error), 404)
    if fingerprint != request.path_params["fingerprint"]:
        return PlainTextResponse("The run has other weights now: reload the page.", 404)
    return _unchanging(request, content, "application/octet-stream")


def _unchanging(request: Request, content: bytes, kind: str) -> Response:
    return unchanging(request.headers, kind, lambda: content, lambda: _zipped(content))


@cache
def all_scripts() -> bytes:
    """Return the front end's modules as one, which has in it all that its components import."""
    return library(FRONTEND, [file.relative_to(FRONTEND).as_posix() for file in FRONTEND.rglob("*.js")]).encode()


@lru_cache(1 + WEIGHTS_KEPT)
def _zipped(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


@cache
def early_scripts() -> str:
    """Return what tells a browser which scripts a page is going to import: ours, and that of the canvas to draw on."""
    return ", ".join(f"<{address}>; rel=modulepreload" for address in (ALL_SCRIPTS, *_canvas_scripts()))


def _canvas_scripts() -> list[str]:
    """Return the address at which Streamlit has the drawable canvas's script, by its package's files."""
    package = find_spec(_CANVAS)
    files = Path(package.origin).parent.rglob("index-*.js") if package and package.origin else ()
    where = f"{base_path()}/_stcore/bidi-components/{_CANVAS.replace('_', '-')}.{_CANVAS}"
    return [f"{where}/{file.name}" for file in files]


class EarlyParts:
    """Gives a browser with the page itself its styles, so that nothing moves once it is there, and tells it which
    scripts will be imported, while Streamlit is still loading."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _asks_for_a_page(scope):
            await self._app(scope, receive, send)
            return
        zips = "gzip" in Headers(scope=scope).get("accept-encoding", "")
        await self._app(_as_it_is(scope), receive, _Page(send, zips=zips).send)


class _Page:
    """A page on its way to a browser, with what it is given on top; what else is sent goes as it is."""

    def __init__(self, send: Send, *, zips: bool) -> None:
        self._send = send
        self._zips = zips
        self._start: Message | None = None
        self._content = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_page(Headers(raw=message["headers"])):
            self._start = message
        elif self._start is None:
            await self._send(message)
        else:
            self._content += message.get("body", b"")
            if not message.get("more_body"):
                await self._finish(self._start)

    async def _finish(self, start: Message) -> None:
        content = self._content.replace(_END, early_styles() + early_elements() + _END)
        headers = MutableHeaders(raw=start["headers"])
        for name in _OF_THE_FILE:
            del headers[name]
        if self._zips:
            content = _zipped(content)
            headers["Content-Encoding"] = "gzip"
        headers["Content-Length"] = str(len(content))
        headers.append("Link", early_scripts())
        await self._send(start)
        await self._send({"type": "http.response.body", "body": content})


@cache
def early_styles() -> bytes:
    """Return the styles of every page, as a part of it. Behind Streamlit's own, they prevail."""
    return b"<style>" + b"".join((FRONTEND / name).read_bytes() for name in _STYLES) + b"</style>"


def _asks_for_a_page(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    return "text/html" in Headers(scope=scope).get("accept", "")


def _as_it_is(scope: Scope) -> Scope:
    """Ask for a page unpacked, and whole: what a browser has kept of it may have had other styles."""
    kept = [(name, value) for name, value in scope["headers"] if name.decode("latin-1").lower() not in _CONDITIONS]
    return {**scope, "headers": kept}


def _is_page(headers: Headers) -> bool:
    return headers.get("content-type", "").startswith("text/html")
