"""A link that was pressed, kept from what the page that is being left still says.

Streamlit joins a request to one that waits, and takes the page of the later; and a part of a page that looks again by
itself is run once more after the page that was asked for. Either way a link is forgotten, or leads back at once.
"""

import time
from collections.abc import Callable

from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from digitcore.ui.messages import heeding

LATE = 0.25  # s after a page has begun to be sent: nobody has seen it by then, and pressed a link back
PATIENCE = 10.0  # s: a page that is not begun by then, as one that doesn't exist, is waited for no longer


class PageChanges:
    """Lets nothing that comes from a page that is being left undo the change of pages."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            return await self._app(scope, receive, send)
        way = Way()

        async def send_watched(message: Message) -> None:
            if message.get("bytes"):
                way.told(message["bytes"])
            await send(message)

        return await self._app(scope, heeding(way.heard, receive), send_watched)


class Way:
    """Which page one browser is sent, which it left, and which it has asked for since. Pages go by Streamlit's hashes.

    `now` tells the time, in seconds.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._page = self._left = ""
        self._begun = 0.0  # when the page was begun to be sent
        self._link: ClientState | None = None
        self._asked = 0.0  # when it was

    def told(self, data: bytes) -> None:
        """Note which page the server sends; the first one it names when it has found that by its name."""
        message = ForwardMsg.FromString(data)
        page = message.navigation.page_script_hash or message.new_session.page_script_hash
        if not page or (self._waits_for and page != self._waits_for):
            return
        if page != self._page:
            self._left, self._page, self._begun = self._page, page, self._now()
        self._link = None

    def heard(self, data: bytes) -> bytes | None:
        """Return what is to be passed on of a browser's message; None if nothing is, since its page is being left."""
        message = BackMsg()
        try:
            message.ParseFromString(data)
        except DecodeError:
            return data
        if message.WhichOneof("type") != "rerun_script":
            return data
        asks = message.rerun_script
        goal = self._waits_for or self._page
        if not goal or asks.page_script_hash in ("", goal):
            return data
        if asks.fragment_id:
            return None
        if self._is_late(asks):
            self._direct(asks, goal)
            return message.SerializeToString()
        self._link, self._asked = asks, self._now()
        return data

    @property
    def _waits_for(self) -> str:
        link = self._link
        return link.page_script_hash if link and self._now() - self._asked < PATIENCE else ""

    def _is_late(self, asks: ClientState) -> bool:
        """Whether it is the page that is being left that asks; from where one came, "back" is no link either."""
        if asks.is_history_navigation:
            return False
        if self._waits_for:
            return asks.page_script_hash == self._page
        return asks.page_script_hash == self._left and self._now() - self._begun < LATE

    def _direct(self, asks: ClientState, goal: str) -> None:
        """Have it ask for the page that is wanted, with that page's address; what widgets hold comes along."""
        asks.page_script_hash = goal
        if self._link:
            asks.query_string = self._link.query_string
