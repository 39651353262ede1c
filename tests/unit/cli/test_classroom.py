"""`class`: what it prints, and what it starts; no server is."""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from digitcore.classroom.keys import fits
from digitcore.classroom.opening import VARIABLE
from digitcore.cli.main import cli
from digitcore.cli.serving import classroom
from harness.browser import ROOT


def test_a_class_is_opened_with_nothing_secret_on_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Any] = []
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(os, "execve", lambda *given: started.append(given))
    monkeypatch.setattr(classroom, "machine_addresses", lambda: ["192.168.1.20", "10.1.2.3"])
    shown = CliRunner().invoke(cli, ["class", "--port", "8600"], catch_exceptions=False).output
    ((_, command, environment),) = started
    opening = json.loads(environment[VARIABLE])
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


def test_two_classes_have_nothing_in_common(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Any] = []
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(os, "execve", lambda *given: started.append(json.loads(given[2][VARIABLE])))
    for _ in range(2):
        CliRunner().invoke(cli, ["class"], catch_exceptions=False)
    first, second = started
    assert not {first[name] for name in ("id", "secret", "code", "key_digest")} & {
        second[name] for name in ("id", "secret", "code", "key_digest")
    }


def test_a_kept_class_is_the_same_when_it_is_started_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    started: list[Any] = []
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(os, "execve", lambda *given: started.append(json.loads(given[2][VARIABLE])))
    command = ["class", "--keep", str(tmp_path / "class.json"), "--address", "https://digits.school.example/"]
    first, second = (CliRunner().invoke(cli, command, catch_exceptions=False).output for _ in range(2))
    assert started[0] == started[1]
    assert "The class joins at   https://digits.school.example\n" in first
    assert "teacher with the key  " in first
    assert "the key that was shown when this class began" in second
