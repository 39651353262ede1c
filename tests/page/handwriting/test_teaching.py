""" "That was a 7", with no browser: what is sent is kept as this browser's own, and read by from then on."""

import base64
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from digitcore.handwriting.keys import new_key, owner_of
from digitcore.handwriting.store import DrawingStore, mine, shared
from digitcore.preprocessing import prepare
from digitcore.preprocessing.decode import read_frame
from digitcore.ui.draw.teach import TEACH_KEY
from tests.page.conftest import SEVEN, OpenApp, component, frame, run, told

KEY, OTHER = new_key(), new_key()
IMAGE = np.rint(prepare(read_frame(frame(SEVEN))).image * 255).astype(np.uint8)


def message(do: str, ticket: str = "a", key: object = KEY, **about: Any) -> dict[str, Any]:
    return {"do": do, "ticket": ticket, "key": key, "code": None, **about}


def keep(label: object = 1, **about: Any) -> dict[str, Any]:
    picture = base64.b64encode(IMAGE.tobytes()).decode()
    strokes = [{"pen": 22, "points": [[90, 70], [230, 70]]}]
    drawn = {"image": picture, "strokes": strokes, "digit": 7, "confidence": 0.9, "run": "digitnet"}
    return message("keep", **{"label": label, **drawn, **about})


def send(app: AppTest, sent: object) -> dict[str, Any]:
    """Send what the browser would, and return what it is given."""
    app.session_state[TEACH_KEY] = {"message": sent}
    return component(run(app), TEACH_KEY)


def counts(key: str = KEY) -> tuple[int, ...]:
    owner = owner_of(key)
    assert owner is not None
    return DrawingStore.open().counts(mine(owner))


@pytest.fixture
def page(open_app: OpenApp) -> AppTest:
    return run(open_app())


def test_a_page_begins_with_no_examples_and_offers_a_key(page: AppTest) -> None:
    data = component(page, TEACH_KEY)
    assert (data["count"], data["examples"], data["answer"]) == (0, None, None)
    assert owner_of(data["fresh"]) is not None
    assert component(run(page), TEACH_KEY)["fresh"] == data["fresh"]


def test_a_drawing_is_kept_with_its_label_and_read_so_from_then_on(page: AppTest) -> None:
    assert told(page, SEVEN)["reading"]["digit"] == 7
    data = send(page, keep(1))
    assert data["answer"]["said"] == "Kept as a 1."
    assert counts()[1] == 1
    assert data["examples"]["labels"] == [1]
    reading = told(page, SEVEN)["reading"]
    assert reading["digit"] == 1
    assert reading["text"] == "Read by your own examples. By itself, the network reads a 7."
    assert reading["examples"] == data["examples"]["version"]
    (kept,) = DrawingStore.open().newest(mine(owner_of(KEY) or b""), 5)
    assert (kept.drawing.answer, kept.drawing.run, len(kept.drawing.strokes)) == (7, "digitnet", 1)


def test_a_switch_leaves_the_network_as_it_was(page: AppTest) -> None:
    before = told(page, SEVEN)["reading"]
    send(page, keep(1))
    data = send(page, message("switch", "b", on=False))
    assert (data["uses"], data["count"], data["examples"]) == (False, 1, None)
    assert told(page, SEVEN)["reading"] == before
    assert send(page, message("switch", "c", on=True))["examples"]["labels"] == [1]


def test_a_label_can_be_changed_and_taken_back(page: AppTest) -> None:
    number = send(page, keep(1))["answer"]["id"]
    answer = send(page, message("relabel", "b", id=number, label=8))["answer"]
    assert (answer["said"], counts()[8]) == ("Now kept as an 8.", 1)
    assert send(page, message("undo", "c", id=number))["answer"]["said"] == "Taken back."
    assert sum(counts()) == 0
    assert told(page, SEVEN)["reading"]["digit"] == 7
    assert "label it once more" in send(page, message("relabel", "d", id=number, label=8))["answer"]["trouble"]


