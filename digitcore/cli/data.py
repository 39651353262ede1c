"""`data`: labelled digits of one's own, for `train --data NAME`."""

from dataclasses import asdict
from pathlib import Path

import click

from digitcore.base.images import DIGITS
from digitcore.cli.common import FILE, confirm, json_option, opened_all, print_json, print_table
from digitcore.data.formats import read_dataset, with_labels
from digitcore.data.mnist import MNIST, load_mnist
from digitcore.data.store import DataStore, Kept, name_for

_MNIST_SOURCE = "comes with the app"


@click.group()
def data() -> None:
    """List, add, remove and show data sets to learn from."""


@data.command("list")
@json_option
def list_data(as_json: bool) -> None:
    """List what `train --data` can learn from; mnist+NAME is your own set added to MNIST."""
    found = [_mnist(), *DataStore.open().list()]
    if as_json:
        print_json([asdict(kept) for kept in found])
        return
    rows = [(kept.name, f"{kept.count:,}", kept.added[:10], kept.source) for kept in found]
    print_table(("name", "digits", "added", "from"), rows)


@data.command()
@click.argument("files", metavar="FILE…", type=FILE, nargs=-1, required=True)
@click.option("--name", help="What to call it; made from the file's name if not given.")
@json_option
def add(files: tuple[Path, ...], name: str | None, as_json: bool) -> None:
    """Check labelled digits and keep them: Kaggle's train.csv, IDX images with labels, an .npz, a zip of pictures.

    In a zip, folders called 0 to 9 are the labels. The labels of an IDX file are found beside it. If something is
    wrong with a file, you are told in which line, and nothing is kept.
    """
    library = DataStore.open()
    name = name or name_for(files[0].name)
    library.check_free(name)
    sources = with_labels(files[0]) if len(files) == 1 and str(files[0]) != "-" else list(files)
    with opened_all(sources) as opened:
        kept = library.add(name, read_dataset(opened, name), files[0].name)
    _show(kept, as_json)


@data.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Don't ask.")
def remove(name: str, yes: bool) -> None:
    """Remove a data set for good; runs that learned from it stay."""
    library = DataStore.open()
    library.get(name)
    confirm(f"Remove the data set {name!r} for good?", yes)
    library.remove(name)


@data.command()
@click.argument("name", default=MNIST)
@json_option
def show(name: str, as_json: bool) -> None:
    """Show a data set: how many of each digit, where from, since when, and its fingerprint."""
    _show(_mnist() if name == MNIST else DataStore.open().get(name), as_json)


def _mnist() -> Kept:
    train = load_mnist().train
    return Kept(MNIST, _MNIST_SOURCE, len(train), tuple(train.counts().tolist()), train.fingerprint, "")


def _show(kept: Kept, as_json: bool) -> None:
    if as_json:
        print_json(asdict(kept))
        return
    added = f", added {kept.added}" if kept.added else ""
    click.echo(f"{kept.name}: {kept.count:,} digits, from {kept.source}{added}")
    click.echo(f"fingerprint {kept.fingerprint}")
    print_table(("digit", "count"), [(digit, f"{kept.counts[digit]:,}") for digit in range(DIGITS)])
