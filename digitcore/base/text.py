"""How figures and names are written: with a dash where there is no number, with an id where a name is not enough."""

from collections import Counter
from collections.abc import Mapping
from math import isfinite
from unicodedata import category

DASH = "–"


def percent(share: float, decimals: int = 2) -> str:
    """Return `share`, in [0, 1], as a percentage; what is neither all nor nothing is not rounded to it."""
    if not isfinite(share):
        return DASH
    if share in (0, 1):
        return f"{100 * share:.0f}%"
    least = 10.0**-decimals  # of 100
    if share > 1 - least / 100:
        return f"> {100 - least:.{decimals}f}%"
    return f"< {least:.{decimals}f}%" if share < least / 100 else f"{100 * share:.{decimals}f}%"


def chance(share: float) -> str:
    """Return a probability, in [0, 1], as a percentage that claims neither certainty nor impossibility."""
    return {"100%": "> 99.9%", "0%": "< 0.1%"}.get(percent(share, 1), percent(share, 1))


def decimal(value: float, decimals: int = 4) -> str:
    """Return a number with a fixed number of decimals."""
    return f"{value:.{decimals}f}" if isfinite(value) else DASH


def count(number: int, thing: str) -> str:
    """Return "1 error", "2 errors"; `thing` takes an s."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def duration(seconds: float) -> str:
    """Return a time as a person would say it: "9.4 s", "5 min 20 s", "1 h 2 min"."""
    if not isfinite(seconds):
        return DASH
    if seconds < 59.95:  # what is more would be written as 60.0
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"


def about(seconds: float) -> str:
    """Return a time that is only roughly known: "12 s", "5 min", "1 h 10 min"."""
    if seconds < 59.5:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min" if minutes % 60 else f"{minutes // 60} h"


def distinct(names: Mapping[str, str]) -> dict[str, str]:
    """Return a label for each id: its name, with the id beside it where others have the same name.

    Where somebody has given a run such a label for a name, all get their ids.
    """
    seen = Counter(names.values())
    labels = {each: name if seen[name] == 1 else f"{name} ({each})" for each, name in names.items()}
    if len(set(labels.values())) == len(labels):
        return labels
    return {each: f"{name} ({each})" for each, name in names.items()}


def one_line(text: str) -> str:
    """Return a text without line breaks and what else steers a screen: a name is shown in tables and terminals."""
    kept = (" " if sign.isspace() else sign for sign in text if sign.isspace() or category(sign) not in _STEERING)
    return " ".join("".join(sign for sign in kept if sign not in _TURNS).split())


_STEERING = ("Cc", "Cs", "Zl", "Zp")  # Unicode's categories
_TURNS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # the direction of writing
