"""The runs' weights, for pages that read digits themselves: where a page gets them, and what the server answers."""

import hashlib
import logging
from functools import lru_cache

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from digitcore.base.errors import DigitcoreError
from digitcore.inference.classifier import DigitClassifier
from digitcore.inference.weights import weights_file
from digitcore.runs.store import RunStore
from digitcore.ui.shared.components import UNCHANGING, served

WEIGHTS_ADDRESS = served("weights")
LIVE_WEIGHTS_ADDRESS = served("live-weights")
_KEPT = 8  # files of 0.05 to 0.9 MB


@lru_cache(_KEPT)  # holds the network, so that no other one can ever be taken for it
def weights_address(classifier: DigitClassifier) -> str | None:
    """Return where the weights of a loaded network are served; None if they can't be had, so that only Python reads."""
    run = classifier.run
    try:
        return f"{WEIGHTS_ADDRESS}/{run.id}/{_fingerprint(weights_file(run))}"
    except DigitcoreError as error:
        logging.getLogger(__name__).warning("%s Drawings are read by the server alone.", error)
        return None


def run_weights_address(run_id: str) -> str | None:
    """Return where the weights of a run are served; None if they can't be had."""
    try:
        return _run_address(run_id, RunStore.open().stamp(run_id))
    except DigitcoreError:
        return None


@lru_cache(_KEPT)
def _run_address(run_id: str, stamp: object) -> str:  # noqa: ARG001 - its files may change
    return f"{WEIGHTS_ADDRESS}/{run_id}/{_fingerprint(weights_file(RunStore.open().get(run_id)))}"


def live_weights_address(run_id: str, step: int) -> str:
    """Return where the weights of a network that is being trained are served, as they are after so many steps."""
    return f"{LIVE_WEIGHTS_ADDRESS}/{run_id}/{step}"


def send_weights(request: Request) -> Response:
    """Answer with a run's weights; at an address that no run has (any more), with a sentence."""
    try:
        content = _content(request.path_params["run_id"], request.path_params["fingerprint"])
    except DigitcoreError as error:
        return PlainTextResponse(str(error), 404)
    except LookupError:
        return PlainTextResponse("The run has other weights now: reload the page.", 404)
    return Response(content, media_type="application/octet-stream", headers=UNCHANGING)


@lru_cache(_KEPT)
def _content(run_id: str, fingerprint: str) -> bytes:
    content = weights_file(RunStore.open().get(run_id))
    if _fingerprint(content) != fingerprint:
        raise LookupError(fingerprint)
    return content


def _fingerprint(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
