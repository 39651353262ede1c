"""How a Keras program writes each kind of layer."""

from collections.abc import Iterator

from digitcore import networks
from digitcore.networks import Layer, Network


def layer_lines(network: Network) -> Iterator[str]:
    """Yield a line a layer, such as "layers.Conv2D(32, 3)"."""
    return (f"layers.{_written(layer)}" for layer in network.layers)


def _written(layer: Layer) -> str:
    match layer:
        case networks.Conv():
            return f"Conv2D({', '.join(_convolution(layer))})"
        case networks.BatchNorm():
            return f"BatchNormalization(momentum={networks.BATCH_NORM_MOMENTUM:g})"
        case networks.Dropout(rate):
            return f"Dropout({rate:g})"
        case networks.Dense(units):
            return f"Dense({units})"
    return f"{_PLAIN[type(layer)]}()"


_PLAIN = {
    networks.Relu: "ReLU",
    networks.MaxPool: "MaxPooling2D",
    networks.GlobalAveragePool: "GlobalAveragePooling2D",
    networks.Flatten: "Flatten",
}


def _convolution(layer: networks.Conv) -> Iterator[str]:
    yield str(layer.filters)
    yield str(layer.kernel)
    if layer.stride > 1:
        yield f"strides={layer.stride}"
    if layer.same:
        yield 'padding="same"'
    if not layer.bias:
        yield "use_bias=False"
