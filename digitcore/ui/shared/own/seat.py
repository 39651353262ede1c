"""A session where no script runs: what answers the requests that its page sends by itself, beside Streamlit.

A page knows its session's ticket and nobody else does, as with the addresses to which Streamlit lets files be sent. Who
shows it gets what that session would get by a message, and no more. A seat lives as long as its session does.
"""

import secrets
import threading
from dataclasses import dataclass
from weakref import WeakValueDictionary

import streamlit as st

from digitcore.base.errors import NotAllowed
from digitcore.classroom.pace import Pace
from digitcore.classroom.person import Person
from digitcore.preprocessing.pipeline import Prepared
from digitcore.ui.shared.active_network import Reader
from digitcore.ui.shared.components import served

READING_ADDRESS = served("reading")
SEAT_KEY = "seat"


@dataclass(frozen=True)
class Browser:
    """A browser as the store knows it: whose drawings it sees, and which class it shares them with."""

    owner: bytes
    group: int | None = None


class Seat:
    """What one session reads by, and what it drew last. Its fields are only ever replaced, so they need no lock."""

    def __init__(self) -> None:
        self.ticket = secrets.token_urlsafe(16)
        self.reader: Reader | None = None
        self.browser: Browser | None = None  # once it has said which it is
        self.uses_examples = True
        self.examples_seen: object = None  # by what they were computed, and what came of it
        self.drawn: Prepared | None = None
        self.has_drawing = False
        self.pace = Pace()  # of its page's requests
        self.person: Person | None = None  # in a class
        self.turn = 0  # goes up whenever another network, or other files of it, begin to read

    def read_by(self, reader: Reader) -> None:
        """Let a network read from now on."""
        if self.reader is None or (reader.chosen, reader.stamp) != (self.reader.chosen, self.reader.stamp):
            self.turn += 1
        self.reader = reader

    @property
    def address(self) -> str:
        """Where the page has its drawings read."""
        return f"{READING_ADDRESS}/{self.ticket}"


_seats: WeakValueDictionary[str, Seat] = WeakValueDictionary()
_lock = threading.Lock()


def seat() -> Seat:
    """Return the seat of this session."""
    own: Seat | None = st.session_state.get(SEAT_KEY)
    if own is None:
        own = st.session_state[SEAT_KEY] = Seat()
        with _lock:
            _seats[own.ticket] = own
    return own


def seat_of(ticket: str) -> Seat:
    """Return the seat of a ticket, for whoever shows it. Raises `NotAllowed` where no session has it (any more)."""
    with _lock:
        found = _seats.get(ticket)
    if found is None:
        raise NotAllowed("This page is not known here any more: reload it.")
    return found
