"""The choices of a training as widgets. What they are, their help and their bounds come from `TrainingConfig`."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from math import isinf
from typing import Any, Literal

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from digitcore.base.errors import DigitcoreError
from digitcore.base.text import about, percent
from digitcore.data.mnist import MNIST
from digitcore.data.store import DataStore, own_part
from digitcore.jobs.share import beyond_ones_share
from digitcore.runs.config import TrainingConfig, check, conflicts
from digitcore.runs.expectation import expectation
from digitcore.runs.own_network import OWN, START
from digitcore.runs.recipes import RECIPES, Recipe
from digitcore.runs.training_part import split_for
from digitcore.runs.words import LABELS, differences
from digitcore.ui.shared import notices
from digitcore.ui.shared.active_network import known_runs
from digitcore.ui.shared.navigation import choice_key
from digitcore.ui.train.choices import CHOICES, common, line, row
from digitcore.ui.train.code import code_button, open_code
from digitcore.ui.train.layers import layers_of_the_network

SIDE = 320  # px: as wide as the canvas of the Draw page, and within the narrowest phone's margins
_ERROR_KEY = "start-error"
_ANEW_KEY = "choices-anew"
_OWN_MIX = "Your own choices; press a recipe to replace them."

_FIRST_RECIPE = "fast_cnn"  # a class that has just come sees a network learn within seconds
_FIRST = ("network", "epochs", "batch_size", "optimizer", "learning_rate", "train_size", "augmentation")
_OF_ONES_OWN = ("layers", "name", "seed", "data")  # no recipe decides them

_WHICH = ("writers", "left_out", "rare", "rare_share", "shuffled_labels", "placement")  # of the digits learned from

_MORE = (
    *(
        "distortion",
        "wider_epochs",
        "non_digits",
        "test_time_augmentation",
        "validation_share",
        "split",
        "schedule",
        "weight_decay",
        "label_smoothing",
    ),
    *("seed", "loss", "name"),
)


def training_form(start: Callable[[TrainingConfig], None], *, busy: bool) -> None:
    """Show recipes, choices and the Train button; pressing that calls `start` before the page is drawn again.

    `busy` says whether a training is under way, so that this one would wait for its turn.
    """
    _begin()
    data = _kept_data()
    before = _chosen()
    troubles = _troubles()
    _recipes(can_be=not troubles)
    _data(data)
    for name in _FIRST:
        row(name, troubles)
    _folded_away(troubles)
    if _chosen() != before:  # a widget took its value from the address, which nobody has looked at yet
        st.session_state[_ANEW_KEY] = not _by_link()
        st.rerun()
    if not troubles:
        _unusual_digits()
    _train_button(start, troubles, busy=busy)
    code_button(can_be=not troubles)
    if not troubles:
        open_code(chosen_config())


def _begin() -> None:
    """Give every choice that has no value one: of the quickest recipe at a first visit, else the usual one.

    An address leaves out what is the usual one, so that a link must not be filled up from a recipe. One that says
    nothing at all is a first visit's, to which one may have gone back: then Streamlit has emptied each choice.
    """
    _leave_out_the_infinite()
    begin = TrainingConfig() if _by_link() else RECIPES[_FIRST_RECIPE].config
    anew = st.session_state.pop(_ANEW_KEY, False)
    for name, value in begin.to_json().items():
        if anew or choice_key(name) not in st.session_state:
            st.session_state[choice_key(name)] = START if name == "layers" else value


def _leave_out_the_infinite() -> None:
    """Drop from the address what is no number that a choice could have: Streamlit fails at making it a whole one."""
    infinite = [choice_key(name) for name in CHOICES if _is_infinite(st.query_params.get(choice_key(name), ""))]
    for key in infinite:
        del st.query_params[key]
    if infinite:
        st.rerun()


def _is_infinite(told: str) -> bool:
    try:
        return isinf(float(told))
    except ValueError:
        return False


def _by_link() -> bool:
    return any(choice_key(name) in st.query_params for name in CHOICES)


def _troubles() -> dict[str, str]:
    """Return what is wrong with the choices, by name, as a sentence each."""
    troubles = {}
    for name, choice in CHOICES.items():
        try:
            check(choice, st.session_state[choice_key(name)])
        except DigitcoreError as error:
            troubles[name] = str(error)
    troubles = troubles or conflicts(_chosen())
    if not troubles:
        try:
            troubles |= beyond_ones_share(chosen_config(), DataStore.open())
        except DigitcoreError as error:
            troubles["train_size"] = str(error)
    return troubles


def _recipes(*, can_be: bool) -> None:
    # buttons, since a choice that follows what else is chosen would now and then be taken for a new choice
    now = _chosen()
    fitting = next((name for name, recipe in RECIPES.items() if _same(recipe.config.to_json(), now)), None)
    with st.container(horizontal=True, gap="xsmall", key="recipes"):
        for name, recipe in RECIPES.items():
            look: Literal["primary", "secondary"] = "primary" if name == fitting else "secondary"
            st.button(recipe.title, key=f"recipe-{name}", type=look, on_click=_fill_in, args=(recipe,))
    with st.container(key="recipe-words"):
        words = RECIPES[fitting].description if fitting else _OWN_MIX
        st.caption(f"{words} {_expected(chosen_config())}" if can_be else words)


def _expected(config: TrainingConfig) -> str:
    """Say how long a training takes and what it comes to, as far as earlier runs tell."""
    expected = expectation(config, _digits(config), known_runs())
    where = "here" if expected.here else "on two cores"
    told = [f"about {about(expected.seconds)} {where}"] if expected.seconds else []
    told += [f"{percent(expected.accuracy, 1)} of test digits right"] if expected.accuracy else []
    sentence = ", ".join(told)
    return f"{sentence[:1].upper()}{sentence[1:]}." if told else ""


def _digits(config: TrainingConfig) -> int:
    """Return how many digits a training learns from."""
    return _learned(config, DataStore.open().key(config.data))


@lru_cache(maxsize=16)
def _learned(config: TrainingConfig, key: str) -> int:
    return len(split_for(config, _labels(config.data, key)).train)


def _same(recipe: dict[str, Any], chosen: dict[str, Any]) -> bool:
    """Return whether a recipe is what is chosen; a name or data of one's own don't make it another recipe."""
    return all(chosen[name] == value for name, value in recipe.items() if name not in _OF_ONES_OWN)


def _fill_in(recipe: Recipe) -> None:
    for name, value in recipe.config.to_json().items():
        if name not in _OF_ONES_OWN:
            st.session_state[choice_key(name)] = value


def _kept_data() -> list[str]:
    """Return the choices of data, and let go of one that has been removed since it was chosen."""
    choices = DataStore.open().choices()
    if st.session_state[choice_key("data")] not in choices:
        st.session_state[choice_key("data")] = MNIST
    return list(choices)


def _data(choices: Sequence[str]) -> None:
    """Offer the data sets of one's own, where there are any."""
    if len(choices) > 1:
        with line("data"):
            st.selectbox(LABELS["data"], choices, format_func=data_words, **common("data"))


