"""`train`: every choice of a training as an option."""

import json
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import click

from digitcore.base.files import own_temporary_files
from digitcore.base.text import count, duration, percent
from digitcore.cli.common import labelled
from digitcore.data.mnist import MNIST
from digitcore.data.store import DataStore, name_for
from digitcore.inference.measuring import compare_on_test, complete
from digitcore.runs.config import EARLIER_NAMES, TrainingConfig, kind_of
from digitcore.runs.own_network import OWN
from digitcore.runs.recipes import RECIPES, recipe_config
from digitcore.runs.record import Run, Score
from digitcore.runs.request import new_request
from digitcore.runs.store import RunStore
from digitcore.runs.tuning import Tuning
from digitcore.training.observer import Observer

_WITH_MNIST = f"{MNIST}+"


def config_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command an option for every training choice, in the order in which they stand in `TrainingConfig`."""
    for choice in reversed(fields(TrainingConfig)):
        words = choice.name.replace("_", "-")
        kind, options = kind_of(choice), choice.metadata["options"]
        declaration = f"--{words}/--no-{words}" if kind is bool else f"--{words}"
        type_ = click.Choice(options) if options else None if kind is bool else kind
        command = click.option(declaration, choice.name, type=type_, default=None, help=_help(choice))(command)
    return command


def _help(choice: Any) -> str:
    low, high = choice.metadata["low"], choice.metadata["high"]
    text = f"{choice.metadata['help']} {_DATA}" if choice.name == "data" else str(choice.metadata["help"])
    if low is None:
        return text
    bounds = f"{low:g} to {high:g}" if high is not None else f"{low:g} or more"
    return f"{text} [{bounds}]"


_DATA = "mnist, NAME or mnist+NAME; instead of a name, a FILE, which is then kept under a name."


recipe_option = click.option(
    "--recipe", type=click.Choice(tuple(RECIPES)), help="Choices known to work; options you give override them."
)

# options that had other names once
EARLIER_OPTIONS = {
    f"{no}{old}".replace("_", "-"): f"{no}{new}".replace("_", "-")
    for no in ("", "no-")
    for old, new in EARLIER_NAMES.items()
}


@click.command(context_settings={"token_normalize_func": lambda name: EARLIER_OPTIONS.get(name, name)})
@recipe_option
@config_options
@click.option("--id", "run_id", help="Name of the run's folder; made from time and network if not given.")
@click.option("--resume", metavar="RUN", help="Continue a training that was cut off, after its last whole epoch.")
@click.option(
    "--finetune",
    metavar="RUN",
    help="Fine-tune a run on the digits of --data FILE, with MNIST's beside them; seconds, not minutes.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the run's record as JSON.")
def train(
    recipe: str | None, run_id: str | None, resume: str | None, finetune: str | None, as_json: bool, **choices: Any
) -> None:
    """Train a network on MNIST, or on digits of your own, and keep the run.

    Options that you leave out come from the network's recipe. Ctrl-C stops the training and keeps the best epoch. If
    the process ended in any other way, the training can be resumed.
    """
    given = {name: value for name, value in choices.items() if value is not None}
    if resume and (given or recipe or run_id):
        raise click.UsageError("--resume continues with the choices already made: leave out all others.")
    if finetune:
        finetuned = _finetuned(finetune, run_id, recipe or resume, given)
        click.echo(json.dumps(finetuned.to_json(), indent=2, ensure_ascii=False) if as_json else _in_words(finetuned))
        return
    from digitcore.cli import local_training  # imported late: Dask takes half a second that --help need not wait for

    store = RunStore.open()
    if resume:
        run = local_training.resume(store, resume)
    else:
        run = local_training.start(store, chosen(recipe, _with_data(given)), run_id)
    click.echo(json.dumps(run.to_json(), indent=2, ensure_ascii=False) if as_json else _in_words(run))


def _finetuned(base_id: str, run_id: str | None, others: str | None, given: dict[str, Any]) -> Run:
    """Return the run that came of fine-tuning another on a file's digits. Raises `BadRun`, `BadDataset`."""
    if others or set(given) - {"data", "name"} or "data" not in given:
        raise click.UsageError("--finetune takes --data FILE, and --id and --name if you like: leave out all others.")
    store, file = RunStore.open(), given["data"]
    base, own = complete(store, base_id), labelled(file, "train")
    tuning = Tuning(base.id, base.name, len(own), file)
    request = new_request(store, base.config.but(name=given.get("name", "")), run_id, tuning=tuning)
    from digitcore.training.finetuned_run import finetune  # imported late: it loads TensorFlow

    with own_temporary_files():
        run = complete(store, finetune(request, base, own, store, Observer()).id)
    click.echo(_forgotten(base, run), err=True)
    return run


def _forgotten(base: Run, run: Run) -> str:
    """Say what a run that was fine-tuned reads otherwise than the one that it came from, of MNIST's test digits."""
    both = compare_on_test(base, run)
    return (
        f"It misreads {count(len(both.only_first), 'test digit')} that {base.id} reads, "
        f"and reads {len(both.only_second)} that {base.id} misreads."
    )


def chosen(recipe: str | None, given: dict[str, Any]) -> TrainingConfig:
    """Return the choices of a recipe, or of the network's own, with those that are given. Raises `BadConfig`."""
    if given.get("layers"):
        given = {"network": OWN, **given}
    base = RECIPES[recipe].config if recipe else recipe_config(given.get("network"))
    return base.but(**given)


def _with_data(given: dict[str, Any]) -> dict[str, Any]:
    """Return the choices with the name of a data set where there was that of a file, which is kept under that name."""
    choice = given.get("data", MNIST)
    library = DataStore.open()
    file = choice.removeprefix(_WITH_MNIST)
    if choice in library.choices() or not Path(file).exists():
        return given
    data = labelled(file, "train")
    kept = library.kept_as(data) or library.add(library.free_name(name_for(Path(file).name)), data, Path(file).name)
    click.echo(f"{kept.count:,} digits of {file} are kept as {kept.name!r}.", err=True)
    return {**given, "data": choice.removesuffix(file) + kept.name}


def _score(score: Score) -> str:
    return f"{percent(score.accuracy)} ({score.errors} of {score.count:,} wrong)" if score.known else "not read"


def _in_words(run: Run) -> str:
    ended = f"{run.reason} " if run.reason else ""
    learned = f"best epoch {run.best_epoch} of {run.epochs}"
    if run.finetuned:
        learned = f"{count(run.finetuned.digits, 'drawing')} beside MNIST, from {run.finetuned.run}"
    return (
        f"{ended}Run {run.id}: {learned}, {duration(run.seconds)}.\n"
        f"validation {_score(run.validation)}, test {_score(run.test)}"
    )
