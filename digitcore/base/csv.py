"""Tables as comma-separated values, for people who open them in a spreadsheet."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv(table: "pd.DataFrame", *, header: bool = True) -> str:
    """Return a table as comma-separated values, numbers to six digits: more than any figure shows.

    Text at which a spreadsheet would begin to compute, or to run a program, gets an apostrophe in front, which shows
    it as text (OWASP, "CSV injection"): names of runs, columns and files may come from anybody.
    """
    safe = table.map(as_text).rename(columns=as_text)
    text: str = safe.to_csv(index=False, float_format="%.6g", header=header)
    return text


def as_text(value: Any) -> Any:
    """Return a text that no spreadsheet takes for a formula; what is no text, such as a negative number, as it is."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
