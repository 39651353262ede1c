"""What a notebook imports."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import digitcore
from digitcore.base.errors import BadConfig
from digitcore.data.mnist import Dataset, load_mnist
from digitcore.runs.history import BatchDone, Progress
from digitcore.runs.store import RunStore

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", digitcore.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(digitcore, name) is not None
    assert name in dir(digitcore)


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        digitcore.nothing  # noqa: B018 - looking is what is tested


def test_importing_loads_neither_tensorflow_nor_plotly() -> None:
    names = "load_mnist, train, evaluate, DigitClassifier, RunStore, to_mnist"
    program = (
        f"import sys; from digitcore import {names}; print({{'tensorflow', 'plotly', 'streamlit'}} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_train_and_evaluate_are_one_line_each(empty_store: RunStore, capsys: pytest.CaptureFixture[str]) -> None:
    run = digitcore.train(network="dense", epochs=1, train_size=500, validation_share=0.02)
    assert capsys.readouterr().out.startswith("epoch 1: accuracy")
    assert digitcore.evaluate(run).errors == run.test.errors
    few = Dataset.of("few", load_mnist().test.images[:50].copy(), load_mnist().test.labels[:50])
    assert digitcore.evaluate("fast_cnn", few).count == 50
    assert np.array_equal([kept.id for kept in empty_store.list()][-1:], [run.id])


def test_progress_can_be_followed_by_ones_own_function(empty_store: RunStore) -> None:
    seen: list[Progress] = []
    config = digitcore.TrainingConfig(network="dense", train_size=500, validation_share=0.02)
    digitcore.train(config, epochs=1, on_progress=seen.append)
    assert [event.batch for event in seen if isinstance(event, BatchDone)] == [1, 2, 3, 4]


def test_a_wrong_choice_is_refused_before_anything_is_loaded() -> None:
    with pytest.raises(BadConfig, match="between 1 and 100"):
        digitcore.train(epochs=0)


def test_a_network_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(digitcore.BadConfig, match=r"network must be one of digitnet, .*; 'resnet' is not"):
        digitcore.train(network="resnet")


def test_an_empty_data_set_is_not_taken_for_none(empty_store: RunStore) -> None:
    none = Dataset.of("none of mine", np.zeros((0, 28, 28), np.uint8), np.zeros(0, np.int64))
    with pytest.raises(digitcore.BadDataset, match="no digit in the data set 'none of mine'"):
        digitcore.evaluate("fast_cnn", none)
