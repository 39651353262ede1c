"""What the package makes of fixed inputs, kept beside the tests: it changes only when it is meant to.

To keep what it makes now, after a change that is meant, run the tests of that room with RENEW_KEPT=1, and look at what
`git diff` says has changed:

    RENEW_KEPT=1 .venv/bin/python -m pytest tests/unit -k kept
"""

import json
import os
from collections.abc import Iterator, Mapping
from math import isclose
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_RENEW = "RENEW_KEPT"


def kept_arrays(file: Path, found: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Return the arrays that a .npz file keeps; with RENEW_KEPT=1, it keeps those that were `found` from now on."""
    if os.environ.get(_RENEW):
        file.parent.mkdir(exist_ok=True)
        np.savez_compressed(file, **dict(found))  # type: ignore[arg-type]
    with np.load(file) as arrays:
        return dict(arrays)


def kept_text(file: Path, found: Any) -> Any:
    """Return what a .json file keeps; with RENEW_KEPT=1, it keeps what was `found` from now on."""
    if os.environ.get(_RENEW):
        file.parent.mkdir(exist_ok=True)
        file.write_text(json.dumps(found, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
    return json.loads(file.read_text(encoding="utf-8"))


def differences(found: Any, kept: Any) -> dict[str, tuple[Any, Any]]:
    """Return, by its path, what is found and what is kept, where they differ: numbers by more than 1 in 10,000."""
    ours, theirs = dict(_leaves(found)), dict(_leaves(kept))
    pairs = {path: (ours.get(path, "nothing"), theirs.get(path, "nothing")) for path in {**ours, **theirs}}
    return {path: pair for path, pair in pairs.items() if not _alike(*pair)}


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    inside = (
        value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list | tuple) else ()
    )
    for name, each in inside:
        yield from _leaves(each, f"{path}/{name}")
    if not inside:
        yield path, value


def _alike(one: Any, other: Any) -> bool:
    if isinstance(one, float | int) and isinstance(other, float | int):
        return isclose(one, other, rel_tol=1e-4, abs_tol=1e-6)
    return bool(one == other)
