"""Labelled digits of one's own: dropped, checked, previewed, named and kept, so that networks can learn from them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from digitcore import figures
from digitcore.analysis.dataset_profile import random_positions
from digitcore.base.errors import DigitcoreError
from digitcore.base.text import count
from digitcore.classroom.rights import Right, why_not
from digitcore.data.formats import Source, read_dataset
from digitcore.data.mnist import Dataset
from digitcore.data.store import DataStore, Kept, name_for
from digitcore.ui.shared import charts, notices, turns
from digitcore.ui.shared.background import Report, Task
from digitcore.ui.shared.gallery import Caption, gallery
from digitcore.ui.shared.navigation import TRAIN_PAGE, choose_data, go_to
from digitcore.ui.shared.notices import plain_markdown
from digitcore.ui.shared.turns import Check
from digitcore.ui.shared.uploads import checked, dropped, file_uploader, sources_of
from digitcore.ui.shared.waiting import ready

_NAME_KEY = "own-name"
_CHECK_KEY = "own-check"  # of what was dropped last
_TURN_KEY = "own-turn"  # how many data sets were kept: after each, the list of files is another, which is empty
_PREVIEW = 40  # pictures
_HOW = (
    "Kaggle's train.csv, IDX images with their labels, an .npz with images and labels, or a zip of pictures in folders "
    "called 0 to 9. Nothing is kept until you say so."
)


@dataclass(frozen=True, eq=False)
class _Dropped:
    """The check of some files, by the ids that Streamlit gave them; `read` are those that came before and were fine."""

    files: tuple[str, ...]
    task: Task[Dataset]
    read: frozenset[str]

    def read_by_now(self) -> frozenset[str]:
        glance = self.task.glance()
        return self.read | frozenset(self.files if glance.done and not glance.trouble else ())


def own_data() -> None:
    """Show what is kept, and a way to add more."""
    for kept in DataStore.open().list():
        _kept(kept)
    st.header("Add digits of your own", anchor=False)
    file_uploader("A file of labelled digits", _files_key(), _start_check)
    check: _Dropped | None = st.session_state.get(_CHECK_KEY)
    if check is not None and turns.let_go(_CHECK_KEY, check.task):
        _start_check()
        check = st.session_state.get(_CHECK_KEY)
    if check is None:
        st.caption(_HOW)
    else:
        _checked(check.task)


def _files_key() -> str:
    return f"own-files-{st.session_state.get(_TURN_KEY, 0)}"


def _kept(kept: Kept) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        about = f"{count(kept.count, 'digit')} from {plain_markdown(kept.source)}, added {kept.added[:10]}"
        st.markdown(f"**{plain_markdown(kept.name)}**  \n:small[:gray[{about}]]", width="stretch")
        if st.button("Train on it", key=f"own-train-{kept.name}", on_click=choose_data, args=(kept.name,)):
            go_to(TRAIN_PAGE)
        refusal = why_not(Right.KEEP_DATA)
        with st.popover("Remove", disabled=bool(refusal), help=refusal):
            st.markdown("It will be gone for good, for everyone. Networks that learned from it stay.")
            st.button("Remove for good", key=f"own-remove-{kept.name}", on_click=_remove, args=(kept.name,))


def _remove(name: str) -> None:
    try:
        DataStore.open().remove(name)
    except DigitcoreError as error:
        notices.not_done(str(error))
    else:
        notices.done(f"{name} is removed.")


def _start_check() -> None:
    before: _Dropped | None = st.session_state.pop(_CHECK_KEY, None)
    read = before.read_by_now() if before else frozenset()
    files = dropped(_files_key())
    # what was fine is done with, and another file is another data set; what was not may lack the file that comes now
    files = [file for file in files if file.file_id not in read] or files
    if not files:
        turns.end(_CHECK_KEY)
        return
    sources, ids = sources_of(files), tuple(file.file_id for file in files)
    task = turns.begin(_CHECK_KEY, lambda report, check: _read(sources, report, check))
    st.session_state[_CHECK_KEY] = _Dropped(ids, task, read)
    st.session_state[_NAME_KEY] = DataStore.open().free_name(name_for(files[0].name))


def _read(sources: Sequence[Source], report: Report, check: Check) -> Dataset:
    return checked(
        sources, report, check, lambda watched, follow: read_dataset(watched, sources[0].name, report=follow)
    )


@st.fragment
def _checked(task: Task[Dataset]) -> None:
    if not ready(task, "own-data", cancel=True):
        return
    data = task.result()
    known = DataStore.open().kept_as(data)
    if known:
        notices.info(f"These digits are already kept, as {known.name}.", icon=":material/check:")
    else:
        _keep_form(data)
    left, right = st.columns(2, gap="large")
    with left:
        charts.show(figures.class_chart({"yours": data.counts()}, charts.theme()).of(data.name), "own-counts")
    with right:
        _preview(data)


def _keep_form(data: Dataset) -> None:
    if refusal := why_not(Right.KEEP_DATA):
        notices.info(refusal)
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input("Name", key=_NAME_KEY, max_chars=40, width=280).strip()
        wanted = st.button(f"Keep {count(len(data), 'digit')}", type="primary")
    if wanted:
        _keep(name, data)


def _keep(name: str, data: Dataset) -> None:
    try:
        DataStore.open().add(name, data, data.name)
    except DigitcoreError as error:
        notices.error(str(error))
        return
    st.session_state.pop(_CHECK_KEY)
    st.session_state[_TURN_KEY] = st.session_state.get(_TURN_KEY, 0) + 1
    notices.done(f"{name} is kept: the Train page offers it now.")
    st.rerun()


def _preview(data: Dataset) -> None:
    positions = np.sort(random_positions(data, None, _PREVIEW, seed=0))
    st.header(f"{count(len(positions), 'picture')} at random", anchor=False)
    captions = [
        Caption(str(data.labels[at]), f"no. {at + 1:,}", f"image {at + 1}, labelled {data.labels[at]}")
        for at in positions.tolist()
    ]
    gallery("Samples of your digits", data.images[positions], captions, "own-samples", choosable=False)
