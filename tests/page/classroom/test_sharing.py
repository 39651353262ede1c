"""Digits shared in a class that goes on: by its own code, if the teacher lets it and whoever drew them wants it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from digitcore.classroom.lesson import Lesson
from digitcore.classroom.person import Person
from digitcore.data.mnist import load_mnist
from digitcore.handwriting.drawing import Drawing
from digitcore.handwriting.keys import new_key, owner_of
from digitcore.handwriting.store import DrawingStore, mine, shared
from harness.app.classroom import act_as, going_on, teacher, visitor
from tests.page.conftest import OpenApp, component, on, run

TEST = load_mnist().test
TEACHER, PUPIL = new_key(), new_key()
PART = "browser-key"


@pytest.fixture
def lesson(models: Path) -> Iterator[Lesson]:
    with going_on(models) as opened:
        yield opened


def keep(key: str, count: int, group: int | None = None) -> None:
    drawings = [Drawing(int(TEST.labels[at]), TEST.images[at]) for at in range(count)]
    DrawingStore.open().keep_all(owner_of(key) or b"", drawings, group)


def share_tab(open_app: OpenApp, lesson: Lesson, person: Person, key: str, code: str | None = None) -> AppTest:
    act_as(lesson, person)
    app = open_app()
    app.session_state[PART] = {"browser": {"key": key, "code": code}}
    app = on(run(app), "my_digits")
    app.session_state["my-digits-tab"] = app.query_params["my-digits-tab"] = "Share"
    return run(app)


def said(app: AppTest) -> str:
    return " ".join(each.value for kind in (app.caption, app.markdown, app.toast) for each in kind)


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click()
    return run(app)


def test_whoever_has_joined_shares_without_another_code_if_the_teacher_lets_them_and_they_want(
    open_app: OpenApp, lesson: Lesson
) -> None:
    keep(PUPIL, 3)
    pupil = share_tab(open_app, lesson, visitor(lesson), PUPIL)
    assert "yours alone" in said(pupil)
    assert not [each for each in (*pupil.button, *pupil.toggle) if "hare" in each.label]
    desk = share_tab(open_app, lesson, teacher(lesson), TEACHER)
    desk.toggle(key="class-shares").set_value(True)
    assert "has **0 digits**" in said(run(desk))
    act_as(lesson, visitor(lesson))
    assert DrawingStore.open().counts(shared(lesson.shares or 0)) == (0,) * 10  # nothing by itself
    run(pupil).checkbox(key="share-earlier").check()
    press(pupil, "Share mine with the class")
    assert "has **3 digits**" in said(pupil)
    mark = component(pupil, PART)["code"]
    again = share_tab(open_app, lesson, visitor(lesson), PUPIL, mark)  # after a reload
    press(again, "End sharing")
    assert "has **0 digits**" in said(run(act_teacher(desk, lesson)))
    assert sum(DrawingStore.open().counts(mine(owner_of(PUPIL) or b""))) == 3


def act_teacher(desk: AppTest, lesson: Lesson) -> AppTest:
    act_as(lesson, teacher(lesson))
    return desk


def test_what_the_teacher_ends_is_shared_no_longer_and_cleared_with_the_class(
    open_app: OpenApp, lesson: Lesson
) -> None:
    desk = share_tab(open_app, lesson, teacher(lesson), TEACHER)
    desk.toggle(key="class-shares").set_value(True)
    run(desk)
    group = lesson.shares
    mark = component(desk, PART)["code"]
    keep(PUPIL, 2, group)
    keep(PUPIL, 3)
    desk.toggle(key="class-shares").set_value(False)
    run(desk)
    pupil = share_tab(open_app, lesson, visitor(lesson), PUPIL, mark)
    assert pupil.session_state["seat"].browser.group is None
    act_as(lesson, teacher(lesson))
    run(desk).toggle(key="class-shares").set_value(True)
    run(desk)
    assert lesson.shares == group  # the same drawings as before
    press(on(desk, "classroom"), "Clear for good")
    assert sum(DrawingStore.open().counts(shared(group or 0))) == 0
    assert sum(DrawingStore.open().counts(mine(owner_of(PUPIL) or b""))) == 3


def test_a_visitor_cannot_let_the_class_share_and_a_class_before_shares_nothing(
    open_app: OpenApp, lesson: Lesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = share_tab(open_app, lesson, teacher(lesson), TEACHER)
    desk.toggle(key="class-shares").set_value(True)
    act_as(lesson, visitor(lesson))  # who sends by hand what the teacher's page would
    run(desk)
    assert lesson.shares is None
    assert "Only the teacher" in said(desk)
    lesson.share(5)
    pupil = share_tab(open_app, lesson, visitor(lesson), PUPIL, "lesson of-another-day")
    assert pupil.session_state["seat"].browser.group is None
