"""The choices of a training as widgets, a line each. What they are and their help come from `TrainingConfig`."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import Field, fields
from typing import Any

import streamlit as st

from digitcore.runs.config import TrainingConfig, kind_of, optional
from digitcore.runs.words import LABELS, option_words
from digitcore.ui.shared import notices
from digitcore.ui.shared.navigation import choice_key, in_address

CHOICES: dict[str, Field[Any]] = {choice.name: choice for choice in fields(TrainingConfig)}

_INPUT = 160  # px; enough for a number and its steppers, and leaves half of the line to its name
_STEPS = {
    "learning_rate": 1e-3,
    "weight_decay": 1e-2,
    "validation_share": 0.05,
    "label_smoothing": 0.05,
    "distortion": 0.1,
    "rare_share": 0.05,
    "shuffled_labels": 0.1,
}

_COARSE_STEPS = {"batch_size": 32, "train_size": 1000}
_LONGEST_NAME = 80  # characters


def row(name: str, troubles: Mapping[str, str]) -> None:
    """Show a choice on a line, and below it what is wrong with it."""
    with line(name):
        _widget(name)
    if name in troubles:
        notices.error(troubles[name])


@contextmanager
def line(name: str) -> Iterator[None]:
    """Show a choice's name and, where one asks for it, its help; what is shown within stands beside them.

    The help is not the widget's own, whose button would answer to the same label.
    """
    with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
        with st.container(width="stretch"):
            st.markdown(LABELS[name], help=CHOICES[name].metadata["help"])
        with st.container(width=_INPUT, horizontal_alignment="right"):
            yield


def common(name: str) -> dict[str, Any]:
    """Return what every choice's widget has: its key, no label of its own, and a value that outlives a page change."""
    return {"label_visibility": "collapsed", **in_address(choice_key(name))}


def _widget(name: str) -> None:
    choice, kind = CHOICES[name], kind_of(CHOICES[name])
    if choice.metadata["options"]:
        st.selectbox(LABELS[name], choice.metadata["options"], format_func=option_words(name), **common(name))
    elif kind is bool:
        st.toggle(LABELS[name], **common(name))
    elif kind is str:
        hint = "none" if choice.metadata.get("digits") else None
        st.text_input(LABELS[name], max_chars=_LONGEST_NAME, placeholder=hint, **common(name))
    else:
        _number(name, kind)


def _number(name: str, kind: type) -> None:
    # without bounds of their own: TrainingConfig says what is wrong, in its words
    step = _STEPS[name] if kind is float else _COARSE_STEPS.get(name, 1)
    hint = "all" if optional(CHOICES[name]) else None
    written: Any = {"step": step, "format": "%g" if kind is float else "%d"}
    st.number_input(LABELS[name], placeholder=hint, **written, **common(name))
