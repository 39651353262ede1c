"""Files that a visitor drops, and what is said of one for which there was no room."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import streamlit as st
from streamlit.runtime.uploaded_file_manager import DeletedFile, UploadedFile

from digitcore.data.formats import Source
from digitcore.ui.shared import notices
from digitcore.ui.shared.background import Report
from digitcore.ui.shared.turns import Check

LARGEST_UPLOAD = 200  # MB; Kaggle's train.csv has 77
MOST_HELD_OF_ONE = 2 * LARGEST_UPLOAD  # MB of files of one page
MOST_HELD = 1_000  # MB, of all together; a session's go when its page has been gone for two minutes
T = TypeVar("T")
NO_ROOM = (
    f"A file could not be kept. There is room for {MOST_HELD_OF_ONE} MB of a page's files and {MOST_HELD:,} MB of "
    "everyone's: take files away, or wait until others have gone, and drop it once more."
)


def file_uploader(label: str, key: str, on_change: Callable[[], None]) -> None:
    """Show where files of digits can be dropped; `dropped` tells what was."""
    st.file_uploader(label, accept_multiple_files=True, max_upload_size=LARGEST_UPLOAD, key=key, on_change=on_change)
    _tell_of_missing(key)


def picture_uploader(label: str, key: str, types: Sequence[str], largest: int, width: int | str) -> UploadedFile | None:
    """Show where a picture of so many MB can be dropped, and return it."""
    file: UploadedFile | None = st.file_uploader(
        label,
        type=types,
        key=key,
        max_upload_size=largest,
        width=width,  # type: ignore[arg-type]
    )
    _tell_of_missing(key)
    return file


def _tell_of_missing(key: str) -> None:
    held = st.session_state.get(key)
    files = held if isinstance(held, list) else [held]
    if any(isinstance(file, DeletedFile) for file in files):
        notices.warning(NO_ROOM)


def dropped(key: str) -> list[UploadedFile]:
    """Return the files that lie in the uploader of that key, the first that came first."""
    return [file for file in st.session_state[key] if isinstance(file, UploadedFile)]


def sources_of(files: list[UploadedFile]) -> tuple[Source, ...]:
    """Return files as the readers take them."""
    return tuple(Source.of_bytes(file.name, file.getvalue()) for file in files)


def checked(
    sources: Sequence[Source],
    report: Report,
    check: Check,
    read: Callable[[list[Source], Callable[[float], None]], T],
) -> T:
    """Return what `read` makes of files, given how to report the share done; `check` raises once nobody wants it."""

    def follow(done: float) -> None:
        check()
        report(done, "Checking it")

    follow(0.0)
    return read([source.watched(check) for source in sources], follow)
