"""Changes that may go unnoticed, each with the reason: those that change nothing, and those that no test is to hold."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from harness.mutations.changes import Change


@dataclass(frozen=True)
class MayLive:
    """Changes in a file (or several: `*`) to a line that is `code`, or `like` a pattern; perhaps only `old` to `new`.

    In the pattern, OLD stands for what is changed.
    """

    file: str
    why: str
    code: str = ""
    like: str = ""
    old: str | None = None
    new: str | None = None

    def covers(self, change: Change) -> bool:
        """Say whether this is about that change."""
        fits = self.old in (None, change.old) and self.new in (None, change.new)
        return fits and fnmatch(change.file, self.file) and self._is_of(change)

    def _is_of(self, change: Change) -> bool:
        if self.code:
            return change.code == self.code
        return re.search(self.like.replace("OLD", re.escape(change.old)), change.code) is not None


def read_may_live(file: Path) -> Sequence[MayLive]:
    """Read the list, a TOML file of `[[may_live]]` tables. Raises `TypeError` where one has other keys or no reason."""
    return [MayLive(**entry) for entry in tomllib.loads(file.read_text(encoding="utf-8"))["may_live"]]
