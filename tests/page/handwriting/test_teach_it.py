"""Teach it, with no browser: what it takes, how it goes, and what came of it, which reads here then."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from digitcore.base.errors import NotAllowed
from digitcore.base.settings import SHIPPED_FOLDER
from digitcore.data.mnist import Dataset, load_mnist
from digitcore.handwriting.drawing import Drawing
from digitcore.handwriting.keys import mark_of, new_key, owner_of
from digitcore.handwriting.store import DrawingStore
from digitcore.jobs import Job, State
from digitcore.runs.config import TrainingConfig
from digitcore.runs.history import BatchDone
from digitcore.runs.record import Run
from digitcore.runs.tuning import Tuning
from tests.page.conftest import OpenApp, component, on, run

TEST = load_mnist().test
KEY = new_key()
ME = owner_of(KEY) or b""
TUNING = Tuning("dense", "Dense network", 12, hand=mark_of(ME))
JOB = Job("mine", "Dense network, taught 12 drawings", TrainingConfig(), "2026-01-01", State.TRAINING, "Training")


class StandInJobs:
    """In place of the service: it keeps what was asked for."""

    def __init__(self) -> None:
        self.jobs: list[Job] = []
        self.asked: list[tuple[str, Dataset, str]] = []
        self.refusal = ""

    def all(self) -> tuple[Job, ...]:
        return tuple(self.jobs)

    def prepare(self) -> None:
        pass

    def measuring(self) -> dict[str, str]:
        return {}

    def tune(self, base: Run, own: Dataset, hand: str) -> None:
        if self.refusal:
            raise NotAllowed(self.refusal)
        self.asked.append((base.id, own, hand))

    def stop(self, run_id: str) -> None: ...
    def pause(self, run_id: str) -> None: ...
    def resume(self, run_id: str) -> None: ...
    def dismiss(self, run_id: str) -> None: ...


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> StandInJobs:
    stand_in = StandInJobs()
    monkeypatch.setattr("digitcore.ui.handwriting.teaching.open_jobs", lambda: stand_in)
    return stand_in


def keep(labels: np.ndarray) -> None:
    drawings = [Drawing(int(label), TEST.images[at], kept="2026-01-01") for at, label in enumerate(labels)]
    DrawingStore.open().keep_all(ME, drawings)


def teach_it(app: AppTest) -> AppTest:
    app.session_state["browser-key"] = {"browser": {"key": KEY, "code": None}}
    app.session_state["my-digits-tab"] = "Teach it"
    app = on(run(app), "my_digits")
    app.session_state["my-digits-tab"] = app.query_params["my-digits-tab"] = "Teach it"
    return run(app)


def under_way(**changes: Any) -> Job:
    return replace(JOB, tuning=TUNING, **changes)


def taught_run(models: Path, **lineage: Any) -> None:
    """Put a run into the store that came of teaching the dense network; it is the same but for its name."""
    shutil.copytree(SHIPPED_FOLDER / "dense", models / "mine")
    record = json.loads((models / "mine" / "run.json").read_text())
    finetuned = {"run": "dense", "digits": 12, "fingerprint": "", **lineage}
    changes = {"id": "mine", "name": JOB.name, "started": "2026-01-02", "finetuned": finetuned}
    (models / "mine" / "run.json").write_text(json.dumps(record | changes))


@pytest.mark.parametrize(
    ("labels", "sentence"),
    [(TEST.labels[:0], "there are none"), (TEST.labels[:9], "there are 9"), (np.full(12, 7), "all the same digit")],
)
def test_what_is_missing_is_said_in_a_sentence(
    open_app: OpenApp, service: StandInJobs, labels: np.ndarray, sentence: str
) -> None:
    keep(labels)
    app = teach_it(open_app())
    assert sentence in app.info[0].value
    assert [button.label for button in app.button if "Teach it" in button.label] == []


def test_one_press_asks_for_ones_own_digits_on_the_network_that_reads(open_app: OpenApp, service: StandInJobs) -> None:
    keep(TEST.labels[:12])
    app = teach_it(open_app())
    app.button(key="teach-it").click()
    run(app)
    ((base, own, hand),) = service.asked
    assert (base, len(own), hand) == ("digitnet", 12, mark_of(ME))
    service.refusal = "The queue is full: try again when some trainings have ended."
    app.button(key="teach-it").click()
    assert "queue is full" in run(app).toast[0].value


def test_it_is_seen_how_it_goes_and_what_comes_of_it_reads_here_at_once(
    open_app: OpenApp, service: StandInJobs, models: Path
) -> None:
    keep(TEST.labels[:12])
    service.jobs = [under_way(batch=BatchDone(1, 10, 40, float("nan"), 0.3, 900.0))]
    app = teach_it(open_app())
    assert "step 10 of 40" in str(app.get("progress")[0].proto.text)
    assert {"Pause", "Stop"} <= {button.label for button in app.button}
    taught_run(models, misread_before=3, misread_left_out=1)
    service.jobs = [under_way(state=State.FINISHED)]
    run(app)
    assert app.session_state["read-by"] == "mine"
    (table,) = [text.value for text in app.markdown if "Read right" in text.value]
    assert "| Your digits, unseen | 9 of 12 | **11 of 12** |" in table
    assert any("What it forgot: no test digit" in text.value for text in app.markdown)
    app.button(key="taught-back").click()
    assert run(app).session_state["read-by"] == "dense"
    assert run(app).session_state["read-by"] == "dense"  # and it stays so


def test_one_that_was_stopped_early_says_so_and_claims_nothing(
    open_app: OpenApp, service: StandInJobs, models: Path
) -> None:
    keep(TEST.labels[:12])
    taught_run(models)
    service.jobs = [under_way(state=State.STOPPED)]
    app = teach_it(open_app())
    assert app.session_state["read-by"] == "digitnet"  # nobody here has waited for it
    assert not any("unseen" in text.value for text in app.markdown)


def test_one_that_failed_says_why_and_can_be_asked_for_again(open_app: OpenApp, service: StandInJobs) -> None:
    keep(TEST.labels[:12])
    service.jobs = [under_way(state=State.FAILED, message="'Mine' has been deleted meanwhile: choose another network.")]
    app = teach_it(open_app())
    assert "deleted meanwhile" in app.warning[0].value
    assert app.button(key="teach-it").label == "Teach it my 12 digits"


def test_the_draw_page_leads_there_once_there_are_enough(open_app: OpenApp) -> None:
    app = open_app()
    app.session_state["browser-key"] = {"browser": {"key": KEY, "code": None}}
    keep(TEST.labels[:12])
    app = on(on(run(app), "my_digits"), "draw")
    assert component(app, "teach")["count"] == 12
    assert [link.proto.label for link in app.get("page_link")] == ["Teach it my 12 digits"]
