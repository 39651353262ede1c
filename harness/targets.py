"""The targets of a benchmark: what it misses, and the exit status that follows."""

import sys


class Targets:
    """Compares figures with targets, of which each may be None: then nothing is asked of that figure."""

    def __init__(self) -> None:
        self.missed: list[str] = []

    def least(self, value: float, wanted: float | None, what: str, form: str = "{:.2%}") -> None:
        """Miss where `value` is below `wanted`; `what` names the figure and `form` is how it is written."""
        if wanted is not None and value < wanted:
            self.missed.append(f"{what}: {form.format(value)} is below the target of {form.format(wanted)}")

    def most(self, value: float, wanted: float | None, what: str, form: str = "{:.2%}") -> None:
        """Miss where `value` is above `wanted`."""
        if wanted is not None and value > wanted:
            self.missed.append(f"{what}: {form.format(value)} is above the target of {form.format(wanted)}")

    def exit_status(self) -> int:
        """Print each missed target to stderr; return 0, or 1 where there are any."""
        for sentence in self.missed:
            print(f"Missed: {sentence}.", file=sys.stderr)
        return 1 if self.missed else 0
