"""Kills of the app, its worker and its scheduler, while the app does one training after another."""

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from digitcore.jobs import Jobs, State
from digitcore.runs.config import TrainingConfig
from harness.kills.command_line import Killed, epochs_of, moment_of, reporting
from harness.kills.place import Place
from harness.kills.victims import Report, Victim, start

_CONFIG = TrainingConfig(
    network="dense",
    epochs=6,
    train_size=2000,
    batch_size=16,
    validation_share=0.02,
    augmentation=False,
    non_digits=False,
)
_LIMIT = 900.0  # s until a job goes on, on a machine that has other things to do
_LOOK_EVERY = 0.01  # s
_MARKS = {"scheduler": "distributed.Scheduler", "nanny": "distributed.Nanny", "worker": "multiprocessing.spawn"}


@dataclass
class App:
    """Starts the app's jobs when they are needed, kills them or their processes, and looks whether they go on."""

    place: Place
    random: random.Random
    victim: Victim | None = None

    def kill(self, who: str) -> Killed:
        """Kill the app, its worker, the worker's nanny, or its scheduler."""
        app = self.victim = self.victim or start(self._train_for_ever, self.place.log)
        if who == "app":
            # half of them while its first processes come up
            app.wait_until(_went_on if self.random.random() < 0.5 else bool, _LIMIT)
            app.wait_until(lambda _: False, self.random.uniform(0, 3))
            return self._kill_app(app)
        if not app.wait_until(_went_on, _LIMIT):
            return self._end(app, who, "The training does not begin.")
        app.wait_until(lambda _: False, self.random.uniform(0, 2))
        return self._kill_process(app, who)

    def close(self) -> None:
        """End the app without looking at what is left."""
        if self.victim:
            self.victim.kill()
            self.victim.bury()
            list(self.place.clear_of(self.place.processes(), set()))

    def _kill_app(self, app: Victim) -> Killed:
        processes, folders = self.place.processes(), self._folders()
        app.kill()
        app.bury()
        self.victim = None
        # what it started while we looked
        processes = list({*processes, *self.place.processes()})
        faults = (*self.place.clear_of(processes, {*folders, *self._folders()}), *self._lost(app.words))
        return Killed("app", moment_of(app.words), (*faults, *self.place.faults()))

    def _kill_process(self, app: Victim, who: str) -> Killed:
        processes = self.place.processes()
        victim = next((each for each in processes if _MARKS[who] in " ".join(each.cmdline())), None)
        if victim is None:
            return self._end(app, who, f"There is no {who}.")
        folders = self._folders() if who != "worker" else set(self.place.temporary.glob("*/*/worker-*"))
        told = list(app.hear())
        # a worker is made anew by its nanny; without that or the scheduler all end
        gone = [victim] if who == "worker" else processes
        victim.kill()
        faults = list(self.place.clear_of(gone, folders))
        if not app.wait_until(lambda words: _went_on(words[len(told) :]), _LIMIT):
            return self._end(app, who, f"It does not go on: {app.words[-3:]}.")
        faults += _lost_epochs(app.words[len(told) :], epochs_of(told))
        return Killed(who, moment_of(told), (*faults, *self.place.faults()))

    def _end(self, app: Victim, who: str, fault: str) -> Killed:
        if not app.ended:
            app.kill()
        app.bury()
        self.victim = None
        return Killed(who, moment_of(app.words), (f"{fault} {self.place.log.read_text()[-600:]}",))

    def _lost(self, words: list[str]) -> Iterator[str]:
        job, epochs = self.place.left(), epochs_of(words)
        trained = "mine" in self.place.store.ids()
        if not trained and epochs and (job is None or len(job.history) < epochs - 1):
            yield f"{epochs} epochs were reported, and {len(job.history) if job else 'none'} can be resumed."

    def _folders(self) -> set[Path]:
        return set(self.place.temporary.glob("*"))

    def _train_for_ever(self, report: Report) -> None:
        reporting(report)
        jobs = Jobs(self.place.store)
        while True:
            self._train(jobs, report)

    def _train(self, jobs: Jobs, report: Report) -> None:
        left = next((job.id for job in jobs.all() if job.resumable), None)
        if left:
            jobs.resume(left)
        else:
            if "mine" in self.place.store.ids():
                self.place.store.delete("mine")
            for job in jobs.all():
                jobs.dismiss(job.id)
            jobs.start(_CONFIG, "mine")
        _follow(jobs, report)


def _follow(jobs: Jobs, report: Report) -> None:
    told: list[str] = []
    while not (job := jobs.get("mine")).ended:
        words = [f"epoch {len(job.history)}"] if job.history else []
        # the worker goes on being heard while it trains: a batch is what shows that a resumed job has gone on
        words += [str(job.state)] if job.state is not State.TRAINING or job.batch else []
        for word in words:
            if word not in told:
                report(word)
        told = words
        time.sleep(_LOOK_EVERY)
    report(f"{job.state} {len(job.history)}")
    if job.state is State.FAILED:
        raise AssertionError(job.message)


def _went_on(words: list[str]) -> bool:
    return "training" in words


def _lost_epochs(words: list[str], epochs: int) -> Iterator[str]:
    for word in words:
        if word.startswith("interrupted") and int(word.split()[1]) < epochs - 1:
            yield f"{epochs} epochs were reported, and after the kill it was {word}."
