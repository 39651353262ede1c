"""What the app unpickles of what a cluster sends it: a short list, whoever sends more.

A pickle names functions, and they are called. Dask has no setting by which a client would take none: results, errors
and names of futures come as pickles. So the process of the app looks up no name in one but those that our cluster has
to send. Numbers, text, bytes, lists and dicts need no name.
"""

import pickle
import sys
from collections.abc import Iterable
from io import BytesIO
from typing import Any

from distributed import protocol

_ERRORS_OF = {"builtins", "digitcore", "distributed", "dask", "concurrent", "asyncio", "pickle"}
_KNOWN = {
    # checkpoints, weights, archives: Dask names their class
    *(("builtins", name) for name in ("bytes", "bytearray", "memoryview")),
    ("distributed.client", "Future"),
    # what an error tells of a worker that was killed
    *(("builtins", name) for name in ("dict", "float", "int", "set", "list", "str")),
    *(("collections", name) for name in ("defaultdict", "deque")),
    ("distributed.scheduler", "WorkerState"),
    ("distributed.core", "Status"),
    # errors come with what is set on them
    ("tblib.pickling_support", "unpickle_exception"),
    ("tblib.pickling_support", "unpickle_exception_with_attrs"),
}


class Refused(pickle.UnpicklingError, TypeError):
    """A pickle names what no cluster of ours has to send. Dask takes a `TypeError` for a damaged one."""


class _Nothing:
    """In place of what comes with an error and nobody looks at here: where it was raised."""


_PASSED_OVER = {
    ("tblib.pickling_support", "unpickle_traceback"): lambda *_: None,
    **{("tblib", name): _Nothing for name in ("Code", "Frame", "Traceback")},
}


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _PASSED_OVER:
            return _PASSED_OVER[module, name]
        if (module, name) in _KNOWN or _is_error(module, name):
            return super().find_class(module, name)
        raise Refused(f"A cluster sent {module}.{name}, which is none of what an app takes.")


class _Pickle:
    """In place of the module `pickle`, where Dask uses it to read and write what it sends and gets."""

    dumps = staticmethod(pickle.dumps)

    @staticmethod
    def loads(data: bytes, *, buffers: Iterable[Any] = ()) -> Any:
        return _Unpickler(BytesIO(data), buffers=buffers).load()


def limit() -> None:
    """Let this process look up no other names, from now on. Not for schedulers and workers, which run what they get."""
    protocol.pickle.pickle = _Pickle


def _is_error(module: str, name: str) -> bool:
    """Return whether a name is that of an error of ours or of Dask's, in a module that is loaded already."""
    found = getattr(sys.modules.get(module), name, None) if module.partition(".")[0] in _ERRORS_OF else None
    return isinstance(found, type) and issubclass(found, BaseException)
