"""The harness starts the app as `make app` does."""

from digitcore.cli.serving.classroom import SERVER
from harness.browser import APP, ROOT


def test_the_harness_starts_the_app_as_make_does() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert f"SERVER := {SERVER}\n" in makefile
    assert f"uvicorn {APP} " in makefile
