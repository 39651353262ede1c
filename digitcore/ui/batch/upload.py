"""Files to be read: dropped by the visitor, read in the background, and kept while the visitor looks at other pages."""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import streamlit as st

from digitcore.base.text import count, duration
from digitcore.data.formats import Chunk, Source, read_digits
from digitcore.data.mnist import load_mnist
from digitcore.inference.batch import read_all
from digitcore.inference.batch_result import Result
from digitcore.inference.classifier import DigitClassifier
from digitcore.ui.shared import turns
from digitcore.ui.shared.background import Report, Task
from digitcore.ui.shared.notices import plain_markdown
from digitcore.ui.shared.turns import Check
from digitcore.ui.shared.uploads import dropped, file_uploader, sources_of
from digitcore.ui.shared.waiting import ready

SAMPLE_NAME = "MNIST's test set"
_FILES_KEY, _UPLOAD_KEY, _TASK_KEY = "batch-files", "batch-upload", "batch-task"
_CHUNK = 500  # digits of MNIST's test set read at once: twenty steps of the bar

_FORMATS = """
- **CSV**, like Kaggle's: 784 pixels per row, with or without a label. It may be gzipped or zipped.
- **IDX**, MNIST's own format: a file of images, and its labels with it if you have them.
- **NumPy** arrays in an .npz or .npy file: `images` or `x_test`, and `labels` or `y_test`.
- **Pictures**, as many as you like, each with one digit in it; or a zip of them, where folders 0 to 9 are labels.
"""


@dataclass(frozen=True, eq=False)
class Upload:
    """What was dropped: no sources stand for MNIST's test set."""

    id: str
    title: str
    sources: tuple[Source, ...]

    def chunks(self, check: Check) -> Iterable[Chunk]:
        """Return the digits, to be read once, `check` being called often. Raises `BadDataset` in the course of it."""
        return read_digits([source.watched(check) for source in self.sources]) if self.sources else _sample()


def _sample() -> Iterable[Chunk]:
    test = load_mnist().test
    for first in range(0, len(test), _CHUNK):
        part = slice(first, first + _CHUNK)
        yield Chunk(test.images[part], test.labels[part], part.stop / len(test))


def choose() -> Upload | None:
    """Show the way in and return what is to be read: dropped just now, or before a look at another page."""
    file_uploader("A file of digits, or many pictures", _FILES_KEY, _take_files)
    upload: Upload | None = st.session_state.get(_UPLOAD_KEY)
    return upload


def _take_files() -> None:
    files = dropped(_FILES_KEY)
    if not files:
        _close()
        return
    title = files[0].name if len(files) == 1 else f"{files[0].name} and {count(len(files) - 1, 'more file')}"
    _take(title, sources_of(files))


def _close() -> None:
    st.session_state.pop(_UPLOAD_KEY, None)
    st.session_state.pop(_TASK_KEY, None)
    turns.end(_TASK_KEY)


def _take(title: str, sources: tuple[Source, ...]) -> None:
    st.session_state[_UPLOAD_KEY] = Upload(uuid.uuid4().hex, title, sources)


def hints() -> None:
    """Say what can be dropped, and offer something to those who have no file at hand."""
    st.markdown(_FORMATS)
    st.button(f"Try {SAMPLE_NAME}", icon=":material/dataset:", on_click=_take, args=(SAMPLE_NAME, ()))


def follow(classifier: DigitClassifier, upload: Upload, show: Callable[[Result, Upload], None]) -> None:
    """Show how far `upload` has been read by `classifier`, then what came out."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"**{plain_markdown(upload.title)}**, read by {plain_markdown(classifier.run.name)}", width="stretch"
        )
        if not dropped(_FILES_KEY):  # else the list of files has a cross of its own
            st.button("Close", icon=":material/close:", type="tertiary", on_click=_close)
    _followed(_task(classifier, upload), upload, show)


@st.fragment
def _followed(task: Task[Result], upload: Upload, show: Callable[[Result, Upload], None]) -> None:
    if ready(task, "batch", cancel=True):
        show(task.result(), upload)


def _task(classifier: DigitClassifier, upload: Upload) -> Task[Result]:
    """Return the one task of this upload and network in this session, also if it failed: another try fails as well."""
    key = (upload.id, classifier.run.id, classifier.run.finished)  # another training may get the same id
    known: tuple[tuple[str, ...], Task[Result]] | None = st.session_state.get(_TASK_KEY)
    if known is None or known[0] != key or turns.let_go(_TASK_KEY, known[1]):
        known = key, turns.begin(_TASK_KEY, lambda report, check: _read(classifier, upload, report, check))
        st.session_state[_TASK_KEY] = known
    return known[1]


def _read(classifier: DigitClassifier, upload: Upload, report: Report, check: Check) -> Result:
    def follow(done: float, read: int, seconds: float) -> None:
        check()
        report(done, progress_line(done, read, seconds))

    report(0.0, "Opening it")
    return read_all(classifier, upload.chunks(check), follow)


def progress_line(done: float, read: int, seconds: float) -> str:
    """Say how many digits have been read, how fast, and how long the rest takes; `done` is the share, in (0, 1]."""
    pace = float(np.format_float_positional(read / max(seconds, 1e-3), 2, fractional=False))
    left = f", {duration(seconds / done - seconds)} left" if done < 1 else ""
    return f"{count(read, 'digit')}, {pace:,.0f} a second{left}"
