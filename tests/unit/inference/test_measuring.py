"""What a run is measured by after it can be used."""

import json
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest

from digitcore.analysis.diagnosis import Diagnosis
from digitcore.analysis.summary import facts
from digitcore.base.errors import RunNotFound
from digitcore.base.settings import SHIPPED_FOLDER
from digitcore.base.text import DASH
from digitcore.inference.classifier import DigitClassifier
from digitcore.inference.measuring import TEST, TRAINING, VALIDATION, complete
from digitcore.jobs.measuring import Measuring
from digitcore.runs.record import PREDICTIONS_FILE, RECORD_FILE, UNREAD, Predictions, Run
from digitcore.runs.store import RunStore

SHIPPED = RunStore(SHIPPED_FOLDER).get("dense")


@pytest.fixture
def store(empty_store: RunStore) -> RunStore:
    """A store with a run "mine" that has just been trained: the dense one, before it read anything."""
    known = SHIPPED.predictions()
    none = {
        name: np.zeros_like(getattr(known, name)[:0])
        for name in (
            "test_probabilities",
            "test_labels",
            "validation_probabilities",
            "validation_labels",
            "validation_positions",
        )
    }
    fresh = replace(SHIPPED, id="mine", train=UNREAD, validation=UNREAD, test=UNREAD)
    with empty_store.writing("mine") as folder:
        for file in SHIPPED.folder.iterdir():
            shutil.copy(file, folder)
        (folder / RECORD_FILE).write_text(fresh.to_text())
        unread = replace(known, **none, train_confusion=np.zeros_like(known.train_confusion))
        (folder / PREDICTIONS_FILE).write_bytes(unread.packed())
    return empty_store


def same_predictions(one: Predictions, other: Predictions) -> bool:
    return all(np.allclose(getattr(one, name), getattr(other, name), atol=1e-4) for name in one.__dataclass_fields__)


def test_a_run_that_has_read_nothing_yet_can_be_used_and_says_so(store: RunStore) -> None:
    run = store.get("mine")
    assert (run.complete, run.train, run.test, run.learned_from) == (False, UNREAD, UNREAD, 48_000)
    assert json.loads((run.folder / RECORD_FILE).read_text())["test"] is None
    assert DigitClassifier.load(run).predict(np.zeros((2, 28, 28), np.uint8)).shape == (2,)
    diagnosis = Diagnosis.of(run)
    assert (diagnosis.test, diagnosis.validation, diagnosis.train_confusion) == (None, None, None)
    assert "has not read the test digits yet" in " ".join(diagnosis.troubles)
    assert {fact.value for fact in facts(diagnosis)[:3]} == {DASH}


def test_what_a_run_reads_afterwards_is_what_it_would_have_read_at_once(store: RunStore) -> None:
    heard: list[str] = []
    run = complete(store, "mine", heard.append)
    assert list(dict.fromkeys(heard)) == [VALIDATION, TEST, TRAINING]
    assert run == store.get("mine")
    assert run.complete
    for part in ("train", "validation", "test"):
        assert getattr(run, part).errors == getattr(SHIPPED, part).errors
        assert getattr(run, part).loss == pytest.approx(getattr(SHIPPED, part).loss, rel=1e-4)
    assert same_predictions(run.predictions(), SHIPPED.predictions())
    assert Diagnosis.of(run).troubles == ()


def test_a_part_that_was_cut_off_is_read_later_and_the_others_are_not_read_again(store: RunStore) -> None:
    def until(phrase: str) -> None:
        if phrase == TRAINING:
            raise KeyboardInterrupt

    with suppress(KeyboardInterrupt):
        complete(store, "mine", until)
    halfway = store.get("mine")
    assert (halfway.test.known, halfway.train.known) == (True, False)
    store.rename("mine", "Renamed")
    heard: list[str] = []
    run = complete(store, "mine", heard.append)
    assert set(heard) == {TRAINING}
    assert (run.name, run.complete) == ("Renamed", True)


def test_nothing_is_added_to_a_run_that_was_replaced_meanwhile(store: RunStore) -> None:
    run = store.get("mine")
    replaced = replace(run, started="2026-11-21T00:00:00+00:00").to_text()
    (run.folder / RECORD_FILE).write_text(replaced)
    with pytest.raises(RunNotFound, match="was replaced"):
        store.add_score(run, "test", SHIPPED.test)
    assert (run.folder / RECORD_FILE).read_text() == replaced


def test_a_record_never_has_a_score_without_its_predictions(store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(_: Run) -> str:
        raise KeyboardInterrupt

    run = store.get("mine")
    with monkeypatch.context() as patch, suppress(KeyboardInterrupt):
        patch.setattr(Run, "to_text", killed)
        store.add_score(run, "test", SHIPPED.test, test_labels=SHIPPED.predictions().test_labels)
    assert len(store.get("mine").predictions().test_labels) == 10_000
    assert not store.get("mine").test.known


def test_of_digits_that_are_not_here_any_more_the_test_is_all_there_is(store: RunStore) -> None:
    run = store.get("mine")
    elsewhere = replace(run, data={**run.data, "fingerprint": "another"})
    (run.folder / RECORD_FILE).write_text(elsewhere.to_text())
    found = complete(store, "mine")
    assert (found.test.known, found.validation.known, found.train.known) == (True, False, False)


@pytest.fixture
def measuring(store: RunStore) -> Iterator[Measuring]:
    made = Measuring(store)
    yield made
    made.close()


def test_the_next_app_measures_what_the_one_before_left(store: RunStore, measuring: Measuring) -> None:
    measuring._thread.ask(lambda: None)  # it has looked
    measuring._thread.ask(lambda: None)  # it has read
    assert store.get("mine").complete
    assert measuring.now() == {}


def test_an_app_that_ends_does_not_wait_for_what_it_measures(store: RunStore) -> None:
    measuring = Measuring(store)
    measuring._closing.set()
    measuring.put("mine")
    assert measuring.now() == {"mine": VALIDATION}
    measuring.close()
    assert not store.get("mine").complete


def test_a_run_that_is_deleted_while_it_waits_troubles_nobody(store: RunStore, measuring: Measuring) -> None:
    store.delete("mine")
    measuring.put("mine")
    measuring._thread.ask(lambda: None)
    assert measuring.now() == {}
