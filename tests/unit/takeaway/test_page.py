"""The page that a run is taken along in: small, closed to the outside, and harmless whatever the run is called."""

import base64
import hashlib
import re
import tomllib
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner

from digitcore.base.errors import BadRun, DigitcoreError
from digitcore.cli.main import cli
from digitcore.inference.weights import weights_file
from digitcore.runs.record import LITERT_FILE, SHIPPED
from digitcore.runs.store import RunStore
from digitcore.takeaway.page import FRONTEND, take_along

ROOT = Path(__file__).parents[3]
LARGEST = 1_500_000  # bytes, of a file
HOSTILE = """</title></script><script>alert(1)</script>"'><img src=x onerror=alert(1)>{{ 7 * 7 }}<!-- &amp;"""


class Parts(HTMLParser):
    """The elements of a document, with what stands in those that hold text only."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attributes)))

    def handle_data(self, data: str) -> None:
        self.texts.append((self.elements[-1][0] if self.elements else "", data))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def text_of(self, tag: str) -> list[str]:
        return [text for name, text in self.texts if name == tag and text.strip()]

    @property
    def policy(self) -> dict[str, str]:
        (content,) = [meta["content"] for meta in self.all("meta") if "http-equiv" in meta]
        return dict(part.split(" ", 1) for part in (content or "").split("; "))


@pytest.fixture(scope="module")
def page() -> str:
    return take_along(RunStore.open().get("tiny_cnn"))


@pytest.mark.parametrize("run_id", SHIPPED)
def test_every_run_is_small_enough_to_be_sent_and_has_its_weights_in_it(run_id: str) -> None:
    run = RunStore.open().get(run_id)
    page = take_along(run)
    assert len(page.encode()) < LARGEST
    weights = re.search(r'<script id="weights" type="text/plain">(.*?)</script>', page)
    assert weights is not None
    assert base64.b64decode(weights[1]) == weights_file(run)


def test_only_the_script_and_the_style_in_it_may_be_used_and_nothing_is_fetched(page: str) -> None:
    parts = Parts(page)
    (_weights, script), (style,) = parts.text_of("script"), parts.text_of("style")
    assert parts.policy == {
        "default-src": "'none'",
        "script-src": hash_of(script),
        "style-src": hash_of(style),
        "worker-src": "blob:",
        "connect-src": "data:",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    for tag, attributes in parts.elements:
        assert [name for name in attributes if name.startswith("on") or name == "style"] == [], tag
        assert all((attributes.get(name) or "data:").startswith("data:") for name in ("src", "href")), tag
    assert "url(" not in style
    assert "@import" not in style


def hash_of(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_nothing_loads_before_the_policy_holds(page: str) -> None:
    names = [name for name, _attributes in Parts(page).elements]
    assert names[:4] == ["html", "head", "meta", "meta"]
    assert "http-equiv" in Parts(page).all("meta")[1]


def test_a_hostile_name_is_shown_as_it_is_and_becomes_no_markup(page: str) -> None:
    run = RunStore.open().get("tiny_cnn")
    parts, ordinary = Parts(take_along(replace(run, name=HOSTILE))), Parts(page)
    assert [name for name, _attributes in parts.elements] == [name for name, _attributes in ordinary.elements]
    assert parts.text_of("title") == [f"{HOSTILE} · Digit studio"]
    assert parts.text_of("h2") == [HOSTILE]
    assert parts.policy == ordinary.policy
    assert parts.text_of("script")[1:] == ordinary.text_of("script")[1:]


def test_it_says_how_good_the_network_is_and_whose_work_is_in_it(page: str) -> None:
    text = " ".join(page.split())
    for said in ("99.5", "9,834", "54,000 digits", "November 2026", "Yann LeCun", "CC BY-SA 3.0"):
        assert said in text
    licence = " ".join((ROOT / "LICENSE").read_text().split()).replace('"', "&#34;").replace("'", "&#39;")
    assert licence in text


def test_its_colours_are_the_apps() -> None:
    css = (FRONTEND / "takeaway" / "page.css").read_text()
    light, dark = css.split("@media (prefers-color-scheme: dark)")
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["theme"]
    for name, part in (("light", light), ("dark", dark.split("\n}\n")[0])):
        colours = {key: value for key, value in theme[name].items() if isinstance(value, str)}
        written = dict(re.findall(r"--st-([\w-]+-color): (#\w+);", part))
        assert written == {re.sub("[A-Z]", lambda sign: f"-{sign[0].lower()}", key): colours[key] for key in colours}


def test_a_run_whose_network_is_damaged_is_a_sentence(own_digitnet: Path) -> None:
    (own_digitnet / LITERT_FILE).write_bytes(b"rubbish")
    with pytest.raises(BadRun, match="digitnet"):
        take_along(RunStore.open().get("digitnet"))


def test_the_command_writes_the_file_and_says_where(tmp_path: Path, page: str) -> None:
    file = tmp_path / "digits.html"
    done = CliRunner().invoke(cli, ["export", "tiny_cnn", "--html", str(file)])
    assert done.exit_code == 0
    assert done.stdout == f"{file}\n"
    assert file.read_text() == page


def test_a_file_that_cant_be_written_is_a_sentence(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["export", "tiny_cnn", "--html", str(tmp_path / "no" / "digits.html")])
    assert isinstance(done.exception, DigitcoreError)
    assert "digits.html can't be written" in str(done.exception)
