"""What `predict --several` prints: the lines of digits in pictures, as text, JSON or comma-separated values."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from digitcore.base.csv import csv
from digitcore.base.errors import BadDataset, BadPicture
from digitcore.base.text import one_line
from digitcore.cli.common import opened_all, print_json
from digitcore.data.formats.pictures import Entry, entries_in, entries_of
from digitcore.data.formats.source import Source
from digitcore.inference.classifier import DigitClassifier
from digitcore.preprocessing.decode import read_picture
from digitcore.segmentation import Digit, Line, read_page
from digitcore.segmentation.table import COLUMNS, EDGES, box_of, rows


@dataclass(frozen=True, eq=False)
class _Page:
    name: str
    lines: list[Line]


def predict_several(classifier: DigitClassifier, files: Sequence[Path], *, as_json: bool, as_csv: bool) -> None:
    """Read pictures of lines of digits and print what is in them. Raises `BadDataset` where one can't be read."""
    pages: list[_Page] = []
    troubles: list[str] = []
    with opened_all(files) as sources:
        for entry in _entries(sources):
            try:
                pages.append(_Page(entry.name, read_page(read_picture(entry.read()), classifier)))
            except BadPicture as error:
                troubles.append(f"{entry.name}: {error}")
    _print(pages, several=len(pages) + len(troubles) > 1, as_json=as_json, as_csv=as_csv)
    _tell(troubles)


def _entries(sources: Sequence[Source | Path]) -> Iterator[Entry]:
    for source in sources:
        if isinstance(source, Path) and source.is_dir():
            yield from entries_in(source)
        else:
            yield from entries_of([source if isinstance(source, Source) else Source.of_path(source)])


def _print(pages: Sequence[_Page], *, several: bool, as_json: bool, as_csv: bool) -> None:
    if as_json:
        print_json([_record(page, number, line, several) for page in pages for number, line in _numbered(page)])
    elif as_csv:
        sys.stdout.write(_table(pages, several))
    else:
        for page in pages:
            _print_text(page, several)
    sys.stdout.flush()


def _print_text(page: _Page, several: bool) -> None:
    if several:
        click.echo(f"{one_line(page.name)}:")
    for line in page.lines:
        click.echo(line.text)
    if not page.lines:
        click.echo(f"{one_line(page.name)}: no digits were found.", err=True)


def _numbered(page: _Page) -> Iterator[tuple[int, Line]]:
    return enumerate(page.lines, start=1)


def _record(page: _Page, number: int, line: Line, several: bool) -> dict[str, Any]:
    record = {"line": number, "text": line.text, "confidence": round(line.confidence, 6)}
    digits = {"box": box_of(line), "digits": [_digit(digit) for digit in line.digits]}
    return ({"file": page.name} if several else {}) | record | digits


def _digit(digit: Digit) -> dict[str, Any]:
    return {
        "prediction": digit.digit,
        "confidence": round(digit.confidence, 6),
        "second guess": digit.second_guess,
        "its probability": round(digit.second_confidence, 6),
        "box": box_of(digit),
    }


def _table(pages: Sequence[_Page], several: bool) -> str:
    import pandas as pd  # imported late: half a second that the other two need not wait for

    every = [[page.name, *row] for page in pages for row in rows(page.lines)]
    table = pd.DataFrame(every, columns=["file", *COLUMNS, *EDGES])
    return csv(table if several else table.drop(columns="file"))


def _tell(troubles: Sequence[str]) -> None:
    for trouble in troubles[:-1]:
        click.echo(f"digitcore: {one_line(trouble)}", err=True)
    if troubles:
        raise BadDataset(troubles[-1])
