"""Names of runs and files are shown as they are, whatever is in them, with no browser."""

import ast
import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from digitcore.base.settings import SHIPPED_FOLDER
from digitcore.data.mnist import Dataset, load_mnist
from digitcore.data.store import DataStore
from digitcore.jobs import Job, State
from digitcore.runs.config import TrainingConfig
from digitcore.runs.record import LITERT_FILE, RECORD_FILE
from digitcore.runs.store import RunStore
from digitcore.ui.shared.navigation import NETWORK_KEY, OTHER_KEY, RUN_KEY
from digitcore.ui.shared.notices import plain_markdown
from digitcore.ui.train.runs_table import newest_first, table_key
from tests.page.conftest import APP, OpenApp, component, on, run

HOSTILE = "[x](http://evil) <b>*_`$E=mc^2$ :red[x] #"
LITERAL = plain_markdown(HOSTILE)
KINDS = ("markdown", "caption", "subheader", "header", "title", "error", "warning", "info", "toast")
PATIENCE = 60  # s; machines are shared


class StandInJobs:
    """A training that has become our run, and another one that failed, each for a reason with a name in it."""

    shown = (0, 1)  # which of the two there are

    def measuring(self) -> dict[str, str]:
        return {}

    def all(self) -> tuple[Job, ...]:
        given = TrainingConfig(), "2026-01-01T00:00:00+00:00"
        finished = Job("mine", HOSTILE, *given, State.FINISHED, "Finished")
        failed = Job("gone", HOSTILE, *given, State.FAILED, f"No place for {HOSTILE}")
        return tuple((finished, failed)[place] for place in self.shown)

    def dismiss(self, _run_id: str) -> None:
        """There is nothing to forget, stop or resume."""

    def prepare(self) -> None:
        """Nothing will be trained."""

    stop = pause = resume = dismiss


def put(models: Path, run_id: str) -> None:
    """Put a run there that bears the name."""
    shutil.copytree(SHIPPED_FOLDER / "fast_cnn", models / run_id)
    record = json.loads((models / run_id / RECORD_FILE).read_text())
    values = {"id": run_id, "name": HOSTILE, "status": "stopped", "reason": f"Stopped by {HOSTILE}."}
    (models / run_id / RECORD_FILE).write_text(json.dumps(record | values))


@pytest.fixture
def app(open_app: OpenApp, models: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    for run_id in ("mine", "twin"):
        put(models, run_id)
    RunStore(models).set_default("mine")
    monkeypatch.setattr("digitcore.ui.shared.training.service.open_jobs", StandInJobs)
    return run(open_app())


def open_tab(app: AppTest, page: str, tab: str) -> AppTest:
    app.session_state[f"{page}-tab"] = app.query_params[f"{page}-tab"] = tab
    return run(app)


def texts(app: AppTest) -> Iterator[str]:
    for kind in KINDS:
        yield from (element.value for element in getattr(app, kind))


def shown(app: AppTest) -> str:
    """Return all Markdown of a page, in which the name must be escaped wherever it is."""
    found = "\n".join(texts(app))
    assert "[x]" not in found
    assert "<b>" not in found
    return found


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click()
    return run(app)


def test_on_the_draw_page_in_the_choice_and_the_notice(app: AppTest, models: Path) -> None:
    (models / "twin" / LITERT_FILE).write_bytes(b"rubbish")
    app.session_state[NETWORK_KEY] = "twin"
    assert f"Until then '{LITERAL}' reads." in shown(run(app))
    assert f"{HOSTILE} (twin)" in app.sidebar.selectbox[0].options


@pytest.mark.parametrize("question", ["Make default", "Rename", "Delete"])
def test_on_the_train_page_in_results_questions_and_answers(app: AppTest, models: Path, question: str) -> None:
    app.session_state["followed-job"] = "mine"
    on(app, "train")
    assert f"Stopped by {LITERAL}." in shown(app)
    (follow,) = [box for box in app.selectbox if box.label == "Follow"]
    assert follow.options == [f"{HOSTILE} (gone)", f"{HOSTILE} (mine)"]
    open_tab(app, "train", "Runs")
    runs = newest_first(RunStore(models).list())
    row = [each.id for each in runs].index("twin")
    app.session_state[table_key(runs)] = {"selection": {"rows": [row], "columns": [], "cells": []}}
    next(button for button in run(app).button if button.label == question and not button.disabled).click()
    shown(run(app))
    app.button(key="decided-yes").click()
    assert ("Renamed." if question == "Rename" else LITERAL) in "".join(toast.value for toast in run(app).toast)
    shown(app)


def test_in_the_table_of_runs_that_a_spreadsheet_opens(app: AppTest, models: Path) -> None:
    RunStore(models).rename("twin", "=1+1")
    written = component(open_tab(on(app, "train"), "train", "Runs"), "runs-tools")["csv"]
    assert "\n'=1+1," in written
    assert "\n=" not in written


@pytest.mark.parametrize("place", [0, 1])
def test_on_the_train_page_above_what_is_followed(app: AppTest, monkeypatch: pytest.MonkeyPatch, place: int) -> None:
    monkeypatch.setattr(StandInJobs, "shown", (place,))
    assert f"#### {LITERAL}" in shown(on(app, "train"))


@pytest.mark.parametrize("tab", ["Overview", "Curves"])
def test_on_the_diagnostics_page_beside_another(app: AppTest, tab: str) -> None:
    app.session_state[RUN_KEY], app.session_state[OTHER_KEY] = "mine", "twin"
    app.session_state["diagnostics-tab"] = tab
    assert LITERAL in shown(on(app, "diagnostics"))


def test_on_the_batch_page_of_the_network_and_of_files(app: AppTest) -> None:
    on(app, "batch").file_uploader[0].set_value([(f"{HOSTILE}.png", b"\x89PNG rubbish", "")])
    end = time.monotonic() + PATIENCE
    while run(app).get("progress"):
        assert time.monotonic() < end, "still reading"
        time.sleep(0.05)
    found = shown(app)
    assert f"**{LITERAL}.png**, read by {LITERAL}" in found
    assert len(app.warning) == 1
    assert plain_markdown(f"{HOSTILE}.png") in app.warning[0].value


def test_on_the_data_page_of_what_is_kept_and_of_what_is_wrong(app: AppTest, models: Path) -> None:
    test = load_mnist().test
    DataStore(models).add("ours", Dataset.of("ours", test.images[:5].copy(), test.labels[:5]), HOSTILE)
    assert f"from {LITERAL}, added" in shown(open_tab(on(app, "data"), "data", "Your own"))
    app.file_uploader[0].set_value([(f"{HOSTILE}.csv", b"1,2,3\n", "")])
    while run(app).get("progress"):
        time.sleep(0.05)
    assert f"{LITERAL}.csv" in shown(app)


def test_every_notice_is_written_where_names_are_escaped() -> None:
    root = APP.parent
    files = [*root.glob("digitcore/ui/**/*.py"), *root.glob("pages/*.py")]
    found = {file.name for file in files for name in _calls(file) if name in KINDS[-4:]}
    assert found == {"notices.py"}


def _calls(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "st":
            yield node.attr
