"""Two who change the same thing at once, from threads and from processes: one of them wins, whole.

`ROUNDS=200 python -m pytest tests/unit/runs/test_two_at_once.py` lets every pair try as often.
"""

import json
import multiprocessing
import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import cache
from itertools import combinations_with_replacement
from multiprocessing.synchronize import Barrier as ProcessBarrier
from pathlib import Path
from threading import Barrier
from unittest.mock import patch

import pytest

from digitcore.base.errors import DigitcoreError
from digitcore.base.settings import SHIPPED_FOLDER
from digitcore.data.mnist import Dataset, load_mnist
from digitcore.data.store import DataStore
from digitcore.runs.archive import pack
from digitcore.runs.record import LITERT_FILE, RECORD_FILE
from digitcore.runs.store import RunStore

ROUNDS = int(os.environ.get("ROUNDS", "40"))  # of each pair
PATIENCE = 60  # s; machines are shared
Change = Callable[[Path, int], object]  # takes the folder of runs and who of the two it is, 0 or 1


@cache
def packed(run_id: str, made: str, place: Path) -> bytes:
    """Return a run of which the record and the network's file both tell by whom it was made."""
    folder = place / f"{run_id}-{made}"
    folder.mkdir(parents=True, exist_ok=True)
    record = json.loads((SHIPPED_FOLDER / "dense" / RECORD_FILE).read_text())
    (folder / RECORD_FILE).write_text(json.dumps({**record, "id": run_id, "name": made, "started": made}))
    (folder / LITERT_FILE).write_text(made)
    return pack(folder)


@cache
def digits(first: int) -> Dataset:
    test = load_mnist().test
    return Dataset.of("few", test.images[first : first + 3].copy(), test.labels[first : first + 3])


def archive(root: Path, run_id: str, made: str) -> bytes:
    return packed(run_id, made, root.parent / "archives")


def runs_in(root: Path) -> RunStore:
    return RunStore(root, shipped=root.parent / "shipped")  # one instead of five, to be read in no time


def train_again(root: Path, who: int) -> None:
    runs_in(root).delete("mine")
    runs_in(root).install("mine", archive(root, "mine", f"again-{who}"))


def replace_data(root: Path, who: int) -> None:
    DataStore(root).remove("ours")
    DataStore(root).add("ours", digits(10 + who), "again")


OF_RUNS: dict[str, Change] = {
    "rename": lambda root, who: runs_in(root).rename("mine", f"Named by {who}"),
    "default": lambda root, _: runs_in(root).set_default("mine"),
    "delete": lambda root, _: runs_in(root).delete("mine"),
    "install": lambda root, who: runs_in(root).install("new", archive(root, "new", f"new-{who}")),
    "train again": train_again,
}
OF_DATA: dict[str, Change] = {
    "add": lambda root, who: DataStore(root).add("theirs", digits(who), "upload"),
    "remove": lambda root, _: DataStore(root).remove("ours"),
    "replace": replace_data,
}
CHANGES = OF_RUNS | OF_DATA
PAIRS = [*combinations_with_replacement(OF_RUNS, 2), *combinations_with_replacement(OF_DATA, 2)]


def set_up(root: Path, of_runs: bool) -> None:
    if not (root.parent / "shipped").is_dir():
        RunStore(root.parent / "shipped").install("digitnet", archive(root, "digitnet", "shipped"))
    if of_runs:
        runs_in(root).install("mine", archive(root, "mine", "first"))
    else:
        DataStore(root).add("ours", digits(5), "first")


def attempt(change: str, root: Path, who: int) -> str:
    """Return "done", or the sentence that says why not."""
    try:
        CHANGES[change](root, who)
    except DigitcoreError as error:
        return str(error)
    return "done"


def races(who: int, pair: tuple[str, str], folder: Path, barrier: Barrier | ProcessBarrier) -> list[str]:
    """Make one change of a pair again and again, each time at the same moment as the other one is made."""
    outcomes = []
    for number in range(ROUNDS):
        root = folder / str(number)
        if who == 0:
            set_up(root, pair[0] in OF_RUNS)
        barrier.wait(PATIENCE)
        outcomes.append(attempt(pair[who], root, who))
        barrier.wait(PATIENCE)
    return outcomes


def wrongs(root: Path) -> Iterator[str]:
    """Say what is not whole in a folder of runs."""
    store, library = runs_in(root), DataStore(root)
    yield from store.damaged().values()
    for run in store.list():
        if (run.folder / LITERT_FILE).read_text() != run.started:
            yield f"{run.id} is half the one and half the other"
    try:
        store.get(store.default_id())
    except DigitcoreError as error:
        yield f"the default can't be loaded: {error}"
    kept = sorted(folder.name for folder in (root / ".data").glob("*"))
    if kept != [each.name for each in library.list()]:
        yield f"of {kept} not all are listed"
    yield from (f"{name} can't be loaded" for name in kept if library.load(name) is None)
    yield from (f"{left} is left" for left in root.rglob(".unfinished-*"))


def check(pair: tuple[str, str], folder: Path, outcomes: tuple[list[str], list[str]]) -> None:
    for number, both in enumerate(zip(*outcomes, strict=True)):
        assert "done" in both
        refused = [outcome for outcome in both if outcome != "done"]
        assert all(_says_why(sentence) for sentence in refused), (pair, refused)
        assert list(wrongs(folder / str(number))) == [], pair
    shutil.rmtree(folder)


def _says_why(sentence: str) -> bool:
    told = ("There is no", "There is a run called", "There is a data set called", "is the default run")
    return any(words in sentence for words in told)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is said here of power cuts, and waiting for the disk takes ten times as long as all else."""
    monkeypatch.setattr("os.fsync", lambda _: None)


@pytest.mark.parametrize("pair", PAIRS, ids=" and ".join)
def test_of_two_threads_that_change_the_same_one_wins_whole(pair: tuple[str, str], tmp_path: Path, quick: None) -> None:
    barrier = Barrier(2)
    with ThreadPoolExecutor(2) as pool:
        first, second = (pool.submit(races, who, pair, tmp_path, barrier) for who in (0, 1))
        check(pair, tmp_path, (first.result(), second.result()))


def _take(barrier: ProcessBarrier) -> None:
    _shared.append(barrier)


_shared: list[ProcessBarrier] = []  # of a process that is one of two


def _all_races(who: int, folder: Path) -> list[list[str]]:
    with patch("os.fsync"):
        return [races(who, pair, folder / "-".join(pair), _shared[0]) for pair in PAIRS]


def test_of_two_processes_that_change_the_same_one_wins_whole(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, context, initializer=_take, initargs=(context.Barrier(2),)) as pool:
        first, second = (pool.submit(_all_races, who, tmp_path) for who in (0, 1))
        for pair, *both in zip(PAIRS, first.result(), second.result(), strict=True):
            check(pair, tmp_path / "-".join(pair), (both[0], both[1]))
