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
    setTimeout: (then, wait = 0) => timers.set(++last, {{ then, at: now + wait }}) && last,
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
    move: () => heard.pointermove({{ pointerType: "mouse" }}),
    touch: () => heard.pointermove({{ pointerType: "touch" }}),
    up: () => heard.pointerup(),
    frame: () => {{ const due = [...frames.values()]; frames.clear(); due.forEach((then) => then(now)); }},
    busy: () => (isBusy = true),
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


START = ((100, "down"), (100, "frame"))


def test_a_movement_is_read_in_the_very_frame_that_shows_it(tmp_path: Path) -> None:
    frames = [(at, what) for at in (117, 134, 151) for what in ("move", "move", "frame")]
    assert pictures(tmp_path, *START, *frames, (168, "frame")) == [[100, 100], [117, 117], [134, 134], [151, 151]]


def test_a_quick_screen_has_a_picture_in_every_other_frame_and_loses_no_movement(tmp_path: Path) -> None:
    frames = [(at, what) for at in (108, 116, 124, 132) for what in ("move", "frame")]
    taken = pictures(tmp_path, *START, *frames, (140, "frame"), (148, "frame"))
    assert taken == [[100, 100], [116, 116], [132, 132]]


def test_a_fingers_movement_between_two_frames_waits_for_neither_and_is_read_once(tmp_path: Path) -> None:
    taken = pictures(tmp_path, *START, (124, "touch"), (133, "frame"), (141, "touch"), (150, "frame"))
    assert taken == [[100, 100], [124, 124], [141, 141]]


def test_while_a_picture_is_read_a_fingers_movement_waits_for_the_frame(tmp_path: Path) -> None:
    taken = pictures(tmp_path, *START, (101, "busy"), (124, "touch"), (130, "touch"), (133, "frame"), (150, "frame"))
    assert taken == [[100, 100], [133, 130]]


def test_a_finger_that_is_lifted_at_once_has_no_picture_taken_of_a_stroke_on_its_way(tmp_path: Path) -> None:
    assert pictures(tmp_path, *START, (124, "touch"), (124, "up"), (130, "frame")) == [[100, 100]]
