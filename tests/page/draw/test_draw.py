"""The Draw page's wiring, with no browser: what comes in by the canvas, and what the panel is given."""

import re
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from digitcore.handwriting.drawing import Drawing
from digitcore.handwriting.prototypes import Prototypes
from digitcore.inference.classifier import DigitClassifier
from digitcore.preprocessing import prepare, stages
from digitcore.runs.store import RunStore
from digitcore.segmentation import read_strokes
from digitcore.ui.draw import session
from digitcore.ui.draw.inside import INSIDE_KEY
from digitcore.ui.draw.live_panel import PANEL_KEY
from digitcore.ui.draw.several import PAD_KEY, answer
from digitcore.ui.draw.stages import STAGES_KEY, STEPS
from digitcore.ui.shared.navigation import SEVERAL_KEY, TEST_DIGIT_KEY
from harness.shapes import DIGITS
from tests.page.conftest import ONE, SEVEN, TWO_SEVENS, OpenApp, component, run, told

WAY_IN = "way-in"
RUN = "read-by"


def test_a_page_with_nothing_drawn_predicts_nothing(open_app: OpenApp) -> None:
    panel = component(run(open_app()), PANEL_KEY)
    assert panel["reading"] is None
    assert panel["hint"]["title"] == "Draw any digit"


def test_a_frame_is_answered_with_its_number_and_a_reading(open_app: OpenApp) -> None:
    answer = told(run(open_app()), SEVEN, number=12)
    assert answer["frame"] == 12
    assert answer["reading"]["digit"] == 7
    assert sum(answer["reading"]["probabilities"]) == pytest.approx(1, abs=1e-3)


def test_the_page_is_told_where_the_weights_of_the_network_are(open_app: OpenApp) -> None:
    app = run(open_app())
    first = component(app, PANEL_KEY)["weights"]
    assert first.startswith("/studio/weights/digitnet/")
    app.sidebar.selectbox(RUN).set_value("dense")
    assert component(run(app), PANEL_KEY)["weights"].startswith("/studio/weights/dense/")


def test_the_inside_is_that_of_the_network_that_reads_on_every_way_in(open_app: OpenApp) -> None:
    app = run(open_app())
    assert component(app, INSIDE_KEY)["weights"] == component(app, PANEL_KEY)["weights"]
    app.session_state[WAY_IN] = "Test digit"
    app.sidebar.selectbox(RUN).set_value("dense")
    run(app)
    assert component(app, INSIDE_KEY)["weights"].startswith("/studio/weights/dense/")
    assert component(app, PANEL_KEY)["weights"] == component(app, INSIDE_KEY)["weights"]


def test_an_empty_canvas_is_answered_with_no_reading(open_app: OpenApp) -> None:
    answer = told(run(open_app()), number=13)
    assert (answer["frame"], answer["reading"]) == (13, None)


def test_a_drawing_that_is_not_a_digit_comes_with_a_reason_and_no_digit(open_app: OpenApp) -> None:
    reading = told(run(open_app()), *TWO_SEVENS)["reading"]
    assert reading["digit"] is None
    assert reading["title"] == "Doesn't look like a digit"
    assert reading["text"]


def test_the_steps_follow_the_drawing_and_outlive_a_look_at_the_page(open_app: OpenApp) -> None:
    app = run(open_app())
    assert [step["image"] for step in component(app, STAGES_KEY)["stages"]] == [""] * 5
    told(app, ONE)
    steps = component(run(app), STAGES_KEY)["stages"]
    assert len(steps) == 5
    assert all(step["image"].startswith("data:image/png") for step in steps)


def test_the_steps_are_named_alike_with_and_without_a_drawing(open_app: OpenApp) -> None:
    picture = np.zeros((100, 100), np.uint8)
    picture[20:80, 45:55] = 255
    assert [name for name, _ in STEPS] == [stage.name for stage in stages(prepare(picture))]


