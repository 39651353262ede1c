"""Speaks to the app's middleware as a server does, with an app behind it that says hello to whoever gets through."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from digitcore.classroom.lesson import Lesson
from digitcore.classroom.passes import COOKIE
from digitcore.classroom.person import Person
from digitcore.ui.classroom.door import Door
from digitcore.ui.headers import SafeHeaders

HOST = "192.168.1.20:8501"
PAGE = "text/html,application/xhtml+xml"  # what a browser asks for that opens a page


@dataclass
class Answer:
    """What came back; `passed` says whether the app behind the door was asked."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    passed: bool = False


def ask(path: str, method: str = "GET", body: bytes = b"", kind: str = "http", **headers: str) -> Answer:
    """Send one request, or the first of a websocket; `from_` is the address that it comes from."""
    return _asked(_scope(path, method, kind, headers), _sender(body))


def begin_to_post(body: bytes) -> Answer:
    """Begin to type a code at the door, and never go on."""
    return _asked(_scope("/join", "POST", "http", {}), _sender(body, whole=False))


def _asked(scope: dict[str, Any], receive: Any) -> Answer:
    answer = Answer()
    asyncio.run(SafeHeaders(Door(_app(scope["type"], answer)))(scope, receive, _taker(answer)))
    return answer


def _scope(path: str, method: str, kind: str, headers: dict[str, str]) -> dict[str, Any]:
    path, _, query = path.partition("?")
    sent = {"host": HOST, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return {
        "type": kind,
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "scheme": "http" if kind == "http" else "ws",
        "client": (headers.get("from_", "10.0.0.2"), 4000),
        "server": ("192.168.1.20", 8501),
        "headers": [(name.encode(), value.encode("latin-1", "replace")) for name, value in sent.items()],
    }


def _app(kind: str, answer: Answer) -> Any:
    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        answer.passed = True
        if kind == "http":
            headers = [(b"content-type", b"text/html; charset=utf-8")]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": b"hello"})

    return app


def _sender(body: bytes, whole: bool = True) -> Any:
    parts = iter([body])

    async def receive() -> Any:
        part = next(parts, None)
        if part is None:
            await asyncio.Event().wait()
        return {"type": "http.request", "body": part, "more_body": not whole}

    return receive


def _taker(answer: Answer) -> Any:
    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = {name.decode().lower(): value.decode() for name, value in message["headers"]}
        elif message["type"] == "websocket.close":
            answer.status, answer.body = message["code"], message["reason"]
        else:
            answer.body += message.get("body", b"").decode()

    return send


def cookie(lesson: Lesson, person: Person) -> str:
    """Return the cookie of somebody in a class."""
    return f"{COOKIE}={lesson.passes.make(person)}"


def post(code: str, to: str = "/", **headers: str) -> Answer:
    """Type a code at the door."""
    return ask("/join", "POST", urlencode({"code": code, "to": to}).encode(), **headers)
