"""What browsers send over the websocket, paced, and looked through before Streamlit unpacks it.

Streamlit hands a component's state to `json.loads` in the thread of its session, and expects a shallow object: on
JSON that is a thousand levels deep, or has a number of five thousand digits, that thread ends.
"""

import asyncio
import json
from typing import Any, NoReturn

from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

from digitcore.classroom.pace import Pace

LONGEST_STATE = 2**20  # characters; a frame has a fifth of that at most
DEEPEST_STATE = 20  # levels; ours have three
_NOTHING = {"json_value": "{}", "json_trigger_value": "[]"}


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
    """Passes on every message from a browser, but an empty state for a component's that isn't plain JSON."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def receive_plain() -> Message:
            message = await receive()
            return {**message, "bytes": with_plain_states(message["bytes"])} if message.get("bytes") else message

        await self._app(scope, receive_plain if scope["type"] == "websocket" else receive, send)


def with_plain_states(data: bytes) -> bytes:
    """Return a message to Streamlit without those states of components that aren't plain JSON."""
    message = BackMsg()
    try:
        message.ParseFromString(data)
    except DecodeError:
        return data  # Streamlit ends the connection
    if message.WhichOneof("type") != "rerun_script":
        return data
    changed = False
    for state in message.rerun_script.widget_states.widgets:
        kind = state.WhichOneof("value")
        if kind in _NOTHING and not is_plain(getattr(state, kind)):
            setattr(state, kind, _NOTHING[kind])
            changed = True
    return message.SerializeToString() if changed else data


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
