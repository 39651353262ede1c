"""My digits, with no browser: looked through, relabelled, deleted, shared, taken along and added."""

import io
import time
from typing import Any
from zipfile import ZipFile

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from digitcore.data.mnist import load_mnist
from digitcore.handwriting import exchange
from digitcore.handwriting.drawing import Drawing
from digitcore.handwriting.keys import new_key, owner_of
from digitcore.handwriting.store import DrawingStore, mine, shared
from digitcore.ui.handwriting.drawings import AT_ONCE, DRAWINGS_KEY
from tests.page.conftest import OpenApp, component, on, run

TEST = load_mnist().test
KEY, OTHER = new_key(), new_key()
ME, YOU = owner_of(KEY) or b"", owner_of(OTHER) or b""
PART = "browser-key"
PATIENCE = 60  # s; machines are shared


def keep(count: int, owner: bytes = ME, group: int | None = None) -> None:
    drawings = [Drawing(int(TEST.labels[at]), TEST.images[at], run="digitnet", answer=1) for at in range(count)]
    DrawingStore.open().keep_all(owner, drawings, group)


def arrive(app: AppTest, key: str = KEY, code: str | None = None) -> AppTest:
    """Open the page as the browser with that key."""
    app.session_state[PART] = {"browser": {"key": key, "code": code}}
    return on(run(app), "my_digits")


def open_tab(app: AppTest, name: str) -> AppTest:
    app.session_state["my-digits-tab"] = app.query_params["my-digits-tab"] = name
    return run(app)


@pytest.fixture
def page(open_app: OpenApp) -> AppTest:
    return open_app()


def ask(app: AppTest, do: str, ticket: str, **about: Any) -> dict[str, Any]:
    app.session_state[DRAWINGS_KEY] = {"message": {"do": do, "ticket": ticket, **about}}
    return component(run(app), DRAWINGS_KEY)


def counts(owner: bytes = ME) -> tuple[int, ...]:
    return DrawingStore.open().counts(mine(owner))


def test_a_page_with_no_drawings_says_what_to_do(page: AppTest) -> None:
    arrive(page)
    assert any("Nothing here yet" in text.value for text in page.markdown)


def test_before_the_browser_has_said_who_it_is_nothing_is_shown(page: AppTest) -> None:
    keep(3)
    on(run(page), "my_digits")
    assert [tab.label for tab in page.tabs] == []


def test_drawings_are_shown_with_what_was_read_the_newest_first(page: AppTest) -> None:
    keep(5)
    data = component(arrive(page), DRAWINGS_KEY)
    assert [entry["label"] for entry in data["entries"]] == TEST.labels[:5].tolist()[::-1]
    assert data["entries"][0]["read"] == 1
    assert data["sheet"]["columns"] == 5


def test_one_digit_alone_can_be_shown_and_many_come_by_pages(page: AppTest) -> None:
    keep(AT_ONCE + 5)
    arrive(page)
    assert len(component(page, DRAWINGS_KEY)["entries"]) == AT_ONCE
    page.number_input(key="drawings-page").set_value(2)
    assert len(component(run(page), DRAWINGS_KEY)["entries"]) == 5
    page.session_state["of-digit"] = page.query_params["of-digit"] = "7"
    entries = component(run(page), DRAWINGS_KEY)["entries"]
    assert {entry["label"] for entry in entries} == {7}
    assert len(entries) == int((TEST.labels[: AT_ONCE + 5] == 7).sum())


def test_drawings_are_relabelled_deleted_and_put_back(page: AppTest) -> None:
    keep(4)
    ids = [entry["id"] for entry in component(arrive(page), DRAWINGS_KEY)["entries"]]
    assert ask(page, "relabel", "a", ids=ids[:2], label=9)["answer"]["said"] == "2 drawings labelled 9."
    assert counts()[9] == 2
    data = ask(page, "remove", "b", ids=ids)
    assert (data["answer"]["said"], data["answer"]["undo"], data["entries"]) == ("4 drawings deleted.", True, [])
    assert sum(counts()) == 0
    assert ask(page, "restore", "c")["answer"]["said"] == "4 drawings put back."
    assert counts()[9] == 2


@pytest.mark.parametrize("about", [{}, {"ids": "all"}, {"ids": [None, "1", 10**30, -1]}, {"ids": [1], "label": "<b>"}])
@pytest.mark.parametrize("do", ["relabel", "remove", "restore", "nothing of ours"])
def test_a_message_that_is_none_of_ours_changes_nothing(page: AppTest, do: str, about: dict[str, Any]) -> None:
    keep(2, YOU)  # their drawing is number 1
    keep(2)
    arrive(page)
    ask(page, do, "a", **about)
    assert sum(counts()) == 2
    assert sum(counts(YOU)) == 2


