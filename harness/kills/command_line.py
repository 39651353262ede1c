"""Kills of the command line: while it changes runs and data, and while it trains."""

import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count, takewhile
from signal import SIGINT, SIGKILL, SIGTERM
from subprocess import Popen
from typing import Any

from digitcore.cli.main import cli
from digitcore.cli.progress import TrainingBars
from digitcore.data.mnist import load_mnist
from digitcore.jobs.store import JobFolders
from digitcore.runs.history import EpochDone
from digitcore.runs.store import RunStore
from harness.files import csv_of
from harness.kills.place import Place, archive_of
from harness.kills.victims import Report, Steps, Work, start, wait_until
from harness.shell import ROOT

TRAINING = "--network dense --epochs 4 --train-size 300 --validation-share 0.02 --no-augmentation --no-non-digits"
_LONGEST_TRAINING = 100.0  # s
_LOADING = 3.0  # s that TensorFlow takes, on an idle machine
_WHEN_IT_HAS_BEGUN = 0.7  # the share of kills after the id was reserved
_LONGEST_CHANGE = 0.05  # s that a change of files takes, and somewhat more


@dataclass(frozen=True)
class Killed:
    """A kill: who was killed while it did what, and what was wrong afterwards."""

    who: str
    moment: str
    faults: tuple[str, ...]


@dataclass
class CommandLine:
    """Kills forked command lines, half of them between two of their steps and half of them by the clock."""

    place: Place
    random: random.Random
    steps: dict[str, int] = field(default_factory=dict)  # of each kind of change, once it has been made undisturbed
    numbers: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        self.table = self.place.root.parent / "train.csv"
        test = load_mnist().test
        self.table.write_bytes(csv_of(test.images[:20], test.labels[:20]))

    def kill_a_change(self) -> Killed:
        """Kill a command line that changes files."""
        moment = self.random.choice(("installing", "renaming", "default-setting", "deleting", "adding data"))
        work, allowed = self._change(moment)
        if moment not in self.steps:
            self.steps[moment] = self._count_steps(work)
            work, allowed = self._change(moment)
        before = self._state()
        self._kill(work, self.steps[moment])
        after = self._state()
        torn = () if after in (before, allowed(before)) else (f"{before} became {after}.",)
        return Killed("command line", moment, (*torn, *self.place.faults()))

    def kill_a_training(self) -> Killed:
        """Kill a command line that trains; the next one resumes what was left, if anything was."""
        if "training" not in self.steps:
            self.steps["training"] = self._count_steps(_command(*self._training()))
        while (words := self._words_of_a_killed_training()) is None:
            pass
        return Killed("command line", moment_of(words), (*self._after_training(words),))

    def kill_a_loading_training(self) -> Killed:
        """End a command line by any signal while it loads TensorFlow, or just before or after."""
        place, how = self.place.root / ".jobs" / "mine", self.random.choice((SIGINT, SIGTERM, SIGKILL))
        command = [sys.executable, "-m", "digitcore", *self._training()]
        with self.place.log.open("w") as log, Popen(command, cwd=ROOT, stdout=log, stderr=log) as process:
            if self.random.random() < _WHEN_IT_HAS_BEGUN:
                wait_until(lambda: place.exists() or process.poll() is not None, _LONGEST_TRAINING)
            wait_until(lambda: process.poll() is not None, self.random.uniform(0, _LOADING))
            process.send_signal(how)
        return Killed("command line", f"loading, {how.name}", (*self._after_training([]),))

    def _training(self) -> list[str]:
        """Return the arguments of a training that nothing stands in the way of."""
        if "mine" in self.place.store.ids():
            self.place.store.delete("mine")
        left = self.place.left()
        return ["train", "--resume", "mine"] if left else ["train", *TRAINING.split(), "--id", "mine"]

    def _words_of_a_killed_training(self) -> list[str] | None:
        train = _command(*self._training())
        last, after = self.random.randrange(1, self.steps["training"] + 1), self.random.random() < 0.5
        # by a step, or by the clock after a word
        word = self.random.choice(("", "", "", "starting", "training", "epoch", "installing"))

        def work(report: Report) -> None:
            reporting(report)
            if not word:
                Steps(self.place.root, last, after)
            train(report)

        victim = start(work, self.place.log)
        victim.wait_until(lambda words: bool(word) and any(map(word.__eq__, words)), _LONGEST_TRAINING)
        victim.wait_until(lambda _: False, self.random.uniform(0, 1))
        if not victim.ended:
            victim.kill()
        status = victim.bury()
        assert status <= 0, self.place.log.read_text()
        return victim.words if status else None

    def _after_training(self, words: list[str]) -> Iterator[str]:
        job, trained = self.place.left(), "mine" in self.place.store.ids()
        epochs = epochs_of(words)
        if not trained and epochs and (job is None or len(job.history) < epochs - 1):
            yield f"{epochs} epochs were reported, and {len(job.history) if job else 'none'} can be resumed."
        yield from self.place.faults()
        yield from self.place.temporary_faults()
        if trained and self.place.left():
            yield "The job is left beside its run."
        if not trained and not job and (self.place.root / ".jobs" / "mine").exists():
            yield "The id can be neither used nor resumed."

    def _count_steps(self, work: Work) -> int:
        def counted(report: Report) -> None:
            steps = Steps(self.place.root)
            work(report)
            report(str(steps.count))

        victim = start(counted, self.place.log)
        assert victim.bury() == 0, self.place.log.read_text()
        return int(victim.words[-1])

    def _kill(self, work: Work, steps: int) -> None:
        last, after = self.random.randrange(1, steps + 1), self.random.random() < 0.5
        by_the_clock = self.random.random() < 0.3

        def killed(report: Report) -> None:
            report("begins")
            if not by_the_clock:
                Steps(self.place.root, last, after)
            work(report)

        victim = start(killed, self.place.log)
        victim.wait_until(lambda words: bool(words), 10)
        if by_the_clock:
            victim.wait_until(lambda _: False, self.random.uniform(0, _LONGEST_CHANGE))
            if not victim.ended:
                victim.kill()
        victim.bury()

    def _change(self, moment: str) -> tuple[Work, Callable[[dict[str, Any]], dict[str, Any]]]:
        """Return what makes a change, and how the state is changed by it."""
        number = next(self.numbers)
        own = [run for run in self.place.store.ids() if run.startswith("run-")]
        if moment != "installing" and len(own) < 2:
            self.place.store.install(f"run-{number}", archive_of(f"run-{number}"))
            return self._change(moment)
        match moment:
            case "installing":
                new, name = f"run-{number}", self.place.store.get("dense").name
                archive = archive_of(new)
                return lambda _: self.place.store.install(new, archive), lambda state: _with_run(state, new, name)
            case "renaming":
                run, name = self.random.choice(own), f"Name {number}"
                return _command("runs", "rename", run, name), lambda state: _with_run(state, run, name)
            case "default-setting":
                run = self.random.choice([*own, "digitnet"])
                return _command("runs", "default", run), lambda state: {**state, "default": run}
            case "deleting":
                run = self.random.choice([run for run in own if run != self.place.store.default_id()])
                return _command("runs", "delete", run, "--yes"), lambda state: _without_run(state, run)
            case _:
                return self._change_of_data(f"data-{number}")

    def _change_of_data(self, name: str) -> tuple[Work, Callable[[dict[str, Any]], dict[str, Any]]]:
        for kept in self.place.data.list()[3:]:
            self.place.data.remove(kept.name)
        add = _command("data", "add", str(self.table), "--name", name)
        return add, lambda state: {**state, "data": sorted([*state["data"], name])}

    def _state(self) -> dict[str, Any]:
        store = self.place.store
        runs = {run.id: run.name for run in store.list() if run.id.startswith("run-")}
        data = [kept.name for kept in self.place.data.list()]
        return {"runs": runs, "default": store.default_id(), "data": data}


