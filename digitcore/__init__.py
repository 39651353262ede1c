"""Read handwritten digits, train the networks that do it, and see where they fail.

    from digitcore import DigitClassifier, evaluate, figures, load_mnist, train

    run = train(network="dense", epochs=3)
    evaluation = evaluate(run)
    figures.confusion_chart(evaluation.confusion, figures.LIGHT).figure

Importing this loads neither TensorFlow nor Plotly: each name is fetched when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from digitcore import figures
    from digitcore.api import evaluate, train
    from digitcore.base.errors import (
        BadConfig,
        BadDataset,
        BadPicture,
        BadRun,
        ClusterUnreachable,
        DigitcoreError,
        JobNotFound,
        NoInk,
        RunNotFound,
        TrainingFailed,
    )
    from digitcore.data.mnist import Dataset, load_mnist
    from digitcore.inference.classifier import DigitClassifier, Reading
    from digitcore.metrics.classification import Evaluation
    from digitcore.networks import NETWORKS
    from digitcore.preprocessing import prepare, read_picture, stages, to_mnist
    from digitcore.runs.config import TrainingConfig
    from digitcore.runs.recipes import RECIPES
    from digitcore.runs.record import Run
    from digitcore.runs.store import RunStore

__all__ = [
    "NETWORKS",
    "RECIPES",
    "BadConfig",
    "BadDataset",
    "BadPicture",
    "BadRun",
    "ClusterUnreachable",
    "Dataset",
    "DigitClassifier",
    "DigitcoreError",
    "Evaluation",
    "JobNotFound",
    "NoInk",
    "Reading",
    "Run",
    "RunNotFound",
    "RunStore",
    "TrainingConfig",
    "TrainingFailed",
    "evaluate",
    "figures",
    "load_mnist",
    "prepare",
    "read_picture",
    "stages",
    "to_mnist",
    "train",
]

_HOMES = {
    "api": ("evaluate", "train"),
    "base.errors": (
        *("BadConfig", "BadDataset", "BadPicture", "BadRun", "ClusterUnreachable", "DigitcoreError"),
        *("JobNotFound", "NoInk", "RunNotFound", "TrainingFailed"),
    ),
    "data.mnist": ("Dataset", "load_mnist"),
    "inference.classifier": ("DigitClassifier", "Reading"),
    "metrics.classification": ("Evaluation",),
    "networks": ("NETWORKS",),
    "preprocessing": ("prepare", "read_picture", "stages", "to_mnist"),
    "runs.config": ("TrainingConfig",),
    "runs.recipes": ("RECIPES",),
    "runs.record": ("Run",),
    "runs.store": ("RunStore",),
}


def __getattr__(name: str) -> Any:
    home = next((module for module, names in _HOMES.items() if name in names), None)
    if home is not None:
        return getattr(import_module(f"digitcore.{home}"), name)
    if name == "figures":
        return import_module("digitcore.figures")
    raise AttributeError(f"module 'digitcore' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
