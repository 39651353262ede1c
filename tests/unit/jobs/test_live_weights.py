"""Many pages ask for the weights of a job; the cluster is asked once a step, and nobody waits for somebody else."""

from dataclasses import replace

from digitcore.jobs.job import Job, State
from digitcore.jobs.live_weights import LiveWeights
from digitcore.runs.config import TrainingConfig

JOB = Job("run", "Run", TrainingConfig(), "2026-01-01T00:00:00+00:00", State.TRAINING, "", attempt="first")


class Cluster:
    def __init__(self) -> None:
        self.asked: list[int] = []
        self.answers = True

    def fetch(self, job: Job) -> bytes | None:
        self.asked.append(job.weights_step)
        return f"{job.attempt} {job.weights_step}".encode() if self.answers else None


def test_weights_are_fetched_once_a_step_however_many_ask() -> None:
    cluster = Cluster()
    live = LiveWeights(cluster.fetch)
    for step in (0, 40, 40, 80, 80):
        expected = f"first {step}".encode() if step else None
        assert live.of(replace(JOB, weights_step=step)) == expected
    assert cluster.asked == [40, 80]


def test_who_asks_while_weights_are_on_their_way_gets_the_ones_before() -> None:
    seen: list[bytes | None] = []

    def fetch(job: Job) -> bytes:
        if job.weights_step == 80:
            seen.append(live.of(job))
        return str(job.weights_step).encode()

    live = LiveWeights(fetch)
    live.of(replace(JOB, weights_step=40))
    assert live.of(replace(JOB, weights_step=80)) == b"80"
    assert seen == [b"40"]


def test_where_the_line_is_cut_the_weights_before_go_on_reading_but_never_those_of_another_attempt() -> None:
    cluster = Cluster()
    live = LiveWeights(cluster.fetch)
    live.of(replace(JOB, weights_step=40))
    cluster.answers = False
    assert live.of(replace(JOB, weights_step=80)) == b"first 40"
    assert live.of(replace(JOB, weights_step=10, attempt="second")) is None


def test_only_the_last_few_jobs_weights_are_kept() -> None:
    cluster = Cluster()
    live = LiveWeights(cluster.fetch)
    for number in range(5):
        live.of(replace(JOB, id=f"run-{number}", weights_step=40))
    cluster.answers = False
    kept = [live.of(replace(JOB, id=f"run-{number}", weights_step=40)) for number in range(5)]
    assert [content is not None for content in kept] == [False, True, True, True, True]
