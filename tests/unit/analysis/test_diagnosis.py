"""What can be told of a run whose files are whole, damaged, missing or another's."""

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from digitcore.analysis.diagnosis import Diagnosis
from digitcore.data.mnist import load_mnist
from digitcore.runs.record import HISTORY_FILE, PREDICTIONS_FILE
from digitcore.runs.store import RunStore

Arrays = dict[str, Any]


@pytest.fixture
def folder(empty_store: RunStore) -> Path:
    """A copy of a shipped run, free to be damaged."""
    target = empty_store.root / "fast_cnn"
    shutil.copytree(empty_store.get("fast_cnn").folder, target)
    return target


def rewrite(folder: Path, change: Callable[[Arrays], Arrays]) -> Diagnosis:
    """Change a run's predictions and read it again."""
    with np.load(folder / PREDICTIONS_FILE) as stored:
        arrays = dict(stored)
    np.savez(folder / PREDICTIONS_FILE, **(arrays | change(arrays)))
    return Diagnosis.of(RunStore.open().get(folder.name))


def cut_test_part(arrays: Arrays, size: int) -> Arrays:
    return {name: array[:size] for name, array in arrays.items() if name.startswith("test_")}


def test_a_whole_run_has_no_troubles_and_the_figures_of_its_record(empty_store: RunStore) -> None:
    run = empty_store.get("fast_cnn")
    found = Diagnosis.of(run)
    assert found.troubles == ()
    assert found.test is not None
    assert found.validation is not None
    assert found.test.evaluation.errors == run.test.errors
    assert found.validation.evaluation.errors == run.validation.errors


def test_a_cell_holds_as_many_images_as_the_matrix_says_each_with_its_label(empty_store: RunStore) -> None:
    part = Diagnosis.of(empty_store.get("fast_cnn")).validation
    assert part is not None
    for truth, said in np.argwhere(part.evaluation.confusion > 0):
        members = part.cell(truth, said)
        assert len(members) == part.evaluation.confusion[truth, said]
        assert (load_mnist().train.labels[part.positions[members]] == truth).all()
        assert (part.predictions[members] == said).all()


def test_mistakes_come_most_confident_first_and_can_be_narrowed_down(empty_store: RunStore) -> None:
    part = Diagnosis.of(empty_store.get("fast_cnn")).test
    assert part is not None
    everything = part.mistakes()
    assert len(everything) == part.evaluation.errors
    assert (np.diff(part.confidence[everything]) <= 0).all()
    fours = part.mistakes(truth=4)
    assert set(fours) == {member for member in everything if part.labels[member] == 4}
    assert set(part.mistakes(truth=4, said=9)) == set(part.cell(4, 9))


def test_the_table_of_mistakes_says_what_each_was_read_as(empty_store: RunStore) -> None:
    part = Diagnosis.of(empty_store.get("fast_cnn")).test
    assert part is not None
    table = part.table(part.mistakes())
    assert (table["true digit"] != table["read as"]).all()
    assert (table["probability of true digit"] <= table["confidence"]).all()
    assert (load_mnist().test.labels[table["position"]] == table["true digit"]).all()


def test_a_sample_is_found_by_its_position_in_the_data_set(empty_store: RunStore) -> None:
    part = Diagnosis.of(empty_store.get("fast_cnn")).validation
    assert part is not None
    assert part.at(int(part.positions[17])) == 17
    missing = np.setdiff1d(np.arange(60_000), part.positions)[0]
    assert part.at(int(missing)) is None


