"""`class`: opens the app to a class."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import click

from digitcore.base.errors import BadConfig
from digitcore.base.text import count
from digitcore.classroom.accounts import Provider, Teachers
from digitcore.classroom.keys import new_code, new_key
from digitcore.classroom.opening import Opening
from digitcore.classroom.ways_in import for_terminal, joining_address, machine_addresses

# how uvicorn serves the app; `make app` has the same, and says why
SERVER = "--ws websockets-sansio --log-level warning --ws-per-message-deflate false --timeout-graceful-shutdown 3"
_APP = "app.py"
_MOST_SHOWN = 3  # addresses of one machine
_TOLD_TO_END = (0, -signal.SIGINT, -signal.SIGTERM)
_SOON = 10.0  # s
_MOST_FILES = 65_536  # connections among them


@click.command("class")
@click.option("--port", default=8501, show_default=True, help="Where it listens.")
@click.option("--host", default="0.0.0.0", show_default=True, help="On which of this machine's addresses it listens.")
@click.option("--address", help="How others reach it, where that is another address, as behind a proxy.")
@click.option(
    "--keep",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Keep the class in this file: started again, or beside another, it is the same class, until the file is gone.",
)
@click.option(
    "--login",
    "teachers",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Let people sign in with their accounts at the school, in place of a code; this file lists the teachers' "
    "addresses of e-mail, one a line. .streamlit/secrets.toml says who the provider is.",
)
def open_class(port: int, host: str, address: str | None, keep: Path | None, teachers: Path | None) -> None:
    """Open the app to a class: on this machine's network, for those who have the code.

    Prints the address, a code that phones read, the code to type, and the key that makes you the teacher. All of them
    are made anew each time, and hold until Ctrl-C ends the class. Where the server is killed, the class goes on in
    another. With --login there are no codes: people sign in at the school's provider (OpenID Connect).
    """
    if not Path(_APP).is_file() or find_spec("uvicorn") is None:
        raise BadConfig("There is no app.py here: start the class in the repository's folder, best with “make class”.")
    provider, listed = (Provider.read(), Teachers(teachers).checked()) if teachers else (None, 0)
    addresses = [provider.address] if provider else _addresses(host, port, address)
    key = new_key()
    opening = _opening(key, addresses, keep, teachers)
    _greet(opening)
    if provider:
        click.echo(f"and signs in at      {provider.name}")
        click.echo(f"\n{teachers} says who teaches, and may be changed at any time: {count(listed, 'teacher')} now.")
    else:
        _say_the_key(opening, key, port)
    click.echo("\nCtrl-C ends the class.")
    command = [sys.executable, "-m", "uvicorn", "app:app", "--host", host, "--port", str(port), *SERVER.split()]
    environment = {**os.environ, **opening.environment()}
    sys.stdout.flush()
    _allow_many_connections()
    sys.exit(_serve(lambda: _run(command, environment)))


def _serve(run: Callable[[], int], clock: Callable[[], float] = time.monotonic) -> int:
    """Run the server until it is told to end, and return its status; where it was killed, the class goes on in another.

    One that ends by itself soon after its start would do so again: its own words on the terminal say why.
    """
    while True:
        began = clock()
        status = run()
        if status in _TOLD_TO_END or clock() - began < _SOON:
            return max(status, 0)
        click.echo("The server ended, and is started again: the class goes on, with its code and your key.", err=True)


def _run(command: list[str], environment: dict[str, str]) -> int:
    """Run the server, which gets every signal that this process gets; return its status."""
    with subprocess.Popen(command, env=environment) as server:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda received, _frame: server.send_signal(received))
        return server.wait()


def _addresses(host: str, port: int, address: str | None) -> list[str]:
    if address:
        return [address.rstrip("/")]
    found = [host] if host != "0.0.0.0" else machine_addresses()
    return [f"http://{each}:{port}" for each in found] or [f"http://localhost:{port}"]


def _opening(key: str, addresses: list[str], keep: Path | None, teachers: Path | None) -> Opening:
    new = Opening.new(new_code(), key, addresses, str(teachers.resolve()) if teachers else "")
    return Opening.kept(keep, new) if keep else new


def _allow_many_connections() -> None:
    """Let the server have as many connections at once as this user may; what idles at them takes no others' place."""
    with suppress(ImportError, OSError, ValueError):
        import resource  # not on every system

        now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(now, min(most, _MOST_FILES)), most))


def _greet(opening: Opening) -> None:
    address, *others = opening.addresses
    click.echo(for_terminal(joining_address(address, opening.code_to_type)))
    click.echo(f"The class joins at   {address}")
    for other in others[: _MOST_SHOWN - 1]:
        click.echo(f"  or, elsewhere, at  {other}")


def _say_the_key(opening: Opening, key: str, port: int) -> None:
    click.echo(f"with the code        {opening.code}")
    if opening.has_key(key):
        click.echo(f"\nYou are the teacher with the key  {key}")
        click.echo(f"at once, on this machine:         {joining_address(f'http://localhost:{port}', key)}")
    else:
        click.echo("\nYou are the teacher with the key that was shown when this class began.")
