"""The small training that a worker makes while nobody trains yet."""

from itertools import count
from pathlib import Path

import pytest

from digitcore.runs.record import SHIPPED, Run
from digitcore.runs.store import RunStore
from digitcore.training import finetuning, rehearsal
from digitcore.training.rehearsal import rehearse


@pytest.mark.parametrize("looks", [0, 2])
def test_a_rehearsal_that_is_not_wanted_any_more_ends_at_once_and_leaves_nothing(tmp_path: Path, looks: int) -> None:
    asked = count()
    rehearse(lambda: next(asked) < looks, tmp_path)
    assert next(asked) == looks + 1
    assert list(tmp_path.iterdir()) == []


def test_a_rehearsal_goes_all_the_way_to_a_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rehearsal, "_CONFIG", rehearsal._CONFIG.but(validation_share=0.01))  # a tenth of the drawings
    asked = count()
    made: list[finetuning.Tuner] = []

    class Counted(finetuning.Tuner):
        def __init__(self, run: Run) -> None:
            super().__init__(run)
            made.append(self)

    monkeypatch.setattr(finetuning, "Tuner", Counted)
    monkeypatch.setattr(finetuning, "_kept", {})
    rehearse(lambda: next(asked) >= 0, tmp_path)
    assert next(asked) >= 2 + 1 + 5  # batches, the epoch, what is measured
    assert list(tmp_path.iterdir()) == []
    with finetuning.tuner_of(RunStore.open().get(SHIPPED[0])) as tuner:
        assert made == [tuner]  # it was there already
