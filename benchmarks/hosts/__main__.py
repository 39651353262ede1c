"""Whether trainings on more machines survive what happens to machines, and whether a stranger gets in.

    python -m benchmarks.hosts [--only dies] [--line-cut 60]

App, scheduler and two workers run in network namespaces of their own, started by `python -m digitcore cluster`, while
the app trains two networks at once: undisturbed; with the host of a worker going off; with the app's line cut for a
minute; and with certificates that are another cluster's, expired, or none. Afterwards both runs must be there with
every epoch once, or the stranger must have been refused in a sentence. Nothing but the scheduler's and the workers' own
ports may be open. Needs the right to make network namespaces; says so and ends where there is none. Ends with status 1
where anything was lost or anybody let in.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from digitcore.jobs.cluster.authority import new_bundles
from digitcore.jobs.cluster.certificates import Role, write_private
from harness.hosts.network import Host, network, why_not
from harness.options import parser_for

_PORT = 8786
_PATIENCE = 240.0  # s
_WHOLE = {"first epochs [1, 2, 3]", "second epochs [1, 2, 3]"}


@dataclass
class Cluster:
    """The hosts, and where what they write lies."""

    app: Host
    scheduler: Host
    workers: list[Host]
    folder: Path

    def start(self) -> None:
        """Start the scheduler and the workers, each with its certificate."""
        self._command(self.scheduler, "scheduler", "--certificate", str(self.folder / "scheduler.pem"))
        for worker in self.workers:
            self.join(worker, self.folder / "worker.pem")

    def join(self, worker: Host, certificate: Path) -> None:
        """Let a host train for the scheduler."""
        self._command(worker, "worker", self.address, "--certificate", str(certificate))

    @property
    def address(self) -> str:
        return f"tls://{self.scheduler.address}:{_PORT}"

    def train(self, runs: str, certificate: str = "app.pem", address: str | None = None) -> "subprocess.Popen[str]":
        """Start an app that trains two networks, and tells of it."""
        settings = {
            "DIGITCORE_SCHEDULER": address or self.address,
            "DIGITCORE_CERTIFICATE": str(self.folder / certificate),
        }
        command = [sys.executable, "-m", "benchmarks.hosts.app", str(self.folder / runs)]
        log = self.folder / "app.log"
        return self.app.start(command, log, env={**os.environ, **settings}, stdout=subprocess.PIPE)

    def _command(self, host: Host, *arguments: str) -> None:
        command = [sys.executable, "-m", "digitcore", "cluster", *arguments]
        host.start(command, self.folder / f"{host.name}.log", stdout=subprocess.DEVNULL)


def main() -> int:
    """Try everything, print a table, and return the exit status."""
    parser = parser_for("hosts", __doc__)
    parser.add_argument("--only", choices=sorted(_TRIED), help="of all that is tried")
    parser.add_argument("--line-cut", type=float, default=60, help="for how long the app's line is cut, in s  [60]")
    options = parser.parse_args()
    reason = why_not()
    if reason:
        print(f"Skipped. {reason}")
        return 0
    print("| what happens | what became of it | s | fault |\n| --- | --- | ---: | --- |")
    faults = [row(name, options.line_cut) for name in _TRIED if options.only in (None, name)]
    return 1 if any(faults) else 0


def row(name: str, line_cut: float) -> bool:
    """Try one thing, print a row of the table, and return whether there was a fault."""
    what, trial = _TRIED[name]
    began = time.monotonic()
    with cluster() as made:
        told, fault = trial(made, line_cut)
    print(f"| {what} | {told} | {time.monotonic() - began:.0f} | {fault or 'none'} |", flush=True)
    return bool(fault)


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Give hosts with certificates, on which nothing runs yet."""
    with tempfile.TemporaryDirectory() as folder, network("app", "scheduler", "worker1", "worker2") as hosts:
        bundles = [("", new_bundles([Role.APP, Role.SCHEDULER, Role.WORKER], timedelta(days=1)))]
        bundles += [("other-", new_bundles([Role.APP, Role.WORKER], timedelta(days=1)))]
        bundles += [("expired-", new_bundles([Role.APP, Role.WORKER], timedelta(hours=-1)))]
        for prefix, made in bundles:
            for role, bundle in made.items():
                write_private(Path(folder) / f"{prefix}{role}.pem", bundle)
        yield Cluster(hosts[0], hosts[1], hosts[2:], Path(folder))


