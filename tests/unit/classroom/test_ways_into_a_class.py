"""Codes, passes and tries: who gets into a class, and who doesn't."""

import os
import re
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitcore.base.errors import BadConfig, NotAllowed, TooManyTries
from digitcore.classroom import keys
from digitcore.classroom.lesson import THERE_FOR, Drawn, Lesson
from digitcore.classroom.opening import VARIABLE, Opening
from digitcore.classroom.passes import Passes
from digitcore.classroom.person import Person, Role
from digitcore.classroom.tries import BURST, FREE, LONGEST, MOST_ADDRESSES, Tries
from digitcore.classroom.ways_in import for_terminal, joining_address, machine_addresses, png
from harness.app.classroom import ADDRESS, CODE, KEY


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def lesson(tmp_path: Path, clock: Clock) -> Lesson:
    return Lesson(Opening.new(CODE, KEY, [ADDRESS]), tmp_path, clock)


def test_codes_have_enough_bits_and_no_signs_that_are_taken_for_one_another() -> None:
    assert len(keys.ALPHABET) ** keys.CODE_LENGTH >= 2**38
    assert len(keys.ALPHABET) ** keys.KEY_LENGTH >= 2**80
    assert not set("0O1IL2Z5S8BUV") & set(keys.ALPHABET)
    assert re.fullmatch(r"(\w{3}-){2}\w{3}", keys.new_code())
    assert len({keys.new_key() for _ in range(50)}) == 50


@pytest.mark.parametrize("typed", [CODE, CODE.lower(), "k7c3rxqem", "  K7C 3RX QEM "])
def test_a_code_is_right_however_it_is_typed(lesson: Lesson, typed: str) -> None:
    assert lesson.join(typed, "10.0.0.2").role is Role.VISITOR


@pytest.mark.parametrize("typed", ["", "K7C-3RX-QEN", CODE + "A", CODE[:-1], KEY[:-1], "é" * 9, "A" * 10**6])
def test_anything_else_is_refused_in_a_sentence(lesson: Lesson, typed: str) -> None:
    with pytest.raises(NotAllowed, match="not the class's code"):
        lesson.join(typed, "10.0.0.2")


def test_the_teachers_key_makes_a_teacher_and_is_kept_nowhere(lesson: Lesson) -> None:
    known = lesson.join(CODE, "10.0.0.2")
    assert lesson.join(KEY, "10.0.0.2", known) == Person(known.id, Role.TEACHER)
    assert keys.plain(KEY) not in keys.plain(lesson.opening.key_digest)
    assert KEY not in "".join(lesson.opening.environment().values())


def test_everybody_has_a_number_of_their_own(lesson: Lesson) -> None:
    people = [lesson.join(CODE, "10.0.0.2") for _ in range(3)]
    assert [person.title for person in people] == ["Visitor 1", "Visitor 2", "Visitor 3"]
    assert all(lesson.made(person.id) for person in people)
    assert not lesson.made("")


def test_a_class_goes_on_in_a_server_that_is_started_again(lesson: Lesson, tmp_path: Path) -> None:
    first = lesson.join(CODE, "10.0.0.2")
    lesson.call(True)
    lesson.clear()
    again = Lesson(lesson.opening, tmp_path)
    assert again.passes.read(lesson.passes.make(first)) == first
    assert again.join(CODE, "10.0.0.3").title == "Visitor 2"  # nobody gets a number that somebody has
    assert (again.eyes_to_the_front, again.cleared) == (True, 1)  # else every page would begin anew
    another = Lesson(Opening.new(CODE, KEY, [ADDRESS]), tmp_path)
    assert (another.join(CODE, "10.0.0.3").title, another.eyes_to_the_front, another.cleared) == ("Visitor 1", False, 0)


@pytest.mark.parametrize("written", ["", "{", "[]", '{"class": 1}', "null"])
def test_what_is_damaged_of_a_class_is_left_out(lesson: Lesson, tmp_path: Path, written: str) -> None:
    lesson.join(CODE, "10.0.0.2")
    (tmp_path / ".classroom" / "class.json").write_text(written)
    assert Lesson(lesson.opening, tmp_path).cleared == 0


