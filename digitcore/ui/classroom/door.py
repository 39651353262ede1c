"""The door of a class: nothing of the app is sent to a browser that hasn't shown a pass, and nothing is taken from it.

It stands before all of Streamlit's. Who has no pass is led to a page that asks for the class's code. Where there is no
class, it keeps out other sites' pages alone.
"""

import asyncio
import secrets
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from html import escape
from ipaddress import ip_address
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit.web.server.starlette.starlette_websocket import is_host_allowed

from digitcore.base.errors import DigitcoreError, NotAllowed, TooManyTries
from digitcore.classroom.lesson import Lesson, current
from digitcore.classroom.passes import COOKIE, VALID
from digitcore.classroom.person import Person
from digitcore.classroom.ways_in import JOIN_PATH
from digitcore.ui.classroom.signing_in import BACK, SIGN_IN, account_of, to_the_provider
from digitcore.ui.shared.components import FRONTEND, base_path, served

NOW_ADDRESS = served("classroom/now")  # asked by every page, every other second
LEAVE = "/leave"
_HEALTH = "/_stcore/health"
_GO_ON_TO = "digits-go-on-to"  # a cookie: the page that somebody wanted, while they sign in
_AT_THE_PROVIDER = 900  # s
_LONGEST_FORM = 4096  # bytes
_FORM_WITHIN = 10.0  # s
_REFUSED = 1008  # of WebSocket's codes: against the rules
_LONGEST_REASON = 120  # characters that a close has room for


