"""All experiments that there are: those of the app, and those that lie in a folder of one's own."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from digitcore.base.errors import BadExperiment
from digitcore.base.settings import experiments_folder
from digitcore.experiments.experiment import Experiment
from digitcore.experiments.reader import read_experiment

SHIPPED = Path(__file__).parent / "lessons"
MOST_OWN = 100


@dataclass(frozen=True)
class Library:
    """The experiments that can be read, in the order in which they are taught, and what is wrong with the others."""

    experiments: tuple[Experiment, ...]
    troubles: tuple[str, ...]

    def find(self, experiment_id: str) -> Experiment | None:
        return next((each for each in self.experiments if each.id == experiment_id), None)

    def after(self, experiment: Experiment) -> Experiment | None:
        """Return the experiment that follows one of them."""
        return next(iter(self.experiments[self.experiments.index(experiment) + 1 :]), None)


def library() -> Library:
    """Return the experiments as the files are now; one of one's own takes the place of the app's of the same name."""
    found: dict[str, Experiment] = {}
    troubles = []
    for file in (*sorted(SHIPPED.glob("*.md")), *_own_files()):
        try:
            found[file.stem] = _read(file, _stamp(file))
        except BadExperiment as error:
            troubles.append(str(error))
    ordered = sorted(found.values(), key=lambda each: (each.file.parent != SHIPPED, each.place, each.id))
    return Library(tuple(ordered), tuple(troubles))


def _own_files() -> list[Path]:
    folder = experiments_folder()
    try:
        return sorted(folder.glob("*.md"))[:MOST_OWN] if folder else []
    except OSError:  # not ours to read: then there are none
        return []


def _stamp(file: Path) -> tuple[int, int]:
    try:
        facts = file.stat()
    except OSError:  # `read_experiment` says so
        return (0, 0)
    return facts.st_mtime_ns, facts.st_size


@lru_cache(maxsize=4 * MOST_OWN)
def _read(file: Path, stamp: tuple[int, int]) -> Experiment:  # noqa: ARG001 - it may have changed
    return read_experiment(file)
