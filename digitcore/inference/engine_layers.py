"""An exported network as the layers that it computes, one after the other: for who computes them without LiteRT.

The graph that reads digits in Python is where they come from, so both read alike, in whichever version it was exported.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from ai_edge_litert import schema_py_generated as schema
from numpy.typing import NDArray

Arrays = tuple[NDArray[np.float32], ...]


@dataclass(frozen=True, eq=False)
class EngineLayer:
    """One layer and its numbers, batch normalisation folded where that can be done.

    conv: kernel (O, K, K, I) and bias (O,), `same` says that height and width stay, `stride` by how many pixels the
    kernel moves on. dense: kernel (O, I) and bias (O,). batch_norm: factor and offset (C,). relu, max_pool,
    average_pool and flatten have none.
    """

    name: str  # its kind and its number within that kind, from 1
    kind: str
    arrays: Arrays = ()
    same: bool = False
    stride: int = 1


@dataclass(frozen=True, eq=False)
class _Step:
    kind: str
    arrays: Arrays = ()
    same: bool = False
    stride: int = 1


def layers_of(graph: bytes) -> tuple[EngineLayer, ...]:
    """Return the layers of a graph that `training.export` wrote. Raises `ValueError` for any other."""
    seen: dict[str, int] = {}
    layers = []
    for step in _with_norms(_with_biases(_steps(graph))):
        seen[step.kind] = seen.get(step.kind, 0) + 1
        name = f"{step.kind}_{seen[step.kind]}"
        layers.append(EngineLayer(name, step.kind, step.arrays, step.same, step.stride))
    return tuple(layers)


def _with_biases(steps: Iterator[_Step]) -> Iterator[_Step]:
    """Give each dense layer its bias: the converter may add it by an operator of its own, or leave one of zeros out."""
    bare: _Step | None = None
    for step in steps:
        if bare is not None:
            (kernel,) = bare.arrays
            added = step.kind == "add"
            yield replace(bare, arrays=(kernel, step.arrays[0] if added else np.zeros(len(kernel), np.float32)))
            bare = None
            if added:
                continue
        if step.kind == "dense" and len(step.arrays) == 1:
            bare = step
        else:
            yield step
    if bare is not None:
        yield replace(bare, arrays=(*bare.arrays, np.zeros(len(bare.arrays[0]), np.float32)))


def _with_norms(steps: Iterator[_Step]) -> Iterator[_Step]:
    """Put a factor and the offset that follows it together: a batch normalisation that no convolution could take."""
    factor: NDArray[np.float32] | None = None
    for step in steps:
        if step.kind == "add":
            ones = np.ones_like(step.arrays[0])
            yield _Step("batch_norm", (ones if factor is None else factor, step.arrays[0]))
            factor = None
            continue
        if factor is not None:
            yield _Step("batch_norm", (factor, np.zeros_like(factor)))
        factor = step.arrays[0] if step.kind == "mul" else None
        if factor is None:
            yield step


def _steps(graph: bytes) -> Iterator[_Step]:
    try:
        model = schema.ModelT.InitFromPackedBuf(graph, 0)
    except (struct.error, IndexError) as error:
        raise ValueError("The graph can't be read.") from error
    (part,) = model.subgraphs
    for operator in part.operators:
        code = model.operatorCodes[operator.opcodeIndex]
        constants = tuple(_constant(model, part.tensors[index]) for index in operator.inputs[1:] if index >= 0)
        step = _step(max(code.builtinCode, code.deprecatedBuiltinCode), operator, constants)  # it has stood in either
        if step.kind == "flatten" and len(part.tensors[operator.outputs[0]].shape) > 2:
            continue  # it only gives the images their one channel
        yield step
        if getattr(operator.builtinOptions, "fusedActivationFunction", 0) == schema.ActivationFunctionType.RELU:
            yield _Step("relu")


def _step(code: int, operator: Any, constants: Arrays) -> _Step:
    if code == schema.BuiltinOperator.CONV_2D:
        return _convolution(operator.builtinOptions, constants)
    if code in _NUMBERED:
        return _Step(_NUMBERED[code], constants)
    if code in _PLAIN:
        return _Step(_PLAIN[code])
    raise ValueError(f"The graph has an operator of kind {code}, which no layer of ours needs.")


def _convolution(options: Any, constants: Arrays) -> _Step:
    same, stride = options.padding == schema.Padding.SAME, int(options.strideH)
    if stride != options.strideW or (same and stride > 1):
        raise ValueError("The graph has a convolution whose kernel moves as no layer of ours does.")
    return _Step("conv", constants, same, stride)


def _constant(model: Any, tensor: Any) -> NDArray[np.float32]:
    numbers = model.buffers[tensor.buffer].data
    if numbers is None:
        raise ValueError("The graph computes a layer's numbers, which a trained network has.")
    kinds = {schema.TensorType.FLOAT32: np.float32, schema.TensorType.INT32: np.int32}
    return np.frombuffer(np.asarray(numbers, np.uint8).tobytes(), kinds[tensor.type]).reshape(tensor.shape)


_NUMBERED = {
    schema.BuiltinOperator.FULLY_CONNECTED: "dense",
    schema.BuiltinOperator.MUL: "mul",
    schema.BuiltinOperator.ADD: "add",
}
_PLAIN = {
    schema.BuiltinOperator.RESHAPE: "flatten",
    schema.BuiltinOperator.RELU: "relu",
    schema.BuiltinOperator.MAX_POOL_2D: "max_pool",
    schema.BuiltinOperator.MEAN: "average_pool",
}
