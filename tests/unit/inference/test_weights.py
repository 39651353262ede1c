"""A run's file for browsers: which layers it names, and that their numbers are the graph's."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import digitcore
from digitcore import networks
from digitcore.base.errors import BadRun
from digitcore.inference.classifier import DigitClassifier
from digitcore.inference.engine_layers import layers_of
from digitcore.inference.rejection import Rejection
from digitcore.inference.weights import weights_file, weights_fingerprint
from digitcore.networks import NETWORKS, Network
from digitcore.runs.record import LITERT_FILE, REJECTION_FILE, SHIPPED
from digitcore.runs.store import RunStore

KINDS = {
    networks.Conv: "conv",
    networks.BatchNorm: "batch_norm",
    networks.Relu: "relu",
    networks.MaxPool: "max_pool",
    networks.GlobalAveragePool: "average_pool",
    networks.Flatten: "flatten",
    networks.Dense: "dense",
}


def header_of(file: bytes) -> dict[str, Any]:
    end = 4 + int.from_bytes(file[:4], "little")
    header: dict[str, Any] = json.loads(file[4:end])
    return header


def floats_of(file: bytes, place: dict[str, Any]) -> np.ndarray:
    start = 4 + int.from_bytes(file[:4], "little") + 4 * place["at"]
    return np.frombuffer(file, "<f4", int(np.prod(place["shape"])), start).reshape(place["shape"])


def kinds_of(network: Network) -> list[str]:
    """Return the kinds of a network's layers, without what is folded into a convolution or does nothing."""
    kinds = []
    previous: networks.Layer | None = None
    for layer in network.layers:
        folded = isinstance(layer, networks.BatchNorm) and isinstance(previous, networks.Conv)
        if not folded and not isinstance(layer, networks.Dropout):
            kinds.append(KINDS[type(layer)])
        previous = layer
    return kinds


@pytest.mark.parametrize("run_id", SHIPPED)
def test_the_file_has_the_networks_layers_in_their_order(empty_store: RunStore, run_id: str) -> None:
    layers = header_of(weights_file(empty_store.get(run_id)))["layers"]
    assert [layer["kind"] for layer in layers] == kinds_of(NETWORKS[run_id])
    assert len({layer["name"] for layer in layers}) == len(layers)


@pytest.mark.parametrize("run_id", SHIPPED)
def test_the_layers_parameters_add_up_to_the_networks(empty_store: RunStore, run_id: str) -> None:
    layers = header_of(weights_file(empty_store.get(run_id)))["layers"]
    assert sum(layer["parameters"] for layer in layers) == NETWORKS[run_id].parameters
    assert all((layer["parameters"] > 0) == (layer["kind"] in ("conv", "dense")) for layer in layers)


def test_every_number_of_the_file_is_one_of_the_graphs(empty_store: RunStore) -> None:
    run = empty_store.get("digitnet")
    file = weights_file(run)
    arrays = [place for layer in header_of(file)["layers"] for place in layer["arrays"]]
    wanted = [array for layer in layers_of((run.folder / LITERT_FILE).read_bytes()) for array in layer.arrays]
    assert len(arrays) == len(wanted) == 18
    assert all(np.array_equal(floats_of(file, place), array) for place, array in zip(arrays, wanted, strict=True))


def test_the_rules_of_a_reading_travel_with_the_weights(empty_store: RunStore) -> None:
    run = empty_store.get("digitnet")
    file = weights_file(run)
    header = header_of(file)
    score = Rejection.load(run.folder / REJECTION_FILE)
    assert header["temperature"] == run.temperature
    assert len(header["augmentation"]["views"]) == 4
    assert header["rejection"]["threshold"] == score.threshold
    assert np.array_equal(floats_of(file, header["rejection"]["hidden"]), score.hidden)


def test_the_fingerprint_follows_the_numbers_and_neither_reading_nor_a_name_changes_it(empty_store: RunStore) -> None:
    run = empty_store.get("digitnet")
    before = weights_fingerprint(weights_file(run))
    DigitClassifier.load(run).predict(np.zeros((5, 28, 28), np.uint8))
    assert weights_fingerprint(weights_file(replace(run, name="Another name altogether"))) == before
    others = {weights_fingerprint(weights_file(empty_store.get(run_id))) for run_id in SHIPPED}
    assert len(others) == len(SHIPPED)


def test_the_page_knows_the_version_of_the_file(empty_store: RunStore) -> None:
    script = (Path(digitcore.__file__).parent / "ui" / "frontend" / "engine" / "weights.js").read_text(encoding="utf-8")
    assert f"const VERSION = {header_of(weights_file(empty_store.get('dense')))['version']};" in script


def test_a_run_with_neither_score_nor_augmentation_says_so(empty_store: RunStore, own_digitnet: Path) -> None:
    (own_digitnet / REJECTION_FILE).unlink()
    record = own_digitnet / "run.json"
    values = json.loads(record.read_text(encoding="utf-8"))
    values["config"]["test_time_augmentation"] = False
    record.write_text(json.dumps(values), encoding="utf-8")
    header = header_of(weights_file(empty_store.get("digitnet")))
    assert header["rejection"] is None
    assert header["augmentation"] is None


@pytest.mark.parametrize("content", [b"rubbish", b""])
def test_a_damaged_graph_is_a_damaged_run(empty_store: RunStore, own_digitnet: Path, content: bytes) -> None:
    (own_digitnet / LITERT_FILE).write_bytes(content)
    with pytest.raises(BadRun, match=r"damaged model\.tflite"):
        weights_file(empty_store.get("digitnet"))
