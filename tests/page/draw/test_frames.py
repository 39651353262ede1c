"""When the page takes pictures of the canvas, with a screen whose frames a test begins."""

from pathlib import Path
from typing import Any

from digitcore.ui.shared.components import FRONTEND
from harness.node import node_value

LOOP = f"""
class Canvas {{ isConnected = true; }}
const [strokes, pen] = [new Canvas(), new Canvas()];
const shadowRoot = {{ querySelector: (part) => (part.includes("upper") ? pen : strokes) }};
const [heard, frames] = [{{}}, []];
Object.assign(globalThis, {{
    HTMLCanvasElement: Canvas,
    document: {{ querySelectorAll: () => [{{ shadowRoot }}] }},
    window: {{ addEventListener: (type, handler) => (heard[type] = handler) }},
    requestAnimationFrame: (then) => frames.push(then),
    cancelAnimationFrame: (number) => (frames[number - 1] = () => {{}}),
}});
const {{ LiveLoop }} = await import("{FRONTEND.as_uri()}/draw/frames.js");
let pictures = 0;
const camera = {{ look: () => ++pictures > 0, blank: false, drawing: null }};
const read = [];
const audience = {{ onCleared() {{}}, onDrawing: (_, version) => read.push(version), readsHere: () => true }};
const loop = new LiveLoop(camera, audience);
loop.send = () => {{}};
const move = () => heard.pointermove();
const begin = (at) => frames.splice(0).forEach((then) => then(at));
heard.pointerdown({{ composedPath: () => [pen] }});
const told = [];
for (const {{ at, moves }} of given) {{
    for (let count = 0; count < moves; count++) move();
    begin(at);
    told.push(read.length);
}}
loop.stop();
print(told);
"""


def pictures(tmp_path: Path, *frames: dict[str, Any]) -> list[int]:
    """Return how many pictures had been read after each of the frames."""
    taken: list[int] = node_value(tmp_path / "loop.mjs", LOOP, frames)
    return taken


def test_a_movement_is_read_in_the_very_frame_that_shows_it(tmp_path: Path) -> None:
    frames = [{"at": 1000 + 16.7 * number, "moves": moves} for number, moves in enumerate((1, 2, 0, 5))]
    assert pictures(tmp_path, *frames) == [1, 2, 2, 3]


def test_a_quick_screen_has_a_picture_in_every_other_frame_and_loses_no_movement(tmp_path: Path) -> None:
    frames = [{"at": 1000 + 8.3 * number, "moves": moves} for number, moves in enumerate((1, 1, 0, 1, 0, 0))]
    assert pictures(tmp_path, *frames) == [1, 1, 2, 2, 3, 3]
