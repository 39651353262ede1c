"""What the command lines of benchmarks share."""

import argparse

from digitcore.inference.classifier import DigitClassifier


def parser_for(name: str, doc: str | None) -> argparse.ArgumentParser:
    """Return the parser of `benchmarks.<name>`, whose help shows the module's docstring as it is."""
    shown = argparse.RawDescriptionHelpFormatter
    return argparse.ArgumentParser(f"python -m benchmarks.{name}", description=doc, formatter_class=shown)


def add_runs(parser: argparse.ArgumentParser) -> None:
    """Add `--run`, for a benchmark that can compare several runs."""
    parser.add_argument("--run", action="append", help="a run's id; may be repeated; the default run if not given")


def chosen_classifiers(options: argparse.Namespace) -> list[DigitClassifier]:
    """Load the runs that `--run` names, or the default run."""
    return [DigitClassifier.load(run) for run in options.run or [None]]
