"""The door of a class, spoken to as a server speaks to it: what comes through. What is refused: `test_attacks.py`."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit import config

from digitcore.classroom.lesson import Lesson
from digitcore.classroom.passes import COOKIE
from digitcore.classroom.person import Person, Role
from digitcore.ui.classroom.door import NOW_ADDRESS
from harness.app.classroom import CODE, KEY, going_on, visitor
from harness.app.door import HOST, PAGE, ask, cookie, post


@pytest.fixture
def lesson(tmp_path: Path) -> Iterator[Lesson]:
    with going_on(tmp_path) as opened:
        yield opened


def test_without_a_class_everything_passes() -> None:
    assert ask("/").passed
    assert ask("/_stcore/stream", kind="websocket").passed


@pytest.mark.parametrize("host", ["localhost:8501", "127.0.0.1", "[::1]:8501", "192.168.1.20", "studio.localhost:80"])
def test_without_a_class_the_app_answers_to_what_means_this_machine(host: str) -> None:
    assert ask("/", host=host, origin=f"http://{host}").passed


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "[::1", "localhost.evil:1"])
def test_without_a_class_the_app_answers_to_no_other_name(host: str) -> None:
    answer = ask("/", host=host)
    assert (answer.passed, answer.status) == (False, 403)
    assert "STREAMLIT_SERVER_ALLOWED_HOSTS" in answer.body


def test_a_name_that_was_allowed_is_answered_to() -> None:
    config.set_option("server.allowedHosts", ["digits.school.example"])
    try:
        assert ask("/", host="digits.school.example").passed
        assert not ask("/", host="evil.example").passed
    finally:
        config.set_option("server.allowedHosts", [])


def test_every_answer_says_what_a_page_may_load() -> None:
    headers = ask("/").headers
    policy = headers["content-security-policy"]
    assert "script-src 'self' blob: 'wasm-unsafe-eval' 'sha256-" in policy
    assert not {"'unsafe-eval'", "*", "http:", "https:", "data:"} & set(
        policy.split("script-src")[1].split(";")[0].split()
    )
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_the_way_in_runs_no_script_but_its_own(lesson: Lesson) -> None:
    policy = ask("/join", accept=PAGE).headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


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
    for path, kind in (("/", "http"), ("/_stcore/stream", "websocket")):
        assert ask(path, kind=kind, cookie=joined.headers["set-cookie"].partition(";")[0]).passed


def test_the_teachers_key_goes_into_the_same_field(lesson: Lesson) -> None:
    made = post(KEY).headers["set-cookie"].partition(";")[0].removeprefix(f"{COOKIE}=")
    assert lesson.passes.read(made).role is Role.TEACHER


def test_the_health_check_is_for_all(lesson: Lesson) -> None:
    assert ask("/_stcore/health").passed


def test_pages_hear_what_goes_on_and_the_teacher_is_never_covered(lesson: Lesson) -> None:
    lesson.call(True)
    heard = ask(NOW_ADDRESS, cookie=cookie(lesson, visitor(lesson)))
    assert (heard.body, heard.headers["cache-control"]) == ('{"eyes":true,"cleared":0}', "no-store")
    assert lesson.visitors() == 1
    assert '"eyes":false' in ask(NOW_ADDRESS, cookie=cookie(lesson, Person("c-1", Role.TEACHER))).body
