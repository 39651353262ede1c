"""Whether the tests notice: small random changes to `digitcore`, and the share of them that the unit tests find.

    python -m benchmarks.mutations [PATH …] [--mutations 200] [--seed 1] [--least 0.9] [--processes 2] [--all]

A change turns a comparison round or moves its edge, or it changes a sign, an operator, a constant, `and`, `or`, `not`,
a condition, an end of a slice, or what is returned. Places are drawn at random from PATH, files or folders; without
one, from all of `digitcore` but its pages, jobs and training, whose tests take part only where they are named. The
project is copied to a temporary folder and never changed itself. There all unit tests run once, to find out which run
each line; then, for each change, those that run its line, up to the first that fails. A change that makes them hang is
noticed too. Tests that take 5 s of CPU are left out, and so are, for each change, those beyond the first 10 s of them.
Ten times nothing is changed, and no test may fail.

Prints each change that goes unnoticed, and the share noticed of those that should be. What may go unnoticed is listed
with the reason in benchmarks/mutations/may_live.toml. Exits with 1 where the share is below `--least`.
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby, permutations
from pathlib import Path

from harness.mutations.changes import Change, find_changes
from harness.mutations.may_live import read_may_live
from harness.mutations.outcomes import HANGS, Outcome, print_outcomes, share_noticed
from harness.mutations.suite import Suite, explore, first_failure
from harness.mutations.trees import ROOT, Task, Tree, load_large_packages, run_all
from harness.targets import Targets

_MAY_LIVE = Path(__file__).with_name("may_live.toml")
_APART = ("ui", "jobs", "training")  # rooms whose tests are of another kind or take long
_LONG = ("test_notebook.py", "test_one_road.py")  # each a training, far above the 10 s
_CONTROLS = 10  # times that nothing is changed
_CONTROL_TIME = 5.0  # s of CPU
_EXPLORING = 3600.0  # s, far more than all the tests take
_PATIENCE = 60.0, 15.0  # s, and times the CPU the tests took: what takes longer than both together hangs


def main() -> int:
    """Change, print, and return the exit status."""
    chosen = _options()
    paths = chosen.paths or _default_paths()
    drawn = _draw(paths, chosen.mutations, random.Random(chosen.seed))
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="mutations-", ignore_cleanup_errors=True) as folder:
        load_large_packages()
        trees = [Tree(Path(folder) / f"tree-{number}") for number in range(chosen.processes)]
        suite = _explored(trees, paths)
        print(f"{len(suite.seconds):,} tests, {time.monotonic() - began:.0f} s to explore them", file=sys.stderr)
        outcomes = []
        for outcome in _outcomes(drawn, suite, trees):
            outcomes.append(outcome)
            if chosen.all or not outcome.noticed:
                print(outcome, file=sys.stderr)
    print(f"{time.monotonic() - began:.0f} s in all", file=sys.stderr)
    may_live = read_may_live(_MAY_LIVE)
    print_outcomes(outcomes, may_live)
    targets = Targets()
    targets.least(share_noticed(outcomes, may_live), chosen.least, "changes noticed", "{:.1%}")
    return targets.exit_status()


def _options() -> argparse.Namespace:
    shown = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser("python -m benchmarks.mutations", description=__doc__, formatter_class=shown)
    parser.add_argument("paths", nargs="*", type=lambda path: Path(path).resolve(), help="files or folders to change")
    parser.add_argument("--mutations", type=int, default=200, help="how many changes")
    parser.add_argument("--seed", type=int, default=1, help="which changes")
    parser.add_argument("--least", type=float, default=0.9, help="fail where a smaller share is noticed")
    parser.add_argument("--processes", type=int, default=2, help="how many work at once")
    parser.add_argument("--all", action="store_true", help="print what is noticed as well, and by which test")
    return parser.parse_args()


def _default_paths() -> list[Path]:
    inside = sorted((ROOT / "digitcore").iterdir())
    return [path for path in inside if path.suffix == ".py" or (path.is_dir() and path.name not in _APART)]


def _draw(paths: Sequence[Path], count: int, chance: random.Random) -> list[Change]:
    """Draw places at random, each once, and one of the changes that can be made there."""
    files = sorted({file for path in paths for file in (path.rglob("*.py") if path.is_dir() else [path])})
    sources = {file.relative_to(ROOT).as_posix(): file.read_bytes() for file in files}
    changes = [change for file, source in sources.items() for change in find_changes(file, source)]
    places = [list(group) for _, group in groupby(changes, lambda each: (each.file, each.start, each.end))]
    return [chance.choice(place) for place in chance.sample(places, min(count, len(places)))]


def _explored(trees: list[Tree], paths: Sequence[Path]) -> Suite:
    """Run all the tests, shared out among the trees."""
    suite = Suite()
    files = _test_files(paths)
    parts = [files[number :: len(trees)] for number in range(len(trees))]
    for part, found in run_all([Task(part, partial(explore, part), _EXPLORING) for part in parts], trees):
        if not isinstance(found, Suite):
            sys.exit(f"The tests could not be run ({found!r}): {', '.join(part)}")
        suite.add(found)
    for one, other in permutations(trees, 2):
        one.take_compiled_tests(other)
    if suite.failed:
        print(f"Left out, as they fail without any change: {', '.join(suite.failed)}", file=sys.stderr)
    return suite


def _test_files(paths: Sequence[Path]) -> list[str]:
    """Return the files of unit tests, without those of the rooms that are left alone and of the harness."""
    named = {part for path in paths for part in path.parts}
    folders = {"harness", *(set(_APART) - named)}
    files = sorted((ROOT / "tests" / "unit").rglob("test_*.py"))
    chosen = [file for file in files if file.parent.name not in folders and file.name not in _LONG]
    return [file.relative_to(ROOT).as_posix() for file in chosen]


def _outcomes(drawn: list[Change], suite: Suite, trees: list[Tree]) -> Iterator[Outcome]:
    tests = {change: suite.for_change(change, _importers(change.file)) for change in drawn}
    yield from (Outcome(change, tested=False) for change in drawn if not tests[change])
    tasks = [_task(change, suite, tests[change]) for change in drawn if tests[change]]
    controls = [_control(suite, tests[task.name]) for task in tasks[:_CONTROLS]]
    for change, answer in run_all([*controls, *tasks], trees):
        by = answer if isinstance(answer, str) else HANGS if isinstance(answer, TimeoutError) else "its process ends"
        if change is None and by:
            sys.exit(f"A test failed though nothing was changed: {by}")
        if change is not None:
            yield Outcome(change, by)


def _control(suite: Suite, tests: list[str]) -> Task:
    few = suite.within(_CONTROL_TIME, tests)
    return Task(None, partial(first_failure, few), _limit(suite, few))


def _task(change: Change, suite: Suite, tests: list[str]) -> Task:
    return Task(change, partial(first_failure, tests), _limit(suite, tests), {change.file: change.applied})


def _limit(suite: Suite, tests: list[str]) -> float:
    least, times = _PATIENCE
    return least + times * suite.time_for(tests)


def _importers(file: str) -> list[str]:
    """Return the files of digitcore that import a file of it."""
    module = file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    package, _, name = module.rpartition(".")
    wanted = (f"from {module} import", f"import {module}", f"from {package} import {name}")
    others = (ROOT / "digitcore").rglob("*.py")
    return [
        other.relative_to(ROOT).as_posix()
        for other in others
        if any(each in other.read_text(encoding="utf-8") for each in wanted)
    ]


if __name__ == "__main__":
    sys.exit(main())
