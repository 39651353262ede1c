"""The Data page's wiring, with no browser."""

import threading
import time

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from digitcore.base.errors import BadDataset
from digitcore.data.mnist import load_mnist
from digitcore.forms.catalogue import FORMS
from digitcore.forms.reading import FormReading
from digitcore.ui.data import forms, mnist
from tests.page.conftest import APP, OpenApp, component

PAGE = APP.parent / "pages" / "data.py"
TABS_KEY = "data-tab"


@pytest.fixture
def page(open_app: OpenApp) -> AppTest:
    app = open_app()
    app.run()
    app.switch_page(str(PAGE))
    return app


def show(page: AppTest, tab: str) -> AppTest:
    page.session_state[TABS_KEY] = page.query_params[TABS_KEY] = tab  # here the address would win over the session
    page.run()
    assert not page.exception
    return page


def test_the_numbers_are_those_that_courses_quote(page: AppTest) -> None:
    show(page, "In numbers")
    figures = {metric.label: metric.value for metric in page.metric}
    assert (figures["Training"], figures["Test"], figures["Picture"]) == ("60,000", "10,000", "28 × 28")
    assert (figures["Pixel values"], figures["Mean"], figures["Standard deviation"]) == ("0 to 255", "0.1307", "0.3081")
    assert len(page.get("plotly_chart")) == 2


def test_samples_are_ten_of_each_digit_or_many_of_one(page: AppTest) -> None:
    show(page, "Samples")
    titles = [entry["title"] for entry in component(page, "data-samples")["entries"]]
    assert titles == [str(digit) for digit in range(10) for _ in range(mnist.A_DIGIT)]
    page.session_state[mnist.DIGIT_KEY] = "7"
    show(page, "Samples")
    titles = [entry["title"] for entry in component(page, "data-samples")["entries"]]
    assert titles == ["7"] * mnist.OF_ONE_DIGIT


def test_each_sample_is_named_by_its_part_and_number(page: AppTest) -> None:
    page.session_state[mnist.PART_KEY] = "Test"
    show(page, "Samples")
    for entry in component(page, "data-samples")["entries"]:
        part, position = entry["label"].split(",")[0].split(" number ")
        assert part == "mnist-test"
        assert str(load_mnist().test.labels[int(position)]) == entry["title"]


def test_mean_and_variance_are_drawn(page: AppTest) -> None:
    assert len(show(page, "Mean and variance").get("plotly_chart")) == 2


def test_the_typical_and_the_odd_are_found_in_the_background(page: AppTest) -> None:
    for _ in range(300):
        show(page, "Typical and odd")
        if not page.get("progress"):
            break
        time.sleep(0.1)
    galleries = [component(page, f"data-{kind}")["entries"] for kind in ("typical", "odd")]
    assert [len(entries) for entries in galleries] == [mnist.EXTREMES] * 2
    assert {entry["title"] for entries in galleries for entry in entries} == {"4"}


def test_damaged_data_is_a_sentence(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise BadDataset("MNIST can't be read; install the package again.")

    monkeypatch.setattr(mnist, "load_mnist", fail)
    show(page, "In numbers")
    assert [error.value for error in page.error] == ["MNIST can't be read; install the package again."]


def test_the_forms_of_a_digit_are_shown_at_once_and_then_with_how_they_are_read(
    page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "forms_read", slow_readings)
    page.session_state[forms.DIGIT_KEY] = "9"
    shown = component(show(page, "Around the world"), "forms")["digits"]
    assert [each["digit"] for each in shown] == [9]
    assert all(len(each["pictures"]) == forms.SHOWN and "share" not in each for each in shown[0]["forms"])
    RELEASED.set()
    for _ in range(100):
        shown = component(show(page, "Around the world"), "forms")["digits"]
        if "share" in shown[0]["forms"][0]:
            break
        time.sleep(0.02)
    first = shown[0]["forms"][0]
    assert first["figure"].startswith("8 of 10 read right")
    assert first["rest"] == "1 rejected, 1 misread, most as 4"
    assert [picture["wrong"] for picture in first["pictures"]][:3] == ["rejected", "read as 4", ""]
    assert any("reads 4 of 40" in text.value and "9 like a g (80%)" in text.value for text in page.markdown)


RELEASED = threading.Event()


def slow_readings(*_: object) -> tuple[FormReading, ...]:
    """Have each form's first drawing rejected and the second misread, once somebody has looked at the page."""
    RELEASED.wait(10)
    return tuple(FormReading(form, np.array([-1, 4, *[form.digit] * 8], np.int8)) for form in FORMS)
