"""A class that is joined with accounts: at the door, with Streamlit behind it, and a provider on this machine."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import httpx2
import pytest
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from streamlit import config
from streamlit.runtime.secrets import secrets_singleton
from streamlit.web.server.starlette.starlette_app import create_streamlit_middleware
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value
from streamlit.web.server.starlette.starlette_auth_routes import create_auth_routes
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from digitcore.base.errors import BadConfig, NotAllowed, TooManyTries
from digitcore.classroom import accounts
from digitcore.classroom.accounts import Account, Teachers
from digitcore.classroom.lesson import Lesson
from digitcore.classroom.opening import Opening
from digitcore.classroom.passes import COOKIE
from digitcore.classroom.person import Person, Role
from digitcore.classroom.tries import BURST
from digitcore.ui.classroom.door import Door
from harness.app.classroom import ADDRESS, CODE, KEY
from harness.app.door import PAGE
from harness.app.provider import APP, Provider, going_on

ANNA, BEN = "anna@school.example", "ben@school.example"


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    with going_on() as provider:
        yield provider


@pytest.fixture
def provider(running: Provider, tmp_path: Path) -> Iterator[Provider]:
    running.claims = {"sub": "1", "email": ANNA, "email_verified": True}
    running.signs_with, running.refuses = None, False
    before = config.get_option("secrets.files")
    config.set_option("secrets.files", [str(running.secrets(tmp_path))])
    secrets_singleton._reset()
    yield running
    config.set_option("secrets.files", before)
    secrets_singleton._reset()


@pytest.fixture
def lesson(tmp_path: Path) -> Lesson:
    listed = tmp_path / "teachers.txt"
    listed.write_text(f"# who teaches\n{ANNA.title()}\n")
    return Lesson(Opening.new(CODE, KEY, [APP], str(listed)), tmp_path)


class Browser:
    """Keeps cookies, and follows no redirection by itself."""

    def __init__(self, lesson: Lesson) -> None:
        behind = Starlette(routes=create_auth_routes(""), middleware=create_streamlit_middleware())
        self._app = Door(behind, lambda: lesson)
        self.cookies = httpx2.Cookies()

    def get(self, path: str, **headers: str) -> httpx2.Response:
        return asyncio.run(self._sent("GET", path, headers))

    def post(self, path: str, **form: str) -> httpx2.Response:
        return asyncio.run(self._sent("POST", path, {}, form))

    async def _sent(
        self, method: str, path: str, headers: dict[str, str], form: dict[str, str] | None = None
    ) -> httpx2.Response:
        transport = httpx2.ASGITransport(self._app)
        async with httpx2.AsyncClient(transport=transport, base_url=APP, cookies=self.cookies) as client:
            answer = await client.request(method, path, headers=headers, data=form)
            self.cookies = client.cookies
        return answer


@pytest.fixture
def browser(lesson: Lesson) -> Browser:
    return Browser(lesson)


def through_the_provider(address: str) -> str:
    """Open the provider's address, and return the path to which it leads back."""
    parts = urlsplit(httpx2.get(address).headers["location"])
    return f"{parts.path}?{parts.query}"


def signed_in(browser: Browser, to: str = "/train?epochs=3") -> tuple[int, str]:
    """Sign in as a browser does, and return the status and where it leads, or the sentence that is said."""
    led = browser.get(f"/join/sign-in?to={quote(to)}")
    if led.status_code != 303:
        return led.status_code, said(led.text)
    back = browser.get(through_the_provider(led.headers["location"]))
    return back.status_code, back.headers.get("location") or said(back.text)


def said(page: str) -> str:
    found = re.search(r'role="alert">(.*?)</p>', page)
    assert found, page
    return found[1]


def who(browser: Browser, lesson: Lesson) -> Person:
    return lesson.person(browser.cookies.get(COOKIE))


def test_a_teacher_signs_in_and_goes_on_to_the_page_that_was_wanted(
    provider: Provider, browser: Browser, lesson: Lesson
) -> None:
    led = browser.get("/train?epochs=3", accept=PAGE)
    page = browser.get(led.headers["location"])
    assert 'href="/join/sign-in?to=%2Ftrain%3Fepochs%3D3"' in page.text
    assert "<input" not in page.text
    assert signed_in(browser) == (303, "/train?epochs=3")
    assert who(browser, lesson).role is Role.TEACHER
    assert [entry.what for entry in lesson.log.latest(1)] == [f"signed in as {ANNA}"]
    assert not [name for name in browser.cookies if name.startswith(USER_COOKIE_NAME)], "it would outlive the class"


