"""The Batch page's wiring, with no browser."""

import time
import tomllib

import pytest
from streamlit.testing.v1 import AppTest

from digitcore.data.mnist import load_mnist
from digitcore.inference.classifier import DigitClassifier
from digitcore.ui.batch.upload import progress_line
from digitcore.ui.shared.navigation import NETWORK_KEY
from digitcore.ui.shared.uploads import LARGEST_UPLOAD
from harness.files import csv_of, idx_of, png_of
from tests.page.conftest import APP, OpenApp, component

PAGE = APP.parent / "pages" / "batch.py"
TEST = load_mnist().test
FEW = 80
PATIENCE = 60  # s; machines are shared

Files = list[tuple[str, bytes, str]]


@pytest.fixture
def page(open_app: OpenApp) -> AppTest:
    """The page, read by "fast_cnn", which is the quickest."""
    app = open_app()
    app.session_state[NETWORK_KEY] = "fast_cnn"
    app.run()
    return app.switch_page(str(PAGE)).run()


def drop(page: AppTest, files: dict[str, bytes]) -> AppTest:
    """Drop files and wait until they have been read."""
    page.file_uploader[0].set_value([(name, content, "") for name, content in files.items()]).run()
    return wait(page)


def wait(page: AppTest) -> AppTest:
    end = time.monotonic() + PATIENCE
    while page.get("progress"):
        assert time.monotonic() < end, "still reading"
        time.sleep(0.05)
        page.run()
    assert not page.exception
    return page


def metrics(page: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in page.main.metric}


def downloads(page: AppTest) -> dict[str, bool]:
    """Return by its label whether each download of the page is disabled; those of the sidebar are left out."""
    aside = {button.label for button in page.sidebar.get("download_button")}  # type: ignore[union-attr]
    return {button.label: button.proto.disabled for button in page.download_button if button.label not in aside}


def labels_of_downloads(page: AppTest) -> list[str]:
    return list(downloads(page))


def test_the_empty_page_says_what_can_be_dropped(page: AppTest) -> None:
    assert not page.exception
    assert "Kaggle" in " ".join(text.value for text in page.markdown)
    assert labels_of_downloads(page) == []


def test_a_labelled_file_shows_its_figures_the_least_certain_and_the_confusion(page: AppTest) -> None:
    drop(page, {"train.csv": csv_of(TEST.images[:FEW], TEST.labels[:FEW])})
    predictions = DigitClassifier.load("fast_cnn").predict(TEST.images[:FEW])
    assert metrics(page)["Misread"] == str((predictions != TEST.labels[:FEW]).sum())
    assert metrics(page)["Digits"] == str(FEW)
    assert len(component(page, "batch-unsure")["entries"]) == 60
    assert [tab.label for tab in page.tabs] == ["Least certain", "Table", "Digits", "Confusion"]
    assert labels_of_downloads(page) == ["submission.csv", "Table (CSV)", "Probabilities (npz)"]


def test_a_file_without_labels_has_no_accuracy_and_no_confusion(page: AppTest) -> None:
    drop(page, {"test.csv": csv_of(TEST.images[:FEW], None)})
    assert "Accuracy" not in metrics(page)
    assert [tab.label for tab in page.tabs] == ["Least certain", "Table", "Digits"]


def test_an_idx_pair_is_read_together(page: AppTest) -> None:
    drop(page, {"labels": idx_of(TEST.labels[:FEW]), "images": idx_of(TEST.images[:FEW])})
    assert "Accuracy" in metrics(page)


@pytest.mark.parametrize("tab", ["Table", "Digits", "Confusion"])
def test_every_section_shows(page: AppTest, tab: str) -> None:
    page.session_state["batch-tabs"] = tab
    drop(page, {"train.csv": csv_of(TEST.images[:FEW], TEST.labels[:FEW])})
    assert page.dataframe if tab == "Table" else page.get("plotly_chart")


def test_a_bad_file_is_a_sentence_and_the_next_one_is_read(page: AppTest) -> None:
    good = csv_of(TEST.images[:FEW], None)
    drop(page, {"test.csv": good + b"1,2,3\n"})
    assert [warning.value for warning in page.warning] == [
        "test.csv: line 82: 3 columns instead of 784. Nothing of it was used: mend it and try again."
    ]
    assert metrics(page) == {}
    drop(page, {"test.csv": good})
    assert metrics(page)["Digits"] == str(FEW)


def test_of_many_pictures_the_bad_one_is_named_and_there_is_no_submission(page: AppTest) -> None:
    drop(page, {"a.png": png_of(TEST.images[0]), "notes.png": b"notes"})
    assert "1 picture can't be read" in page.warning[0].value
    assert "notes" in page.warning[0].value
    disabled = downloads(page)
    assert disabled == {"submission.csv": True, "Table (CSV)": False, "Probabilities (npz)": False}


def test_a_result_outlives_a_look_at_another_page_and_can_be_closed(page: AppTest) -> None:
    page.button[0].click().run()
    wait(page)
    assert metrics(page)["Digits"] == "10,000"
    page.switch_page(str(APP.parent / "pages" / "data.py")).run()
    page.switch_page(str(PAGE)).run()
    assert metrics(page)["Digits"] == "10,000"
    next(button for button in page.button if button.label == "Close").click().run()
    assert metrics(page) == {}


def test_another_network_reads_the_file_again(page: AppTest) -> None:
    drop(page, {"test.csv": csv_of(TEST.images[:FEW], None)})
    page.sidebar.selectbox[0].set_value("dense").run()
    wait(page)
    assert "Dense network" in page.markdown[0].value


def test_the_server_takes_what_the_page_says() -> None:
    config = tomllib.loads((APP.parent / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert config["server"]["maxUploadSize"] >= LARGEST_UPLOAD


@pytest.mark.parametrize(
    ("done", "seconds", "line"),
    [(0.5, 2.0, "1,000 digits, 500 a second, 2.0 s left"), (1.0, 3.0, "1,000 digits, 330 a second")],
)
def test_the_bar_shows_pace_and_time_left(done: float, seconds: float, line: str) -> None:
    assert progress_line(done, 1000, seconds) == line
