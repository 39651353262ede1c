"""When the page takes pictures of the canvas, with a clock and a screen that a test moves on."""

from pathlib import Path

from digitcore.ui.shared.components import FRONTEND
from harness.node import node_value

LOOP = f"""
class Canvas {{ isConnected = true; }}
const [strokes, pen] = [new Canvas(), new Canvas()];
const shadowRoot = {{ querySelector: (part) => (part.includes("upper") ? pen : strokes) }};
const heard = {{}};
let [now, last] = [0, 0];
const [frames, timers] = [new Map(), new Map()];
performance.now = () => now;
Object.assign(globalThis, {{
    HTMLCanvasElement: Canvas,
    document: {{ querySelectorAll: () => [{{ shadowRoot }}] }},
    window: {{ addEventListener: (type, handler) => (heard[type] = handler) }},
    requestAnimationFrame: (then) => frames.set(++last, then) && last,
    cancelAnimationFrame: (number) => frames.delete(number),
    setTimeout: (then, wait) => timers.set(++last, {{ then, at: now + wait }}) && last,
    clearTimeout: (number) => timers.delete(number),
}});
const {{ LiveLoop }} = await import("{FRONTEND.as_uri()}/draw/frames.js");
let [pictures, isBusy] = [0, false];
const camera = {{ look: () => ++pictures > 0, blank: false, drawing: null }};
const read = [];
const onDrawing = (_drawing, _version, movedAt) => read.push([now, movedAt]);
const loop = new LiveLoop(camera, {{ onCleared() {{}}, onDrawing, readsHere: () => true, isBusy: () => isBusy }});
loop.send = () => {{}};
const on = {{
    down: () => heard.pointerdown({{ composedPath: () => [pen] }}),
    move: () => heard.pointermove(),
    up: () => heard.pointerup(),
    frame: () => {{ const due = [...frames.values()]; frames.clear(); due.forEach((then) => then()); }},
    busy: () => (isBusy = true),
    freed: () => {{ loop.freed(); isBusy = false; }},
}};
const passTo = (at) => {{
    for (let due; (due = [...timers].find(([, timer]) => timer.at < at)); ) {{
        const [number, {{ then, at: time }}] = due;
        timers.delete(number);
        now = time;
        then();
    }}
    now = at;
}};
for (const [at, what] of given) {{
    passTo(at);
    on[what]();
}}
loop.stop();
print(read);
"""


def pictures(tmp_path: Path, *happenings: tuple[float, str]) -> list[list[float]]:
    """Return when each picture was taken, and when the movement that it shows was heard of, both in ms."""
    taken: list[list[float]] = node_value(tmp_path / "loop.mjs", LOOP, happenings)
    return taken


def test_a_movement_is_read_in_the_very_frame_that_shows_it(tmp_path: Path) -> None:
    frames = [(at, what) for at in (117, 134, 151) for what in ("move", "move", "frame")]
    taken = pictures(tmp_path, (100, "down"), (100, "frame"), *frames, (168, "frame"))
    assert taken == [[100, 100], [117, 117], [134, 134], [151, 151]]


def test_a_movement_between_two_frames_waits_for_neither(tmp_path: Path) -> None:
    taken = pictures(
        tmp_path, (100, "down"), (100, "frame"), (124, "move"), (133, "frame"), (141, "move"), (150, "frame")
    )
    assert taken == [[100, 100], [124, 124], [141, 141]]


def test_movements_that_come_faster_than_a_screen_shows_have_a_picture_each_15_ms_and_none_is_lost(
    tmp_path: Path,
) -> None:
    moves = [(100 + 4 * number, "move") for number in range(1, 9)]
    taken = pictures(tmp_path, (100, "down"), (100, "frame"), *moves, (200, "frame"))
    assert taken == [[100, 100], [115, 112], [130, 128], [145, 132]]


def test_no_picture_is_taken_before_it_can_be_read_and_then_it_shows_the_newest_movement(tmp_path: Path) -> None:
    moves = [(120, "move"), (120, "frame"), (136, "move"), (137, "frame")]
    taken = pictures(tmp_path, (100, "down"), (100, "frame"), (101, "busy"), *moves, (140, "freed"), (160, "frame"))
    assert taken == [[100, 100], [140, 136]]


def test_a_reader_that_is_freed_after_the_pen_was_lifted_is_given_no_stroke_on_its_way(tmp_path: Path) -> None:
    after = [(101, "busy"), (120, "move"), (121, "frame"), (122, "up"), (125, "freed")]
    assert pictures(tmp_path, (100, "down"), (100, "frame"), *after) == [[100, 100]]
