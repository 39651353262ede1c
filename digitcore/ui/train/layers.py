"""The network's layers: those of ours to look at, those of one's own to build."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

import pandas as pd
import streamlit as st

from digitcore.networks import NETWORKS, Conv, Dense, Layer, Network, Shape
from digitcore.runs.own_network import (
    BOUNDS,
    FRESH,
    KINDS,
    MOST_LAYERS,
    OWN,
    BadLayersError,
    Row,
    parsed,
    rows_of,
    written,
)
from digitcore.ui.shared import notices
from digitcore.ui.shared.navigation import choice_key
from digitcore.ui.train.choices import common

_NETWORK, _LAYERS = choice_key("network"), choice_key("layers")
_SELECTED_KEY, _ADD_KEY = "layer-selected", "layer-add"
_INPUT = 130  # px; a number with its steppers
_LONGEST = 400  # characters; 12 layers in words have 200 at most
_FIELDS = {
    "filters": "Filters",
    "kernel": "Kernel",
    "stride": "Stride",
    "same": "Keep the size",
    "units": "Units",
    "rate": "Share dropped",
}


def layers_of_the_network(troubles: Mapping[str, str]) -> None:
    """Show the layers of the chosen network; those of one's own can be changed there."""
    name = st.session_state[_NETWORK]
    if name == OWN:
        _builder(troubles.get("layers"))
    else:
        _table(NETWORKS[name])


def layer_table(network: Network) -> pd.DataFrame:
    """Return a network's summary: a row a layer, with its output's shape and its parameters, and their sum."""
    rows = [
        {"Layer": row.name, "Output shape": _shape(row.output_shape), "Parameters": row.parameters}
        for row in network.summary()
    ]
    return pd.DataFrame([*rows, {"Layer": "all", "Output shape": "", "Parameters": network.parameters}])


def _table(network: Network) -> None:
    st.markdown(f"**{network.title}.** {network.description}")
    count = st.column_config.NumberColumn(format="localized")
    st.dataframe(layer_table(network), hide_index=True, height="content", column_config={"Parameters": count})
    if len(network.layers) <= MOST_LAYERS + 1:
        st.button("Change these layers", key="change-layers", on_click=_begin_with, args=(network,))


def _begin_with(network: Network) -> None:
    st.session_state[_NETWORK] = OWN
    _write(network.layers[:-1])


def _builder(trouble: str | None) -> None:
    try:
        layers = parsed(st.session_state[_LAYERS])
    except BadLayersError:  # said below the words
        layers = None
    if layers is not None:
        _rows(layers, trouble)
    _add(full=layers is None or len(layers) >= MOST_LAYERS)
    st.text_input("In words", max_chars=_LONGEST, **{**common("layers"), "label_visibility": "visible"})
    if trouble:
        notices.error(trouble)


def _rows(layers: Sequence[Layer], trouble: str | None) -> None:
    with st.container(gap="xxsmall", key="layer-rows"):
        rows = rows_of(layers)
        for index, row in enumerate(rows[:-1]):
            _layer(index, row, len(layers))
        _output(rows[-1])
    if not trouble:
        st.caption(f"{sum(row.parameters for row in rows):,} parameters.")


def _layer(index: int, row: Row, count: int) -> None:
    """Show a layer, its output's shape at its right; pressed, it shows below it what can be changed."""
    chosen = st.session_state.get(_SELECTED_KEY) == index
    with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
        icon = ":material/expand_more:" if chosen else ":material/chevron_right:"
        name = f"{index + 1}. {_named(row.layer)}"
        st.button(name, key=f"layer-{index}", type="tertiary", icon=icon, on_click=_select, args=(index,))
        st.markdown(f":small[:gray[{_shape(row.shape)}]]", width="stretch", text_alignment="right")
    if chosen:
        with st.container(gap="xxsmall", key="layer-choices", border=True):
            _choices(index, row.layer)
            _moves(index, count)


def _output(row: Row) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False, height=40, border=False):
        st.markdown(":small[Output: a sum for each digit]")
        st.markdown(f":small[:gray[{_shape(row.shape)}]]", width="stretch", text_alignment="right")


