"""What a class predicts: counted for all who are in the same lesson, in the server's memory and without names."""

import secrets
import threading
from collections import Counter, OrderedDict
from dataclasses import dataclass, field

import streamlit as st

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ"  # what can be told apart from the back of a room; no I, L or O
CODE_LENGTH = 4
MOST_LESSONS = 200  # the one that nobody has used for longest goes first
MOST_VOTERS = 400  # in a lesson
MOST_QUESTIONS = 100
_VOTER_KEY = "lesson-voter"


@dataclass
class _Lesson:
    voters: set[str] = field(default_factory=set)
    votes: dict[str, dict[str, str]] = field(default_factory=dict)  # by experiment, then by voter


class Lessons:
    """The lessons of this server. Safe to use from any thread; what it holds is bounded."""

    def __init__(self) -> None:
        self._lessons: OrderedDict[str, _Lesson] = OrderedDict()
        self._lock = threading.Lock()

    def begin(self) -> str:
        """Open a lesson and return its code."""
        with self._lock:
            code = self._free_code()
            self._lessons[code] = _Lesson()
            while len(self._lessons) > MOST_LESSONS:
                self._lessons.popitem(last=False)
            return code

    def knows(self, code: str) -> bool:
        """Return whether there is a lesson of that code."""
        with self._lock:
            return code in self._lessons

    def vote(self, code: str, experiment: str, voter: str, answer: str) -> None:
        """Count a voter's answer, in place of an earlier one; an empty answer takes it back."""
        with self._lock:
            lesson = self._used(code)
            if lesson is None or not self._room(lesson, experiment, voter):
                return
            lesson.voters.add(voter)
            votes = lesson.votes.setdefault(experiment, {})
            if answer:
                votes[voter] = answer
            else:
                votes.pop(voter, None)

    def tally(self, code: str, experiment: str) -> dict[str, int] | None:
        """Return how many predicted each answer; None where there is no such lesson."""
        with self._lock:
            lesson = self._used(code)
            return None if lesson is None else dict(Counter(lesson.votes.get(experiment, {}).values()))

    def _used(self, code: str) -> _Lesson | None:
        if code in self._lessons:
            self._lessons.move_to_end(code)
        return self._lessons.get(code)

    def _room(self, lesson: _Lesson, experiment: str, voter: str) -> bool:
        known_voter = voter in lesson.voters or len(lesson.voters) < MOST_VOTERS
        return known_voter and (experiment in lesson.votes or len(lesson.votes) < MOST_QUESTIONS)

    def _free_code(self) -> str:
        while True:
            code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
            if code not in self._lessons:
                return code


@st.cache_resource(show_spinner=False)
def lessons() -> Lessons:
    """Return the lessons of this server: the same ones for every session."""
    return Lessons()


def voter() -> str:
    """Return what tells this browser session from others, and nothing else about it."""
    token: str = st.session_state.setdefault(_VOTER_KEY, secrets.token_hex(8))
    return token
