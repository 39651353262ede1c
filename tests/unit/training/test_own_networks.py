"""Networks of one's own, made at random: summary, training, export and reading agree with Keras.

`benchmarks.page.free_networks` does the same with 200 of them.
"""

from itertools import islice
from pathlib import Path

import pytest

from digitcore.data.mnist import load_mnist
from digitcore.runs.config import TrainingConfig
from digitcore.runs.own_network import MOST_LAYERS, own_network, written
from digitcore.training.keras_model import build
from digitcore.training.trainer import Trainer
from harness.networks import agreement
from harness.networks.agreement import learned, troubles
from harness.networks.random_networks import random_networks

NETWORKS = random_networks(40, seed=15)


def test_of_40_random_networks_summary_training_step_export_and_reading_agree_with_keras(tmp_path: Path) -> None:
    assert {len(network.layers) - 1 for network in NETWORKS} == set(range(1, MOST_LAYERS + 1))
    assert list(troubles(NETWORKS, tmp_path)) == []


def test_what_does_not_agree_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    network = own_network("flatten dense5")
    monkeypatch.setattr(agreement, "build", lambda _, seed: build(own_network("flatten dense6"), seed + 1))
    monkeypatch.setattr(agreement, "_step", lambda *_: [])  # with other shapes there is nothing to compare
    assert learned(network).troubles == ("its shapes are others", "its parameters are others")


def test_a_network_of_ones_own_is_trained_by_the_same_loop_and_read_while_it_learns() -> None:
    network = max(NETWORKS, key=lambda each: len(each.layers))
    config = TrainingConfig(network="own", layers=written(network.layers[:-1]), train_size=100, validation_share=0.01)
    assert config.architecture == network
    trainer = Trainer(config.but(batch_size=32), load_mnist().train)
    assert len(list(islice(trainer.run(), 2))) == 2
    trainer.sample_guesses()
    assert trainer.live_weights()