def undisturbed(made: Cluster, _: float) -> tuple[str, str]:
    """Train, and look which ports are open meanwhile."""
    made.start()
    app = made.train("runs")
    heard = list(hear(app, until="training 1"))
    open_ports = {host.name.split("-")[-1]: host.listening() for host in (made.app, made.scheduler, *made.workers)}
    heard += list(hear(app))
    fault = _lost(heard)
    expected = {"app": [], "scheduler": [f"0.0.0.0:{_PORT}"]}
    own = all(len(open_ports[name]) == 2 for name in ("worker1", "worker2"))  # the worker's, and its watcher's
    if not own or {name: open_ports[name] for name in expected} != expected:
        fault += f" Open: {open_ports}."
    return "both trained side by side; open were the scheduler's port and two of each worker", fault


def worker_dies(made: Cluster, _: float) -> tuple[str, str]:
    """Let a worker's host go off while both train."""
    made.start()
    app = made.train("runs")
    heard = list(hear(app, until="training 1"))
    made.workers[0].die()
    heard += list(hear(app))
    return _states(heard), _lost(heard)


def line_breaks(made: Cluster, line_cut: float) -> tuple[str, str]:
    """Cut the app's line while both train."""
    made.start()
    app = made.train("runs")
    heard = list(hear(app, until="training 1"))
    made.app.line(False)
    time.sleep(line_cut)
    made.app.line(True)
    heard += list(hear(app))
    missed = "" if line_cut < 60 or any("unreachable" in line for line in heard) else " Nobody was told."
    return _states(heard), _lost(heard) + missed


def strangers(made: Cluster, _: float) -> tuple[str, str]:
    """Let apps and a worker in whose certificates are none for this cluster."""
    made._command(made.scheduler, "scheduler", "--certificate", str(made.folder / "scheduler.pem"))
    made.join(made.workers[0], made.folder / "other-worker.pem")
    said, faults = [], []
    plain = made.address.replace("tls", "tcp")
    for certificate, address in [("other-app.pem", None), ("expired-app.pem", None), ("app.pem", plain)]:
        heard = list(hear(made.train(f"runs-{certificate}-{address is None}", certificate, address)))
        said.append(heard[-1].partition(": ")[2] if heard else (made.folder / "app.log").read_text().splitlines()[-1])
        if any("training" in line.split(":")[0] for line in heard):
            faults.append(f"{certificate} was let in.")
    log = (made.folder / f"{made.scheduler.name}.log").read_text()
    if "Register worker" in log:
        faults.append("A worker of another cluster was let in.")
    return " / ".join(said), " ".join(faults)


def hear(app: "subprocess.Popen[str]", until: str | None = None) -> Iterator[str]:
    """Yield what an app tells, to its end or to a line with some words."""
    assert app.stdout is not None
    for line in app.stdout:
        yield line.strip()
        if until and until in line:
            return


def _lost(heard: list[str]) -> str:
    return "" if set(heard) >= _WHOLE else f"Not both whole: {heard[-4:]}."


def _states(heard: list[str]) -> str:
    states = {line.split()[1] for line in heard} - {"waiting", "starting", "training", "epochs", "finishing"}
    return f"both whole, after {', '.join(sorted(states))}"


_TRIED: dict[str, tuple[str, Callable[[Cluster, float], tuple[str, str]]]] = {
    "nothing": ("nothing", undisturbed),
    "dies": ("the host of a worker goes off", worker_dies),
    "breaks": ("the app's line is cut", line_breaks),
    "strangers": ("certificates of another cluster, expired, none", strangers),
}

if __name__ == "__main__":
    sys.exit(main())
