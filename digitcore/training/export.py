"""From a trained Keras model to a LiteRT graph: constants, batch normalisation folded into convolutions."""

from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from digitcore import networks
from digitcore.base.images import SIDE
from digitcore.networks import Layer, Network

Array = NDArray[np.float32]
_LEAST = np.finfo(np.float32).min
Weights = dict[str, list[Array]]  # by layer name, in Keras's order


@dataclass(frozen=True, eq=False)
class _Affine:
    """A batch normalisation with fixed statistics: a factor and an offset a channel."""

    factor: Array
    offset: Array


def to_litert(network: Network, model: keras.Model) -> bytes:
    """Return the .tflite file's bytes.

    The graph takes `images` float32 (N, 28, 28) in [0, 1] and gives `logits` (N, 10), `features` (N, F), which is what
    goes into the last dense layer, and for each convolution its activations after the ReLU that follows, under the
    convolution's name ("conv_1" …), (N, height, width, filters).
    """
    # not Keras's own `export(format="litert")`: its file is as large (656 kB, ours 655) but gives the logits alone
    # read before tracing: inside a graph a variable has no value
    weights = {layer.name: layer.get_weights() for layer in model.layers}
    module = tf.Module()
    module.serve = tf.function(
        lambda images: _forward(network, weights, images),
        input_signature=[tf.TensorSpec((None, SIDE, SIDE), tf.float32, name="images")],
        autograph=False,
    )
    concrete = module.serve.get_concrete_function()
    converter = tf.lite.TFLiteConverter.from_concrete_functions([concrete], module)
    graph: bytes = converter.convert()
    return graph


def _forward(network: Network, weights: Weights, images: tf.Tensor) -> dict[str, tf.Tensor]:
    values = tf.reshape(images, (-1, SIDE, SIDE, 1))
    outputs: dict[str, tf.Tensor] = {}
    convolution = ""
    layers = list(network.named_layers())
    for index, (name, layer) in enumerate(layers):
        following = layers[index + 1] if index + 1 < len(layers) else None
        if isinstance(layer, networks.Conv):
            convolution = name
            norm = following[0] if following and isinstance(following[1], networks.BatchNorm) else None
            values = _convolve(weights, name, layer, norm, values)
        elif isinstance(layer, networks.BatchNorm):
            previous = layers[index - 1][1] if index else None
            if not isinstance(previous, networks.Conv):  # there it has been folded
                affine = _affine(weights[name])
                values = values * affine.factor + affine.offset
        elif isinstance(layer, networks.Dense):
            values = _unfolded(values) if _folds([each for _, each in layers[:index]]) else values
            outputs["features"] = values  # the last dense layer's input stays
            kernel, bias = weights[name]
            values = tf.matmul(values, kernel) + bias
        else:
            values = _apply(layer, values)
        if isinstance(layer, networks.Relu) and values.shape.rank == 4:
            outputs[convolution] = values
    return {name: tf.identity(value, name) for name, value in {**outputs, "logits": values}.items()}


def _folds(before: list[Layer]) -> bool:
    """Return whether the converter would fold what lies before a dense layer into it, past the features."""
    plain = [layer for layer in before if not isinstance(layer, networks.Dropout | networks.Flatten)]
    return bool(plain) and isinstance(plain[-1], networks.Dense | networks.BatchNorm)


def _unfolded(values: tf.Tensor) -> tf.Tensor:
    """Return the same numbers by a step that the converter leaves alone, so that the layers stay in one line."""
    return tf.maximum(values, _LEAST)


def _convolve(weights: Weights, name: str, layer: networks.Conv, norm: str | None, values: tf.Tensor) -> tf.Tensor:
    kernel, *rest = weights[name]
    bias = rest[0] if rest else np.zeros(layer.filters, np.float32)
    if norm:
        affine = _affine(weights[norm])
        kernel, bias = kernel * affine.factor, bias * affine.factor + affine.offset
    return tf.nn.conv2d(values, kernel, layer.stride, "SAME" if layer.same else "VALID") + bias


def _affine(weights: list[Array]) -> _Affine:
    gamma, beta, mean, variance = weights
    factor = gamma / np.sqrt(variance + networks.BATCH_NORM_EPSILON)
    return _Affine(factor, beta - mean * factor)


def _apply(layer: Layer, values: tf.Tensor) -> tf.Tensor:
    match layer:
        case networks.Relu():
            return tf.nn.relu(values)
        case networks.MaxPool():
            return tf.nn.max_pool2d(values, 2, 2, "VALID")
        case networks.GlobalAveragePool():
            return tf.reduce_mean(values, axis=(1, 2))
        case networks.Flatten():
            return tf.reshape(values, (-1, int(np.prod(values.shape[1:]))))
        case networks.Dropout():
            return values
    raise TypeError(f"No LiteRT form for the layer {layer}.")
