"""Sharing with a class: opening one, joining it by its code, leaving it; in a class that goes on, without a code."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from digitcore.base.errors import DigitcoreError
from digitcore.base.text import count
from digitcore.classroom.leading import led, let_share
from digitcore.classroom.lesson import Lesson, current
from digitcore.classroom.rights import Right, why_not
from digitcore.handwriting.keys import written
from digitcore.handwriting.store import DrawingStore, mine, shared
from digitcore.ui.shared import notices
from digitcore.ui.shared.own.seat import Browser
from digitcore.ui.shared.own.this_browser import class_code, lesson_mark, remember_class

_CODE_KEY, _EARLIER_KEY, _SHARES_KEY = "class-code", "share-earlier", "class-shares"
_WRONG = "No class has this code: look at it again, letter by letter."


def sharing(browser: Browser) -> None:
    """Show the class that a browser is in, or the ways into one. Raises `DrawingsUnavailable`."""
    lesson = current()
    if lesson and browser.group in (None, lesson.shares):
        _lesson(browser, lesson)
    elif browser.group is None:
        _ways_in(browser)
    else:
        _class(browser, browser.group)


def _lesson(browser: Browser, lesson: Lesson) -> None:
    """Show how the class that goes on shares, which all have joined already."""
    leads = why_not(Right.LEAD) is None
    if leads:
        on = lesson.shares is not None
        st.toggle("Let the class share its digits", on, key=_SHARES_KEY, on_change=_let, args=(browser, lesson))
    if lesson.shares is None:
        st.markdown(
            "Nobody sees anybody else’s digits. Let the class share, and each can choose whether theirs are shared."
            if leads
            else "Your digits are yours alone. If the teacher lets the class share, you choose whether yours are."
        )
    elif browser.group is None:
        _may_share(browser, lesson.shares)
    else:
        _shares(browser, browser.group)


def _may_share(browser: Browser, group: int) -> None:
    st.markdown(
        "The class gathers a data set. If you share, all who share see what you label from then on, without a name, "
        "and you see theirs. Until then your digits are yours alone."
    )
    _offer_earlier(browser)
    st.button("Share mine with the class", type="primary", on_click=_share_with, args=(browser, group))


def _shares(browser: Browser, group: int) -> None:
    total = sum(DrawingStore.open().counts(shared(group)))
    st.markdown(f"You share your digits with the class, which has **{count(total, 'digit')}** so far.")
    st.caption(
        "All who share see what you label, without a name. The teacher can relabel and delete it, and clears it away "
        "with the class. When you end sharing, your digits are yours alone again."
    )
    st.button("End sharing", on_click=_leave, args=(browser,))


def _share_with(browser: Browser, group: int) -> None:
    with _told():
        _enter(browser, lesson_mark() or "", group)


def _let(browser: Browser, lesson: Lesson) -> None:
    """Let the class share, and the teacher with it; or end that for all."""
    with _told():
        led()  # before anything is opened
        if not st.session_state[_SHARES_KEY]:
            let_share(None)
            return
        store = DrawingStore.open()
        let_share(lesson.drawings_kept or store.class_of(store.open_class(browser.owner)))
        remember_class(lesson_mark() or "")


def _class(browser: Browser, group: int) -> None:
    total = sum(DrawingStore.open().counts(shared(group)))
    st.markdown(f"You are in a class, which has **{count(total, 'digit')}** so far. Anyone with this code can join it:")
    with st.container(key="class-code-shown"):
        st.code(class_code(), language=None)
    opened = DrawingStore.open().opened_by(browser.owner, group)
    st.caption(
        "What you label from now on is shared: every member sees it, without a name. "
        + ("You opened this class, so you can relabel and delete what others share. " if opened else "")
        + "When you leave, your digits leave with you."
    )
    st.button("Leave the class", on_click=_leave, args=(browser,))


def _leave(browser: Browser) -> None:
    with _told():
        DrawingStore.open().share(browser.owner, None)
        remember_class("")


def _ways_in(browser: Browser) -> None:
    st.markdown(
        "Thirty people gather a data set in five minutes: one opens a class and reads its code out, the others join. "
        "Everything that they label from then on is everyone's to see, without names."
    )
    _offer_earlier(browser)
    join, begin = st.columns(2, gap="large")
    with join, st.form("join-class", border=False):
        st.text_input("The class's code", key=_CODE_KEY, max_chars=40, placeholder="lusab-bafod-gutih")
        st.form_submit_button("Join", on_click=_join, args=(browser,))
    with begin:
        st.markdown("You are the teacher?")
        st.button("Open a class", on_click=_open, args=(browser,))


def _offer_earlier(browser: Browser) -> None:
    own = sum(DrawingStore.open().counts(mine(browser.owner)))
    if own:
        st.checkbox(f"Share the {count(own, 'digit')} that I have, too", key=_EARLIER_KEY)


def _join(browser: Browser) -> None:
    with _told():
        code = written(str(st.session_state[_CODE_KEY]))
        group = DrawingStore.open().class_of(code)
        if group is None:
            notices.not_done(_WRONG)
            return
        _enter(browser, code, group)


def _open(browser: Browser) -> None:
    with _told():
        store = DrawingStore.open()
        code = store.open_class(browser.owner)
        _enter(browser, code, store.class_of(code))


def _enter(browser: Browser, code: str, group: int | None) -> None:
    if st.session_state.get(_EARLIER_KEY):
        DrawingStore.open().share(browser.owner, group)
    remember_class(code)


@contextmanager
def _told() -> Iterator[None]:
    """Say what goes wrong in a callback, where nothing else would."""
    try:
        yield
    except DigitcoreError as error:
        notices.not_done(str(error))
