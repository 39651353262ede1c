"""How the world writes its digits: each form drawn, where it is written so, and how well the network reads it."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from digitcore.analysis.cache import ArrayCache
from digitcore.base.images import DIGITS
from digitcore.base.png import Sheet, sheet
from digitcore.base.text import percent
from digitcore.forms.catalogue import FORMS, SOURCES, Form
from digitcore.forms.reading import FormReading, forms_read, is_rejected, some_drawings
from digitcore.inference.classifier import DigitClassifier
from digitcore.runs.record import fingerprint
from digitcore.runs.store import RunStore
from digitcore.ui.shared import components
from digitcore.ui.shared.active_network import reader
from digitcore.ui.shared.background import Report, Task
from digitcore.ui.shared.navigation import one_of
from digitcore.ui.shared.notices import plain_markdown
from digitcore.ui.shared.waiting import ready, workshop

DIGIT_KEY = "form-of"
SHOWN = 8  # drawings of each form
_ANY = "All"
_HARD = 0.9  # a form of which fewer are read is named above the list

_WHY = (
    "A digit may be misread or rejected only because its writer learned it elsewhere: MNIST was written in the United "
    "States. These are drawn by a program, each time with other proportions, another slant and another pen, and are "
    "shown as a network sees them. No network learned from them."
)


@st.fragment
def forms() -> None:
    """Show the forms of a digit, or of all."""
    st.header("How the world writes its digits", anchor=False)
    st.caption(_WHY)
    chosen = one_of("Digit", [_ANY, *map(str, range(DIGITS))], DIGIT_KEY, wrap=True)
    classifier = reader().classifier
    task = _task(classifier)
    readings = task.result() if ready(task, "forms") else None
    if readings:
        st.markdown(_summary(classifier.run.name, readings))
    shown = [at for at, form in enumerate(FORMS) if chosen in (_ANY, str(form.digit))]
    components.forms(key="forms", data={"sheet": asdict(_sheet()), "digits": _digits(shown, readings)})
    st.caption(SOURCES)


def _task(classifier: DigitClassifier) -> Task[tuple[FormReading, ...]]:
    cache = ArrayCache.beside(RunStore.open())

    def work(report: Report) -> tuple[FormReading, ...]:
        return forms_read(classifier, cache, report)

    return workshop().task((fingerprint(classifier.run), "forms"), work)


def _summary(name: str, readings: Sequence[FormReading]) -> str:
    hard = sorted((each for each in readings if each.share < _HARD), key=lambda each: each.share)
    told = ", ".join(f"{each.form.title} ({percent(each.share, 0)})" for each in hard)
    well = f"**{plain_markdown(name)}** reads {len(readings) - len(hard)} of {len(readings)} forms well"
    if not hard:
        return f"{well}: at least {percent(_HARD, 0)} of the drawings of each."
    return f"{well}: at least {percent(_HARD, 0)} of the drawings of each. The others: {told}."


def _digits(shown: Sequence[int], readings: Sequence[FormReading] | None) -> list[dict[str, Any]]:
    """Return what the page shows of the forms at these places in `FORMS`, digit by digit."""
    return [
        {"digit": digit, "forms": [_told(at, readings[at] if readings else None) for at in places]}
        for digit in range(DIGITS)
        if (places := [at for at in shown if FORMS[at].digit == digit])
    ]


def _told(at: int, reading: FormReading | None) -> dict[str, Any]:
    form = FORMS[at]
    pictures = [
        {"at": at * SHOWN + number, "wrong": _wrong(form, int(reading.answers[number])) if reading else ""}
        for number in range(SHOWN)
    ]
    figures = {"share": reading.share, "figure": _figure(reading), "rest": _rest(reading)} if reading else {}
    return {
        "name": form.name,
        "where": form.where,
        "label": f"{form.title}, {form.where}",
        "pictures": pictures,
    } | figures


def _wrong(form: Form, answer: int) -> str:
    """Return what is wrong with an answer, in words; nothing if it is right."""
    if is_rejected(answer):
        return "rejected"
    return "" if answer == form.digit else f"read as {answer}"


def _figure(reading: FormReading) -> str:
    low, high = (percent(share, 0) for share in (reading.interval.low, reading.interval.high))
    return f"{reading.right} of {reading.count} read right, 95% interval {low} to {high}"


def _rest(reading: FormReading) -> str:
    parts = [f"{reading.rejected} rejected"] if reading.rejected else []
    if reading.taken_for is not None:
        parts.append(f"{reading.misread} misread, most as {reading.taken_for}")
    return ", ".join(parts)


@st.cache_resource(show_spinner="Drawing the forms …")
def _sheet() -> Sheet:
    drawings: list[NDArray[np.uint8]] = [some_drawings(at, SHOWN).images for at in range(len(FORMS))]
    return sheet(np.concatenate(drawings))
