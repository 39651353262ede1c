"""Drawings are kept whole, by whom they belong to, whatever happens to the process, the disk or the file."""

import os
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from digitcore.base.errors import DrawingsUnavailable
from digitcore.handwriting import store as store_module
from digitcore.handwriting.database import UPGRADES, VERSION
from digitcore.handwriting.drawing import Drawing
from digitcore.handwriting.store import DrawingStore, mine, shared
from tests.unit.handwriting.conftest import Draw, owner

ME, YOU = owner(), owner()
WRITERS, EACH = 30, 4


def test_a_drawing_comes_back_as_it_was_kept(store: DrawingStore, draw: Draw) -> None:
    store.keep(ME, draw(7), "a")
    (kept,) = store.newest(mine(ME), 10)
    wanted, found = draw(7), kept.drawing
    assert np.array_equal(found.image, wanted.image)
    assert (found.label, found.strokes, found.run, found.answer) == (7, wanted.strokes, "digitnet", 1)
    assert found.confidence == 0.75
    assert found.kept.endswith("+00:00")


def test_each_browser_has_its_own_drawings(store: DrawingStore, draw: Draw) -> None:
    number = store.keep(ME, draw(7), "a")
    assert store.counts(mine(YOU)) == (0,) * 10
    assert store.newest(mine(YOU), 10) == []
    assert store.relabel(YOU, [number], 1) == 0
    assert store.remove(YOU, [number]) == []
    assert store.counts(mine(ME))[7] == 1


def test_what_is_sent_twice_is_kept_once(store: DrawingStore, draw: Draw) -> None:
    assert store.keep(ME, draw(7), "a") == store.keep(ME, draw(7), "a")
    assert sum(store.counts(mine(ME))) == 1
    store.keep(YOU, draw(7), "a")  # another's ticket is another's
    assert sum(store.counts(mine(YOU))) == 1


def test_drawings_are_relabelled_removed_and_put_back(store: DrawingStore, draw: Draw) -> None:
    ids = [store.keep(ME, draw(seed, seed), str(seed)) for seed in range(3)]
    assert store.relabel(ME, ids[:2], 9) == 2
    assert store.counts(mine(ME))[9] == 2
    gone = store.remove(ME, [ids[0], 10_000])
    assert [each.id for each in gone] == [ids[0]]
    assert sum(store.counts(mine(ME))) == 2
    store.restore(gone)
    store.restore(gone)
    back = {each.id: each for each in store.newest(mine(ME), 10)}
    assert set(back) == set(ids)
    assert back[ids[0]].drawing.label == 9
    assert np.array_equal(back[ids[0]].drawing.image, draw(0, 0).image)


def test_the_newest_come_first_by_pages_and_of_one_label(store: DrawingStore, draw: Draw) -> None:
    ids = [store.keep(ME, draw(number % 2, number), str(number)) for number in range(6)]
    assert [each.id for each in store.newest(mine(ME), 2, 2)] == [ids[3], ids[2]]
    assert [each.id for each in store.newest(mine(ME), 9, label=1)] == [ids[5], ids[3], ids[1]]
    digits = store.digits(mine(ME))
    assert digits.labels.tolist() == [0, 1] * 3
    assert np.array_equal(digits.images[4], draw(0, 4).image)


def test_the_stamp_changes_with_the_drawings_and_their_labels(store: DrawingStore, draw: Draw) -> None:
    stamps = [store.stamp(mine(ME), 5)]
    number = store.keep(ME, draw(7), "a")
    stamps.append(store.stamp(mine(ME), 5))
    store.relabel(ME, [number], 1)
    stamps.append(store.stamp(mine(ME), 5))
    assert len(set(stamps)) == 3


def test_a_class_sees_what_its_members_share_and_each_keeps_their_own(store: DrawingStore, draw: Draw) -> None:
    code = store.open_class(ME)
    group = store.class_of(code)
    assert group is not None
    store.keep(ME, draw(1, 1), "a", group)
    number = store.keep(YOU, draw(2, 2), "b", group)
    store.keep(YOU, draw(3, 3), "c")
    assert sum(store.counts(shared(group))) == 2
    assert len(set(store.digits(shared(group)).hands.tolist())) == 2
    assert sum(store.counts(mine(YOU))) == 2
    assert store.opened_by(ME, group)
    assert not store.opened_by(YOU, group)
    assert store.relabel(ME, [number], 5) == 1  # whoever opened the class puts it in order
    assert store.share(YOU, group) == 1
    assert sum(store.counts(shared(group))) == 3
    store.share(YOU, None)
    assert sum(store.counts(shared(group))) == 1
    assert sum(store.counts(mine(YOU))) == 2


def test_a_class_may_not_be_put_in_order_by_its_members(store: DrawingStore, draw: Draw) -> None:
    group = store.class_of(store.open_class(ME))
    number = store.keep(ME, draw(1), "a", group)
    assert store.relabel(YOU, [number], 5) == 0
    assert store.remove(YOU, [number]) == []


def test_there_is_a_bound_on_what_one_browser_keeps(
    store: DrawingStore, draw: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "MOST_DRAWINGS", 2)
    store.keep(ME, draw(1), "a")
    with pytest.raises(DrawingsUnavailable, match="delete some"):
        store.keep_all(ME, [draw(2), draw(3)])
    assert sum(store.counts(mine(ME))) == 1
    store.keep(ME, draw(1), "b")
    with pytest.raises(DrawingsUnavailable, match="2 can be kept"):
        store.keep(ME, draw(1), "c")
    store.keep(YOU, draw(1), "c")


