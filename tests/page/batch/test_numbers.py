"""A page of numbers on the Batch page, with no browser: what is found, and what was corrected."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from digitcore.data.mnist import load_mnist
from digitcore.inference.classifier import DigitClassifier
from digitcore.preprocessing.decode import read_picture
from digitcore.segmentation import Line, read_page
from digitcore.ui.batch.numbers import LINES_KEY, MOST_AT_ONCE, MOST_OWN, boxes, corrections
from digitcore.ui.shared.navigation import BATCH_KIND_KEY, NETWORK_KEY, PAGE_OF_NUMBERS
from harness.files import png_of
from harness.pictures.lines import line_of
from tests.page.conftest import APP, OpenApp, component, run

TEST = load_mnist().test
PAGE = APP.parent / "pages" / "batch.py"
PAPER = 255 - line_of(list(TEST.images[:4]), "7210", np.random.default_rng(1), touching=False).ink


@pytest.fixture
def page(open_app: OpenApp) -> AppTest:
    app = open_app()
    app.session_state[NETWORK_KEY] = "fast_cnn"
    app.run()
    app.switch_page(str(PAGE)).run()
    app.session_state[BATCH_KIND_KEY] = PAGE_OF_NUMBERS
    return run(app)


def drop(page: AppTest, content: bytes) -> AppTest:
    page.file_uploader[0].set_value([("page.png", content, "image/png")])
    return run(page)


def test_a_page_is_shown_with_its_lines(page: AppTest) -> None:
    assert "postcode" in page.caption[0].value
    drop(page, png_of(PAPER))
    told = component(page, LINES_KEY)
    assert [digit["digit"] for line in told["lines"] for digit in line] == [7, 2, 1, 0]
    assert told["picture"].startswith("data:image/jpeg;base64,")
    assert all(0 <= share <= 1 for line in told["lines"] for digit in line for share in digit["box"])


@pytest.mark.parametrize(
    ("content", "said"), [(png_of(np.full((200, 200), 255, np.uint8)), "No numbers"), (b"no picture", "picture")]
)
def test_a_page_without_numbers_and_a_file_that_is_none_say_so(page: AppTest, content: bytes, said: str) -> None:
    drop(page, content)
    assert said in " ".join(each.value for each in (*page.info, *page.error))
    shown = {each.key for each in page.get("bidi_component")}
    assert (LINES_KEY in shown) == (said == "No numbers")  # who sees some draws a box around them


@pytest.fixture(scope="module")
def lines() -> list[Line]:
    return read_page(read_picture(png_of(PAPER)), DigitClassifier.load("fast_cnn"))


def test_the_table_has_the_columns_of_the_command_line(page: AppTest, lines: list[Line]) -> None:
    drop(page, png_of(PAPER))
    told = component(page, LINES_KEY)
    assert told["columns"] == "prediction,confidence,second guess,its probability,left,top,width,height"
    cells = [digit["cells"].split(",") for line in told["lines"] for digit in line]
    assert [row[0] for row in cells] == ["7", "2", "1", "0"]
    assert {len(row) for row in cells} == {told["columns"].count(",") + 1}
    box = lines[0].digits[2].box
    assert [float(value) for value in cells[2][4:]] == pytest.approx(
        [box.left, box.top, box.width, box.height], abs=0.1
    )


def test_only_digits_of_this_page_are_corrected(lines: list[Line]) -> None:
    told = {"0.0": "3", "0.1": "", "0.9": "1", "9.0": "1", "0.2": "=1", "0.3": 4, "x": "1", "0.-1": "2"}
    put_in = {"0.-1+1": "4", "0.3+20": "5"}
    refused = {"0.4+1": "1", "0.0+1": "", "0.0+0": "1", "0.0+21": "1", "0.-2+1": "1"}
    told |= put_in | refused
    assert corrections({"id": "a", "digits": told}, "a", lines) == {"0.0": "3", "0.1": ""} | put_in
    assert corrections({"id": "b", "digits": told}, "a", lines) is None
    assert corrections("nonsense", "a", lines) is None


def test_what_is_in_a_box_that_was_drawn_is_read_beside_what_was_found(page: AppTest, lines: list[Line]) -> None:
    drop(page, png_of(PAPER))
    told = component(page, LINES_KEY)
    whole = [0.0, 0.0, 1.0, 1.0]
    state = {"id": told["id"], "digits": {"1.0": "5", "2.0": "9"}, "boxes": [whole, [0.0, 0.0, 0.001, 0.001], []]}
    page.session_state[LINES_KEY] = {"corrections": state}
    told = component(run(page), LINES_KEY)
    own = told["own"]
    assert ["".join(str(digit["digit"]) for digit in each["line"]) for each in own] == ["7210", "", ""]
    assert own[0]["line"][0]["cells"].startswith("7,")
    assert own[1]["trouble"].endswith(".")
    assert [each["box"] for each in own] == state["boxes"]
    assert told["corrections"] == {
        "1.0": "5"
    }  # of what was read in the first box, counted after the lines that were found


def test_one_message_has_few_boxes_read(page: AppTest) -> None:
    drop(page, png_of(PAPER))
    told = component(page, LINES_KEY)
    state = {"id": told["id"], "digits": {}, "boxes": [[0.0, 0.0, 0.001 * at, 0.001] for at in range(MOST_AT_ONCE + 2)]}
    page.session_state[LINES_KEY] = {"corrections": state}
    troubles = [each["trouble"] for each in component(run(page), LINES_KEY)["own"]]
    assert ["at once" in each for each in troubles] == [False] * MOST_AT_ONCE + [True] * 2


@pytest.mark.parametrize(
    "box", ["x", [0, 0, 1], [0, 0, 1, "1"], [0, 0, 1, 2], [float("nan"), 0, 1, 1], None, [True] * 4]
)
def test_what_is_no_box_is_taken_for_one_taken_back(box: object) -> None:
    assert boxes({"id": "a", "boxes": [box, [0, 0, 1, 1]]}, "a") == [(), (0.0, 0.0, 1.0, 1.0)]


def test_boxes_of_another_page_and_too_many_are_left_out() -> None:
    assert boxes({"id": "a", "boxes": []}, "b") is None
    assert boxes({"id": "a", "boxes": "x"}, "a") is None
    assert boxes({"id": "a", "digits": {}}, "a") is None
    assert len(boxes({"id": "a", "boxes": [[0, 0, 1, 1]] * 99}, "a") or ()) == MOST_OWN
