import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from digitcore.base.errors import BadRun, RunNotFound
from digitcore.base.settings import SHIPPED_FOLDER
from digitcore.data.mnist import load_mnist
from digitcore.data.splits import stratified_split
from digitcore.inference.classifier import DigitClassifier
from digitcore.metrics.classification import Evaluation
from digitcore.networks import NETWORKS
from digitcore.runs.history import best_row
from digitcore.runs.record import LITERT_FILE, PREDICTIONS_FILE, RECORD_FILE, SHIPPED
from digitcore.runs.store import RunStore


def _changed(**values: object) -> str:
    return json.dumps(json.loads((SHIPPED_FOLDER / "digitnet" / RECORD_FILE).read_text()) | values)


BROKEN_RECORDS = {
    "not JSON": "{",
    "a list": "[]",
    "nothing in it": "{}",
    "another's": json.dumps({"id": "dense"}),
    "not text": "\udcff",
    "of a network that is not there": _changed(network="resnet"),
    "of no time": _changed(finished="[x](http://evil)"),
    "without a name": _changed(name=None),
}


@pytest.mark.parametrize("run_id", SHIPPED)
def test_each_shipped_run_has_a_whole_and_true_record(run_id: str) -> None:
    run = RunStore(SHIPPED_FOLDER).get(run_id)
    assert run.status == "finished"
    assert run.parameters == NETWORKS[run.network].parameters
    assert run.data["fingerprint"] == load_mnist().train.fingerprint
    assert run.split["fingerprint"] == stratified_split(load_mnist().train.labels, 0.2, 0).fingerprint or (
        run.config.validation_share != 0.2
    )
    assert len(run.history()) == run.config.epochs
    assert f"--id {run_id}" in run.command


@pytest.mark.parametrize("run_id", SHIPPED)
def test_the_figures_of_a_shipped_run_are_those_of_its_stored_predictions(run_id: str) -> None:
    run = RunStore(SHIPPED_FOLDER).get(run_id)
    stored = run.predictions()
    figures = Evaluation.of(stored.test_probabilities, stored.test_labels.astype(np.int64))
    assert figures.errors == run.test.errors
    assert figures.loss == pytest.approx(run.test.loss)
    assert np.array_equal(stored.test_labels, load_mnist().test.labels)
    assert run.best_epoch == best_row(run.history()).epoch


def test_a_fresh_store_holds_the_shipped_runs_with_digitnet_as_default(empty_store: RunStore) -> None:
    assert [run.id for run in empty_store.list()] == list(SHIPPED)
    assert all(run.shipped for run in empty_store.list())
    assert empty_store.default_id() == "digitnet"


@pytest.mark.parametrize("run_id", ["nope", "", "..", "../models/digitnet", "DIGITNET"])
def test_a_run_that_is_not_there_is_named(empty_store: RunStore, run_id: str) -> None:
    with pytest.raises(RunNotFound, match="There is no run called"):
        empty_store.get(run_id)


@pytest.mark.parametrize("text", BROKEN_RECORDS.values(), ids=BROKEN_RECORDS)
def test_a_damaged_record_is_reported_and_the_others_are_listed(
    empty_store: RunStore, own_digitnet: Path, text: str
) -> None:
    (own_digitnet / RECORD_FILE).write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(BadRun, match=r"'digitnet' has a .*run\.json"):
        empty_store.get("digitnet")
    assert [run.id for run in empty_store.list()] == list(SHIPPED[1:])
    assert list(empty_store.damaged()) == ["digitnet"]


def test_truncated_predictions_are_reported(empty_store: RunStore, own_digitnet: Path) -> None:
    file = own_digitnet / PREDICTIONS_FILE
    file.write_bytes(file.read_bytes()[:1000])
    with pytest.raises(BadRun, match=r"damaged predictions\.npz"):
        empty_store.get("digitnet").predictions()


