"""What a browser may send instead of what our own scripts send: nothing of it may end a session."""

import asyncio
import io
import struct
import zlib
from typing import Any

import pytest
import streamlit as st
from hypothesis import given, settings, strategies
from PIL import Image
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.Navigation_pb2 import Navigation
from streamlit.proto.NewSession_pb2 import NewSession

from digitcore.classroom.pace import BURST, PER_SECOND, Pace
from digitcore.ui.draw import canvas
from digitcore.ui.draw.desk import _opened
from digitcore.ui.messages import PlainStates, with_plain_states
from digitcore.ui.page_changes import LATE, PATIENCE, PageChanges, Way
from digitcore.ui.server import middleware
from digitcore.ui.shared.charts import _cell, chosen_points
from digitcore.ui.shared.components import state_of
from harness.damage import anything, damaged
from tests.page.conftest import APP, SEVEN, OpenApp, frame, run


def png(width: int, height: int, colour: int = 3, extra: bytes = b"") -> bytes:
    """A PNG of so many pixels, all alike, which takes a thousandth of the bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress(bytes(1 + width) * height, 9)
    header = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    parts = chunk(b"IHDR", header) + extra + chunk(b"PLTE", bytes(6)) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def encoded(kind: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (160, 160)).save(file, kind)
    return file.getvalue()


TEXT = struct.pack(">I", 3) + b"tEXta\0b" + struct.pack(">I", zlib.crc32(b"tEXta\0b"))


@pytest.mark.parametrize(
    ("picture", "sentence"),
    [
        (png(513, 30), "513 × 30 pixels, and 512 a side are the most"),
        (png(3_000, 3_000), "3,000 × 3,000 pixels"),
        (png(0, 30), "0 × 30 pixels"),
        (png(160, 160, extra=TEXT), "no drawing from this page"),
        (png(160, 160)[:20], "160 × 0 pixels"),
        (b"\x89PNG\r\n\x1a\n" + bytes(12) * 100, "no drawing from this page"),
        (encoded("GIF"), "no drawing from this page"),
        (encoded("TIFF"), "no drawing from this page"),
        (b"x", "no drawing from this page"),
    ],
)
def test_a_frame_that_is_no_small_png_is_refused_unopened(
    picture: bytes, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Image, "open", None)
    found, trouble = _opened(picture)
    assert found is None
    assert sentence in trouble


@pytest.mark.parametrize(("size", "read"), [(1, 1), (160, 160), (230, 230), (512, 171)])
def test_a_frame_of_up_to_512_pixels_is_read_and_no_larger_than_the_pages_own(size: int, read: int) -> None:
    found, _ = _opened(png(size, size))
    assert found is not None
    assert found.size == (read, read)


@settings(max_examples=150)
@given(damaged(frame(SEVEN)))
def test_a_damaged_frame_is_read_or_refused_in_a_sentence(data: bytes) -> None:
    found, trouble = _opened(data)
    assert found is not None or trouble.endswith((".", "again.")) or not data


@settings(max_examples=80)
@given(anything())
def test_every_reader_of_a_component_survives_whatever_is_sent(value: object) -> None:
    _cell(value, [["a"]])
    assert isinstance(chosen_points({"selection": {"points": value}}), list)
    assert isinstance(chosen_points({"selection": value}), list)
    assert isinstance(chosen_points(value), list)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(st, "session_state", {canvas.TOOLS_KEY: {"pen": value}, "other": value})
        assert isinstance(canvas._chosen_width(), int)
        state_of("other", "frame")


DEEP = '{"frame": ' + "[" * 3_000 + "]" * 3_000 + "}"
NOT_PLAIN = ["{", "", "[1", DEEP, "[" * 30 + "]" * 30, '{"a": NaN}', "[1e999]", "1" * 5_000, '"' + "a" * 2**20 + '"']


@pytest.mark.parametrize("text", NOT_PLAIN, ids=[f"{text[:12]} {len(text)}" for text in NOT_PLAIN])
@pytest.mark.parametrize(("kind", "empty"), [("json_value", "{}"), ("json_trigger_value", "[]")])
def test_a_state_that_is_not_plain_json_never_reaches_streamlit(text: str, kind: str, empty: str) -> None:
    message = BackMsg()
    for id_, value in (("bad", text), ("good", '{"frame": {"number": 1}}')):
        state = message.rerun_script.widget_states.widgets.add()
        state.id = f"$$ID-{id_}"
        setattr(state, kind, value)
    cleaned = BackMsg.FromString(with_plain_states(message.SerializeToString()) or b"")
    bad, good = cleaned.rerun_script.widget_states.widgets
    assert getattr(bad, kind) == empty
    assert getattr(good, kind) == '{"frame": {"number": 1}}'


@settings(max_examples=100)
@given(strategies.binary(max_size=200))
def test_what_is_no_message_at_all_goes_on_as_it_is(data: bytes) -> None:
    with_plain_states(data)


def test_a_page_sends_a_burst_at_once_and_whoever_goes_on_waits_for_themselves() -> None:
    now = [100.0]
    pace = Pace(lambda: now[0])
    assert [pace.wait() for _ in range(BURST)] == [0.0] * BURST
    assert [pace.wait(), pace.wait()] == pytest.approx([1 / PER_SECOND, 2 / PER_SECOND])
    now[0] += BURST / PER_SECOND + 2 / PER_SECOND
    assert [pace.wait() for _ in range(BURST)] == pytest.approx([0.0] * BURST, abs=1e-9)
    assert pace.wait() > 0


def received(*messages: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what Streamlit gets of what a browser sends, up to the end of the connection."""
    sent, got = iter([*messages, {"type": "websocket.disconnect", "code": 1000}]), list[dict[str, Any]]()

    async def app(_scope: object, receive: Any, _send: object) -> None:
        while not got or got[-1]["type"] != "websocket.disconnect":
            got.append(await receive())

    async def receive() -> dict[str, Any]:
        return next(sent)

    (looking,) = (each for each in middleware if getattr(each.cls, "__name__", "") == PlainStates.__name__)
    asyncio.run(looking.cls(app)({"type": "websocket"}, receive, None))  # type: ignore[arg-type, call-arg]
    return got


