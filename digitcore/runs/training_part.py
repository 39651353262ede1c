"""What a training learns from: the part of a data set that its choices name, with the pictures and labels they make.

None of this touches the validation part: what is chosen by it stays comparable, whatever was learned from.
"""

from dataclasses import replace
from math import ceil

import numpy as np
from numpy.typing import NDArray

from digitcore.base.errors import BadDataset, BadRun
from digitcore.data.mnist import Dataset
from digitcore.data.placing import CENTRED, placed
from digitcore.data.splits import BY_WRITER, Split, split_by_writer, stratified_split
from digitcore.data.store import DataStore
from digitcore.data.writers import ALL_WRITERS, load_writers
from digitcore.runs.config import TrainingConfig
from digitcore.runs.record import Run

_RARE, _SHUFFLED = 2_000_011, 2_000_029  # numbers beside the seed, so that each has random numbers of its own


def split_for(config: TrainingConfig, labels: NDArray[np.int64]) -> Split:
    """Return which digits of a data set with `labels` int64 (N,) a training learns from, and which it chooses by.

    The number of training digits is that of the writers chosen, before any are left out or made rare: so the others
    stay the same. Raises `BadDataset`.
    """
    among = None if config.writers == ALL_WRITERS else load_writers()[0].of(config.writers)
    wanted = config.validation_share, config.seed, config.train_size, among
    if config.split == BY_WRITER:
        split = split_by_writer(labels, load_writers()[0].people, *wanted)
    else:
        split = stratified_split(labels, *wanted)
    kept = known(config, labels[split.train])
    if not kept.any():
        raise BadDataset("No digit is left to learn from; leave fewer out.")
    return split if kept.all() else replace(split, train=split.train[kept])


def trained_with(run: Run) -> tuple[Dataset, Split]:
    """Return the data set that a run was trained on, as it is kept, and how it was split.

    Raises `BadRun` where the data is not here any more, or is split otherwise by now.
    """
    missing = BadRun(f"The digits that the run {run.id!r} learned from are not on this machine.")
    try:
        data = DataStore(run.folder.parent).training_data(run.config.data)
        split = split_for(run.config, data.labels)
    except BadDataset as error:
        raise missing from error
    if split.fingerprint != run.split.get("fingerprint"):
        raise missing
    return data, split


def known(config: TrainingConfig, labels: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which of digits with `labels` int64 (N,) are neither left out nor thinned out: bool (N,)."""
    kept = ~np.isin(labels, digits_of(config.left_out))
    ranks = np.random.default_rng((config.seed, _RARE)).permutation(len(labels))
    for digit in digits_of(config.rare):
        members = np.flatnonzero(labels == digit)
        fate = members[np.argsort(ranks[members])]
        kept[fate[ceil(config.rare_share * len(members)) :]] = False
    return kept


def left_in(config: TrainingConfig, labels: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which of digits with `labels` int64 (N,) are of a class that it learns at all: bool (N,)."""
    return ~np.isin(labels, digits_of(config.left_out))


def as_learned(config: TrainingConfig, data: Dataset, split: Split) -> Dataset:
    """Return the data set with its training part as it is learned from: pictures moved, labels shuffled.

    Where neither is chosen it is `data` itself.
    """
    if config.placement == CENTRED and not config.shuffled_labels:
        return data
    images, labels = data.images.copy(), data.labels.copy()
    images[split.train] = placed(images[split.train], config.placement, config.seed)
    labels[split.train] = shuffled(labels[split.train], config.shuffled_labels, config.seed)
    return Dataset.of(data.name, images, labels)


def shuffled(labels: NDArray[np.int64], share: float, seed: int) -> NDArray[np.int64]:
    """Return labels int64 (N,) of which a share in [0, 1] is drawn anew from the classes that there are.

    A tenth of these is right by chance, as in C. Zhang and others, "Understanding deep learning requires rethinking
    generalization" (2017). Who is drawn for a smaller share is drawn for a larger one, and gets the same label.
    """
    rng = np.random.default_rng((seed, _SHUFFLED))
    drawn = rng.permutation(len(labels))[: round(share * len(labels))]
    classes = np.unique(labels)
    changed = labels.copy()
    changed[drawn] = classes[rng.integers(max(len(classes), 1), size=len(labels))[drawn]] if len(classes) else []
    return changed


def digits_of(written: str) -> list[int]:
    """Return the digits of a choice such as "38"."""
    return [int(digit) for digit in written]
