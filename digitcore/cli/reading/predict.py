"""The commands that read whole files: `predict` says what is in them, `submit` writes Kaggle's submission.csv."""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from digitcore.base.csv import csv
from digitcore.base.errors import BadDataset
from digitcore.base.text import chance, one_line
from digitcore.cli.common import FILE, json_option, load_reader, opened_all, reading_bar, run_option
from digitcore.cli.reading.several import predict_several
from digitcore.data.formats import Source, read_digits, shows_pictures
from digitcore.inference.batch import read_all
from digitcore.inference.batch_result import Result
from digitcore.inference.classifier import DigitClassifier

_SMALLEST_WIDTH = 5  # columns for the name of a picture, so that "image" fits above


@click.command()
@click.argument("files", metavar="FILE…", type=FILE, nargs=-1, required=True)
@run_option
@json_option
@click.option("--csv", "as_csv", is_flag=True, help="Print it as comma-separated values.")
@click.option("--several", is_flag=True, help="Read lines of digits in pictures: numbers, or a whole page of them.")
def predict(files: tuple[Path, ...], run: str | None, as_json: bool, as_csv: bool, several: bool) -> None:
    """Say which digits are in FILE…: pictures, folders or zips of pictures, IDX, CSV, npz or npy; - is standard input.

    Prints a line for each digit: the picture's name or its number in the file, the prediction, its probability and the
    second guess. A picture that can't be read is reported on stderr; the others are read, and the exit status is 1.

    With --several each picture may show many digits: a number, or a photographed page. Prints a line of digits for each
    row that is found; --json adds the boxes in pixels, and --csv is a row for each digit.
    """
    if as_json and as_csv:
        raise click.UsageError("--json and --csv can't be used together.")
    classifier = load_reader(run)
    if several:
        predict_several(classifier, files, as_json=as_json, as_csv=as_csv)
        return
    with opened_all(files) as sources:
        results = [(title, _read(classifier, title, group)) for title, group in _groups(sources)]
    for title, result in results:
        shared = title if len(results) > 1 else None
        if as_csv:
            _print_csv(result, shared, header=result is results[0][1])
        elif not as_json:
            _print_text(result, shared)
    if as_json:
        _print_json(results)
    sys.stdout.flush()
    _tell_troubles([result for _, result in results])


def _groups(sources: Sequence[Source | Path]) -> Iterator[tuple[str, list[Source | Path]]]:
    """Yield what is read together: all pictures and folders, and each other file alone."""
    pictures = [source for source in sources if shows_pictures(source)]
    if pictures:
        yield "pictures", pictures
    for source in sources:
        if source not in pictures:
            yield source.name, [source]


def _read(classifier: DigitClassifier, title: str, group: Sequence[Source | Path]) -> Result:
    with reading_bar(title) as report:
        return read_all(classifier, read_digits(group), report)


def _print_text(result: Result, title: str | None) -> None:
    if title:
        click.echo(f"{title}:")
    names = [one_line(result.name(position)) for position in range(len(result))]
    width = max(_SMALLEST_WIDTH, *map(len, names))
    align = str.ljust if result.names else str.rjust
    lines = [f"{align('image', width)}  digit    sure  else"]
    for position, name in enumerate(names):
        if result.readable[position]:
            second = int(result.second_guesses[position])
            sure, other = (
                chance(float(result.probabilities[position, digit])) for digit in (result.predictions[position], second)
            )
            note = result.note(position)
            note = f"  {note}" if note else ""
            lines.append(f"{align(name, width)}  {result.predictions[position]:5}  {sure:>7}  {second} ({other}){note}")
    sys.stdout.write("\n".join([*lines, ""]))


def _print_csv(result: Result, title: str | None, *, header: bool) -> None:
    table = result.table()
    if title:
        table.insert(0, "file", title)
    sys.stdout.write(csv(table, header=header))


def _print_json(results: Sequence[tuple[str, Result]]) -> None:
    """Print an array with an object a digit, each on a line of its own."""
    separator = "[\n"
    for title, result in results:
        for record in result.records():
            file = {"file": title} if len(results) > 1 else {}
            sys.stdout.write(separator + json.dumps(file | record, ensure_ascii=False))
            separator = ",\n"
    sys.stdout.write("\n]\n")


def _tell_troubles(results: Sequence[Result]) -> None:
    troubles = [
        f"{result.name(position)}: {result.note(position)}"
        for result in results
        for position in range(len(result))
        if not result.readable[position]
    ]
    if troubles:
        for trouble in troubles[:-1]:
            click.echo(f"digitcore: {one_line(trouble)}", err=True)
        raise BadDataset(troubles[-1])
