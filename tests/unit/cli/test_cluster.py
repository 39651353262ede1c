"""`cluster`: the certificates that it makes, and what it starts; nothing is started here."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from digitcore.base.errors import BadConfig, ClusterUnreachable
from digitcore.cli.main import cli


@pytest.fixture
def started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What a command would have become."""
    found: list[Any] = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "execve", lambda *given: found.append(given))
    return found


def run(*arguments: str) -> str:
    return CliRunner().invoke(cli, ["cluster", *arguments], catch_exceptions=False, standalone_mode=False).output


def test_certificates_are_made_once_for_this_user_alone(started: list[Any], tmp_path: Path) -> None:
    told = run("init")
    assert "app.pem, scheduler.pem, worker.pem" in told
    assert "scp cluster/worker.pem" in told
    files = sorted((tmp_path / "cluster").iterdir())
    assert [file.name for file in files] == ["app.pem", "scheduler.pem", "worker.pem"]
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert (tmp_path / "cluster").stat().st_mode & 0o777 == 0o700
    before = [file.read_bytes() for file in files]
    with pytest.raises(BadConfig, match="is there already"):
        run("init")
    assert [file.read_bytes() for file in files] == before


def test_scheduler_and_workers_are_started_with_their_certificates(started: list[Any], tmp_path: Path) -> None:
    run("init")
    run("scheduler", "--host", "10.0.0.5", "--port", "9000")
    run("worker", "tls://127.0.0.1:9000", "--trainings", "2")
    (_, scheduler, environment), (_, workers, _) = started
    assert environment["DASK_DISTRIBUTED__COMM__TLS__MIN_VERSION"] == "1.3"
    options = json.loads(scheduler[-1])["opts"]
    assert (options["host"], options["port"]) == ("10.0.0.5", 9000)
    each = json.loads(workers[-1])
    assert workers[-3] == "tls://127.0.0.1:9000"
    assert [worker["opts"]["host"] for worker in each.values()] == ["127.0.0.1"] * 2  # and not on every address
    assert [worker["opts"]["nthreads"] for worker in each.values()] == [1, 1]
    for role, security in (("scheduler", options["security"]), ("worker", each["0"]["opts"]["security"])):
        bundle = str(tmp_path / "cluster" / f"{role}.pem")
        assert security.pop("require_encryption")
        assert set(security.values()) == {bundle}


def test_a_worker_goes_to_no_scheduler_without_certificates(started: list[Any]) -> None:
    run("init")
    for address in (
        "tcp://127.0.0.1:8786",
        "tcp://10.0.0.5:8786",
        "10.0.0.5:8786",
        "ws://10.0.0.5:1",
        "tls://10.0.0.5",
        "tls://:1",
    ):
        with pytest.raises(BadConfig, match="with certificates alone, at tls://address"):
            run("worker", address)
    assert started == []


def test_nothing_starts_without_a_certificate(started: list[Any]) -> None:
    for command in (("scheduler",), ("worker", "tls://10.0.0.5:8786")):
        with pytest.raises(ClusterUnreachable, match="There is no certificate at cluster/"):
            run(*command)
    assert started == []
