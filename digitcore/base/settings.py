"""What the environment decides. There is nothing else to set."""

import os
from pathlib import Path

SHIPPED_FOLDER = Path(__file__).parents[2] / "models"


def runs_folder() -> Path:
    """Return where runs live: `DIGITCORE_MODELS`, or the app's own models/."""
    return Path(os.environ.get("DIGITCORE_MODELS") or SHIPPED_FOLDER)


def scheduler_address() -> str | None:
    """Return the address of the Dask scheduler to train on: `DIGITCORE_SCHEDULER`, or None for a process of our own."""
    return os.environ.get("DIGITCORE_SCHEDULER") or None
