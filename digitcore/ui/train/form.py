"""The choices of a training as widgets. What they are, their help and their bounds come from `TrainingConfig`."""

from collections.abc import Callable
from dataclasses import Field, fields
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from digitcore.base.errors import DigitcoreError
from digitcore.data.mnist import MNIST
from digitcore.data.splits import stratified_split
from digitcore.data.store import DataStore, own_part
from digitcore.networks import NETWORKS, Network
from digitcore.runs.config import TrainingConfig, kind_of, optional
from digitcore.runs.recipes import RECIPES, Recipe
from digitcore.ui.shared import notices
from digitcore.ui.shared.navigation import choice_key

SIDE = 320  # px: as wide as the canvas of the Draw page, and within the narrowest phone's margins
_HALF = 156  # px; two buttons and a small gap
_INPUT = 138  # px; enough for a number and its steppers, and leaves the rest of the line to the words of help
_LINES = 48  # px for the two lines that a recipe's description may take: what is below must not move under a finger
_ERROR_KEY = "start-error"
_OWN_MIX = "**Your own choices.** Press a recipe to replace them."
_CHOICES: dict[str, Field[Any]] = {choice.name: choice for choice in fields(TrainingConfig)}

_LABELS = {
    "network": "Network",
    "data": "Data",
    "epochs": "Epochs",
    "batch_size": "Batch size",
    "optimizer": "Optimizer",
    "learning_rate": "Learning rate",
    "train_size": "Training digits",
    "augmentation": "Augmentation",
    "distortion": "Distortion",
    "non_digits": "Non-digits",
    "test_time_augmentation": "Test-time augmentation",
    "validation_share": "Validation share",
    "schedule": "Schedule",
    "weight_decay": "Weight decay",
    "loss": "Loss",
    "label_smoothing": "Label smoothing",
    "seed": "Random seed",
    "name": "Name",
}

_FIRST = ("epochs", "batch_size", "optimizer", "learning_rate", "train_size", "augmentation")
_OF_ONES_OWN = ("name", "seed", "data")  # no recipe decides them

_MORE = (
    *(
        "distortion",
        "non_digits",
        "test_time_augmentation",
        "validation_share",
        "schedule",
        "weight_decay",
        "label_smoothing",
    ),
    *("seed", "loss", "name"),
)

_WIDE = ("loss", "name")  # need the whole line

_OPTION_WORDS = {
    "adam": "Adam",
    "adamw": "AdamW",
    "constant": "Constant",
    "one_cycle": "One cycle",
    "cosine": "Cosine",
    "sparse_categorical_crossentropy": "Labels as numbers (sparse)",
    "categorical_crossentropy": "Labels as one-hot vectors",
}

_STEPS = {
    "learning_rate": 1e-3,
    "weight_decay": 1e-2,
    "validation_share": 0.05,
    "label_smoothing": 0.05,
    "distortion": 0.1,
}

_COARSE_STEPS = {"batch_size": 32, "train_size": 1000}
_LONGEST_NAME = 80  # characters


def training_form(start: Callable[[TrainingConfig], None]) -> None:
    """Show recipes, choices and the Train button; pressing that calls `start` before the page is drawn again."""
    for name, choice in _CHOICES.items():
        st.session_state.setdefault(choice_key(name), choice.default)
    _recipes()
    _network()
    _data()
    for name in _FIRST:
        _row(name)
    with st.expander("More choices"):
        for name in _MORE:
            _row(name)
    _train_button(start)


def _recipes() -> None:
    # buttons, since a choice that follows what else is chosen would now and then be taken for a new choice
    with st.container(horizontal=True, gap="xsmall"):
        for name, recipe in RECIPES.items():
            st.button(recipe.title, key=f"recipe-{name}", width=_HALF, on_click=_fill_in, args=(recipe,))
    now = _chosen()
    fitting = next((recipe for recipe in RECIPES.values() if _same(recipe.config.to_json(), now)), None)
    with st.container(height=_LINES, border=False):
        st.caption(f"**{fitting.title}.** {fitting.description}" if fitting else _OWN_MIX)


def _same(recipe: dict[str, Any], chosen: dict[str, Any]) -> bool:
    """Return whether a recipe is what is chosen; a name or data of one's own don't make it another recipe."""
    return all(chosen[name] == value for name, value in recipe.items() if name not in _OF_ONES_OWN)


def _fill_in(recipe: Recipe) -> None:
    for name, value in recipe.config.to_json().items():
        if name not in _OF_ONES_OWN:
            st.session_state[choice_key(name)] = value


