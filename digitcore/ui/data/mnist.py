"""The sections of the Data page: a data set before any network has seen it."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from digitcore import figures
from digitcore.analysis.cache import ArrayCache
from digitcore.analysis.dataset_profile import Profile, extremes, random_positions, typicality
from digitcore.base.images import DIGITS, SIDE
from digitcore.base.text import count, decimal, percent
from digitcore.data.mnist import Dataset, load_mnist
from digitcore.data.splits import stratified_split
from digitcore.runs.config import TrainingConfig
from digitcore.runs.store import RunStore
from digitcore.ui.shared import charts
from digitcore.ui.shared.background import Report, Task
from digitcore.ui.shared.gallery import CAPTIONED, TENS, Arrangement, Caption, gallery
from digitcore.ui.shared.navigation import in_address, number_in_address, one_of, put_in_address
from digitcore.ui.shared.waiting import ready, workshop

A_DIGIT, OF_ONE_DIGIT = 10, 48  # samples shown of each digit, and of one that is looked at alone
EXTREMES = 24  # pictures
ANY = "All"
PART_KEY, DIGIT_KEY, SEED_KEY, CLASS_KEY = "data-part", "data-digit", "data-lot", "data-class"
_TRAINING = "MNIST, training digits"
_METRIC_WIDTH = 144  # px: all seven stand in a line on a laptop, two on a phone


def numbers() -> None:
    """Show the figures that a course quotes, the counts of each digit and how bright the pixels are."""
    train, test = _profile("train"), _profile("test")
    low, high = train.values
    with st.container(horizontal=True, gap="xsmall"):
        for label, value, note in (
            ("Training", f"{train.size:,}", "Pictures to learn from; some of them are held out for validation."),
            ("Test", f"{test.size:,}", "Pictures by other writers, only for the final report."),
            ("Picture", f"{SIDE} × {SIDE}", "Pixels, grey, white ink on black."),
            ("Pixel values", f"{low} to {high}", "Divided by 255 before a network sees them."),
            ("Mean", decimal(train.mean / 255), f"Of all training pixels, in [0, 1]; {train.mean:.2f} of 255."),
            ("Standard deviation", decimal(train.deviation / 255), f"In [0, 1]; {train.deviation:.2f} of 255."),
            ("Black", percent(train.black, 1), "The share of training pixels that are 0."),
        ):
            st.metric(label, value, help=note, width=_METRIC_WIDTH)
    left, right = st.columns(2, gap="medium")
    with left:
        charts.show(figures.class_chart(_class_counts(), charts.theme()).of("MNIST"), "class-counts")
        st.caption(f"Split as a training does by default: {percent(_SHARE, 0)} held out for validation, by class.")
    with right:
        charts.show(figures.pixel_chart(train, charts.theme()).of(_TRAINING), "pixel-values")


_SHARE, _SEED = TrainingConfig().validation_share, TrainingConfig().seed


@st.fragment
def samples() -> None:
    """Show some pictures of every digit, or many of one, at random."""
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        part = one_of("Data split", ["Training", "Test"], PART_KEY)
        chosen = one_of("Digit", [ANY, *map(str, range(DIGITS))], DIGIT_KEY, wrap=True)
        if st.button("Show others", icon=":material/casino:"):
            put_in_address(SEED_KEY, (number_in_address(SEED_KEY) or 0) + 1)
    data = load_mnist().test if part == "Test" else load_mnist().train
    lot = number_in_address(SEED_KEY) or 0
    if chosen == ANY:
        positions = np.concatenate([random_positions(data, digit, A_DIGIT, lot) for digit in range(DIGITS)])
        st.header(f"{A_DIGIT} of each digit at random", anchor=False)
    else:
        positions = random_positions(data, int(chosen), OF_ONE_DIGIT, lot)
        st.header(f"{count(len(positions), 'picture')} of {chosen} at random", anchor=False)
    _pictures(data, positions, "data-samples", TENS if chosen == ANY else CAPTIONED)


def means() -> None:
    """Show the mean and the variance picture of each digit of the training part."""
    profile = _profile("train")
    left, right = st.columns(2, gap="medium")
    with left:
        charts.show(figures.mean_chart(profile, charts.theme()).of(_TRAINING), "mean-pictures")
    with right:
        charts.show(figures.variance_chart(profile, charts.theme()).of(_TRAINING), "variance-pictures")
    st.caption(
        "Each is made from all training pictures of a digit. Bright in the variance: there, only some people put ink."
    )


@st.fragment
def typical_and_odd() -> None:
    """Show the pictures of a digit that are most and least like the others of their class."""
    chosen = st.segmented_control(
        "Digit", list(range(DIGITS)), default=4, required=True, wrap=True, **in_address(CLASS_KEY)
    )
    task = _typicality_task()
    if not ready(task, "typicality"):
        return
    digit, data, scores = int(chosen or 0), load_mnist().train, task.result()
    left, right = st.columns(2, gap="large")
    for column, odd, title in ((left, False, f"The most typical {digit}s"), (right, True, f"The oddest {digit}s")):
        with column:
            st.header(title, anchor=False)
            positions = extremes(data, scores, digit, EXTREMES, odd=odd)
            _pictures(data, positions, f"data-{'odd' if odd else 'typical'}")
    st.caption(
        "By their likelihood under a Gaussian in 40 principal components, fitted to each digit of the training part "
        "(Tipping and Bishop 1999). An odd picture may be mislabelled."
    )


def _pictures(data: Dataset, positions: NDArray[np.int64], key: str, arrangement: Arrangement = CAPTIONED) -> None:
    captions = [
        Caption(str(data.labels[at]), f"no. {at:,}", f"{data.name} number {at}, a {data.labels[at]}")
        for at in positions.tolist()
    ]
    name, images = count(len(positions), "picture"), data.images[positions]
    gallery(name, images, captions, key, choosable=False, arrangement=arrangement)


@st.cache_resource(show_spinner="Counting pixels …")
def _profile(part: str) -> Profile:
    return Profile.of(load_mnist().test if part == "test" else load_mnist().train)


@st.cache_resource(show_spinner=False)
def _class_counts() -> dict[str, NDArray[np.int64]]:
    mnist = load_mnist()
    split = stratified_split(mnist.train.labels, _SHARE, _SEED)
    return {
        "training": np.bincount(mnist.train.labels[split.train], minlength=DIGITS),
        "validation": np.bincount(mnist.train.labels[split.validation], minlength=DIGITS),
        "test": mnist.test.counts(),
    }


def _typicality_task() -> Task[NDArray[np.float32]]:
    cache = ArrayCache.beside(RunStore.open())

    def work(report: Report) -> NDArray[np.float32]:
        return typicality(load_mnist().train, cache, report)

    return workshop().task("typicality", work)
