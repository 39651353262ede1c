"""From a network's list of layers to a Keras model."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from digitcore import networks
from digitcore.networks import IMAGE_SHAPE, Network

_MAKERS: dict[type, Callable[[Any, str, int], keras.Layer]] = {
    networks.Conv: lambda layer, name, seed: keras.layers.Conv2D(
        layer.filters,
        layer.kernel,
        layer.stride,
        padding="same" if layer.same else "valid",
        use_bias=layer.bias,
        kernel_initializer=keras.initializers.GlorotUniform(seed),
        name=name,
    ),
    networks.BatchNorm: lambda layer, name, seed: keras.layers.BatchNormalization(
        momentum=networks.BATCH_NORM_MOMENTUM, epsilon=networks.BATCH_NORM_EPSILON, name=name
    ),
    networks.Relu: lambda layer, name, seed: keras.layers.ReLU(name=name),
    networks.MaxPool: lambda layer, name, seed: keras.layers.MaxPooling2D(2, name=name),
    networks.GlobalAveragePool: lambda layer, name, seed: keras.layers.GlobalAveragePooling2D(name=name),
    networks.Flatten: lambda layer, name, seed: keras.layers.Flatten(name=name),
    networks.Dropout: lambda layer, name, seed: keras.layers.Dropout(layer.rate, seed=seed, name=name),
    networks.Dense: lambda layer, name, seed: keras.layers.Dense(
        layer.units, kernel_initializer=keras.initializers.GlorotUniform(seed), name=name
    ),
}


def build(network: Network, seed: int) -> keras.Model:
    """Return a fresh model: float32 (N, 28, 28, 1) in [0, 1] to logits float32 (N, 10).

    Every layer has a seed of its own, made of `seed`: what else draws random numbers in the process, in whichever
    thread, changes neither the first weights (Glorot and Bengio 2010) nor what dropout drops.
    """
    seeds = np.random.SeedSequence(seed).generate_state(len(network.layers))
    pixels = output = keras.Input(IMAGE_SHAPE, name="images")
    for (name, layer), layer_seed in zip(network.named_layers(), seeds, strict=True):
        output = _MAKERS[type(layer)](layer, name, int(layer_seed))(output)
    return keras.Model(pixels, output, name=network.name)


def logits_with_own_statistics(model: keras.Model, images: Any) -> tuple[Any, dict[str, tuple[Any, Any]]]:
    """Return the logits (N, 10) of images (N, 28, 28, 1), normalised by their own mean and variance; no dropout.

    With them come these means and variances, each (C,), by the normalising layer's name.

    While a network learns fast, the running averages of its batch normalisation lag behind its weights: after 40 steps
    it may read 96% of a batch by the batch's own statistics and 17% by the averages.
    """
    statistics = {}
    for layer in model.layers[1:]:
        if isinstance(layer, keras.layers.BatchNormalization):
            moments = statistics[layer.name] = keras.ops.moments(images, axes=list(range(len(images.shape) - 1)))
            images = _normalise(layer, images, *moments)
        else:
            images = layer(images, training=False)
    return images, statistics


def _normalise(layer: keras.layers.BatchNormalization, images: Any, mean: Any, variance: Any) -> Any:
    return (images - mean) * keras.ops.rsqrt(variance + layer.epsilon) * layer.gamma + layer.beta
