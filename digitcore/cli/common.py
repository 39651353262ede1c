"""What several commands share: where digits come from, a progress bar, a question, a table."""

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Literal

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from digitcore.base.errors import BadConfig
from digitcore.base.text import one_line
from digitcore.data.formats import Source, piped, read_dataset, with_labels
from digitcore.data.mnist import Dataset
from digitcore.data.store import DataStore
from digitcore.inference.batch import Report
from digitcore.inference.classifier import DigitClassifier

STDIN = "-"
FILE = click.Path(path_type=Path, allow_dash=True)

json_option = click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
run_option = click.option("--run", metavar="RUN", help="Which run to read with.  [the default run]")


def load_reader(run: str | None) -> DigitClassifier:
    """Load the network of a run; that another one took its place is said on stderr."""
    with _without_greeting():
        classifier = DigitClassifier.load(run)
    if classifier.notice:
        click.echo(classifier.notice, err=True)
    return classifier


@contextmanager
def _without_greeting() -> Iterator[None]:
    """Keep LiteRT from greeting on stderr, which no setting of its own does; no other thread runs at this time."""
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


@contextmanager
def opened_all(paths: Sequence[Source | Path]) -> Iterator[list[Source | Path]]:
    """Give the files of a command line; `-` is standard input."""
    with ExitStack() as stack:
        yield [
            stack.enter_context(piped("standard input", sys.stdin.buffer)) if str(path) == STDIN else path
            for path in paths
        ]


def labelled(given: str, part: Literal["train", "test"]) -> Dataset:
    """Return the labelled digits of a file, of `-`, or of a data set that is kept. Raises `BadDataset`.

    `part` says which to take of an .npz with both.
    """
    if given in {kept.name for kept in DataStore.open().list()}:
        return DataStore.open().load(given)
    with opened_all(with_labels(Path(given)) if given != STDIN else [Path(STDIN)]) as sources:
        return read_dataset(sources, Path(given).name, part)


@contextmanager
def reading_bar(title: str) -> Iterator[Report]:
    """Give a function that shows how far a file has been read; nothing is shown where stderr is no terminal."""
    console = Console(stderr=True)
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(elapsed_when_finished=True),
        TextColumn("{task.fields[pace]}"),
        console=console,
        disable=not console.is_terminal,
    )
    with bar:
        task = bar.add_task(title, total=1.0, pace="")

        def report(done: float, count: int, seconds: float) -> None:
            bar.update(task, completed=done, pace=f"{count:,} digits, {count / max(seconds, 1e-9):,.0f}/s")

        yield report


@contextmanager
def writing_to(place: Path) -> Iterator[None]:
    """Turn what goes wrong while a file or folder is written into a sentence. Raises `BadConfig`."""
    try:
        yield
    except OSError as error:
        raise BadConfig(f"{place} can't be written: {error.strerror or error}.") from error


def confirm(question: str, yes: bool) -> None:
    """Ask before something goes for good; where nobody can answer, `--yes` must have been given."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise click.UsageError("There is no terminal to ask on: say --yes if you are sure.")
    click.confirm(question, abort=True, err=True)


def print_json(values: Any) -> None:
    click.echo(json.dumps(values, indent=2, ensure_ascii=False))


def print_table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows in columns: text to the left, numbers to the right.

    Not rich's table: where stdout is a pipe that takes the window to be 80 wide and cuts or wraps columns, so that a
    script no longer finds a row on a line.
    """
    cells = [[one_line(str(cell)) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(header, *cells, strict=True)]
    right = [
        all(isinstance(row[at], int | float) or _numeric(cells[number][at]) for number, row in enumerate(rows))
        for at in range(len(header))
    ]
    for row in (list(header), *cells):
        aligned = [
            cell.rjust(width) if to_right else cell.ljust(width)
            for cell, width, to_right in zip(row, widths, right, strict=True)
        ]
        click.echo("  ".join(aligned).rstrip())


def _numeric(text: str) -> bool:
    return text.replace(",", "").replace(".", "").rstrip("%").isdecimal()
