"""Where a page has its drawings read without a script being run: a request for each frame, and one for the steps.

A frame comes as a number and a PNG; the answer carries the same number, and counts only if nothing newer has been sent
since. What is read is the session's own, by its network and its examples, and is found by the ticket of its page.
"""

import asyncio
import os
from dataclasses import dataclass
from typing import Any

from PIL import Image
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from digitcore.base.errors import BadPicture, DigitcoreError, NotAllowed
from digitcore.base.images import to_bytes
from digitcore.classroom.lesson import Drawn, current
from digitcore.inference.classifier import DigitClassifier
from digitcore.preprocessing.decode import read_frame
from digitcore.ui.draw.frame_queue import FrameQueue
from digitcore.ui.draw.live_panel import look_at, reading_data
from digitcore.ui.draw.session import NOTHING, Shown
from digitcore.ui.draw.stages import stages_data
from digitcore.ui.shared.active_network import is_outdated
from digitcore.ui.shared.own.examples import examples_of
from digitcore.ui.shared.own.seat import Seat, seat_of

LARGEST_FRAME = 150_000  # bytes; the panel's own frames have 1,500 to 6,000
LONGEST_NUMBER = 15  # digits; JavaScript counts a little further
_UNKEPT = {"Cache-Control": "no-store"}


@dataclass(frozen=True)
class Frame:
    """What the canvas of a session showed at one moment: a PNG, or nothing. `plainly`: while its pen still moves."""

    seat: Seat
    number: int
    picture: bytes
    plainly: bool = False


def answer(frame: Frame) -> dict[str, Any]:
    """Read a frame, keep it as what its session has drawn last, and return what the page is told.

    Raises `NotAllowed` for a session that has no network yet.
    """
    seat, reader = frame.seat, frame.seat.reader
    if reader is None:
        raise NotAllowed("No network reads for this page yet: reload it.")
    picture, trouble = _opened(frame.picture)
    shown = _read(seat, reader.classifier, picture, plainly=frame.plainly)
    seat.drawn, seat.has_drawing = shown.prepared, picture is not None
    _tell_class(seat, shown)
    return {
        "frame": frame.number,
        "reading": reading_data(shown, drawn=True),
        "trouble": trouble,
        "outdated": is_outdated(reader),
    }


def _tell_class(seat: Seat, shown: Shown) -> None:
    """Let the teacher of the class that goes on, if one does, see what this page has drawn."""
    lesson, reading = current(), shown.reading
    if lesson and seat.person:
        drawn = Drawn(to_bytes(reading.image), reading.digit, reading.confidence) if reading else None
        lesson.drew(seat.person, drawn)


def _opened(picture: bytes) -> tuple[Image.Image | None, str]:
    """Return the picture of a frame, None for an empty canvas; and for what can't be read a sentence that says why."""
    if not picture:
        return None, ""
    try:
        return read_frame(picture), ""
    except BadPicture as error:
        return None, str(error)


def _read(seat: Seat, classifier: DigitClassifier, picture: Image.Image | None, *, plainly: bool) -> Shown:
    try:
        return look_at(classifier, picture, examples_of(seat, classifier), plainly=plainly)
    except DigitcoreError:
        return NOTHING  # the pen has touched the canvas, but there is no ink to speak of yet


frames: FrameQueue[Frame, dict[str, Any]] = FrameQueue(answer, min(os.cpu_count() or 1, 4))


async def send_reading(request: Request) -> Response:
    """Answer with what is read in a frame, or in a newer one of the same page; or with a sentence."""
    try:
        seat = seat_of(request.path_params["ticket"])
        await asyncio.sleep(seat.pace.wait())  # before its picture is taken off the line
        number, picture = _number(request.query_params.get("number", "")), await _picture(request)
        if number is None or picture is None:
            return _refused("This is no drawing from this page.", 400)
        plainly = request.query_params.get("pen") == "down"
        told = await frames.answer(seat.ticket, Frame(seat, number, picture, plainly))
    except NotAllowed as error:
        return _refused(str(error), 404)
    return JSONResponse(told, headers=_UNKEPT)


async def send_steps(request: Request) -> Response:
    """Answer with the steps that the drawing of a page which was read last has been through; or with a sentence."""
    try:
        seat = seat_of(request.path_params["ticket"])
    except NotAllowed as error:
        return _refused(str(error), 404)
    return JSONResponse(await run_in_threadpool(stages_data, seat.drawn), headers=_UNKEPT)


def _refused(sentence: str, status: int) -> Response:
    return PlainTextResponse(sentence, status, _UNKEPT)


async def _picture(request: Request) -> bytes | None:
    """Return what was sent; None if it is more than any frame has."""
    sent = b""
    async for part in request.stream():
        sent += part
        if len(sent) > LARGEST_FRAME:
            return None
    return sent


def _number(written: str) -> int | None:
    is_counted = written.isascii() and written.isdecimal() and len(written) <= LONGEST_NUMBER
    return int(written) if is_counted else None
