"""The Experiments page: first one's own prediction, then what happened."""

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from digitcore.experiments.experiment import Choice
from digitcore.experiments.library import SHIPPED, library
from digitcore.experiments.outcome import recorded
from digitcore.experiments.trials import trial_ids
from digitcore.jobs import Job, Jobs, State
from digitcore.runs.config import TrainingConfig
from tests.page.conftest import OpenApp, component, on, run

IDS = [each.id for each in library().experiments]


def opened(open_app: OpenApp, **address: str) -> AppTest:
    app = on(open_app(), "experiments")
    for name, value in address.items():
        app.query_params[name] = value
    return run(app)


def texts(app: AppTest) -> str:
    return "\n".join(str(each.value) for each in (*app.markdown, *app.header, *app.title, *app.caption))


def has(app: AppTest, key: str) -> bool:
    return any(element.key == key for element in app.get("bidi_component"))


def button(app: AppTest, key: str) -> Any:
    return next(each for each in app.button if each.key == key)


def test_all_ten_stand_there_in_the_order_in_which_they_are_taught(open_app: OpenApp) -> None:
    cards = component(opened(open_app), "experiment-cards")["cards"]
    assert [card["id"] for card in cards] == IDS
    assert [card["number"] for card in cards] == [str(place) for place in range(1, 11)]
    assert all(card["question"].endswith("?") and card["more"].endswith("minutes") for card in cards)


@pytest.mark.parametrize("chosen", IDS)
def test_an_experiment_is_gone_through_with_its_recorded_outcome(open_app: OpenApp, chosen: str) -> None:
    experiment = library().find(chosen)
    assert experiment is not None
    outcome = recorded(experiment)
    assert outcome is not None, "record it: python -m benchmarks.experiments --record"

    app = opened(open_app, experiment=chosen)
    before = component(app, "bench")
    assert [row["validation"] for row in before["runs"]] == [[]] * len(experiment.runs)
    assert before["note"] == ""
    assert component(app, "prediction")["happened"] is None
    assert not has(app, "findings")
    assert experiment.why not in texts(app)
    assert button(app, "run-experiment").disabled
    assert button(app, "play-experiment").disabled

    app.query_params["prediction"] = "a" if isinstance(experiment.prediction, Choice) else "50"
    app.query_params["outcome"] = "recorded"
    run(app)
    assert component(app, "prediction")["happened"] == outcome.answer(experiment)
    assert component(app, "prediction")["verdict"]
    bench, findings = component(app, "bench"), component(app, "findings")
    assert bench["note"].startswith("Recorded on ")
    assert bench["note"].endswith("with seed 0.")
    assert [len(row["validation"]) for row in bench["runs"]] == [plan.config.epochs for plan in experiment.runs]
    for row, run_outcome in zip(bench["runs"], outcome.runs.values(), strict=True):
        accuracies = dict(map(tuple, row["validation"]))
        assert row["kept"] == run_outcome.kept
        assert accuracies[row["kept"]] > max(accuracies.values()) - 0.002
    assert all(run_outcome.first_weights in findings["note"] for run_outcome in outcome.runs.values())
    assert all(claim["holds"] for claim in findings["claims"])
    assert experiment.why in texts(app)
    assert experiment.next in texts(app)


def test_the_code_of_each_run_is_shown_with_the_lines_marked_that_differ(open_app: OpenApp) -> None:
    app = opened(open_app, experiment="learning-rate")
    button(app, "experiment-code").click()
    shown = component(run(app), "programs")
    assert "set the learning rate" in shown["words"]
    rates = {"Tiny steps": "1e-05", "Ordinary steps": "0.001", "Huge steps": "0.3"}
    assert {each["title"]: [text.strip() for text, differs in each["lines"] if differs] for each in shown["runs"]} == {
        title: [f"optimizer=keras.optimizers.Adam({rate}),"] for title, rate in rates.items()
    }
    assert [each["file"] for each in shown["runs"]] == [
        f"learning-rate-{name}.py" for name in ("tiny", "usual", "huge")
    ]


@pytest.mark.parametrize(
    ("chosen", "said"), [("learning-rate", "e"), ("learning-rate", "50"), ("hundred-digits", "101"), ("corner", "²")]
)
def test_an_outcome_is_shown_to_nobody_who_has_not_predicted(open_app: OpenApp, chosen: str, said: str) -> None:
    app = opened(open_app, experiment=chosen, prediction=said, outcome="recorded")
    assert component(app, "prediction")["mine"] is None
    assert not has(app, "findings")
    assert component(app, "bench")["runs"][0]["validation"] == []


