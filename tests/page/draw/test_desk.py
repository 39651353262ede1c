"""The desk where pages have their drawings read: whose a request is, what it may send, and whose turn it is."""

import asyncio
import json
import threading
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response
from streamlit.testing.v1 import AppTest

from digitcore.classroom.pace import BURST, PER_SECOND, Pace
from digitcore.ui.draw import desk
from digitcore.ui.draw.desk import LARGEST_FRAME, Frame, answer, send_reading, send_steps
from digitcore.ui.draw.frame_queue import FrameQueue
from digitcore.ui.draw.session import NOTHING, Shown
from digitcore.ui.shared.own.seat import SEAT_KEY, Seat
from tests.page.conftest import ONE, SEVEN, OpenApp, frame, run, told


def request(ticket: str, picture: bytes = b"", query: str = "number=3") -> Request:
    """Return a request as it comes to the desk, its body in two parts."""
    half = len(picture) // 2
    parts = [{"type": "http.request", "body": picture[:half], "more_body": True}]
    parts.append({"type": "http.request", "body": picture[half:], "more_body": False})

    async def receive() -> Any:
        return parts.pop(0)

    scope = {"type": "http", "method": "POST", "headers": [], "query_string": query.encode()}
    return Request({**scope, "path_params": {"ticket": ticket}}, receive)


def ask(seat: Seat, picture: bytes, query: str = "number=3") -> Response:
    return asyncio.run(send_reading(request(seat.ticket, picture, query)))


def told_in(response: Response) -> Any:
    return json.loads(bytes(response.body))


@pytest.fixture
def app(open_app: OpenApp) -> AppTest:
    return run(open_app())


def test_a_frame_is_read_for_who_shows_the_ticket_of_a_page(app: AppTest) -> None:
    response = ask(app.session_state[SEAT_KEY], frame(SEVEN))
    assert told_in(response) == json.loads(json.dumps(told(app, SEVEN, number=3)))
    assert response.headers["cache-control"] == "no-store"


def test_the_steps_of_the_last_drawing_are_told(app: AppTest) -> None:
    seat = app.session_state[SEAT_KEY]
    ask(seat, frame(SEVEN))
    steps = told_in(asyncio.run(send_steps(request(seat.ticket))))
    assert [bool(step["image"]) for step in steps] == [True] * 5
    ask(seat, b"", "number=4")
    steps = told_in(asyncio.run(send_steps(request(seat.ticket))))
    assert [step["image"] for step in steps] == [""] * 5


@pytest.mark.parametrize("ticket", ["", "x", "../reading", "0" * 10_000])
@pytest.mark.parametrize("send", [send_reading, send_steps])
def test_a_ticket_that_no_page_has_gets_a_sentence(ticket: str, send: Any) -> None:
    response = asyncio.run(send(request(ticket, frame(SEVEN))))
    assert (response.status_code, response.body) == (404, b"This page is not known here any more: reload it.")


def test_a_ticket_ends_with_its_session(app: AppTest) -> None:
    ticket = app.session_state[SEAT_KEY].ticket
    del app.session_state[SEAT_KEY]
    assert asyncio.run(send_steps(request(ticket))).status_code == 404


@pytest.mark.parametrize("query", ["", "number=", "number=-1", "number=1.5", "number=" + "9" * 16, "number=²"])
def test_a_frame_without_a_number_is_not_read(app: AppTest, query: str) -> None:
    assert ask(app.session_state[SEAT_KEY], frame(SEVEN), query).status_code == 400


def test_a_frame_that_is_too_large_is_not_read_to_its_end(app: AppTest) -> None:
    response = ask(app.session_state[SEAT_KEY], bytes(2 * LARGEST_FRAME + 2))
    assert (response.status_code, response.body) == (400, b"This is no drawing from this page.")


