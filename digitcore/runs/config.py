"""What can be chosen for a training: each choice with its bounds, its default and a line of help.

The Train page, the command line and `run.json` all come from `TrainingConfig`; `RECIPES` fills it in at one click.
"""

import shlex
import types
from collections.abc import Mapping
from dataclasses import Field, asdict, dataclass, field, fields, replace
from typing import Any, Self, get_args

from digitcore.base.errors import BadConfig
from digitcore.data.mnist import MNIST
from digitcore.networks import NETWORKS

OPTIMIZERS = ("adam", "adamw")
SCHEDULES = ("constant", "one_cycle", "cosine")
EARLIER_NAMES = {"second_look": "test_time_augmentation"}  # of choices, in records and commands that exist
LOSSES = ("sparse_categorical_crossentropy", "categorical_crossentropy")


def _choice(
    default: Any, help_line: str, *, low: float | None = None, high: float | None = None, options: tuple[str, ...] = ()
) -> Any:
    return field(default=default, metadata={"help": help_line, "low": low, "high": high, "options": options})


@dataclass(frozen=True)
class TrainingConfig:
    """Everything that decides how a training goes.

    Parameters
    ----------
    network, data, epochs, … : optional
        Each choice is declared below with its default, a line of help, and its bounds or options.

    Raises
    ------
    BadConfig
        If a choice has the wrong type, or lies outside its bounds or options.
    """

    network: str = _choice("simple_cnn", "Which network learns.", options=tuple(NETWORKS))
    data: str = _choice(MNIST, "What it learns from: MNIST, a data set of your own, or both.")
    epochs: int = _choice(10, "How often it sees every training digit.", low=1, high=100)
    batch_size: int = _choice(128, "Digits per step; a larger batch makes fewer, smoother steps.", low=8, high=2048)
    optimizer: str = _choice("adam", "How a step follows from the gradient.", options=OPTIMIZERS)
    learning_rate: float = _choice(1e-3, "Size of a step; its peak, if the schedule has one.", low=1e-6, high=1e9)
    schedule: str = _choice("constant", "How the learning rate changes during training.", options=SCHEDULES)
    weight_decay: float = _choice(0.0, "How strongly AdamW pulls weights to zero; Adam doesn't.", low=0.0, high=1.0)
    loss: str = _choice(
        LOSSES[0], "Softmax cross-entropy with labels as numbers (sparse) or as one-hot vectors.", options=LOSSES
    )
    label_smoothing: float = _choice(0.0, "Share of certainty spread over all ten digits.", low=0.0, high=0.5)
    validation_share: float = _choice(0.2, "Share of the digits held out for validation.", low=0.01, high=0.5)
    train_size: int | None = _choice(
        None, "How many digits to learn from; if not given, all but those for validation.", low=10
    )
    augmentation: bool = _choice(
        False, "Turn, shift, stretch and bend the digits, vary the pen and hide a spot, differently at every step."
    )
    distortion: float = _choice(1.0, "How strong augmentation is, as a share of the most.", low=0.1, high=1.0)
    non_digits: bool = _choice(
        False, "Mix in scribbles, letters and other drawings that aren't digits, so that it learns to reject them."
    )
    test_time_augmentation: bool = _choice(
        False, "Once trained, it reads digits it is unsure of again: turned a little, smaller and larger."
    )
    seed: int = _choice(0, "Decides the split, first weights, order and augmentation.", low=0, high=2**31 - 1)
    name: str = _choice("", "A name for the run; its network and time if empty.")

    def __post_init__(self) -> None:
        for choice in fields(self):
            check(choice, getattr(self, choice.name))

    def to_json(self) -> dict[str, Any]:
        """Return the choices by name, ready for JSON.

        Returns
        -------
        dict of str to str, int, float, bool or None
        """
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """Make a config from what `to_json` returned, by this version or an earlier one.

        Parameters
        ----------
        values : mapping of str to choice
            Choices that are missing get their defaults.

        Returns
        -------
        TrainingConfig

        Raises
        ------
        BadConfig
            If a name is unknown or a choice is not allowed.
        """
        values = {EARLIER_NAMES.get(name, name): value for name, value in values.items()}
        unknown = sorted(set(values) - {choice.name for choice in fields(cls)})
        if unknown:
            raise BadConfig(f"There is no training choice called {unknown[0]!r}.")
        return cls(**values)

    def to_options(self) -> str:
        """Return all choices as command-line options, so that the command does not depend on any default.

        Returns
        -------
        str
        """
        return " ".join(_option(name, value) for name, value in asdict(self).items() if value not in (None, ""))

    def but(self, **changes: Any) -> Self:
        """Return a copy with some choices changed.

        Parameters
        ----------
        **changes
            New values by the names of the choices.

        Returns
        -------
        TrainingConfig

        Raises
        ------
        BadConfig
            If a new value is not allowed.
        """
        return replace(self, **changes)


def kind_of(choice: Field[Any]) -> type:
    """Return the type of a choice, without the None that stands for "not given"."""
    kinds = get_args(choice.type) if isinstance(choice.type, types.UnionType) else (choice.type,)
    return next(kind for kind in kinds if isinstance(kind, type) and kind is not type(None))


def optional(choice: Field[Any]) -> bool:
    """Return whether a choice may be left out (None)."""
    return isinstance(choice.type, types.UnionType)


def _option(name: str, value: Any) -> str:
    words = name.replace("_", "-")
    if isinstance(value, bool):
        return f"--{words}" if value else f"--no-{words}"
    return f"--{words} {shlex.quote(str(value))}"


def check(choice: Field[Any], value: Any) -> None:
    """Raise `BadConfig`, with a sentence that says what can be, where a choice can't have a value."""
    kind = kind_of(choice)
    words = choice.name.replace("_", " ")
    if value is None and optional(choice):
        return
    accepted = (int, float) if kind is float else (kind,)
    if not isinstance(value, accepted) or (isinstance(value, bool) and kind is not bool):
        raise BadConfig(f"The {words} must be {_KIND_WORDS[kind]}; {value!r} is not.")
    if choice.metadata["options"] and value not in choice.metadata["options"]:
        raise BadConfig(f"The {words} must be one of {', '.join(choice.metadata['options'])}; {value!r} is not.")
    low, high = choice.metadata["low"], choice.metadata["high"]
    if low is not None and not (value >= low and (high is None or value <= high)):  # NaN fails this too
        bounds = f"between {low:g} and {high:,g}" if high is not None else f"at least {low:g}"
        raise BadConfig(f"The {words} must be {bounds}; {value:g} is not.")


_KIND_WORDS = {int: "a whole number", float: "a number", str: "a text", bool: "true or false"}
