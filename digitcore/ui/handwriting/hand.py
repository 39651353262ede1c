"""The hand, a class's or one's own: a digit side by side, its mean, how it is written, and how well it is read."""

from collections.abc import Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from digitcore.base.images import DIGITS
from digitcore.base.text import count, percent
from digitcore.data.mnist import load_mnist
from digitcore.figures import error_chart
from digitcore.handwriting.hand import MeanDigit, newest_of_each
from digitcore.handwriting.store import Digits, DrawingStore
from digitcore.handwriting.traits import TRAITS, Trait
from digitcore.metrics.classification import DigitFigures, by_digit, confusion_matrix
from digitcore.metrics.intervals import wilson_interval
from digitcore.runs.record import Run
from digitcore.ui.handwriting.whose import Shelf
from digitcore.ui.shared import active_network, charts
from digitcore.ui.shared.gallery import CLOSE, LARGE, Caption, gallery
from digitcore.ui.shared.navigation import in_address
from digitcore.ui.shared.notices import plain_markdown
from digitcore.ui.shared.tabs import keep_up_with_tabs

DIGIT_KEY = "hand-of-digit"
_ANSWERS_KEY = "hand-answers"
_LOOK_EVERY = 2.0  # s: a class sees its hand grow
_MOST_SHOWN = 48  # drawings side by side
_MOST_TOLD = 300  # of a digit, the newest, are told apart
_MOST_READ = 1_000  # the newest, are read: a second at most, and of each once
_ALIKE, _AS_MUCH = 1.0, 0.03  # degrees of slant and a share of the ink, below which nobody sees a difference
_NAMES = ("zeros", "ones", "twos", "threes", "fours", "fives", "sixes", "sevens", "eights", "nines")


def hand(shelf: Shelf) -> None:
    """Show what the drawings of a shelf, which has some, say of who drew them. Raises `DrawingsUnavailable`."""
    if shelf.is_class:
        st.fragment(_grow, run_every=_LOOK_EVERY)(shelf)
    digits = DrawingStore.open().digits(shelf.scope)
    label = _digit_choice(shelf.counts)
    if shelf.counts[label]:
        _written(digits, label, shelf)
    else:
        st.caption(f"There is no {label} yet.")
    _how_read(digits, shelf)


def _written(digits: Digits, label: int, shelf: Shelf) -> None:
    """Show how a digit is written."""
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _side_by_side(digits, label, shelf)
    with right:
        _means(digits, label, shelf)
    traits = [trait for trait in TRAITS if trait.digit == label]
    for trait in traits:
        _trait(trait, digits.images[digits.labels == label][-_MOST_TOLD:])
    if traits:
        st.caption("Told from the pictures alone, by clustering: of a hundred, one to six may be in the wrong group.")


def _grow(shelf: Shelf) -> None:
    keep_up_with_tabs()
    if DrawingStore.open().counts(shelf.scope) != shelf.counts:
        st.rerun()


def _digit_choice(counts: Sequence[int]) -> int:
    """Let a digit be chosen; to begin with, it is the one with the most drawings."""
    if DIGIT_KEY not in st.query_params:
        st.session_state.setdefault(DIGIT_KEY, str(int(np.argmax(counts))))
    names = [str(digit) for digit in range(DIGITS)]
    return int(st.segmented_control("Digit", names, required=True, **in_address(DIGIT_KEY)))


def _side_by_side(digits: Digits, label: int, shelf: Shelf) -> None:
    places = newest_of_each(digits, label) if shelf.is_class else np.flatnonzero(digits.labels == label)[::-1]
    st.header(f"{'Everyone’s' if shelf.is_class else 'Your'} {_NAMES[label]}", anchor=False)
    images = digits.images[places[:_MOST_SHOWN]]
    captions = [Caption("", "", f"A {label}, number {number}") for number in range(1, len(images) + 1)]
    gallery(f"Drawings of {label}", images, captions, "hand-drawings", choosable=False, arrangement=CLOSE)
    which = f"The newest of each of {count(len(places), 'hand')}." if shelf.is_class else "The newest first."
    st.caption(f"{which} {_MOST_SHOWN} are shown." if len(places) > _MOST_SHOWN else which)


