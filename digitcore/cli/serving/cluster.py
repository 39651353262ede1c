"""`cluster`: trainings on more machines, whose scheduler and workers let in nobody without a certificate."""

import os
import re
import sys
from datetime import timedelta
from functools import partial
from pathlib import Path

import click

from digitcore.base.errors import BadConfig
from digitcore.base.files import new_folder
from digitcore.base.settings import CERTIFICATES
from digitcore.jobs.cluster.certificates import Role, checked, write_private
from digitcore.jobs.cluster.processes import environment, scheduler_command, worker_command

_ROLES = (Role.APP, Role.SCHEDULER, Role.WORKER)
_PORT = 8786
_certificate_option = partial(
    click.option,
    "--certificate",
    "bundle",
    type=click.Path(path_type=Path, dir_okay=False),
    show_default=True,
    help="The certificate that it shows, with its key.",
)


@click.group()
def cluster() -> None:
    """Train on more machines: their certificates, a scheduler, workers."""


@cluster.command()
@click.argument("folder", type=click.Path(path_type=Path), default=str(CERTIFICATES))
@click.option("--days", type=click.IntRange(1, 3650), default=365, show_default=True, help="How long they hold.")
def init(folder: Path, days: int) -> None:
    """Make the certificates of a cluster, in FOLDER (cluster/).

    Three files: app.pem for the app, scheduler.pem and worker.pem for the machines that train. Each holds a key: carry
    it by a way that nobody else sees, such as scp. Whoever has one of them can run what they like on all machines of
    the cluster. Nobody can make more of them; to let one in no longer, make all three anew.
    """
    from digitcore.jobs.cluster.authority import new_bundles  # imported late: it takes a while

    if folder.exists():
        raise BadConfig(f"{folder} is there already: remove it, or name another folder.")
    with new_folder(folder) as new:
        new.chmod(0o700)
        for role, bundle in new_bundles(_ROLES, timedelta(days=days)).items():
            write_private(new / f"{role}.pem", bundle)
    click.echo(f"Made for {days} days in {folder}: {', '.join(f'{role}.pem' for role in _ROLES)}.")
    click.echo(
        f"Carry worker.pem to the folder {CERTIFICATES} of each machine that trains, and let nobody else see it:"
    )
    click.echo(f"  scp {folder / 'worker.pem'} <machine>:<its clone>/{CERTIFICATES}/")


@cluster.command()
@_certificate_option(default=str(CERTIFICATES / "scheduler.pem"))
@click.option("--host", default="0.0.0.0", show_default=True, help="On which of this machine's addresses it listens.")
@click.option("--port", default=_PORT, show_default=True, help="Where it listens.")
def scheduler(bundle: Path, host: str, port: int) -> None:
    """Start the scheduler, which hands trainings from the app to the workers, until Ctrl-C."""
    _become(scheduler_command(checked(bundle), host, port))


@cluster.command()
@click.argument("address")
@_certificate_option(default=str(CERTIFICATES / "worker.pem"))
@click.option("--trainings", type=click.IntRange(1, 64), default=1, show_default=True, help="How many at once.")
def worker(address: str, bundle: Path, trainings: int) -> None:
    """Train on this machine what the scheduler at ADDRESS, such as tls://192.168.1.20:8786, hands out, until Ctrl-C."""
    if not re.fullmatch(r"tls://[\w.-]+:\d{1,5}", address):
        raise BadConfig(f"A worker serves a scheduler with certificates alone, at tls://address:port, not {address}.")
    _become(worker_command(checked(bundle), address, trainings))


def _become(command: list[str]) -> None:
    sys.stdout.flush()
    os.execve(command[0], command, {**os.environ, **environment()})
