"""Kills of the server itself, as `make app` starts it, after somebody has pressed Train."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from digitcore.jobs.store import JobFolders
from harness.browser import serve
from harness.kills.command_line import Killed
from harness.kills.place import Place
from harness.kills.victims import wait_until

_LIMIT = 60.0  # s until a training is written down
_LARGEST = 64 * 2**20  # bytes of a message from the server
_LONGEST = 6.0  # s from the press to the kill; its processes need about four to begin


@dataclass
class Server:
    """Starts a server for each kill, and trains in it as a browser would."""

    place: Place
    random: random.Random

    def kill(self) -> Killed:
        """Kill a server whose first training has begun a moment ago."""
        address = "/_stcore/stream"
        with serve() as server:
            stream = server.replace("http", "ws") + address
            with connect(stream, subprotocols=[Subprotocol("streamlit")], max_size=_LARGEST) as line:
                _press_train(line)
                wait_until(lambda: any(self.place.root.glob(".jobs/*/job.json")), _LIMIT)
                wait_until(lambda: False, self.random.uniform(0, _LONGEST))
                processes, folders = self.place.processes(), set(self.place.temporary.glob("*"))
                next(each for each in processes if "uvicorn" in each.cmdline()).kill()
        processes = list({*processes, *self.place.processes()})
        faults = (*self.place.clear_of(processes, {*folders, *self.place.temporary.glob("*")}), *self._lost())
        return Killed("server", "its first training begins", (*faults, *self.place.faults()))

    def _lost(self) -> Iterator[str]:
        job = self.place.left()
        if job is None:
            yield "The training can't be resumed."
        else:
            JobFolders(self.place.root).remove(job.id)


def _press_train(line: ClientConnection) -> None:
    request = BackMsg()
    request.rerun_script.page_name = "train"
    line.send(request.SerializeToString())
    (button,) = (each.delta for each in _answers(line) if each.delta.new_element.button.label == "Train")
    request.rerun_script.fragment_id = button.fragment_id
    press = request.rerun_script.widget_states.widgets.add()
    press.id, press.trigger_value = button.new_element.button.id, True
    line.send(request.SerializeToString())


def _answers(line: ClientConnection) -> Iterator[ForwardMsg]:
    """Yield what the server sends until a run of the script has ended."""
    while (message := ForwardMsg.FromString(line.recv())).WhichOneof("type") != "script_finished":
        yield message
