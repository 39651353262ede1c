"""A network of one's own: its layers as a line of words, such as "conv32 relu pool flatten dense64 relu dropout0.5".

The words stand in a run's record, in an address and on a command line. The last layer, ten logits, goes without saying.
A convolution that a batch normalisation follows needs no bias, and gets none.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from itertools import zip_longest
from typing import Any

from digitcore.networks import (
    CLASSES,
    IMAGE_SHAPE,
    NETWORKS,
    BatchNorm,
    Conv,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePool,
    Layer,
    MaxPool,
    Network,
    Relu,
    Shape,
)

OWN = "own"  # the name of every such network
TITLE = "Own network"
MOST_LAYERS, MOST_PARAMETERS = 12, 500_000
START = "conv16 relu pool conv32 relu pool flatten"  # what a page begins with

NETWORK_TITLES = {**{name: network.title for name, network in NETWORKS.items()}, OWN: TITLE}

WORDS: dict[str, type[Layer]] = {
    "conv": Conv,
    "norm": BatchNorm,
    "relu": Relu,
    "pool": MaxPool,
    "average": GlobalAveragePool,
    "flatten": Flatten,
    "dropout": Dropout,
    "dense": Dense,
}
KINDS: dict[type[Layer], str] = {
    Conv: "Convolution",
    BatchNorm: "Batch normalisation",
    Relu: "ReLU",
    MaxPool: "Max pooling",
    GlobalAveragePool: "Global average",
    Flatten: "Flatten",
    Dropout: "Dropout",
    Dense: "Dense",
}
FRESH: dict[type[Layer], Layer] = {Conv: Conv(16), Dropout: Dropout(0.5), Dense: Dense(64)}  # as they are added
BOUNDS: dict[str, tuple[float, float]] = {
    "filters": (1, 256),
    "kernel": (1, 7),
    "stride": (1, 3),
    "units": (1, 1024),
    "rate": (0.05, 0.9),
}

_WORD = re.compile(r"(?P<kind>[a-z]+?)(?P<size>\d+(\.\d+)?)?(k(?P<kernel>\d+))?(s(?P<stride>\d+))?(?P<same>same)?")
_EXAMPLES = "conv32, conv16k5s2, conv8same, norm, relu, pool, average, flatten, dense64 and dropout0.5"


class BadLayersError(ValueError):
    """What is wrong with a network of one's own, as a sentence."""


@dataclass(frozen=True)
class Row:
    """A layer, what comes out of it and how many parameters it has; without a shape if nothing can come out."""

    layer: Layer
    shape: Shape | None
    parameters: int


def own_network(text: str) -> Network:
    """Return the network that a line of words describes. Raises `BadLayersError`."""
    layers = parsed(text)
    if trouble := trouble_of(layers):
        raise BadLayersError(trouble)
    return Network(OWN, TITLE, f"{len(layers)} layers of one's own, and the output.", (*layers, Dense(CLASSES)))


def parsed(text: str) -> tuple[Layer, ...]:
    """Return the layers of a line of words, whether or not they fit together. Raises `BadLayersError`."""
    layers = [_layer(number, word) for number, word in enumerate(text.lower().replace(",", " ").split(), 1)]
    return _with_biases(layers)


def written(layers: Sequence[Layer]) -> str:
    """Return the line of words that describes layers."""
    return " ".join(_word(layer) for layer in layers)


def rows_of(layers: Sequence[Layer]) -> list[Row]:
    """Return a row a layer, with the output as the last; behind the first that doesn't fit, none has a shape."""
    rows: list[Row] = []
    shape: Shape | None = IMAGE_SHAPE
    for layer in (*layers, Dense(CLASSES)):
        fits = shape is not None and _trouble(layer, shape) is None
        parameters = layer.parameters(shape) if fits and shape else 0
        shape = layer.output_shape(shape) if fits and shape else None
        rows.append(Row(layer, shape, parameters))
    return rows


def trouble_of(layers: Sequence[Layer]) -> str | None:
    """Return what is wrong with layers, as a sentence; None if they make a network."""
    return next(_troubles(layers), None)


