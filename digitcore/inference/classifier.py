"""A trained run, loaded to read digits with. LiteRT does the arithmetic; TensorFlow is not needed."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from digitcore.base.errors import BadRun, RunNotFound
from digitcore.base.images import SIDE, to_network
from digitcore.inference.cascade import Cascade
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
    """What the network read in one picture.

    Attributes
    ----------
    digit : int or None
        The digit, 0 to 9; None if the picture was rejected.
    confidence : float
        The calibrated probability of the likeliest digit, in [0, 1].
    probabilities : ndarray of shape (10,), float32
        The calibrated probabilities of the digits 0 to 9; they sum to 1.
    image : ndarray of shape (28, 28), float32
        What the network saw: white ink on black, in [0, 1].
    is_digit : bool
        Whether the picture was accepted as a digit.
    reason : str or None
        Why it was rejected, as a sentence.
    likeness : float or None
        How much it looks like a digit, in [0, 1]; None if the run has no score for that.
    """

    digit: int | None
    confidence: float
    probabilities: NDArray[np.float32]
    image: NDArray[np.float32]
    is_digit: bool
    reason: str | None
    likeness: float | None = None


class DigitClassifier:
    """Reads digits with the network of one run. Safe to call from many threads.

    Parameters
    ----------
    run : Run
        Whose network reads; `DigitClassifier.load` finds it by its id.

    Attributes
    ----------
    run : Run
        The same.
    notice : str or None
        A sentence that says why a run other than the default was loaded; None if all is well.

    Raises
    ------
    BadRun
        If the run's network can't be read.
    """

    def __init__(self, run: Run) -> None:
        self.run = run
        self.notice: str | None = None
        with reading(run.id, LITERT_FILE):
            self._graph = Graph((run.folder / LITERT_FILE).read_bytes())
        self._rejection = self._load_rejection()

    @classmethod
    def load(cls, run: str | Run | None = None) -> Self:
        """Load a run's network.

        Parameters
        ----------
        run : str, Run or None
            A run or its id. None is the default run; if that can't be loaded, the next shipped run is, and `notice`
            says so.

        Returns
        -------
        DigitClassifier

        Raises
        ------
        RunNotFound
            If there is no run with this id.
        BadRun
            If the run is damaged, or if neither the default nor any shipped run can be loaded.
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
        """Return the calibrated probabilities of the ten digits. Each image is read independently of the others.

        Parameters
        ----------
        images : array-like of shape (N, 28, 28) or (28, 28)
            White ink on black, as uint8 or floats in [0, 1].

        Returns
        -------
        ndarray of shape (N, 10), float32
            Each row sums to 1.

        Raises
        ------
        ValueError
            If the images have another shape, type or range.
        """
        return softmax(self.logits(images), self.run.temperature)

    def predict(self, images: ArrayLike) -> NDArray[np.int64]:
        """Return the likeliest digit of each image.

        Parameters
        ----------
        images : array-like of shape (N, 28, 28) or (28, 28)
            As for `predict_proba`.

        Returns
        -------
        ndarray of shape (N,), int64
            Digits from 0 to 9.

        Raises
        ------
        ValueError
            If the images have another shape, type or range.
        """
        likeliest: NDArray[np.int64] = self.logits(images).argmax(axis=1)
        return likeliest

    def logits(self, images: ArrayLike) -> NDArray[np.float32]:
        """Return the network's raw outputs, before temperature and softmax.

        Parameters
        ----------
        images : array-like of shape (N, 28, 28) or (28, 28)
            As for `predict_proba`.

        Returns
        -------
        ndarray of shape (N, 10), float32
            For a run with test-time augmentation, the outputs after it.

        Raises
        ------
        ValueError
            If the images have another shape, type or range.
        """
        return self._read_out(images, None).logits

    def read(self, picture: Picture) -> Reading:
        """Read any picture of a digit: prepare it, and reject it or say which digit it is.

        Parameters
        ----------
        picture : PIL.Image.Image or ndarray of shape (H, W), (H, W, 3) or (H, W, 4)
            As for `to_mnist`.

        Returns
        -------
        Reading

        Raises
        ------
        NoInk
            If the picture is empty.
        BadPicture
            If it is not a picture, or is too small or too large.
        """
        return self.read_prepared(prepare(picture))

    def read_prepared(self, prepared: Prepared, *, once: bool = False) -> Reading:
        """Read a picture that has already been prepared.

        Parameters
        ----------
        prepared : Prepared
            What `prepare` returned.
        once : bool
            Read it once, without test-time augmentation: for a drawing that is not finished yet.

        Returns
        -------
        Reading
        """
        probabilities, likenesses = self.examine(prepared.image, once=once)
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

    def examine(
        self, images: ArrayLike, *, once: bool = False
    ) -> tuple[NDArray[np.float32], NDArray[np.float32] | None]:
        """Return the probabilities, and how much each image looks like a digit.

        Parameters
        ----------
        images : array-like of shape (N, 28, 28) or (28, 28)
            As for `predict_proba`.
        once : bool
            Read each image once, without test-time augmentation: for many that are merely compared with one another.

        Returns
        -------
        probabilities : ndarray of shape (N, 10), float32
            As `predict_proba` returns them, unless `once`.
        likeness : ndarray of shape (N,), float32, or None
            In [0, 1]; None for a run that has no rejection.

        Raises
        ------
        ValueError
            If the images have another shape, type or range.
        """
        found = self._read_out(images, self._rejection, once=once)
        return softmax(found.logits, self.run.temperature), found.likeness

    def features(self, images: ArrayLike) -> NDArray[np.float32] | None:
        """Return what the network makes of images before it decides: what goes into its last layer.

        Parameters
        ----------
        images : array-like of shape (N, 28, 28) or (28, 28)
            As for `predict_proba`.

        Returns
        -------
        ndarray of shape (N, F), float32, or None
            None for a run whose file doesn't tell, of an early version.

        Raises
        ------
        ValueError
            If the images have another shape, type or range.
        """
        try:
            return self._graph.features(to_network(images))
        except KeyError:
            return None

    def why_rejected(self, likeness: float | None) -> str | None:
        """Say why a picture of this likeness is rejected.

        Parameters
        ----------
        likeness : float or None
            How much it looks like a digit, in [0, 1], as `examine` returns it.

        Returns
        -------
        str or None
            A sentence; None if the picture may be a digit.
        """
        if self._rejection is None or likeness is None or likeness >= self._rejection.threshold:
            return None
        return NOT_A_DIGIT

    def cascade(self) -> Cascade:
        """Return what reads as `predict` does, sooner where there are thousands of images.

        Returns
        -------
        Cascade
            Its `predict` takes and returns the same.
        """
        return Cascade(self._graph, augment=self.run.config.test_time_augmentation)

    def _read_out(self, images: ArrayLike, rejection: Rejection | None, *, once: bool = False) -> Readout:
        augment = self.run.config.test_time_augmentation and not once
        return read(self._graph, to_network(images), rejection, augment=augment)

    def _load_rejection(self) -> Rejection | None:
        file = self.run.folder / REJECTION_FILE
        with reading(self.run.id, REJECTION_FILE):
            if not file.exists():
                return None
            rejection = Rejection.load(file)
            # now, so that one of another network is found at loading and not at the first digit
            rejection.likeness(self._graph.outputs(np.zeros((1, SIDE, SIDE), np.float32)))
            return rejection
