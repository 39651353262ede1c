from digitcore.base.text import distinct


def test_names_that_differ_stand_alone() -> None:
    assert distinct({"a": "One", "b": "Two"}) == {"a": "One", "b": "Two"}


def test_names_that_are_the_same_get_their_ids() -> None:
    assert distinct({"a": "One", "b": "One", "c": "Two"}) == {"a": "One (a)", "b": "One (b)", "c": "Two"}