def test_whoever_sends_faster_than_a_page_does_waits_before_their_picture_is_taken(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    waited: list[float] = []
    monkeypatch.setattr("asyncio.sleep", sleep)
    seat = app.session_state[SEAT_KEY]
    seat.pace = Pace(lambda: 100.0)  # all in one moment, however slow the machine
    for _ in range(BURST + 5):
        ask(seat, b"")
    assert waited[0] == 0.0
    assert 0 < waited[-1] < 5 / PER_SECOND + 1e-9


def test_a_picture_that_cant_be_read_is_answered_with_a_sentence(app: AppTest) -> None:
    told = told_in(ask(app.session_state[SEAT_KEY], b"rubbish"))
    assert (told["reading"], "no drawing from this page" in told["trouble"]) == (None, True)


def test_while_the_pen_moves_a_drawing_is_read_once_and_in_all_views_when_it_rests(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look_at(*_: object, plainly: bool) -> Shown:
        asked.append(plainly)
        return NOTHING

    asked: list[bool] = []
    seat = app.session_state[SEAT_KEY]
    monkeypatch.setattr(desk, "look_at", look_at)
    ask(seat, frame(ONE), "number=1&pen=down")
    ask(seat, frame(ONE), "number=2&pen=up")
    assert asked == [True, False]


class Reader:
    """Reads frames, named "a1" for session a, when it is let, and notes which."""

    def __init__(self) -> None:
        self.go, self.read = threading.Semaphore(0), list[str]()

    def __call__(self, frame: str) -> str:
        self.go.acquire(timeout=10)
        self.read.append(frame)
        return frame.upper()


async def sent(queue: FrameQueue[str, str], *frames: str) -> list[asyncio.Task[str]]:
    """Send frames one after the other, each to its session."""
    asked = []
    for each in frames:
        asked.append(asyncio.create_task(queue.answer(each[0], each)))
        await asyncio.sleep(0)
    return asked


def test_sessions_take_turns_and_of_each_only_the_newest_frame_is_read() -> None:
    async def scenario() -> list[str]:
        asked = await sent(queue, "a1", "a2", "a3", "a4", "b1", "a5", "c1", "a6")
        reader.go.release(8)
        return await asyncio.gather(*asked)

    reader = Reader()
    queue: FrameQueue[str, str] = FrameQueue(reader, 1)
    answers = asyncio.run(scenario())
    assert reader.read == ["a1", "a6", "b1", "c1"]  # a's second had its turn before the others came
    assert answers == ["A1", "A6", "A6", "A6", "B1", "A6", "C1", "A6"]


def test_a_session_is_read_in_one_thread_at_a_time() -> None:
    async def scenario() -> None:
        asked = await sent(queue, "a1", "a2", "b1")
        reader.go.release()
        await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
        assert len(reader.read) == 1
        reader.go.release(2)
        await asyncio.gather(*asked)

    reader = Reader()
    queue: FrameQueue[str, str] = FrameQueue(reader, 2)
    asyncio.run(scenario())
    assert sorted(reader.read) == ["a1", "a2", "b1"]
    assert reader.read.index("a1") < reader.read.index("a2")


def test_what_goes_wrong_with_one_frame_holds_up_no_other() -> None:
    def read(frame: str) -> str:
        if frame == "a1":
            raise ValueError(frame)
        return frame

    async def scenario() -> list[Any]:
        return await asyncio.gather(*(queue.answer(each[0], each) for each in ("a1", "b1")), return_exceptions=True)

    queue: FrameQueue[str, str] = FrameQueue(read, 1)
    failed, read_well = asyncio.run(scenario())
    assert (str(failed), read_well) == ("a1", "b1")


def test_who_gives_up_waiting_takes_the_answer_from_nobody() -> None:
    async def scenario() -> str:
        one, other = await sent(queue, "a1", "a2")
        one.cancel()
        reader.go.release(2)
        return await other

    reader = Reader()
    queue: FrameQueue[str, str] = FrameQueue(reader, 1)
    assert asyncio.run(scenario()) == "A2"


def test_a_page_that_has_no_network_yet_is_told_so() -> None:
    seat = Seat()
    with pytest.raises(Exception, match="reload it"):
        answer(Frame(seat, 1, frame(ONE)))
