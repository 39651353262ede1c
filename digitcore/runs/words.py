"""What the choices of a training are called, and how a person would say what was chosen."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

from digitcore.base.text import percent
from digitcore.data.placing import ANYWHERE, CENTRED, CORNER
from digitcore.data.splits import AT_RANDOM, BY_WRITER
from digitcore.data.writers import ALL_WRITERS, EMPLOYEES, STUDENTS
from digitcore.runs.config import TrainingConfig
from digitcore.runs.own_network import NETWORK_TITLES

LABELS = {
    "network": "Network",
    "layers": "Layers",
    "data": "Data",
    "epochs": "Epochs",
    "batch_size": "Batch size",
    "optimizer": "Optimizer",
    "learning_rate": "Learning rate",
    "train_size": "Training digits",
    "writers": "Writers",
    "left_out": "Digits left out",
    "rare": "Rare digits",
    "rare_share": "Kept of the rare",
    "shuffled_labels": "Shuffled labels",
    "placement": "Placement",
    "augmentation": "Augmentation",
    "distortion": "Augmentation strength",
    "wider_epochs": "Epochs in a wider world",
    "non_digits": "Non-digits",
    "test_time_augmentation": "Test-time augmentation",
    "validation_share": "Validation share",
    "split": "Held out",
    "schedule": "Schedule",
    "weight_decay": "Weight decay",
    "loss": "Labels as",
    "label_smoothing": "Label smoothing",
    "seed": "Random seed",
    "name": "Name",
}

_OPTION_WORDS = {
    "adam": "Adam",
    "adamw": "AdamW",
    "constant": "Constant",
    "one_cycle": "One cycle",
    "cosine": "Cosine",
    "sparse_categorical_crossentropy": "Numbers (sparse)",
    "categorical_crossentropy": "One-hot vectors",
    ALL_WRITERS: "All",
    STUDENTS: "Students",
    EMPLOYEES: "Census employees",
    AT_RANDOM: "Digits at random",
    BY_WRITER: "Whole writers",
    CENTRED: "Centred",
    CORNER: "Upper left corner",
    ANYWHERE: "Anywhere",
}
_NOT_SAID = {
    "train_size": "all",
    "layers": "its own",
    "left_out": "none",
    "rare": "none",
}  # what an empty choice stands for
_SHARES = ("rare_share", "shuffled_labels", "validation_share", "distortion")
_NO_KNOB = ("name",)  # it changes nothing that is learned


def option_words(name: str) -> Callable[[str], str]:
    """Return what says the options of a choice as a person would."""
    return NETWORK_TITLES.__getitem__ if name == "network" else _OPTION_WORDS.__getitem__


@dataclass(frozen=True)
class Difference:
    """A choice in which two trainings differ: what it is called, and what was chosen in each, in words."""

    name: str  # of the field
    label: str
    one: str
    other: str

    def __str__(self) -> str:
        return f"{self.label}: {self.one} and {self.other}"


def differences(one: TrainingConfig, other: TrainingConfig) -> tuple[Difference, ...]:
    """Return in what two trainings differ, in the order of the choices; their names don't count."""
    return tuple(
        Difference(name, LABELS[name], in_words(name, getattr(one, name)), in_words(name, getattr(other, name)))
        for name in (choice.name for choice in fields(TrainingConfig))
        if name not in _NO_KNOB and getattr(one, name) != getattr(other, name)
    )


def in_words(name: str, value: Any) -> str:
    """Return the value of a choice in words, such as "20%" for a share of 0.2."""
    if value in (None, ""):
        return _NOT_SAID.get(name, "none")
    if isinstance(value, bool):
        return "on" if value else "off"
    if name in _SHARES:
        return percent(value, 0) if round(100 * value) == 100 * value else percent(value, 1)
    if isinstance(value, str):
        return option_words(name)(value) if value in _OPTION_WORDS or name == "network" else value
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:.6f}".rstrip("0") if 0 < value < 1e-4 else f"{value:g}"  # %g would write 1e-05


def peculiarities(config: TrainingConfig) -> tuple[str, ...]:
    """Return, a sentence each, what is out of the ordinary in what a run learned from; nothing where all is usual."""
    return tuple(_peculiarities(config))


def _peculiarities(config: TrainingConfig) -> Iterator[str]:
    if config.writers != ALL_WRITERS:
        whose = {STUDENTS: "students", EMPLOYEES: "census employees"}[config.writers]
        yield f"It learned from digits that {whose} wrote, and from nobody else's."
    if config.split == BY_WRITER:
        yield "Its validation digits are by writers from whom it never learned."
    if config.left_out:
        yield f"It never learned from a {_listed(config.left_out, 'or')}."
    if config.rare:
        kept = in_words("rare_share", config.rare_share)
        yield f"Of the {_listed([f'{digit}s' for digit in config.rare], 'and')}, it learned from only {kept}."
    if config.shuffled_labels:
        yield f"{in_words('shuffled_labels', config.shuffled_labels)} of its training labels were drawn at random."
    if config.placement != CENTRED:
        where = {CORNER: "in the upper left corner", ANYWHERE: "anywhere in their pictures"}[config.placement]
        yield f"Its training digits lay {where}."


def _listed(words: Sequence[str], last: str) -> str:
    return f" {last} ".join(filter(None, (", ".join(words[:-1]), words[-1])))
