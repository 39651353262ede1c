"""Streamlit's own scripts and styles, read once and packed once.

A page asks for a hundred of them. Streamlit opens each for everybody anew, reads it piece by piece in threads, and
sends it unpacked: 2.5 MB to each browser, which are 0.6 packed.
"""

import gzip
import re
from functools import cache, partial
from pathlib import Path

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import file_util

from digitcore.ui.headers import unchanging
from digitcore.ui.shared.components import base_path

_LARGEST = 1_000_000  # bytes: what is larger is for charts and tables that few pages have
_KINDS = {".js": "text/javascript", ".css": "text/css"}

# what the Draw page shows, by the names that Streamlit gives the scripts of its elements
_ELEMENTS = ("BidiComponent", "Button", "Checkbox", "DownloadButton", "Metric", "Selectbox")
_IMPORTS = re.compile(r"""(?:from|import)\s*["']\./([\w.~-]+\.js)["']""")


class ReadyFiles:
    """Answers for Streamlit where somebody asks for one of these files."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        file = _ready_files().get(scope["path"]) if _asks(scope) else None
        if file is None:
            await self._app(scope, receive, send)
        else:
            kind, packed = _KINDS[file.suffix], partial(_zipped, file)
            await unchanging(Headers(scope=scope), kind, file.read_bytes, packed)(scope, receive, send)


def _asks(scope: Scope) -> bool:
    return scope["type"] == "http" and scope["method"] == "GET"


@cache
def _ready_files() -> dict[str, Path]:
    """Return the files by their addresses. All have their fingerprint in their names, and so never change."""
    folder = _folder()
    files = (*folder.glob("js/*.*.js"), *folder.glob("css/*.*.css"))
    return {f"{_address()}/{file.parent.name}/{file.name}": file for file in files if file.stat().st_size <= _LARGEST}


@cache
def _zipped(file: Path) -> bytes:
    return gzip.compress(file.read_bytes(), mtime=0)


def pack_early_files() -> None:
    """Pack what every page asks for, so that nobody has to wait for that."""
    for name in (*_named_by_the_page(), *_early_names()):
        file = _ready_files().get(f"{_address()}/js/{name}")
        if file:
            _zipped(file)


@cache
def early_elements() -> bytes:
    """Return, as a part of a page, which scripts Streamlit is going to import once it knows what is on the page.

    They come with the others, rather than after the server's answer and then one wave of imports after the other.
    """
    link = f'<link rel="modulepreload" crossorigin href="{_address()}/js/%s">'
    return "".join(link % name for name in _early_names()).encode()


@cache
def _named_by_the_page() -> list[str]:
    page = (_folder().parent / "index.html").read_text(encoding="utf-8")
    return re.findall(r"[\w.~-]+\.js", page)


@cache
def _early_names() -> list[str]:
    names = [file.name for element in _ELEMENTS for file in sorted((_folder() / "js").glob(f"{element}.*.js"))]
    return _with_imports(names, set(_named_by_the_page()))


def _with_imports(names: list[str], known: set[str]) -> list[str]:
    """Return scripts and all that they import, each once, but for what is known already."""
    found: list[str] = []
    waiting = [*names]
    while waiting:
        name = waiting.pop(0)
        if name in known or name in found:
            continue
        found.append(name)
        waiting += _IMPORTS.findall((_folder() / "js" / name).read_text(encoding="utf-8"))
    return found


def _folder() -> Path:
    return Path(file_util.get_static_dir(), "static")


def _address() -> str:
    return f"{base_path()}/static"