def test_two_sessions_have_desks_of_their_own(open_app: OpenApp) -> None:
    one, other = run(open_app()), run(open_app())
    assert component(one, PANEL_KEY)["live"]["desk"] != component(other, PANEL_KEY)["live"]["desk"]
    told(one, ONE)
    assert component(run(other), STAGES_KEY)["stages"][0]["image"] == ""


def test_a_test_digit_is_shown_with_its_label_and_read(open_app: OpenApp) -> None:
    app = open_app()
    app.session_state[TEST_DIGIT_KEY] = 0  # a clear 7
    app.session_state[WAY_IN] = "Test digit"
    run(app)
    assert component(app, PANEL_KEY)["reading"]["digit"] == 7
    assert "Labelled **7**" in app.markdown[0].value
    assert "Read right" in app.markdown[0].value
    assert not [caption.value for caption in app.caption if "people say" in caption.value]


def test_a_test_digit_whose_label_people_dispute_says_so(open_app: OpenApp) -> None:
    app = open_app()
    app.session_state[TEST_DIGIT_KEY] = 947
    app.session_state[WAY_IN] = "Test digit"
    assert "A disputed label: five of five people say 9." in [caption.value for caption in run(app).caption]


def test_another_test_digit_can_be_had(open_app: OpenApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "any_position", lambda count: count - 1)  # the last one is a clear 6
    app = open_app()
    app.session_state[TEST_DIGIT_KEY] = 0
    app.session_state[WAY_IN] = "Test digit"
    run(app).button[0].click()
    assert "Labelled **6**" in run(app).markdown[0].value


def test_a_test_digit_of_a_label_can_be_had_and_another_of_it(open_app: OpenApp) -> None:
    app = open_app()
    app.session_state[TEST_DIGIT_KEY] = 0  # a 7
    app.session_state[WAY_IN] = "Test digit"
    run(app).button_group(session.LABEL_KEY).set_value(4)
    assert "Labelled **4**" in run(app).markdown[0].value
    first = app.session_state[TEST_DIGIT_KEY]
    run(app).button[0].click()
    assert "Labelled **4**" in run(app).markdown[0].value
    assert app.session_state[TEST_DIGIT_KEY] != first


@pytest.mark.parametrize("content", [b"", b"a text file", b"\x89PNG\r\n\x1a\nand then it stops"])
def test_a_bad_upload_gets_a_sentence_and_the_page_goes_on(open_app: OpenApp, content: bytes) -> None:
    app = open_app()
    app.session_state[WAY_IN] = "Picture"
    run(app).file_uploader[0].upload("digit.png", content, "image/png")
    run(app)
    assert len(app.error) == 1
    assert component(app, PANEL_KEY)["reading"] is None


def test_the_sidebar_names_the_network_that_reads(open_app: OpenApp) -> None:
    app = run(open_app())
    assert app.sidebar.selectbox(RUN).value == "digitnet"
    assert [metric.label for metric in app.sidebar.metric] == ["Test accuracy", "Parameters"]


def test_drawing_leaves_the_fingerprint_of_the_weights_and_another_network_has_another(open_app: OpenApp) -> None:
    def shown(app: AppTest) -> str:
        (line,) = [each.value for each in app.sidebar.caption if each.value.startswith("Weights ")]
        return line

    app = run(open_app())
    before = shown(app)
    assert re.fullmatch("Weights [A-Z2-7]{3} [A-Z2-7]{3}", before)
    told(app, SEVEN)
    assert shown(run(app)) == before
    app.sidebar.selectbox(RUN).set_value("dense")
    assert shown(run(app)) != before


def test_another_network_reads_once_it_is_picked_and_the_page_asks_again(open_app: OpenApp) -> None:
    app = run(open_app())
    before, turn = told(app, SEVEN)["reading"], component(app, PANEL_KEY)["live"]["turn"]
    assert component(run(app), PANEL_KEY)["live"]["turn"] == turn
    app.sidebar.selectbox(RUN).set_value("dense")
    assert component(run(app), PANEL_KEY)["live"]["turn"] != turn
    after = told(app, SEVEN)["reading"]
    assert after["digit"] == 7
    assert after["confidence"] != before["confidence"]


