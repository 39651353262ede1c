"""Id, name and command of a run that is yet to be trained."""

import re
from pathlib import Path

import pytest

from digitcore.base.errors import BadRun
from digitcore.runs.config import TrainingConfig
from digitcore.runs.request import Request, new_ids, new_request
from digitcore.runs.store import RunStore

DENSE = TrainingConfig(network="dense")


def test_new_ids_are_never_taken(empty_store: RunStore) -> None:
    first = next(new_ids(empty_store, "dense", "2026-01-31T09:08:07+00:00"))
    with empty_store.writing(first):
        pass
    assert (first, next(new_ids(empty_store, "dense", "2026-01-31T09:08:07+00:00"))) == (
        "20260131-090807-dense",
        "20260131-090807-dense-2",
    )


def test_an_id_that_another_training_has_reserved_gets_a_number(empty_store: RunStore) -> None:
    request = new_request(empty_store, DENSE, reserve=lambda request: request.id.endswith("-3"))
    assert re.fullmatch(r"\d{8}-\d{6}-dense-3", request.id)


def test_a_chosen_id_that_another_training_has_reserved_is_not_changed(empty_store: RunStore) -> None:
    with pytest.raises(BadRun, match="called 'mine' is no run yet: go on with --resume mine"):
        new_request(empty_store, DENSE, "mine", reserve=lambda _: False)


def test_a_run_without_a_name_is_called_by_its_network_and_its_minute(empty_store: RunStore) -> None:
    request = new_request(empty_store, DENSE)
    assert re.fullmatch(r".+, \d{4}-\d\d-\d\d \d\d:\d\d", request.name)
    assert new_request(empty_store, DENSE.but(name="Mine")).name == "Mine"


def test_of_trainings_with_equal_names_the_later_ones_get_numbers(empty_store: RunStore) -> None:
    names = ["Mine"]
    for expected in ("Mine (2)", "Mine (3)"):
        names.append(new_request(empty_store, DENSE.but(name="Mine"), names=names).name)
        assert names[-1] == expected


def test_the_command_has_every_choice_and_the_id() -> None:
    command = Request("mine", "Mine", DENSE, "2026-01-31T09:08:07+00:00").command
    assert command == f"python -m digitcore train {DENSE.to_options()} --id mine"


def test_a_folder_that_takes_no_runs_is_found_at_once(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("a file")
    with pytest.raises(BadRun, match="can't be written"):
        new_request(RunStore(tmp_path / "runs"), DENSE)