def _means(digits: Digits, label: int, shelf: Shelf) -> None:
    own, mnist = MeanDigit.of(digits.images[digits.labels == label]), _mnist_mean(label)
    st.header(f"The mean {label}", anchor=False)
    whose = "The class’s" if shelf.is_class else "Yours"
    captions = [
        Caption(name, f"of {count(each.count, 'drawing')}", f"The mean of {count(each.count, 'drawing')} of {label}")
        for name, each in ((whose, own), ("MNIST’s", mnist))
    ]
    images = np.stack([own.image, mnist.image])
    gallery(f"Means of {label}", images, captions, "hand-means", choosable=False, arrangement=LARGE)
    st.caption(_compared(own, mnist, f"{whose} {label}" if shelf.is_class else f"Your {label}"))


@st.cache_data(show_spinner=False)
def _mnist_mean(label: int) -> MeanDigit:
    train = load_mnist().train
    return MeanDigit.of(train.images[train.labels == label])


def _compared(own: MeanDigit, mnist: MeanDigit, which: str) -> str:
    slant, ink = own.slant - mnist.slant, own.ink / mnist.ink - 1.0
    words = []
    if abs(slant) >= _ALIKE:
        words.append(f"leans {abs(slant):.0f}° further to the {'right' if slant > 0 else 'left'}")
    if abs(ink) >= _AS_MUCH:
        words.append(f"has {percent(abs(ink), 0)} {'more' if ink > 0 else 'less'} ink")
    return f"{which} {' and '.join(words)} than MNIST’s." if words else f"{which} leans and weighs like MNIST’s."


def _trait(trait: Trait, images: NDArray[np.uint8]) -> None:
    """Show which of a digit's drawings are told to have a trait, in two groups; the newest first."""
    images = images[::-1]
    has = trait.found_in(images)
    which = _NAMES[trait.digit] if len(images) != 1 else _NAMES[trait.digit][:-1]
    verb = "has" if has.sum() == 1 else "have"
    st.header(f"{has.sum():,} of {len(images):,} {which} {verb} {trait.name}", anchor=False)
    sides = ((f"With {trait.name}", has), ("Without one", ~has))
    for number, (column, (title, chosen)) in enumerate(zip(st.columns(2, gap="medium"), sides, strict=True)):
        with column:
            _group(f"{title} · {chosen.sum():,}", images[chosen], f"hand-{trait.name}-{number}")


def _group(title: str, images: NDArray[np.uint8], key: str) -> None:
    st.markdown(f"**{title}**")
    if not len(images):
        st.caption("None.")
        return
    shown = images[:_MOST_SHOWN]
    captions = [Caption("", "", f"{title}, number {number}") for number in range(1, len(shown) + 1)]
    gallery(title, shown, captions, key, choosable=False, arrangement=CLOSE)


def _how_read(digits: Digits, shelf: Shelf) -> None:
    run = active_network.reader().classifier.run
    labels, answers = digits.labels[-_MOST_READ:], _answers(digits)
    whose = "The class’s digits" if shelf.is_class else "Your digits"
    parts = {whose: by_digit(confusion_matrix(labels, answers))}
    if run.test.known:
        parts["MNIST’s test digits"] = _on_test(run)
    charts.show(error_chart(parts, charts.theme(), of_runs=True).of(run.name), "hand-errors")
    right = int((labels == answers).sum())
    low, high = (percent(share, 1) for share in _interval(right, len(labels)))
    st.caption(
        f"{plain_markdown(run.name)} by itself, without anybody’s examples, reads {right:,} of {len(labels):,} right: "
        f"{low} to {high} of such digits, with 95% confidence."
        + (" It was taught some of them, so this says little." if run.finetuned else "")
    )


def _interval(right: int, total: int) -> tuple[float, float]:
    found = wilson_interval(right, total)
    return found.low, found.high


def _on_test(run: Run) -> tuple[DigitFigures, ...]:
    said = run.predictions()
    return by_digit(confusion_matrix(said.test_labels.astype(np.int64), said.test_digits))


def _answers(digits: Digits) -> NDArray[np.int64]:
    """Return what the network that reads makes of the newest drawings, int64 (M,); each is read once a session."""
    reader = active_network.reader()
    by, known = st.session_state.get(_ANSWERS_KEY, (None, {}))
    if by != reader.stamp:
        known = {}
    ids, images = digits.ids[-_MOST_READ:].tolist(), digits.images[-_MOST_READ:]
    new = [at for at, each in enumerate(ids) if each not in known]
    if new:
        said = reader.classifier.predict(images[new])
        known = known | {ids[at]: int(digit) for at, digit in zip(new, said, strict=True)}
    st.session_state[_ANSWERS_KEY] = reader.stamp, known
    return np.array([known[each] for each in ids], np.int64)
