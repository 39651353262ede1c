"""The manual of the command line, docs/command-line.md, made of the commands' own help.

`python -m digitcore.cli.manual docs/command-line.md` writes it.
"""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from digitcore.cli.main import cli, every_command

_WIDTH = 100  # columns
_HEAD = """\
# The command line

What each command says of itself with `--help`. In a checkout, start it with `.venv/bin/python -m digitcore`; after
`pip install .` it is also called `digitcore`. Results go to stdout, progress to stderr. The exit status is 0, or 1 if
something failed, or 2 if the command was called wrongly.

(Made by `python -m digitcore.cli.manual docs/command-line.md`.)
"""


def manual() -> str:
    """Return the help of every command as Markdown."""
    whole = click.Context(cli, info_name="python -m digitcore", terminal_width=_WIDTH, **cli.context_settings)
    parts = (f"## {name}\n\n```text\n{text}\n```\n" for name, text in _helps(every_command(), whole, ""))
    return "\n".join((_HEAD, *parts))


def _helps(commands: Mapping[str, click.Command], parent: click.Context, prefix: str) -> Iterator[tuple[str, str]]:
    """Yield the name and the help of every command, and of those in groups among them."""
    for name, command in commands.items():
        context = click.Context(command, info_name=name, parent=parent, terminal_width=_WIDTH)
        yield f"{prefix}{name}", command.get_help(context)
        if isinstance(command, click.Group):
            yield from _helps(command.commands, context, f"{prefix}{name} ")


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(manual(), encoding="utf-8")
