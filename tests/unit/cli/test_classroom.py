"""`class`: what it prints, and what it starts; no server is."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner

from digitcore.classroom.keys import fits
from digitcore.classroom.opening import VARIABLE
from digitcore.cli.main import cli
from digitcore.cli.serving import classroom
from harness.browser import ROOT


def noting(started: list[Any]) -> Callable[..., int]:
    """Return what notes how a server would be run, which ends at once as if it had been told to."""

    def run(*given: object) -> int:
        started.append(given)
        return 0

    return run


def test_a_class_is_opened_with_nothing_secret_on_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Any] = []
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(classroom, "_run", noting(started))
    monkeypatch.setattr(classroom, "machine_addresses", lambda: ["192.168.1.20", "10.1.2.3"])
    shown = CliRunner().invoke(cli, ["class", "--port", "8600"], catch_exceptions=False).output
    ((command, environment),) = started
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
    monkeypatch.setattr(classroom, "_run", noting(started))
    for _ in range(2):
        CliRunner().invoke(cli, ["class"], catch_exceptions=False)
    first, second = (json.loads(environment[VARIABLE]) for _, environment in started)
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
