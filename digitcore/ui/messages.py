"""What browsers send over the websocket, paced, and looked through before Streamlit unpacks it.

Streamlit hands a component's state to `json.loads` in the thread of its session, and expects a shallow object: on
JSON that is a thousand levels deep, or has a number of five thousand digits, that thread ends. And it does for anyone
what its own menu offers to developers, such as emptying what the server keeps for all.
"""

import asyncio
import json
from collections.abc import Callable
from typing import Any, NoReturn

from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates

from digitcore.classroom.pace import Pace

LONGEST_STATE = 2**20  # characters; a frame has a fifth of that at most
DEEPEST_STATE = 20  # levels; ours have three
_NOTHING = {"json_value": "{}", "json_trigger_value": "[]"}
_WIDGET = "$$"  # so begin the names of Streamlit's widgets; under another name, a page looks for what is not there
# what pages ask for; what is left out ends the cache of all, follows files or tells of the repository
_ASKED_BY_PAGES = frozenset(
    ("rerun_script", "stop_script", "app_heartbeat", "file_urls_request", "backend_operation_request")
)
_NO_TEXT: Message = {"type": "websocket.disconnect", "code": 1003, "reason": "Streamlit's messages are bytes."}


class Paced:
    """Lets messages of one connection pass no faster than pages send them: the rest wait on the line, none is lost."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        pace = Pace()

        async def receive_in_time() -> Message:
            message = await receive()
            if message["type"] == "websocket.receive" and (seconds := pace.wait()):
                await asyncio.sleep(seconds)
            return message

        await self._app(scope, receive_in_time if scope["type"] == "websocket" else receive, send)


class PlainStates:
    """Passes on what pages ask for, but an empty state for a component's that isn't plain JSON."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, heeding(with_plain_states, receive) if scope["type"] == "websocket" else receive, send)


def heeding(heed: Callable[[bytes], bytes | None], receive: Receive) -> Receive:
    """Return what receives a browser's messages as `heed` returns them; those for which that is None are left out."""

    async def receive_heeded() -> Message:
        while True:
            message = await receive()
            if message["type"] != "websocket.receive":
                return message
            if not message.get("bytes"):
                return _NO_TEXT
            heeded = heed(message["bytes"])
            if heeded is not None:
                return {**message, "bytes": heeded}

    return receive_heeded


def with_plain_states(data: bytes) -> bytes | None:
    """Return a message to Streamlit without states that aren't plain JSON; None if no page of ours asks for it."""
    message = BackMsg()
    try:
        message.ParseFromString(data)
    except DecodeError:
        return data  # Streamlit ends the connection
    kind = message.WhichOneof("type")
    if kind != "rerun_script":
        return data if kind in _ASKED_BY_PAGES else None
    return message.SerializeToString() if _clean(message.rerun_script.widget_states) else data


def _clean(states: WidgetStates) -> bool:
    """Empty the states that aren't plain JSON, drop those that no widget has, and return whether there were any."""
    known = [state for state in states.widgets if state.id.startswith(_WIDGET)]
    changed = len(known) < len(states.widgets)
    if changed:
        states.CopyFrom(WidgetStates(widgets=known))
    for state in states.widgets:
        if kind := _unplain(state):
            setattr(state, kind, _NOTHING[kind])
            changed = True
    return changed


def _unplain(state: WidgetState) -> str | None:
    """Return which field of a state is JSON that isn't plain; None if there is none."""
    kind: str | None = state.WhichOneof("value")
    return kind if kind in _NOTHING and not is_plain(getattr(state, kind)) else None


def is_plain(text: str) -> bool:
    """Return whether a text is JSON of finite numbers, and neither long nor deep."""
    if len(text) > LONGEST_STATE:
        return False
    try:
        value = json.loads(text, parse_constant=_refuse, parse_float=_finite)
    except (ValueError, RecursionError):
        return False
    return _is_shallow(value)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON.")


def _finite(number: str) -> float:
    value = float(number)
    if abs(value) == float("inf"):
        raise ValueError(f"{number[:20]} is too large.")
    return value


def _is_shallow(value: Any) -> bool:
    level = [value]
    for _ in range(DEEPEST_STATE):
        level = [
            inner
            for each in level
            if isinstance(each, list | dict)
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
        if not level:
            return True
    return False
