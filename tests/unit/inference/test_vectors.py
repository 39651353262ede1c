"""The page's convolutions come to the same, four numbers an instruction and one by one."""

from pathlib import Path
from typing import Any

import pytest

from digitcore.takeaway.page import FRONTEND
from harness.node import node_value

UNITS = (1, 3, 4, 10, 24, 33, 96, 130)  # of which some fill no vector, and some need several rounds
BOTH_WAYS = f"""
const load = (name) => import("{FRONTEND.as_uri()}/engine/" + name);
if (given.without) delete globalThis.WebAssembly;
if (given.isFile) globalThis.origin = "null";
const {{ Patch, patchFor }} = await load("convolution.js");
const number = (at) => Math.fround(Math.sin(7 * at + 1)); // as good as at random
const numbers = (count, from) => Float32Array.from({{ length: count }}, (_, at) => number(from + at) / 8);
const patches = given.units.map((units, at) => {{
    const [kernels, bias] = [numbers(units * given.size, at), numbers(units, 3 * at)];
    return {{ units, quick: patchFor(kernels, bias), slow: new Patch(kernels, bias) }};
}});
"""
APART = """
const data = numbers(given.size, 5).map((value) => (value > 0 ? value : 0));
const made = (patch, units, from) => {
    const out = new Float32Array(units + 2); // with a number before and after that is none of its business
    patch.begin();
    for (const start of [0, from]) { // the second patch has nothing of the first
        patch.clear();
        patch.add(data, start, given.size - start, 0);
        patch.times(out, 1);
    }
    return [...out];
};
print(patches.map(({ units, quick, slow }) => {
    const [one, other] = [quick, slow].map((patch) => made(patch, units, 9));
    const apart = Math.max(...one.map((value, at) => Math.abs(value - other[at])));
    return { units, apart, edges: [one[0], one.at(-1)] };
}));
"""
KINDS = "print(patches.map(({ quick }) => quick.constructor.name));"


def ran(tmp_path: Path, text: str, **given: Any) -> Any:
    return node_value(tmp_path / "vectors.mjs", BOTH_WAYS + text, {"units": UNITS, "size": 864, **given})


def test_a_convolution_by_vectors_comes_to_what_it_does_one_by_one(tmp_path: Path) -> None:
    for made in ran(tmp_path, APART):
        assert made["apart"] < 1e-4, made
        assert made["edges"] == [0, 0]
    assert set(ran(tmp_path, KINDS)) == {"VectorPatch"}


@pytest.mark.parametrize("lack", ["without", "isFile"])
def test_where_there_are_no_vectors_or_none_are_allowed_it_goes_without(tmp_path: Path, lack: str) -> None:
    assert set(ran(tmp_path, KINDS, **{lack: True})) == {"Patch"}
