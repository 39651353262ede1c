"""The Batch page in a real browser: files dropped, read, and taken along as a submission."""

import io
from pathlib import Path
from urllib.parse import quote_plus

import numpy as np
import pytest
from playwright.sync_api import FilePayload, Page, expect

from digitcore.data.mnist import load_mnist
from digitcore.inference.classifier import DigitClassifier
from digitcore.runs.store import RunStore
from harness.app.accessibility import troubles
from harness.browser import WAIT
from harness.files import csv_of, idx_of, png_of

pytestmark = pytest.mark.browser

TEST = load_mnist().test
READ_BY = "tiny_cnn"  # in seconds
COUNT = 6000  # three chunks


def open_batch(page: Page, address: str) -> None:
    page.goto(f"{address}/batch?read-by={quote_plus(RunStore.open().get(READ_BY).name)}")
    expect(page.get_by_test_id("stFileUploaderDropzone")).to_be_visible(timeout=WAIT)


def drop(page: Page, **files: bytes) -> None:
    payloads: list[FilePayload] = [
        {"name": name.replace("_", "."), "mimeType": "application/octet-stream", "buffer": content}
        for name, content in files.items()
    ]
    page.locator('input[type="file"]').first.set_input_files(payloads)


def metric(page: Page, label: str) -> str:
    found = page.get_by_test_id("stMain").get_by_test_id("stMetric").filter(has_text=label)
    expect(found).to_be_visible(timeout=2 * WAIT)
    return found.get_by_test_id("stMetricValue").inner_text()


def test_a_kaggle_file_is_read_with_a_bar_and_becomes_a_submission(page: Page, slow_app: str) -> None:
    open_batch(page, slow_app)
    drop(page, test_csv=csv_of(TEST.images[:COUNT], None))
    expect(page.get_by_role("progressbar")).to_be_visible(timeout=WAIT)
    expect(page.get_by_text("a second")).to_be_visible(timeout=WAIT)
    assert metric(page, "Digits") == f"{COUNT:,}"
    with page.expect_download() as download:
        page.get_by_role("button", name="submission.csv").click()
    rows = Path(download.value.path()).read_text().splitlines()
    expected = DigitClassifier.load(READ_BY).predict(TEST.images[:COUNT])
    assert rows == ["ImageId,Label", *(f"{number},{digit}" for number, digit in enumerate(expected, 1))]


def test_labelled_idx_files_show_what_was_misread_and_all_probabilities_are_downloaded(page: Page, app: str) -> None:
    open_batch(page, app)
    images, labels = TEST.images[:1500], TEST.labels[:1500]
    drop(page, images=idx_of(images), labels=idx_of(labels))
    probabilities = DigitClassifier.load(READ_BY).predict_proba(images)
    assert metric(page, "Misread") == str((probabilities.argmax(axis=1) != labels).sum())
    least = int(probabilities.max(axis=1).argmin())
    expect(page.get_by_role("img", name=f"image {least + 1},").first).to_be_visible(timeout=WAIT)
    assert troubles(page) == []
    page.get_by_role("tab", name="Confusion").click()
    expect(page.get_by_test_id("stPlotlyChart")).to_be_visible(timeout=WAIT)
    with page.expect_download() as download:
        page.get_by_role("button", name="Probabilities").click()
    archive = np.load(io.BytesIO(Path(download.value.path()).read_bytes()))
    assert np.array_equal(archive["probabilities"], probabilities)


def test_a_bad_file_gets_its_line_and_the_page_goes_on_with_pictures(page: Page, app: str) -> None:
    open_batch(page, app)
    drop(page, train_csv=csv_of(TEST.images[:5], TEST.labels[:5]) + b"11" + b",0" * 784 + b"\n")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("line 7: the label in column 1 is '11'", timeout=WAIT)
    page.reload()
    page.set_viewport_size({"width": 390, "height": 850})
    drop(page, **{f"{number}_png": png_of(TEST.images[number]) for number in range(4)})
    assert metric(page, "Digits") == "4"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
