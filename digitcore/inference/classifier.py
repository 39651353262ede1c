"""A trained run, loaded to read digits with. LiteRT does the arithmetic; TensorFlow is not needed."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from digitcore.base.errors import BadRun, RunNotFound
from digitcore.base.images import SIDE, to_network
from digitcore.inference.graph import Graph
from digitcore.inference.rejection import Rejection
from digitcore.inference.test_time_augmentation import Readout, read
from digitcore.metrics.temperature import softmax
from digitcore.preprocessing.pipeline import Picture, Prepared, prepare
from digitcore.runs.record import LITERT_FILE, REJECTION_FILE, SHIPPED, Run, reading
from digitcore.runs.store import RunStore

NOT_A_DIGIT = "This doesn't look like a digit: draw one from 0 to 9, on its own."


@dataclass(frozen=True, eq=False)
class Reading:
    """What the network made of one picture."""

    digit: int | None  # None: rejected
    confidence: float  # calibrated probability of the likeliest digit, in [0, 1]
    probabilities: NDArray[np.float32]  # (10,), calibrated, sums to 1
    image: NDArray[np.float32]  # (28, 28) in [0, 1], what the network saw
    is_digit: bool
    reason: str | None  # why it was rejected, as a sentence
    likeness: float | None = None  # how much it looks like a digit, in [0, 1]; None: the run can't tell


class DigitClassifier:
    """Reads digits with the network of one run. Safe to call from many threads.

    `notice` is None, or a sentence that says why another run than the default was loaded.
    """

    def __init__(self, run: Run) -> None:
        self.run = run
        self.notice: str | None = None
        with reading(run.id, LITERT_FILE):
            self._graph = Graph((run.folder / LITERT_FILE).read_bytes())
        self._rejection = self._load_rejection()

    @classmethod
    def load(cls, run: str | Run | None = None) -> Self:
        """Load a run: a `Run`, its id, or None for the default.

        Where the default can't be loaded, the next shipped run is, and `notice` says so. Raises `RunNotFound` or
        `BadRun`.
        """
        if isinstance(run, Run):
            return cls(run)
        store = RunStore.open()
        if run is not None:
            return cls(store.get(run))
        return cls._load_default(store)

    @classmethod
    def _load_default(cls, store: RunStore) -> Self:
        trouble: str | None = None
        for run_id in dict.fromkeys((store.default_id(), *SHIPPED)):
            try:
                classifier = cls(store.get(run_id))
            except (RunNotFound, BadRun) as error:
                trouble = trouble or str(error)
                continue
            if trouble:
                classifier.notice = f"{trouble} Until then {classifier.run.name!r} reads."
            return classifier
        raise BadRun(f"{trouble} None of the shipped runs can be loaded either: fetch the app's models/ again.")

    def predict_proba(self, images: ArrayLike) -> NDArray[np.float32]:
        """Return the calibrated probabilities of the ten digits, float32 (N, 10).

        `images` is (N, 28, 28) or (28, 28), white ink on black, uint8 or floating point in [0, 1]; anything else is a
        `ValueError`. A picture's answer does not depend on those beside it.
        """
        return softmax(self.logits(images), self.run.temperature)

    def predict(self, images: ArrayLike) -> NDArray[np.int64]:
        """Return the likeliest digit of each image, int64 (N,); `images` as in `predict_proba`."""
        likeliest: NDArray[np.int64] = self.logits(images).argmax(axis=1)
        return likeliest

    def logits(self, images: ArrayLike) -> NDArray[np.float32]:
        """Return the network's raw outputs, float32 (N, 10), before temperature and softmax.

        For a run with test-time augmentation, those after it.
        """
        return self._read_out(images, None).logits

    def read(self, picture: Picture) -> Reading:
        """Read any picture of a digit, the whole way. Raises `NoInk` or `BadPicture`."""
        return self.read_prepared(prepare(picture))

    def read_prepared(self, prepared: Prepared) -> Reading:
        """Read a picture that has been through `preprocessing.prepare`."""
        probabilities, likenesses = self.examine(prepared.image)
        likeness = None if likenesses is None else float(likenesses[0])
        reason = prepared.why_rejected or self.why_rejected(likeness)
        digit = int(probabilities[0].argmax())
        return Reading(
            digit=digit if reason is None else None,
            confidence=float(probabilities[0, digit]),
            probabilities=probabilities[0],
            image=prepared.image,
            is_digit=reason is None,
            reason=reason,
            likeness=likeness,
        )

    def examine(self, images: ArrayLike) -> tuple[NDArray[np.float32], NDArray[np.float32] | None]:
        """Return what `predict_proba` does, and how much each image looks like a digit, float32 (N,) in [0, 1].

        The latter is None for a run that has no rejection.
        """
        found = self._read_out(images, self._rejection)
        return softmax(found.logits, self.run.temperature), found.likeness

    def why_rejected(self, likeness: float | None) -> str | None:
        """Say, in a sentence, that a picture of that likeness is no digit; None if it can be one."""
        if self._rejection is None or likeness is None or likeness >= self._rejection.threshold:
            return None
        return NOT_A_DIGIT

    def _read_out(self, images: ArrayLike, rejection: Rejection | None) -> Readout:
        return read(self._graph, to_network(images), rejection, augment=self.run.config.test_time_augmentation)

    def _load_rejection(self) -> Rejection | None:
        file = self.run.folder / REJECTION_FILE
        with reading(self.run.id, REJECTION_FILE):
            if not file.exists():
                return None
            rejection = Rejection.load(file)
            # now, so that one of another network is found at loading and not at the first digit
            rejection.likeness(self._graph.outputs(np.zeros((1, SIDE, SIDE), np.float32)))
            return rejection