def test_a_page_hears_with_its_next_frame_that_another_network_is_to_read(open_app: OpenApp, models: Path) -> None:
    app = run(open_app())
    assert told(app, SEVEN)["outdated"] is False
    RunStore(models).set_default("dense")
    assert told(app, SEVEN)["outdated"] is True
    assert told(run(app), SEVEN)["outdated"] is False


def test_a_damaged_default_is_said_and_another_network_reads(open_app: OpenApp, damaged_default: Path) -> None:
    app = run(open_app())
    assert "digitnet" in app.warning[0].value
    assert app.sidebar.selectbox(RUN).value != "digitnet"
    assert told(app, SEVEN)["reading"]["digit"] == 7


def test_a_damaged_network_that_is_picked_is_said_too(open_app: OpenApp, damaged_default: Path) -> None:
    app = run(open_app())
    app.sidebar.selectbox(RUN).set_value("digitnet")
    assert "digitnet" in run(app).warning[0].value


def test_the_network_that_reads_can_be_taken_along(open_app: OpenApp) -> None:
    app = run(open_app())
    assert "Take this network along" in [button.label for button in app.download_button]


def test_strokes_of_several_digits_are_answered_with_their_number(open_app: OpenApp) -> None:
    app = open_app()
    app.session_state[SEVERAL_KEY] = True
    strokes = [np.asarray(stroke).tolist() for digit in (1, 7) for stroke in moved(digit, 12 * (digit > 1))]
    app.session_state[PAD_KEY] = {"drawing": {"number": 5, "strokes": strokes}}
    pad = component(run(app), PAD_KEY)
    assert pad["answer"]["number"] == 5
    assert [digit["digit"] for digit in pad["answer"]["digits"]] == [1, 7]
    ends = [len(stroke) for stroke in strokes]
    assert [digit["stretches"] for digit in pad["answer"]["digits"]] == [[[at, 0, end]] for at, end in enumerate(ends)]
    assert app.title[0].value == "Draw a number"


def moved(digit: int, by: float) -> list[list[tuple[float, float]]]:
    return [[(x + by, y) for x, y in stroke] for stroke in DIGITS[digit]]


def test_a_digit_of_several_is_read_by_ones_own_examples_and_the_others_by_the_network() -> None:
    classifier = DigitClassifier.load("tiny_cnn")
    strokes = [stroke for digit in (1, 7) for stroke in moved(digit, 12 * (digit > 1))]
    seven = read_strokes(strokes, classifier).digits[1]
    taught = Prototypes.of(classifier, [Drawing(4, np.rint(seven.image * 255).astype(np.uint8))])
    told = answer(classifier, {"number": 1, "strokes": strokes}, taught)
    assert told is not None
    assert [(digit["digit"], digit["alone"]) for digit in told["digits"]] == [(1, None), (4, {"digit": 7})]


@pytest.mark.parametrize(
    "drawing",
    [None, "7", {"number": 1}, {"number": "1", "strokes": []}, {"number": 1, "strokes": [[[0, 0]] * 30_000]}],
)
def test_what_is_no_drawing_is_not_answered(drawing: object) -> None:
    assert answer(DigitClassifier.load("tiny_cnn"), drawing) is None


@pytest.mark.parametrize("strokes", [[[["a"]]], [7], [[[0, 0], [1e308, 1]]], [[None]], [[[0, 0]]] * 500])
def test_a_drawing_that_is_no_line_is_answered_in_a_sentence(strokes: list[object]) -> None:
    told = answer(DigitClassifier.load("tiny_cnn"), {"number": 1, "strokes": strokes})
    assert told is not None
    assert told["digits"] == []
    assert told["trouble"].endswith(".")
