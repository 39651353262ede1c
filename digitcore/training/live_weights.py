"""A network in the middle of its training, as the file with which a page reads drawings."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from digitcore import networks
from digitcore.inference.engine_layers import Arrays, EngineLayer
from digitcore.inference.weights import pack_learning
from digitcore.networks import Layer, Network, kind_of

Statistics = Mapping[str, tuple[Any, Any]]  # mean and variance (C,), by the name of the layer that normalises with them


def live_weights(model: keras.Model, network: Network, statistics: Statistics) -> bytes:
    """Return the file of a model of that network.

    It normalises with `statistics`, not with the model's running averages, which lag behind while it learns fast.
    """
    return pack_learning(network, layers_now(network, model, statistics))


def layers_now(network: Network, model: keras.Model, statistics: Statistics) -> tuple[EngineLayer, ...]:
    """Return what the page computes, layer by layer, with the weights as they are now."""
    numbers = {layer.name: [np.asarray(weight) for weight in layer.get_weights()] for layer in model.layers}
    return tuple(
        EngineLayer(name, kind_of(layer), _arrays(layer, numbers[name], statistics.get(name)), **_manner(layer))
        for name, layer in network.named_layers()
        if not isinstance(layer, networks.Dropout)  # which does nothing when it reads
    )


def _arrays(layer: Layer, numbers: list[NDArray[np.float32]], moments: tuple[Any, Any] | None) -> Arrays:
    match layer:
        case networks.Conv():
            kernel, *bias = numbers  # (K, K, I, O)
            return kernel.transpose(3, 0, 1, 2), bias[0] if bias else np.zeros(layer.filters, np.float32)
        case networks.Dense():
            kernel, bias_of_units = numbers  # (I, O)
            return kernel.T, bias_of_units
        case networks.BatchNorm():
            return _factor_and_offset(numbers, moments)
    return ()


def _factor_and_offset(numbers: list[NDArray[np.float32]], moments: tuple[Any, Any] | None) -> Arrays:
    gamma, beta, *averages = numbers
    mean, variance = (np.asarray(each, np.float32) for each in moments or averages)
    factor = gamma / np.sqrt(variance + np.float32(networks.BATCH_NORM_EPSILON))
    return factor, beta - mean * factor


def _manner(layer: Layer) -> dict[str, Any]:
    """Return in which manner a layer goes over its input: what its description and the page's have in common."""
    shared = {field.name for field in fields(EngineLayer)}
    return {field.name: getattr(layer, field.name) for field in fields(layer) if field.name in shared}
