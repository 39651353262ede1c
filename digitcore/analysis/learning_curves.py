"""What the curves of a training show, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from digitcore.base.text import percent
from digitcore.runs.history import EpochRow, best_row
from digitcore.runs.record import Run

_RISE = 1.1  # of the lowest validation loss: less is the usual wobble between epochs
_GAIN = 0.02  # of the loss: a smaller gain over the last epochs is not worth another hour
_FALL = 0.05  # of accuracy: a network that has lost this much since its best epoch is not wobbling
_GUESSING = 0.2  # of accuracy: twice what guessing gives
_HIGH_RATE, _LOW_RATE = 0.02, 1e-4  # of Adam: beyond them most networks learn nothing, or hardly anything
_SPENT = 0.05  # of the highest learning rate: with less, another epoch would change nothing
_WARM = 0.05  # of a temperature: a smaller change hardly shows in a loss
_LATE = 4  # the last quarter of the epochs shows where a curve is heading


@dataclass(frozen=True)
class Trend:
    """What a training came to.

    `kind` is one of "none", "never", "short", "diverged", "overfitting", "improving", "level".
    """

    kind: str
    since: int | None  # the epoch from which on it overfits, diverges or stays level
    sentence: str


def trend(history: Sequence[EpochRow]) -> Trend:
    """Judge a training by its epochs, oldest first."""
    if not history:
        return Trend("none", None, "No epoch had ended, so there are no curves.")
    return (
        _diverged(history)
        or _never(history)
        or _short(history)
        or _overfitting(history)
        or _improving(history)
        or _level(history)
    )


def _diverged(history: Sequence[EpochRow]) -> Trend | None:
    for row in history:
        if not (isfinite(row.loss) and isfinite(row.val_loss)):
            sentence = f"Diverged in epoch {row.epoch}: the loss is no longer a number. Try a lower learning rate."
            return Trend("diverged", row.epoch, sentence)
    last, best = history[-1], best_row(history)
    least = min(row.loss for row in history)
    if last.loss > 2 * least and last.val_accuracy < best.val_accuracy - _FALL:
        sentence = (
            f"Diverged after epoch {best.epoch}: validation accuracy fell from {percent(best.val_accuracy)} to "
            f"{percent(last.val_accuracy)} and the training loss rose too. Try a lower learning rate."
        )
        return Trend("diverged", best.epoch + 1, sentence)
    return None


def _never(history: Sequence[EpochRow]) -> Trend | None:
    best = best_row(history)
    if best.val_accuracy >= _GUESSING:
        return None
    rate = max(row.learning_rate for row in history)
    if rate > _HIGH_RATE:
        advice = f"A learning rate of {rate:g} is far too high; try 0.001."
    elif rate < _LOW_RATE:
        advice = f"A learning rate of {rate:g} is very low; try 0.001, or more epochs."
    else:
        advice = "Try another learning rate, or more digits to learn from."
    right = percent(best.val_accuracy, 1)
    return Trend("never", None, f"It never learned: {right} right on validation, and guessing gives 10%. {advice}")


def _short(history: Sequence[EpochRow]) -> Trend | None:
    if len(history) > 1:
        return None
    only = history[0]
    sentence = (
        f"One epoch, {percent(only.val_accuracy)} right on validation: train for more to see where it is heading."
    )
    return Trend("short", None, sentence)


def _overfitting(history: Sequence[EpochRow]) -> Trend | None:
    lowest = min(history, key=lambda row: row.val_loss)
    last = history[-1]
    if not (last.val_loss > _RISE * lowest.val_loss and last.loss < lowest.loss and last.epoch >= lowest.epoch + 2):
        return None
    sentence = (
        f"Overfitting since epoch {lowest.epoch + 1}: validation loss has risen from {lowest.val_loss:.4f} to "
        f"{last.val_loss:.4f} while training loss went on falling."
    )
    return Trend("overfitting", lowest.epoch + 1, sentence)


def _improving(history: Sequence[EpochRow]) -> Trend | None:
    late = max(1, len(history) // _LATE)
    before = min(row.val_loss for row in history[:-late])
    after = min(row.val_loss for row in history[-late:])
    best = best_row(history)
    if after > (1 - _GAIN) * before or best.epoch <= history[-late - 1].epoch:
        return None
    span = f"the last {late} epochs" if late > 1 else "the last epoch"
    spent = history[-1].learning_rate < _SPENT * max(row.learning_rate for row in history)
    # a schedule that has come down to zero ends the learning, however the curve looks
    advice = "Its schedule is at its end; train anew with more epochs to go on." if spent else "More epochs may help."
    sentence = f"Still improving: {span} took validation loss from {before:.4f} to {after:.4f}. {advice}"
    return Trend("improving", None, sentence)


def _level(history: Sequence[EpochRow]) -> Trend:
    best = best_row(history)
    reached = f"{percent(best.val_accuracy)} right on validation"
    if best.epoch == history[-1].epoch:
        sentence = f"Levelled off: the last epoch is the best by a hair, {reached}."
    else:
        sentence = f"Levelled off: after epoch {best.epoch}, {reached}, none did better."
    return Trend("level", best.epoch, sentence)


def differences(run: Run) -> list[str]:
    """Say, a sentence each, why figures of the curves are not those of the tables."""
    said = []
    if run.config.test_time_augmentation:
        said.append(
            "The curves show the network's first look; the tables show it as it reads, which looks at doubtful digits "
            "again, turned and resized."
        )
    if not run.smoothed_losses and abs(run.temperature - 1) > _WARM:
        said.append(
            f"The losses of the curves are those of the network's own probabilities; the tables' are lower, since a "
            f"temperature of {run.temperature:.2f}, fitted on validation, has brought these in line with how often it "
            "is right."
        )
    if run.smoothed_losses:
        said.append(
            f"The losses of this training include label smoothing of {run.config.label_smoothing:g}, which raises "
            "them; the tables' losses do not."
        )
    return said
