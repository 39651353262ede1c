"""The networks, each a plain list of layers: data, not code that runs.

Nothing here imports TensorFlow, so a page can show a network's summary without loading it. `training.keras_model` makes
a Keras model of the same list and `training.export` a LiteRT graph. A new kind of layer is one class here and one row
in each of those two tables.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod

Shape = tuple[int, ...]  # without the batch axis: (height, width, channels) or (units,)

IMAGE_SHAPE: Shape = (28, 28, 1)
CLASSES = 10
BATCH_NORM_EPSILON = 1e-3  # added to the variance
BATCH_NORM_MOMENTUM = 0.95  # share of the running statistics kept a step; 0.99 would lag in a one-epoch training


@dataclass(frozen=True)
class Conv:
    """2-D convolution with a square kernel."""

    filters: int
    kernel: int = 3
    stride: int = 1  # pixels from one place of the kernel to the next, both ways
    same: bool = False  # pad with zeros so that height and width stay, for which the stride must be 1
    bias: bool = True  # without where batch normalisation follows, which has an offset of its own

    def output_shape(self, shape: Shape) -> Shape:
        height, width, _ = shape
        lost = 0 if self.same else self.kernel - 1
        return (height - lost - 1) // self.stride + 1, (width - lost - 1) // self.stride + 1, self.filters

    def parameters(self, shape: Shape) -> int:
        return self.kernel**2 * shape[-1] * self.filters + self.filters * self.bias


@dataclass(frozen=True)
class BatchNorm:
    """Batch normalisation over all axes but the last (Ioffe and Szegedy 2015); two of its four vectors are trained."""

    def output_shape(self, shape: Shape) -> Shape:
        return shape

    def parameters(self, shape: Shape) -> int:
        return 4 * shape[-1]


@dataclass(frozen=True)
class Relu:
    """Rectified linear unit, max(0, x)."""

    def output_shape(self, shape: Shape) -> Shape:
        return shape

    def parameters(self, shape: Shape) -> int:
        return 0


@dataclass(frozen=True)
class MaxPool:
    """The largest of each 2x2 block; an odd last row or column is dropped."""

    def output_shape(self, shape: Shape) -> Shape:
        height, width, channels = shape
        return height // 2, width // 2, channels

    def parameters(self, shape: Shape) -> int:
        return 0


@dataclass(frozen=True)
class GlobalAveragePool:
    """The mean of each channel over height and width."""

    def output_shape(self, shape: Shape) -> Shape:
        return (shape[-1],)

    def parameters(self, shape: Shape) -> int:
        return 0


@dataclass(frozen=True)
class Flatten:
    """Lays all numbers out in one row."""

    def output_shape(self, shape: Shape) -> Shape:
        return (prod(shape),)

    def parameters(self, shape: Shape) -> int:
        return 0


@dataclass(frozen=True)
class Dropout:
    """While training, sets a share `rate` of its inputs to 0 and scales the rest up; does nothing afterwards."""

    rate: float

    def output_shape(self, shape: Shape) -> Shape:
        return shape

    def parameters(self, shape: Shape) -> int:
        return 0


@dataclass(frozen=True)
class Dense:
    """Fully connected layer."""

    units: int

    def output_shape(self, shape: Shape) -> Shape:
        return (self.units,)

    def parameters(self, shape: Shape) -> int:
        return (shape[0] + 1) * self.units


Layer = Conv | BatchNorm | Relu | MaxPool | GlobalAveragePool | Flatten | Dropout | Dense


@dataclass(frozen=True)
class LayerSummary:
    """One row of a network's summary."""

    name: str  # unique within the network: "conv_1", "dense_2" …
    kind: str
    output_shape: Shape
    parameters: int


