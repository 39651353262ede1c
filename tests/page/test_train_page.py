"""The Train page's wiring, with jobs that stand still in every state; no worker is started."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from starlette.requests import Request
from streamlit.testing.v1 import AppTest

from digitcore.base.errors import BadRun
from digitcore.base.settings import SHIPPED_FOLDER
from digitcore.base.text import DASH, percent
from digitcore.code.program import program
from digitcore.inference.classifier import DigitClassifier
from digitcore.jobs import Job, Point, SampleGuess, State
from digitcore.networks import NETWORKS, Dense
from digitcore.runs.config import TrainingConfig
from digitcore.runs.history import BatchDone, EpochRow
from digitcore.runs.recipes import RECIPES
from digitcore.runs.record import UNREAD, Run
from digitcore.runs.store import RunStore
from digitcore.ui.shared.own.seat import SEAT_KEY, Seat
from digitcore.ui.shared.weights import weights_address
from digitcore.ui.train.follow import send_live_weights
from digitcore.ui.train.layers import layer_table
from digitcore.ui.train.panel import MOST_POINTS, PANEL_KEY, curves, own_digit, panel_data
from digitcore.ui.train.runs_table import newest_first, table_key
from tests.page.conftest import OpenApp, component, run

TRAIN_PAGE = Path(__file__).parents[2] / "pages" / "train.py"
CONFIG = TrainingConfig(epochs=4)
QUICKEST = RECIPES["fast_cnn"].config


class StandInJobs:
    """Jobs that do nothing but remember what was asked of them."""

    def __init__(self) -> None:
        self.jobs: list[Job] = []
        self.asked: list[tuple[str, Any]] = []
        self.why_rejected: str | None = None
        self.live: bytes | None = None
        self.prepared = 0
        self.reads: dict[str, str] = {}

    def prepare(self) -> None:
        self.prepared += 1

    def all(self) -> tuple[Job, ...]:
        return tuple(self.jobs)

    def measuring(self) -> dict[str, str]:
        return self.reads

    def start(self, config: TrainingConfig) -> Job:
        if self.why_rejected:
            raise BadRun(self.why_rejected)
        self.asked.append(("start", config))
        self.jobs.append(job(f"started-{len(self.jobs)}", State.WAITING, config=config))
        return self.jobs[-1]

    def weights(self, _: str) -> bytes | None:
        return self.live

    def stop(self, job_id: str) -> None:
        self.asked.append(("stop", job_id))

    def pause(self, job_id: str) -> None:
        self.asked.append(("pause", job_id))

    def resume(self, job_id: str) -> None:
        self.asked.append(("resume", job_id))

    def dismiss(self, job_id: str) -> None:
        self.asked.append(("dismiss", job_id))
        self.jobs = [job for job in self.jobs if job.id != job_id]


def job(job_id: str, state: State, message: str = "", **more: Any) -> Job:
    submitted = f"2026-01-01T00:00:{len(job_id):02}+00:00"
    return replace(Job(job_id, f"Job {job_id}", CONFIG, submitted, state, message), **more)


@pytest.mark.parametrize(
    ("state", "step", "address", "words"),
    [
        (State.STARTING, 0, None, "as soon as"),
        (State.TRAINING, 0, None, "as soon as"),
        (State.TRAINING, 40, "/live-weights/a/40", "after 40 steps"),
        (State.PAUSED, 80, "/live-weights/a/80", "after 80 steps"),
        (State.INTERRUPTED, 80, None, "Press Train"),
        (State.FINISHED, 80, None, ""),  # its run has been removed
    ],
)
def test_the_visitors_own_digit_is_read_by_the_newest_weights_there_are(
    state: State, step: int, address: str | None, words: str
) -> None:
    own = own_digit(job("a", state, weights_step=step))
    assert own["weights"] == (address and f"/studio{address}")
    assert words in own["words"]


def test_a_finished_run_reads_the_visitors_own_digit_as_it_reads_any() -> None:
    own = own_digit(job("digitnet", State.FINISHED))
    assert own["weights"] == weights_address(DigitClassifier.load("digitnet"))


def test_live_weights_are_sent_while_there_are_any(monkeypatch: pytest.MonkeyPatch) -> None:
    service = StandInJobs()
    monkeypatch.setattr("digitcore.ui.train.follow.open_jobs", lambda: service)
    request = Request({"type": "http", "path_params": {"run_id": "a", "step": "40"}})
    assert send_live_weights(request).status_code == 404
    service.live = b"weights"
    answer = send_live_weights(request)
    assert (answer.status_code, answer.body, answer.headers["cache-control"]) == (200, b"weights", "no-store")


def row(epoch: int) -> EpochRow:
    return EpochRow(epoch, 0.9, 0.3, 0.95, 0.2, 1e-3, 2.0)


SAMPLE = SampleGuess(np.arange(30), np.arange(30) % 10, np.eye(10, dtype=np.float32)[np.arange(30) % 10])
UNDER_WAY: dict[str, Any] = {
    "history": (row(1),),
    "batch": BatchDone(2, 5, 10, 0.97, 0.1, 3210.0),
    "trace": (Point(0.5, 0.5, 1.0), Point(1.0, 0.9, 0.3), Point(1.5, 0.97, 0.1)),
    "sample": SAMPLE,
    "confusion": np.eye(10, dtype=np.int64) * 100,
    "elapsed": 30.0,
    "fresh_epochs": 1,
}


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch) -> StandInJobs:
    stand_in = StandInJobs()
    monkeypatch.setattr("digitcore.ui.shared.training.service.open_jobs", lambda: stand_in)
    return stand_in


@pytest.fixture
def open_train(open_app: OpenApp, jobs: StandInJobs) -> Callable[..., AppTest]:
    def open_with(*given: Job) -> AppTest:
        jobs.jobs = list(given)
        app = open_app()
        app.run()
        return run(app.switch_page(str(TRAIN_PAGE)))

    return open_with


OpenTrain = Callable[..., AppTest]


def button(app: AppTest, label: str) -> Any:
    (found,) = [each for each in app.button if each.label == label]
    return found


def labels(app: AppTest) -> set[str]:
    return {each.label for each in app.button}


def number(app: AppTest, label: str) -> Any:
    (found,) = [each for each in app.number_input if each.label == label]
    return found


def test_with_nothing_to_follow_the_panel_says_what_will_be_seen(open_train: OpenTrain) -> None:
    panel = component(open_train(), PANEL_KEY)
    assert panel["state"] == "empty"
    assert set(panel["hints"]) == {"accuracy", "loss", "digits", "confusion"}
    assert len(panel["digits"]["labels"]) == 30


def test_who_opens_the_page_lets_the_training_process_get_ready(open_train: OpenTrain, jobs: StandInJobs) -> None:
    open_train()
    assert jobs.prepared


def test_a_scheduler_that_is_refused_is_a_sentence(open_train: OpenTrain, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITCORE_SCHEDULER", "tcp://10.0.0.5:8786")
    assert "a Dask scheduler runs whatever anyone who reaches it sends" in open_train().warning[0].value


def test_the_form_begins_with_what_learns_in_seconds(open_train: OpenTrain, jobs: StandInJobs) -> None:
    app = open_train()
    assert app.button(key="recipe-fast_cnn").proto.type == "primary"
    button(app, "Train").click()
    run(app)
    assert jobs.asked == [("start", QUICKEST)]
    assert component(app, PANEL_KEY)["state"] == "waiting"


def test_what_a_link_leaves_out_is_the_usual_choice(open_app: OpenApp, jobs: StandInJobs) -> None:
    app = open_app()
    app.run().switch_page(str(TRAIN_PAGE))
    app.query_params["epochs"] = "3"
    button(run(app), "Train").click()
    run(app)
    assert jobs.asked == [("start", TrainingConfig(epochs=3))]


@pytest.mark.parametrize(
    ("choice", "told", "said"),
    [
        ("train-size", "0", "The train size must be at least 10; 0 is not."),
        ("epochs", "-1", "The epochs must be between 1 and 100; -1 is not."),
        ("seed", "inf", None),  # left out: it is no number of ours
        ("network", "<b>none</b>", None),
    ],
)
def test_an_address_that_asks_for_what_cannot_be_says_so_beside_the_choice(
    open_app: OpenApp, jobs: StandInJobs, choice: str, told: str, said: str | None
) -> None:
    app = open_app()
    app.switch_page(str(TRAIN_PAGE))
    app.query_params[choice] = told
    run(app)
    assert [error.value for error in app.error][:1] == ([said] if said else [])
    assert button(app, "Train").disabled == bool(said)


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_fills_in_its_choices_and_leaves_name_and_seed(
    open_train: OpenTrain, jobs: StandInJobs, name: str
) -> None:
    app = open_train()
    number(app, "Random seed").set_value(7)
    run(app)
    button(app, RECIPES[name].title).click()
    run(app)
    assert any(RECIPES[name].description in caption.value for caption in app.caption)
    assert app.button(key=f"recipe-{name}").proto.type == "primary"
    button(app, "Train").click()
    run(app)
    assert jobs.asked == [("start", RECIPES[name].config.but(seed=7))]


@pytest.mark.parametrize(
    ("label", "value", "sentence"),
    [
        ("Epochs", 0, "The epochs must be between 1 and 100; 0 is not."),
        ("Epochs", 1000, "The epochs must be between 1 and 100; 1000 is not."),
        ("Learning rate", 0.0, "The learning rate must be between 1e-06 and 1e+09; 0 is not."),
        ("Training digits", 3, "The train size must be at least 10; 3 is not."),
        ("Training digits", 60_000, "There are only 54,000 digits to learn from; choose 54,000 or fewer."),
    ],
)
def test_what_is_out_of_bounds_is_said_in_a_sentence_and_cannot_be_trained(
    open_train: OpenTrain, label: str, value: float, sentence: str
) -> None:
    app = open_train()
    number(app, label).set_value(value)
    run(app)
    assert [error.value for error in app.error] == [sentence]
    assert button(app, "Train").disabled
    number(app, label).set_value(20)
    run(app)
    assert not button(app, "Train").disabled


def test_which_digits_are_learned_from_is_chosen_a_press_away_and_said_beside_it(
    open_train: OpenTrain, jobs: StandInJobs
) -> None:
    app = open_train()
    app.text_input(key="left-out").set_value("8, 3")
    app.selectbox(key="writers").set_value("students")
    app.number_input(key="shuffled-labels").set_value(0.2)
    assert "Writers: Students · Digits left out: 38 · Shuffled labels: 20%" in [each.value for each in run(app).caption]
    button(app, "Train").click()
    run(app)
    assert jobs.asked == [("start", QUICKEST.but(left_out="38", writers="students", shuffled_labels=0.2))]
    app.text_input(key="rare").set_value("3")
    sentence = "The digit 3 can't be rare and left out; take it out of one of the two."
    assert [each.value for each in run(app).error] == [sentence, sentence]  # beside it, and at the button
    assert app.button(key="train").disabled


def test_the_code_shown_is_that_of_what_is_chosen(open_train: OpenTrain) -> None:
    app = open_train()
    button(app, RECIPES["tiny_cnn"].title).click()
    run(app)
    app.button(key="show-code").click()
    assert [each.value for each in run(app).code] == [program(RECIPES["tiny_cnn"].config).strip()]
    assert not run(open_train()).code


def words_of_layers(app: AppTest) -> str:
    return app.text_input(key="layers").value or ""


def test_a_network_of_ones_own_is_built_layer_by_layer(open_train: OpenTrain, jobs: StandInJobs) -> None:
    app = open_train()
    app.selectbox(key="network").set_value("own")
    assert words_of_layers(run(app)) == "conv16 relu pool conv32 relu pool flatten"
    app.button(key="layer-3").click()
    run(app).number_input(key="layer-filters-3").set_value(24)
    run(app).toggle(key="layer-same-3").set_value(True)
    run(app).button(key="layer-up").click()
    assert words_of_layers(run(app)) == "conv16 relu conv24same pool relu pool flatten"
    app.button(key="layer-remove").click()
    run(app).button(key="layer-5").click()
    run(app).selectbox(key="layer-add").set_value(Dense)
    assert words_of_layers(run(app)) == "conv16 relu pool relu pool flatten dense64"
    assert "26 × 26 × 16" in "".join(each.value for each in app.markdown)
    button(app, "Train").click()
    run(app)
    layers = "conv16 relu pool relu pool flatten dense64"
    assert jobs.asked == [("start", QUICKEST.but(network="own", layers=layers))]


def test_layers_that_make_no_network_are_said_in_a_sentence_and_not_trained(open_train: OpenTrain) -> None:
    app = open_train()
    app.selectbox(key="network").set_value("own")
    run(app).text_input(key="layers").set_value("conv8 dense5")
    sentence = "Layer 2, dense, needs its numbers in one row: put Flatten or a global average before it."
    assert [each.value for each in run(app).error] == [sentence, sentence]  # beside them, and at the button
    assert app.button(key="train").disabled
    app.text_input(key="layers").set_value("nonsense")
    assert "Layer 1, 'nonsense', is no layer" in run(app).error[0].value
    assert app.selectbox(key="layer-add").disabled


def test_a_network_of_ours_can_be_changed_into_ones_own(open_train: OpenTrain) -> None:
    app = open_train()
    button(app, RECIPES["simple_cnn"].title).click()
    run(app).button(key="change-layers").click()
    assert words_of_layers(run(app)).startswith("conv32 relu pool conv64 relu pool flatten dense128 relu dropout0.5")
    assert app.selectbox(key="network").value == "own"


def test_what_is_wrong_with_a_choice_that_is_folded_away_is_said_at_the_button_too(open_train: OpenTrain) -> None:
    app = open_train()
    number(app, "Weight decay").set_value(2.0)
    errors = [error.value for error in run(app).error]
    assert errors == ["The weight decay must be between 0 and 1; 2 is not."] * 2
    assert button(app, "Train").disabled


def test_a_refused_start_is_a_sentence_beside_the_button(open_train: OpenTrain, jobs: StandInJobs) -> None:
    app = open_train()
    jobs.why_rejected = "Runs can't be written here."
    button(app, "Train").click()
    run(app)
    assert [error.value for error in app.error] == ["Runs can't be written here."]


def test_a_double_click_starts_one_training(open_train: OpenTrain, jobs: StandInJobs) -> None:
    app = open_train()
    for _ in range(2):
        app.button(key="train").click()
        run(app)
    assert len(jobs.asked) == 1


def test_while_one_trains_another_is_added_to_the_queue_and_the_first_stays_in_view(
    open_train: OpenTrain, jobs: StandInJobs
) -> None:
    app = open_train(job("one", State.TRAINING, "Training", **UNDER_WAY))
    button(app, "Add to queue").click()
    run(app)
    assert [what for what, _ in jobs.asked] == ["start"]
    assert component(app, PANEL_KEY)["status"] == "Epoch 2 of 4"
    assert len(component(app, PANEL_KEY)["queue"]) == 2


def test_only_the_one_who_pressed_train_is_led_to_the_panel(open_train: OpenTrain) -> None:
    app = open_train()
    button(app, "Train").click()
    assert component(run(app), PANEL_KEY)["arrived"] == "started-0"
    assert component(open_train(job("one", State.TRAINING)), PANEL_KEY)["arrived"] == ""


def test_choices_outlive_a_look_at_another_page(open_train: OpenTrain) -> None:
    app = open_train()
    number(app, "Epochs").set_value(33)
    run(app)
    app.switch_page(str(TRAIN_PAGE.parent / "draw.py"))
    run(app)
    app.switch_page(str(TRAIN_PAGE))
    assert number(run(app), "Epochs").value == 33


STATES = [
    (State.WAITING, {"Stop"}),
    (State.STARTING, {"Stop"}),
    (State.TRAINING, {"Pause", "Stop"}),
    (State.PAUSED, {"Resume", "Stop"}),
    (State.FINISHING, set()),
    (State.INTERRUPTED, {"Resume", "Discard"}),
    (State.FAILED, {"Discard"}),
    (State.UNREACHABLE, {"Stop"}),
]


@pytest.mark.parametrize(("state", "expected"), STATES)
def test_each_state_offers_what_can_be_done_in_it(open_train: OpenTrain, state: State, expected: set[str]) -> None:
    app = open_train(job("one", state, "What happens"))
    assert labels(app) & {"Stop", "Pause", "Resume", "Discard"} == expected
    panel = component(app, PANEL_KEY)
    assert panel["state"] == state
    assert "What happens" in (panel["status"], panel["message"])


def test_the_lower_bar_moves_while_what_was_learned_is_measured(open_train: OpenTrain) -> None:
    measured = job("one", State.FINISHING, "Reading the test digits", **UNDER_WAY, measured=0.6)
    panel = component(open_train(measured), PANEL_KEY)
    assert panel["status"] == "Reading the test digits"
    assert panel["current"] == {"share": 0.6, "left": "60% measured", "right": ""}


@pytest.mark.parametrize(
    ("state", "label", "asked"),
    [
        (State.TRAINING, "Stop", "stop"),
        (State.TRAINING, "Pause", "pause"),
        (State.PAUSED, "Resume", "resume"),
        (State.INTERRUPTED, "Resume", "resume"),
        (State.FAILED, "Discard", "dismiss"),
    ],
)
def test_the_buttons_reach_the_job(
    open_train: OpenTrain, jobs: StandInJobs, state: State, label: str, asked: str
) -> None:
    app = open_train(job("one", state))
    button(app, label).click()
    run(app)
    assert jobs.asked == [(asked, "one")]


def test_a_training_under_way_shows_bars_curves_guesses_and_mistakes(open_train: OpenTrain) -> None:
    panel = component(open_train(job("one", State.TRAINING, "Training", **UNDER_WAY)), PANEL_KEY)
    assert (panel["status"], panel["epochs_done"]) == ("Epoch 2 of 4", 1)
    assert (panel["overall"]["share"], panel["current"]["share"]) == (0.375, 0.5)
    assert panel["overall"]["left"] == "30 s taken"
    assert panel["overall"]["right"] == "about 50 s left"
    assert panel["current"]["left"] == "batch 5 of 10"
    assert panel["current"]["right"] == "3,200 images/s"
    assert panel["curves"]["training"] == [[0.5, 0.5, 1.0], [1, 0.9, 0.3]]
    assert panel["curves"]["tail"] == [1.5, 0.97, 0.1]
    assert panel["digits"]["guesses"] == panel["digits"]["labels"]
    assert panel["confusion"]["words"] == "After epoch 1: all 1,000 digits are read right."


def test_a_wish_that_is_being_met_is_said() -> None:
    pausing = job("one", State.TRAINING, "Pausing after this batch", **UNDER_WAY)
    assert panel_data(pausing, [pausing])["message"] == "Pausing after this batch"


def test_the_queue_shows_who_trains_and_who_waits(open_train: OpenTrain) -> None:
    running = job("1", State.TRAINING, "Training", **UNDER_WAY)
    mine = job("22", State.WAITING, "Waiting for its turn, number 1 in the queue", place=1)
    app = open_train(running, mine)
    rows = component(app, PANEL_KEY)["queue"]
    assert [(row["name"], row["words"], row["followed"]) for row in rows] == [
        ("Job 1", "38%", True),
        ("Job 22", "number 1 in line", False),
    ]
    (chooser,) = [box for box in app.selectbox if box.label == "Follow"]
    chooser.set_value("22")
    assert component(run(app), PANEL_KEY)["status"] == "Waiting for its turn, number 1 in the queue"


def test_whoever_comes_in_sees_what_runs_rather_than_what_is_over(open_train: OpenTrain) -> None:
    app = open_train(job("1", State.TRAINING, "Training", **UNDER_WAY), job("22", State.FAILED, "Why"))
    assert component(app, PANEL_KEY)["state"] == "training"


def test_a_failed_training_says_why(open_train: OpenTrain) -> None:
    app = open_train(job("one", State.FAILED, "The training diverged in epoch 1, batch 3."))
    panel = component(app, PANEL_KEY)
    assert (panel["status"], panel["message"]) == ("Failed", "The training diverged in epoch 1, batch 3.")


def test_a_loss_that_is_no_number_is_left_out_of_the_curve() -> None:
    broken = replace(row(1), val_loss=float("nan"))
    assert curves(job("one", State.TRAINING, history=(broken,)))["validation"] == [[1, 0.95, None]]


def test_a_failed_training_that_has_learned_something_can_be_resumed(open_train: OpenTrain) -> None:
    app = open_train(job("one", State.FAILED, "It could not be measured.", history=(row(1),)))
    assert labels(app) >= {"Resume", "Discard"}


def test_a_long_first_epoch_is_thinned_to_what_can_be_seen() -> None:
    trace = tuple(Point(at, 0.5, 1.0) for at in np.linspace(0.001, 0.999, 5000))
    found = curves(job("one", State.TRAINING, trace=trace))["training"]
    assert len(found) == MOST_POINTS
    assert (found[0][0], found[-1][0]) == (0.001, 0.999)


@pytest.fixture
def own_run(models: Path) -> str:
    """A copy of a shipped run under an id of its own."""
    run_id = "20260101-000000-dense"
    folder = models / run_id
    shutil.copytree(SHIPPED_FOLDER / "dense", folder)
    record = folder / "run.json"
    record.write_text(record.read_text().replace('"id": "dense"', f'"id": "{run_id}"'))
    RunStore.open().rename(run_id, "My own")
    return run_id


def finished(run_id: str) -> Job:
    return job(run_id, State.FINISHED, "Finished", history=tuple(row(epoch) for epoch in range(1, 5)))


def test_a_finished_training_shows_its_figures(open_train: OpenTrain, own_run: str) -> None:
    app = open_train(finished(own_run))
    run_ = RunStore.open().get(own_run)
    values = {metric.label: metric.value for metric in app.main.metric}
    assert values["Test accuracy"] == f"{run_.test.accuracy:.2%}"
    assert {"Test loss", "Training errors", "Validation errors", "Training time"} <= set(values)


@pytest.mark.parametrize(("drawn", "label"), [(False, "the Draw page"), (True, "your drawing")])
def test_a_finished_training_can_be_tried_on_the_draw_page(
    open_train: OpenTrain, own_run: str, drawn: bool, label: str
) -> None:
    app = open_train(finished(own_run))
    app.session_state[SEAT_KEY] = seat = Seat()
    seat.has_drawing = drawn
    app.session_state["way-in"] = "Test digit"
    button(run(app), f"Try it on {label}").click()
    run(app)
    assert [title.value for title in app.title] == ["Draw a digit"]
    (reader,) = [box for box in app.selectbox if box.label == "Network"]
    assert reader.value == own_run
    assert app.session_state["way-in"] == "Draw"
    assert RunStore.open().default_id() != own_run  # this session alone


def test_a_finished_training_can_be_diagnosed(open_train: OpenTrain, own_run: str) -> None:
    RunStore.open().set_default(own_run)
    app = open_train(finished(own_run))
    button(app, "Diagnose").click()
    run(app)
    assert [title.value for title in app.title] == ["Diagnostics"]
    (box,) = [box for box in app.selectbox if box.label == "Run"]
    assert box.value == own_run
    assert not app.warning


def test_runs_of_the_same_name_can_be_told_apart(open_train: OpenTrain, own_run: str) -> None:
    RunStore.open().rename(own_run, "Digitnet")
    (reader,) = open_train().sidebar.selectbox
    assert {"Digitnet (digitnet)", f"Digitnet ({own_run})"} <= set(reader.options)


def test_making_a_run_the_default_asks_first(open_train: OpenTrain, own_run: str) -> None:
    app = open_train(finished(own_run))
    button(app, "Make default").click()
    run(app)
    assert RunStore.open().default_id() != own_run
    app.button(key="decided-yes").click()
    run(app)
    assert RunStore.open().default_id() == own_run
    assert button(run(app), "Is the default").disabled


def test_a_run_that_was_deleted_meanwhile_is_a_sentence(open_train: OpenTrain, models: Path) -> None:
    app = open_train(finished("20260101-000000-dense"))
    assert "There is no run called" in app.info[0].value


def open_runs(app: AppTest) -> AppTest:
    """Open the tab of the runs."""
    app.session_state["train-tab"] = app.query_params["train-tab"] = "Runs"
    return run(app)


def select(app: AppTest, *names: str) -> AppTest:
    """Open the tab of the runs and select some in the table by name."""
    open_runs(app)
    runs = newest_first(RunStore.open().list())
    rows = [index for index, each in enumerate(runs) if each.name in names]
    app.session_state[table_key(runs)] = {"selection": {"rows": rows, "columns": [], "cells": []}}
    return run(app)


def dialog_text(app: AppTest) -> str:
    return " ".join(text.value for text in app.markdown)


def test_of_two_who_delete_a_run_at_once_the_second_is_told_that_it_is_gone(
    open_train: OpenTrain, own_run: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = select(open_train(), RunStore.open().get(own_run).name)
    button(app, "Delete").click()
    run(app)
    monkeypatch.setattr(RunStore, "delete", lambda store, _run_id: store.get("gone"))
    app.button(key="decided-yes").click()
    run(app)
    assert [toast.value for toast in app.toast] == ["Somebody has deleted this run meanwhile."]
    assert not [each for each in app.button if each.key == "decided-yes"]


def test_deleting_asks_first(open_train: OpenTrain, own_run: str) -> None:
    app = select(open_train(), "My own")
    button(app, "Delete").click()
    assert "gone for good" in dialog_text(run(app))
    app.button(key="decided-no").click()
    assert own_run in RunStore.open().ids()
    button(run(app), "Delete").click()
    run(app).button(key="decided-yes").click()
    run(app)
    assert own_run not in RunStore.open().ids()


@pytest.mark.parametrize("name", ["Digitnet", "Dense network"])
def test_what_came_with_the_app_can_be_neither_renamed_nor_deleted(open_train: OpenTrain, name: str) -> None:
    app = select(open_train(), name)
    assert button(app, "Delete").disabled
    assert button(app, "Rename").disabled
    assert "It came with the app, so it can be neither renamed nor deleted." in [each.value for each in app.caption]


def test_the_default_run_cannot_be_deleted(open_train: OpenTrain, own_run: str) -> None:
    RunStore.open().set_default(own_run)
    app = select(open_train(), "My own")
    assert button(app, "Delete").disabled
    assert not button(app, "Rename").disabled


@pytest.mark.parametrize(("name", "kept"), [("  Another   name ", "Another name"), ("", "My own")])
def test_a_run_gets_another_name_but_not_an_empty_one(
    open_train: OpenTrain, own_run: str, name: str, kept: str
) -> None:
    app = select(open_train(), "My own")
    button(app, "Rename").click()
    (field,) = [each for each in run(app).text_input if each.label == "New name"]
    field.set_value(name)
    app.button(key="decided-yes").click()
    run(app)
    assert RunStore.open().get(own_run).name == kept
    assert [error.value for error in app.error] == ([] if kept != "My own" else ["A name has 1 to 80 characters."])


def test_the_curves_of_selected_runs_are_laid_over_each_other(open_train: OpenTrain) -> None:
    app = select(open_train(), "Digitnet", "Dense network")
    titles = [each.value for each in app.header]
    assert len(app.get("plotly_chart")) == 2
    assert any("Dense network" in title or "Digitnet" in title for title in titles)
    assert "Delete" not in labels(app)  # only one at a time


def test_the_table_has_every_run_with_the_newest_first(open_train: OpenTrain, own_run: str) -> None:
    table = open_runs(open_train()).dataframe[-1].value
    assert set(table["Name"]) >= {"My own", "Digitnet", "Tutorial CNN", "Dense network"}
    assert list(table["When"]) == sorted(table["When"], reverse=True)
    assert table.set_index("Name").loc["Digitnet", "Note"] == "default, shipped"


def test_a_damaged_run_is_named_in_one_line(open_train: OpenTrain, own_run: str, models: Path) -> None:
    (models / own_run / "run.json").write_text("{")
    app = open_runs(open_train())
    assert own_run in app.warning[0].value
    assert "My own" not in set(app.dataframe[-1].value["Name"])


def test_the_layers_of_a_network_are_listed_with_their_sum() -> None:
    table = layer_table(NETWORKS["simple_cnn"])
    assert table["Parameters"].iloc[-1] == table["Parameters"].iloc[:-1].sum() == NETWORKS["simple_cnn"].parameters
    assert table["Output shape"].iloc[0] == "26 × 26 × 32"


def test_a_run_that_is_still_being_measured_can_be_used_and_says_what_it_reads(
    open_train: OpenTrain, jobs: StandInJobs, own_run: str
) -> None:
    run_ = RunStore.open().get(own_run)
    (run_.folder / "run.json").write_text(replace(run_, train=UNREAD, test=UNREAD).to_text())
    jobs.reads = {own_run: "Reading the test digits"}
    app = open_train(finished(own_run))
    values = {metric.label: metric.value for metric in app.main.metric}
    assert (values["Test accuracy"], values["Training errors"]) == (DASH, DASH)
    assert values["Validation errors"] == percent(1 - run_.validation.accuracy)
    assert any("Reading the test digits. The network can be used meanwhile." in each.value for each in app.caption)
    assert not button(app, "Try it on the Draw page").disabled


def test_a_rerun_reads_the_list_of_runs_once(
    open_train: OpenTrain, own_run: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_train(finished(own_run))
    reads: list[RunStore] = []
    read_list = RunStore.list

    def counted(store: RunStore) -> list[Run]:
        reads.append(store)
        return read_list(store)

    monkeypatch.setattr(RunStore, "list", counted)
    run(app)
    assert len(reads) == 1
