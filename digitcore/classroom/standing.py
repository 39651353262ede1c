"""How far a class has come, in a file: the same for every process that serves it, and for one that is started again."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from digitcore.base.files import write_whole
from digitcore.base.lock import locked

MOST_ACCOUNTS = 2000  # that are remembered; whoever was first is forgotten first


@dataclass(frozen=True)
class Standing:
    """What a class has come to, but for its runs."""

    come: int = 0  # people, so far
    accounts: dict[str, int] = field(default_factory=dict)  # the number of whoever signed in, by a digest of who it is
    cleared: int = 0  # times
    eyes_to_the_front: bool = False
    drawings: int | None = None  # the number under which the drawings that the class shares are kept, once it has one
    shares_drawings: bool = False  # whether the teacher lets it

    def with_account(self, name: str) -> "Standing":
        """Return how it stands with this account among those that have come, which it may be already."""
        if name in self.accounts:
            return self
        kept = dict(list(self.accounts.items())[1 - MOST_ACCOUNTS :])
        return replace(self, come=self.come + 1, accounts={**kept, name: self.come + 1})


class StandingFile:
    """A class's standing. A disk that takes nothing more is no reason to end it: then this process alone knows."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._known = Standing()

    def now(self) -> Standing:
        """Return how the class stands; where the file is damaged, as it was known to."""
        with suppress(OSError, ValueError, TypeError):
            self._known = Standing(**json.loads(self._file.read_text(encoding="utf-8")))
        return self._known

    def change(self, changed: Callable[[Standing], Standing]) -> Standing:
        """Let the class stand as `changed` makes of how it stands; nobody else changes it meanwhile."""
        with self._alone():
            self._known = changed(self.now())
            with suppress(OSError):
                write_whole(self._file, json.dumps(asdict(self._known)))
            return self._known

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with ExitStack() as lock:
            with suppress(OSError):
                lock.enter_context(locked(self._file.parent))
            yield