class Door:
    """Lets those in who are in the class that goes on; all but other sites' pages, where there is none."""

    def __init__(self, app: ASGIApp, lesson: Callable[[], Lesson | None] = current) -> None:
        self._app = app
        self._lesson = lesson

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        lesson = self._lesson()
        if scope["type"] == "websocket":
            await self._connect(lesson, scope, receive, send)
        elif scope["type"] == "http":
            await self._answer(lesson, scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _connect(self, lesson: Lesson | None, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = why_foreign(scope, lesson)
        if refusal is None and lesson and person_of(lesson, scope) is None:
            refusal = "Join the class first."
        if refusal:
            await send({"type": "websocket.close", "code": _REFUSED, "reason": refusal[:_LONGEST_REASON]})
        else:
            await self._app(scope, receive, send)

    async def _answer(self, lesson: Lesson | None, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = why_foreign(scope, lesson)
        if refusal:
            response: Response | None = PlainTextResponse(refusal, 403, _UNKEPT)
        else:
            response = await _own_answer(lesson, self._app, Request(scope, receive)) if lesson else None
        await (response or self._app)(scope, receive, send)


async def _own_answer(lesson: Lesson, app: ASGIApp, request: Request) -> Response | None:
    """Return what is answered at the door of a class; None for what may pass to the app behind it."""
    path = request.url.path
    if path == base_path() + JOIN_PATH:
        return await _join(lesson, request)
    if path in (base_path() + SIGN_IN, base_path() + BACK):
        return await _signed_in(lesson, app, request)
    person = person_of(lesson, request.scope)
    if path == base_path() + _HEALTH or (person and path not in (NOW_ADDRESS, base_path() + LEAVE)):
        return None
    if person:
        return _now(lesson, person) if path == NOW_ADDRESS else _left(request)
    if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
        wanted = path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"{base_path()}{JOIN_PATH}?{urlencode({'to': wanted})}", 303, _UNKEPT)
    return PlainTextResponse("Join the class first: open the page anew.", 403, _UNKEPT)


_UNKEPT = {"Cache-Control": "no-store"}


def person_of(lesson: Lesson, scope: Scope) -> Person | None:
    """Return who sends a request; None for whoever has no valid pass."""
    cookies = Request({**scope, "type": "http"}).cookies
    try:
        return lesson.person(cookies.get(COOKIE))
    except NotAllowed:
        return None


def why_foreign(scope: Scope, lesson: Lesson | None) -> str | None:
    """Say why a request isn't answered that may come from another site's page; None where it is one of ours.

    In a class, a page that only calls itself by our address, since its name leads here, has no pass. Without one, names
    have to be known: those that mean this machine, addresses, and those of `server.allowedHosts`.
    """
    headers = Headers(scope=scope)
    origin, host = headers.get("origin"), headers.get("host", "")
    if origin is not None and _place_of(origin) != host:
        return "This comes from another site's page, so it is not answered."
    if lesson is None and not _is_known(host):
        return (
            "The app is not known by this name: open it at its address, or name it in the variable "
            "STREAMLIT_SERVER_ALLOWED_HOSTS when you start it."
        )
    return None


def _place_of(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


def _is_known(host: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    if st.get_option("server.allowedHosts"):
        return is_host_allowed(host)
    return name == "localhost" or name.endswith(".localhost") or _is_address(name)


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _now(lesson: Lesson, person: Person) -> Response:
    """Tell a page what goes on, and note that it is there."""
    lesson.heard_of(person)
    away = lesson.eyes_to_the_front and not person.is_teacher
    return JSONResponse({"eyes": away, "cleared": lesson.cleared}, headers=_UNKEPT)


def _left(request: Request) -> Response:
    """Take the pass away, as on a machine that others use next; another site's link does not."""
    if request.headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        return PlainTextResponse("To leave the class, press “Leave” on its own page.", 403, _UNKEPT)
    response = RedirectResponse(f"{base_path()}{JOIN_PATH}?left", 303, _UNKEPT)
    response.delete_cookie(COOKIE, base_path() or "/")
    return response


async def _join(lesson: Lesson, request: Request) -> Response:
    if request.method != "POST":
        return join_page(lesson, request.query_params.get("to", ""))
    form = await _form(request)
    code, to = form.get("code", ""), form.get("to", "")
    known = person_of(lesson, request.scope)
    address = request.client.host if request.client else ""
    try:
        person = await run_in_threadpool(lesson.join, code, address, known)
    except DigitcoreError as error:
        return _not_let_in(lesson, to, error)
    return _let_in(lesson, request, person, to)


def _let_in(lesson: Lesson, request: Request, person: Person, to: str) -> Response:
    response = RedirectResponse(own_path(to), 303, _UNKEPT)
    _set_cookie(response, request, COOKIE, lesson.passes.make(person), VALID)
    return response


def _not_let_in(lesson: Lesson, to: str, error: DigitcoreError) -> Response:
    return join_page(lesson, to, str(error), 429 if isinstance(error, TooManyTries) else 403)


def _set_cookie(response: Response, request: Request, name: str, value: str, seconds: int) -> None:
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path=base_path() or "/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )


async def _signed_in(lesson: Lesson, app: ASGIApp, request: Request) -> Response:
    """Lead somebody to the school's provider, or let in whoever comes back from there."""
    to = request.query_params.get("to") or unquote(request.cookies.get(_GO_ON_TO, ""))
    try:
        if request.url.path == base_path() + SIGN_IN:
            return await _led_to_the_provider(lesson, app, request, to)
        account = await account_of(app, request)
        person = await run_in_threadpool(lesson.sign_in, account)
    except DigitcoreError as error:
        return _not_let_in(lesson, to, error)
    return _let_in(lesson, request, person, to)


async def _led_to_the_provider(lesson: Lesson, app: ASGIApp, request: Request, to: str) -> Response:
    lesson.begin_sign_in()
    address = lesson.opening.addresses[0]
    if request.headers.get("host") != urlsplit(address).netloc:  # the provider leads back to that name alone
        return RedirectResponse(f"{address}{SIGN_IN}?{urlencode({'to': own_path(to)})}", 303, _UNKEPT)
    response = await to_the_provider(app, request)
    _set_cookie(response, request, _GO_ON_TO, quote(own_path(to)), _AT_THE_PROVIDER)
    return response


async def _form(request: Request) -> dict[str, str]:
    """Return the fields of a short form, or of what has come of it in time; none of one that is long or damaged."""
    body = b""
    with suppress(TimeoutError):
        async with asyncio.timeout(_FORM_WITHIN):
            async for part in request.stream():
                body += part
                if len(body) > _LONGEST_FORM:
                    return {}
    return {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}


def own_path(to: str) -> str:
    """Return where to go after joining: `to`, if that is a page of ours."""
    ours = to.startswith("/") and not to.startswith("//") and "\\" not in to and to.isprintable()
    return to if ours and not urlsplit(to).netloc else base_path() or "/"


def join_page(lesson: Lesson, to: str, trouble: str = "", status: int = 200) -> Response:
    """Return the page that asks for the class's code, or to sign in; `trouble` says what was wrong before."""
    nonce = secrets.token_urlsafe(16)
    rules = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; img-src data:; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    page = _template("sign_in.html" if lesson.opening.teachers else "code.html")
    goes_on = own_path(to)
    signing_in = f"{base_path()}{SIGN_IN}?{urlencode({'to': goes_on})}"
    for name, value in {"nonce": nonce, "to": goes_on, "sign-in": signing_in, "trouble": trouble}.items():
        page = page.replace(f"{{{{{name}}}}}", escape(value))
    return HTMLResponse(page, status, {"Content-Security-Policy": rules, **_UNKEPT})


@cache
def _template(way_in: str) -> str:
    page = _file("classroom/join.html").replace("{{way-in}}", _file(f"classroom/{way_in}"))
    return page.replace("{{style}}", _file("classroom/join.css")).replace("{{logo}}", _file("logo.svg"))


def _file(name: str) -> str:
    return (FRONTEND / name).read_text(encoding="utf-8")
