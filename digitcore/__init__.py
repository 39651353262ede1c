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
    from digitcore.classifier import DigitClassifier, Reading
    from digitcore.config import RECIPES, TrainingConfig
    from digitcore.datasets import Dataset, load_mnist
    from digitcore.evaluation import Evaluation
    from digitcore.networks import NETWORKS
    from digitcore.preprocessing import prepare, read_picture, to_mnist
    from digitcore.runs import Run, RunStore

__all__ = [
    "NETWORKS",
    "RECIPES",
    "Dataset",
    "DigitClassifier",
    "Evaluation",
    "Reading",
    "Run",
    "RunStore",
    "TrainingConfig",
    "evaluate",
    "figures",
    "load_mnist",
    "prepare",
    "read_picture",
    "to_mnist",
    "train",
]

_HOMES = {
    "api": ("evaluate", "train"),
    "classifier": ("DigitClassifier", "Reading"),
    "config": ("RECIPES", "TrainingConfig"),
    "datasets": ("Dataset", "load_mnist"),
    "evaluation": ("Evaluation",),
    "networks": ("NETWORKS",),
    "preprocessing": ("prepare", "read_picture", "to_mnist"),
    "runs": ("Run", "RunStore"),
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
