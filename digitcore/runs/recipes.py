"""Choices for a training that are known to work, for one click."""

from dataclasses import dataclass

from digitcore.runs.config import TrainingConfig
from digitcore.runs.own_network import OWN


@dataclass(frozen=True)
class Recipe:
    """A config that is known to work, under the name a page shows."""

    title: str
    description: str
    config: TrainingConfig


RECIPES: dict[str, Recipe] = {
    "fast_cnn": Recipe(
        "99% in seconds",
        "Two passes over 90% of MNIST with a steep one-cycle rate.",
        TrainingConfig(
            network="fast_cnn",
            epochs=2,
            optimizer="adam",
            learning_rate=2.4e-2,
            schedule="one_cycle",
            batch_size=256,
            label_smoothing=0.1,
            validation_share=0.1,
        ),
    ),
    "simple_cnn": Recipe(
        "Tutorial CNN",
        "Ten epochs, batches of 128, Adam, 20% validation: the usual course setup.",
        TrainingConfig(network="simple_cnn", epochs=10, batch_size=128, optimizer="adam", validation_share=0.2),
    ),
    "digitnet": Recipe(
        "Best",
        "The most accurate network, with augmentation, drawings that aren't digits and, in the end, spoiled pictures. "
        "Minutes, not seconds.",
        TrainingConfig(
            network="digitnet",
            epochs=31,
            batch_size=128,
            optimizer="adamw",
            learning_rate=4e-3,
            schedule="one_cycle",
            weight_decay=3e-2,
            validation_share=0.1,
            label_smoothing=0.05,
            augmentation=True,
            distortion=0.6,
            wider_epochs=7,
            non_digits=True,
            test_time_augmentation=True,
        ),
    ),
    "dense": Recipe(
        "Dense network",
        "No convolutions: see how far plain neurons go.",
        TrainingConfig(network="dense", epochs=10, batch_size=128, optimizer="adam", validation_share=0.2),
    ),
    "linear": Recipe(
        "Linear",
        "Ten weighted sums of the pixels: what everything else is measured against.",
        TrainingConfig(network="linear", epochs=10, batch_size=128, optimizer="adam", validation_share=0.2),
    ),
    "tiny_cnn": Recipe(
        "Tiny CNN",
        "As much as fewer than 10,000 parameters can learn, with augmentation.",
        TrainingConfig(
            network="tiny_cnn",
            epochs=20,
            batch_size=128,
            optimizer="adamw",
            learning_rate=1e-2,
            schedule="one_cycle",
            weight_decay=1e-2,
            validation_share=0.1,
            augmentation=True,
            distortion=0.4,
            test_time_augmentation=True,
        ),
    ),
}


def recipe_config(network: str | None = None) -> TrainingConfig:
    """Return the choices known to work for a network, by default for the usual one. Raises `BadConfig`."""
    usual = TrainingConfig()
    if network == OWN:
        return usual
    name = usual.but(network=network).network if network is not None else usual.network
    return RECIPES[name].config
