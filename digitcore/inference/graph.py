"""Runs an exported network on LiteRT, from any number of threads."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from queue import Empty, LifoQueue

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from digitcore.base.images import DIGITS, SIDE
from digitcore.inference.quantised import quantised

LOGITS, FEATURES = "logits", "features"  # the graph's outputs, as `training.export` names them
_AT_ONCE = 16  # digits; of small networks two threads read side by side only if each call takes a while
_WORTH_SPLITTING = 256  # digits; fewer are read sooner by one thread than by handing them out


@dataclass(frozen=True, eq=False)
class Outputs:
    """What a network made of N pictures: `logits` float32 (N, 10) and `features` float32 (N, F)."""

    logits: NDArray[np.float32]
    features: NDArray[np.float32]


class Graph:
    """A network as `training.export` writes it. Making one of damaged bytes raises `ValueError` or `RuntimeError`."""

    def __init__(self, graph: bytes) -> None:
        self._graph = graph
        self._idle: dict[int, LifoQueue[_Reader]] = {1: LifoQueue(), _AT_ONCE: LifoQueue()}
        # made now, so that a damaged graph is found at loading and not at the first digit
        self._idle[1].put(_Reader(graph, 1))

    def logits(self, pixels: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return logits float32 (N, 10) of `pixels` float32 (N, 28, 28) in [0, 1].

        An answer is the same to the bit whichever images are beside it.
        """
        return self._read(pixels, LOGITS)[0]

    def features(self, pixels: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return what goes into the last dense layer, float32 (N, F), of `pixels` float32 (N, 28, 28) in [0, 1].

        Raises `KeyError` for a graph that doesn't tell.
        """
        return self._read(pixels, FEATURES)[0]

    def outputs(self, pixels: NDArray[np.float32]) -> Outputs:
        """Return logits and features of `pixels` float32 (N, 28, 28) in [0, 1], in the time that one of them takes.

        Raises `KeyError` for a graph that doesn't tell its features.
        """
        return Outputs(*self._read(pixels, LOGITS, FEATURES))

    def quantised(self) -> "Graph":
        """Return the same network with weights of 8 bits, which reads sooner and nearly the same."""
        return Graph(quantised(self._graph))

    def _read(self, pixels: NDArray[np.float32], *outputs: str) -> list[NDArray[np.float32]]:
        if len(pixels) < _WORTH_SPLITTING:
            return self._read_all(pixels, outputs)
        parts = np.array_split(pixels, os.cpu_count() or 1)
        with ThreadPoolExecutor(len(parts)) as threads:
            answers = list(threads.map(self._read_all, parts, [outputs] * len(parts)))
        return [np.concatenate(answer) for answer in zip(*answers, strict=True)]

    def _read_all(self, pixels: NDArray[np.float32], outputs: tuple[str, ...]) -> list[NDArray[np.float32]]:
        whole = len(pixels) - len(pixels) % _AT_ONCE
        rest = self._read_by(1, pixels[whole:], outputs)
        if not whole:
            return rest
        first = self._read_by(_AT_ONCE, pixels[:whole], outputs)
        return [np.concatenate(pair) for pair in zip(first, rest, strict=True)]

    def _read_by(self, size: int, pixels: NDArray[np.float32], outputs: tuple[str, ...]) -> list[NDArray[np.float32]]:
        """Read images of which there is a multiple of `size`, so many at once."""
        with self._reader(size) as reader:
            answers = [np.empty((len(pixels), reader.width(output)), np.float32) for output in outputs]
            for at in range(0, len(pixels), size):
                for answer, values in zip(answers, reader.read(pixels[at : at + size], outputs), strict=True):
                    answer[at : at + size] = values
        return answers

    @contextmanager
    def _reader(self, size: int) -> Iterator["_Reader"]:
        """Lend a reader to one thread; there are as many as were ever needed at once."""
        try:
            reader = self._idle[size].get_nowait()
        except Empty:
            reader = _Reader(self._graph, size)
        try:
            yield reader
        finally:
            self._idle[size].put(reader)


class _Reader:
    """One LiteRT interpreter, for `size` images at a time. It is not thread-safe."""

    def __init__(self, graph: bytes, size: int) -> None:
        self._size = size
        self._interpreter = Interpreter(model_content=graph, num_threads=1)
        signature = self._interpreter.get_signature_runner()
        self._input = signature.get_input_details()["images"]["index"]
        self._outputs = {name: int(output["index"]) for name, output in signature.get_output_details().items()}
        self._widths: dict[str, int] = {}
        del signature  # it holds views into the interpreter, which then refuses to run
        self._interpreter.resize_tensor_input(self._input, (size, SIDE, SIDE))
        self._interpreter.allocate_tensors()
        if self.width(LOGITS) != DIGITS:
            raise ValueError(f"The graph tells {self.width(LOGITS)} classes apart, not {DIGITS}.")

    def width(self, output: str) -> int:
        """Return how many numbers an image gives at `output`. Raises `KeyError` if the graph has no such output."""
        if output not in self._widths:
            self._widths[output] = self.read(np.zeros((self._size, SIDE, SIDE), np.float32), (output,))[0][0].size
        return self._widths[output]

    def read(self, images: NDArray[np.float32], outputs: tuple[str, ...]) -> list[NDArray[np.float32]]:
        """Return float32 (S, W) for each of `outputs`, of S images float32 (S, 28, 28), which is its size."""
        self._interpreter.set_tensor(self._input, images)
        self._interpreter.invoke()
        return [self._interpreter.get_tensor(self._outputs[output]) for output in outputs]
