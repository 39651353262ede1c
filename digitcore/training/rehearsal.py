"""A small training and fine-tuning that nobody asked for, so that the first ones asked for find all that they need."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from digitcore.data.mnist import load_mnist
from digitcore.runs.history import Progress
from digitcore.runs.recipes import RECIPES
from digitcore.runs.record import SHIPPED
from digitcore.runs.request import new_request
from digitcore.runs.store import RunStore
from digitcore.training.finetuning import tuner_of
from digitcore.training.observer import Observer
from digitcore.training.train import learn

# with a validation part as large as that of the recipes, for which as many drawings are painted as they will need
_CONFIG = RECIPES["fast_cnn"].config.but(train_size=256)


class _EnoughError(Exception):
    """The rehearsal is not wanted any more."""


def rehearse(wanted: Callable[[], bool], folder: Path) -> None:
    """Train for a moment and write a run below `folder`, where nothing is left; end where it isn't `wanted` any more.

    Afterwards, the digits and the painted drawings lie in memory, and so does whatever TensorFlow and LiteRT load late,
    and what fine-tunes the network that most begin from.
    """
    with tempfile.TemporaryDirectory(dir=folder) as place:
        store = RunStore(Path(place))
        rehearsal = _Rehearsal(wanted)
        try:
            learn(new_request(store, _CONFIG), load_mnist().train, store, rehearsal)
            rehearsal.goes_on()
            with tuner_of(RunStore.open().get(SHIPPED[0])) as tuner:
                tuner.tune(load_mnist().train, goes_on=lambda *_: False)  # one step
        except _EnoughError:
            return


class _Rehearsal(Observer):
    def __init__(self, wanted: Callable[[], bool]) -> None:
        self._wanted = wanted

    def progress(self, event: Progress) -> None:  # noqa: ARG002
        self.goes_on()

    def measures(self, what: str, share: float) -> None:  # noqa: ARG002
        self.goes_on()

    def goes_on(self) -> None:
        if not self._wanted():
            raise _EnoughError