def test_what_comes_twice_is_kept_once_and_answered_alike(page: AppTest) -> None:
    first = send(page, keep(1))["answer"]
    assert send(page, keep(1))["answer"] == first
    assert sum(counts()) == 1


def test_another_browser_sees_nothing_and_changes_nothing(page: AppTest, open_app: OpenApp) -> None:
    number = send(page, keep(1))["answer"]["id"]
    other = run(open_app())
    send(other, message("undo", "b", OTHER, id=number))
    assert component(run(other), TEACH_KEY)["count"] == 0
    assert sum(counts()) == 1


def test_a_browser_that_comes_back_is_known_by_its_key(page: AppTest, open_app: OpenApp) -> None:
    send(page, keep(1))
    later = open_app()  # a session of its own, as after a reload or a restart of the server
    data = send(later, message("greet", "x"))
    assert data["count"] == 1
    assert told(later, SEVEN)["reading"]["digit"] == 1


def test_what_is_kept_with_a_class_code_is_shared(page: AppTest) -> None:
    store = DrawingStore.open()
    code = store.open_class(owner_of(OTHER) or b"")
    send(page, {**keep(1), "code": code})
    assert sum(store.counts(shared(store.class_of(code) or 0))) == 1


def test_a_code_that_is_wrong_now_holds_up_one_answer_only(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[object] = []
    monkeypatch.setattr(DrawingStore, "class_of", lambda _, code: tried.append(code))
    for ticket in "abc":
        send(page, {**keep(1, ticket=ticket), "code": "lusab-bafod-gutih"})
    assert sum(counts()) == 3
    assert tried == ["lusab-bafod-gutih"]


@pytest.mark.parametrize(
    "sent",
    [
        None,
        "nonsense",
        {"do": "keep"},
        {"do": "keep", "ticket": 5},
        {"do": "keep", "ticket": "x" * 1_000, "key": KEY},
        message("keep", key=None),
        message("keep", key=["a"]),
        message("nothing of ours"),
        message("relabel", id=None, label=3),
        message("relabel", id=10**30, label=3),
        message("relabel", id=1, label=True),
        message("undo", id="1; DROP TABLE drawing"),
        message("undo", id=10**30),
        message("switch", on={}),
        keep(label=10),
        keep(label="<b>1</b>"),
        keep(image="!!!"),
        keep(image="QUJD"),
        keep(image="é"),
        keep(image=base64.b64encode(bytes(784)).decode()),
    ],
)
def test_a_message_that_is_none_of_ours_keeps_nothing(page: AppTest, sent: object) -> None:
    send(page, sent)
    assert sum(counts()) == 0


def test_what_is_odd_about_a_drawing_is_left_out(page: AppTest) -> None:
    send(page, keep(1, strokes="none", digit=77, confidence=float("inf"), run=["a"]))
    (kept,) = DrawingStore.open().newest(mine(owner_of(KEY) or b""), 5)
    assert (kept.drawing.strokes, kept.drawing.answer, kept.drawing.confidence, kept.drawing.run) == (
        (),
        None,
        None,
        None,
    )


def test_a_store_that_is_damaged_is_a_sentence_and_the_page_reads_on(page: AppTest, models: Path) -> None:
    send(page, keep(1))
    file = models / ".handwriting" / "drawings.sqlite"
    for part in file.parent.glob("drawings.sqlite*"):
        part.write_bytes(b"rubbish" * 1_000)
    answer = send(page, keep(2, ticket="b"))["answer"]
    assert "damaged" in answer["trouble"]
    assert told(page, SEVEN)["reading"]["digit"] == 7


def test_a_test_digit_has_its_label_and_is_asked_for_none(page: AppTest) -> None:
    assert component(page, TEACH_KEY)["offered"] is True
    page.session_state["way-in"] = "Test digit"
    assert component(run(page), TEACH_KEY)["offered"] is False