@pytest.mark.parametrize("file", [PREDICTIONS_FILE, HISTORY_FILE])
@pytest.mark.parametrize("damage", ["missing", "cut short", "not what it says"])
def test_a_damaged_file_is_named_and_the_rest_is_read(folder: Path, file: str, damage: str) -> None:
    whole = (folder / file).read_bytes()
    (folder / file).unlink()
    contents = {"cut short": whole[: len(whole) // 3], "not what it says": b"\x00\xff nonsense, 1\n"}
    if damage in contents:
        (folder / file).write_bytes(contents[damage])
    found = Diagnosis.of(RunStore.open().get("fast_cnn"))
    assert any(file in trouble for trouble in found.troubles)
    assert (found.test is None) == (file == PREDICTIONS_FILE)
    assert (found.history == ()) == (file == HISTORY_FILE)


@pytest.mark.parametrize(
    "test_probabilities",
    [
        np.full((10_000, 10), np.nan, np.float32),
        np.full((10_000, 10), 7, np.float32),
        np.full((10_000, 9), 0.1, np.float32),
        np.full((300, 10), 0.1, np.float32),
        np.zeros((10_000, 10), np.int64),
    ],
    ids=["no numbers", "too large", "nine digits", "too few", "integers"],
)
def test_probabilities_that_make_no_sense_take_only_their_part_away(
    folder: Path, test_probabilities: np.ndarray
) -> None:
    found = rewrite(folder, lambda _: {"test_probabilities": test_probabilities})
    assert found.test is None
    assert found.validation is not None
    assert len(found.troubles) == 1
    assert "test part" in found.troubles[0]


def test_the_predictions_of_another_training_are_noticed(folder: Path) -> None:
    found = rewrite(folder, lambda arrays: {"test_probabilities": arrays["test_probabilities"][:, ::-1]})
    assert found.test is not None
    assert "not of this training" in " ".join(found.troubles)


def test_digits_that_are_not_on_this_machine_have_figures_but_no_pictures(folder: Path) -> None:
    found = rewrite(folder, lambda arrays: {"validation_positions": arrays["validation_positions"][::-1]})
    assert found.validation is not None
    assert found.validation.images(np.array([0])) is None
    assert "not on this machine" in " ".join(found.troubles)


def test_confusions_of_more_epochs_than_the_history_has_are_left_out(folder: Path) -> None:
    found = rewrite(folder, lambda _: {"epoch_confusions": np.ones((3, 10, 10), np.int32)})
    assert found.epoch_confusions is None
    assert found.train_confusion is not None
    assert "3 epochs" in " ".join(found.troubles)


@pytest.mark.parametrize(
    "counts",
    [
        np.ones((8, 10, 10), np.float32),
        np.ones((8, 10, 9), np.int32),
        np.ones((8, 9, 10), np.int32),
        np.ones((8, 10), np.int32),
        np.ones((1, 8, 10, 10), np.int32),
        np.full((8, 10, 10), -1, np.int32),
    ],
    ids=["floats", "nine columns", "nine rows", "no matrices", "deeper", "less than none"],
)
def test_confusions_that_are_no_counts_of_ten_by_ten_are_left_out(folder: Path, counts: np.ndarray) -> None:
    found = rewrite(folder, lambda _: {"epoch_confusions": counts})
    assert found.epoch_confusions is None
    assert "are not counts of ten by ten digits" in " ".join(found.troubles)


@pytest.mark.parametrize("part", ["test", "validation"])
@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("labels", lambda array: array.astype(np.float32)),
        ("labels", lambda array: array + 10),
        ("labels", lambda array: array.astype(np.int64) - 10),
        ("labels", lambda array: array[:-1]),
        ("labels", lambda array: array[:, np.newaxis]),
        ("probabilities", lambda array: array[np.newaxis]),
        ("probabilities", lambda array: -array),
        ("probabilities", lambda array: array * 1.01),
        ("probabilities", lambda array: array.astype(np.int32)),
    ],
)
def test_a_part_that_does_not_fit_is_left_out_alone(
    folder: Path, part: str, name: str, change: Callable[[np.ndarray], np.ndarray]
) -> None:
    found = rewrite(folder, lambda arrays: {f"{part}_{name}": change(arrays[f"{part}_{name}"])})
    assert [found.part(each) is None for each in ("test", "validation")] == [part == "test", part == "validation"]
    assert f"its {part} part is not probabilities of ten digits" in " ".join(found.troubles)


@pytest.mark.parametrize("beyond", [60_000, -1])
def test_positions_beyond_the_data_are_of_digits_that_are_not_here(folder: Path, beyond: int) -> None:
    def moved(arrays: Arrays) -> Arrays:
        positions = arrays["validation_positions"].astype(np.int64)
        positions[0] = beyond
        return {"validation_positions": positions}

    found = rewrite(folder, moved)
    assert found.validation is not None
    assert found.validation.source is None


def test_a_single_sample_and_none_are_read(folder: Path) -> None:
    for size in (1, 0):
        found = rewrite(folder, partial(cut_test_part, size=size))
        assert found.test is not None
        assert len(found.test) == len(found.test.cell(7, 7)) == size
