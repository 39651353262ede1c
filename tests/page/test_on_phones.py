"""The page's address, as phones read it from a projector."""

import cv2
import numpy as np
import pytest

from digitcore.classroom.ways_in import png
from digitcore.ui import on_phones
from tests.page.conftest import OpenApp, run

ADDRESS = "http://192.168.1.20:8501/diagnostics?run=dense&diagnostics-tab=Confusion"


def read(png: bytes) -> str:
    picture = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert picture is not None
    return cv2.QRCodeDetector().detectAndDecode(picture)[0]


def test_the_code_is_the_pages_address_with_its_state() -> None:
    assert read(png(ADDRESS)) == ADDRESS


def test_an_address_too_long_for_a_code_leads_to_the_page_as_it_begins() -> None:
    assert read(png(ADDRESS + "x" * 5000)) == ADDRESS.partition("?")[0]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_an_address_that_no_phone_can_open_is_said_to_be_one(host: str) -> None:
    sentence = on_phones.why_unreachable(f"http://{host}:8600/train?epochs=3")
    assert sentence is not None
    assert "make class" in sentence
    assert ":8600" in sentence
    assert on_phones.why_unreachable(ADDRESS) is None


def test_in_a_class_the_teachers_own_address_becomes_the_one_that_others_have() -> None:
    base = "http://192.168.1.20:8600"
    assert on_phones.in_the_network("http://localhost:8600/train?epochs=3", base) == f"{base}/train?epochs=3"
    assert on_phones.in_the_network(ADDRESS, base) == ADDRESS


@pytest.mark.parametrize(("address", "shown"), [(ADDRESS, True), ("http://localhost:8501/", False)])
def test_the_sidebar_shows_the_address_or_why_it_would_be_of_no_use(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch, address: str, shown: bool
) -> None:
    monkeypatch.setattr(on_phones, "page_address", lambda: address)
    app = run(open_app())
    app.sidebar.button("on-phones").click()
    run(app)
    assert [code.value for code in app.code] == [address] * shown
    assert len(app.info) == (not shown)