def test_there_is_a_bound_on_the_classes_of_one_browser(store: DrawingStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "MOST_CLASSES", 1)
    store.open_class(ME)
    with pytest.raises(DrawingsUnavailable, match="No more classes"):
        store.open_class(ME)


def fill(file: Path, number: int) -> None:
    """Keep a few drawings, as one of many writers."""
    store = DrawingStore(file, wait=60)
    for each in range(EACH):
        image = np.full((28, 28), 1 + number, np.uint8)
        store.keep(ME, Drawing(number % 10, image), f"{number}-{each}")


def test_thirty_threads_at_once_lose_no_drawing(file: Path) -> None:
    with ThreadPoolExecutor(WRITERS) as threads:
        list(threads.map(fill, [file] * WRITERS, range(WRITERS)))
    assert sum(DrawingStore(file).counts(mine(ME))) == WRITERS * EACH


def test_processes_at_once_lose_no_drawing(file: Path) -> None:
    with ProcessPoolExecutor(3) as processes:
        list(processes.map(fill, [file] * WRITERS, range(WRITERS)))
    assert sum(DrawingStore(file).counts(mine(ME))) == WRITERS * EACH


KILLED = """
import sys, itertools
from pathlib import Path
from tests.unit.handwriting.test_store import Drawing, DrawingStore, ME, np
store = DrawingStore(Path(sys.argv[1]))
for number in itertools.count():
    store.keep(bytes.fromhex(sys.argv[2]), Drawing(number % 10, np.full((28, 28), 1, np.uint8)), str(number))
    print(number, flush=True)
"""


def test_a_process_that_is_killed_loses_at_most_the_drawing_it_was_keeping(file: Path) -> None:
    line = [sys.executable, "-c", KILLED, str(file), ME.hex()]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for _ in range(20):
            process.stdout.readline()
        os.kill(process.pid, signal.SIGKILL)
        said = 20 + len(process.stdout.readlines())
    count = sum(DrawingStore(file).counts(mine(ME)))
    assert said <= count <= said + 1


def keep_many(store: DrawingStore, draw: Draw) -> None:
    for number in range(200):
        store.keep(ME, draw(1, number), str(number))


def test_a_full_disk_says_so_and_loses_nothing(file: Path, draw: Draw) -> None:
    DrawingStore(file).keep(ME, draw(1), "first")
    small = DrawingStore(file, largest=80_000)
    with pytest.raises(DrawingsUnavailable, match="no room"):
        keep_many(small, draw)
    counted = sum(small.counts(mine(ME)))
    assert 1 < counted < 200
    assert sum(DrawingStore(file).counts(mine(ME))) == counted


def test_a_locked_file_says_so_and_loses_nothing(file: Path, draw: Draw) -> None:
    store = DrawingStore(file, wait=0.05)
    store.keep(ME, draw(1), "a")
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DrawingsUnavailable, match="try again"):
        store.keep(ME, draw(2), "b")
    assert sum(store.counts(mine(ME))) == 1  # who looks waits for nobody
    other.execute("ROLLBACK")
    other.close()
    store.keep(ME, draw(2), "b")
    assert sum(store.counts(mine(ME))) == 2


@pytest.mark.parametrize("content", [b"nothing", b"SQLite format 3\0" + b"\xff" * 5_000])
def test_a_damaged_file_is_named_and_left_as_it_is(file: Path, draw: Draw, content: bytes) -> None:
    file.parent.mkdir()
    file.write_bytes(content * 20)
    with pytest.raises(DrawingsUnavailable, match=r"drawings\.sqlite"):
        DrawingStore(file).keep(ME, draw(), "a")
    assert file.read_bytes() == content * 20


def test_a_place_that_is_no_folder_is_a_sentence(tmp_path: Path, draw: Draw) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DrawingsUnavailable, match="can't be reached"):
        DrawingStore(tmp_path / "file" / "drawings.sqlite").keep(ME, draw(), "a")


def old_file(file: Path, version: int) -> None:
    """Make a file as the first versions of the app did, with one drawing."""
    file.parent.mkdir()
    connection = sqlite3.connect(file)
    connection.executescript("".join(UPGRADES[:version]) + f"PRAGMA user_version = {version};")
    connection.execute(
        "INSERT INTO drawing (ticket, owner, label, image, strokes, kept) VALUES ('a', ?, 4, ?, x'', '2026-01-01')",
        (ME, bytes(783) + b"\1"),
    )
    connection.commit()
    connection.close()


def test_a_file_of_the_first_version_keeps_what_was_there(file: Path, draw: Draw) -> None:
    assert VERSION > 1
    old_file(file, 1)
    store = DrawingStore(file)
    (kept,) = store.newest(mine(ME), 10)
    assert (kept.drawing.label, kept.drawing.strokes, kept.group) == (4, (), None)
    group = store.class_of(store.open_class(ME))
    store.keep(ME, draw(5), "b", group)
    assert sum(store.counts(mine(ME))) == 2


def test_a_file_of_a_later_version_is_left_alone(file: Path, draw: Draw) -> None:
    old_file(file, 1)
    connection = sqlite3.connect(file)
    connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    connection.close()
    with pytest.raises(DrawingsUnavailable, match="newer version"):
        DrawingStore(file).keep(ME, draw(), "b")


def test_the_environment_says_where_drawings_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, draw: Draw) -> None:
    monkeypatch.setenv("DIGITCORE_MODELS", str(tmp_path))
    DrawingStore.open().keep(ME, draw(), "a")
    assert (tmp_path / ".handwriting" / "drawings.sqlite").is_file()
    monkeypatch.setenv("DIGITCORE_DRAWINGS", str(tmp_path / "else.sqlite"))
    assert sum(DrawingStore.open().counts(mine(ME))) == 0
