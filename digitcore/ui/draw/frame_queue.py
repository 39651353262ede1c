"""The frames that wait to be read: of each session the newest alone, and the sessions take turns."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

F = TypeVar("F")
A = TypeVar("A")


@dataclass
class _Waiting(Generic[F, A]):
    frame: F
    answer: "asyncio.Future[A]"


class FrameQueue(Generic[F, A]):
    """Reads frames in a few threads, one of a session at a time. To be used from one event loop.

    A session that sends more than it is read waits for itself and for nobody else: its newer frame takes the place of
    the one that waits, and whoever asked for either gets the answer to the newer.
    """

    def __init__(self, read: Callable[[F], A], places: int) -> None:
        self._read = read
        self._free = places
        self._threads = ThreadPoolExecutor(places, thread_name_prefix="reading")
        self._waiting: dict[str, _Waiting[F, A]] = {}  # by session, in the order of their turns
        self._busy: set[str] = set()

    async def answer(self, session: str, frame: F) -> A:
        """Return what came of a frame, or of a newer one of the same session; raises what reading it has raised."""
        waiting = self._waiting.get(session)
        if waiting is None:
            waiting = self._waiting[session] = _Waiting(frame, asyncio.get_running_loop().create_future())
        waiting.frame = frame
        self._begin()
        return await asyncio.shield(waiting.answer)  # others may wait for it, too

    def _begin(self) -> None:
        while self._free and (session := self._whose_turn()):
            waiting = self._waiting.pop(session)
            self._free -= 1
            self._busy.add(session)
            work = asyncio.get_running_loop().run_in_executor(self._threads, self._read, waiting.frame)
            work.add_done_callback(partial(self._end, session, waiting))

    def _whose_turn(self) -> str | None:
        return next((session for session in self._waiting if session not in self._busy), None)

    def _end(self, session: str, waiting: _Waiting[F, A], done: "asyncio.Future[A]") -> None:
        self._free += 1
        self._busy.discard(session)
        self._begin()
        if error := done.exception():
            waiting.answer.set_exception(error)
        else:
            waiting.answer.set_result(done.result())
