"""The command line, `python -m digitcore …` or, once installed, `digitcore …`.

Results go to stdout, progress to stderr; the exit status is 0, 1 or 2.
"""

import os
import sys
from typing import NoReturn

import click

from digitcore.base.errors import DigitcoreError
from digitcore.base.files import remove_leftovers
from digitcore.base.settings import runs_folder
from digitcore.base.text import one_line
from digitcore.cli.code import code
from digitcore.cli.data import data
from digitcore.cli.evaluate import evaluate
from digitcore.cli.export import export
from digitcore.cli.reading.predict import predict
from digitcore.cli.reading.submit import submit
from digitcore.cli.robustness import robustness
from digitcore.cli.runs import runs
from digitcore.cli.serving.classroom import open_class
from digitcore.cli.serving.cluster import cluster
from digitcore.cli.train import train
from digitcore.cli.visualize import visualize


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Train networks on handwritten digits, see how good they are, and let them read."""
    remove_leftovers(runs_folder())


def main(program: str = "digitcore") -> NoReturn:
    """Run the command line; `program` is its name in help.

    What a person can mend is one line on stderr and exit status 1, a wrong call is 2.
    """
    try:
        cli.main(prog_name=program, standalone_mode=False)
        sys.stdout.flush()
    except click.UsageError as error:
        _fail(f"{error.format_message()} See '{error.ctx.command_path if error.ctx else 'digitcore'} --help'.", 2)
    except click.Abort:
        _fail("Stopped.", 1)
    except DigitcoreError as error:
        _fail(str(error), 1)
    except OSError as error:
        # nothing can be written any more; the flush at exit must not complain either
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):  # whoever read our output has seen enough
            _fail(f"The output can't be written: {error.strerror or error}.", 1)
    sys.exit(0)


def _fail(sentence: str, status: int) -> NoReturn:
    click.echo(f"digitcore: {one_line(sentence)}", err=True)  # names in it may steer a terminal
    sys.exit(status)


for _command in (
    train,
    evaluate,
    robustness,
    predict,
    submit,
    visualize,
    export,
    code,
    runs,
    data,
    open_class,
    cluster,
):
    cli.add_command(_command)
