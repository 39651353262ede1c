"""What a training reports while it goes on, and what it asks. TensorFlow is not loaded here: the app imports this."""

from typing import Protocol

from digitcore.runs.history import Progress, SampleGuess


class Learner(Protocol):
    """What an observer may ask of a training that goes on."""

    def sample_guesses(self) -> SampleGuess:
        """Return what the network thinks of a few fixed validation digits."""

    def live_weights(self) -> bytes:
        """Return the network as it was at the last guesses, as a file with which a page reads."""

    def checkpoint(self) -> bytes:
        """Return all that is needed to go on after the last whole epoch."""


class Observer:
    """Shows nothing, keeps nothing and never stops a training; override what should be otherwise."""

    learner: Learner  # known from `begin` on

    def begin(self, learner: Learner | None) -> None:
        """Everything is loaded; the first batch comes next. A fine-tuning, over in seconds, has nobody to ask."""
        if learner is not None:
            self.learner = learner

    def progress(self, event: Progress) -> None:
        """A batch or an epoch is done."""

    def wants_to_stop(self) -> bool:
        """Return whether to stop now and keep what was learned; asked after every batch. To wait here is to pause."""
        return False

    def measures(self, what: str, share: float) -> None:
        """The learning is over, and what was learned is being measured: now `what`, a phrase.

        `share` in [0, 1] is how much of the measuring is done by then.
        """