def _network() -> None:
    _words("network")
    _widget("network", lambda name: f"{NETWORKS[name].title} · {NETWORKS[name].parameters:,} parameters")
    with st.popover("Layer by layer", type="tertiary"):
        network = NETWORKS[st.session_state[choice_key("network")]]
        st.markdown(f"**{network.title}.** {network.description}")
        count = st.column_config.NumberColumn(format="localized")
        st.dataframe(layer_table(network), hide_index=True, height="content", column_config={"Parameters": count})


def _data() -> None:
    """Offer the data sets of one's own, where there are any."""
    choices = DataStore.open().choices()
    if st.session_state[choice_key("data")] not in choices:  # it has been removed since
        st.session_state[choice_key("data")] = MNIST
    if len(choices) > 1:
        _words("data")
        common: dict[str, Any] = {"label_visibility": "collapsed", "persist_state": "session"}
        st.selectbox(_LABELS["data"], choices, format_func=data_words, key=choice_key("data"), **common)


def data_words(choice: str) -> str:
    """Return a choice of data as a person would say it."""
    own = own_part(choice)
    if own is None:
        return "MNIST"
    return own if own == choice else f"MNIST and {own}"


def layer_table(network: Network) -> pd.DataFrame:
    """Return a network's summary: a row a layer, with its output's shape and its parameters, and their sum."""
    rows = [
        {"Layer": row.name, "Output shape": " × ".join(map(str, row.output_shape)), "Parameters": row.parameters}
        for row in network.summary()
    ]
    return pd.DataFrame([*rows, {"Layer": "all", "Output shape": "", "Parameters": network.parameters}])


def _row(name: str) -> None:
    """Show a choice on a line: its name and its line of help, and the widget beside them.

    The help is not the widget's own, whose button would answer to the same label.
    """
    if name in _WIDE:
        _words(name)
        _widget(name)
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(width="stretch"):
            _words(name)
        with st.container(width=_INPUT, horizontal_alignment="right"):
            _widget(name)


def _words(name: str) -> None:
    st.markdown(f"{_LABELS[name]}  \n:small[:gray[{_CHOICES[name].metadata['help']}]]")


def _widget(name: str, words: Callable[[str], str] | None = None) -> None:
    choice, kind = _CHOICES[name], kind_of(_CHOICES[name])
    common: dict[str, Any] = {"key": choice_key(name), "label_visibility": "collapsed", "persist_state": "session"}
    if choice.metadata["options"]:
        words = words or _OPTION_WORDS.__getitem__
        st.selectbox(_LABELS[name], choice.metadata["options"], format_func=words, **common)
    elif kind is bool:
        st.toggle(_LABELS[name], **common)
    elif kind is str:
        st.text_input(_LABELS[name], max_chars=_LONGEST_NAME, **common)
    else:
        _number(name, kind, common)


def _number(name: str, kind: type, common: dict[str, Any]) -> None:
    # without bounds of their own: TrainingConfig says what is wrong, in its words
    step = _STEPS[name] if kind is float else _COARSE_STEPS.get(name, 1)
    hint = "all" if optional(_CHOICES[name]) else None
    st.number_input(_LABELS[name], step=step, format="%g" if kind is float else "%d", placeholder=hint, **common)


def _chosen() -> dict[str, Any]:
    return {name: st.session_state[choice_key(name)] for name in _CHOICES}


def chosen_config() -> TrainingConfig:
    """Return what is chosen. Raises `BadConfig` or `BadDataset` with the sentence that says what can't be."""
    config = TrainingConfig(**_chosen())
    if config.train_size is not None:
        labels = _labels(config.data, DataStore.open().key(config.data))
        stratified_split(labels, config.validation_share, 0, config.train_size)
    return config


@lru_cache(maxsize=4)  # of 2 MB each
def _labels(choice: str, key: str) -> NDArray[np.int64]:  # noqa: ARG001 - other digits may get the same name
    return DataStore.open().training_data(choice).labels


def _train_button(start: Callable[[TrainingConfig], None]) -> None:
    trouble = st.session_state.pop(_ERROR_KEY, None)
    try:
        chosen_config()
    except DigitcoreError as error:
        trouble = str(error)
        st.button("Train", type="primary", width="stretch", disabled=True)
    else:
        st.button("Train", type="primary", width="stretch", on_click=_press, args=(start,))
    if trouble:
        notices.error(trouble)


def _press(start: Callable[[TrainingConfig], None]) -> None:
    try:
        # not what was chosen when the button was drawn: a number may have been typed and the button pressed at once
        start(chosen_config())
    except DigitcoreError as error:
        st.session_state[_ERROR_KEY] = str(error)
