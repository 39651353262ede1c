"""The pages in a class: what a visitor and the teacher see, and what becomes of a forbidden press sent by hand."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from digitcore.base.errors import NotAllowed
from digitcore.base.settings import SHIPPED_FOLDER
from digitcore.classroom.leading import drawings, led, show_to_all
from digitcore.classroom.lesson import Lesson
from digitcore.data.mnist import Dataset
from digitcore.data.store import DataStore
from digitcore.jobs import Job, State
from digitcore.runs.config import TrainingConfig
from digitcore.runs.store import RunStore
from digitcore.ui.train.panel import queue_rows
from digitcore.ui.train.runs_table import newest_first, table_key
from harness.app.classroom import ADDRESS, CODE, act_as, going_on, teacher, visitor
from tests.page.conftest import SEVEN, OpenApp, component, on, run, told

SOMEBODYS = "somebodys"


@pytest.fixture
def lesson(models: Path) -> Iterator[Lesson]:
    with going_on(models) as opened:
        act_as(opened, visitor(opened, 7))
        yield opened


@pytest.fixture
def somebodys_run(models: Path, lesson: Lesson) -> str:
    folder = models / SOMEBODYS
    shutil.copytree(SHIPPED_FOLDER / "dense", folder)
    record = json.loads((folder / "run.json").read_text())
    record |= {"id": SOMEBODYS, "name": "Somebody's", "by": visitor(lesson, 8).id}
    (folder / "run.json").write_text(json.dumps(record))
    return SOMEBODYS


def said(app: AppTest) -> str:
    return " ".join(each.value for kind in (app.caption, app.markdown, app.error, app.info, app.toast) for each in kind)


def selected(app: AppTest, run_id: str) -> AppTest:
    app.session_state["train-tab"] = app.query_params["train-tab"] = "Runs"
    run(app)
    runs = newest_first(RunStore.open().list())
    rows = [index for index, each in enumerate(runs) if each.id == run_id]
    app.session_state[table_key(runs)] = {"selection": {"rows": rows, "columns": [], "cells": []}}
    return run(app)


def test_a_visitor_sees_who_they_are_and_no_page_of_the_teachers(open_app: OpenApp, lesson: Lesson) -> None:
    app = run(open_app())
    assert "Visitor 7" in " ".join(each.value for each in app.sidebar.caption)
    assert component(app, "lesson")["address"] == "/studio/classroom/now"
    with pytest.raises(ValueError, match="Could not find a navigation page"):
        on(app, "classroom")
    with pytest.raises(NotAllowed, match="Only the teacher"):
        led()


def test_who_has_not_joined_gets_a_sentence_and_no_page(open_app: OpenApp, lesson: Lesson) -> None:
    lesson.who = lambda: lesson.passes.read(None)
    app = run(open_app())
    assert "You are not in this class" in app.error[0].value
    assert not app.title


def test_what_is_not_for_a_visitor_is_disabled_with_the_reason(open_app: OpenApp, somebodys_run: str) -> None:
    app = selected(on(run(open_app()), "train"), somebodys_run)
    buttons = {each.label: each for each in app.button}
    for label, reason in {"Make default": "reads for everyone", "Rename": "not yours", "Delete": ""}.items():
        assert buttons[label].disabled, label
        assert reason in (buttons[label].help or ""), label
    assert "only the teacher can delete it" in said(app)


@pytest.mark.parametrize("label", ["Make default", "Rename", "Delete"])
def test_a_forbidden_press_that_is_sent_by_hand_changes_nothing(
    open_app: OpenApp, somebodys_run: str, lesson: Lesson, label: str
) -> None:
    act_as(lesson, teacher(lesson))  # whose question it was
    app = selected(on(run(open_app()), "train"), somebodys_run)
    next(each for each in app.button if each.label == label).click()
    run(app)
    act_as(lesson, visitor(lesson, 7))
    app.button(key="decided-yes").click()
    run(app)
    assert "only the teacher can" in " ".join(each.value for each in app.error)
    assert RunStore.open().default_id() == "digitnet"
    assert RunStore.open().get(somebodys_run).name == "Somebody's"


def test_a_training_beyond_the_share_is_said_beside_the_choice(open_app: OpenApp, lesson: Lesson) -> None:
    app = on(run(open_app()), "train")
    field = next(each for each in app.number_input if each.label == "Epochs")
    field.set_value(11)
    run(app)
    assert "up to 10 epochs" in " ".join(each.value for each in app.error)
    assert app.button(key="train").disabled
    act_as(lesson, teacher(lesson))
    assert not run(app).button(key="train").disabled


def test_a_data_set_is_not_removed_by_a_visitors_press(open_app: OpenApp, lesson: Lesson, models: Path) -> None:
    act_as(lesson, teacher(lesson))
    DataStore(models).add("ours", Dataset.of("ours", np.zeros((20, 28, 28), np.uint8), np.arange(20) % 10), "ours.npz")
    act_as(lesson, visitor(lesson, 7))
    app = run(open_app())
    app.session_state["data-tab"] = app.query_params["data-tab"] = "Your own"
    on(app, "data").button(key="own-remove-ours").click()
    assert "only the teacher can add and remove" in said(run(app))
    assert [kept.name for kept in DataStore(models).list()] == ["ours"]


@pytest.fixture
def open_board(open_app: OpenApp, lesson: Lesson) -> Callable[[], AppTest]:
    act_as(lesson, teacher(lesson))
    return lambda: on(run(open_app()), "classroom")


def test_the_teachers_page_has_the_ways_in(open_board: Callable[[], AppTest]) -> None:
    app = open_board()
    shown = said(app)
    assert CODE in [each.value for each in app.header]
    assert f"{ADDRESS.removeprefix('http://')}/join" in shown


def test_the_teacher_calls_all_eyes_to_the_front_and_lets_them_go(
    open_board: Callable[[], AppTest], lesson: Lesson
) -> None:
    app = open_board()
    seen = []
    for label in ("Let everybody go on", "Eyes to the front"):
        app.button(key="eyes").click()
        assert run(app).button(key="eyes").label == label
        seen.append(lesson.eyes_to_the_front)
    assert seen == [True, False]
    assert [entry.what for entry in lesson.log.latest(2)] == ["let everybody go on", "called all eyes to the front"]


def test_the_teacher_clears_the_class_and_what_is_older_stays(
    open_board: Callable[[], AppTest], lesson: Lesson, somebodys_run: str, models: Path
) -> None:
    RunStore.open().set_default(somebodys_run)
    older = models / "older"
    shutil.copytree(SHIPPED_FOLDER / "dense", older)
    (older / "run.json").write_text((older / "run.json").read_text().replace('"id": "dense"', '"id": "older"'))
    app = open_board()
    next(each for each in app.button if each.label == "Clear for good").click()
    run(app)
    assert lesson.cleared == 1
    assert RunStore.open().default_id() == "digitnet"
    ids = RunStore.open().ids()
    assert somebodys_run not in ids
    assert "older" in ids


def test_the_teacher_alone_shows_a_visitors_drawing_and_the_log_says_so(
    open_app: OpenApp, open_board: Callable[[], AppTest], lesson: Lesson
) -> None:
    act_as(lesson, visitor(lesson, 7))
    lesson.heard_of(visitor(lesson, 7))
    told(run(open_app()), SEVEN)
    for refused in (drawings, lambda: show_to_all(visitor(lesson, 7).id)):
        with pytest.raises(NotAllowed, match="Only the teacher"):
            refused()
    assert lesson.log.latest(5) == []
    act_as(lesson, teacher(lesson))
    app = open_board()
    assert app.selectbox(key="drawing-to-show").options == ["Visitor 7"]
    app.selectbox(key="drawing-to-show").set_value(visitor(lesson, 7).id)
    run(app)
    assert next(each for each in app.metric if each.label == "Read as").value == "7"
    assert [entry.what for entry in lesson.log.latest(2)] == ["showed the class the drawing of Visitor 7"]
    lesson.clear()
    assert not [each for each in run(app).metric if each.label == "Read as"]


def test_a_run_of_the_class_is_shown_in_diagnostics(open_board: Callable[[], AppTest], somebodys_run: str) -> None:
    app = open_board()
    assert app.selectbox(key="run-to-show").options == ["Visitor 8: Somebody's"]
    app.selectbox(key="run-to-show").set_value(somebodys_run)
    run(app).button(key="show-run").click()
    assert "Diagnostics" in [title.value for title in run(app).title]


def test_the_queue_says_which_training_is_ones_own(lesson: Lesson) -> None:
    mine, others = (
        Job(f"job-{number}", "Job", TrainingConfig(), "", State.TRAINING, "", by=visitor(lesson, number).id)
        for number in (7, 8)
    )
    assert [row["name"] for row in queue_rows(mine, [mine, others])] == ["Job (yours)", "Job"]
