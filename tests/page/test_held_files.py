"""Visitors' files in memory: bounded for each page and for all together, and said where one has no room."""

import asyncio
from typing import Any

import pytest
import streamlit as st
from streamlit.proto.Common_pb2 import FileURLs
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import DeletedFile, UploadedFile, UploadedFileRec

from digitcore.ui import held_files
from digitcore.ui.held_files import BoundedFiles
from digitcore.ui.shared import uploads
from digitcore.ui.shared.uploads import MOST_HELD, MOST_HELD_OF_ONE, NO_ROOM, dropped

MB = 2**20


class Server:
    """Streamlit behind the bounds: holds what reaches it, once it is let."""

    def __init__(self, **held: int) -> None:
        self.held = held
        self.reached: list[str] = []
        self.go = asyncio.Event()
        self.go.set()
        self.app = BoundedFiles(self.take, lambda: self.held)

    async def take(self, scope: Any, _receive: Any, _send: Any) -> None:
        self.reached.append(scope["path"])
        await self.go.wait()

    async def put(self, session: str, length: object, method: str = "PUT") -> int | None:
        """Send a file of which only the length is there; return the status, None where Streamlit was asked."""
        status: list[int] = []

        async def receive() -> Any:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            status.extend([message["status"]] if "status" in message else [])

        path = f"/_stcore/upload_file/{session}/file"
        headers = [] if length is None else [(b"content-length", str(length).encode())]
        scope = {"type": "http", "method": method, "path": path, "query_string": b"", "headers": headers}
        await self.app(scope, receive, send)
        return status[0] if status else None


@pytest.mark.parametrize(
    ("held", "length", "status"),
    [
        ({}, MOST_HELD_OF_ONE * MB, None),
        ({}, MOST_HELD_OF_ONE * MB + 1, 204),
        ({"one": 10 * MB}, (MOST_HELD_OF_ONE - 10) * MB, None),
        ({"one": 10 * MB}, (MOST_HELD_OF_ONE - 10) * MB + 1, 204),
        ({"other": MOST_HELD * MB - 5}, 5, None),
        ({"other": MOST_HELD * MB - 5}, 6, 204),
        ({}, None, 411),
        ({}, "-5", 411),
        ({}, "many", 411),
    ],
)
def test_a_file_is_let_through_as_long_as_there_is_room(
    held: dict[str, int], length: object, status: int | None
) -> None:
    async def scenario() -> None:
        server = Server(**held)
        assert await server.put("one", length) == status
        assert bool(server.reached) == (status is None)
        assert await server.put("one", 10**12, "DELETE") is None

    asyncio.run(scenario())


def test_files_that_are_still_on_their_way_count() -> None:
    async def scenario() -> None:
        server = Server()
        server.go.clear()
        first = asyncio.create_task(server.put("one", MOST_HELD_OF_ONE * MB))
        await asyncio.sleep(0)
        assert await server.put("one", 1) == 204
        server.go.set()
        assert await first is None
        assert await server.put("one", MOST_HELD_OF_ONE * MB) is None

    asyncio.run(scenario())


def record(name: str, size: int) -> UploadedFileRec:
    return UploadedFileRec(name, name, "text/csv", bytes(size))


def test_what_streamlit_holds_is_counted_and_goes_with_its_session(monkeypatch: pytest.MonkeyPatch) -> None:
    manager = MemoryUploadedFileManager("/")
    for session, size in (("one", 5), ("one", 7), ("other", 3)):
        manager.add_file(session, record(str(size), size))
    server = type("Runtime", (), {"uploaded_file_mgr": manager})
    monkeypatch.setattr("streamlit.runtime.get_instance", lambda: server)
    assert held_files.held_now() == {"one": 12, "other": 3}
    manager.remove_session_files("one")
    assert held_files.held_now() == {"other": 3}


def test_a_file_for_which_there_was_no_room_is_said_and_the_others_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = UploadedFile(record("a.csv", 3), FileURLs())
    said: list[str] = []
    monkeypatch.setattr("digitcore.ui.shared.notices.warning", said.append)
    monkeypatch.setattr(st, "session_state", {"none": [], "some": [kept, DeletedFile("b")], "one": DeletedFile("c")})
    uploads._tell_of_missing("none")
    assert said == []
    for key in ("some", "one"):
        uploads._tell_of_missing(key)
    assert said == [NO_ROOM] * 2
    assert dropped("some") == [kept]
