"""What became of the changes, and the share of them that the tests noticed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import nan

from harness.mutations.changes import Change
from harness.mutations.may_live import MayLive

HANGS = "a test that hangs"


@dataclass(frozen=True)
class Outcome:
    """What became of a change: the test that noticed it, "" if none did, and whether any runs it at all."""

    change: Change
    by: str = ""
    tested: bool = True

    @property
    def noticed(self) -> bool:
        return bool(self.by)

    def __str__(self) -> str:
        if self.by:
            return f"{self.change}: noticed by {self.by}"
        return f"{self.change}: {'unnoticed' if self.tested else 'no test runs it'}"


def share_noticed(outcomes: Sequence[Outcome], may_live: Sequence[MayLive] = ()) -> float:
    """Return the share noticed of all but what may go unnoticed, and did; NaN where there is none."""
    asked = [outcome for outcome in outcomes if outcome.noticed or not _reason(outcome.change, may_live)]
    return sum(outcome.noticed for outcome in asked) / len(asked) if asked else nan


def print_outcomes(outcomes: Sequence[Outcome], may_live: Sequence[MayLive]) -> None:
    """Print what went unnoticed, what of it may do so and why, and the counts."""
    unnoticed = [outcome for outcome in outcomes if not outcome.noticed]
    excused = [outcome for outcome in unnoticed if _reason(outcome.change, may_live)]
    print("Unnoticed:")
    for outcome in sorted(unnoticed, key=lambda each: (each.change.file, each.change.line)):
        reason = _reason(outcome.change, may_live)
        print(f"  {outcome}{f', and may be: {reason}' if reason else ''}")
    kinds = Counter(outcome.change.kind for outcome in outcomes)
    hanging = sum(outcome.by == HANGS for outcome in outcomes)
    print(f"{len(outcomes)} changes: {', '.join(f'{count} {kind}' for kind, count in kinds.most_common())}")
    print(f"{len(outcomes) - len(unnoticed)} noticed, {hanging} of them by {HANGS}")
    print(f"{len(unnoticed)} unnoticed, {len(excused)} of which may be")
    asked, of_all = share_noticed(outcomes, may_live), share_noticed(outcomes)
    print(f"Noticed of those that should be: {asked:.1%}; of all: {of_all:.1%}")


def _reason(change: Change, may_live: Sequence[MayLive]) -> str:
    return next((each.why for each in may_live if each.covers(change)), "")
