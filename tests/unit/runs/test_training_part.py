"""What a training learns from, by its choices."""

from typing import Any

import numpy as np
import pytest

from digitcore.base.errors import BadConfig, BadDataset
from digitcore.data.mnist import load_mnist
from digitcore.data.placing import ANYWHERE, CORNER, placed
from digitcore.data.splits import stratified_split
from digitcore.data.writers import EMPLOYEES, STUDENTS, load_writers
from digitcore.runs.config import TrainingConfig
from digitcore.runs.training_part import as_learned, known, left_in, shuffled, split_for

DATA = load_mnist().train
USUAL = TrainingConfig(train_size=5000)
SPLIT = split_for(USUAL, DATA.labels)


def changed(**choices: Any) -> np.ndarray:
    split = split_for(USUAL.but(**choices), DATA.labels)
    assert np.array_equal(split.validation, SPLIT.validation)
    return split.train


def test_usual_choices_learn_from_the_split_and_from_the_data_as_it_is() -> None:
    plain = stratified_split(DATA.labels, USUAL.validation_share, USUAL.seed, USUAL.train_size)
    assert SPLIT.fingerprint == plain.fingerprint
    assert as_learned(USUAL, DATA, SPLIT) is DATA


def test_a_digit_left_out_is_gone_and_all_others_stay() -> None:
    expected = SPLIT.train[~np.isin(DATA.labels[SPLIT.train], (3, 8))]
    assert np.array_equal(changed(left_out="38"), expected)
    assert left_in(USUAL.but(left_out="38"), np.array([3, 4, 8])).tolist() == [False, True, False]


def test_of_a_rare_digit_a_share_is_kept_and_a_smaller_share_lies_within_a_larger() -> None:
    few, more = changed(rare="7", rare_share=0.05), changed(rare="7", rare_share=0.5)
    sevens = (DATA.labels[SPLIT.train] == 7).sum()
    assert [(DATA.labels[part] == 7).sum() for part in (few, more)] == [np.ceil(0.05 * sevens), np.ceil(0.5 * sevens)]
    assert set(few) < set(more) < set(SPLIT.train)
    assert (DATA.labels[few] != 7).sum() == (DATA.labels[SPLIT.train] != 7).sum()
    assert known(USUAL.but(rare="7", rare_share=0.001), np.full(5, 7)).sum() == 1


@pytest.mark.parametrize("group", [STUDENTS, EMPLOYEES])
def test_of_a_group_of_writers_as_many_digits_are_learned_as_were_asked_for(group: str) -> None:
    part = changed(writers=group)
    assert len(part) == 5000
    assert load_writers()[0].of(group)[part].all()


def test_a_group_has_fewer_digits_than_all_and_more_are_refused() -> None:
    with pytest.raises(BadDataset, match=r"There are only 2\d,\d{3} digits to learn from"):
        changed(writers=STUDENTS, train_size=40_000)


def test_shuffled_labels_are_as_many_as_were_asked_for_and_a_tenth_stays_right_by_chance() -> None:
    config = USUAL.but(shuffled_labels=0.5)
    learned = as_learned(config, DATA, SPLIT)
    wrong = learned.labels[SPLIT.train] != DATA.labels[SPLIT.train]
    assert 0.42 < wrong.mean() < 0.48
    assert np.array_equal(learned.labels[SPLIT.validation], DATA.labels[SPLIT.validation])
    more = as_learned(config.but(shuffled_labels=1), DATA, SPLIT).labels[SPLIT.train]
    assert np.array_equal(more[wrong], learned.labels[SPLIT.train][wrong])


def test_shuffled_labels_follow_the_seed_and_name_no_class_that_is_not_there() -> None:
    labels = np.repeat([1, 2], 500)
    assert np.array_equal(shuffled(labels, 1, 5), shuffled(labels, 1, 5))
    assert not np.array_equal(shuffled(labels, 1, 5), shuffled(labels, 1, 6))
    assert set(shuffled(labels, 1, 5)) == {1, 2}
    assert len(shuffled(labels[:0], 1, 5)) == 0


@pytest.mark.parametrize("placement", [CORNER, ANYWHERE])
def test_training_digits_are_moved_and_those_for_validation_are_not(placement: str) -> None:
    learned = as_learned(USUAL.but(placement=placement), DATA, SPLIT)
    assert np.array_equal(learned.images[SPLIT.train], placed(DATA.images[SPLIT.train], placement, USUAL.seed))
    assert np.array_equal(learned.images[SPLIT.validation], DATA.images[SPLIT.validation])


def test_where_nothing_is_left_to_learn_a_sentence_says_so() -> None:
    with pytest.raises(BadDataset, match="leave fewer out"):
        split_for(TrainingConfig(left_out="3"), np.full(100, 3))


@pytest.mark.parametrize(
    ("choices", "sentence"),
    [
        ({"left_out": "7x"}, "digits left out must be some of 0 to 9, such as 38; '7x' is not"),
        ({"left_out": 7}, "left out must be a text"),
        ({"rare": "-1"}, "rare digits must be some of 0 to 9"),
        ({"left_out": "012345678"}, "At least 2 digits must be left to learn"),
        ({"left_out": "37", "rare": "7"}, "digit 7 can't be rare and left out"),
        ({"rare_share": 0}, "rare share must be between 0.001 and 1"),
        ({"shuffled_labels": 1.5}, "shuffled labels must be between 0 and 1"),
        ({"writers": "teachers"}, "writers must be one of all, students, employees"),
        ({"placement": "left"}, "placement must be one of centred, corner, anywhere"),
        ({"writers": STUDENTS, "data": "mnist+mine"}, "known of MNIST alone"),
    ],
)
def test_what_can_not_be_chosen_is_refused_in_a_sentence(choices: dict[str, Any], sentence: str) -> None:
    with pytest.raises(BadConfig, match=sentence):
        TrainingConfig(**choices)


def test_digits_may_be_written_in_any_order_with_commas_and_twice() -> None:
    assert TrainingConfig(left_out="8, 3,8") == TrainingConfig(left_out="38")


def test_validation_by_writer_holds_out_whole_writers_and_needs_mnist() -> None:
    people = load_writers()[0].people
    split = split_for(USUAL.but(split="writers"), DATA.labels)
    assert not set(people[split.train]) & set(people[split.validation])
    assert set(people[SPLIT.train]) & set(people[SPLIT.validation])
    with pytest.raises(BadConfig, match="hold out digits at random"):
        USUAL.but(split="writers", data="mnist+mine")