def _with_run(state: dict[str, Any], run: str, name: str) -> dict[str, Any]:
    return {**state, "runs": {**state["runs"], run: name}}


def _without_run(state: dict[str, Any], run: str) -> dict[str, Any]:
    return {**state, "runs": {each: name for each, name in state["runs"].items() if each != run}}


def _command(*arguments: str) -> Work:
    return lambda _: cli.main(list(arguments), standalone_mode=False)


def reporting(report: Report) -> None:
    """Let this process report the moments of a training: checkpoints, epochs that are shown, the run being written."""
    _before(JobFolders, "write_checkpoint", lambda *_: report("checkpointing"))
    _before(RunStore, "writing", lambda *_: report("installing"))
    _before(TrainingBars, "show", lambda _, event: _report_epoch(report, event))
    report("starting")


def _before(owner: type, name: str, action: Callable[..., None]) -> None:
    method = getattr(owner, name)

    def both(*arguments: Any) -> Any:
        action(*arguments)
        return method(*arguments)

    setattr(owner, name, both)


def _report_epoch(report: Report, event: object) -> None:
    if isinstance(event, EpochDone):
        report(f"epoch {event.row.epoch}")
        report("epoch")
    else:
        report("training")


def epochs_of(words: list[str]) -> int:
    """Return the latest epoch of which a process has told; 0 if there is none since a training finished."""
    told = takewhile(lambda word: not word.startswith("finished"), reversed(words))
    return next((int(word.split()[1]) for word in told if word.startswith("epoch ")), 0)


def moment_of(words: list[str]) -> str:
    """Return what a process was doing when it told for the last time."""
    last = words[-1] if words else "starting"
    return "training" if last.startswith("epoch") else last
