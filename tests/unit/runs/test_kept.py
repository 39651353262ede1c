"""What can be chosen for a training, within which bounds, and what the recipes choose, is kept."""

from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any
from zipfile import ZipInfo

import pytest

from digitcore.base.errors import BadConfig, BadRun
from digitcore.base.settings import SHIPPED_FOLDER
from digitcore.networks import NETWORKS
from digitcore.runs import archive
from digitcore.runs.config import TrainingConfig
from digitcore.runs.recipes import RECIPES
from digitcore.runs.store import RunStore
from harness.kept import differences, kept_text

KEPT = Path(__file__).with_name("kept")
BOUNDED = {each.name: each.metadata for each in fields(TrainingConfig) if each.metadata["low"] is not None}


def test_what_can_be_chosen_is_what_is_kept() -> None:
    found: dict[str, Any] = {
        "choices": {each.name: [each.default, dict(each.metadata)] for each in fields(TrainingConfig)},
        "recipes": {name: asdict(recipe) for name, recipe in RECIPES.items()},
        "options": {name: recipe.config.to_options() for name, recipe in RECIPES.items()},
        "networks": {name: [asdict(row) for row in each.summary()] for name, each in NETWORKS.items()},
    }
    assert differences(found, kept_text(KEPT / "choices.json", found)) == {}


@pytest.mark.parametrize("name", BOUNDED)
def test_a_number_lies_within_its_bounds(name: str) -> None:
    low, high = BOUNDED[name]["low"], BOUNDED[name]["high"]
    step = 1 if isinstance(low, int) else 1e-9
    for allowed in (low, high if high is not None else 10 * low):
        assert getattr(TrainingConfig().but(**{name: allowed}), name) == allowed
    beyond = [low - step] + ([] if high is None else [high + (1 if isinstance(step, int) else high * 1e-6)])
    for refused in beyond:
        with pytest.raises(BadConfig, match="must be between" if high is not None else "must be at least"):
            TrainingConfig().but(**{name: refused})


def test_an_archive_has_64_files_and_256_mb_at_most() -> None:
    def entry(size: int) -> ZipInfo:
        found = ZipInfo("run.json")
        found.file_size = size
        return found

    archive._check([entry(4 * 2**20)] * 64)
    for more in ([entry(0)] * 65, [entry(2**28), entry(1)]):
        with pytest.raises(BadRun, match="more than a run has"):
            archive._check(more)


@pytest.mark.parametrize(
    ("smoothing", "plain", "smoothed"), [(0.1, False, True), (0.1, True, False), (0.0, False, False)]
)
def test_losses_are_smoothed_where_labels_were_and_nothing_says_otherwise(
    smoothing: float, plain: bool, smoothed: bool
) -> None:
    run = RunStore(SHIPPED_FOLDER).get("dense")
    other = replace(run, config=run.config.but(label_smoothing=smoothing), plain_losses=plain)
    assert other.smoothed_losses is smoothed
