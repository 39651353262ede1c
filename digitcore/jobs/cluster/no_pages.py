"""Loaded by every scheduler and worker that we start: they serve no web pages.

Dask has no setting for that (dask/distributed issue 6301): without its dashboard, too, each opens a port that anybody
may read from in plain text. It loads this before that.
"""

from typing import Any

from distributed.node import ServerNode


def _open_none(*_: Any, **__: Any) -> None:
    """In place of what would open the port."""


ServerNode.start_http_server = _open_none
