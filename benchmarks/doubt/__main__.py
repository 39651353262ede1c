"""How well each score tells what is no digit: AUROC, and what is still accepted at 95% and 99% of digits kept.

    python -m benchmarks.doubt [--run digitnet] [--limit 1500] [--least-auroc 0.98]

The scores look at a network's logits and last features once, without test-time augmentation. They are fitted to
training digits; which is best is chosen on the first table alone, of validation digits against painted drawings
(made-up characters, letters, scribbles, things …; seed 271,828). The second is the confirmation: digits of strangers
against letters, doodles, scribbles, symbols and characters of other scripts, which nothing is fitted to or chosen on.
What the gates reject before any network sees it is left out. Exits with 1 where the shipped score's mean AUROC on the
held sets is below `--least-auroc`.

The drawings of people are not part of the project; without them, their rows are left out.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor

import numpy as np

from benchmarks.doubt.scores import Score, Values, accepted, auroc, combined, simple_scores
from digitcore.analysis.features import open_graph
from digitcore.base.images import to_network
from digitcore.data.mnist import load_mnist
from digitcore.data.splits import stratified_split
from digitcore.inference.classifier import DigitClassifier
from digitcore.inference.graph import Graph, Outputs
from digitcore.inference.rejection import Rejection
from digitcore.runs.record import REJECTION_FILE
from digitcore.training.synthetic.non_digits import non_digits
from digitcore.training.synthetic.things import things
from harness.drawn import LOOK_ALIKES, Strokes, drawings_of, drawn_options, family_of, on_canvas
from harness.options import parser_for
from harness.pictures import doodles
from harness.targets import Targets

_SEED = 271_828  # of what is painted here; no training uses it
_AMOUNT = 1_000  # of each kind that is made here
_LEARNED = 10_000  # training digits that scores are fitted to, fewer where fewer drawings are looked at
DIGITS = ("touch_digits", "pendigits")
_KEPT = (0.95, 0.99)
_WIDTH = 22

Table = Mapping[str, Outputs]


def main() -> int:
    """Measure, print, and return the exit status."""
    parser = parser_for("doubt", __doc__)
    parser.add_argument("--run", default="digitnet", help="which run reads")
    parser.add_argument("--least-auroc", type=float, help="fail where the shipped score's mean on held sets is lower")
    drawn_options(parser)
    options = parser.parse_args()
    run = DigitClassifier.load(options.run).run
    graph = open_graph(run)
    train = load_mnist().train
    split = stratified_split(train.labels, run.config.validation_share, run.config.seed)
    count = min(options.limit or _AMOUNT, _AMOUNT)
    learned = np.random.default_rng(_SEED).choice(split.train, _LEARNED * count // _AMOUNT, replace=False)
    validation = graph.outputs(to_network(train.images[split.validation]))
    painted = {
        "painted": graph.outputs(to_network(non_digits(count, _SEED))),
        "painted things": graph.outputs(to_network(things(count, _SEED))),
    }
    rejection = Rejection.load(run.folder / REJECTION_FILE)
    scores = simple_scores(rejection, graph.outputs(to_network(train.images[learned])), train.labels[learned])
    scores["all of them together"] = combined(dict(scores), validation, _joined(list(painted.values())))
    print(f"{run.id}: AUROC, % accepted at 95% and at 99% of digits kept")
    _print("validation digits (what is chosen on)", scores, validation, painted)
    held = _held(options, count, graph)
    strangers = [held.pop(name) for name in DIGITS if name in held]
    digits = _joined(strangers or [graph.outputs(to_network(load_mnist().test.images))])
    title = "digits of strangers" if strangers else "MNIST's test digits"
    means = _print(f"{title} (the confirmation)", scores, digits, held)
    targets = Targets()
    targets.least(means["likeness, as shipped"], options.least_auroc, f"{run.id}, mean AUROC on held sets", "{:.4f}")
    return targets.exit_status()


def _held(options: argparse.Namespace, count: int, graph: Graph) -> dict[str, Outputs]:
    """Return a network's outputs for each set that nothing is chosen on; `count` of what is made."""
    made: dict[str, Sequence[Strokes]] = {
        make.__name__: make(count, _SEED) for make in (doodles.letters, doodles.doodles, doodles.scribbles)
    }
    for name in (*DIGITS, "touch_symbols", "omniglot"):
        strokes = [each.strokes for each in drawings_of(name, options) if family_of(each) not in LOOK_ALIKES]
        if strokes:
            made[name] = strokes
    found = {}
    with ProcessPoolExecutor(options.processes, multiprocessing.get_context("spawn")) as pool:
        for name, drawings in made.items():
            pictures = on_canvas(drawings, pool)
            found[name] = graph.outputs(pictures.images[~pictures.rejected])
    return found


def _joined(parts: Sequence[Outputs]) -> Outputs:
    logits, features = zip(*((each.logits, each.features) for each in parts), strict=True)
    return Outputs(np.concatenate(logits), np.concatenate(features))


def _print(title: str, scores: Mapping[str, Score], digits: Outputs, others: Table) -> dict[str, float]:
    """Print a row a score and return the mean AUROC of each."""
    print(f"\n{title}: {len(digits.logits):,}\n\n{'against':{_WIDTH}}" + "".join(f"{name:>20}" for name in others))
    print(f"{'':{_WIDTH}}" + "".join(f"{len(each.logits):>20,}" for each in others.values()))
    means = {}
    for name, score in scores.items():
        kept, rest = score(digits), {each: score(outputs) for each, outputs in others.items()}
        means[name] = float(np.mean([auroc(kept, values) for values in rest.values()]))
        print(f"{name:{_WIDTH}}" + "".join(f"{_cell(kept, values):>20}" for values in rest.values()), flush=True)
    return means


def _cell(digits: Values, others: Values) -> str:
    shares = " ".join(f"{100 * accepted(digits, others, kept):5.1f}" for kept in _KEPT)
    return f"{100 * auroc(digits, others):5.1f} {shares}"


if __name__ == "__main__":
    sys.exit(main())
