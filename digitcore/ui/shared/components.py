"""The pieces of the page that are ours, from the HTML, CSS and JavaScript in `frontend/`.

Their styles are not isolated in a shadow root, so that a test or a screen reader finds them like anything else on the
page; every rule in their CSS begins with a class of theirs instead. Their scripts are modules that a browser fetches
all at once and keeps. Streamlit sends a component's own script with every answer again, so that one only calls for its
module.
"""

import hashlib
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from digitcore.takeaway import bundle

FRONTEND = Path(__file__).parents[1] / "frontend"


def _fingerprint() -> str:
    """Return what differs wherever a script does, or how they are put together."""
    content = hashlib.sha256()
    for file in (*sorted(FRONTEND.rglob("*.js")), Path(bundle.__file__)):
        content.update(file.read_bytes())
    return content.hexdigest()[:16]


def served(path: str) -> str:
    """Return the address of what the server has beside its pages, such as `frontend/icon.png`."""
    return f"{base_path()}/studio/{path}"


def base_path() -> str:
    """Return what all addresses of the app begin with, such as "/digits"; usually nothing."""
    base = (st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}" if base else ""


SCRIPTS_ADDRESS = served(f"frontend/{_fingerprint()}")  # another wherever one of the scripts is
ALL_SCRIPTS = f"{SCRIPTS_ADDRESS}/all.js"  # in one file

# two lines, since a script in one line would count as a path
_LOADER = """const {{ load }} = await import(new URL("{address}", document.baseURI));
export default load("{name}.js").default;
"""


def _component(name: str) -> ComponentRenderer:
    """Return the component of the files `name`.html, .css and .js in `frontend/`; it may have no HTML and no CSS."""
    return st.components.v2.component(
        f"digitcore.{Path(name).name}",
        html=_read(f"{name}.html"),
        css=_read(f"{name}.css"),
        js=_LOADER.format(address=ALL_SCRIPTS, name=name),
        isolate_styles=False,
    )


def _read(name: str) -> str | None:
    file = FRONTEND / name
    return file.read_text(encoding="utf-8") if file.exists() else None


def state_of(key: str, name: str) -> object:
    """Return what the component of that key has last sent under `name`, which may be anything; None if nothing.

    A browser can send whatever it likes: whoever asks checks the type of what comes, and what is in it.
    """
    state = st.session_state.get(key)
    return state.get(name) if isinstance(state, dict) else None


canvas_tools = _component("canvas/canvas_tools")
live_panel = _component("draw/live_panel")
number_pad = _component("several/number_pad")
stages = _component("draw/stages")
why = _component("why/why")
inside = _component("inside/inside")
page_lines = _component("batch/page_lines")
training_panel = _component("train/training_panel")
experiment_cards = _component("experiments/cards")
prediction = _component("experiments/prediction")
bench = _component("experiments/bench")
findings = _component("experiments/findings")
programs = _component("experiments/programs")
hand = _component("experiments/hand")
gallery = _component("shared/gallery")
figure_tools = _component("shared/figure_tools")
forms = _component("data/forms")
matrix_cells = _component("diagnostics/matrix_cells")
big_screen = _component("big_screen")
look_again = _component("shared/look_again")
manners = _component("session/manners")
come_back = _component("session/come_back")
teach = _component("teach/teach")
browser_key = _component("teach/browser_key")
drawings = _component("handwriting/drawings")
lesson = _component("classroom/lesson")