@pytest.mark.parametrize("damage", ["missing", "cut short", "not a graph", "empty"])
def test_a_corrupt_default_falls_back_to_another_shipped_run_and_says_so(own_digitnet: Path, damage: str) -> None:
    file = own_digitnet / LITERT_FILE
    whole = file.read_bytes()
    file.unlink()
    contents = {"cut short": whole[: len(whole) // 2], "not a graph": b"<html>" * 100, "empty": b""}
    if damage in contents:
        file.write_bytes(contents[damage])
    classifier = DigitClassifier.load()
    assert classifier.run.id == "simple_cnn"
    assert classifier.notice is not None
    assert "digitnet" in classifier.notice
    assert classifier.predict(load_mnist().test.images[:50]).shape == (50,)


def test_a_run_that_is_asked_for_by_name_does_not_fall_back(own_digitnet: Path) -> None:
    (own_digitnet / LITERT_FILE).unlink()
    with pytest.raises(BadRun, match=r"'digitnet' has no model\.tflite"):
        DigitClassifier.load("digitnet")


def test_a_run_appears_whole_or_not_at_all(empty_store: RunStore) -> None:
    def write_half() -> None:
        with empty_store.writing("mine") as folder:
            (folder / RECORD_FILE).write_text("half")
            assert empty_store.ids() == list(SHIPPED)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_half()
    assert list(empty_store.root.iterdir()) == []


def test_no_run_overwrites_another(empty_store: RunStore) -> None:
    with empty_store.writing("mine") as folder:
        (folder / "kept").write_text("yes")
    with pytest.raises(BadRun, match="already"), empty_store.writing("mine"):
        pytest.fail("it must be refused before anything is written")
    assert (empty_store.root / "mine" / "kept").read_text() == "yes"


@pytest.mark.parametrize("run_id", ["", "../up", "a b", "UPPER", "-x", "a" * 81])
def test_a_name_that_could_leave_the_folder_is_refused(empty_store: RunStore, run_id: str) -> None:
    with pytest.raises(BadRun, match="can't name a run"):
        empty_store.check_writable(run_id)


def test_a_file_where_the_folder_should_be_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("a file")
    with pytest.raises(BadRun, match="can't be written"):
        RunStore(tmp_path / "runs").check_writable("mine")
    assert [run.id for run in RunStore(tmp_path / "runs").list()] == list(SHIPPED)


@pytest.fixture
def mine(empty_store: RunStore) -> str:
    """The id of a run of one's own: a copy of the dense one under another name."""
    with empty_store.writing("mine") as folder:
        for file in (SHIPPED_FOLDER / "dense").iterdir():
            shutil.copy(file, folder)
        record = json.loads((folder / RECORD_FILE).read_text())
        (folder / RECORD_FILE).write_text(json.dumps({**record, "id": "mine"}))
    return "mine"


def test_a_run_can_be_renamed_and_stays_readable(empty_store: RunStore, mine: str) -> None:
    before = empty_store.get(mine)
    assert empty_store.rename(mine, "  For the  class ").name == "For the class"
    after = empty_store.get(mine)
    assert (after.name, after.test, after.config) == ("For the class", before.test, before.config)


@pytest.mark.parametrize("name", ["", "   ", "x" * 81])
def test_a_name_that_fits_no_table_is_refused(empty_store: RunStore, mine: str, name: str) -> None:
    with pytest.raises(BadRun, match="1 to 80 characters"):
        empty_store.rename(mine, name)


def test_the_default_can_be_changed_and_is_then_protected(empty_store: RunStore, mine: str) -> None:
    empty_store.set_default(mine)
    assert RunStore.open().default_id() == mine
    assert DigitClassifier.load().run.id == mine
    with pytest.raises(BadRun, match="is the default run"):
        empty_store.delete(mine)


def test_a_deleted_run_is_gone_for_good(empty_store: RunStore, mine: str) -> None:
    empty_store.delete(mine)
    assert [entry.name for entry in empty_store.root.iterdir()] == [".lock"]
    with pytest.raises(RunNotFound):
        empty_store.delete(mine)


def test_a_damaged_run_can_be_deleted(empty_store: RunStore, mine: str) -> None:
    (empty_store.root / mine / RECORD_FILE).unlink()
    empty_store.delete(mine)
    assert mine not in empty_store.ids()


@pytest.mark.parametrize("run_id", SHIPPED)
def test_what_came_with_the_app_is_protected(empty_store: RunStore, run_id: str) -> None:
    with pytest.raises(BadRun, match=r"came with the app|is the default"):
        empty_store.delete(run_id)
    with pytest.raises(BadRun, match="came with the app"):
        empty_store.rename(run_id, "Mine")
    assert (SHIPPED_FOLDER / run_id).is_dir()


def test_a_default_that_was_deleted_by_hand_falls_back(empty_store: RunStore, mine: str) -> None:
    empty_store.set_default(mine)
    shutil.rmtree(empty_store.root / mine)
    classifier = DigitClassifier.load()
    assert classifier.run.id == "digitnet"
    assert classifier.notice is not None
