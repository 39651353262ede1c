"""A thread that goes on whatever its actions do."""

import asyncio
import threading
from collections.abc import Iterator

import pytest

from digitcore.base.action_thread import ActionThread


class Failures:
    def __init__(self) -> None:
        self.seen: list[tuple[str, BaseException]] = []

    def add(self, about: str, error: BaseException) -> None:
        self.seen.append((about, error))
        raise RuntimeError("That can't be dealt with either.")


@pytest.fixture
def failures() -> Failures:
    return Failures()


@pytest.fixture
def thread(failures: Failures) -> Iterator[ActionThread[str]]:
    made: ActionThread[str] = ActionThread("trial", failures.add)
    yield made
    made.close()


@pytest.mark.parametrize("error", [AttributeError, asyncio.CancelledError, SystemExit])
def test_it_goes_on_after_any_error_and_says_what_it_was_about(
    thread: ActionThread[str], failures: Failures, error: type[BaseException]
) -> None:
    def fail(_: str) -> None:
        raise error

    thread.put(fail, "this one")
    assert thread.ask(lambda: "still there") == "still there"
    ((about, seen),) = failures.seen
    assert (about, type(seen)) == ("this one", error)


def test_who_asks_gets_the_error(thread: ActionThread[str], failures: Failures) -> None:
    with pytest.raises(KeyError):
        thread.ask({}.__getitem__, "nothing")
    assert failures.seen == []


def test_it_does_things_in_order_and_ends_when_all_is_done(thread: ActionThread[str]) -> None:
    done: list[str] = []
    ready = threading.Event()
    thread.put(lambda _: ready.wait(60), "first")
    for name in "abc":
        thread.put(done.append, name)
    ready.set()
    thread.close()
    thread.put(done.append, "too late")
    assert done == ["a", "b", "c"]
    with pytest.raises(RuntimeError, match="closed"):
        thread.ask(lambda: None)