def test_drawings_are_kept_of_those_who_are_there_until_the_class_is_cleared(lesson: Lesson, clock: Clock) -> None:
    people = [lesson.join(CODE, "10.0.0.2") for _ in range(3)]
    teacher = lesson.join(KEY, "10.0.0.2")
    drawn = Drawn(np.zeros((28, 28), np.uint8), 7, 0.9)
    for person in (*people, teacher):
        lesson.heard_of(person)
        lesson.drew(person, drawn)
    assert list(lesson.drawings()) == [person.id for person in people]  # the teacher's own is nobody's to show
    lesson.drew(people[0], None)
    clock.now += THERE_FOR
    lesson.heard_of(people[1])
    assert list(lesson.drawings()) == [people[1].id]
    lesson.clear()
    assert lesson.drawings() == {}


def test_a_pass_is_read_as_it_was_made() -> None:
    made, person = Passes("secret"), Person("c-1", Role.TEACHER)
    assert made.read(made.make(person)) == person


@given(st.text())
def test_no_text_is_a_pass(text: str) -> None:
    with pytest.raises(NotAllowed, match="You are not in this class"):
        Passes("secret").read(text)


def test_wrong_codes_slow_down_their_address_and_nobody_else(lesson: Lesson, clock: Clock) -> None:
    for _ in range(FREE):
        with pytest.raises(NotAllowed):
            lesson.join("wrong", "10.0.0.66")
    with pytest.raises(TooManyTries, match="wait a second"):
        lesson.join(CODE, "10.0.0.66")  # whatever is typed now
    assert lesson.join(CODE, "10.0.0.2")
    clock.now += 1
    assert lesson.join(CODE, "10.0.0.66")


def test_an_address_waits_twice_as_long_each_time_and_a_minute_at_most(clock: Clock) -> None:
    tries, waited = Tries(clock), []
    for _ in range(FREE + 9):
        began = clock.now
        while True:
            try:
                tries.check("10.0.0.66")
                break
            except TooManyTries:
                clock.now += 1
        waited.append(clock.now - began)
        tries.was_wrong("10.0.0.66")
    assert waited[FREE : FREE + 4] == [1, 2, 4, 8]
    assert waited[-1] == LONGEST


def test_many_addresses_together_are_slowed_too_and_remembered_within_bounds(clock: Clock) -> None:
    tries = Tries(clock)
    for number in range(MOST_ADDRESSES + BURST):
        tries.was_wrong(f"10.0.{number // 250}.{number % 250}")
    with pytest.raises(TooManyTries):
        tries.check("192.168.7.7")
    assert len(tries._addresses) == MOST_ADDRESSES
    clock.now += 3600
    tries.check("192.168.7.7")


def test_one_machine_has_many_addresses_of_the_new_kind_and_counts_as_one(clock: Clock) -> None:
    tries = Tries(clock)
    for number in range(FREE):
        tries.was_wrong(f"2001:db8::{number}")
    with pytest.raises(TooManyTries):
        tries.check("2001:db8::ffff")
    tries.check("2001:db8:0:1::1")


def test_who_is_there_is_who_was_heard_of_lately(lesson: Lesson, clock: Clock) -> None:
    first, second = lesson.join(CODE, "10.0.0.2"), lesson.join(CODE, "10.0.0.3")
    lesson.heard_of(first)
    lesson.heard_of(first)
    lesson.heard_of(lesson.join(KEY, "10.0.0.4"))
    assert lesson.visitors() == 1
    clock.now += THERE_FOR - 1
    lesson.heard_of(second)
    assert lesson.visitors() == 2
    clock.now += 2
    assert lesson.visitors() == 1


def test_the_server_takes_its_class_from_the_environment_once(monkeypatch: pytest.MonkeyPatch) -> None:
    opening = Opening.new(CODE, KEY, [ADDRESS])
    for name, value in opening.environment().items():
        monkeypatch.setenv(name, value)
    assert Opening.take() == opening
    assert VARIABLE not in os.environ
    assert Opening.take() is None


@pytest.mark.parametrize("written", ["", "1", "{}", "[]", '{"addresses": 3}'])
def test_a_class_that_somebody_made_up_is_refused(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    monkeypatch.setenv(VARIABLE, written)
    with pytest.raises(BadConfig, match="make class"):
        Opening.take()


def test_phones_read_the_address_that_joins_at_once() -> None:
    address = joining_address(ADDRESS, CODE)
    picture = cv2.imdecode(np.frombuffer(png(address), np.uint8), cv2.IMREAD_GRAYSCALE)
    assert picture is not None
    assert cv2.QRCodeDetector().detectAndDecode(picture)[0] == address == f"{ADDRESS}/join#{CODE}"
    assert len(for_terminal(address).splitlines()) > 10


def test_this_machine_is_never_reached_at_an_address_that_leads_each_to_itself() -> None:
    assert not [address for address in machine_addresses() if address.startswith(("127.", "169.254.", "0."))]