def test_who_does_not_know_may_look_all_the_same(open_app: OpenApp) -> None:
    app = opened(open_app, experiment="learning-rate", prediction="unsure", outcome="recorded")
    assert component(app, "prediction")["verdict"] == "What happened: Ordinary steps."
    assert has(app, "findings")


def test_while_it_is_played_nothing_tells_how_it_ends(open_app: OpenApp) -> None:
    app = opened(open_app, experiment="learning-rate", prediction="b")
    button(app, "play-experiment").click()
    run(app)
    assert app.query_params["outcome"] == "recorded"
    assert component(app, "bench")["play"]
    assert component(app, "prediction")["happened"] is None
    assert component(app, "prediction")["verdict"] == ""
    assert not has(app, "findings")


def test_a_bad_file_is_named_and_the_others_stand_there(
    open_app: OpenApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGITCORE_EXPERIMENTS", str(tmp_path))
    (tmp_path / "broken_one.md").write_text("---\ntitle: [\n---\n", encoding="utf-8")
    own = (SHIPPED / "learning-rate.md").read_text(encoding="utf-8")
    (tmp_path / "mine.md").write_text(own.replace("The learning rate", "My own *steps*"), encoding="utf-8")
    app = opened(open_app)
    assert [card["id"] for card in component(app, "experiment-cards")["cards"]] == [*IDS, "mine"]
    (warning,) = app.warning
    assert warning.value.startswith(r"broken\_one.md, line 2")
    app.query_params["experiment"] = "mine"
    run(app)
    assert app.title[0].value == r"My own \*steps\*"


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    """The jobs that were asked for, in place of a worker that trains them."""
    jobs: list[Job] = []

    def start(_: Jobs, config: TrainingConfig, run_id: str | None = None) -> Job:
        jobs.append(Job(run_id or "", config.name, config, "2026-11-21T10:00:00Z", State.WAITING, "Waiting"))
        return jobs[-1]

    monkeypatch.setattr(Jobs, "start", start)
    monkeypatch.setattr(Jobs, "all", lambda _: tuple(jobs))
    return jobs


def test_the_runs_of_a_class_are_the_same_ones_and_differ_in_the_knob_alone(
    open_app: OpenApp, started: list[Job]
) -> None:
    for _ in range(2):  # two visitors who press at about the same time
        app = opened(open_app, experiment="learning-rate", prediction="b")
        button(app, "run-experiment").click()
        run(app)
        assert app.query_params["outcome"] == "1"
        assert component(app, "bench")["state"] == "live"
        assert button(app, "stop-experiment")
    experiment = library().find("learning-rate")
    assert experiment is not None
    assert [job.id for job in started] == list(trial_ids(experiment, 1).values())
    configs = [job.config.but(name="", learning_rate=1.0) for job in started]
    assert configs == [configs[0]] * 3
    assert [job.config.learning_rate for job in started] == [1e-5, 1e-3, 0.3]
    assert {job.config.seed for job in started} == {1}
    assert component(app, "bench")["equal"].startswith(
        "Everything is equal but the learning rate: the same first weights"
    )


def test_a_class_sees_what_all_predict_and_nobody_counts_twice(open_app: OpenApp) -> None:
    first = opened(open_app)
    button(first, "begin-lesson").click()
    run(first)
    code = str(first.query_params["lesson"])
    first.query_params["experiment"] = "learning-rate"
    first.query_params["prediction"] = "a"
    run(first)
    first.query_params["prediction"] = "c"  # thought better of it
    run(first)
    second = opened(open_app, experiment="learning-rate", lesson=code.lower())
    assert component(second, "prediction")["votes"] is None  # before one's own
    second.query_params["prediction"] = "b"
    run(second)
    assert component(second, "prediction")["votes"] == {"b": 1, "c": 1}
    stranger = opened(open_app, experiment="learning-rate", prediction="b")
    assert component(stranger, "prediction")["votes"] is None


def test_a_lesson_that_is_over_is_said_to_be(open_app: OpenApp) -> None:
    app = opened(open_app, lesson="ZZZZ")
    assert "There is no lesson called ZZZZ" in app.info[0].value


def test_ones_own_digits_are_asked_for_where_they_are_read_and_after_the_prediction(open_app: OpenApp) -> None:
    assert not has(opened(open_app, experiment="your-hand"), "hand")
    assert not has(opened(open_app, experiment="corner", prediction="50"), "hand")
    shown = component(opened(open_app, experiment="your-hand", prediction="50", outcome="recorded"), "hand")
    assert "as soon as the experiment has been run here" in shown["words"]
    assert [each["weights"] for each in shown["runs"]] == [None, None]
