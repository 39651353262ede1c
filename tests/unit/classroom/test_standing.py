"""A class that several processes serve, or one that is started again: it is the same class."""

import stat
from pathlib import Path

import pytest

from digitcore.base.errors import BadConfig
from digitcore.classroom.lesson import Lesson
from digitcore.classroom.opening import Opening
from digitcore.classroom.standing import Standing, StandingFile
from harness.app.classroom import ADDRESS, CODE, KEY

ADDRESSES = (ADDRESS,)


def kept(folder: Path, code: str = CODE) -> Opening:
    return Opening.kept(folder / "class.json", Opening.new(code, KEY, ADDRESSES))


def test_two_processes_of_a_class_let_the_same_people_in_and_number_them_together(tmp_path: Path) -> None:
    one, other = (Lesson(kept(tmp_path), tmp_path) for _ in range(2))
    first, second = one.join(CODE, "10.0.0.2"), other.join(CODE, "10.0.0.3")
    assert (first.title, second.title) == ("Visitor 1", "Visitor 2")
    assert other.passes.read(one.passes.make(first)) == first
    assert other.join(KEY, "10.0.0.4").is_teacher


def test_what_the_teacher_calls_for_is_heard_in_every_process(tmp_path: Path) -> None:
    one, other = (Lesson(kept(tmp_path), tmp_path) for _ in range(2))
    one.call(True)
    one.clear()
    assert (other.eyes_to_the_front, other.cleared) == (True, 1)
    other.call(False)
    assert not one.eyes_to_the_front


def test_a_class_that_is_kept_nowhere_begins_anew(tmp_path: Path) -> None:
    for _ in range(2):
        lesson = Lesson(Opening.new(CODE, KEY, ADDRESSES), tmp_path)
        assert lesson.join(CODE, "10.0.0.2").title == "Visitor 1"


def test_only_who_runs_the_server_can_read_what_is_kept_and_no_key_is_in_it(tmp_path: Path) -> None:
    assert kept(tmp_path) == kept(tmp_path, "AAA-AAA-AAA")
    file = tmp_path / "class.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert KEY not in file.read_text()


@pytest.mark.parametrize("written", ["", "[]", "{}", '{"addresses": []}'])
def test_a_file_that_keeps_no_class_is_left_alone_and_named(tmp_path: Path, written: str) -> None:
    file = tmp_path / "class.json"
    file.write_text(written)
    with pytest.raises(BadConfig, match=r"No class can be kept in .*class\.json: choose another file"):
        kept(tmp_path)
    assert file.read_text() == written


def test_a_damaged_standing_or_a_full_disk_ends_no_class(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    standing = StandingFile(tmp_path / "standing.json")
    standing.change(lambda before: Standing(before.come + 1))
    (tmp_path / "standing.json").write_text("{")
    assert standing.now().come == 1

    def full(*_: object) -> None:
        raise OSError("full")

    monkeypatch.setattr("digitcore.classroom.standing.write_whole", full)
    assert standing.change(lambda before: Standing(before.come + 1)).come == 2
    (tmp_path / "standing.json").unlink()
    assert standing.now().come == 2
