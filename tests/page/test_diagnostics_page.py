"""The Diagnostics page's wiring, with no browser: every section, on whole, damaged and degenerate runs."""

import json
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from digitcore.analysis import projection as projections
from digitcore.analysis.corruptions import CORRUPTIONS
from digitcore.analysis.diagnosis import Diagnosis
from digitcore.analysis.learning_curves import differences
from digitcore.analysis.robustness import random_test_digits
from digitcore.analysis.robustness import robustness as measured
from digitcore.base.settings import SHIPPED_FOLDER
from digitcore.data.mnist import Dataset
from digitcore.runs.record import HISTORY_FILE, LITERT_FILE, PREDICTIONS_FILE, RECORD_FILE, SHIPPED
from digitcore.runs.store import RunStore
from digitcore.ui.diagnostics import cached, confusion, mistakes, projection, robustness, samples
from digitcore.ui.diagnostics.writers import WRITER_KEY
from digitcore.ui.server import SCRIPT
from digitcore.ui.shared import navigation, waiting
from tests.page.conftest import APP, OpenApp, component

PAGE = APP.parent / "pages" / "diagnostics.py"
TABS_KEY = "diagnostics-tab"
QUICK_TABS = ("Overview", "Curves", "Confusion", "Mistakes", "By digit", "Writers", "Confidence", "Samples")
Arrays = dict[str, Any]


@pytest.fixture
def page(open_app: OpenApp) -> AppTest:
    """The page, not run yet, on the run "fast_cnn", which is the quickest to load."""
    app = open_app()
    app.run()
    app.session_state[navigation.RUN_KEY] = "fast_cnn"
    app.switch_page(str(PAGE))
    return app


@pytest.fixture
def own_run(models: Path) -> Path:
    """A copy of "fast_cnn" that is free to be damaged; it hides the shipped one."""
    folder = models / "fast_cnn"
    shutil.copytree(SHIPPED_FOLDER / "fast_cnn", folder)
    return folder


@pytest.fixture
def few_digits(monkeypatch: pytest.MonkeyPatch) -> Dataset:
    """The 40 test digits that robustness is then measured on, among them each of the ten."""
    few = random_test_digits(40)
    assert set(few.labels) == set(range(10))
    monkeypatch.setattr(robustness, "random_test_digits", lambda: few)
    monkeypatch.setattr(cached, "robustness", partial(measured, count=len(few)))
    return few


def show(page: AppTest, tab: str) -> AppTest:
    """Open a section; there is no traceback, and no figure that is none."""
    page.session_state[TABS_KEY] = page.query_params[TABS_KEY] = tab  # here the address would win over the session
    page.run()
    assert not page.exception
    assert "nan" not in [word.strip("%.,:;()").lower() for text in words(page) for word in text.split()]
    return page


def show_map(page: AppTest) -> AppTest:
    """Open the map and wait until it has been computed."""
    return wait_for(page, "Projection")


def wait_for(page: AppTest, tab: str) -> AppTest:
    """Open a section and wait until what it shows has been computed."""
    for _ in range(600):
        show(page, tab)
        if not page.get("progress"):
            return page
        time.sleep(0.1)
    pytest.fail(f"the section {tab} was never ready")


def words(page: AppTest) -> list[str]:
    """All that can be read on the page, apart from figures and tables."""
    elements = [*page.markdown, *page.caption, *page.header, *page.warning, *page.info, *page.error]
    return [element.value for element in elements] + [str(metric.value) for metric in page.metric]