def of_bytes(message: BackMsg) -> dict[str, Any]:
    return {"type": "websocket.receive", "bytes": message.SerializeToString()}


def test_every_message_of_the_app_is_looked_through() -> None:
    message = BackMsg()
    state = message.rerun_script.widget_states.widgets.add()
    state.id, state.json_value = "$$ID-a", DEEP
    (got, _) = received(of_bytes(message))
    assert BackMsg.FromString(got["bytes"]).rerun_script.widget_states.widgets[0].json_value == "{}"


def test_what_no_page_asks_for_never_reaches_streamlit() -> None:
    beat = of_bytes(BackMsg(app_heartbeat=True))
    got = received(of_bytes(BackMsg(clear_cache=True)), beat, of_bytes(BackMsg(load_git_info=True)))
    assert [each.get("bytes") for each in got] == [beat["bytes"], None]


def test_text_ends_the_connection_without_a_traceback() -> None:
    (end,) = received({"type": "websocket.receive", "text": "hello"}, of_bytes(BackMsg(app_heartbeat=True)))
    assert (end["type"], end["code"]) == ("websocket.disconnect", 1003)


class OnTheWay:
    """One browser's way through pages, with a clock that is set by hand."""

    def __init__(self) -> None:
        self.time = 100.0
        self.way = Way(lambda: self.time)

    def begins(self, page: str) -> None:
        self.way.told(ForwardMsg(new_session=NewSession(page_script_hash=page)).SerializeToString())

    def is_named(self, page: str) -> None:
        self.way.told(ForwardMsg(navigation=Navigation(page_script_hash=page)).SerializeToString())

    def asks(self, page: str, **said: object) -> str | None:
        """Return the page that Streamlit is asked for; None if it isn't asked at all."""
        message = BackMsg()
        message.rerun_script.page_script_hash = page
        for name, value in said.items():
            setattr(message.rerun_script, name, value)
        heeded = self.way.heard(message.SerializeToString())
        return BackMsg.FromString(heeded).rerun_script.page_script_hash if heeded else None


