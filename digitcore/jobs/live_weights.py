"""The weights of networks that are being trained, for however many pages ask: each is fetched from the cluster once."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from digitcore.jobs.job import Job

_KEPT = 4  # jobs; a file has 0.05 to 0.9 MB


@dataclass(frozen=True)
class _Fetched:
    attempt: str
    step: int
    content: bytes

    def serves(self, job: Job) -> bool:
        return self.attempt == job.attempt and self.step >= job.weights_step


class LiveWeights:
    """Keeps the newest weights of the last few jobs, and fetches newer ones when somebody asks.

    `fetch` may take as long as the line is slow. Meanwhile whoever else asks gets the weights before, and nobody waits.
    """

    def __init__(self, fetch: Callable[[Job], bytes | None]) -> None:
        self._fetch = fetch
        self._fetched: dict[str, _Fetched] = {}
        self._fetching = threading.Lock()

    def of(self, job: Job) -> bytes | None:
        """Return the newest weights of a job that can be had now; None where it has none."""
        if not job.weights_step:
            return None
        known = self._fetched.get(job.id)
        if not (known and known.serves(job)) and self._fetching.acquire(blocking=False):
            try:
                self._renew(job)
            finally:
                self._fetching.release()
        known = self._fetched.get(job.id)
        return known.content if known and known.attempt == job.attempt else None

    def _renew(self, job: Job) -> None:
        content = self._fetch(job)
        if content is None:
            return
        others = [known for known in self._fetched.items() if known[0] != job.id]
        self._fetched = dict([*others[-_KEPT + 1 :], (job.id, _Fetched(job.attempt, job.weights_step, content))])
