"""The Data page's wiring, with no browser."""

import time

import pytest
from streamlit.testing.v1 import AppTest

from digitcore.base.errors import BadDataset
from digitcore.data.mnist import load_mnist
from digitcore.ui.data import mnist
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
