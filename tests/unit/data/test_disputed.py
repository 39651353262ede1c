"""Which of MNIST's test labels people dispute."""

from pathlib import Path

import pytest

from digitcore.base.errors import BadDataset
from digitcore.data import disputed
from digitcore.data.disputed import PEOPLE, Vote, load_disputed, load_votes
from digitcore.data.mnist import load_mnist


def test_the_votes_are_of_mnists_test_digits_and_their_labels() -> None:
    votes, labels = load_votes(), load_mnist().test.labels
    assert len({vote.position for vote in votes}) == len(votes) == 100
    assert all(labels[vote.position] == vote.label for vote in votes)
    told_apart = [vote for vote in votes if vote.label != vote.other]
    assert {vote.for_label + vote.for_other + vote.for_neither for vote in told_apart} == {PEOPLE}


def test_fifteen_labels_are_disputed_ten_of_them_for_the_same_other_digit() -> None:
    found = load_disputed().values()
    assert len(found) == 15
    assert sum(vote.for_other >= 3 for vote in found) == 10
    assert sum(vote.for_neither >= 3 for vote in found) == 3


@pytest.mark.parametrize(
    ("vote", "words"),
    [
        (Vote(0, 4, 9, 1, 4, 0), "four of five people say 9"),
        (Vote(0, 4, 9, 0, 5, 0), "five of five people say 9"),
        (Vote(0, 6, 3, 2, 0, 3), "three of five people say neither 6 nor 3"),
        (Vote(0, 4, 9, 2, 2, 1), "two of five people say 4, two say 9"),
    ],
)
def test_a_vote_is_said_in_words(vote: Vote, words: str) -> None:
    assert vote.disputed
    assert vote.in_words() == words


def test_a_label_that_three_of_five_chose_is_not_disputed() -> None:
    assert not Vote(0, 4, 9, 3, 2, 0).disputed
    assert not Vote(0, 5, 5, 5, 5, 0).disputed  # the search itself took it for its label


def test_a_damaged_file_is_said_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disputed, "DISPUTED_FILE", tmp_path / "nothing.json")
    with pytest.raises(BadDataset, match="install the package again"):
        load_votes()
