"""Work on files: in turns, cancelled when nobody wants it, and let go with the page."""

import threading
import time
from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
import pytest
from streamlit import runtime
from streamlit.runtime.caching.cache_resource_api import clear_session_cache
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.testing.v1 import AppTest

from digitcore.base.errors import BadDataset, Cancelled
from digitcore.ui.server import forget_who_left
from digitcore.ui.shared import turns
from digitcore.ui.shared.background import Report, Task
from digitcore.ui.shared.turns import Check, FileDesk
from harness.files import idx_of
from tests.page.conftest import APP, OpenApp

PATIENCE = 30  # s; machines are shared
BLANK = b"0," * 783 + b"0\n"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "_SLICE", 0.0)
    monkeypatch.setattr(turns, "_LOOK", 0.01)


def until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.005)


def endless(_report: Report, check: Check) -> None:
    while True:
        check()
        time.sleep(0.001)


def three_steps(_report: Report, check: Check) -> None:
    for _ in range(3):
        check()


def test_nobody_waits_behind_the_files_of_others() -> None:
    desk = FileDesk()
    others = [desk.task(endless) for _ in range(6)]
    mine = desk.task(three_steps)
    until(lambda: mine.glance().done)
    assert not any(other.glance().done for other in others)
    for other in others:
        other.cancel()


@pytest.mark.parametrize("before", [0, 4])
def test_cancelled_work_ends_also_while_it_waits_for_its_turn(before: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "_SLICE", PATIENCE)  # whoever came first stays
    desk = FileDesk()
    others = [desk.task(endless) for _ in range(before)]
    mine = desk.task(endless)
    mine.cancel()
    until(lambda: mine.glance().done)
    assert mine.was_cancelled
    assert "cancelled" in str(mine.glance().trouble)
    assert not any(other.glance().done for other in others)
    for other in others:
        other.cancel()


def test_a_place_is_given_back_when_work_fails_or_is_cancelled() -> None:
    desk = FileDesk()
    for _ in range(5):
        failing: Task[object] = desk.task(lambda _report, _check: 1 // 0)
        until(lambda: failing.glance().done)  # noqa: B023
        cancelled = desk.task(endless)
        cancelled.cancel()
        until(lambda: cancelled.glance().done)  # noqa: B023
    quick = desk.task(lambda _report, _check: 7)
    until(lambda: quick.glance().done)
    assert quick.result() == 7


def test_work_that_takes_too_long_ends_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "_LONGEST", -1.0)
    task = FileDesk().task(endless)
    until(lambda: task.glance().done)
    assert "Split it, or use the command line" in str(task.glance().trouble)


def test_many_threads_of_one_file_may_check_at_once() -> None:
    place = turns.Turns(1)
    stop = threading.Event()
    faults: list[BaseException] = []

    def hammer(turn: turns.Turn) -> None:
        try:
            while not stop.is_set():
                turn.check()
        except (Cancelled, BadDataset, RuntimeError) as error:
            faults.append(error)

    def work(rounds: list[int]) -> None:
        with turns.Turn(place) as turn:
            threads = [threading.Thread(target=hammer, args=(turn,)) for _ in range(2)]
            for thread in threads:
                thread.start()
            for _ in range(20):
                turn.check()
                rounds.append(1)
            stop.wait(PATIENCE)
            for thread in threads:
                thread.join()

    counts: list[list[int]] = [[], []]
    workers = [threading.Thread(target=work, args=(rounds,)) for rounds in counts]
    for worker in workers:
        worker.start()
    until(lambda: all(len(rounds) == 20 for rounds in counts))
    stop.set()
    for worker in workers:
        worker.join()
    assert faults == []
    place.enter(lambda: None)  # the place is free again


@pytest.fixture
def batch(open_app: OpenApp, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The Batch page with a file on it that would be read forever."""

    def read(_classifier: object, _upload: object, report: Report, check: Check) -> None:
        endless(report, check)

    monkeypatch.setattr("digitcore.ui.batch.upload._read", read)
    app = open_app()
    app.run()
    page = app.switch_page(str(APP.parent / "pages" / "batch.py")).run()
    return page.file_uploader[0].set_value([("test.csv", BLANK, "")]).run()


def the_task(page: AppTest) -> Task[object]:
    task: Task[object] = page.session_state["batch-task"][1]
    return task


def test_cancel_ends_the_work_and_says_so(batch: AppTest) -> None:
    next(button for button in batch.button if button.label == "Cancel").click().run()
    until(lambda: the_task(batch).glance().done)
    batch.run()
    assert "It was cancelled" in batch.warning[0].value
    assert not batch.exception


def test_another_file_ends_the_work_on_the_one_before(batch: AppTest) -> None:
    before = the_task(batch)
    batch.file_uploader[0].set_value([("images", idx_of(np.zeros((2, 28, 28))), "")]).run()
    until(lambda: before.glance().done)
    assert before.was_cancelled
    the_task(batch).cancel()


def test_the_work_ends_when_its_page_is_gone_and_begins_anew_when_it_is_back(batch: AppTest) -> None:
    before = the_task(batch)
    clear_session_cache("test session id")  # as Streamlit does when the connection ends
    until(lambda: before.glance().done)
    assert before.was_cancelled
    batch.run()
    assert the_task(batch) is not before
    assert not the_task(batch).glance().done
    the_task(batch).cancel()


def test_who_left_is_forgotten_without_another_visit(monkeypatch: pytest.MonkeyPatch) -> None:
    storage = MemorySessionStorage(ttl_seconds=0)
    storage.save(SimpleNamespace(session=SimpleNamespace(id="gone")))  # type: ignore[arg-type]
    manager = SimpleNamespace(_session_mgr=SimpleNamespace(_session_storage=storage))
    monkeypatch.setattr(runtime, "get_instance", lambda: manager)
    assert len(storage._cache._data) == 1  # type: ignore[attr-defined]
    forget_who_left()
    assert len(storage._cache._data) == 0  # type: ignore[attr-defined]
