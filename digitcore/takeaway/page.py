"""The page that a run is taken along in."""

import base64
import hashlib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from digitcore.base.text import count, percent
from digitcore.inference.weights import weights_file
from digitcore.runs.record import Run
from digitcore.takeaway.bundle import bundle

if TYPE_CHECKING:  # the pages offer a run to take along sooner than anybody takes it
    from jinja2 import Template

TITLE = "Take this network along"
EXPLANATION = "One HTML file that reads what you draw in any browser, with no app, no server and no network."

FRONTEND = Path(__file__).parents[1] / "ui" / "frontend"  # whose scripts and styles are the app's own
SCRIPT = "takeaway/page.js"
STYLES = ("button.css", "takeaway/page.css", "draw/live_panel.css", "why/why.css", "inside/inside.css")
PARTS = {"panel": "draw/live_panel.html", "why": "why/why.html", "inside": "inside/inside.html"}
_ICON = "icon.png"
_FOLDER = Path(__file__).parent
_PAGE, _LICENCE = "page.html", "licence.txt"


def take_along(run: Run) -> str:
    """Return a run as an HTML document of 0.2 to 1.4 MB that reads what one draws on it, wherever it is opened.

    It needs no server and no network, and its policy forbids it any. Raises `BadRun` where the network can't be read.
    """
    script, style = _script(), _style()
    return _template().render(
        run=run,
        facts=facts(run),
        policy=policy(script, style),
        icon=f"data:image/png;base64,{_base64((FRONTEND / _ICON).read_bytes())}",
        style=style,
        **{name: (FRONTEND / file).read_text(encoding="utf-8") for name, file in PARTS.items()},
        licence=(_FOLDER / _LICENCE).read_text(encoding="utf-8"),
        weights=_base64(weights_file(run)),
        script=script,
    )


def policy(script: str, style: str) -> str:
    """Return a content security policy: only this script and this style, and what the file has in itself.

    Workers are made of the script's own text. `data:` is fetched for the weights, and is never run.
    """
    allowed = {
        "default-src": "'none'",
        "script-src": _hash(script),
        "style-src": _hash(style),
        "worker-src": "blob:",
        "connect-src": "data:",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{what} {where}" for what, where in allowed.items())


def facts(run: Run) -> Mapping[str, str]:
    """Return what is said of a run below the drawing: a figure by its name."""
    finished = datetime.fromisoformat(run.finished)
    return {
        "Test digits read right": percent(run.test.accuracy),
        "Network": run.config.architecture.title,
        "Parameters": f"{run.parameters:,}",
        "Trained on": f"{count(run.learned_from, 'digit')}, {count(run.epochs, 'epoch')}",
        "Finished": f"{finished.day} {finished:%B %Y}",
    }


@cache
def _script() -> str:
    return bundle(FRONTEND, SCRIPT)


@cache
def _style() -> str:
    return "\n".join((FRONTEND / name).read_text(encoding="utf-8") for name in STYLES)


@cache
def _template() -> "Template":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    templates = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return templates.get_template(_PAGE)


def _hash(text: str) -> str:
    """Return the source expression for an inline script or style of exactly this text."""
    return f"'sha256-{_base64(hashlib.sha256(text.encode()).digest())}'"


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
