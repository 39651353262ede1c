"""Clearing a class away: its trainings end, and the runs that it has made go."""

from digitcore.base.errors import JobNotFound, RunNotFound
from digitcore.classroom.leading import led, wipe_drawings
from digitcore.handwriting.store import DrawingStore
from digitcore.jobs import Jobs
from digitcore.runs.record import SHIPPED
from digitcore.runs.store import RunStore


def stop_all(jobs: Jobs) -> int:
    """Stop every training of the class, and return how many there were. Raises `NotAllowed`."""
    under_way = [job for job in jobs.all() if led().made(job.by) and not job.ended]
    for job in under_way:
        jobs.stop(job.id)
    others = [job for job in jobs.elsewhere() if led().made(job.by)]
    for job in others:
        jobs.stop_elsewhere(job)
    return len(under_way) + len(others)


def clear(jobs: Jobs, store: RunStore) -> int:
    """Remove what was trained in the class, and every drawing; the default is a shipped run again if it was of these.

    Labelled drawings go if they were shared. Returns how many trainings are still ending, whose runs stay. Raises
    `NotAllowed`, or `DrawingsUnavailable` before anything is removed.
    """
    lesson = led()
    if lesson.drawings_kept is not None:
        DrawingStore.open().clear(lesson.drawings_kept)
    stop_all(jobs)
    for run in store.list():
        if lesson.made(run.by):
            _remove(store, run.id)
    for job in jobs.all():
        if lesson.made(job.by) and job.ended:
            _dismiss(jobs, job.id)
    wipe_drawings()
    return sum(lesson.made(job.by) for job in (*jobs.all(), *jobs.elsewhere()))


def _remove(store: RunStore, run_id: str) -> None:
    if run_id == store.default_id():
        store.set_default(SHIPPED[0])
    try:
        store.delete(run_id)
    except RunNotFound:
        return  # its owner was quicker


def _dismiss(jobs: Jobs, run_id: str) -> None:
    try:
        jobs.dismiss(run_id)
    except JobNotFound:
        return
