"""The ways to start and end the app."""

import signal
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, expect

from digitcore.jobs import State
from digitcore.jobs.store import JobFolders
from harness.app.train_page import TrainPage
from harness.browser import DOWN, WAIT, DrawPage, process_at, serve, serve_by_streamlit

pytestmark = pytest.mark.browser

ENDS_WITHIN = 30  # s, on a machine that has other things to do


def test_streamlit_run_starts_the_same_app(chromium: Browser) -> None:
    with serve_by_streamlit() as address, chromium.new_context() as window:
        page = DrawPage(window.new_page(), address)
        page.draw(DOWN)
        page.expect_digit(1)


def test_a_pages_own_address_works_for_the_first_visitor_and_the_first_interrupt_ends_the_app_with_its_trainings(
    chromium: Browser, tmp_path: Path
) -> None:
    with serve(environment={"DIGITCORE_MODELS": str(tmp_path)}) as address, chromium.new_context() as window:
        first = DrawPage(window.new_page(), f"{address}/draw")
        expect(first.page.get_by_role("combobox", name="Network")).to_be_visible(timeout=WAIT)
        page = TrainPage(window.new_page(), address)
        page.choose(Epochs=100)
        page.button("Train").click()
        page.wait_for("panel.dataset.share > 0")
        server = process_at(address)
        workers = server.children(recursive=True)
        assert workers
        server.send_signal(signal.SIGINT)
        _, left = psutil.wait_procs([server, *workers], timeout=ENDS_WITHIN)
        assert left == []
    (found,) = JobFolders(tmp_path).left_behind()
    assert found.state is State.INTERRUPTED
    assert found.resumable
