"""Who this session is: the browser by the key that it holds, and the class whose code it knows.

Both come from the browser with every visit, so a server that was started again knows it as before.
"""

import streamlit as st

from digitcore.classroom.lesson import current
from digitcore.handwriting.keys import new_key, owner_of
from digitcore.handwriting.store import DrawingStore
from digitcore.ui.shared import components
from digitcore.ui.shared.own.seat import Browser, seat

_FRESH_KEY, _CODES_KEY = "fresh-browser-key", "class-codes"
_PART_KEY, _WANTED_CODE_KEY = "browser-key", "class-code-to-remember"


def fresh_key() -> str:
    """Return the key that this browser takes for its own where it has none yet."""
    key: str = st.session_state.setdefault(_FRESH_KEY, new_key())
    return key


def meet(key: object, code: object) -> Browser | None:
    """Take note of what a browser says of itself, and return it as the store knows it; None for what is no key.

    Raises `DrawingsUnavailable`.
    """
    owner = owner_of(key)
    if owner is None:
        return None
    browser = Browser(owner, _class_of(code))
    seat().browser = browser
    return browser


def _class_of(code: object) -> int | None:
    """Return the class of a code, which takes a while to find out: once a session."""
    if not isinstance(code, str):
        return None
    if code == lesson_mark():
        lesson = current()
        return lesson.shares if lesson else None
    known: dict[str, int | None] = st.session_state.setdefault(_CODES_KEY, {})
    if code not in known:  # a wrong one, too, which would hold up every answer
        known.clear()
        known[code] = DrawingStore.open().class_of(code)
    return known[code]


def this_browser() -> Browser | None:
    """Return the browser of this session; None as long as it has not said which it is."""
    return seat().browser


def arrive() -> Browser | None:
    """Ask the browser who it is, and return it; None until it has said so. Raises `DrawingsUnavailable`.

    For pages that have no other part that does; when it answers, they run again.
    """
    wanted: str | None = st.session_state.get(_WANTED_CODE_KEY)
    said = components.state_of(_PART_KEY, "browser")
    data = {"fresh": fresh_key(), "code": wanted, "heard": isinstance(said, dict)}
    components.browser_key(key=_PART_KEY, data=data, on_browser_change=lambda: None)
    if not isinstance(said, dict):
        return this_browser()
    return meet(said.get("key"), (said.get("code") if wanted is None else wanted) or None)


def lesson_mark() -> str | None:
    """Return what stands in a code's place where somebody shares with the class that goes on; None outside one.

    Whoever gets this far has joined that class, so it needs no secret. A mark of a class before means nothing.
    """
    lesson = current()
    return f"lesson {lesson.opening.id}" if lesson else None


def class_code() -> str:
    """Return the code of the class that this browser is in, as its members can be told it; empty if it is in none."""
    code = st.session_state.get(_WANTED_CODE_KEY)
    said = components.state_of(_PART_KEY, "browser")
    if code is None and isinstance(said, dict):
        code = said.get("code")
    return code if isinstance(code, str) else ""


def remember_class(code: str) -> None:
    """Let the browser remember the code of the class that it is in from now on; empty: none."""
    st.session_state[_WANTED_CODE_KEY] = code