def _troubles(layers: Sequence[Layer]) -> Iterator[str]:
    if not 1 <= len(layers) <= MOST_LAYERS:
        yield f"A network of one's own has 1 to {MOST_LAYERS} layers; this has {len(layers) or 'none'}."
    shape = IMAGE_SHAPE
    for number, layer in enumerate(layers, 1):
        if trouble := _trouble(layer, shape):
            yield f"Layer {number}, {_named(layer)}, {trouble}"
            return
        shape = layer.output_shape(shape)
    if len(shape) > 1:
        yield "The ten outputs need their numbers in one row: end with Flatten or a global average."
        return
    count = sum(row.parameters for row in rows_of(layers))
    if count > MOST_PARAMETERS:
        yield (
            f"It has {count:,} parameters, and {MOST_PARAMETERS:,} are the most: use fewer filters or units, or pool "
            "before Flatten."
        )


def _trouble(layer: Layer, shape: Shape) -> str | None:
    """Return what keeps a layer from taking such an input, as the end of a sentence."""
    match layer:
        case Dense() if len(shape) > 1:
            return "needs its numbers in one row: put Flatten or a global average before it."
        case Conv() | MaxPool() | GlobalAveragePool() | Flatten() if len(shape) == 1:
            return "needs a picture, and here the numbers lie in one row already: put it before Flatten."
        case Conv(kernel=kernel, same=False) if kernel > min(shape[:2]):
            return f"does not fit: only {shape[0]}×{shape[1]} pixels are left here."
        case MaxPool() if min(shape[:2]) < 2:
            return f"needs 2×2 pixels: only {shape[0]}×{shape[1]} are left here."
    return None


def _named(layer: Layer) -> str:
    """Return a layer within a sentence."""
    match layer:
        case Conv(kernel=kernel):
            return f"a convolution of {kernel}×{kernel}"
        case Relu():
            return KINDS[Relu]
    return KINDS[type(layer)].lower()


def _layer(number: int, word: str) -> Layer:
    found = _WORD.fullmatch(word)
    if found is None or found["kind"] not in WORDS:
        raise BadLayersError(f"Layer {number}, {word[:20]!r}, is no layer; there are, for example, {_EXAMPLES}.")
    kind = WORDS[found["kind"]]
    values = _values(kind, found)
    names = {field.name for field in fields(kind)}
    given = {name: value for name, value in values.items() if value is not None}
    if set(given) - names or ("filters" in names and "filters" not in given):
        raise BadLayersError(f"Layer {number}, {word[:20]!r}, can't be written so; write, for example, {_EXAMPLES}.")
    if needed := {"units", "rate"} & names - set(given):
        raise BadLayersError(f"Layer {number}, {word!r}, needs a number for its {needed.pop()}, as in {_EXAMPLES}.")
    for name in set(given) & set(BOUNDS):
        _check_bounds(number, name, given[name])
    layer = kind(**given)
    if isinstance(layer, Conv) and layer.same and layer.stride > 1:
        raise BadLayersError(f"Layer {number} can't keep the picture's size and have a stride of {layer.stride}.")
    return layer


def _values(kind: type[Layer], found: re.Match[str]) -> dict[str, Any]:
    """Return a word's numbers by the name of the layer's field, None where it has none."""
    size = {Conv: "filters", Dense: "units", Dropout: "rate"}.get(kind, "size")
    number: Callable[[str], float] = float if kind is Dropout or "." in (found["size"] or "") else int
    whole = {name: int(found[name]) if found[name] else None for name in ("kernel", "stride")}
    return {size: number(found["size"]) if found["size"] else None, **whole, "same": True if found["same"] else None}


def _check_bounds(number: int, name: str, value: float) -> None:
    low, high = BOUNDS[name]
    if not low <= value <= high or (name != "rate" and value != int(value)):
        raise BadLayersError(f"Layer {number}: its {name} must be {low:g} to {high:g}; {value:g} is not.")


def _with_biases(layers: Sequence[Layer]) -> tuple[Layer, ...]:
    return tuple(
        replace(layer, bias=not isinstance(following, BatchNorm)) if isinstance(layer, Conv) else layer
        for layer, following in zip_longest(layers, layers[1:])
        if layer is not None
    )


def _word(layer: Layer) -> str:
    word = next(word for word, kind in WORDS.items() if isinstance(layer, kind))
    match layer:
        case Conv():
            kernel = f"k{layer.kernel}" if layer.kernel != Conv(1).kernel else ""
            stride = f"s{layer.stride}" if layer.stride > 1 else ""
            return f"{word}{layer.filters}{kernel}{stride}{'same' if layer.same else ''}"
        case Dense(units):
            return f"{word}{units}"
        case Dropout(rate):
            return f"{word}{rate:g}"
    return word
