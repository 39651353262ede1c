"""How well runs read digits that are turned, shifted, blurred, partly hidden and so on, worst corruption first.

    python -m benchmarks.robustness [--run digitnet --run …] [--digits 2000]
        [--least-turned 0.98] [--least-width 0.99] [--least-hidden 0.97] [--most-error 0.059] [--most-new-error 0.059]

Prints, a line a corruption, the share of MNIST's test digits read correctly at its worst strength and at the others.
Runs that differ only in their seed count as one recipe: the figures are then mean ± standard deviation over them, in
percentage points. Then the share misread by the network alone, the mean over kinds and strengths: of fifteen kinds, and
of four that happen in no training. Exits with 1 where a run, or a recipe's mean, misses a target: turned by 20° either
way, each stroke width, a square of 5 x 5 px hidden, the two means.
"""

import argparse
import sys

import numpy as np

from digitcore.analysis.corruptions import CLEAN, HIDDEN, NEVER_LEARNED, TURNED, USUAL, WIDTH
from digitcore.analysis.robustness import SETTINGS, Cell, Robustness, Trial, random_test_digits
from digitcore.inference.classifier import DigitClassifier
from harness.figures import mean_and_deviation
from harness.options import add_runs, chosen_classifiers, parser_for
from harness.recipes import Recipe, grouped
from harness.targets import Targets

_ALL = 10_000  # digits in MNIST's test set
_MEANS = {"fifteen kinds": USUAL, "four kinds that happen in no training": NEVER_LEARNED}
_TURN, _SQUARE = 20, 5  # degrees, px: the strengths that the targets are about


def main() -> int:
    """Measure, print, and return the exit status."""
    options = parse()
    classifiers = chosen_classifiers(options)
    recipes = grouped([each.run for each in classifiers], measured(classifiers, options.digits))
    targets = Targets()
    for recipe in recipes:
        report(recipe)
        check(targets, recipe, options)
    return targets.exit_status()


def parse() -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = parser_for("robustness", __doc__)
    add_runs(parser)
    parser.add_argument("--digits", type=int, default=_ALL, help="so many random test digits, not all")
    parser.add_argument("--least-turned", type=float, help=f"fail where fewer are read at {_TURN}° either way")
    parser.add_argument("--least-width", type=float, help="fail where fewer are read at any stroke width")
    parser.add_argument("--least-hidden", type=float, help=f"fail where fewer are read with {_SQUARE} px hidden")
    parser.add_argument("--most-error", type=float, help="fail where more is misread by the network alone, on average")
    parser.add_argument("--most-new-error", type=float, help="the same of what happens in no training")
    return parser.parse_args()


def measured(classifiers: list[DigitClassifier], count: int) -> list[Robustness]:
    """Have every run read the same pictures, which are made once for all of them."""
    digits = random_test_digits(count)
    cells: list[list[Cell]] = [[] for _ in classifiers]
    for number, (corruption, strength) in enumerate(SETTINGS):
        print(f"\r{number + 1} of {len(SETTINGS)} settings", end="", file=sys.stderr, flush=True)
        trial = Trial.of(digits, corruption, strength)
        for classifier, found in zip(classifiers, cells, strict=True):
            found.append(trial.score(classifier.predict(trial.images), digits.labels))
    print(file=sys.stderr)
    return [Robustness(tuple(found)) for found in cells]


def report(recipe: Recipe) -> None:
    """Print a line a corruption, worst first."""
    first = recipe.measured[0]
    plain = ", ".join(f"{recipe.percent(each, 0)} {each.route}" for each in CLEAN)
    print(f"\n{', '.join(recipe.runs)}: % of {first.count:,} test digits read right; clean {plain}\n")
    print(f"{'corruption':20} {'way':14} {'worst at':>8}  {'right':>13}  in the other strengths")
    worsts = [min(row.cells, key=lambda cell: recipe.mean(cell.corruption, cell.strength)) for row in first.rows]
    rows = sorted(
        zip(first.rows, worsts, strict=True), key=lambda pair: recipe.mean(pair[1].corruption, pair[1].strength)
    )
    for row, worst in rows:
        each = row.corruption
        others = [cell for cell in row.cells if cell is not worst]
        told = ", ".join(f"{cell.label} {recipe.percent(each, cell.strength)}" for cell in others)
        right = recipe.percent(each, worst.strength)
        print(f"{each.name:20} {each.route:14} {worst.label:>8}  {right:>13}  {told}".rstrip())

    for what, kinds in _MEANS.items():
        errors = [100 * each.error(kinds) for each in recipe.measured]
        print(f"misread by the network alone, mean of {what}: {mean_and_deviation(errors)}%")


def check(targets: Targets, recipe: Recipe, options: argparse.Namespace) -> None:
    """Compare a recipe's means with the targets."""
    asked = (
        (options.least_turned, TURNED, (-_TURN, _TURN)),
        (options.least_width, WIDTH, WIDTH.strengths),
        (options.least_hidden, HIDDEN, (_SQUARE,)),
    )
    for least, corruption, strengths in asked:
        for strength in strengths:
            what = f"{', '.join(recipe.runs)} reads, {corruption.name.lower()} {corruption.label(strength)}"
            targets.least(recipe.mean(corruption, strength), least, what)
    for most, (what, kinds) in zip((options.most_error, options.most_new_error), _MEANS.items(), strict=True):
        error = float(np.mean([each.error(kinds) for each in recipe.measured]))
        targets.most(error, most, f"{', '.join(recipe.runs)} misreads, mean of {what}")


if __name__ == "__main__":
    sys.exit(main())
