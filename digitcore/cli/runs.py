"""`runs`: what is trained, and what can be done with it."""

from pathlib import Path

import click

from digitcore.base.files import write_whole
from digitcore.base.text import DASH, duration, percent
from digitcore.cli.common import confirm, json_option, print_json, print_table, writing_to
from digitcore.runs.archive import pack
from digitcore.runs.record import Run, Score
from digitcore.runs.store import RunStore
from digitcore.runs.words import peculiarities


@click.group()
def runs() -> None:
    """List, show, rename, delete and export trained runs, and choose the default."""


@runs.command("list")
@json_option
def list_runs(as_json: bool) -> None:
    """List all runs; the default, which reads unless another is named, is marked with a star."""
    store = RunStore.open()
    found, default = store.list(), store.default_id()
    for trouble in store.damaged().values():
        click.echo(trouble, err=True)
    if as_json:
        print_json([{**run.to_json(), "default": run.id == default} for run in found])
        return
    header = ("", "id", "name", "network", "epochs", "validation", "test", "time", "finished")
    print_table(header, [("*" if run.id == default else "", *_row(run)) for run in found])


def _row(run: Run) -> tuple[object, ...]:
    shares = percent(run.validation.accuracy), percent(run.test.accuracy)
    return run.id, run.name, run.network, run.epochs, *shares, duration(run.seconds), run.finished[:10]


@runs.command()
@click.argument("run", metavar="[RUN]", required=False)
@json_option
def show(run: str | None, as_json: bool) -> None:
    """Show the record of RUN (the default run if not given)."""
    store = RunStore.open()
    found = store.get(run or store.default_id())
    if as_json:
        print_json(found.to_json())
        return
    lines = {
        "id": found.id,
        "name": found.name,
        "status": f"{found.status}. {found.reason}" if found.reason else found.status,
        "network": f"{found.config.architecture.title}, {found.parameters:,} parameters",
        "data": f"{found.data['name']}, {found.data['fingerprint'][:16]}…",
        **({"learned from": " ".join(told)} if (told := peculiarities(found.config)) else {}),
        "finished": found.finished,
        "training took": f"{duration(found.seconds)}, best epoch {found.best_epoch} of {found.epochs}",
        "training": _score(found.train),
        "validation": _score(found.validation),
        "test": _score(found.test),
        "real digits rejected": DASH if found.rejected is None else f"{percent(found.rejected)} of validation",
        "folder": str(found.folder),
        "command": found.command,
    }
    width = max(map(len, lines))
    for name, value in lines.items():
        click.echo(f"{name.ljust(width)}  {value}")


def _score(score: Score) -> str:
    if not score.known:
        return "not read yet"
    return f"{percent(score.accuracy)}, {score.errors:,} of {score.count:,} wrong, cross-entropy {score.loss:.4f}"


@runs.command()
@click.argument("run", metavar="[RUN]", required=False)
def default(run: str | None) -> None:
    """Make RUN the default; without RUN, print the default's id."""
    store = RunStore.open()
    if run:
        store.set_default(run)
    click.echo(store.default_id())


@runs.command()
@click.argument("run")
@click.argument("name")
def rename(run: str, name: str) -> None:
    """Give RUN another NAME; its id stays the same."""
    click.echo(RunStore.open().rename(run, name).name)


@runs.command()
@click.argument("run")
@click.option("--yes", is_flag=True, help="Don't ask.")
def delete(run: str, yes: bool) -> None:
    """Delete RUN for good; the default and the shipped runs are protected."""
    confirm(f"Delete {run!r} with its model, curves and predictions, for good?", yes)
    RunStore.open().delete(run)


@runs.command()
@click.argument("run", metavar="[RUN]", required=False)
@click.option("-o", "--out", type=click.Path(dir_okay=False, path_type=Path), help="Where to write it.  [RUN.zip]")
def export(run: str | None, out: Path | None) -> None:
    """Write all files of RUN (the default run if not given) to one zip: record, models, history, predictions."""
    store = RunStore.open()
    found = store.get(run or store.default_id())
    file = out or Path(f"{found.id}.zip")
    with writing_to(file):
        write_whole(file, pack(found.folder))
    click.echo(file)
