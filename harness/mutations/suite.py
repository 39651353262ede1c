"""The unit tests as something to ask: which of them run a line, how long each takes, and do they pass?"""

import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate, groupby
from pathlib import Path

import coverage
import pytest

from harness.mutations.changes import Change

# hypothesis is loaded before pytest could rewrite its assertions
_QUIET = [
    "-q",
    "-W",
    "ignore::pytest.PytestAssertRewriteWarning",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:xdist",
    "--basetemp",
    "../temporary/pytest",
]
_SLOW = 5.0  # s of CPU; most of those are trainings, and their time goes to other tests
_MOST = 10.0  # s of CPU for a change: what only a test beyond would notice counts as unnoticed
_TEST = "MUTATIONS_TEST"  # the variable by which processes that a test starts know it
_PROCESSES = """[run]
data_file = {data}
parallel = true
include = {include}/*
context = ${{{test}}}
disable_warnings = no-data-collected, module-not-measured, module-not-imported, already-imported
"""


@dataclass
class Suite:
    """Which tests run each line of each file, by file and line, and how long each takes, in seconds of CPU.

    A line that runs when its file is imported has "" among its tests.
    """

    tests: dict[str, dict[int, set[str]]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)

    def add(self, other: "Suite") -> None:
        """Take in what was found out about other tests."""
        for file, lines in other.tests.items():
            for line, names in lines.items():
                self.tests.setdefault(file, {}).setdefault(line, set()).update(names)
        self.seconds |= other.seconds
        self.failed += other.failed

    def for_change(self, change: Change, importers: Iterable[str]) -> list[str]:
        """Return the tests that may notice a change: file by file, the quickest first, those that run its lines.

        In each file the others follow, since what a fixture computes is run by one test and used by many, and since a
        test that only looks at a constant runs no line of it. What runs at import is used by the tests that run
        anything of its file, and then of one of its `importers`.
        """
        lines = self.tests.get(change.file, {})
        first = {test for line in change.lines for test in lines.get(line, ())}
        if "" not in first and change.in_function:
            return self.within(_MOST, self._in_order(first))
        first = self._of_file(change.file)
        far = set().union(*(self._of_file(file) for file in importers))
        return self.within(_MOST, list(dict.fromkeys([*self._in_order(first), *self._in_order(far)])))

    def within(self, most: float, tests: list[str]) -> list[str]:
        """Return those of the tests, from the first, that take up to `most` seconds together."""
        totals = accumulate(self.seconds[test] for test in tests)
        return [test for test, total in zip(tests, totals, strict=True) if total <= most]

    def time_for(self, tests: Iterable[str]) -> float:
        """Return the seconds that tests take together."""
        return sum(self.seconds[test] for test in tests)

    def _of_file(self, file: str) -> set[str]:
        return {test for tests in self.tests.get(file, {}).values() for test in tests} - {""}

    def _in_order(self, first: set[str]) -> list[str]:
        """Return all the tests in these tests' files, the quickest file first, and in each file these before others."""
        files = {_file_of(test) for test in first}
        useful = [test for test in self.seconds if _file_of(test) in files and test not in self.failed]
        useful = [test for test in useful if self.seconds[test] < _SLOW]
        totals: dict[str, float] = defaultdict(float)
        for test in useful:
            totals[_file_of(test)] += self.seconds[test]
        return sorted(useful, key=lambda test: self._place(test, totals[_file_of(test)], test in first))

    def _place(self, test: str, total: float, wanted: bool) -> tuple[float, str, bool, float, str]:
        return total, _file_of(test), not wanted, self.seconds[test], test


def explore(test_files: list[str]) -> Suite:
    """Run all tests in some files and return what they run; for a process that is in a tree."""
    measured = coverage.Coverage(data_file=None, include=["digitcore/*"], config_file=False)
    watcher = _Watcher(measured)
    processes = _measure_processes()
    measured.start()
    try:
        pytest.main([*_QUIET, *test_files], plugins=[watcher])
    finally:
        measured.stop()
    suite = Suite(seconds=dict(watcher.seconds), failed=sorted(watcher.failed))
    for data in (measured.get_data(), *map(_read, processes.iterdir())):
        suite.add(Suite({_relative(file): _lines(data, file) for file in data.measured_files()}))
    return suite


def _measure_processes() -> Path:
    """Have the processes that tests start measured as well; return the folder of what they will find."""
    folder = Path(tempfile.mkdtemp())
    settings = Path("../processes.ini").resolve()
    settings.write_text(_PROCESSES.format(data=folder / "data", include=Path("digitcore").resolve(), test=_TEST))
    os.environ["COVERAGE_PROCESS_START"] = str(settings)
    return folder


def _read(file: Path) -> coverage.CoverageData:
    data = coverage.CoverageData(str(file))
    data.read()
    return data


def _relative(file: str) -> str:
    return str(Path(file).relative_to(Path.cwd()))


def _lines(data: coverage.CoverageData, file: str) -> dict[int, set[str]]:
    return {line: set(names) for line, names in data.contexts_by_lineno(file).items()}


def first_failure(tests: list[str]) -> str:
    """Run tests up to the first that fails and return its name, or "" if all pass; for a process that is in a tree."""
    sys.dont_write_bytecode = True  # of a change, that is
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    for file, members in groupby(tests, _file_of):  # a file at a time: most changes are noticed in the first
        chosen = _Chosen(list(members))
        status = pytest.main(["-x", *_QUIET, file], plugins=[chosen])
        if status != pytest.ExitCode.OK:
            return chosen.failed or f"{file}, by {status!r}"
    return ""


class _Watcher:
    """Tells coverage which test runs, and notes how long it takes."""

    def __init__(self, measured: coverage.Coverage) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.failed: set[str] = set()
        self._measured = measured

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self._measured.switch_context(item.nodeid)
        os.environ[_TEST] = item.nodeid
        began = sum(os.times()[:4])
        result = yield
        self.seconds[item.nodeid] = sum(os.times()[:4]) - began  # with the processes it has waited for
        self._measured.switch_context("")
        return result

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed.add(report.nodeid)


class _Chosen:
    """Runs some tests only, in an order of their own."""

    def __init__(self, tests: list[str]) -> None:
        self.failed = ""
        self._places = {test: place for place, test in enumerate(tests)}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted(
            (item for item in items if item.nodeid in self._places), key=lambda item: self._places[item.nodeid]
        )

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and not self.failed:
            self.failed = report.nodeid


def _file_of(test: str) -> str:
    return test.split("::")[0]
