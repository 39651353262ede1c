"""The confusion matrix, whose cells answer a click with the images in them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from digitcore.analysis.comparison import names_of
from digitcore.analysis.diagnosis import Diagnosis
from digitcore.analysis.part import Part
from digitcore.base.text import count
from digitcore.figures import cell_labels, confusion_chart, difference_chart, difference_labels
from digitcore.metrics.classification import commonest_mistake
from digitcore.ui.diagnostics.pictures import pictures
from digitcore.ui.shared import charts, notices
from digitcore.ui.shared.navigation import in_address, one_of
from digitcore.ui.shared.notices import plain_markdown

TEST, VALIDATION, TRAINING = "Test", "Validation", "Training"
COUNTS, SHARES = "Counts", "% of row"
DIFFERENCE, FIRST, SECOND = "difference", "first", "second"
_HEIGHT = 430  # px: with the choices above it, the whole matrix is seen on a laptop
_MANY = 20  # images; more of them scroll beside the matrix
OF_KEY = "confusion-of"
PART_KEY, UNIT_KEY, ERRORS_KEY, EPOCH_KEY = "confusion-part", "confusion-unit", "confusion-errors", "confusion-epoch"


@dataclass(frozen=True, eq=False)
class _View:
    """A confusion matrix to show; `part` is where the images are, None where there are none but counts."""

    name: str
    confusion: NDArray[np.int64]
    part: Part | None
    without_images: str  # why a cell shows none


@st.fragment
def confusion(diagnosis: Diagnosis, other: Diagnosis | None) -> None:
    """Show how often each digit is read as which, and beside it the images of the chosen cell.

    With another run, one sees its matrix as well, or how the two differ.
    """
    parts = _parts(diagnosis, other)
    if not parts:
        notices.info("There is no confusion matrix: this run's predictions can't be read.")
        return
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        name = one_of("Data split", parts, PART_KEY)
        of = _of(diagnosis, other) if other else FIRST
        unit = one_of("Cells show", [COUNTS, SHARES], UNIT_KEY)
        errors_alone = st.toggle("Errors only", **in_address(ERRORS_KEY))
    look = {"shares": unit == SHARES, "errors_alone": errors_alone, "height": _HEIGHT}
    # kept by run: a cell stays chosen from part to part and epoch to epoch, while another run begins with its own
    cells_key = f"confusion-cells-{diagnosis.run.id}"
    if other and of == DIFFERENCE:
        _difference(diagnosis, other, name, cells_key, look)
    else:
        _one(other if other and of == SECOND else diagnosis, name, cells_key, look)


def _of(diagnosis: Diagnosis, other: Diagnosis) -> str:
    """Let one choose between the matrices of two runs and their difference."""
    first, second = (plain_markdown(name) for name in names_of(diagnosis, other))
    labels = {DIFFERENCE: "Difference", FIRST: first, SECOND: second}
    return one_of("Matrix of", list(labels), OF_KEY, format_func=labels.__getitem__)


def _one(diagnosis: Diagnosis, name: str, cells_key: str, look: dict[str, Any]) -> None:
    view = _view(diagnosis, name)
    chart = confusion_chart(view.confusion, charts.theme(), **look).of(diagnosis.run.name)
    matrix, images = _places()
    with matrix:
        labels, first = cell_labels(view.confusion), commonest_mistake(view.confusion)
        cell = charts.show_matrix(chart, "confusion", cells_key, labels, first)
    with images:
        _images(diagnosis, view, cell)


def _difference(diagnosis: Diagnosis, other: Diagnosis, name: str, cells_key: str, look: dict[str, Any]) -> None:
    names = names_of(diagnosis, other)
    first, second = views = _whole(diagnosis, name), _whole(other, name)
    confusions = first.confusion, second.confusion
    chart = difference_chart(confusions, names, charts.theme(), **look).of(*names)
    matrix, images = _places()
    with matrix:
        labels, begin = difference_labels(confusions, names), _largest_change(*confusions)
        cell = charts.show_matrix(chart, "confusion", cells_key, labels, begin)
    with images:
        better, worse = (plain_markdown(each) for each in names)
        st.caption(f"{better} less {worse}. Teal: there {better} does better; orange: {worse} does.")
        if cell is None:
            return
        for each, whose, view in zip((diagnosis, other), names, views, strict=True):
            st.header(f"{plain_markdown(whose)}: {_heading(*cell, int(view.confusion[cell]))}", anchor=False)
            _pictures(each, view, cell, f"of-{each.run.id}")


def _largest_change(first: NDArray[np.int64], second: NDArray[np.int64]) -> tuple[int, int] | None:
    """Return the mistake whose counts differ most, to begin with; None where none does."""
    apart = np.abs(first - second) * (1 - np.eye(len(first), dtype=np.int64))
    truth, said = np.unravel_index(int(apart.argmax()), apart.shape)
    return (int(truth), int(said)) if apart.any() else None


def _places() -> tuple[Any, Any]:
    """Return where the matrix goes, and where the images beside it do."""
    both = st.container(horizontal=True, gap="large")
    return (
        both.container(width="stretch", key="confusion-matrix"),
        both.container(width="stretch", key="confusion-images"),
    )


def _parts(diagnosis: Diagnosis, other: Diagnosis | None) -> list[str]:
    """Return the parts of which there are counts, of both runs where there are two."""
    found = [_known(each) for each in (diagnosis, other) if each]
    return [name for name in (TEST, VALIDATION, TRAINING) if all(name in known for known in found)]


def _known(diagnosis: Diagnosis) -> set[str]:
    known = {TEST: diagnosis.test, VALIDATION: diagnosis.validation, TRAINING: diagnosis.train_confusion}
    return {name for name, found in known.items() if found is not None}


def _whole(diagnosis: Diagnosis, name: str) -> _View:
    """Return a part as the network that was kept reads it."""
    part = {TEST: diagnosis.test, VALIDATION: diagnosis.validation}.get(name)
    if part is not None:
        return _View(part.name, part.evaluation.confusion, part, "")
    assert diagnosis.train_confusion is not None  # `_parts` offers no other
    return _View("training", diagnosis.train_confusion, None, "For the training digits, only the counts are kept.")


def _view(diagnosis: Diagnosis, name: str) -> _View:
    whole = _whole(diagnosis, name)
    return _of_an_epoch(diagnosis, whole) if name == VALIDATION else whole


def _of_an_epoch(diagnosis: Diagnosis, whole: _View) -> _View:
    epochs, best = diagnosis.epoch_confusions, diagnosis.run.best_epoch
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
    st.caption("Click a cell to see its images.")
    if cell is not None:
        st.header(_heading(*cell, int(view.confusion[cell])), anchor=False)
        _pictures(diagnosis, view, cell, "cell")


def _pictures(diagnosis: Diagnosis, view: _View, cell: tuple[int, int], key: str) -> None:
    if view.part is None:
        notices.info(view.without_images)
        return
    members = view.part.cell(*cell)
    with st.container(height=_HEIGHT if len(members) > _MANY else "content", border=False):
        key = f"{key}-{view.name}-{cell[0]}-{cell[1]}"
        pictures(diagnosis, view.part, members, key, empty="There are no images in this cell.")


def _heading(truth: int, said: int, number: int) -> str:
    if truth == said:
        return f"{count(number, f'{truth}')} read right" if number == 1 else f"{number:,} {truth}s read right"
    return f"A {truth} read as {said}: {count(number, 'image')}"
