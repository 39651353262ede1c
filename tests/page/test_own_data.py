"""Digits of one's own on the Data page and the Train page, with no browser."""

import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from digitcore.data.mnist import Dataset, load_mnist
from digitcore.data.store import DataStore
from digitcore.ui.train.form import data_words
from harness.files import csv_of, idx_of
from tests.page.conftest import APP, OpenApp, component

DATA_PAGE, TRAIN_PAGE = (APP.parent / "pages" / name for name in ("data.py", "train.py"))
TEST = load_mnist().test
FEW = 60
PATIENCE = 60  # s; machines are shared


@pytest.fixture
def page(open_app: OpenApp) -> AppTest:
    app = open_app()
    app.run()
    app.session_state["data-tab"] = app.query_params["data-tab"] = "Your own"
    return app.switch_page(str(DATA_PAGE)).run()


def drop(page: AppTest, name: str, content: bytes) -> AppTest:
    """Drop a file beside those that lie there already, which keep their ids, as a browser does it."""
    uploader = page.file_uploader[0]
    uploader._files = uploader._get_files_to_register()
    uploader.upload(name, content).run()
    end = time.monotonic() + PATIENCE
    while page.get("progress"):
        assert time.monotonic() < end, "still checking"
        time.sleep(0.05)
        page.run()
    assert not page.exception
    return page


def press(page: AppTest, label: str) -> AppTest:
    next(button for button in page.button if button.label == label).click().run()
    assert not page.exception
    return page


def kept(models: Path) -> list[str]:
    return [record.name for record in DataStore(models).list()]


def keep_some(models: Path) -> None:
    DataStore(models).add("mine", Dataset.of("mine", TEST.images[:FEW].copy(), TEST.labels[:FEW]), "train.csv")


def test_digits_are_checked_previewed_named_and_kept(page: AppTest, models: Path) -> None:
    drop(page, "Class 3b.csv", csv_of(TEST.images[:FEW], TEST.labels[:FEW]))
    assert len(component(page, "own-samples")["entries"]) == 40
    assert page.text_input[0].value == "class-3b"
    assert kept(models) == []
    page.text_input[0].set_value("ours").run()
    press(page, f"Keep {FEW} digits")
    assert kept(models) == ["ours"]
    assert any("ours" in text.value for text in page.markdown)


def test_a_bad_name_is_a_sentence_and_can_be_mended(page: AppTest, models: Path) -> None:
    drop(page, "train.csv", csv_of(TEST.images[:FEW], TEST.labels[:FEW]))
    page.text_input[0].set_value("Our class!").run()
    press(page, f"Keep {FEW} digits")
    assert "can't name a data set" in page.error[0].value
    page.text_input[0].set_value("our-class").run()
    press(page, f"Keep {FEW} digits")
    assert kept(models) == ["our-class"]


def test_the_same_digits_are_not_kept_twice(page: AppTest, models: Path) -> None:
    keep_some(models)
    drop(page, "again.csv", csv_of(TEST.images[:FEW], TEST.labels[:FEW]))
    assert "already kept, as mine" in page.info[0].value


def test_digits_without_labels_are_refused_with_what_to_do(page: AppTest, models: Path) -> None:
    drop(page, "test.csv", csv_of(TEST.images[:FEW], None))
    assert "it has no labels" in page.warning[0].value
    assert kept(models) == []


IMAGES = ("digits-images-idx3-ubyte", idx_of(TEST.images[:FEW]))
LABELS = ("digits-labels-idx1-ubyte", idx_of(TEST.labels[:FEW]))


def test_the_labels_of_an_idx_file_may_be_chosen_after_its_images(page: AppTest) -> None:
    drop(page, *IMAGES)
    assert "it has no labels" in page.warning[0].value
    drop(page, *LABELS)
    assert not page.warning
    assert f"Keep {FEW} digits" in [button.label for button in page.button]


def test_a_file_chosen_after_one_that_was_fine_is_another_data_set(page: AppTest, models: Path) -> None:
    drop(page, "first.csv", csv_of(TEST.images[:FEW], TEST.labels[:FEW]))
    drop(page, "second.csv", csv_of(TEST.images[: FEW // 2], TEST.labels[: FEW // 2]))
    assert page.text_input[0].value == "second"
    press(page, f"Keep {FEW // 2} digits")
    assert kept(models) == ["second"]


def test_once_kept_the_list_of_files_is_empty_and_takes_the_next(page: AppTest, models: Path) -> None:
    for name, count in (("first", FEW), ("second", FEW // 2)):
        assert page.file_uploader[0].value == []
        drop(page, f"{name}.csv", csv_of(TEST.images[:count], TEST.labels[:count]))
        press(page, f"Keep {count} digits")
    assert kept(models) == ["first", "second"]


def test_what_is_kept_can_be_removed(page: AppTest, models: Path) -> None:
    keep_some(models)
    page.run()
    press(page, "Remove for good")
    assert kept(models) == []


def test_the_train_page_offers_what_is_kept_whatever_the_recipe(open_app: OpenApp, models: Path) -> None:
    page = open_app()
    page.run()
    page.switch_page(str(TRAIN_PAGE)).run()
    assert "Data" not in [box.label for box in page.selectbox]
    keep_some(models)
    page.run()
    box = next(box for box in page.selectbox if box.label == "Data")
    assert box.options == ["MNIST", "mine", "MNIST and mine"]
    box.set_value("mnist+mine").run()
    page.button(key="recipe-dense").click().run()
    assert page.session_state["data"] == "mnist+mine"
    DataStore(models).remove("mine")
    page.run()
    assert page.session_state["data"] == "mnist"
    assert not page.exception


@pytest.mark.parametrize(("choice", "words"), [("mnist", "MNIST"), ("mine", "mine"), ("mnist+mine", "MNIST and mine")])
def test_a_choice_of_data_is_said_as_a_person_would(choice: str, words: str) -> None:
    assert data_words(choice) == words
