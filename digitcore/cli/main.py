"""The command line, `python -m digitcore …` or, once installed, `digitcore …`.

Results go to stdout, progress to stderr; the exit status is 0, 1 or 2.
"""

import os
import sys
from importlib import import_module
from typing import NoReturn

import click

from digitcore.base.errors import DigitcoreError
from digitcore.base.files import remove_leftovers
from digitcore.base.settings import runs_folder
from digitcore.base.text import one_line

# where each command is, and what it is called there
_HOMES = {
    "train": ("train", "train"),
    "evaluate": ("evaluate", "evaluate"),
    "robustness": ("robustness", "robustness"),
    "predict": ("reading.predict", "predict"),
    "submit": ("reading.submit", "submit"),
    "visualize": ("visualize", "visualize"),
    "export": ("export", "export"),
    "code": ("code", "code"),
    "runs": ("runs", "runs"),
    "data": ("data", "data"),
    "class": ("serving.classroom", "open_class"),
    "cluster": ("serving.cluster", "cluster"),
}


class _Late(click.Group):
    """Loads a command when it is called or listed: what all of them need takes three times as long to load as one."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return sorted(_HOMES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in _HOMES and cmd_name not in self.commands:
            self.add_command(_loaded(cmd_name))
        return super().get_command(ctx, cmd_name)


def _loaded(name: str) -> click.Command:
    module, called = _HOMES[name]
    command: click.Command = getattr(import_module(f"digitcore.cli.{module}"), called)
    return command


def every_command() -> dict[str, click.Command]:
    """Return all commands by name, loaded."""
    return {name: _loaded(name) for name in _HOMES}


@click.group(cls=_Late, context_settings={"help_option_names": ["-h", "--help"]})
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
