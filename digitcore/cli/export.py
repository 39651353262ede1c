"""`export`: a run to take along, as one HTML file."""

from pathlib import Path

import click

from digitcore.base.files import write_whole
from digitcore.cli.common import writing_to
from digitcore.runs.store import RunStore


@click.command()
@click.argument("run", metavar="[RUN]", required=False)
@click.option(
    "--html",
    "file",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="The file to write.",
)
def export(run: str | None, file: Path) -> None:
    """Write RUN (the default run if not given) as one HTML file to draw on.

    It reads digits in any browser, also from a phone's memory: no app, no server and no network are needed.
    """
    from digitcore.takeaway.page import take_along

    store = RunStore.open()
    page = take_along(store.get(run or store.default_id()))
    with writing_to(file):
        write_whole(file, page)
    click.echo(file)
