"""The command line's part of the README, made of the commands' own help.

`python -m digitcore.cli.manual README.md` writes it anew between its two marks.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from digitcore.cli.main import cli

BEGIN, END = "<!-- made by python -m digitcore.cli.manual: begin -->", "<!-- end -->"
_WIDTH = 100  # columns


def manual() -> str:
    """Return the help of every command as Markdown."""
    whole = click.Context(cli, info_name="python -m digitcore", terminal_width=_WIDTH, **cli.context_settings)
    return "\n".join(f"### {name}\n\n```text\n{text}\n```\n" for name, text in _helps(cli, whole, ""))


def _helps(group: click.Group, parent: click.Context, prefix: str) -> Iterator[tuple[str, str]]:
    """Yield the name and the help of every command of a group, and of the groups in it."""
    for name, command in group.commands.items():
        context = click.Context(command, info_name=name, parent=parent, terminal_width=_WIDTH)
        yield f"{prefix}{name}", command.get_help(context)
        if isinstance(command, click.Group):
            yield from _helps(command, context, f"{prefix}{name} ")


def with_manual(readme: str) -> str:
    """Return a README's text with the part between the marks made anew."""
    before, rest = readme.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n\n{manual()}\n{END}{after}"


if __name__ == "__main__":
    file = Path(sys.argv[1])
    file.write_text(with_manual(file.read_text(encoding="utf-8")), encoding="utf-8")
