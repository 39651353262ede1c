"""An open page after a run was renamed, repaired, or deleted and trained again under its id, with no browser."""

import json
import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from digitcore.base.settings import SHIPPED_FOLDER
from digitcore.runs.record import HISTORY_FILE, LITERT_FILE, RECORD_FILE
from digitcore.runs.store import RunStore
from tests.page.conftest import OpenApp, on, run

MINE = "mine"


def put(models: Path, shipped: str, **changes: object) -> Path:
    """Put a copy of a shipped run in the place of our own."""
    folder = models / MINE
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(SHIPPED_FOLDER / shipped, folder)
    record = json.loads((folder / RECORD_FILE).read_text())
    (folder / RECORD_FILE).write_text(json.dumps({**record, "id": MINE, "name": "Mine", **changes}))
    return folder


@pytest.fixture
def page(open_app: OpenApp, models: Path) -> AppTest:
    put(models, "dense")
    RunStore(models).set_default(MINE)
    return run(open_app())


def parameters(app: AppTest) -> str:
    return next(metric.value for metric in app.sidebar.metric if metric.label == "Parameters")


def read_by(app: AppTest) -> str:
    return next(text.value for text in app.markdown if "read by" in text.value)


@pytest.mark.parametrize("chosen_by", ["everyone", "this session"])
def test_a_run_that_was_trained_again_reads_with_its_new_network(page: AppTest, models: Path, chosen_by: str) -> None:
    if chosen_by == "this session":
        RunStore(models).set_default("digitnet")
        run(page)
        page.sidebar.selectbox[0].set_value(MINE)
        run(page)
    before = parameters(page)
    put(models, "tiny_cnn")
    assert parameters(run(page)) == "9,834" != before


def test_a_file_is_read_again_by_a_run_that_was_trained_again_and_not_by_one_renamed(
    page: AppTest, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(classifier: object, *_: object) -> None:
        seen.append(classifier)
        raise RuntimeError  # it is enough to know that it was asked for

    seen: list[object] = []
    monkeypatch.setattr("digitcore.ui.batch.upload._read", read)
    on(page, "batch")
    next(button for button in page.button if button.label.startswith("Try")).click()
    run(page)
    assert "read by Mine" in read_by(page)
    RunStore(models).rename(MINE, "Another")
    assert "read by Another" in read_by(run(page))
    put(models, "tiny_cnn")
    run(page)
    assert "read by Mine" in read_by(page)
    run(page)
    assert len(seen) == 2


def test_the_notice_of_a_damaged_run_goes_when_it_is_repaired(page: AppTest, models: Path) -> None:
    network = models / MINE / LITERT_FILE
    whole = network.read_bytes()
    network.write_bytes(b"rubbish")
    assert "damaged" in run(page).warning[0].value
    network.write_bytes(whole)
    assert not run(page).warning


def test_a_training_stopped_in_its_third_epoch_is_not_said_to_have_had_all(page: AppTest, models: Path) -> None:
    folder = put(models, "dense", status="stopped", reason="Stopped in epoch 3.", best_epoch=2)
    lines = (folder / HISTORY_FILE).read_text().splitlines()
    (folder / HISTORY_FILE).write_text("\n".join([*lines[:3], ""]))
    assert ", 2 of 10 epochs, in" in run(page).sidebar.caption[0].value
