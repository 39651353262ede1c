"""The page's convolutions come to the same, four numbers an instruction and one by one."""

from pathlib import Path
from typing import Any

import pytest

from digitcore.takeaway.page import FRONTEND
from harness.node import node_value

# filters, kernel, stride, whether the edge is kept, height, width, channels: some fill no vector
KINDS = (
    (1, 3, 1, False, 28, 28, 1),
    (10, 5, 2, False, 28, 28, 3),
    (33, 3, 1, True, 7, 9, 5),
    (24, 1, 1, True, 4, 4, 130),
    (130, 3, 2, True, 13, 13, 24),
)
LAYERS = f"""
const load = (name) => import("{FRONTEND.as_uri()}/engine/" + name);
if (given.lack === "instructions") delete globalThis.WebAssembly;
if (given.lack === "permission") globalThis.origin = "null";
const {{ makeLayer }} = await load("layers.js");
const numbers = (count, from) => Float32Array.from({{ length: count }}, (_, at) => Math.sin(7 * (from + at) + 1) / 8);
const layers = given.kinds.map(([filters, kernel, stride, same, height, width, channels]) => {{
    const weights = [[filters, kernel, kernel, channels], [filters]].map((shape, at) => {{
        return {{ shape, values: numbers(shape.reduce((one, other) => one * other), at) }};
    }});
    const layer = makeLayer({{ name: "", kind: "conv", same, stride, weights }}, [height, width, channels]);
    const pictures = [2, 9].map((from) => numbers(height * width * channels, from).map((value) => Math.max(value, 0)));
    return {{ layer, pictures }};
}});
"""
APART = """
const made = ({ layer, pictures }) => pictures.map((picture) => (layer.forward(picture), [...layer.output])).flat();
const quick = layers.map(made);
const apart = layers.map((each, index) => {
    each.layer.vectors = null;
    return Math.max(...made(each).map((value, at) => Math.abs(value - quick[index][at])));
});
print({ apart, largest: quick.map((values) => Math.max(...values)) });
"""


def ran(tmp_path: Path, text: str, lack: str = "") -> Any:
    return node_value(tmp_path / "vectors.mjs", LAYERS + text, {"kinds": KINDS, "lack": lack})


def test_a_convolution_by_vectors_comes_to_what_it_does_one_by_one(tmp_path: Path) -> None:
    made = ran(tmp_path, APART)
    assert max(made["apart"]) < 1e-5
    assert min(made["largest"]) > 0.1
    assert all(ran(tmp_path, "print(layers.map(({ layer }) => layer.vectors !== null));"))


@pytest.mark.parametrize("lack", ["instructions", "permission"])
def test_where_there_are_no_vectors_or_none_are_allowed_it_goes_without(tmp_path: Path, lack: str) -> None:
    assert not any(ran(tmp_path, "print(layers.map(({ layer }) => layer.vectors !== null));", lack))
