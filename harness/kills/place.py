"""A folder of runs whose users are killed, and what must hold there after every kill."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
from click.testing import CliRunner

from digitcore.base.errors import DigitcoreError
from digitcore.base.npz import read_npz
from digitcore.base.settings import SHIPPED_FOLDER
from digitcore.cli.main import cli
from digitcore.data.store import DataStore
from digitcore.inference.classifier import DigitClassifier
from digitcore.jobs.job import Job
from digitcore.jobs.store import JobFolders
from digitcore.runs.archive import pack
from digitcore.runs.record import RECORD_FILE, SHIPPED
from digitcore.runs.store import RunStore
from harness.kills.victims import wait_until

GONE_WITHIN = 15  # s
_SHIPPED_RUN = "dense"  # the smallest
_FILES = frozenset(file.name for file in (SHIPPED_FOLDER / _SHIPPED_RUN).iterdir())
_UNFINISHED = (".unfinished-", ".staging-")
_MARK = "DIGITCORE_KILLS"  # a variable of the processes that are started here, whoever is their parent now


@dataclass(frozen=True)
class Place:
    """A folder of runs, and one for temporary files."""

    root: Path
    temporary: Path

    @classmethod
    def under(cls, folder: Path) -> "Place":
        """Make both, and let this process and those that it starts use them."""
        place = cls(folder / "runs", folder / "temporary")
        place.root.mkdir(parents=True)
        place.temporary.mkdir()
        tempfile.tempdir = None
        os.environ.update(DIGITCORE_MODELS=str(place.root), TMPDIR=str(place.temporary))
        os.environ[_MARK] = str(folder)
        return place

    @property
    def store(self) -> RunStore:
        return RunStore(self.root)

    @property
    def data(self) -> DataStore:
        return DataStore(self.root)

    @property
    def log(self) -> Path:
        """What the latest victim printed."""
        return self.root.parent / "log"

    def left(self) -> Job | None:
        """Return the job that a killed process left."""
        return next(JobFolders(self.root).left_behind(), None)

    def processes(self) -> list[psutil.Process]:
        """Return the processes that were started here and live."""
        return [process for process in psutil.process_iter() if self._is_ours(process)]

    def faults(self) -> Iterator[str]:
        """Yield in sentences what must not be after a kill: at once, and after the next start of a command line."""
        yield from self._faults_at_once()
        listed = CliRunner().invoke(cli, ["runs", "list"])
        if listed.exit_code or listed.stderr:
            yield f"The runs can't be listed: {listed.stderr or listed.exception!r}."
        yield from self._leftovers()

    def _faults_at_once(self) -> Iterator[str]:
        for run_id, trouble in self.store.damaged().items():
            yield trouble
            self.store.delete(run_id)  # so that it counts once
        for run in self.store.list():
            missing = _FILES - {file.name for file in run.folder.iterdir()} if run.id not in SHIPPED else ()
            if missing:
                yield f"The run {run.id!r} is listed without {', '.join(missing)}."
            read_npz(run.folder / "predictions.npz")
        yield from self._fault_of_default()
        kept = {record.name for record in self.data.list()}
        for folder in (self.root / ".data").glob("[!.]*"):
            if folder.name not in kept:
                yield f"The data set {folder.name!r} is there and can't be read."
        for name in kept:
            self.data.load(name)

    def _fault_of_default(self) -> Iterator[str]:
        try:
            notice = DigitClassifier.load().notice
        except DigitcoreError as error:
            notice = str(error)
        if notice:
            yield f"The default does not load: {notice}"

    def _leftovers(self) -> Iterator[str]:
        for path in self.root.rglob(".*"):
            if path.name.startswith(_UNFINISHED):
                yield f"{path.relative_to(self.root)} is left."
        jobs = self.root / ".jobs"
        for folder in jobs.glob("[!.]*"):
            if not (folder / "job.json").exists():
                yield f"The job {folder.name!r} is there without its record."

    def temporary_faults(self) -> Iterator[str]:
        """Yield what is left of temporary files; for a place where nobody is at work."""
        yield from (f"The temporary {path.name} is left." for path in self.temporary.iterdir())

    def clear_of(self, processes: list[psutil.Process], folders: set[Path]) -> Iterator[str]:
        """Yield which of these processes and temporary folders are left after a while."""
        if not wait_until(lambda: not any(map(_lives, processes)), GONE_WITHIN):
            yield f"{sum(map(_lives, processes))} processes are left: {[each.cmdline()[-1] for each in processes]}."
        if not wait_until(lambda: not any(folder.exists() for folder in folders), GONE_WITHIN):
            CliRunner().invoke(cli, ["runs", "list"])  # the next start
            yield from (f"The temporary folder {folder} is left." for folder in folders if folder.exists())

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            return process.environ().get(_MARK) == str(self.root.parent) and process.pid != os.getpid()
        except psutil.Error:
            return False


def archive_of(run_id: str) -> bytes:
    """Return a shipped run under another id, packed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file in (SHIPPED_FOLDER / _SHIPPED_RUN).iterdir():
            shutil.copy(file, folder)
        record = json.loads((folder / RECORD_FILE).read_text())
        (folder / RECORD_FILE).write_text(json.dumps({**record, "id": run_id}))
        return pack(folder)


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False