@pytest.fixture
def on_train() -> OnTheWay:
    browser = OnTheWay()
    assert browser.asks("", page_name="train") == ""
    browser.begins("train")
    return browser


def test_a_link_is_not_undone_by_what_the_page_before_still_says(on_train: OnTheWay) -> None:
    assert on_train.asks("draw") == "draw"
    assert on_train.asks("train") == "draw"  # a widget's new state goes with it
    assert on_train.asks("train", fragment_id="curves", is_auto_rerun=True) is None
    on_train.begins("train")  # of a run that had been asked for before
    assert on_train.asks("train") == "draw"
    on_train.begins("draw")
    assert on_train.asks("train") == "draw"  # the browser has not heard of it yet
    assert on_train.asks("train", fragment_id="curves", is_auto_rerun=True) is None
    assert on_train.asks("draw", fragment_id="bars") == "draw"


def test_a_link_back_and_the_browsers_own_way_back_lead_back(on_train: OnTheWay) -> None:
    assert on_train.asks("draw") == "draw"
    assert on_train.asks("train", is_history_navigation=True) == "train"
    on_train.begins("train")
    assert on_train.asks("draw") == "draw"
    on_train.begins("draw")
    on_train.time += LATE
    assert on_train.asks("train") == "train"


def test_of_two_links_the_later_counts_and_one_that_leads_nowhere_is_given_up(on_train: OnTheWay) -> None:
    assert on_train.asks("draw") == "draw"
    assert on_train.asks("data") == "data"
    assert on_train.asks("train") == "data"
    on_train.time += PATIENCE
    assert on_train.asks("train") == "train"


def test_the_first_page_is_known_once_it_is_named() -> None:
    browser = OnTheWay()
    browser.begins("main")  # whichever page it is, as Streamlit begins it
    browser.is_named("train")
    assert browser.asks("train", fragment_id="curves") == "train"
    assert browser.asks("train") == "train"
    assert browser.asks("draw") == "draw"
    assert browser.asks("train") == "draw"


def test_a_page_that_the_app_goes_to_by_itself_is_where_the_browser_is(on_train: OnTheWay) -> None:
    on_train.begins("draw")
    assert on_train.asks("draw", fragment_id="bars") == "draw"
    assert on_train.asks("train", fragment_id="curves") is None


def test_the_address_that_a_link_leads_to_stays_with_it(on_train: OnTheWay) -> None:
    assert on_train.asks("draw", query_string="run=mine") == "draw"
    late = BackMsg()
    late.rerun_script.page_script_hash, late.rerun_script.query_string = "train", "recipe=best"
    heeded = on_train.way.heard(late.SerializeToString())
    assert heeded
    assert BackMsg.FromString(heeded).rerun_script.query_string == "run=mine"


def test_the_app_keeps_links_and_passes_on_what_is_no_request() -> None:
    assert any(getattr(each.cls, "__name__", "") == PageChanges.__name__ for each in middleware)
    heartbeat = BackMsg(app_heartbeat=True).SerializeToString()
    assert Way().heard(heartbeat) == heartbeat
    assert Way().heard(b"\xff") == b"\xff"


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("draw", {"test-digit": "-1", "way-in": "none", "read-by": "nobody"}),
        ("train", {"epochs": "many", "network": "none"}),
        ("diagnostics", {"run": "nobody", "diagnostics-tab": "none", "cell": "99-x"}),
    ],
)
def test_an_address_that_names_nothing_shows_the_page_as_it_begins(
    open_app: OpenApp, name: str, address: dict[str, str]
) -> None:
    app = open_app().run().switch_page(str(APP.parent / "pages" / f"{name}.py"))
    for key, value in address.items():
        app.query_params[key] = value
    run(app)
    assert (len(app.title), list(app.error), list(app.warning)) == (1, [], [])
