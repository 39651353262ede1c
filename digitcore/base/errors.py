"""The errors a person can meet. Each carries one sentence that says what happened and what to do about it.

Pages show that sentence, the command line prints it on one line; neither shows a traceback for any of these.
"""

import lzma
import struct
import tokenize
import zipfile
import zlib

# What decoders raise for files that are damaged or made to do harm; warnings count where they are errors.
DAMAGED = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    BufferError,
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    Warning,
    lzma.LZMAError,
    struct.error,
    tokenize.TokenError,  # NumPy, for the header of an array
    zipfile.BadZipFile,
    zlib.error,
)


class DigitcoreError(Exception):
    """Base of all errors that are meant for the person at the keyboard."""


class NoInk(DigitcoreError):
    """The picture is empty or of one colour, so there is nothing to read."""


class BadPicture(DigitcoreError):
    """The picture cannot be read: a damaged file, a wrong shape or type, or too many pixels."""


class BadDataset(DigitcoreError):
    """The data set cannot be used as it is."""


class Cancelled(DigitcoreError):
    """Whoever wanted it no longer does."""


class BadConfig(DigitcoreError):
    """A training choice is outside its bounds."""


class TrainingFailed(DigitcoreError):
    """A training ended before there was anything worth keeping."""


class ClusterUnreachable(DigitcoreError):
    """There is no process to train in."""


class JobNotFound(DigitcoreError):
    """There is no training job of that id."""


class RunNotFound(DigitcoreError):
    """There is no run of that name."""


class DrawingsUnavailable(DigitcoreError):
    """The drawings that people have labelled can't be reached, or no more of them be kept."""


class BadRun(DigitcoreError):
    """The run's folder is damaged: a file is missing or does not hold what it should."""


class NotAllowed(DigitcoreError):
    """In a class, this is not for whoever asked: it is the teacher's, somebody else's, or beyond a fair share."""


class TooManyTries(DigitcoreError):
    """Wrong codes came too fast; the next try has to wait."""


class BadExperiment(DigitcoreError):
    """The file of an experiment can't be used; the sentence names its file and line."""
