"""Signing in at the school's provider, by what Streamlit has for `st.login`, before any page is there to call that.

The provider's address leads back to Streamlit, which checks what it says (OpenID Connect, by Authlib) and would keep it
in a cookie for a month. It is taken from that answer instead, for the class's own pass: no browser ever gets that
cookie, and none that it may have counts.
"""

import asyncio
import json
from http.cookies import SimpleCookie

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Scope
from streamlit.auth_util import encode_provider_token
from streamlit.web.server.starlette.starlette_auth_routes import _get_cookie_value_from_request
from streamlit.web.server.starlette.starlette_server_config import SESSION_COOKIE_NAME, USER_COOKIE_NAME

from digitcore.base.errors import NotAllowed
from digitcore.classroom.accounts import Account
from digitcore.ui.shared.components import base_path

SIGN_IN = "/join/sign-in"
BACK = "/oauth2callback"
_LOGIN = "/auth/login"
_PROVIDER = "default"  # what is under [auth] itself


class _Answer:
    """What an app behind the door has answered, of which nothing was sent."""

    def __init__(self) -> None:
        self.status = 500
        self.headers: list[tuple[bytes, bytes]] = []

    async def take(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], message["headers"]

    def values(self, name: bytes) -> list[str]:
        return [value.decode("latin-1") for key, value in self.headers if key.lower() == name]


async def to_the_provider(app: ASGIApp, request: Request) -> RedirectResponse:
    """Return the answer that leads a browser to the provider. Raises `NotAllowed` where that can't be reached."""
    query = f"provider={encode_provider_token(_PROVIDER)}".encode()
    answer = await _asked(app, {**request.scope, "path": base_path() + _LOGIN, "query_string": query})
    leads = answer.values(b"location")
    if answer.status != 302 or not leads:
        raise NotAllowed("Your school's provider can't be reached: try again in a moment.")
    response = RedirectResponse(leads[0], 303)
    for kept in answer.values(b"set-cookie"):
        if kept.startswith(SESSION_COOKIE_NAME):
            response.headers.append("set-cookie", kept)
    return response


async def account_of(app: ASGIApp, request: Request) -> Account:
    """Return who has come back from the provider. Raises `NotAllowed` where it says nothing that holds."""
    answer = await _asked(app, request.scope)
    said = _get_cookie_value_from_request(_with_cookies(answer.values(b"set-cookie")), USER_COOKIE_NAME)
    if said is None:
        raise NotAllowed("You are not signed in: the sign-in was given up, or took too long. Try once more.")
    return Account.of(json.loads(said))


def _with_cookies(made: list[str]) -> Request:
    """Return a request with the cookies that an answer would have set."""
    jar = SimpleCookie()
    for each in made:
        jar.load(each)
    pairs = "; ".join(f"{name}={value.coded_value}" for name, value in jar.items() if value.value)
    return Request({"type": "http", "headers": [(b"cookie", pairs.encode("latin-1"))]})


async def _asked(app: ASGIApp, scope: Scope) -> _Answer:
    """Ask the app in a thread of its own: it opens lines to the provider, and everybody's page would wait for each."""
    answer = _Answer()

    async def ask() -> None:
        await app({**scope, "raw_path": scope["path"].encode()}, _nothing_more, answer.take)

    await run_in_threadpool(lambda: asyncio.run(ask()))
    return answer


async def _nothing_more() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}
