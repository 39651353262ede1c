"""Errors by who wrote the digits, in words and as JSON has them."""

from typing import Any

import click

from digitcore.analysis.writers import ByWriter, Tally, Writer
from digitcore.base.text import percent
from digitcore.cli.common import print_table
from digitcore.runs.words import option_words

_MOST = 10  # writers that are listed; --json has all
_in_words = option_words("writers")


def print_writers(found: ByWriter) -> None:
    """Print the groups, and the writers of whom most is misread."""
    click.echo()
    rows = [(_in_words(each.group), each.writers, *_tally(each)) for each in found.groups]
    print_table(("written by", "writers", "digits", "misread", "share", "95% interval"), rows)
    click.echo()
    listed = found.failed[:_MOST]
    header = ("writer", "group", "digits", "misread", "share", "95% interval", "luck allows")
    print_table(header, [(each.person, _in_words(each.group), *_tally(each), _limit(found, each)) for each in listed])
    shown = (
        f"the {len(listed)} above are those with most errors" if len(listed) < len(found.failed) else "all are above"
    )
    click.echo(
        f"{len(found.failed):,} of {len(found.writers):,} writers have a digit misread ({shown}); "
        f"{len(found.beyond_chance):,} of them more than luck explains (5% for all together)"
    )


def _tally(each: Tally) -> tuple[object, ...]:
    low, high = each.interval.low, each.interval.high
    return f"{each.digits:,}", each.errors, percent(each.error_rate), f"{percent(low)} to {percent(high)}"


def _limit(found: ByWriter, each: Writer) -> int:
    return found.most_by_chance(each.digits)


def writers_as_json(found: ByWriter) -> dict[str, Any]:
    """Return the groups and all writers, the most errors first."""
    groups = [{"group": each.group, "writers": each.writers} | _counts(each) for each in found.groups]
    writers = [
        {"writer": each.person, "group": each.group} | _counts(each) | {"luck_allows": _limit(found, each)}
        for each in found.writers
    ]
    return {"groups": groups, "writers": writers}


def _counts(each: Tally) -> dict[str, Any]:
    low, high = each.interval.low, each.interval.high
    return {"digits": each.digits, "errors": each.errors, "error_low": low, "error_high": high}
