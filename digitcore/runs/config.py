"""What can be chosen for a training: each choice with its bounds, its default and a line of help.

The Train page, the command line and `run.json` all come from `TrainingConfig`; `RECIPES` fills it in at one click.
"""

import re
import shlex
import types
from collections.abc import Iterator, Mapping
from dataclasses import Field, asdict, dataclass, field, fields, replace
from typing import Any, Self, get_args

from digitcore.base.errors import BadConfig
from digitcore.base.images import DIGITS
from digitcore.data.mnist import MNIST
from digitcore.data.placing import CENTRED, PLACEMENTS
from digitcore.data.splits import AT_RANDOM, BY_WRITER, SPLITS
from digitcore.data.writers import ALL_WRITERS, GROUPS
from digitcore.networks import NETWORKS, Network
from digitcore.runs.own_network import NETWORK_TITLES, OWN, BadLayersError, own_network, parsed, written

OPTIMIZERS = ("adam", "adamw")
SCHEDULES = ("constant", "one_cycle", "cosine")
EARLIER_NAMES = {"second_look": "test_time_augmentation"}  # of choices, in records and commands that exist
_LEAST_CLASSES = 2  # of digits that are left to learn
LOSSES = ("sparse_categorical_crossentropy", "categorical_crossentropy")


def _choice(
    default: Any, help_line: str, *, low: float | None = None, high: float | None = None, options: tuple[str, ...] = ()
) -> Any:
    return field(default=default, metadata={"help": help_line, "low": low, "high": high, "options": options})


def _set_of_digits(help_line: str) -> Any:
    """Return a choice of some digits, kept as a text such as "38"; empty for none."""
    return field(default="", metadata={"help": help_line, "low": None, "high": None, "options": (), "digits": True})


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

    network: str = _choice("simple_cnn", "Which network learns.", options=tuple(NETWORK_TITLES))
    layers: str = _choice("", "The layers of a network of one's own, such as 'conv16 relu pool flatten dense64 relu'.")
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
    split: str = _choice(
        AT_RANDOM,
        "Which digits are held out: any, of each class alike, or all of some writers, who are then new to the network.",
        options=SPLITS,
    )
    train_size: int | None = _choice(
        None, "How many digits to learn from; if not given, all but those for validation.", low=10
    )
    writers: str = _choice(
        ALL_WRITERS, "Whose digits it learns from; it is known of each of MNIST's who wrote it.", options=tuple(GROUPS)
    )
    left_out: str = _set_of_digits("Digits that it never learns, such as 7 or 38; those for validation keep them.")
    rare: str = _set_of_digits("Digits of which it gets to learn only a share, such as 7 or 38.")
    rare_share: float = _choice(0.1, "Which share of the rare digits is kept.", low=0.001, high=1.0)
    shuffled_labels: float = _choice(
        0.0,
        "Share of the training labels that are replaced at random; those for validation stay true.",
        low=0.0,
        high=1,
    )
    placement: str = _choice(
        CENTRED,
        "Where the training digits lie in their pictures; those for validation are centred.",
        options=PLACEMENTS,
    )
    augmentation: bool = _choice(
        False, "Turn, shift, stretch and bend the digits, vary the pen and hide a spot, differently at every step."
    )
    distortion: float = _choice(1.0, "How strong augmentation is, as a share of the most.", low=0.1, high=1.0)
    wider_epochs: int = _choice(
        0,
        "How many of the epochs, the last ones, show a wider world: a fifth of the pictures spoiled by specks, noise, "
        "bands, lines, bright grounds or blur, and digits and drawings such as MNIST has none.",
        low=0,
        high=9,
    )
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
            if choice.metadata.get("digits"):
                object.__setattr__(self, choice.name, _sorted_digits(getattr(self, choice.name)))
        if self.network == OWN:
            object.__setattr__(self, "layers", _as_written(self.layers))
        for sentence in conflicts(asdict(self)).values():
            raise BadConfig(sentence)

    @property
    def architecture(self) -> Network:
        """The network that learns, as its list of layers."""
        return own_network(self.layers) if self.network == OWN else NETWORKS[self.network]

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
            New values by the names of the choices. Fewer epochs alone are fewer in a wider world as well: at most the
            same share of them.

        Returns
        -------
        TrainingConfig

        Raises
        ------
        BadConfig
            If a new value is not allowed.
        """
        epochs = changes.get("epochs")
        if isinstance(epochs, int) and epochs < self.epochs:
            changes = {"wider_epochs": self.wider_epochs * epochs // self.epochs, **changes}
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
    if choice.metadata.get("digits") and not re.fullmatch(r"[0-9, ]*", str(value)):
        raise BadConfig(f"The {_DIGIT_WORDS[choice.name]} must be some of 0 to 9, such as 38; {value!r} is not.")
    low, high = choice.metadata["low"], choice.metadata["high"]
    if low is not None and not (value >= low and (high is None or value <= high)):  # NaN fails this too
        bounds = f"between {low:g} and {high:,g}" if high is not None else f"at least {low:g}"
        raise BadConfig(f"The {words} must be {bounds}; {value:g} is not.")


def conflicts(chosen: Mapping[str, Any]) -> dict[str, str]:
    """Return what can't be chosen together, as a sentence each by the name of the choice that is to be changed.

    Each choice alone must be allowed.
    """
    return dict(_conflicts(chosen))


def _conflicts(chosen: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if chosen["network"] == OWN:
        yield from (("layers", sentence) for sentence in _layer_troubles(chosen["layers"]))
    elif chosen["layers"]:
        yield "layers", f"Layers of one's own need the network {OWN!r}; leave them out, or choose it."
    if chosen["wider_epochs"] >= chosen["epochs"]:
        yield "wider_epochs", "At least one epoch must come before the world gets wider; choose fewer, or more in all."
    left_out, rare = (set(_sorted_digits(chosen[name])) for name in ("left_out", "rare"))
    if chosen["writers"] != ALL_WRITERS and chosen["data"] != MNIST:
        yield "writers", "Who wrote a digit is known of MNIST alone: learn from MNIST only, or from all writers."
    if chosen["split"] == BY_WRITER and chosen["data"] != MNIST:
        yield "split", "Who wrote a digit is known of MNIST alone: learn from MNIST only, or hold out digits at random."
    if len(left_out) > DIGITS - _LEAST_CLASSES:
        yield "left_out", f"At least {_LEAST_CLASSES} digits must be left to learn; leave fewer out."
    if both := sorted(left_out & rare):
        yield "rare", f"The digit {both[0]} can't be rare and left out; take it out of one of the two."


def _layer_troubles(layers: str) -> Iterator[str]:
    try:
        own_network(layers)
    except BadLayersError as error:
        yield str(error)


def _as_written(layers: str) -> str:
    """Return layers in the one way in which they are kept; as they are, where they can't be read."""
    try:
        return written(parsed(layers))
    except BadLayersError:
        return layers


def _sorted_digits(written: str) -> str:
    return "".join(sorted(set(re.sub(r"[, ]", "", written))))


_DIGIT_WORDS = {"left_out": "digits left out", "rare": "rare digits"}
_KIND_WORDS = {int: "a whole number", float: "a number", str: "a text", bool: "true or false"}
