"""The drawings by class: looked through, chosen, relabelled, deleted; what was done can be undone.

A message from the browser has a ticket of its own, as on the Draw page; the answer has the same.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from math import ceil
from typing import Any

import numpy as np
import streamlit as st

from digitcore.base.errors import DrawingsUnavailable
from digitcore.base.images import DIGITS
from digitcore.base.png import sheet
from digitcore.base.text import count
from digitcore.handwriting.drawing import is_label
from digitcore.handwriting.store import DrawingStore, Kept
from digitcore.ui.handwriting.whose import Shelf
from digitcore.ui.shared import components
from digitcore.ui.shared.navigation import in_address
from digitcore.ui.shared.own.tickets import Message, answered

DRAWINGS_KEY, LABEL_KEY, PAGE_KEY = "drawings", "of-digit", "drawings-page"
AT_ONCE = 120  # drawings on a page: 30 kB, and no more than anybody looks through at a time
_ANSWER_KEY, _GONE_KEY = "drawings-answer", "drawings-gone"
_ALL = "All"


def drawings(shelf: Shelf) -> None:
    """Show the drawings of a shelf. Raises `DrawingsUnavailable`."""
    answer = answered(
        components.state_of(DRAWINGS_KEY, "message"), _ANSWER_KEY, lambda message, _: _done(message, shelf)
    )
    counts = DrawingStore.open().counts(shelf.scope)
    label = _label_choice(counts)
    shown = sum(counts) if label is None else counts[label]
    page = _page_choice(ceil(shown / AT_ONCE))
    found = DrawingStore.open().newest(shelf.scope, AT_ONCE, page * AT_ONCE, label)
    components.drawings(
        key=DRAWINGS_KEY,
        data={**_pictures(found), "entries": [_entry(each, shelf) for each in found], "answer": answer},
        on_message_change=lambda: None,
    )


def has_just_changed() -> bool:
    """Return whether something was deleted in this session that can be put back, and so there is more to say."""
    return bool(st.session_state.get(_GONE_KEY))


def _pictures(found: Sequence[Kept]) -> dict[str, Any]:
    if not found:
        return {"sheet": None}
    return {"sheet": asdict(sheet(np.stack([each.drawing.image for each in found])))}


def _entry(kept: Kept, shelf: Shelf) -> dict[str, Any]:
    drawing = kept.drawing
    return {
        "id": kept.id,
        "label": drawing.label,
        "read": drawing.answer,
        "was_read": drawing.run is not None,
        "kept": drawing.kept[:10],
        "mine": kept.owner == shelf.browser.owner,
    }


def _label_choice(counts: tuple[int, ...]) -> int | None:
    """Let a digit be chosen, with how many there are of each; None is all."""
    names = {_ALL: f"All · {sum(counts):,}"} | {str(digit): f"{digit} · {counts[digit]:,}" for digit in range(DIGITS)}
    chosen = st.segmented_control(
        "Show", list(names), default=_ALL, required=True, format_func=names.__getitem__, **in_address(LABEL_KEY)
    )
    return None if chosen == _ALL else int(chosen)


def _page_choice(pages: int) -> int:
    """Let one of several pages be chosen, and return its number from 0."""
    if pages < 2:
        return 0
    if st.session_state.get(PAGE_KEY, 1) > pages:  # some were deleted, or of another digit there are fewer
        st.session_state[PAGE_KEY] = pages
    page: int = st.number_input(f"Page, of {pages:,}", 1, pages, key=PAGE_KEY, width=160)
    return page - 1


def _done(message: Message, shelf: Shelf) -> dict[str, Any]:
    try:
        return _ACTIONS.get(str(message.get("do")), _nothing)(message, shelf)
    except DrawingsUnavailable as error:
        return {"said": str(error), "undo": False}


def _nothing(_message: Message, _shelf: Shelf) -> dict[str, Any]:
    return {}


def _ids(message: Message) -> list[int]:
    """Return the drawings that a message names: no more than a page shows."""
    ids = message.get("ids")
    return [each for each in ids if isinstance(each, int)][:AT_ONCE] if isinstance(ids, list) else []


def _relabel(message: Message, shelf: Shelf) -> dict[str, Any]:
    label = message.get("label")
    if not is_label(label):
        return {}
    changed = DrawingStore.open().relabel(shelf.browser.owner, _ids(message), int(str(label)))
    return {"said": f"{_how_many(changed)} labelled {label}." if changed else _NOT_YOURS, "undo": False}


def _remove(message: Message, shelf: Shelf) -> dict[str, Any]:
    gone = DrawingStore.open().remove(shelf.browser.owner, _ids(message))
    st.session_state[_GONE_KEY] = gone
    return {"said": f"{_how_many(len(gone))} deleted." if gone else _NOT_YOURS, "undo": bool(gone)}


def _restore(_message: Message, _shelf: Shelf) -> dict[str, Any]:
    gone: list[Kept] = st.session_state.pop(_GONE_KEY, [])
    DrawingStore.open().restore(gone)
    return {"said": f"{_how_many(len(gone))} put back.", "undo": False}


def _how_many(number: int) -> str:
    return count(number, "drawing")


_NOT_YOURS = "Only whoever drew these, or opened the class, can change them."
_ACTIONS: dict[str, Callable[[Message, Shelf], dict[str, Any]]] = {
    "relabel": _relabel,
    "remove": _remove,
    "restore": _restore,
}
