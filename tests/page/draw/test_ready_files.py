"""Streamlit's own scripts, as they come to a browser: ready, packed, and before anybody has to ask for them."""

import gzip
import re
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from streamlit import file_util

from digitcore.ui.ready_files import ReadyFiles, early_elements, pack_early_files

SCRIPTS = Path(file_util.get_static_dir(), "static", "js")
EARLY = re.findall(r'href="/static/js/([^"]+)"', early_elements().decode())
BY_THE_PAGE = re.findall(r"js/([\w.-]+\.js)", (SCRIPTS.parents[1] / "index.html").read_text(encoding="utf-8"))


async def streamlit(scope: Any, receive: Any, send: Any) -> None:
    await PlainTextResponse("Streamlit")(scope, receive, send)


@pytest.fixture(scope="module")
def browser() -> TestClient:
    return TestClient(ReadyFiles(streamlit))


def imports_of(name: str) -> set[str]:
    return set(re.findall(r'(?:from|import)"\./([^"]+)"', (SCRIPTS / name).read_text(encoding="utf-8")))


def test_a_page_names_what_shows_its_elements_and_all_that_this_imports_and_nothing_twice() -> None:
    shown = {name.split(".")[0] for name in EARLY}
    assert shown >= {"BidiComponent", "Button", "Checkbox", "DownloadButton", "Metric", "Selectbox"}
    assert set().union(*map(imports_of, EARLY)) <= {*EARLY, *BY_THE_PAGE}
    assert len(set(EARLY)) == len(EARLY)
    assert not {*EARLY} & {*BY_THE_PAGE}


def test_a_script_of_streamlits_comes_packed_as_it_is_and_is_kept_for_good(browser: TestClient) -> None:
    answer = browser.get(f"/static/js/{EARLY[0]}")
    assert answer.content == (SCRIPTS / EARLY[0]).read_bytes()
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "immutable" in answer.headers["cache-control"]


def test_a_browser_that_unpacks_nothing_gets_the_script_as_it_is(browser: TestClient) -> None:
    answer = browser.get(f"/static/js/{EARLY[0]}", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in answer.headers
    assert answer.content == (SCRIPTS / EARLY[0]).read_bytes()


@pytest.mark.parametrize("path", ["/static/js/none.js", "/static/js/../../index.html", "/static/media/none.woff2", "/"])
def test_what_is_none_of_these_is_left_to_streamlit(browser: TestClient, path: str) -> None:
    assert browser.get(path).text == "Streamlit"


def test_what_every_page_asks_for_is_packed_once_before_anybody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    pack_early_files()
    monkeypatch.setattr(gzip, "compress", None)
    for name in (*EARLY, *BY_THE_PAGE):
        TestClient(ReadyFiles(streamlit)).get(f"/static/js/{name}").raise_for_status()
