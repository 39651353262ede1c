"""What the inside says of a number is how the network came to it: all five networks, without the app."""

import base64
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser

from digitcore.base.images import to_network
from digitcore.data.mnist import load_mnist
from digitcore.inference.weights import weights_file
from digitcore.runs.record import SHIPPED
from digitcore.runs.store import RunStore
from harness.engine import EnginePage, engine_page

pytestmark = pytest.mark.browser

# a network that has read a digit, as the inside has it
_NETWORK = """async ({ weights, image }, look) => {
    const bytes = Uint8Array.from(atob(weights), (char) => char.charCodeAt(0));
    const modules = {};
    for (const name of ["engine/weights", "engine/network", "engine/damage", "inside/network/columns",
                        "inside/network/explain", "inside/numbers"]) {
        Object.assign(modules, await import(`/${name}.js`));
    }
    const { layers } = modules.readWeights(bytes.buffer);
    const read = (layers, picture) => {
        const [network, pixels] = [new modules.Network(layers), Float32Array.from(picture)];
        network.forward(pixels);
        return modules.valuesOf(modules.columnsOf(layers), pixels, network.layers.map(({ output }) => output));
    };
    return { ...modules, layers, image, read, columns: modules.columnsOf(layers), values: read(layers, image) };
}"""

# units and pixels that are worth a look: the strongest of each column, and some at its edges
_PLACES = """({ columns, values, strongestUnit, strongestPixel }) => columns.flatMap((column, index) => {
    const [height, width, units] = column.shape;
    if (index === 0 || column.kind === "averages") return [];
    const strongest = strongestUnit(column, values[index]);
    return [strongest, 0, units - 1].flatMap((unit) => [
        strongestPixel(column, values[index], unit),
        { unit, y: 0, x: 0 },
        { unit, y: height - 1, x: width >> 1 },
    ].map((place) => ({ index, place })));
})"""


@pytest.fixture(scope="module")
def engine(chromium: Browser) -> Iterator[EnginePage]:
    with engine_page(chromium) as page:
        yield page


def look(engine: EnginePage, run_id: str, function: str) -> Any:
    """Return what `function` makes of a network that has read a test digit, and of the places worth a look."""
    weights = base64.b64encode(weights_file(RunStore.open().get(run_id))).decode()
    image = to_network(load_mnist().test.images[:1]).ravel().tolist()
    program = (
        f"async (given) => {{ const all = await ({_NETWORK})(given); return ({function})(all, ({_PLACES})(all)); }}"
    )
    return engine.page.evaluate(program, {"weights": weights, "image": image})


@pytest.mark.parametrize("run_id", SHIPPED)
def test_patch_times_kernel_bias_and_what_follows_come_to_the_number_that_is_shown(
    engine: EnginePage, run_id: str
) -> None:
    found = look(
        engine,
        run_id,
        """({ columns, values, explain, addingUp }, places) => places.map(({ index, place: { unit, y, x } }) => {
            const { weighed, steps, value } = explain(columns[index], values[index - 1], { unit, y, x });
            const [, width, units] = columns[index].shape;
            const products = Array.from(weighed.patch, (number, at) => number * weighed.kernel[at]);
            const written = addingUp([...weighed.parts, weighed.bias]);
            return {
                shown: values[index][(y * width + x) * units + unit],
                value,
                sum: weighed.sum,
                products: products.reduce((sum, product) => sum + product, weighed.bias),
                written: written.sum,
                added: written.parts.reduce((sum, part) => sum + part, 0),
                last: steps.length > 0 ? steps[steps.length - 1].value : weighed.sum,
            };
        })""",
    )
    shown, value, total, products, written, added, last = (
        np.array([row[name] for row in found])
        for name in ("shown", "value", "sum", "products", "written", "added", "last")
    )
    assert np.abs(value - shown).max() < 1e-4
    assert np.abs(last - value).max() == 0
    assert np.abs(products - total).max() < 1e-4
    assert np.abs(written - total).max() <= 0.005 + 1e-9  # rounded to two decimals
    assert np.abs(added - written).max() < 1e-9  # and what stands there adds up
    assert np.count_nonzero(shown) > len(shown) / 4


@pytest.mark.parametrize("run_id", ["digitnet", "fast_cnn"])
def test_nothing_but_its_receptive_field_changes_a_pixel(engine: EnginePage, run_id: str) -> None:
    found = look(
        engine,
        run_id,
        """({ columns, values, layers, image, read, fieldOf }, places) => places
            .filter(({ index }) => columns[index].kind === "maps")
            .map(({ index, place: { unit, y, x } }) => {
                const field = fieldOf(columns, index, { top: y, bottom: y, left: x, right: x });
                const isIn = (at) => {
                    const [row, column] = [Math.floor(at / 28), at % 28];
                    return row >= field.top && row <= field.bottom && column >= field.left && column <= field.right;
                };
                const at = (y * columns[index].shape[1] + x) * columns[index].shape[2] + unit;
                const changed = (where) => read(layers, image.map((ink, pixel) => where(pixel) ? 1 - ink : ink))[index];
                const same = changed((pixel) => !isIn(pixel))[at] === values[index][at];
                const other = changed(isIn).some((value, each) => value !== values[index][each]);
                return { same, other };
            })""",
    )
    assert len(found) > 20
    assert all(row["same"] and row["other"] for row in found)


def test_what_is_switched_off_stays_dark_and_noise_is_the_same_whenever_it_is_made(engine: EnginePage) -> None:
    found = look(
        engine,
        "digitnet",
        """({ columns, values, layers, image, read, damagedLayers }) => {
            const index = 2;  // its batch normalisation has an offset that would light up what is dead
            const [height, width, units] = columns[index].shape;
            const layer = columns[index].name;
            const with_ = (unit, how) => read(damagedLayers(layers, [{ layer, unit, how }]), image);
            const lit = (all, wanted) => all[index].some((value, at) => value !== 0 && wanted(at % units));
            const others = (all) => all[index].every((value, at) => at % units === 7 || value === values[index][at]);
            const [one, all, noise] = [with_(7, "off"), with_(null, "off"), with_(7, "noise")];
            return {
                dark: !lit(one, (unit) => unit === 7) && !lit(all, () => true),
                others: others(one) && others(noise),
                before: all[1].every((value, at) => value === values[1][at]),
                noise: noise[index].join() === with_(7, "noise")[index].join() && lit(noise, (unit) => unit === 7),
                sums: [one, all, noise].every((each) => each.at(-1).some((sum, digit) => sum !== values.at(-1)[digit])),
                mended: read(layers, image).at(-1).every((sum, digit) => sum === values.at(-1)[digit]),
            };
        }""",
    )
    assert found == dict.fromkeys(found, True)
