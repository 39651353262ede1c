"""The door of a class, spoken to as a server speaks to it: what comes through, and what is refused."""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from digitcore.classroom.lesson import Lesson
from digitcore.classroom.passes import COOKIE, Passes
from digitcore.classroom.person import Person, Role
from digitcore.classroom.tries import FREE
from digitcore.ui.classroom.door import FRAMES, NOW_ADDRESS, Door, FramedByOurselves, own_path
from harness.app.classroom import CODE, KEY, going_on, visitor

HOST = "192.168.1.20:8501"
PAGE = "text/html,application/xhtml+xml"


@dataclass
class Answer:
    """What came back; `passed` says whether the app behind the door was asked."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    passed: bool = False


@pytest.fixture
def lesson(tmp_path: Path) -> Iterator[Lesson]:
    with going_on(tmp_path) as opened:
        yield opened


def ask(path: str, method: str = "GET", body: bytes = b"", kind: str = "http", **headers: str) -> Answer:
    """Send one request to the door, with the app behind it, which says hello to whoever gets through."""
    answer = Answer()
    path, _, query = path.partition("?")
    sent = {"host": HOST, **{name.replace("_", "-"): value for name, value in headers.items()}}
    scope: dict[str, Any] = {
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

    async def app(scope: Any, receive: Any, send: Any) -> None:
        answer.passed = True
        if kind == "http":
            headers = [(b"content-type", b"text/html; charset=utf-8")]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": b"hello"})

    async def receive() -> Any:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = {name.decode().lower(): value.decode() for name, value in message["headers"]}
        elif message["type"] == "websocket.close":
            answer.status = message["code"]
        else:
            answer.body += message.get("body", b"").decode()

    asyncio.run(FramedByOurselves(Door(app))(scope, receive, send))
    return answer


def cookie(lesson: Lesson, person: Person) -> str:
    return f"{COOKIE}={lesson.passes.make(person)}"


def post(code: str, to: str = "/", **headers: str) -> Answer:
    return ask("/join", "POST", urlencode({"code": code, "to": to}).encode(), **headers)


def test_without_a_class_everything_passes() -> None:
    assert ask("/").passed
    assert ask("/_stcore/stream", kind="websocket").passed
    assert ask("/").headers["content-security-policy"] == FRAMES


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/train", "/studio/weights/digitnet/x", "/_stcore/host-config", "/_stcore/upload_file/a/b"),
        *("/media/x.png", "/static/index.js", NOW_ADDRESS, "/join/", "/JOIN", "/_stcore/health/../stream", "/%6aoin"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_without_a_pass_nothing_is_answered(lesson: Lesson, path: str, method: str) -> None:
    answer = ask(path, method)
    assert not answer.passed
    assert (answer.status, answer.body) == (403, "Join the class first: open the page anew.")


def test_whoever_opens_a_page_is_led_to_the_door_and_from_there_to_that_page(lesson: Lesson) -> None:
    led = ask("/train?epochs=3", accept=PAGE)
    assert (led.status, led.headers["location"]) == (303, "/join?to=%2Ftrain%3Fepochs%3D3")
    page = ask(led.headers["location"], accept=PAGE)
    assert 'name="to" value="/train?epochs=3"' in page.body
    joined = post(CODE, "/train?epochs=3", origin=f"http://{HOST}")
    assert (joined.status, joined.headers["location"]) == (303, "/train?epochs=3")


def test_the_pass_is_a_cookie_that_no_script_and_no_other_site_gets(lesson: Lesson) -> None:
    joined = post(CODE)
    assert re.search(r"; HttpOnly; Max-Age=43200; Path=/; SameSite=lax$", joined.headers["set-cookie"])
    assert ask("/", cookie=joined.headers["set-cookie"].partition(";")[0]).passed


def test_the_teachers_key_goes_into_the_same_field(lesson: Lesson) -> None:
    made = post(KEY).headers["set-cookie"].partition(";")[0].removeprefix(f"{COOKIE}=")
    assert lesson.passes.read(made).role is Role.TEACHER


def test_a_wrong_code_is_a_sentence_on_the_same_page_and_too_many_are_slowed(lesson: Lesson) -> None:
    for _ in range(FREE):
        answer = post("<b>wrong")
        assert answer.status == 403
        assert "not the class&#x27;s code" in answer.body
        assert "<b>" not in answer.body
        assert "set-cookie" not in answer.headers
    assert post(CODE).status == 429
    assert post(CODE, from_="10.0.0.3").status == 303


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"code=" + b"A" * 100_000, b"a=1&" * 2000, b"code[]=1", b"{}"])
def test_no_form_is_too_odd_for_a_sentence(lesson: Lesson, body: bytes) -> None:
    assert ask("/join", "POST", body).status == 403


def test_a_socket_needs_a_pass_too(lesson: Lesson) -> None:
    stream, own = "/_stcore/stream", f"http://{HOST}"
    refused = ask(stream, kind="websocket", origin=own)
    assert (refused.passed, refused.status) == (False, 1008)
    other = f"{COOKIE}={Passes('another').make(visitor(lesson))}"
    assert not ask(stream, kind="websocket", origin=own, cookie=other).passed
    assert ask(stream, kind="websocket", origin=own, cookie=cookie(lesson, visitor(lesson))).passed


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://192.168.1.20:9999", f"http://{HOST}.evil", "", "http://localhost"]
)
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_another_sites_page_is_refused_even_with_a_pass(lesson: Lesson, origin: str, kind: str) -> None:
    answer = ask("/_stcore/stream", kind=kind, origin=origin, cookie=cookie(lesson, visitor(lesson)))
    assert not answer.passed
    assert answer.status in (403, 1008)
    assert not post(CODE, origin=origin).headers.get("set-cookie")


def test_the_health_check_is_for_all(lesson: Lesson) -> None:
    assert ask("/_stcore/health").passed


@pytest.mark.parametrize(
    "to", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "", "/a\r\nX: y", "\\/e"]
)
def test_joining_leads_to_no_other_site(lesson: Lesson, to: str) -> None:
    assert own_path(to) == "/"
    assert post(CODE, to).headers["location"] == "/"


def test_nothing_of_an_address_becomes_markup(lesson: Lesson) -> None:
    page = ask("/join?to=" + quote('/"><script>alert(1)</script>{{trouble}}'), accept=PAGE)
    assert "<script>alert" not in page.body
    rules = page.headers["content-security-policy"]
    assert FRAMES in rules
    assert "default-src 'none'" in rules
    assert "unsafe" not in rules


def test_pages_hear_what_goes_on_and_the_teacher_is_never_covered(lesson: Lesson) -> None:
    lesson.eyes_to_the_front = True
    heard = ask(NOW_ADDRESS, cookie=cookie(lesson, visitor(lesson)))
    assert (heard.body, heard.headers["cache-control"]) == ('{"eyes":true,"cleared":0}', "no-store")
    assert lesson.visitors() == 1
    assert '"eyes":false' in ask(NOW_ADDRESS, cookie=cookie(lesson, Person("c-1", Role.TEACHER))).body
