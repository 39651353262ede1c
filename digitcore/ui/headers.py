"""What every answer says to browsers of how its content may be used: by our own pages alone, and as what it is."""

import base64
import hashlib
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import file_util

_EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # a stricter one would take the origin from our own forms, too
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), payment=(), usb=(), display-capture=()",
}

UNCHANGING = {"Cache-Control": "public, max-age=31536000, immutable"}  # of what has its fingerprint in its address


def unchanging(asked: Headers, kind: str, plain: Callable[[], bytes], packed: Callable[[], bytes]) -> Response:
    """Return the answer with what has its fingerprint in its address, gzipped where whoever asks unpacks it."""
    headers = UNCHANGING | {"Vary": "Accept-Encoding"}
    if "gzip" not in asked.get("accept-encoding", ""):
        return Response(plain(), media_type=kind, headers=headers)
    return Response(packed(), media_type=kind, headers=headers | {"Content-Encoding": "gzip"})


class SafeHeaders:
    """Adds these headers to every answer; a policy that an answer has already stays."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in (_EVERYWHERE | {"Content-Security-Policy": content_policy()}).items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_safely if scope["type"] == "http" else send)


@cache
def content_policy() -> str:
    """Return what a page may load: only what comes from this server, or was made in the page itself.

    Streamlit makes modules of components' scripts (`blob:`), counts in WebAssembly and writes styles into its pages,
    and has to be let.
    """
    scripts = " ".join(f"'sha256-{_digest(script)}'" for script in _scripts_within(_page()))
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' blob: 'wasm-unsafe-eval' {scripts}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "media-src 'self' data: blob:",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        )
    )


def _page() -> str:
    """Return the page that Streamlit sends for every address."""
    return Path(file_util.get_static_dir(), "index.html").read_text(encoding="utf-8")


def _scripts_within(page: str) -> list[str]:
    return re.findall(r"<script>(.*?)</script>", page, re.DOTALL)


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
