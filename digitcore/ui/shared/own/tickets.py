"""Messages of a browser that carry a ticket each: one that comes twice, as after a line that was cut, is done once."""

from collections.abc import Callable
from typing import Any

import streamlit as st

_LONGEST_TICKET = 60  # characters

Message = dict[str, Any]


def answered(message: object, answer_key: str, done: Callable[[Message, str], dict[str, Any]]) -> dict[str, Any] | None:
    """Return the answer to a message, under its ticket; None where there is nothing to answer.

    `done` does what the message asks for and returns what to say of it. The answer is kept in the session under
    `answer_key`, for the same message when it comes again.
    """
    if not isinstance(message, dict):
        return None
    ticket = message.get("ticket")
    if not isinstance(ticket, str) or not 0 < len(ticket) <= _LONGEST_TICKET:
        return None
    known: dict[str, Any] | None = st.session_state.get(answer_key)
    if known and known["ticket"] == ticket:
        return known
    answer = {"ticket": ticket, **done(message, ticket)}
    st.session_state[answer_key] = answer
    return answer
