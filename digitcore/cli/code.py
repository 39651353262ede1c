"""`code`: a training as a plain Keras program."""

from pathlib import Path
from typing import Any

import click

from digitcore.base.files import write_whole
from digitcore.cli.common import writing_to
from digitcore.cli.train import EARLIER_OPTIONS, chosen, config_options, recipe_option
from digitcore.code.program import program
from digitcore.runs.store import RunStore


@click.command(context_settings={"token_normalize_func": lambda name: EARLIER_OPTIONS.get(name, name)})
@click.argument("run", metavar="[RUN]", required=False)
@recipe_option
@config_options
@click.option("-o", "--out", type=click.Path(dir_okay=False, path_type=Path), help="Where to write it.  [stdout]")
def code(run: str | None, recipe: str | None, out: Path | None, **choices: Any) -> None:
    """Print the plain Keras program of RUN's training, or of the training that the options choose.

    It needs tensorflow and numpy, and nothing else. Options that you leave out are RUN's, or come from the network's
    recipe.
    """
    if run and recipe:
        raise click.UsageError("RUN has its own choices: leave out --recipe.")
    given = {name: value for name, value in choices.items() if value is not None}
    text = program(RunStore.open().get(run).config.but(**given) if run else chosen(recipe, given))
    if out is None:
        click.echo(text, nl=False)
        return
    with writing_to(out):
        write_whole(out, text)
    click.echo(out)
