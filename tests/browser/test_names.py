"""Names of runs and files are shown as they are in a real browser: no link, no markup, no icon, no arrow."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect

from digitcore.base.settings import SHIPPED_FOLDER
from digitcore.data.mnist import Dataset, load_mnist
from digitcore.data.store import DataStore
from digitcore.runs.record import RECORD_FILE
from digitcore.runs.store import RunStore
from harness.browser import WAIT, serve

pytestmark = pytest.mark.browser

HOSTILE = [
    "1. [x](http://evil.de) <b>*_`$E=mc^2$ :red[x] &lt; #",
    "www.evil.de -> a@evil.de :material/home: http://evil.de",
]
FILE = "_2_ :material/home: a@evil.de -- [x] $x$.png"  # a browser's file has no slash in its name
JOINER = "\u2060"  # breaks up what Streamlit would replace; it has no width


def put(models: Path, run_id: str, name: str) -> None:
    shutil.copytree(SHIPPED_FOLDER / "fast_cnn", models / run_id)
    record = json.loads((models / run_id / RECORD_FILE).read_text())
    (models / run_id / RECORD_FILE).write_text(json.dumps(record | {"id": run_id, "name": name}))


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    models, test = tmp_path_factory.mktemp("models"), load_mnist().test
    for run_id, name in zip(("one", "two"), HOSTILE, strict=True):
        put(models, run_id, name)
    RunStore(models).set_default("one")
    for name, source in zip(("first", "second"), HOSTILE, strict=True):
        data = Dataset.of(name, test.images[:5].copy(), test.labels[:5])
        DataStore(models).add(name, data, source)
    with serve(environment={"DIGITCORE_MODELS": str(models)}) as app:
        yield app


def go_to(page: Page, address: str, name: str) -> None:
    page.goto(f"{address}/{name.lower()}")
    expect(page.get_by_role("combobox", name="Network").first).to_have_value(HOSTILE[0], timeout=2 * WAIT)


def check(page: Page, *shown: str) -> None:
    """Each text must be read in the page's middle, letter by letter, and none of it may have become anything else."""
    main = page.get_by_test_id("stMain")
    for text in shown:
        as_words = "el => [...el.querySelectorAll('[data-testid=stMarkdownContainer]')].map(each => each.innerText)"
        page.wait_for_function(
            "text => document.querySelector('[data-testid=stMain]').innerText.replaceAll('\\u2060', '').includes(text)",
            arg=text,
            timeout=2 * WAIT,
        )
        assert any(text in words.replace(JOINER, "") for words in main.evaluate(as_words))
    for made in ('a[href*="evil"]', "b", "em", ".katex", '[data-testid="stMarkdownContainer"] [data-testid*="Icon"]'):
        assert main.locator(made).count() == 0


def test_of_networks_and_files_on_the_batch_page(page: Page, address: str) -> None:
    go_to(page, address, "Batch")
    payload: FilePayload = {"name": FILE, "mimeType": "image/png", "buffer": b"\x89PNG rubbish"}
    page.locator('input[type="file"]').first.set_input_files([payload])
    check(page, f"{FILE}, read by {HOSTILE[0]}", f"1 picture can't be read. {FILE}: ")


def test_of_files_on_the_data_page(page: Page, address: str) -> None:
    go_to(page, address, "Data")
    page.get_by_role("tab", name="Your own").click()
    check(page, *(f"5 digits from {source}, added" for source in HOSTILE))


def test_of_two_runs_on_the_diagnostics_page_and_in_a_figure(page: Page, address: str) -> None:
    go_to(page, address, "Diagnostics")
    page.get_by_role("combobox", name="Compare with").click()
    page.get_by_role("option").filter(has_text=HOSTILE[1]).click()
    check(page, f"Only {HOSTILE[0]} reads these right", f"Only {HOSTILE[1]} reads these right")
    page.get_by_role("tab", name="Curves").click()
    legend = page.locator(".legendtext").filter(has_text=f"{HOSTILE[0]}, validation")
    expect(legend.first).to_be_visible(timeout=2 * WAIT)


def test_a_table_of_them_is_saved_by_us_alone(page: Page, address: str) -> None:
    go_to(page, address, "Train")
    page.get_by_role("tab", name="Runs").click()
    table = page.get_by_test_id("stDataFrame").last
    table.hover(timeout=2 * WAIT)
    expect(page.get_by_role("button", name="Search").last).to_be_visible(timeout=WAIT)
    streamlits_own = page.locator('button[aria-label="Download as CSV"]').all()
    assert len(streamlits_own) > 0  # a new version may call it something else
    assert not any(button.is_visible() for button in streamlits_own)
