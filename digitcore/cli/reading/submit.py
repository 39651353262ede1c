"""`submit`: Kaggle's submission.csv, streamed."""

import io
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click

from digitcore.base.errors import BadDataset
from digitcore.base.files import replacing
from digitcore.base.text import count, duration
from digitcore.cli.common import (
    FILE,
    STDIN,
    json_option,
    load_reader,
    opened_all,
    print_json,
    reading_bar,
    run_option,
    writing_to,
)
from digitcore.data.formats import HEADER, read_digits, submission_rows
from digitcore.inference.batch import predict


@click.command()
@click.argument("file", metavar="FILE", type=FILE)
@click.option(
    "-o", "--out", type=FILE, default=Path("submission.csv"), show_default=True, help="Where to write it; - is stdout."
)
@run_option
@json_option
def submit(file: Path, out: Path, run: str | None, as_json: bool) -> None:
    """Read Kaggle's test.csv, or any other FILE of digits, and write a submission: ImageId,Label, counted from 1.

    The file is streamed, so it may be larger than memory. The submission appears whole or not at all.
    """
    if as_json and str(out) == STDIN:
        raise click.UsageError("--json and the submission can't both go to standard output: name a file with -o.")
    classifier = load_reader(run)
    began = time.perf_counter()
    with opened_all([file]) as sources, io.BytesIO() if str(out) == STDIN else _replacing(out) as stream:
        stream.write(HEADER.encode())
        total = 0
        with reading_bar(file.name) as report:
            for chunk, digits in predict(classifier, read_digits(sources)):
                _check_all_read(chunk.names, chunk.troubles)
                stream.write(submission_rows(digits, total + 1).encode())
                total += len(chunk)
                report(chunk.done, total, time.perf_counter() - began)
        if isinstance(stream, io.BytesIO):
            sys.stdout.write(stream.getvalue().decode())
            return
    seconds = time.perf_counter() - began
    if as_json:
        print_json({"file": str(out), "run": classifier.run.id, "count": total, "seconds": round(seconds, 3)})
    else:
        click.echo(f"{out}: {count(total, 'digit')} in {duration(seconds)}, {total / seconds:,.0f} a second.")


@contextmanager
def _replacing(out: Path) -> Iterator[BinaryIO]:
    with writing_to(out), replacing(out) as stream:
        yield stream


def _check_all_read(names: Sequence[str] | None, troubles: Sequence[str | None] | None) -> None:
    for name, trouble in zip(names or (), troubles or (), strict=True):
        if trouble:
            raise BadDataset(f"{name}: {trouble} A submission has an answer for every picture, so none was written.")
