"""The runs' weights, for pages that read digits themselves: where a page gets them, and what it gets there."""

import hashlib
import logging
from functools import lru_cache
from pathlib import Path

from digitcore.base.errors import DigitcoreError
from digitcore.inference.classifier import DigitClassifier
from digitcore.inference.weights import weights_file, weights_fingerprint
from digitcore.runs.record import Run, read_record, stamp
from digitcore.runs.store import RunStore
from digitcore.ui.shared.components import served

WEIGHTS_ADDRESS = served("weights")
LIVE_WEIGHTS_ADDRESS = served("live-weights")
UNCHANGED_BY_DRAWING = "A fingerprint of its weights. It changes only by training; drawing never changes it."
WEIGHTS_KEPT = 8  # files of 0.05 to 0.9 MB


@lru_cache(WEIGHTS_KEPT)  # holds the network, so that no other one can ever be taken for it
def weights_address(classifier: DigitClassifier) -> str | None:
    """Return where the weights of a loaded network are served; None if they can't be had, so that only Python reads."""
    try:
        return _address(classifier.run)
    except DigitcoreError as error:
        logging.getLogger(__name__).warning("%s Drawings are read by the server alone.", error)
        return None


@lru_cache(WEIGHTS_KEPT)
def fingerprint_shown(classifier: DigitClassifier) -> str:
    """Return the fingerprint of a loaded network's weights; empty if they can't be had."""
    try:
        return weights_fingerprint(packed_now(classifier.run)[1])
    except DigitcoreError:
        return ""


def run_weights_address(run_id: str) -> str | None:
    """Return where the weights of a run are served; None if they can't be had."""
    try:
        return _address(RunStore.open().get(run_id))
    except DigitcoreError:
        return None


def live_weights_address(run_id: str, step: int) -> str:
    """Return where the weights of a network that is being trained are served, as they are after so many steps."""
    return f"{LIVE_WEIGHTS_ADDRESS}/{run_id}/{step}"


def _address(run: Run) -> str:
    return f"{WEIGHTS_ADDRESS}/{run.id}/{packed_now(run)[0]}"


def packed_now(run: Run) -> tuple[str, bytes]:
    """Return the fingerprint and the content of the file of a run as its folder is now. Raises `BadRun`."""
    return _packed(run.id, run.folder, stamp(run.folder))


@lru_cache(WEIGHTS_KEPT)
def _packed(run_id: str, folder: Path, stamped: object) -> tuple[str, bytes]:  # noqa: ARG001 - its files may change
    content = weights_file(read_record(run_id, folder))
    return hashlib.sha256(content).hexdigest()[:16], content
