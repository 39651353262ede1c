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
from digitcore.ui.shared.components import ALL_SCRIPTS, FRONTEND, base_path
from digitcore.ui.shared.weights import WEIGHTS_KEPT, packed_now

_UNCHANGING = {"Cache-Control": "public, max-age=31536000, immutable"}
_CANVAS = "streamlit_drawable_canvas"


class UnchangingFiles(StaticFiles):
    """Files as they are."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers.update(_UNCHANGING)
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
    headers = _UNCHANGING | {"Vary": "Accept-Encoding"}
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(content, media_type=kind, headers=headers)
    return Response(_zipped(content), media_type=kind, headers=headers | {"Content-Encoding": "gzip"})


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


class EarlyScripts:
    """Tells a browser with the page itself which scripts will be imported there, while Streamlit is still loading."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_hint(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_page(Headers(raw=message["headers"])):
                MutableHeaders(raw=message["headers"]).append("Link", early_scripts())
            await send(message)

        await self._app(scope, receive, send_with_hint if scope["type"] == "http" else send)


def _is_page(headers: Headers) -> bool:
    return headers.get("content-type", "").startswith("text/html")
