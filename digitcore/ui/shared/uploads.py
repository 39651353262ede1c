"""Files of digits that a visitor drops."""

from collections.abc import Callable

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from digitcore.data.formats import Source

LARGEST_UPLOAD = 200  # MB; Kaggle's train.csv has 77


def file_uploader(label: str, key: str, on_change: Callable[[], None]) -> None:
    """Show where files of digits can be dropped; `dropped` tells what was."""
    st.file_uploader(label, accept_multiple_files=True, max_upload_size=LARGEST_UPLOAD, key=key, on_change=on_change)


def dropped(key: str) -> list[UploadedFile]:
    """Return the files that lie in the uploader of that key, the first that came first."""
    files: list[UploadedFile] = st.session_state[key]
    return files


def sources_of(files: list[UploadedFile]) -> tuple[Source, ...]:
    """Return files as the readers take them."""
    return tuple(Source.of_bytes(file.name, file.getvalue()) for file in files)