def entries(page: AppTest, key: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = component(page, key)["entries"]
    return found


def rewrite(folder: Path, change: Callable[[Arrays], Arrays]) -> None:
    with np.load(folder / PREDICTIONS_FILE) as stored:
        arrays = dict(stored)
    np.savez(folder / PREDICTIONS_FILE, **(arrays | change(arrays)))


@pytest.mark.parametrize("tab", QUICK_TABS)
def test_every_section_opens(page: AppTest, tab: str) -> None:
    show(page, tab)
    assert not page.warning


def test_the_map_is_computed_off_the_page_and_then_shown(page: AppTest) -> None:
    show(page, "Projection")
    assert page.get("progress")
    assert not page.get("plotly_chart")  # the page did not wait for it
    assert len(show_map(page).get("plotly_chart")) == 1


def test_a_map_that_is_there_stays_while_another_is_computed(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    show_map(page)
    go_on = threading.Event()
    monkeypatch.setattr(projections, "tsne", lambda features, **_: go_on.wait(60) and projections.pca(features)[0])
    page.session_state[projection.METHOD_KEY] = page.query_params[projection.METHOD_KEY] = "t-SNE"
    show(page, "Projection")
    assert page.get("progress")
    assert len(page.get("plotly_chart")) == 1
    assert waiting.workshop("t-SNE") is not waiting.workshop()  # what else one asks for does not wait behind it
    go_on.set()
    assert len(show_map(page).get("plotly_chart")) == 1


def test_robustness_is_measured_off_the_page_and_then_shown_worst_first(page: AppTest, few_digits: Dataset) -> None:
    show(page, "Robustness")
    assert page.get("progress")
    wait_for(page, "Robustness")
    assert len(page.get("plotly_chart")) == 1
    assert any("is read worst" in text for text in words(page))
    assert any(f"{len(few_digits)} test digits" in text for text in words(page))
    assert any("with preparation" in text.lower() for text in words(page))
    assert any("of four more kinds, which no training here ever shows" in text for text in words(page))
    table = page.dataframe[0].value
    assert len(table) == len(CORRUPTIONS)
    assert table["read right"].is_monotonic_increasing
    captions = entries(page, "robustness-pictures")
    assert [caption["title"] for caption in captions] == ["As it is", *table["corruption"]]


@pytest.mark.parametrize("run_id", SHIPPED)
def test_robustness_works_for_every_shipped_network(page: AppTest, few_digits: Dataset, run_id: str) -> None:
    page.session_state[navigation.RUN_KEY] = run_id
    wait_for(page, "Robustness")
    assert not page.warning
    assert len(page.dataframe[0].value) == len(CORRUPTIONS)


def test_the_robustness_of_two_runs_is_laid_over_each_other(page: AppTest, few_digits: Dataset) -> None:
    show(page, "Overview")
    page.selectbox(navigation.OTHER_KEY).set_value("dense")
    wait_for(page, "Robustness")
    assert "Dense network there" in page.dataframe[0].value.columns
    assert any("in seconds" in text and "is read worst" in text for text in words(page))


def test_another_digit_is_shown_under_each_corruption(page: AppTest, few_digits: Dataset) -> None:
    wait_for(page, "Robustness")
    first = component(page, "robustness-pictures")["sheet"]
    page.selectbox(robustness.DIGIT_KEY).set_value(7)
    show(page, "Robustness")
    assert component(page, "robustness-pictures")["sheet"] != first


def test_the_default_run_comes_first(open_app: OpenApp) -> None:
    page = open_app()
    page.run()
    page.switch_page(str(PAGE))
    show(page, "Overview")
    assert page.selectbox(navigation.RUN_KEY).value == "digitnet"
    assert page.selectbox(navigation.OTHER_KEY).value is None


def test_the_overview_shows_the_accuracy_with_its_interval(page: AppTest) -> None:
    show(page, "Overview")
    figures = {metric.label: metric.value for metric in page.metric}
    run = RunStore(SHIPPED_FOLDER).get("fast_cnn")
    assert figures["Errors"] == str(run.test.errors)
    assert figures["Time per digit"].endswith(" ms")
    assert any("95% interval" in text for text in words(page))


def test_two_runs_are_compared_digit_by_digit(page: AppTest) -> None:
    show(page, "Overview")
    page.selectbox(navigation.OTHER_KEY).set_value("dense")
    show(page, "Overview")
    first, second = (Diagnosis.of(RunStore(SHIPPED_FOLDER).get(run_id)).test for run_id in ("fast_cnn", "dense"))
    assert first is not None
    assert second is not None
    alone = (first.predictions == first.labels) & (second.predictions != second.labels)
    assert len(entries(page, "only-first")) == alone.sum()
    assert any("McNemar's test" in text for text in words(page))


def test_every_tab_shows_both_runs_of_a_comparison(page: AppTest) -> None:
    show(page, "Overview")
    page.selectbox(navigation.OTHER_KEY).set_value("dense")
    first, second = (Diagnosis.of(RunStore(SHIPPED_FOLDER).get(run_id)).test for run_id in ("fast_cnn", "dense"))
    assert first is not None
    assert second is not None
    show(page, "Confusion")
    assert component(page, "confusion-tools")["whose"] == "99% in seconds and Dense network"
    assert component(page, "confusion-cells-fast_cnn")["name"].endswith(
        f"99% in seconds {first.evaluation.errors}, Dense network {second.evaluation.errors}"
    )
    show(page, "By digit")
    assert "Dense network error" in page.dataframe[0].value.columns
    show(page, "Confidence")
    assert [metric.label for metric in page.metric].count("Calibration error") == 2
    show(page, "Samples")
    assert any("Dense network the second" in text for text in words(page))
    show(page, "Mistakes")
    wrong, others = first.predictions != first.labels, second.predictions != second.labels
    for by, expected in (
        (mistakes.FIRST, wrong & ~others),
        (mistakes.SECOND, others & ~wrong),
        (mistakes.BOTH, wrong & others),
    ):
        page.session_state[mistakes.BY_KEY] = by
        page.query_params.pop(mistakes.BY_KEY, None)
        show(page, "Mistakes")
        assert len(entries(page, f"mistakes-test-{by}")) == expected.sum()
    readings = [entry["title"] for entry in entries(page, "mistakes-test-both")]
    assert any("|" in title for title in readings)


def test_a_run_is_not_offered_for_comparison_with_itself(page: AppTest) -> None:
    show(page, "Overview")
    assert all("99% in seconds" not in option for option in page.selectbox(navigation.OTHER_KEY).options)


def test_the_gallery_shows_every_mistake_and_can_be_narrowed(page: AppTest) -> None:
    show(page, "Mistakes")
    part = Diagnosis.of(RunStore(SHIPPED_FOLDER).get("fast_cnn")).test
    assert part is not None
    assert len(entries(page, "mistakes-test")) == part.evaluation.errors
    truth, said = np.unravel_index(
        (part.evaluation.confusion * (1 - np.eye(10, dtype=int))).argmax(), (10, 10)
    )  # a pair that there is
    page.selectbox(mistakes.TRUTH_KEY).set_value(int(truth))
    page.selectbox(mistakes.SAID_KEY).set_value(int(said))
    show(page, "Mistakes")
    assert {entry["title"] for entry in entries(page, "mistakes-test")} == {f"{truth} → {said}"}
    assert len(entries(page, "mistakes-test")) == part.evaluation.confusion[truth, said]


def test_a_number_that_is_not_there_is_said_to_be_missing(page: AppTest) -> None:
    show(page, "Mistakes")
    page.number_input(mistakes.NUMBER_KEY).set_value(99_999)
    show(page, "Mistakes")
    assert any("99,999 is not in the test part" in text for text in words(page))


def test_another_handful_is_another_one(page: AppTest) -> None:
    show(page, "Samples")
    first = entries(page, "samples-test")
    page.button(key=samples.AGAIN_KEY).click()
    show(page, "Samples")
    assert len(entries(page, "samples-test")) == len(first) == samples.SHOWN_AT_ONCE
    assert entries(page, "samples-test") != first


def test_the_slider_goes_through_the_epochs_and_begins_with_the_one_that_was_kept(page: AppTest) -> None:
    page.session_state[navigation.RUN_KEY] = "dense"
    page.session_state[confusion.PART_KEY] = confusion.VALIDATION
    show(page, "Confusion")
    run = RunStore(SHIPPED_FOLDER).get("dense")
    assert page.slider[0].value == run.best_epoch
    page.slider[0].set_value(1)
    show(page, "Confusion")
    assert any("only the counts are kept" in text for text in words(page))


@pytest.mark.parametrize("file", [PREDICTIONS_FILE, HISTORY_FILE, LITERT_FILE])
@pytest.mark.parametrize("damage", ["missing", "rubbish"])
def test_a_run_with_a_damaged_file_shows_what_it_can(
    page: AppTest, own_run: Path, few_digits: Dataset, file: str, damage: str
) -> None:
    (own_run / file).unlink()
    if damage == "rubbish":
        (own_run / file).write_bytes(b"\x00\xff rubbish")
    for tab in QUICK_TABS:
        show(page, tab)
    show_map(page)
    wait_for(page, "Robustness")
    assert page.selectbox(navigation.RUN_KEY).value == "fast_cnn"
    assert any(file in warning.value for warning in page.warning)


def test_a_run_whose_record_is_damaged_is_named_and_the_others_are_there(page: AppTest, own_run: Path) -> None:
    (own_run / RECORD_FILE).write_text("{")
    show(page, "Overview")
    assert page.selectbox(navigation.RUN_KEY).value == "digitnet"
    assert any("fast\\_cnn" in warning.value for warning in page.warning)


def only(count: int) -> Callable[[Arrays], Arrays]:
    return lambda arrays: {name: array[:count] for name, array in arrays.items() if name.startswith("test_")}


def perfect(arrays: Arrays) -> Arrays:
    return {"test_probabilities": np.eye(10, dtype=np.float32)[arrays["test_labels"]]}


def single_class(arrays: Arrays) -> Arrays:
    ones = arrays["test_labels"] == 1
    return {name: arrays[name][ones] for name in ("test_probabilities", "test_labels")}


def none_of_them(arrays: Arrays) -> Arrays:
    sevens = arrays["test_labels"] != 7
    return {name: arrays[name][sevens] for name in ("test_probabilities", "test_labels")}


@pytest.mark.parametrize("change", [only(1), only(0), perfect, single_class, none_of_them])
def test_degenerate_predictions_give_numbers_or_a_dash(
    page: AppTest, own_run: Path, change: Callable[[Arrays], Arrays]
) -> None:
    rewrite(own_run, change)
    for tab in QUICK_TABS:
        show(page, tab)


def test_a_run_that_was_tested_on_other_digits_is_not_compared_digit_by_digit(page: AppTest, own_run: Path) -> None:
    rewrite(own_run, only(100))
    show(page, "Overview")
    page.selectbox(navigation.OTHER_KEY).set_value("dense")
    show(page, "Overview")
    assert any("not of the same digits" in info.value for info in page.info)


def test_the_name_of_a_run_is_shown_as_it_is(page: AppTest, own_run: Path) -> None:
    record = json.loads((own_run / RECORD_FILE).read_text())
    record["name"] = "**bold** [link](http://x) $x$"
    (own_run / RECORD_FILE).write_text(json.dumps(record))
    show(page, "Overview")
    page.selectbox(navigation.OTHER_KEY).set_value("dense")
    show(page, "Overview")
    assert not any("**bold**" in text for text in words(page))


def test_the_page_loads_no_tensorflow() -> None:
    program = f"""
import sys
import time
from streamlit.testing.v1 import AppTest
app = AppTest.from_file({str(SCRIPT)!r}, default_timeout=60).run()
app.switch_page({str(PAGE)!r})
for tab in {QUICK_TABS!r}:
    app.session_state[{TABS_KEY!r}] = tab
    app.run()
    assert not app.exception
loaded = {{name.split(".")[0] for name in sys.modules}} & {{"tensorflow", "keras"}}
sys.exit(f"loaded: {{loaded}}" if loaded else 0)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=APP.parent, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr[-2000:]


def test_curves_and_tables_that_differ_say_why() -> None:
    run = RunStore(SHIPPED_FOLDER).get("fast_cnn")
    plain = replace(run, config=run.config.but(label_smoothing=0.0), temperature=1.0)
    assert differences(plain) == []
    assert "label smoothing of 0.1" in differences(replace(run, plain_losses=False))[0]
    (calibrated,) = differences(run)
    assert "a temperature of 0.45, fitted on validation" in calibrated
    (augmented,) = differences(replace(plain, config=plain.config.but(test_time_augmentation=True)))
    assert "looks at doubtful digits again" in augmented


def test_a_misread_digit_whose_label_people_dispute_is_marked_wherever_it_is_shown(page: AppTest) -> None:
    page.session_state[navigation.RUN_KEY] = "digitnet"
    show(page, "Overview")
    disputed = [entry["text"] for entry in entries(page, "surest") if "people say" in entry["text"]]
    assert disputed
    assert ("Without disputed", "99.80%") in [(metric.label, metric.value) for metric in page.metric]
    show(page, "Mistakes")
    found = [entry["text"].split("\n")[-1] for entry in entries(page, "mistakes-test")]
    assert sum("people say" in text for text in found) == 9
    assert "five of five people say 9" in found


def test_writers_are_shown_with_their_digits_and_the_misread_are_marked(page: AppTest) -> None:
    page.session_state[WRITER_KEY], page.query_params[WRITER_KEY] = 340, "340"
    show(page, "Writers")
    found = entries(page, "hand-chosen-fast_cnn")
    assert len(found) == 107
    assert sum(bool(entry["marked"]) for entry in found) == 5
    assert all(("→" in entry["title"]) == bool(entry["marked"]) for entry in found)
    assert any("Writer 340, Census employee: 5 of 107 digits misread" in text for text in words(page))


def test_two_runs_stand_beside_each_other_by_writer(page: AppTest) -> None:
    page.session_state[navigation.OTHER_KEY] = "tiny_cnn"
    show(page, "Writers")
    assert len(page.get("plotly_chart")) == 4


def test_writers_of_foreign_test_digits_are_not_known_and_that_is_said(page: AppTest, own_run: Path) -> None:
    rewrite(own_run, lambda arrays: {"test_labels": np.roll(arrays["test_labels"], 1)})
    show(page, "Writers")
    assert any("not MNIST's" in text for text in words(page))
    assert not page.get("plotly_chart")
