"""Python programs run as a person runs them in a shell."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import click

from digitcore.cli.main import cli

ROOT = Path(__file__).parents[1]
PATIENCE = 200  # s, on a machine that has other things to do


def python_m(module: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m module arguments…` in the project's folder; return its exit status and what it printed."""
    command = [sys.executable, "-m", module, *arguments]
    env = {**os.environ, **environment}
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=PATIENCE)


def digitcore(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command of `python -m digitcore`."""
    return python_m("digitcore", *arguments, **environment)


def parsed(words: list[str]) -> dict[str, Any]:
    """Return what a command of ours takes from the words behind `python -m digitcore`, by option, without running it.

    As in a shell, the command knows what it is a part of: click keeps what its help is called from the first time on.
    """
    command: click.Command = cli
    context = click.Context(cli, **cli.context_settings)
    while isinstance(command, click.Group):
        name, *words = words
        found = command.get_command(context, name)
        assert found, f"there is no command {name}"
        command = found
    return command.make_context(name, words, parent=context).params