def _named(layer: Layer) -> str:
    match layer:
        case Conv():
            stride = f", stride {layer.stride}" if layer.stride > 1 else ""
            return f"{KINDS[Conv]} {layer.filters}, {layer.kernel}×{layer.kernel}{stride}"
        case Dense(units):
            return f"{KINDS[Dense]} {units}"
    rate = f" {layer.rate:g}" if "rate" in _names(layer) else ""  # type: ignore[union-attr]
    return f"{KINDS[type(layer)]}{rate}"


def _shape(shape: Shape | None) -> str:
    return "–" if shape is None else " × ".join(map(str, shape))


def _names(layer: Layer) -> list[str]:
    return [field.name for field in fields(layer) if field.name in _FIELDS]


def _choices(index: int, layer: Layer) -> None:
    for name in _names(layer):
        key = f"layer-{name}-{index}"
        st.session_state[key] = getattr(layer, name)
        with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
            with st.container(width="stretch"):
                st.markdown(_FIELDS[name])
            with st.container(width=_INPUT, horizontal_alignment="right"):
                _choice(name, key, index)


def _choice(name: str, key: str, index: int) -> None:
    change: Any = {"key": key, "label_visibility": "collapsed", "on_change": _change, "args": (index, name, key)}
    if name == "same":
        st.toggle(_FIELDS[name], **change)
        return
    low, high = BOUNDS[name]
    kind, step = (float, 0.05) if name == "rate" else (int, 1)
    st.number_input(_FIELDS[name], kind(low), kind(high), step=step, format="%g" if kind is float else "%d", **change)


def _moves(index: int, count: int) -> None:
    with st.container(horizontal=True, gap="xsmall"):
        st.button("Up", key="layer-up", icon=":material/arrow_upward:", disabled=not index, on_click=_move, args=(-1,))
        last = index == count - 1
        st.button("Down", key="layer-down", icon=":material/arrow_downward:", disabled=last, on_click=_move, args=(1,))
        st.button("Remove", key="layer-remove", icon=":material/delete:", on_click=_remove)


def _add(*, full: bool) -> None:
    st.selectbox(
        "Add a layer",
        list(KINDS),
        index=None,
        format_func=KINDS.__getitem__,
        placeholder="Add a layer …",
        label_visibility="collapsed",
        key=_ADD_KEY,
        on_change=_append,
        disabled=full,
    )


def _select(index: int) -> None:
    same = st.session_state.get(_SELECTED_KEY) == index
    st.session_state[_SELECTED_KEY] = None if same else index


def _append() -> None:
    """Add a layer behind the selected one, or as the last, and select it."""
    kind = st.session_state[_ADD_KEY]
    st.session_state[_ADD_KEY] = None
    if kind is None:
        return
    layers = _now()
    selected = st.session_state.get(_SELECTED_KEY)
    place = len(layers) if selected is None else selected + 1
    _write([*layers[:place], FRESH.get(kind) or kind(), *layers[place:]], place)


def _change(index: int, name: str, key: str) -> None:
    layers = _now()
    changed = replace(layers[index], **{name: st.session_state[key]})
    if isinstance(changed, Conv) and changed.same and changed.stride > 1:  # one of the two, the one just chosen
        changed = replace(changed, stride=1) if name == "same" else replace(changed, same=False)
    layers[index] = changed
    _write(layers, index)


def _move(by: int) -> None:
    layers, index = _now(), st.session_state[_SELECTED_KEY]
    layers[index], layers[index + by] = layers[index + by], layers[index]
    _write(layers, index + by)


def _remove() -> None:
    layers, index = _now(), st.session_state[_SELECTED_KEY]
    del layers[index]
    _write(layers)


def _now() -> list[Layer]:
    return list(parsed(st.session_state[_LAYERS]))


def _write(layers: Sequence[Layer], selected: int | None = None) -> None:
    st.session_state[_LAYERS] = written(layers)
    st.session_state[_SELECTED_KEY] = selected
