"""Labelled digits of one's own: dropped, checked, previewed, named and kept, so that networks can learn from them."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from digitcore import figures
from digitcore.analysis.dataset_profile import random_positions
from digitcore.base.errors import DigitcoreError
from digitcore.base.text import count
from digitcore.data.formats import Source, read_dataset
from digitcore.data.mnist import Dataset
from digitcore.data.store import DataStore, Kept, name_for
from digitcore.ui.shared import charts
from digitcore.ui.shared.background import Report, Task, Workshop
from digitcore.ui.shared.gallery import Caption, gallery
from digitcore.ui.shared.navigation import TRAIN_PAGE, choose_data, go_to
from digitcore.ui.shared.uploads import dropped, file_uploader, sources_of
from digitcore.ui.shared.waiting import ready

_FILES_KEY, _NAME_KEY = "own-files", "own-name"
_TASK_KEY = "own-task"  # the check of what was dropped last
_PREVIEW = 40  # pictures
_HOW = (
    "Kaggle's train.csv, IDX images with their labels, an .npz with images and labels, or a zip of pictures in folders "
    "called 0 to 9. Nothing is kept until you say so."
)


def own_data() -> None:
    """Show what is kept, and a way to add more."""
    for kept in DataStore.open().list():
        _kept(kept)
    st.subheader("Add digits of your own", anchor=False)
    file_uploader("A file of labelled digits", _FILES_KEY, _check)
    task: Task[Dataset] | None = st.session_state.get(_TASK_KEY)
    if task is None:
        st.caption(_HOW)
    else:
        _checked(task)


def _kept(kept: Kept) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        about = f"{count(kept.count, 'digit')} from {charts.plain_markdown(kept.source)}, added {kept.added[:10]}"
        st.markdown(f"**{kept.name}**  \n:small[:gray[{about}]]", width="stretch")
        if st.button("Train on it", key=f"own-train-{kept.name}", on_click=choose_data, args=(kept.name,)):
            go_to(TRAIN_PAGE)
        with st.popover("Remove"):
            st.markdown("It will be gone for good, for everyone. Networks that learned from it stay.")
            st.button("Remove for good", key=f"own-remove-{kept.name}", on_click=_remove, args=(kept.name,))


def _remove(name: str) -> None:
    try:
        DataStore.open().remove(name)
    except DigitcoreError as error:
        st.toast(str(error), icon=":material/error:")
    else:
        st.toast(f"{name} is removed.", icon=":material/check:")


def _check() -> None:
    files = dropped(_FILES_KEY)
    if not files:
        st.session_state.pop(_TASK_KEY, None)
        return
    sources = sources_of(files)
    st.session_state[_TASK_KEY] = _workshop().task(files[0].file_id, lambda report: _read(sources, report))
    st.session_state[_NAME_KEY] = DataStore.open().free_name(name_for(files[0].name))


def _read(sources: Sequence[Source], report: Report) -> Dataset:
    report(0.0, "Checking it")
    return read_dataset(sources, sources[0].name, report=lambda done: report(done, "Checking it"))


@st.cache_resource(show_spinner=False)
def _workshop() -> Workshop:
    """Return where files are checked."""
    return Workshop()


@st.fragment
def _checked(task: Task[Dataset]) -> None:
    if not ready(task, "own-data"):
        return
    data = task.result()
    known = DataStore.open().kept_as(data)
    if known:
        st.info(f"These digits are already kept, as {known.name}.", icon=":material/check:")
    else:
        _keep_form(data)
    left, right = st.columns(2, gap="large")
    with left:
        charts.show(figures.class_chart({"yours": data.counts()}, charts.theme()), "own-counts")
    with right:
        _preview(data)


def _keep_form(data: Dataset) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input("Name", key=_NAME_KEY, max_chars=40, width=280).strip()
        wanted = st.button(f"Keep {count(len(data), 'digit')}", type="primary")
    if wanted:
        _keep(name, data)


def _keep(name: str, data: Dataset) -> None:
    try:
        DataStore.open().add(name, data, data.name)
    except DigitcoreError as error:
        st.error(str(error), icon=":material/error:")
        return
    st.session_state.pop(_TASK_KEY)
    st.toast(f"{name} is kept: the Train page offers it now.", icon=":material/check:")
    st.rerun()


def _preview(data: Dataset) -> None:
    positions = np.sort(random_positions(data, None, _PREVIEW, seed=0))
    st.subheader(f"{count(len(positions), 'picture')} at random", anchor=False)
    captions = [
        Caption(str(data.labels[at]), f"no. {at + 1:,}", f"image {at + 1}, labelled {data.labels[at]}")
        for at in positions.tolist()
    ]
    gallery("Samples of your digits", data.images[positions], captions, "own-samples", choosable=False)