def test_whoever_else_signs_in_is_a_visitor_without_a_name_and_the_same_in_every_browser(
    provider: Provider, browser: Browser, lesson: Lesson, tmp_path: Path
) -> None:
    titles = []
    for subject in ("2", "3", "2"):
        provider.claims = {"sub": subject, "email": BEN, "email_verified": True, "name": "Ben"}
        browser.cookies.clear()
        assert signed_in(browser) == (303, "/train?epochs=3")
        titles.append(who(browser, lesson).title)
    assert titles == ["Visitor 1", "Visitor 2", "Visitor 1"]
    kept = "".join(file.read_text() for file in (tmp_path / ".classroom").iterdir() if file.suffix == ".json")
    assert not {BEN, "Ben", provider.address} & set(re.findall(r'[^"]+', kept))


def test_an_address_that_the_provider_has_not_verified_makes_no_teacher(provider: Provider, browser: Browser) -> None:
    provider.claims = {"sub": "4", "email": ANNA}
    status, sentence = signed_in(browser)
    assert (status, sentence.startswith("Your school&#x27;s provider doesn&#x27;t say that anna@")) == (403, True)
    assert not browser.cookies.get(COOKIE)
    for verified in (None, False, "false", "", 0, [True]):
        assert not Account.of({"sub": "4", "email": ANNA, "email_verified": verified}).verified
    assert Account.of({"sub": "4", "email": ANNA, "xms_edov": "1"}).verified


@pytest.mark.parametrize(
    "address",
    ["anna@ſchool.example", "ANNA@\u212achool.example", f"{ANNA}.evil.example", f"x{ANNA}", "", None, ["x"], "#@x", 7],
)
def test_an_address_that_is_like_a_teachers_is_not_the_teachers(lesson: Lesson, address: object) -> None:
    account = Account.of({"iss": "x", "sub": "5", "email": address, "email_verified": True})
    assert lesson.sign_in(account).role is Role.VISITOR


def test_who_is_taken_off_the_list_teaches_no_more_from_that_moment_on(
    provider: Provider, browser: Browser, lesson: Lesson
) -> None:
    listed = Path(lesson.opening.teachers)
    signed_in(browser)
    listed.write_text(f"{BEN}\n")
    assert who(browser, lesson).role is Role.VISITOR
    listed.write_text(f"{BEN}\n  {ANNA.upper()}  \n")
    assert who(browser, lesson).role is Role.TEACHER
    listed.unlink()
    assert who(browser, lesson).role is Role.VISITOR
    assert signed_in(browser) == (303, "/train?epochs=3"), "without a list, everybody is a visitor"
    assert who(browser, lesson).role is Role.VISITOR


def test_roles_end_with_the_class(provider: Provider, browser: Browser, lesson: Lesson, tmp_path: Path) -> None:
    signed_in(browser)
    another = Lesson(Opening.new(CODE, KEY, [APP], lesson.opening.teachers), tmp_path)
    with pytest.raises(NotAllowed, match="You are not in this class"):
        another.person(browser.cookies.get(COOKIE))


def test_whoever_leaves_is_let_in_no_more_and_no_other_site_can_have_them_leave(
    provider: Provider, browser: Browser, lesson: Lesson
) -> None:
    signed_in(browser)
    assert browser.get("/leave", **{"sec-fetch-site": "cross-site"}).status_code == 403
    assert who(browser, lesson).is_teacher
    assert browser.get("/leave").headers["location"] == "/join?left"
    assert browser.get("/", accept=PAGE).headers["location"] == "/join?to=%2F"


def test_what_the_provider_has_not_signed_lets_nobody_in(provider: Provider, browser: Browser) -> None:
    provider.signs_with = RSAKey.generate_key(2048, {"kid": "ours"})
    assert signed_in(browser) == (403, GIVEN_UP)
    provider.signs_with = None
    for claims in ({"aud": "another-app"}, {"nonce": "of another sign-in"}, {"sub": ""}):
        provider.claims = {"sub": "1", "email": ANNA, "email_verified": True, **claims}
        assert signed_in(browser)[0] == 403, claims
    assert not browser.cookies.get(COOKIE)


GIVEN_UP = "You are not signed in: the sign-in was given up, or took too long. Try once more."


def test_a_sign_in_that_is_given_up_replayed_or_begun_by_somebody_else_lets_nobody_in(
    provider: Provider, browser: Browser
) -> None:
    provider.refuses = True
    assert signed_in(browser) == (403, GIVEN_UP)
    provider.refuses = False
    back = through_the_provider(browser.get("/join/sign-in").headers["location"])
    browser.cookies.clear()  # as where somebody sends a pupil an address with which they'd be signed in as another
    assert said(browser.get(back).text) == GIVEN_UP
    assert said(browser.get("/oauth2callback").text) == GIVEN_UP


