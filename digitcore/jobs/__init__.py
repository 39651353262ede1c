"""Training jobs: started, followed, paused, stopped and found again, on a worker process here or on a cluster.

Rests on `runs` and what is below, and inside the worker on `training`. The only room with Dask.
"""

from digitcore.jobs.job import Job, Point, State
from digitcore.jobs.service import Jobs
from digitcore.runs.history import SampleGuess

__all__ = ["Job", "Jobs", "Point", "SampleGuess", "State"]
