"""The running server of a class, with a training begun, spoken to as a stranger and as a pupil speak to it."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlencode

import psutil
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from harness.browser import free_port

ROOT = Path(__file__).parents[2]
WITHIN = 90  # s for what takes ten on an idle machine
LARGEST = 64 * 2**20  # bytes of a message from the server
OUTSIDE = "127.0.0.2"  # leads to this machine, and to nothing that listens to 127.0.0.1 alone, as outside addresses do


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Server:
    port: int
    process: psutil.Process
    runs: Path
    cookie: str  # of a visitor

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def listeners(self) -> list[tuple[str, int]]:
        """Return every address and port at which the server, or a process of its, listens for TCP."""
        family = [self.process, *self.process.children(recursive=True)]
        lines = [line for each in family for line in each.net_connections("inet")]
        return [(line.laddr.ip, line.laddr.port) for line in lines if line.status == psutil.CONN_LISTEN]

    def job(self) -> dict[str, object]:
        """Return the record of the training."""
        (file,) = self.runs.glob(".jobs/*/job.json")
        found: dict[str, object] = json.loads(file.read_text())
        return found


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    runs, port = tmp_path_factory.mktemp("runs"), free_port()
    command = [sys.executable, "-m", "digitcore", "class", "--port", str(port)]
    environment = {**os.environ, "DIGITCORE_MODELS": str(runs)}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            code = next(found[1] for line in process.stdout if (found := re.match(r"with the code +(\S+)", line)))
            wait_for(lambda: answers(port))
            opened = Server(port, psutil.Process(process.pid), runs, joined(port, code))
            train(opened)
            yield opened
        finally:
            process.terminate()


def wait_for(done: Callable[[], object]) -> None:
    end = time.monotonic() + WITHIN
    while not done():
        assert time.monotonic() < end
        time.sleep(0.1)


def answers(port: int) -> bool:
    try:
        return ask(port, "GET", "/_stcore/health").status == 200
    except OSError:
        return False


def ask(port: int, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
    with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as line:
        line.request(method, path, body, headers)
        answer = line.getresponse()
        return Answer(answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.read())


def joined(port: int, code: str) -> str:
    """Return the cookie of a new visitor."""
    answer = ask(port, "POST", "/join", urlencode({"code": code, "to": "/"}).encode())
    return answer.headers["set-cookie"].partition(";")[0]


@contextmanager
def session(server: Server, origin: str | None = None) -> Iterator[ClientConnection]:
    with connect(
        f"ws://{server.host}/_stcore/stream",
        subprotocols=[Subprotocol("streamlit")],
        additional_headers={"Cookie": server.cookie},
        origin=Origin(origin or f"http://{server.host}"),
        max_size=LARGEST,
    ) as line:
        yield line


def page(line: ClientConnection, name: str, pressed: str = "") -> list[ForwardMsg]:
    """Open a page, press the button of that id, and return what the server sends for it."""
    message = BackMsg()
    message.rerun_script.page_name = name
    if pressed:
        button = message.rerun_script.widget_states.widgets.add()
        button.id, button.trigger_value = pressed, True
    line.send(message.SerializeToString())
    got: list[ForwardMsg] = []
    while not got or got[-1].WhichOneof("type") != "script_finished":
        got.append(ForwardMsg.FromString(line.recv(timeout=WITHIN)))
    return got


def train(server: Server) -> None:
    """Press "Train", with everything as the form has it, and wait until something is learned."""
    with session(server) as line:
        elements = [message.delta.new_element for message in page(line, "train")]
        (button,) = (each.button.id for each in elements if each.button.label == "Train")
        page(line, "train", button)
        wait_for(lambda: list(server.runs.glob(".jobs/*/job.json")) and server.job()["state"] == "training")


def test_nothing_but_the_apps_port_listens_to_the_outside(server: Server) -> None:
    listeners = server.listeners()
    inside = [port for address, port in listeners if ip_address(address).is_loopback]
    assert len(inside) >= 2, "the scheduler's port and the worker's should be among them"
    assert {port for address, port in listeners if not ip_address(address).is_loopback} == {server.port}


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere, 127.0.0.2 leads nowhere")
def test_a_port_scan_finds_the_app_and_nothing_else(server: Server) -> None:
    ports = {port for _, port in server.listeners()}
    found = set()
    for port in ports:
        with socket.socket() as scanner:
            if scanner.connect_ex((OUTSIDE, port)) == 0:
                found.add(port)
    assert found == {server.port} < ports


REQUESTS = {
    "a file without the token of the page": ("PUT", "/_stcore/upload_file/a/b", {}, 403, "XSRF token missing"),
    "another site's request": ("GET", "/train", {"Origin": "http://evil.example"}, 403, "another site's page"),
    "a site that is no address": ("GET", "/train", {"Origin": "http://["}, 403, "another site's page"),
    "the server's own files": ("GET", "/static/../../app.py", {}, 400, "Bad Request"),
    "files by another name": ("GET", "/%2e%2e/%2e%2e/etc/passwd", {}, 400, "Bad Request"),
    "weights outside the runs": ("GET", "/studio/weights/..%2f..%2fetc/x", {}, 400, "Bad Request"),
    "weights of a training that is none": ("GET", "/studio/live-weights/x/1", {}, 404, "no training job called 'x'"),
    "a component's folder": ("GET", "/component/x/../../../etc/passwd", {}, 400, "Bad Request"),
    "somebody's download": ("GET", "/media/0000.csv", {}, 404, "File not found"),
    "the app for programs": ("POST", "/_stcore/agent/interact", {}, 403, ""),
    "a page that only Streamlit asks for": ("GET", "/train/_stcore/health", {}, 404, "Not Found"),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_a_pupils_request_is_refused_and_told_how_to_be_used(server: Server, name: str) -> None:
    method, path, headers, status, told = REQUESTS[name]
    answer = ask(server.port, method, path, b"x", Cookie=server.cookie, **headers)
    assert (answer.status, told in answer.body.decode()) == (status, True)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"]


def test_another_sites_websocket_is_not_opened(server: Server) -> None:
    with pytest.raises(InvalidStatus, match="403"), session(server, "http://evil.example"):
        pass


def test_a_visitor_finds_no_page_of_the_teachers(server: Server) -> None:
    with session(server) as line:
        assert "page_not_found" in [message.WhichOneof("type") for message in page(line, "classroom")]


def test_no_message_ends_the_training_or_the_server(server: Server) -> None:
    processes = {each.pid for each in server.process.children(recursive=True)}
    with session(server) as line:
        page(line, "train")
        for order in ("clear_cache", "debug_shutdown_runtime", "debug_disconnect_websocket", "load_git_info"):
            message = BackMsg()
            setattr(message, order, True)
            line.send(message.SerializeToString())
        page(line, "train")
    for odd in ("text", b"\xff" * 100):
        with session(server) as line:
            line.send(odd)
    assert answers(server.port)
    assert server.job()["state"] in ("training", "finishing", "finished")
    assert processes <= {each.pid for each in server.process.children(recursive=True)}
