"""What the page's reader tells who gives it drawings."""

from pathlib import Path

from digitcore.ui.shared.components import FRONTEND
from harness.node import node_value

READER = f"""
const {{ PageReader }} = await import("{FRONTEND.as_uri()}/draw/page_reader.js");
const log = [];
const task = (version) => ({{ drawing: {{}}, version, movedAt: 0, plainly: true }});
const engine = {{
    load() {{}},
    stop() {{}},
    async read() {{
        if (log.length > given.fails) throw new Error("It can't.");
        return {{ reading: {{}}, layers: [] }};
    }},
}};
console.warn = () => {{}};
const reader = new PageReader((_, {{ version }}) => log.push(`read ${{version}}`), () => {{}}, () => engine);
await reader.use("weights");
reader.onFree = () => {{
    log.push(reader.busy ? "free" : reader.ready ? "idle" : "given up");
    if (log.length === 1) reader.read(task(2));
}};
reader.read(task(1));
await new Promise((done) => setTimeout(done, 5));
print(log);
"""


def told(tmp_path: Path, fails: int = 100) -> list[str]:
    """Return what happens where a second drawing comes as soon as the first is read, which may end in failure."""
    log: list[str] = node_value(tmp_path / "reader.mjs", READER, {"fails": fails})
    return log


def test_a_newer_drawing_can_come_as_soon_as_one_is_read_and_is_read_while_that_is_shown(tmp_path: Path) -> None:
    assert told(tmp_path) == ["free", "read 1", "free", "read 2", "idle"]


def test_who_waits_for_a_reader_that_gives_up_waits_no_longer(tmp_path: Path) -> None:
    assert told(tmp_path, fails=0) == ["free", "read 1", "given up"]
