"""What teaching has changed: how drawings and MNIST's digits are read before and after, forgotten and learned."""

from collections.abc import Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from digitcore.base.errors import DigitcoreError
from digitcore.base.text import count, percent
from digitcore.data.mnist import load_mnist
from digitcore.handwriting.drawing import Drawing
from digitcore.handwriting.store import DrawingStore
from digitcore.inference.measuring import compare_on_test
from digitcore.runs.record import Finetuned, Run
from digitcore.runs.store import RunStore
from digitcore.ui.handwriting.whose import Shelf
from digitcore.ui.shared import active_network
from digitcore.ui.shared.gallery import Caption, gallery
from digitcore.ui.shared.navigation import DRAW_PAGE, go_to, read_drawing_with, read_with
from digitcore.ui.shared.notices import plain_markdown
from digitcore.ui.shared.tabs import keep_up_with_tabs

_LOOK_EVERY = 0.5  # s
_MOST_AGAIN = 200  # of the drawings, the newest, are read again
_MOST_SHOWN = 24  # of a kind
_HONEST = (
    "Unseen: each of your digits was read by a network that was taught only the other half of them, since how a "
    "network reads what it was just taught says little. This one was taught them all."
)


def taught(run: Run, shelf: Shelf, reads: str | None) -> None:
    """Show what a run that was fine-tuned reads otherwise than the one it came from.

    `reads` is what it is still reading to be measured, a phrase; None where nothing. Raises `DrawingsUnavailable`.
    """
    assert run.finetuned, "whoever asks has seen to that"
    st.divider()
    st.header(plain_markdown(run.name), anchor=False)
    if run.reason:
        st.caption(plain_markdown(run.reason))
    _ways_on(run, run.finetuned)
    base = _base(run.finetuned)
    if base is None:
        st.caption("The network that it came from has been deleted, so there is nothing to compare it with.")
        return
    _table(run, base, run.finetuned)
    _read_again(run, base, shelf)
    if base.test.known and run.test.known:
        _on_mnist(run, base)
    elif reads:
        st.fragment(_wait, run_every=_LOOK_EVERY)(run.id, reads)


def _base(finetuned: Finetuned) -> Run | None:
    try:
        return RunStore.open().get(finetuned.run)
    except DigitcoreError:
        return None


def _ways_on(run: Run, finetuned: Finetuned) -> None:
    here = active_network.reader().classifier.run.id == run.id
    with st.container(horizontal=True):
        if st.button(
            "Read my drawing again", key="taught-draw", type="primary", on_click=read_drawing_with, args=(run.id,)
        ):
            go_to(DRAW_PAGE)
        if here:
            st.button("Read as before", key="taught-back", on_click=read_with, args=(finetuned.run,))


def _table(run: Run, base: Run, finetuned: Finetuned) -> None:
    rows = {f"MNIST’s {base.test.count:,} test digits": (percent(base.test.accuracy), percent(run.test.accuracy))}
    if finetuned.misread_before is not None and finetuned.misread_left_out is not None:
        misread = finetuned.misread_before, finetuned.misread_left_out
        before, after = (f"{finetuned.digits - each} of {finetuned.digits}" for each in misread)
        rows = {"Your digits, unseen": (before, after)} | rows
    head = "| Read right | before | after |\n|:---|---:|---:|\n"
    st.markdown(head + "\n".join(f"| {name} | {before} | **{after}** |" for name, (before, after) in rows.items()))
    if len(rows) > 1:
        st.caption(_HONEST)


def _wait(run_id: str, reads: str) -> None:
    keep_up_with_tabs()
    if RunStore.open().get(run_id).test.known:
        st.rerun()
    st.caption(f":material/hourglass_empty: {reads}. The network can be used meanwhile.")


def _read_again(run: Run, base: Run, shelf: Shelf) -> None:
    """Show the drawings that were misread before, as they are read now."""
    drawings = [each.drawing for each in DrawingStore.open().newest(shelf.scope, _MOST_AGAIN)]
    drawings = [drawing for drawing in drawings if drawing.kept <= run.started]
    if not drawings:
        return
    before, now = (_read_by(each, drawings) for each in (base, run))
    labels = np.array([drawing.label for drawing in drawings])
    misread = np.flatnonzero(before != labels)[:_MOST_SHOWN]
    if not len(misread):
        return
    st.markdown(f"### {_of(len(misread), 'drawing')} that it misread before, read again")
    images = np.stack([drawings[at].image for at in misread])
    captions = [_caption(labels[at], f"{before[at]}, now {now[at]}") for at in misread]
    gallery("Drawings read again", images, captions, "read-again", choosable=False)
    st.caption("It was taught these, so this says that it took them in, and no more.")


def _read_by(run: Run, drawings: Sequence[Drawing]) -> NDArray[np.int64]:
    return active_network.network_of(run.id).predict(np.stack([drawing.image for drawing in drawings]))


def _on_mnist(run: Run, base: Run) -> None:
    compared = compare_on_test(base, run)
    before, now = base.predictions().test_digits, run.predictions().test_digits
    kinds = (
        ("forgot", "that it read before and misreads now", compared.only_first, now),
        ("learned", "that it misread before and reads now", compared.only_second, before),
    )
    for verb, which, positions, wrong in kinds:
        st.markdown(f"### What it {verb}: {_of(len(positions), 'test digit')} {which}")
        if len(positions):
            _digits(verb, positions[:_MOST_SHOWN], wrong)
        if len(positions) > _MOST_SHOWN:
            st.caption(f"The first {_MOST_SHOWN} are shown.")


def _digits(verb: str, positions: NDArray[np.int64], wrong: NDArray[np.int64]) -> None:
    test = load_mnist().test
    captions = [_caption(test.labels[at], str(wrong[at])) for at in positions]
    gallery(f"What it {verb}", test.images[positions], captions, f"taught-{verb}", choosable=False)


def _caption(label: int, read: str) -> Caption:
    return Caption(f"{label}", f"read {read}", f"A {label}, read as {read}")


def _of(number: int, thing: str) -> str:
    return count(number, thing) if number else f"no {thing}"