@dataclass(frozen=True)
class Network:
    """A named list of layers from a (28, 28, 1) image to ten logits.

    The last layer is always `Dense(10)`; what goes into it are the features that explanations and rejection use.
    """

    name: str
    title: str
    description: str
    layers: tuple[Layer, ...]

    def named_layers(self) -> Iterator[tuple[str, Layer]]:
        """Yield each layer with its name: its kind and its number within that kind, from 1."""
        seen: dict[str, int] = {}
        for layer in self.layers:
            kind = kind_of(layer)
            seen[kind] = seen.get(kind, 0) + 1
            yield f"{kind}_{seen[kind]}", layer

    def summary(self) -> tuple[LayerSummary, ...]:
        """Return a row a layer: name, kind, output shape without the batch axis, parameters."""
        rows, shape = [], IMAGE_SHAPE
        for name, layer in self.named_layers():
            count = layer.parameters(shape)
            shape = layer.output_shape(shape)
            rows.append(LayerSummary(name, kind_of(layer), shape, count))
        return tuple(rows)

    @property
    def parameters(self) -> int:
        """The number of parameters, including the running statistics of batch normalisation."""
        return sum(row.parameters for row in self.summary())

    @property
    def products(self) -> int:
        """About how many numbers are multiplied to read one picture: each parameter of a map, at each of its places."""
        return sum(row.parameters * prod(row.output_shape[:-1]) for row in self.summary())


def kind_of(layer: Layer) -> str:
    """Return the name of a layer's kind, such as `batch_norm`: in summaries, and in what a page computes."""
    names = {BatchNorm: "batch_norm", MaxPool: "max_pool", GlobalAveragePool: "average_pool"}
    return names.get(type(layer), type(layer).__name__.lower())


def _normalised(filters: int, same: bool = False) -> tuple[Layer, ...]:
    return Conv(filters, same=same, bias=False), BatchNorm(), Relu()


def _pooled(filters: int) -> tuple[Layer, ...]:
    """Convolution, pooling, batch normalisation, ReLU: pooled first, so that the rest has a quarter of the work."""
    return Conv(filters, bias=False), MaxPool(), BatchNorm(), Relu()


LINEAR = Network(
    "linear",
    "Linear network",
    "Softmax regression: ten weighted sums of the pixels, one for each digit, and nothing hidden between.",
    (Flatten(), Dense(CLASSES)),
)

DENSE = Network(
    "dense",
    "Dense network",
    "Every pixel to every neuron: the classic first attempt, blind to what is next to what.",
    (Flatten(), Dense(128), Relu(), Dropout(0.2), Dense(CLASSES)),
)

SIMPLE_CNN = Network(
    "simple_cnn",
    "Tutorial CNN",
    "Two convolution and pooling blocks and a dense head, as most courses draw it.",
    (
        *(Conv(32), Relu(), MaxPool()),
        *(Conv(64), Relu(), MaxPool()),
        *(Flatten(), Dense(128), Relu(), Dropout(0.5), Dense(CLASSES)),
    ),
)

FAST_CNN = Network(
    "fast_cnn",
    "Fast CNN",
    "Strides leave it few pixels to look at: about 99% within seconds.",
    (
        *(Conv(16, kernel=5, stride=2), Relu()),  # normalising here would cost as much time as the whole last block
        *(Conv(32, kernel=5, stride=2, bias=False), BatchNorm(), Relu()),
        *(Conv(128, kernel=4, bias=False), BatchNorm(), Relu()),  # one pixel is left: each filter sees all of it
        *(Flatten(), Dense(CLASSES)),
    ),
)

TINY_CNN = Network(
    "tiny_cnn",
    "Tiny CNN",
    "Fewer than 10,000 parameters: how little is enough when every layer earns its place.",
    (
        *(Conv(8), Relu()),
        *_pooled(16),
        *_normalised(16),
        *_pooled(16),
        *_normalised(24, same=True),
        *(GlobalAveragePool(), Dense(CLASSES)),
    ),
)

DIGITNET = Network(
    "digitnet",
    "Digitnet",
    "Six convolutions and a global average: the most accurate one here.",
    (
        *(Conv(24), Relu()),  # normalising here would cost as much time as the whole last block
        *_pooled(24),
        *_normalised(48),
        *_pooled(48),
        *_normalised(96, same=True),  # 4x4 by now: nothing to lose at the edges
        *_normalised(96, same=True),
        *(GlobalAveragePool(), Dropout(0.3), Dense(CLASSES)),
    ),
)

NETWORKS: dict[str, Network] = {
    network.name: network for network in (DIGITNET, SIMPLE_CNN, FAST_CNN, TINY_CNN, DENSE, LINEAR)
}
