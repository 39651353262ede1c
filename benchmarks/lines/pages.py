"""How many digits of photographed pages are read right, and what is found on empty ones.

    python -m benchmarks.lines.pages [--pages 30] [--least 0.95] [--most-invented 0]

Pages of MNIST's test digits as a phone would photograph them: plain, ruled and squared paper, a little turned, in
uneven light. A digit counts as right if it stands where it should when the page's text, line by line, is laid beside
what was read (the longest common blocks, as `difflib` finds them). Each page is photographed without the digits, too.
Exits with 1 where a target is missed.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import defaultdict
from difflib import SequenceMatcher

import numpy as np

from digitcore.data.mnist import load_mnist
from digitcore.inference.classifier import DigitClassifier
from digitcore.segmentation import read_page
from harness.options import parser_for
from harness.pictures.pages import KINDS, page_of
from harness.targets import Targets

_MOST_DIGITS = 60  # on a page


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; 0, or 1 where a target is missed."""
    options = _parser().parse_args(arguments)
    classifier = DigitClassifier.load(options.run)
    test = load_mnist().test
    rng = np.random.default_rng(options.seed)
    counts: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    invented, seconds = 0, []
    for number in range(options.pages):
        kind = KINDS[number % len(KINDS)]
        chosen = rng.choice(len(test), _MOST_DIGITS, replace=False)
        page = page_of(kind, list(test.images[chosen]), test.labels[chosen].tolist(), rng)
        began = time.perf_counter()
        found = [line.text for line in read_page(page.photo, classifier)]
        seconds.append(time.perf_counter() - began)
        counts[kind].append(_compared(page.rows, found))
        _show(page.rows, found, options.show)
        invented += sum(len(line.digits) for line in read_page(page_of(kind, [], [], rng).photo, classifier))
    return _report(counts, invented, seconds, options)


def _parser() -> argparse.ArgumentParser:
    parser = parser_for("lines.pages", __doc__)
    parser.add_argument("--run", help="the run that reads; without it, the default run")
    parser.add_argument("--pages", type=int, default=30, help="how many pages, a third of each kind of paper")
    parser.add_argument("--seed", type=int, default=0, help="of the digits, the paper and the light")
    parser.add_argument("--show", action="store_true", help="print what was read where it differs")
    parser.add_argument("--least", type=float, help="the least share of digits read right")
    parser.add_argument("--most-invented", type=int, help="the most digits found on empty pages, all together")
    return parser


def _compared(rows: tuple[str, ...], found: list[str]) -> tuple[int, int, int]:
    """How many digits were read right, how many there are, and how many were read that are not there."""
    written, read = "\n".join(rows), "\n".join(found)
    blocks = SequenceMatcher(None, written, read, autojunk=False).get_matching_blocks()
    right = sum(len(written[block.a : block.a + block.size].replace("\n", "")) for block in blocks)
    there, given = sum(map(len, rows)), sum(map(len, found))
    return right, there, max(0, given - there)


def _show(rows: tuple[str, ...], found: list[str], wanted: bool) -> None:
    if wanted and list(rows) != found:
        print(f"  {' '.join(rows)}\n  {' '.join(found)}")


def _report(
    counts: dict[str, list[tuple[int, int, int]]], invented: int, seconds: list[float], options: argparse.Namespace
) -> int:
    targets = Targets()
    for kind, pages in counts.items():
        right, there, more = np.sum(pages, axis=0).tolist()
        print(f"{kind}: {right / there:.1%} of {there:,} digits on {len(pages)} pages, {more} too many")
    right, there, _ = np.sum([page for pages in counts.values() for page in pages], axis=0).tolist()
    print(f"all: {right / there:.1%} of {there:,} digits; {invented} on empty pages; {np.median(seconds):.1f} s a page")
    targets.least(right / there, options.least, "digits of pages", "{:.1%}")
    targets.most(invented, options.most_invented, "digits on empty pages", "{:.0f}")
    return targets.exit_status()


if __name__ == "__main__":
    sys.exit(main())