def test_a_class_sees_what_is_shared_and_its_members_change_only_their_own(page: AppTest, open_app: OpenApp) -> None:
    store = DrawingStore.open()
    code = store.open_class(YOU)
    group = store.class_of(code) or 0
    keep(3, YOU, group)
    arrive(page, code=code)
    page.session_state["whose-digits"] = page.query_params["whose-digits"] = "My class's"
    entries = component(run(page), DRAWINGS_KEY)["entries"]
    assert [entry["mine"] for entry in entries] == [False] * 3
    assert "Only whoever drew these" in ask(page, "remove", "a", ids=[entries[0]["id"]])["answer"]["said"]
    assert sum(store.counts(shared(group))) == 3


def shown_code(app: AppTest) -> str:
    return str(app.code[0].value)


def test_a_class_is_opened_joined_and_left(page: AppTest, open_app: OpenApp) -> None:
    keep(2)
    open_tab(arrive(page), "Share")
    page.checkbox(key="share-earlier").check()
    next(button for button in page.button if button.label == "Open a class").click()
    run(page)
    code = shown_code(page)
    group = DrawingStore.open().class_of(code)
    assert group is not None
    assert sum(DrawingStore.open().counts(shared(group))) == 2
    other = open_tab(arrive(open_app(), OTHER), "Share")
    other.text_input(key="class-code").input(code.upper().replace("-", " "))
    next(button for button in other.button if button.label == "Join").click()
    run(other)
    assert shown_code(other) == code
    assert component(other, PART)["code"] == code
    next(button for button in page.button if button.label == "Leave the class").click()
    run(page)
    assert not page.code
    assert component(page, PART)["code"] == ""
    assert sum(DrawingStore.open().counts(shared(group))) == 0


def test_a_wrong_code_opens_nothing(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digitcore.handwriting.keys.PENALTY", 0.0)
    open_tab(arrive(page), "Share")
    page.text_input(key="class-code").input("lusab-bafod-gutih")
    next(button for button in page.button if button.label == "Join").click()
    run(page)
    assert "No class has this code" in page.toast[0].value
    assert component(page, PART)["code"] is None


def test_drawings_come_back_from_the_files_they_were_taken_along_in(page: AppTest) -> None:
    keep(4)
    digits = DrawingStore.open().digits(mine(ME))
    names = ZipFile(io.BytesIO(exchange.zip_of(digits))).namelist()
    assert [name[0] for name in names] == [str(label) for label in digits.labels]
    app = open_tab(arrive(page, OTHER), "Files")
    uploader = app.file_uploader[0]
    uploader.upload("mine.npz", exchange.npz_of(digits)).run()
    end = time.monotonic() + PATIENCE
    while app.get("progress"):
        assert time.monotonic() < end, "still checking"
        time.sleep(0.05)
        run(app)
    next(button for button in app.button if button.label == "Add 4 digits to mine").click()
    run(app)
    added = DrawingStore.open().digits(mine(YOU))
    assert np.array_equal(added.images, digits.images)
    assert np.array_equal(added.labels, digits.labels)


def test_a_file_that_is_none_is_a_sentence_and_adds_nothing(page: AppTest) -> None:
    app = open_tab(arrive(page), "Files")
    app.file_uploader[0].upload("mine.npz", b"PK rubbish").run()
    end = time.monotonic() + PATIENCE
    while app.get("progress"):
        assert time.monotonic() < end, "still checking"
        time.sleep(0.05)
        run(app)
    assert app.warning
    assert sum(counts()) == 0


def test_the_classs_hand_is_seen_side_by_side_beside_mnist_and_by_how_it_writes_a_seven(page: AppTest) -> None:
    store = DrawingStore.open()
    code = store.open_class(ME)
    group = store.class_of(code) or 0
    keep(40, ME, group)
    keep(20, YOU, group)
    page.session_state["my-digits-tab"] = page.session_state["whose-digits"] = ""
    arrive(page, code=code)
    page.session_state["whose-digits"] = page.query_params["whose-digits"] = "My class's"
    page.session_state["hand-of-digit"] = page.query_params["hand-of-digit"] = "7"
    open_tab(page, "Handwriting")
    assert len(component(page, "hand-drawings")["entries"]) == 2  # one of each hand
    assert [entry["text"] for entry in component(page, "hand-means")["entries"]] == [
        "of 7 drawings",
        "of 6,265 drawings",
    ]
    assert any(text.value == "1 of 7 sevens has a bar" for text in page.header)  # test digit 36
    assert any("reads 60 of 60 right" in text.value for text in page.caption)
    page.session_state["hand-of-digit"] = page.query_params["hand-of-digit"] = "1"
    assert {"upstroke", "foot"} <= {text.value.split()[-1] for text in run(page).header}


def test_a_hand_of_ones_own_begins_with_the_digit_drawn_most(page: AppTest) -> None:
    DrawingStore.open().keep_all(ME, [Drawing(4, TEST.images[4])] * 2 + [Drawing(1, TEST.images[2])])
    open_tab(arrive(page), "Handwriting")
    assert any(text.value == "Your fours" for text in page.header)
    page.session_state["hand-of-digit"] = page.query_params["hand-of-digit"] = "8"
    assert any(text.value == "There is no 8 yet." for text in run(page).caption)
