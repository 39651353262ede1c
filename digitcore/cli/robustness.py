"""`robustness`: how well a run reads digits to which something has happened."""

import time
from typing import Any

import click

from digitcore.analysis.cache import ArrayCache
from digitcore.analysis.corruptions import CLEAN
from digitcore.analysis.robustness import SAMPLE, SETTINGS, Cell, Robustness, Row
from digitcore.analysis.robustness import robustness as measured
from digitcore.base.text import count, percent
from digitcore.cli.common import json_option, load_reader, print_json, print_table, reading_bar
from digitcore.runs.store import RunStore

_MOST = 10_000  # digits in MNIST's test set


@click.command()
@click.argument("run", required=False)
@click.option(
    "--digits",
    type=click.IntRange(1, _MOST),
    default=SAMPLE,
    show_default=True,
    help="How many test digits, at random.",
)
@json_option
def robustness(run: str | None, digits: int, as_json: bool) -> None:
    """Print how well RUN (the default run if not given) reads corrupted test digits, the worst corruption first.

    The digits are turned, shifted, resized, slanted, blurred, partly hidden and so on. The network alone gets the
    corrupted picture as it is; with preparation, the picture is prepared again, as in the app. This takes a minute
    the first time, and some minutes for all digits.
    """
    classifier = load_reader(run)
    began = time.perf_counter()
    with reading_bar("corrupted digits") as report:

        def tell(share: float, _words: str) -> None:
            report(share, round(share * len(SETTINGS)) * digits, time.perf_counter() - began)

        found = measured(classifier, ArrayCache.beside(RunStore.open()), tell, digits)
    if as_json:
        print_json({"run": classifier.run.id} | _as_json(found))
        return
    plain = found.clean()
    click.echo(f"{classifier.run.name}: {percent(plain.accuracy)} of {count(digits, 'test digit')} right, clean")
    header = ("corruption", "way", "worst at", "right", "95% interval", "at other strengths")
    print_table(header, [_line(row) for row in found.rows])


def _line(row: Row) -> tuple[str, ...]:
    worst, each = row.worst, row.corruption
    interval = f"{percent(worst.interval.low, 1)} to {percent(worst.interval.high, 1)}"
    others = ", ".join(f"{cell.label} {percent(cell.accuracy, 1)}" for cell in row.cells if cell is not worst)
    return each.name, each.route, worst.label, percent(worst.accuracy), interval, others


def _as_json(found: Robustness) -> dict[str, Any]:
    # keys as programs know them
    clean = {each.route: found.clean(each.route).accuracy for each in CLEAN}
    rows = [_cell(cell) for row in found.rows for cell in row.cells]
    return {"digits": found.count, "undisturbed": clean, "disturbed": rows}


def _cell(cell: Cell) -> dict[str, Any]:
    interval = {"accuracy_low": cell.interval.low, "accuracy_high": cell.interval.high}
    where = {"disturbance": cell.corruption.name, "way": cell.corruption.route, "strength": cell.strength}
    return where | {"scale": cell.corruption.scale, "right": cell.right, "accuracy": cell.accuracy} | interval
