"""`class`: what it prints, and what it starts; no server is."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from digitcore.classroom.accounts import Provider
from digitcore.classroom.keys import fits
from digitcore.classroom.opening import VARIABLE
from digitcore.cli.main import cli
from digitcore.cli.serving import classroom
from harness.browser import ROOT


class Served:
    """Stands in for the server: remembers what it would have been started with."""

    def __init__(self) -> None:
        self.commands: list[list[str]] = []
        self.openings: list[dict[str, Any]] = []

    def __call__(self, command: list[str], environment: dict[str, str]) -> int:
        self.commands.append(command)
        self.openings.append(json.loads(environment[VARIABLE]))
        return 0


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Served:
    found = Served()
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(classroom, "_run", found)
    return found


def test_a_class_is_opened_with_nothing_secret_on_the_command_line(
    monkeypatch: pytest.MonkeyPatch, served: Served
) -> None:
    monkeypatch.setattr(classroom, "machine_addresses", lambda: ["192.168.1.20", "10.1.2.3"])
    shown = CliRunner().invoke(cli, ["class", "--port", "8600"], catch_exceptions=False).output
    (command,), (opening,) = served.commands, served.openings
    key = re.search(r"teacher with the key  (\S+)\n", shown)
    assert key is not None
    assert fits(key[1], opening["key_digest"], opening["secret"].encode())
    assert f"http://localhost:8600/join#{key[1]}" in shown
    assert "http://192.168.1.20:8600\n" in shown
    assert f"with the code        {opening['code']}" in shown
    assert command[4:8] == ["--host", "0.0.0.0", "--port", "8600"]
    secrets = (key[1], opening["code"], opening["secret"])
    assert not [word for word in command for secret in secrets if secret in word]
    assert opening["secret"] not in shown


def test_two_classes_have_nothing_in_common(served: Served) -> None:
    for _ in range(2):
        CliRunner().invoke(cli, ["class"], catch_exceptions=False)
    first, second = served.openings
    assert not {first[name] for name in ("id", "secret", "code", "key_digest")} & {
        second[name] for name in ("id", "secret", "code", "key_digest")
    }


@pytest.mark.parametrize(
    ("ends", "runs", "status"),
    [
        ([(60, 0)], 1, 0),
        ([(60, -2)], 1, 0),
        ([(60, -15)], 1, 0),
        ([(60, -9), (60, 1), (60, 0)], 3, 0),  # out of memory; then by a mistake of ours
        ([(2, 1)], 1, 1),  # the port is taken
    ],
)
def test_a_server_that_is_killed_is_started_again_for_the_same_class(
    ends: list[tuple[float, int]], runs: int, status: int
) -> None:
    def run() -> int:
        seconds, ended = ends[len(began)]
        began.append(now[0])
        now[0] += seconds
        return ended

    now, began = [0.0], list[float]()
    assert classroom._serve(run, lambda: now[0]) == status
    assert len(began) == runs


def test_a_class_that_signs_in_shows_no_code_and_no_key(
    served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    teachers = tmp_path / "teachers.txt"
    teachers.write_text("anna@school.example\nben@school.example\n")
    monkeypatch.setattr(Provider, "read", lambda: Provider("accounts.example", "https://digits.school.example"))
    shown = CliRunner().invoke(cli, ["class", "--login", str(teachers)], catch_exceptions=False).output
    assert "The class joins at   https://digits.school.example\nand signs in at      accounts.example\n" in shown
    assert "2 teachers now" in shown
    assert "key" not in shown
    assert served.openings[0]["code"] not in shown
    assert served.openings[0]["teachers"] == str(teachers)


def test_a_kept_class_is_the_same_when_it_is_started_again(served: Served, tmp_path: Path) -> None:
    command = ["class", "--keep", str(tmp_path / "class.json"), "--address", "https://digits.school.example/"]
    first, second = (CliRunner().invoke(cli, command, catch_exceptions=False).output for _ in range(2))
    assert served.openings[0] == served.openings[1]
    assert "The class joins at   https://digits.school.example\n" in first
    assert "teacher with the key  " in first
    assert "the key that was shown when this class began" in second
