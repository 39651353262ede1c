"""Starts jobs, follows them and puts the finished runs in place. One a process; safe to call from many threads."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager

from digitcore.base.action_thread import ActionThread
from digitcore.base.errors import BadDataset
from digitcore.base.settings import scheduler_address
from digitcore.base.text import count
from digitcore.classroom.rights import Right, acting, person_asking
from digitcore.data.mnist import Dataset
from digitcore.data.store import DataStore, packed
from digitcore.jobs.cluster import Connection, check_scheduler, connect
from digitcore.jobs.elsewhere import Elsewhere
from digitcore.jobs.follower import Follower
from digitcore.jobs.job import Job
from digitcore.jobs.live_weights import LiveWeights
from digitcore.jobs.measuring import Measuring
from digitcore.jobs.messages import Event
from digitcore.jobs.owner import Owner
from digitcore.jobs.share import check_share, check_share_of_tuning
from digitcore.jobs.snapshots import Snapshots
from digitcore.jobs.store import JobFolders
from digitcore.runs.config import TrainingConfig
from digitcore.runs.record import Run
from digitcore.runs.store import RunStore
from digitcore.runs.tuning import Tuning, why_not


class Jobs:
    """The training jobs of one folder of runs.

    One thread owns what is known of them, and a second one talks to the cluster. Whoever looks gets the latest snapshot
    at once; whoever wants something waits until the owner has done it, which is never for the cluster.
    """

    def __init__(self, store: RunStore, connector: Callable[[], Connection] = connect) -> None:
        self._library = DataStore(store.root)
        self._snapshots = Snapshots()
        for job in JobFolders(store.root).left_behind():
            self._snapshots.keep(job)
        self._elsewhere = Elsewhere(JobFolders(store.root))
        self._measuring = Measuring(store)
        self._follower = Follower(store, connector, self._happened, self._measuring.put)
        self._live = LiveWeights(self._follower.weights)
        self._owner = Owner(store, self._snapshots, self._follower)
        self._thread: ActionThread[Event] = ActionThread("digitcore-jobs", self._owner.mark)

    def find_again(self) -> None:
        """Follow the jobs that went on in a cluster while no app was there; returns at once."""
        if scheduler_address():
            self._thread.ask(self._owner.find_again)

    def prepare(self) -> None:
        """Get ready for a training that somebody is about to ask for; returns at once."""
        self._follower.prepare()

    def all(self) -> tuple[Job, ...]:
        """Return every job that is under way, and those that ended while this process ran; the oldest first."""
        return self._snapshots.all(self.elsewhere())

    def elsewhere(self) -> tuple[Job, ...]:
        """Return the jobs under way that another process follows, whose scheduler is this one's as well."""
        return self._elsewhere.now() if scheduler_address() else ()

    def stop_elsewhere(self, job: Job) -> None:
        """Have the scheduler that is shared end a job that another process follows. Raises `NotAllowed`."""
        with acting(Right.STEER, f"stopped the training {job.name!r}", job.by):
            self._follower.stop_elsewhere(job)

    def get(self, run_id: str) -> Job:
        """Return one job as it stands. Raises `JobNotFound`."""
        return self._snapshots.get(run_id, self.elsewhere())

    def measuring(self) -> Mapping[str, str]:
        """Return, by id, what new runs are reading to be measured, as a phrase; they can be used meanwhile."""
        return self._measuring.now()

    def weights(self, run_id: str) -> bytes | None:
        """Return the newest weights of a job, as a file that a page reads with; None where there are none.

        Raises `JobNotFound`.
        """
        return self._live.of(self._snapshots.get(run_id))

    def start(self, config: TrainingConfig, run_id: str | None = None) -> Job:
        """Queue a training and return at once.

        Raises `BadRun` where its run, under `run_id` or a new id, can't be, `BadDataset` where its data isn't kept, and
        `ClusterUnreachable` where the scheduler is refused, `NotAllowed` where in a class it is more than one's share.
        Then nothing was started.
        """
        check_scheduler()
        self._library.check(config.data)
        check_share(config, self._library)
        with acting(Right.TRAIN, f"asked for a training of {config.network}, {count(config.epochs, 'epoch')}"):
            return self._thread.ask(self._owner.start, config, run_id, person_asking())

    def tune(self, base: Run, own: Dataset, hand: str = "") -> Job:
        """Queue the fine-tuning of a run on labelled drawings and return at once.

        Raises `BadDataset` where they are too few, and otherwise what `start` does. Then nothing was started.
        """
        check_scheduler()
        refusal = why_not(own.counts().tolist())
        if refusal:
            raise BadDataset(refusal)
        check_share_of_tuning(base.config)
        tuning = Tuning(base.id, base.name, len(own), hand=hand)
        asked = base.config.but(name=""), None, person_asking(), tuning, packed(own)
        with acting(Right.TRAIN, f"asked to have {base.name!r} taught {count(len(own), 'drawing')}"):
            return self._thread.ask(self._owner.start, *asked)

    def stop(self, run_id: str) -> None:
        """End a job at its next batch and keep what was learned; take it out of the queue if it has not begun.

        One that was resumed and waits for its turn can be resumed later. Raises `JobNotFound` or `NotAllowed`.
        """
        with self._steering(run_id, "stopped"):
            self._thread.ask(self._owner.stop, run_id)

    def pause(self, run_id: str) -> None:
        """Hold a job at its next batch until it is resumed. Raises `JobNotFound` or `NotAllowed`."""
        with self._steering(run_id, "paused"):
            self._thread.ask(self._owner.pause, run_id)

    def resume(self, run_id: str) -> None:
        """Let a paused job go on, or an interrupted one from its last whole epoch.

        Raises `JobNotFound`, `BadRun` where it goes on already, here or in another process, or has ended for good,
        `ClusterUnreachable` where the scheduler is refused, and `NotAllowed`.
        """
        check_scheduler()
        with self._steering(run_id, "resumed"):
            self._thread.ask(self._owner.resume, run_id, person_asking())

    def dismiss(self, run_id: str) -> None:
        """Forget a job that has ended, with what it left on disk; a run that it became stays.

        Raises `JobNotFound`, `NotAllowed`, and `BadRun` where another process goes on with it.
        """
        with self._steering(run_id, "discarded"):
            self._thread.ask(self._owner.dismiss, run_id)

    def _steering(self, run_id: str, done: str) -> AbstractContextManager[None]:
        job = self._snapshots.get(run_id)
        return acting(Right.STEER, f"{done} the training {job.name!r}", job.by)

    def close(self) -> None:
        """End the threads and, where it is our own, the cluster; jobs under way can be resumed later."""
        self._follower.close()
        self._thread.close()
        self._owner.close()
        self._measuring.close()

    def _happened(self, event: Event) -> None:
        self._thread.put(self._owner.take, event)
