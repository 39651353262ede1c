"""Whose drawings the page shows: this browser's own, or those of its class."""

from dataclasses import dataclass

import streamlit as st

from digitcore.handwriting.store import DrawingStore, Scope, mine, shared
from digitcore.ui.shared.navigation import one_of
from digitcore.ui.shared.own.seat import Browser

WHOSE_KEY = "whose-digits"
_MINE, _CLASS = "Mine", "My class's"


@dataclass(frozen=True)
class Shelf:
    """The drawings that the page is about: a browser's own, or its class's."""

    browser: Browser
    scope: Scope
    counts: tuple[int, ...]  # of each digit

    @property
    def is_class(self) -> bool:
        return self.scope.column == "class"

    @property
    def total(self) -> int:
        return sum(self.counts)


def shelf_of(browser: Browser) -> Shelf:
    """Let a member of a class choose whose drawings are shown. Raises `DrawingsUnavailable`."""
    scope = mine(browser.owner)
    if browser.group is not None:
        with st.container(key="whose"):
            chosen = one_of("Whose", [_MINE, _CLASS], WHOSE_KEY, label_visibility="collapsed")
        scope = shared(browser.group) if chosen == _CLASS else scope
    return Shelf(browser, scope, DrawingStore.open().counts(scope))
