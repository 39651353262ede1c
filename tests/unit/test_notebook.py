"""The course's notebook runs from its first cell to its last."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from digitcore.runs.store import RunStore

ROOT = Path(__file__).parents[2]
COURSE = ROOT / "notebooks" / "course.ipynb"
QUICK = "EPOCHS, TRAIN_SIZE = 1, 1500"


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")  # Jupyter's own
def test_the_course_runs_through_and_trains_both_networks(
    empty_store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTHONPATH", raising=False)
    notebook = nbformat.read(COURSE, as_version=4)  # type: ignore[no-untyped-call]
    (parameters,) = [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]
    parameters.source = QUICK
    NotebookClient(notebook, timeout=200, resources={"metadata": {"path": str(COURSE.parent)}}).execute()
    trained = [run for run in empty_store.list() if not run.shipped]
    assert {run.network for run in trained} == {"dense", "simple_cnn"}
    assert "Digitnet: 7" in "".join(output.get("text", "") for output in notebook.cells[-1].outputs)


def test_the_notebook_is_kept_without_outputs() -> None:
    notebook = nbformat.read(COURSE, as_version=4)  # type: ignore[no-untyped-call]
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert cells
    assert [cell for cell in cells if cell.outputs or cell.execution_count] == []