def test_a_cookie_of_streamlits_lets_nobody_in_even_where_it_is_signed(provider: Provider, browser: Browser) -> None:
    secret = config.get_option("server.cookieSecret")
    claims = f'{{"sub": "1", "email": "{ANNA}", "email_verified": true, "is_logged_in": true}}'
    browser.cookies.set(USER_COOKIE_NAME, create_signed_value(secret, USER_COOKIE_NAME, claims).decode())
    assert browser.get("/").status_code == 403
    assert said(browser.get("/oauth2callback?state=x").text) == GIVEN_UP


def test_a_provider_that_cant_be_reached_is_said(provider: Provider, browser: Browser, tmp_path: Path) -> None:
    elsewhere = Provider().secrets(tmp_path)
    config.set_option("secrets.files", [str(elsewhere)])
    secrets_singleton._reset()
    assert signed_in(browser) == (403, "Your school&#x27;s provider can&#x27;t be reached: try again in a moment.")


def test_whoever_comes_by_another_name_is_led_to_the_one_that_the_provider_knows(browser: Browser) -> None:
    led = browser.get("/join/sign-in?to=/train", host="192.168.1.20:8501")
    assert led.headers["location"] == f"{APP}/join/sign-in?to=%2Ftrain"


def test_codes_and_keys_let_nobody_into_a_class_that_signs_in(lesson: Lesson, browser: Browser) -> None:
    for typed in (CODE, KEY):
        assert said(browser.post("/join", code=typed).text).startswith("This class has no code: sign in")


def test_nobody_signs_in_to_a_class_of_codes(tmp_path: Path) -> None:
    lesson = Lesson(Opening.new(CODE, KEY, [ADDRESS]), tmp_path)
    with pytest.raises(NotAllowed, match="joined by its code"):
        lesson.sign_in(Account("x 1", ANNA, True))
    with pytest.raises(NotAllowed, match="joined by its code"):
        lesson.begin_sign_in()


def test_many_who_go_to_the_provider_at_once_have_to_wait(lesson: Lesson) -> None:
    for _ in range(BURST):
        lesson.begin_sign_in()
    with pytest.raises(TooManyTries, match="wait a few seconds"):
        lesson.begin_sign_in()


@pytest.mark.parametrize(
    ("listed", "sentence"),
    [
        (None, "can't be read"),
        ("# nobody yet\n\n", "names no teacher"),
        (f"{ANNA}\nAnna Maier\n", "line 2, is no address"),
        ("@school.example", "line 1, is no address"),
    ],
)
def test_a_list_of_teachers_that_is_none_is_named(tmp_path: Path, listed: str | None, sentence: str) -> None:
    file = tmp_path / "teachers.txt"
    if listed is not None:
        file.write_text(listed)
    with pytest.raises(BadConfig, match=sentence):
        Teachers(file).checked()


SAID = {
    "client_id": "x",
    "client_secret": "x",
    "server_metadata_url": "https://accounts.example/.well-known/openid-configuration",
    "redirect_uri": "https://digits.school.example/oauth2callback",
}


def told(file: Path, **changed: str | None) -> Path:
    lines = {**SAID, **changed}.items()
    file.write_text("[auth]\n" + "".join(f'{name} = "{value}"\n' for name, value in lines if value is not None))
    return file


def test_the_apps_address_is_the_one_that_the_provider_leads_back_to(tmp_path: Path) -> None:
    read = accounts.Provider.read(told(tmp_path / "secrets.toml"))
    assert read == accounts.Provider("accounts.example", "https://digits.school.example")


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"client_id": None}, r"client_id is missing under \[auth\]"),
        ({"redirect_uri": "https://digits.school.example/"}, "followed by /oauth2callback"),
        ({"redirect_uri": "http://digits.school.example/oauth2callback"}, "redirect_uri .* begin with https://"),
        ({"server_metadata_url": "http://accounts.example/x"}, "server_metadata_url .* begin with https://"),
        ({"cookie_secret": "secret"}, "could be guessed"),
        ({"client_id": 'x"'}, "is no TOML"),
    ],
)
def test_a_provider_with_which_nobody_could_sign_in_safely_is_refused(
    tmp_path: Path, changed: dict[str, str | None], sentence: str
) -> None:
    with pytest.raises(BadConfig, match=sentence):
        accounts.Provider.read(told(tmp_path / "secrets.toml", **changed))


def test_without_a_provider_the_command_says_what_to_write_where(tmp_path: Path) -> None:
    with pytest.raises(BadConfig, match=r"tell .*secrets\.toml who your provider is"):
        accounts.Provider.read(tmp_path / "secrets.toml")
