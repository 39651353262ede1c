"""The app as a server sees it: the script that Streamlit runs, files served beside it, and what ends with the app."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from digitcore.ui.shared.components import FRONTEND, SCRIPTS_ADDRESS, UNCHANGING
from digitcore.ui.shared.lifetime import ends_with_the_app
from digitcore.ui.shared.weights import WEIGHTS_ADDRESS, send_weights

# no folder called pages lies beside it, which Streamlit would take for its own
SCRIPT = Path(__file__).with_name("studio.py")


class _UnchangingFiles(StaticFiles):
    """Files at an address that has their fingerprint in it: a browser need never ask for one again."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers.update(UNCHANGING)
        return response


routes = [
    Mount(SCRIPTS_ADDRESS, _UnchangingFiles(directory=FRONTEND)),
    Route(f"{WEIGHTS_ADDRESS}/{{run_id}}/{{fingerprint}}", send_weights),
]


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Close what was opened for all sessions, such as jobs and their workers, when the server stops."""
    try:
        yield
    finally:
        await asyncio.to_thread(ends_with_the_app.close)
