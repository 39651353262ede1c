"""Digits of one's own in a real browser: kept on the Data page, offered on the Train page."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, expect

from digitcore.data.mnist import load_mnist
from digitcore.data.store import DataStore
from harness.browser import WAIT, serve
from harness.files import png_of, zip_of

pytestmark = pytest.mark.browser

TEST = load_mnist().test


def test_a_zip_of_pictures_is_kept_and_offered_for_training(chromium: Browser, tmp_path: Path) -> None:
    pictures = {f"{TEST.labels[number]}/{number}.png": png_of(TEST.images[number]) for number in range(60)}
    payload: FilePayload = {"name": "Class 3b.zip", "mimeType": "application/zip", "buffer": zip_of(pictures)}
    with serve(environment={"DIGITCORE_MODELS": str(tmp_path)}) as app, chromium.new_context() as window:
        page = window.new_page()
        page.goto(app)
        page.get_by_role("link", name="Data").click()
        page.get_by_role("tab", name="Your own").click()
        page.locator('input[type="file"]').first.set_input_files([payload])
        keep = page.get_by_role("button", name="Keep 60 digits")
        expect(keep).to_be_visible(timeout=WAIT)
        expect(page.get_by_role("img", name="labelled 7").first).to_be_visible(timeout=WAIT)
        keep.click()
        page.get_by_role("button", name="Train on it").click(timeout=WAIT)
        expect(page.get_by_role("combobox", name="Data")).to_have_value("class-3b", timeout=WAIT)
    assert DataStore(tmp_path).get("class-3b").count == 60
