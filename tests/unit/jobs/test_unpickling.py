"""What a cluster sends is unpickled in the app, but for what has no business there."""

import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from distributed import Future, KilledWorker, protocol
from distributed.core import Status, clean_exception, error_message
from distributed.protocol import deserialize, serialize, to_serialize
from distributed.protocol.core import dumps, loads
from distributed.scheduler import WorkerState

from digitcore.base.errors import TrainingFailed
from digitcore.jobs.cluster import unpickling
from digitcore.jobs.cluster.unpickling import Refused


class Calls:
    """Whoever unpickles it calls a function."""

    def __init__(self, function: Any, *arguments: Any) -> None:
        self._call = function, arguments

    def __reduce__(self) -> Any:
        return self._call


@pytest.fixture(autouse=True)
def _in_an_app() -> Iterator[None]:
    unpickling.limit()
    yield
    protocol.pickle.pickle = pickle


def test_nothing_that_a_cluster_sends_is_called(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    asked = [
        Calls(os.mkdir, str(trace)),
        Calls(subprocess.check_call, ["mkdir", str(trace)]),
        Calls(eval, f"__import__('os').mkdir({str(trace)!r})"),
        Calls(__import__, "antigravity"),
        Calls(getattr, "", "join"),
    ]
    for each in asked:
        for packed in (pickle.dumps(each), pickle.dumps(each, protocol=2), pickle.dumps([{"deep": each}])):
            with pytest.raises(Refused):
                protocol.pickle.loads(packed)
    assert not trace.exists()
    assert "antigravity" not in sys.modules


@pytest.mark.parametrize("wrap", [to_serialize, protocol.ToPickle])
def test_no_kind_of_message_gets_around_that(wrap: Any, tmp_path: Path) -> None:
    frames = dumps({"op": "event", "data": wrap(Calls(os.mkdir, str(tmp_path / "trace")))})
    with pytest.raises(Refused):
        loads(frames)
    assert not (tmp_path / "trace").exists()


def test_an_error_that_is_no_error_is_not_looked_up(tmp_path: Path) -> None:
    packed = pickle.dumps(Calls(os.mkdir, str(tmp_path / "trace")))
    _, error, traceback = clean_exception(packed, packed)
    assert type(error) is Exception
    assert traceback is None
    assert not (tmp_path / "trace").exists()


def test_what_our_workers_send_arrives() -> None:
    for sent in (b"an archive", bytearray(b"weights"), "text", 3, None, [b"1", 2], {"one": b"1"}):
        assert deserialize(*serialize(sent)) == sent
    assert protocol.pickle.loads(protocol.pickle.dumps(Future)) is Future


def test_why_a_training_failed_arrives() -> None:
    try:
        raise TrainingFailed("It diverged.")
    except TrainingFailed as error:
        sent = {name: getattr(each, "data", each) for name, each in error_message(error).items()}
    _, arrived, _ = clean_exception(**sent)
    assert (type(arrived), str(arrived)) == (TrainingFailed, "It diverged.")


def test_that_a_worker_was_killed_arrives() -> None:
    state = WorkerState(
        address="tls://10.0.0.5:1", status=Status.running, pid=1, name="one", nthreads=1, memory_limit=0,
        local_directory="/", nanny="tls://10.0.0.5:2", server_id="one", services={}, versions={},
        scheduler=None, extra={},
    )  # fmt: skip
    state.scheduler_ref = None
    killed = protocol.pickle.loads(protocol.pickle.dumps(KilledWorker("task", state, 3)))
    assert isinstance(killed, KilledWorker)
    assert killed.last_worker.address == state.address
