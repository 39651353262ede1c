""" "That was a 7": whatever was read is labelled with one tap, kept as an example, and from then on read by.

A message from the browser says what it wants under a ticket of its own; the answer has the same ticket. One that comes
twice, as after a line that was cut, is done once.
"""

import base64
import math
from typing import Any

import streamlit as st

from digitcore.base.errors import DrawingsUnavailable
from digitcore.base.text import count
from digitcore.handwriting.drawing import Drawing, image_of, is_label, run_name, strokes_of
from digitcore.handwriting.store import DrawingStore, mine
from digitcore.inference.classifier import DigitClassifier
from digitcore.runs.tuning import why_not
from digitcore.ui.draw.verdict import article
from digitcore.ui.shared import components
from digitcore.ui.shared.navigation import MY_DIGITS_PAGE, MY_DIGITS_TAB_KEY, TEACH_TAB
from digitcore.ui.shared.own.examples import own_examples, page_data
from digitcore.ui.shared.own.seat import Browser, seat
from digitcore.ui.shared.own.this_browser import fresh_key, meet, this_browser
from digitcore.ui.shared.own.tickets import Message, answered
from digitcore.ui.shared.tabs import keep_up_with_tabs

TEACH_KEY = "teach"
_ANSWER_KEY = "teach-answer"
_NOT_A_DRAWING = "This drawing can't be kept: draw it again."


@st.fragment
def teach(classifier: DigitClassifier, *, offered: bool, several: bool = False) -> None:
    """Let what is read be labelled, where it is `offered`, and tell the page what it reads by.

    It is the live panel's drawing or, of `several` digits, the one that is chosen.
    """
    keep_up_with_tabs()
    answer = answered(components.state_of(TEACH_KEY, "message"), _ANSWER_KEY, _done)
    examples, counts = own_examples(classifier), _counts()
    components.teach(
        key=TEACH_KEY,
        data={
            "offered": offered,
            "several": several,
            "run": classifier.run.id,
            "fresh": fresh_key(),
            "answer": answer,
            "count": sum(counts),
            "uses": seat().uses_examples,
            "examples": page_data(examples, classifier),
        },
        on_message_change=lambda: None,
    )
    if offered and why_not(counts) is None:
        place = {MY_DIGITS_TAB_KEY: TEACH_TAB}
        label = f"Teach it my {count(sum(counts), 'digit')}"
        st.page_link(MY_DIGITS_PAGE, label=label, icon=":material/school:", query_params=place)


def _counts() -> tuple[int, ...]:
    """Return how many drawings of each digit this browser has kept; none where nobody knows."""
    browser = this_browser()
    try:
        return DrawingStore.open().counts(mine(browser.owner)) if browser else ()
    except DrawingsUnavailable:
        return ()


def _done(message: Message, ticket: str) -> dict[str, Any]:
    """Do what a message asks for, and return what to say of it, or what went wrong."""
    try:
        browser = meet(message.get("key"), message.get("code"))
        if browser is None:
            return _trouble("This browser has no key: reload the page.")
        return _ACTIONS.get(str(message.get("do")), _nothing)(message, ticket, browser)
    except DrawingsUnavailable as error:
        return _trouble(str(error))


def _nothing(_message: Message, _ticket: str, _browser: Browser) -> dict[str, Any]:
    return {}


def _keep(message: Message, ticket: str, browser: Browser) -> dict[str, Any]:
    drawing = drawing_of(message)
    if drawing is None:
        return _trouble(_NOT_A_DRAWING)
    number = DrawingStore.open().keep(browser.owner, drawing, ticket, browser.group)
    return {"id": number, "label": drawing.label, "said": f"Kept as {article(drawing.label)}."}


def _relabel(message: Message, _ticket: str, browser: Browser) -> dict[str, Any]:
    number, label = message.get("id"), message.get("label")
    if not is_label(label) or not isinstance(number, int):
        return _trouble(_NOT_A_DRAWING)
    if not DrawingStore.open().relabel(browser.owner, [number], int(str(label))):
        return _trouble("This drawing isn't kept any more: label it once more.")
    return {"id": number, "label": label, "said": f"Now kept as {article(int(str(label)))}."}


def _take_back(message: Message, _ticket: str, browser: Browser) -> dict[str, Any]:
    number = message.get("id")
    if isinstance(number, int):
        DrawingStore.open().remove(browser.owner, [number])
    return {"said": "Taken back."}


def _switch(message: Message, _ticket: str, _browser: Browser) -> dict[str, Any]:
    seat().uses_examples = message.get("on") is True
    return {}


_ACTIONS = {"keep": _keep, "relabel": _relabel, "undo": _take_back, "switch": _switch}


def _trouble(sentence: str) -> dict[str, Any]:
    return {"trouble": sentence}


def drawing_of(message: Message) -> Drawing | None:
    """Return the drawing in a message from the browser; None where there is none that can be kept."""
    label, picture = message.get("label"), message.get("image")
    image = _image(picture) if isinstance(picture, str) else None
    if image is None or not is_label(label):
        return None
    answer, confidence = message.get("digit"), message.get("confidence")
    return Drawing(
        label=int(str(label)),
        image=image,
        strokes=strokes_of(message.get("strokes")),
        run=run_name(message.get("run")),
        answer=int(str(answer)) if is_label(answer) else None,
        confidence=_share(confidence),
    )


def _image(picture: str) -> Any:
    try:
        return image_of(base64.b64decode(picture, validate=True))
    except ValueError:
        return None


def _share(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(min(max(value, 0.0), 1.0))
