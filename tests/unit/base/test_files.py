"""Files and folders that are written whole or not at all."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest

from digitcore.base.files import (
    new_files,
    new_folder,
    own_temporary_files,
    remove_folder,
    remove_leftovers,
    replacing,
    temporary_folder,
    write_whole,
)

OLD, NEW = "old " * 1000, "new " * 1000


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "record.json"
    path.write_text(OLD)
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_takes_the_place_of_the_one_before(file: Path) -> None:
    write_whole(file, "größer")
    assert file.read_bytes() == "größer".encode()
    write_whole(file, b"\x00\xff")
    assert (file.read_bytes(), names(file.parent)) == (b"\x00\xff", ["record.json"])


def test_an_error_halfway_leaves_the_old_file_and_nothing_else(file: Path) -> None:
    with pytest.raises(TypeError), replacing(file) as stream:
        stream.writelines([b"half", None])  # type: ignore[list-item]
    assert (file.read_text(), names(file.parent)) == (OLD, ["record.json"])


def killed_while(code: str, folder: Path) -> None:
    """Run `code` in a process of its own, which kills itself in it."""
    program = f"""
import os, signal, sys
from pathlib import Path
from digitcore.base import files
folder = Path(sys.argv[1])
def die(*_, **__): os.kill(os.getpid(), signal.SIGKILL)
{code}
"""
    done = subprocess.run([sys.executable, "-c", program, str(folder)], cwd=Path(__file__).parents[3], check=False)
    assert done.returncode == -signal.SIGKILL


BEFORE_THE_RENAME = "files.os.fsync = die; files.write_whole(folder / 'record.json', 'new ' * 1000)"
AFTER_THE_RENAME = "Path.unlink = die; files.write_whole(folder / 'record.json', 'new ' * 1000)"


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.parametrize(("code", "left"), [(BEFORE_THE_RENAME, OLD), (AFTER_THE_RENAME, NEW)])
def test_a_killed_process_leaves_the_old_file_or_the_new(file: Path, code: str, left: str) -> None:
    killed_while(code, file.parent)
    assert file.read_text() == left


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.parametrize("where", [".", "mine", ".jobs/mine"])
@pytest.mark.parametrize(
    "code",
    [
        "files.os.fsync = die; files.write_whole(folder / 'record.json', 'new')",
        "with files.new_folder(folder / 'run') as new: (new / 'half').touch(); die()",
        "with files.new_files(folder) as new: (new / 'half').touch(); die()",
        "(folder / 'run').mkdir(); files.shutil.rmtree = die; files.remove_folder(folder / 'run')",
    ],
)
def test_what_a_killed_process_left_is_gone_at_the_next_start(tmp_path: Path, where: str, code: str) -> None:
    (tmp_path / where).mkdir(parents=True, exist_ok=True)
    killed_while(code, tmp_path / where)
    (left,) = names(tmp_path / where)
    assert left.startswith(".")
    remove_leftovers(tmp_path)
    assert names(tmp_path / where) == []


def test_what_a_killed_process_left_is_gone_when_the_next_writes_there(file: Path) -> None:
    (file.parent / ".unfinished-1").mkdir()
    write_whole(file, NEW)
    assert names(file.parent) == ["record.json"]


def test_a_temporary_folder_is_gone_at_the_end_or_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    with temporary_folder() as folder:
        (folder / "something").touch()
        assert folder.stat().st_mode & 0o777 == 0o700
    assert names(tmp_path) == []
    killed_while("with files.temporary_folder(): die()", tmp_path)
    assert len(names(tmp_path)) == 1
    remove_leftovers(tmp_path / "store")
    assert names(tmp_path) == []


def test_own_temporary_files_go_with_the_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    make = "import tempfile; tempfile.mkdtemp()"
    killed_while(f"with files.own_temporary_files(): {make}; tempfile.mkstemp(); die()", tmp_path)
    remove_leftovers(tmp_path / "store")
    assert names(tmp_path) == []
    with own_temporary_files():
        assert Path(tempfile.mkdtemp()).parent.parent == tmp_path
    assert (names(tmp_path), tempfile.gettempdir()) == ([], str(tmp_path))


def test_what_a_living_process_writes_is_no_leftover(file: Path) -> None:
    folder = file.parent
    with replacing(folder / "file") as stream, new_folder(folder / "folder"), new_files(folder):
        remove_leftovers(folder)
        write_whole(file, NEW)
        stream.write(b"whole")
    assert names(folder) == ["file", "folder", "record.json"]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_folder_whose_removal_is_cut_off_is_out_of_sight(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    killed_while("files.shutil.rmtree = die; files.remove_folder(folder / 'run')", tmp_path)
    assert [name for name in names(tmp_path) if not name.startswith(".")] == []


def write_often(file: Path, content: str) -> None:
    for _ in range(200):
        write_whole(file, content)


def test_two_who_write_the_same_file_at_once_leave_a_whole_one(file: Path) -> None:
    contents = [letter * 5000 for letter in "ab"]
    writers = [Thread(target=write_often, args=(file, text)) for text in contents]
    for writer in writers:
        writer.start()
    seen = {file.read_text() for _ in range(200)}
    for writer in writers:
        writer.join()
    assert seen <= {OLD, *contents}
    assert file.read_text() in contents
    assert names(file.parent) == ["record.json"]


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such permissions")
def test_what_is_written_can_be_read_by_those_whom_the_umask_lets(tmp_path: Path) -> None:
    with umask(0o027):
        write_whole(tmp_path / "file", "text")
        with new_folder(tmp_path / "folder"):
            pass
    assert [(tmp_path / name).stat().st_mode & 0o777 for name in ("file", "folder")] == [0o640, 0o750]


def test_a_folder_appears_with_all_that_is_in_it(tmp_path: Path) -> None:
    with new_folder(tmp_path / "runs" / "mine") as folder:
        (folder / "record.json").write_text(NEW)
        assert not (tmp_path / "runs" / "mine").exists()
    assert (names(tmp_path / "runs"), names(tmp_path / "runs" / "mine")) == (["mine"], ["record.json"])


def test_of_a_folder_that_fails_nothing_is_left(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError), new_folder(tmp_path / "mine") as folder:
        shutil.copyfile(tmp_path, shutil.copy(__file__, folder))
    assert names(tmp_path) == []


def test_a_folder_that_holds_something_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "theirs").touch()
    with pytest.raises(OSError, match=r"not empty|exist"), new_folder(tmp_path / "mine"):
        pass
    assert (names(tmp_path), names(tmp_path / "mine")) == (["mine"], ["theirs"])


def test_several_files_appear_together_or_not_at_all(file: Path) -> None:
    with pytest.raises(IsADirectoryError), new_files(file.parent) as folder:
        shutil.copyfile(file.parent, shutil.copy(__file__, folder / file.name))
    assert (names(file.parent), file.read_text()) == ([file.name], OLD)
    with new_files(file.parent) as folder:
        (folder / file.name).write_text(NEW)
        (folder / "another").touch()
    assert (names(file.parent), file.read_text()) == (["another", file.name], NEW)


def test_a_removed_folder_is_gone_for_good(tmp_path: Path) -> None:
    with new_folder(tmp_path / "mine") as folder:
        (folder / "record.json").touch()
    remove_folder(tmp_path / "mine")
    assert names(tmp_path) == []


def test_what_cannot_be_written_or_removed_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_whole(tmp_path / "missing" / "file", "text")
    with pytest.raises(FileNotFoundError):
        remove_folder(tmp_path / "missing")
