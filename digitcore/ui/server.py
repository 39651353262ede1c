"""The app as a server sees it: the script that Streamlit runs, and what has to end with the app."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st

from digitcore.ui.shared.lifetime import ends_with_the_app

SCRIPT = Path(__file__).with_name(
    "studio.py"
)  # no folder called pages beside it, which Streamlit would take for its own


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Close what was opened for all sessions, such as jobs and their workers, when the server stops."""
    try:
        yield
    finally:
        await asyncio.to_thread(ends_with_the_app.close)
