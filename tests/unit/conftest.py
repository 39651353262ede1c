"""Folders of runs to read, damage and write to."""

import shutil
from pathlib import Path

import pytest

from digitcore.base.settings import SHIPPED_FOLDER
from digitcore.runs.store import RunStore


@pytest.fixture
def empty_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunStore:
    """A store of nothing but the shipped runs, which is also the one that `RunStore.open` finds."""
    monkeypatch.setenv("DIGITCORE_MODELS", str(tmp_path / "runs"))
    return RunStore.open()


@pytest.fixture
def own_digitnet(empty_store: RunStore) -> Path:
    """A copy of the default run under its own id, free to be damaged; it hides the shipped one."""
    folder = empty_store.root / "digitnet"
    shutil.copytree(SHIPPED_FOLDER / "digitnet", folder)
    return folder
