"""The confusion matrix, whose cells answer a click with the images in them."""

from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from digitcore.analysis.diagnosis import Diagnosis
from digitcore.analysis.part import Part
from digitcore.base.text import count
from digitcore.figures import cell_labels, confusion_chart
from digitcore.metrics.classification import commonest_mistake
from digitcore.ui.diagnostics.pictures import pictures
from digitcore.ui.shared import charts, notices
from digitcore.ui.shared.navigation import in_address, one_of

TEST, VALIDATION, TRAINING = "Test", "Validation", "Training"
COUNTS, SHARES = "Counts", "Row shares"
PART_KEY, UNIT_KEY, ERRORS_KEY, EPOCH_KEY = "confusion-part", "confusion-unit", "confusion-errors", "confusion-epoch"


@dataclass(frozen=True, eq=False)
class _View:
    """A confusion matrix to show; `part` is where the images are, None where there are none but counts."""

    name: str
    confusion: NDArray[np.int64]
    part: Part | None
    without_images: str  # why a cell shows none


@st.fragment
def confusion(diagnosis: Diagnosis) -> None:
    """Show how often each digit is read as which, and beside it the images of the chosen cell."""
    parts = _parts(diagnosis)
    if not parts:
        notices.info("There is no confusion matrix: this run's predictions can't be read.")
        return
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        name = one_of("Digits", parts, PART_KEY)
        unit = one_of("Cells show", [COUNTS, SHARES], UNIT_KEY)
        errors_alone = st.toggle("Errors only", **in_address(ERRORS_KEY))
    view = _view(diagnosis, name)
    chart = confusion_chart(view.confusion, charts.theme(), shares=unit == SHARES, errors_alone=errors_alone)
    both = st.container(horizontal=True, gap="large")
    with both.container(width="stretch", key="confusion-matrix"):
        # kept by run: a cell stays chosen from part to part and epoch to epoch, while another run begins with its own
        cells_key = f"confusion-cells-{diagnosis.run.id}"
        labels, first = cell_labels(view.confusion), commonest_mistake(view.confusion)
        cell = charts.show_matrix(chart, "confusion", cells_key, labels, first)
    with both.container(width="stretch", key="confusion-images"):
        _images(diagnosis, view, cell)


def _parts(diagnosis: Diagnosis) -> list[str]:
    known = {TEST: diagnosis.test, VALIDATION: diagnosis.validation, TRAINING: diagnosis.train_confusion}
    return [name for name, found in known.items() if found is not None]


def _view(diagnosis: Diagnosis, name: str) -> _View:
    if name == TEST and diagnosis.test is not None:
        return _View("test", diagnosis.test.evaluation.confusion, diagnosis.test, "")
    if name == VALIDATION and diagnosis.validation is not None:
        return _validation_view(diagnosis, diagnosis.validation)
    assert diagnosis.train_confusion is not None  # `_parts` offers no other
    return _View("training", diagnosis.train_confusion, None, "For the training digits, only the counts are kept.")


def _validation_view(diagnosis: Diagnosis, part: Part) -> _View:
    epochs, best = diagnosis.epoch_confusions, diagnosis.run.best_epoch
    whole = _View("validation", part.evaluation.confusion, part, "")
    if epochs is None or len(epochs) < 2:
        return whole
    epoch = st.slider(
        "Epoch", 1, len(epochs), min(max(best, 1), len(epochs)), **in_address(f"{EPOCH_KEY}-{diagnosis.run.id}")
    )
    if epoch == best:
        st.caption(f"Epoch {epoch} of {len(epochs)}, the one that was kept.")
        return whole
    st.caption(f"Epoch {epoch} of {len(epochs)}. Epoch {best} was kept.")
    reason = f"For epoch {epoch}, only the counts are kept; there are images for epoch {best}."
    return _View(f"validation-{epoch}", epochs[epoch - 1], None, reason)


def _images(diagnosis: Diagnosis, view: _View, cell: tuple[int, int] | None) -> None:
    st.caption("Click a cell to see the images in it.")
    if cell is None:
        return
    truth, said = cell
    number = int(view.confusion[truth, said])
    st.header(_heading(truth, said, number), anchor=False)
    if view.part is None:
        notices.info(view.without_images)
        return
    members = view.part.cell(truth, said)
    with st.container(height=560 if number > 30 else "content", border=False):
        pictures(
            diagnosis, view.part, members, f"cell-{view.name}-{truth}-{said}", empty="There are no images in this cell."
        )


def _heading(truth: int, said: int, number: int) -> str:
    if truth == said:
        return f"{count(number, f'{truth}')} read right" if number == 1 else f"{number:,} {truth}s read right"
    return f"A {truth} read as {said}: {count(number, 'image')}"
