"""Data sets of one's own."""

import gc
import weakref
from pathlib import Path

import numpy as np
import pytest

from digitcore.base.errors import BadDataset
from digitcore.data.mnist import Dataset, load_mnist
from digitcore.data.store import DataStore, name_for

TEST = load_mnist().test
MINE = Dataset.of("mine", TEST.images[:50].copy(), TEST.labels[:50])


@pytest.fixture
def library(tmp_path: Path) -> DataStore:
    return DataStore(tmp_path)


def test_what_is_kept_comes_back_the_same(library: DataStore) -> None:
    kept = library.add("mine", MINE, "train.csv")
    assert library.list() == [kept] == [library.get("mine")]
    assert (kept.count, kept.fingerprint) == (50, MINE.fingerprint)
    assert np.array_equal(library.load("mine").images, MINE.images)
    assert library.kept_as(MINE) == kept


def test_a_training_can_learn_from_it_alone_or_with_mnist(library: DataStore) -> None:
    library.add("mine", MINE, "train.csv")
    assert library.choices() == ["mnist", "mine", "mnist+mine"]
    assert library.training_data("mnist").fingerprint == load_mnist().train.fingerprint
    assert library.training_data("mine").fingerprint == MINE.fingerprint
    both = library.training_data("mnist+mine")
    assert (len(both), both.name) == (60_050, "mnist+mine")
    assert np.array_equal(both.images[60_000:], MINE.images)


def test_a_data_set_is_shared_by_those_who_hold_it_and_then_let_go(library: DataStore) -> None:
    library.add("mine", MINE, "train.csv")
    data = library.training_data("mnist+mine")
    assert library.training_data("mnist+mine") is data
    held = weakref.ref(data)
    del data
    gc.collect()
    assert held() is None


def test_the_key_of_a_choice_changes_with_its_digits(library: DataStore) -> None:
    library.add("mine", MINE, "train.csv")
    before = library.key("mnist+mine")
    library.remove("mine")
    library.add("mine", Dataset.of("mine", MINE.images[:20], MINE.labels[:20]), "train.csv")
    assert len({before, library.key("mnist+mine"), library.key("mine"), library.key("mnist")}) == 4
    with pytest.raises(BadDataset, match="no data set called"):
        library.key("nothing")


def test_what_is_removed_is_gone_and_its_name_free(library: DataStore, tmp_path: Path) -> None:
    library.add("mine", MINE, "train.csv")
    library.remove("mine")
    assert library.list() == []
    assert list((tmp_path / ".data").iterdir()) == []
    library.add("mine", MINE, "train.csv")


@pytest.mark.parametrize("name", ["", "Mine", "../mine", "a/b", "mnist", "mnist+mine", "x" * 41, ".data"])
def test_a_name_that_cannot_be_is_refused(library: DataStore, name: str) -> None:
    with pytest.raises(BadDataset, match=r"can't name a data set|comes with the app"):
        library.add(name, MINE, "train.csv")
    assert library.list() == []


def test_a_taken_name_is_refused_and_the_first_stays(library: DataStore) -> None:
    library.add("mine", MINE, "first.csv")
    with pytest.raises(BadDataset, match="already"):
        library.add("mine", MINE, "second.csv")
    assert library.get("mine").source == "first.csv"


@pytest.mark.parametrize("name", ["nothing", "../../etc", "mnist+nothing"])
def test_what_is_not_there_is_a_sentence(library: DataStore, name: str) -> None:
    with pytest.raises(BadDataset, match="no data set called"):
        library.training_data(name)
    with pytest.raises(BadDataset, match="no data set called"):
        library.remove(name)


def test_a_damaged_one_is_named_left_out_and_removable(library: DataStore, tmp_path: Path) -> None:
    library.add("mine", MINE, "train.csv")
    digits = tmp_path / ".data" / "mine" / "digits.npz"
    np.savez_compressed(digits, images=MINE.images[:49], labels=MINE.labels[:49])
    with pytest.raises(BadDataset, match="'mine' is damaged"):
        library.load("mine")
    (tmp_path / ".data" / "mine" / "data.json").write_text("{")
    assert library.list() == []
    library.remove("mine")


def test_a_crash_in_mid_writing_leaves_nothing_that_is_listed(
    library: DataStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    with pytest.raises(BadDataset, match="No space left on device"):
        library.add("mine", MINE, "train.csv")
    assert list((tmp_path / ".data").iterdir()) == []


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("train.csv", "train"),
        ("train-images-idx3-ubyte.gz", "train-images-idx3-ubyte"),
        ("Müllers Klasse 3b.zip", "m-llers-klasse-3b"),
        ("7.npz", "7"),
        ("日本.zip", "digits"),
    ],
)
def test_a_name_is_made_of_the_files(file: str, name: str) -> None:
    assert name_for(file) == name
