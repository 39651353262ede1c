"""Fine-tuning a run on somebody's drawings: what is asked for, and what it takes."""

from collections.abc import Sequence
from dataclasses import dataclass

from digitcore.base.text import count

FEWEST = 10  # drawings to learn from; with fewer, prototypes do as well at once
MOST = 1_000  # the newest; a fine-tuning makes as many steps whether there are more or not
FILE = "my-digits.npz"  # the name under which the app gives drawings away


@dataclass(frozen=True)
class Tuning:
    """A wish to fine-tune a run."""

    run: str  # the id of the run that it begins from
    name: str  # that run's
    digits: int  # drawings that it learns
    file: str = FILE  # in which a command finds them
    hand: str = ""  # whose page shows how it goes; see `handwriting.keys.mark_of`

    @property
    def title(self) -> str:
        """What the run is called that comes of it, unless somebody says otherwise."""
        return f"{self.name[:50]}, taught {count(self.digits, 'drawing')}"


def why_not(counts: Sequence[int]) -> str | None:
    """Say what is missing before drawings, so many of each digit, can be learned from; None if nothing is."""
    total, classes = sum(counts), sum(each > 0 for each in counts)
    if total < FEWEST:
        return f"It takes {FEWEST} drawings to learn from, and there {_are(total)}: draw some more."
    if classes < 2:
        return "These are all the same digit, so it would take everything for that: draw some others as well."
    return None


def _are(number: int) -> str:
    return "is 1" if number == 1 else f"are {number or 'none'}"
