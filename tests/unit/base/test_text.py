import pytest

from digitcore.base.text import DASH, about, chance, distinct, duration, one_line, percent

NAN = float("nan")


def test_names_that_differ_stand_alone() -> None:
    assert distinct({"a": "One", "b": "Two"}) == {"a": "One", "b": "Two"}


def test_names_that_are_the_same_get_their_ids() -> None:
    assert distinct({"a": "One", "b": "One", "c": "Two"}) == {"a": "One (a)", "b": "One (b)", "c": "Two"}


def test_a_name_that_looks_like_anothers_label_makes_nobody_lose_theirs() -> None:
    labels = distinct({"a": "One", "b": "One", "c": "One (a)"})
    assert len(set(labels.values())) == 3


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("  For\tthe \n class ", "For the class"),
        ("\x1b]0;title\x07red", "]0;titlered"),
        ("gnp.\u202e1", "gnp.1"),
        ("Müllers 日本 👩‍🔬", "Müllers 日本 👩‍🔬"),
    ],
)
def test_a_line_has_nothing_in_it_that_steers_a_screen(text: str, line: str) -> None:
    assert one_line(text) == line


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.5, "50.0%"), (0.9981, "99.8%"), (0.99996, "> 99.9%"), (1.0, "> 99.9%"), (0.0, "< 0.1%"), (NAN, DASH)],
)
def test_a_chance_claims_neither_certainty_nor_impossibility(share: float, text: str) -> None:
    assert chance(share) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.9928, "99.28%"), (1, "100%"), (0, "0%"), (0.99997, "> 99.99%"), (0.00004, "< 0.01%"), (NAN, DASH)],
)
def test_a_percentage_says_all_and_nothing_only_where_it_is_so(share: float, text: str) -> None:
    assert percent(share) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (9.4, "9.4 s"),
        (59.97, "1 min 0 s"),
        (119, "1 min 59 s"),
        (815.8, "13 min 36 s"),
        (3725, "1 h 2 min"),
        (NAN, DASH),
    ],
)
def test_a_duration_is_said_in_fitting_units(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.2, "1 s"), (11.7, "12 s"), (59.6, "1 min"), (279.0, "5 min"), (3600.0, "1 h"), (4210.0, "1 h 10 min")],
)
def test_a_time_that_is_roughly_known_is_said_roughly(seconds: float, text: str) -> None:
    assert about(seconds) == text
