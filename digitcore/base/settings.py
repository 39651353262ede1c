"""What the environment decides. There is nothing else to set."""

import os
from pathlib import Path

import platformdirs

_PACKAGE = Path(__file__).parents[1]
_INSTALLED = (_PACKAGE / "models").is_dir()  # a wheel brings the shipped runs inside the package

SHIPPED_FOLDER = _PACKAGE / "models" if _INSTALLED else _PACKAGE.parent / "models"


def runs_folder() -> Path:
    """Return where runs live: `DIGITCORE_MODELS`; without it models/, in the checkout or else in the user's data."""
    named = os.environ.get("DIGITCORE_MODELS")
    if named:
        return Path(named)
    return platformdirs.user_data_path("digitcore") / "models" if _INSTALLED else SHIPPED_FOLDER


def scheduler_address() -> str | None:
    """Return the address of the Dask scheduler to train on: `DIGITCORE_SCHEDULER`, or None for a process of our own."""
    return os.environ.get("DIGITCORE_SCHEDULER") or None
