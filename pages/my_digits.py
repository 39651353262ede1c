"""My digits: the drawings that were labelled, one's own or a class's."""

import streamlit as st

from digitcore.base.errors import DrawingsUnavailable
from digitcore.ui.handwriting.drawings import drawings, has_just_changed
from digitcore.ui.handwriting.files import files
from digitcore.ui.handwriting.sharing import sharing
from digitcore.ui.handwriting.whose import Shelf, shelf_of
from digitcore.ui.shared import notices
from digitcore.ui.shared.navigation import DRAW_PAGE, MY_DIGITS_TAB_KEY, SHARE_TAB, TEACH_TAB
from digitcore.ui.shared.own.seat import Browser
from digitcore.ui.shared.own.this_browser import arrive
from digitcore.ui.shared.tabs import sections


def show(browser: Browser) -> None:
    """Show the page to a browser that has said who it is."""
    shelf = shelf_of(browser)
    shows = {
        "Drawings": (lambda: drawings(shelf)) if shelf.total or has_just_changed() else empty,
        "Handwriting": (lambda: handwriting(shelf)) if shelf.total else empty,
        TEACH_TAB: lambda: teach_it(shelf),
        SHARE_TAB: lambda: sharing(browser),
        "Files": lambda: files(shelf),
    }
    sections(shows, MY_DIGITS_TAB_KEY)


def handwriting(shelf: Shelf) -> None:
    """Show what these drawings say of the hand that drew them."""
    from digitcore.ui.handwriting.hand import hand  # late: the figures take half a second to load

    hand(shelf)


def teach_it(shelf: Shelf) -> None:
    """Show how a network is taught these drawings."""
    from digitcore.ui.handwriting.teaching import teaching  # late: the jobs take a second to load

    teaching(shelf)


def empty() -> None:
    """Say how drawings come here."""
    st.markdown("#### Nothing here yet")
    st.markdown(
        "Draw a digit, and tap what it was, below the bars. It is kept here, and the next one like it is read right."
    )
    st.page_link(DRAW_PAGE, label="Draw a digit", icon=":material/draw:")


st.title("My digits", anchor=False)
try:
    browser = arrive()
    if browser is not None:
        show(browser)
except DrawingsUnavailable as error:
    notices.error(str(error))