def data_words(choice: str) -> str:
    """Return a choice of data as a person would say it."""
    own = own_part(choice)
    if own is None:
        return "MNIST"
    return own if own == choice else f"MNIST and {own}"


def _folded_away(troubles: Mapping[str, str]) -> None:
    """Offer, a press away, the choices that matter less, and the network's layers."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        for title, names in (("More choices", _MORE), ("Which digits", _WHICH)):
            with st.popover(title, type="tertiary", width="content"), st.container(width=SIDE, gap="xsmall"):
                for name in names:
                    row(name, troubles)
        with st.popover("Layers", type="tertiary", width="content"), st.container(width=SIDE, gap="xsmall"):
            layers_of_the_network(troubles)


def _unusual_digits() -> None:
    """Say which digits are chosen, where they are not the usual ones, since these choices are folded away."""
    told = [each for each in differences(TrainingConfig(), chosen_config()) if each.name in _WHICH]
    if told:
        st.caption(" · ".join(f"{each.label}: {each.other}" for each in told))


def _chosen() -> dict[str, Any]:
    chosen = {name: st.session_state[choice_key(name)] for name in CHOICES}
    return chosen if chosen["network"] == OWN else {**chosen, "layers": ""}


def chosen_config() -> TrainingConfig:
    """Return what is chosen. Raises `BadConfig` or `BadDataset` with the sentence that says what can't be."""
    config = TrainingConfig(**_chosen())
    _digits(config)  # of which there may be too few
    return config


@lru_cache(maxsize=4)  # of 2 MB each
def _labels(choice: str, key: str) -> NDArray[np.int64]:  # noqa: ARG001 - other digits may get the same name
    return DataStore.open().training_data(choice).labels


def _train_button(start: Callable[[TrainingConfig], None], troubles: Mapping[str, str], *, busy: bool) -> None:
    label = "Add to queue" if busy else "Train"
    st.button(
        label, type="primary", width="stretch", key="train", disabled=bool(troubles), on_click=_press, args=(start,)
    )
    folded_away = [sentence for name, sentence in troubles.items() if name in (*_MORE, *_WHICH, "layers")]
    refused = st.session_state.pop(_ERROR_KEY, None)
    for sentence in [*folded_away, *([refused] if refused else [])]:
        notices.error(sentence)


def _press(start: Callable[[TrainingConfig], None]) -> None:
    try:
        # not what was chosen when the button was drawn: a number may have been typed and the button pressed at once
        start(chosen_config())
    except DigitcoreError as error:
        st.session_state[_ERROR_KEY] = str(error)
