"""What is shipped, what trains it again, and what its files are called."""

from dataclasses import replace
from pathlib import Path

import pytest

from digitcore.base.errors import BadConfig, BadRun
from digitcore.base.settings import SHIPPED_FOLDER
from digitcore.networks import NETWORKS
from digitcore.runs.archive import pack, unpack
from digitcore.runs.config import TrainingConfig
from digitcore.runs.recipes import RECIPES, recipe_config
from digitcore.runs.record import SHIPPED, fingerprint
from digitcore.runs.request import new_request
from digitcore.runs.store import RunStore

EACH = pytest.mark.parametrize("run_id", SHIPPED)


@EACH
def test_a_shipped_run_was_trained_by_its_recipe(run_id: str) -> None:
    config = RunStore(SHIPPED_FOLDER).get(run_id).config
    assert config.but(seed=0, name="") == RECIPES[run_id].config == recipe_config(run_id)


@EACH
def test_a_shipped_run_has_as_many_parameters_as_its_network(run_id: str) -> None:
    run = RunStore(SHIPPED_FOLDER).get(run_id)
    assert run.parameters == NETWORKS[run.network].parameters


def test_who_names_no_network_gets_the_tutorials() -> None:
    assert recipe_config() == recipe_config("simple_cnn")
    with pytest.raises(BadConfig, match="network must be one of digitnet"):
        recipe_config("resnet")


def test_only_what_lies_in_the_apps_folder_is_shipped(empty_store: RunStore, own_digitnet: Path) -> None:
    assert not empty_store.get("digitnet").shipped
    assert empty_store.get("dense").shipped
    assert empty_store.ids() == list(SHIPPED)
    assert [run.id for run in empty_store.list()] == list(SHIPPED)


def test_the_default_is_the_first_shipped_run_until_one_is_chosen(empty_store: RunStore) -> None:
    assert empty_store.default_id() == SHIPPED[0]
    empty_store.set_default("tiny_cnn")
    assert empty_store.default_id() == "tiny_cnn"
    (empty_store.root / "default").write_text("\n")
    assert empty_store.default_id() == SHIPPED[0]


def test_own_runs_come_after_the_shipped_ones_the_newest_first(empty_store: RunStore) -> None:
    for run_id in ("20250101-a", "20260101-b"):
        (empty_store.root / run_id).mkdir(parents=True)
    (empty_store.root / ".hidden").mkdir()
    (empty_store.root / "file").write_text("")
    assert empty_store.ids() == [*SHIPPED, "20260101-b", "20250101-a"]


def test_a_fingerprint_is_that_of_the_network_alone(empty_store: RunStore, own_digitnet: Path) -> None:
    before = fingerprint(empty_store.get("digitnet"))
    assert before.startswith("digitnet-")
    (own_digitnet / "run.json").write_text(
        (own_digitnet / "run.json").read_text().replace('"name": "', '"name": "Other ')
    )
    assert fingerprint(empty_store.get("digitnet")) == before
    (own_digitnet / "model.tflite").write_bytes((own_digitnet / "model.tflite").read_bytes() + b"\0")
    assert fingerprint(empty_store.get("digitnet")) != before


def test_a_packed_run_comes_out_the_same_without_what_is_half_written(own_digitnet: Path, tmp_path: Path) -> None:
    (own_digitnet / ".unfinished-1").write_text("half")
    packed = pack(own_digitnet)
    (tmp_path / "copy").mkdir()
    unpack(packed, tmp_path / "copy")
    files = {file.name: file.read_bytes() for file in own_digitnet.iterdir() if not file.name.startswith(".")}
    assert {file.name: file.read_bytes() for file in (tmp_path / "copy").iterdir()} == files
    assert len(packed) < sum(map(len, files.values()))


def test_a_run_is_named_by_its_network_and_minute_and_its_id_sorts_by_time(empty_store: RunStore) -> None:
    request = new_request(empty_store, TrainingConfig(network="dense"))
    day, time, network = request.id.split("-")
    assert (len(day), len(time), network) == (8, 6, "dense")
    assert request.submitted.replace("-", "").replace(":", "").startswith(f"{day}T{time}")
    assert request.name == f"Dense network, {request.submitted[:10]} {request.submitted[11:16]}"
    assert new_request(empty_store, TrainingConfig(name="Mine")).name == "Mine"
    assert request.command == f"python -m digitcore train {request.config.to_options()} --id {request.id}"


def test_an_id_that_is_asked_for_is_taken_or_refused_and_never_another(empty_store: RunStore) -> None:
    config = TrainingConfig()
    assert new_request(empty_store, config, "mine").id == "mine"
    with pytest.raises(BadRun, match="--resume mine"):
        new_request(empty_store, config, "mine", reserve=lambda _: False)


@pytest.mark.parametrize("choice", ["test_time_augmentation", "augmentation", "non_digits"])
def test_a_choice_of_yes_or_no_is_written_as_an_option_either_way(choice: str) -> None:
    words = choice.replace("_", "-")
    options = TrainingConfig().but(**{choice: True}).to_options().split()
    assert f"--{words}" in options
    assert f"--no-{words}" in replace(TrainingConfig(), **{choice: False}).to_options().split()  # type: ignore[arg-type]


def test_what_is_not_given_is_no_option() -> None:
    options = TrainingConfig().to_options()
    assert "--train-size" not in options
    assert "--name" not in options
    assert "--train-size 500 " in TrainingConfig(train_size=500).to_options()


@pytest.mark.parametrize(
    ("choices", "is_allowed"),
    [
        ({"epochs": 1}, True),
        ({"epochs": 100}, True),
        ({"epochs": 0}, False),
        ({"epochs": 101}, False),
        ({"epochs": True}, False),
        ({"epochs": 1.0}, False),
        ({"learning_rate": 1}, True),  # a whole number is a number
        ({"learning_rate": True}, False),
        ({"learning_rate": float("nan")}, False),
        ({"train_size": None}, True),
        ({"train_size": 9}, False),
        ({"train_size": 10}, True),
        ({"train_size": 10**7}, True),
        ({"augmentation": 1}, False),
        ({"network": None}, False),
        ({"schedule": "cosine"}, True),
        ({"schedule": "sine"}, False),
    ],
)
def test_a_choice_is_allowed_up_to_its_bounds_and_of_its_kind(choices: dict[str, object], is_allowed: bool) -> None:
    if is_allowed:
        config = TrainingConfig(**choices)  # type: ignore[arg-type]
        assert {name: getattr(config, name) for name in choices} == choices
    else:
        with pytest.raises(BadConfig):
            TrainingConfig(**choices)  # type: ignore[arg-type]
