"""How a page comes to a browser: with its styles, so that nothing of it moves when they come later."""

import asyncio
import gzip
from typing import Any

import pytest
from starlette.datastructures import Headers
from starlette.types import Message

from digitcore.ui.ready_files import early_elements
from digitcore.ui.served import EarlyParts, early_styles
from digitcore.ui.shared.components import ALL_SCRIPTS, FRONTEND

PAGE = b"<html><head></head><body><div id='root'></div></body></html>"
ASKED = {"accept": "text/html,*/*", "accept-encoding": "gzip", "if-none-match": '"kept"'}


def answer(asked: dict[str, str], kind: str = "text/html; charset=utf-8", method: str = "GET") -> tuple[Headers, bytes]:
    """Return the headers and the body with which a page of Streamlit's is sent, which it never sends anew if kept."""

    async def streamlit(scope: Any, _receive: object, send: Any) -> None:
        kept = "if-none-match" in Headers(scope=scope)
        headers = [(b"content-type", kind.encode()), (b"etag", b'"kept"'), (b"content-length", b"%d" % len(PAGE))]
        await send({"type": "http.response.start", "status": 304 if kept else 200, "headers": headers})
        for part, more in ((b"" if kept else PAGE[:20], True), (b"" if kept else PAGE[20:], False)):
            await send({"type": "http.response.body", "body": part, "more_body": more})

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(name.encode(), value.encode()) for name, value in asked.items()]
    scope = {"type": "http", "method": method, "headers": headers}
    asyncio.run(EarlyParts(streamlit)(scope, None, send))  # type: ignore[arg-type]
    return Headers(raw=sent[0]["headers"]), b"".join(message.get("body", b"") for message in sent[1:])


def test_a_page_brings_its_styles_and_names_its_scripts_whatever_the_browser_has_kept() -> None:
    headers, body = answer(ASKED)
    assert (headers["content-encoding"], headers["content-length"]) == ("gzip", str(len(body)))
    assert gzip.decompress(body) == PAGE.replace(b"</body>", early_styles() + early_elements() + b"</body>")
    assert (FRONTEND / "page.css").read_bytes() in early_styles()
    assert ALL_SCRIPTS in headers["link"]
    assert "etag" not in headers


def test_a_browser_that_unpacks_nothing_gets_the_page_as_it_is() -> None:
    headers, body = answer({"accept": "text/html"})
    assert "content-encoding" not in headers
    assert body.endswith(early_styles() + early_elements() + b"</body></html>")


@pytest.mark.parametrize(
    ("asked", "kind", "method"),
    [
        ({"accept": "*/*"}, "text/html", "GET"),
        ({"accept": "text/html"}, "text/javascript", "GET"),
        ({"accept": "text/html"}, "text/html", "HEAD"),
    ],
)
def test_what_is_no_page_goes_as_it_is(asked: dict[str, str], kind: str, method: str) -> None:
    headers, body = answer(asked, kind, method)
    assert body == PAGE
    assert headers["etag"] == '"kept"'
