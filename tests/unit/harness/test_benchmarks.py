"""Benchmarks as a person runs them: where targets are missed, and where the drawings of people are not at hand."""

from pathlib import Path

import pytest

from harness.shell import python_m


@pytest.mark.parametrize("benchmark", ["rejection", "calibration"])
def test_a_benchmark_without_drawings_of_people_measures_the_rest_and_holds_its_targets(
    own_digitnet: Path, tmp_path: Path, benchmark: str
) -> None:
    options = ("--run", "digitnet", "--drawn", str(tmp_path), "--limit", "20", "--processes", "1")
    good = python_m(f"benchmarks.{benchmark}", *options)
    assert good.returncode == 0, good.stderr
    assert "Skipped: there is no touch_digits.jsonl.gz" in good.stderr
    assert "digitnet" in good.stdout
    bad = python_m(f"benchmarks.{benchmark}", *options, "--most-test", "-1")
    assert bad.returncode == 1
    assert "MNIST test: " in bad.stderr


def test_doubt_compares_scores_and_holds_the_shipped_one_to_its_target(tmp_path: Path) -> None:
    options = ("--run", "tiny_cnn", "--drawn", str(tmp_path), "--limit", "20", "--processes", "1")
    done = python_m("benchmarks.doubt", *options, "--least-auroc", "1.01")
    assert done.returncode == 1
    assert "tiny_cnn, mean AUROC on held sets: 0." in done.stderr
    rows = [line.split("  ")[0] for line in done.stdout.splitlines()]
    assert rows.count("likeness, as shipped") == rows.count("all of them together") == 2


def test_missing_drawings_are_skipped_with_a_line_that_says_so(tmp_path: Path) -> None:
    done = python_m("benchmarks.drawn", "--drawn", str(tmp_path), "--processes", "1")
    assert done.returncode == 0, done.stderr
    assert "Skipped: there is no touch_digits.jsonl.gz" in done.stderr


def test_robustness_says_what_is_missed_and_ends_with_1() -> None:
    runs = ("--run", "dense", "--run", "fast_cnn", "--digits", "30")
    targets = ("--least-turned", "0.1", "--least-width", "0.1", "--least-hidden")
    good = python_m("benchmarks.robustness", *runs, *targets, "0.1")
    assert good.returncode == 0, good.stderr
    assert "dense: % of 30 test digits" in good.stdout
    assert "fast_cnn: % of 30 test digits" in good.stdout
    assert good.stdout.count("Black on white") == 2
    bad = python_m("benchmarks.robustness", *runs, *targets, "1.01")
    assert bad.returncode == 1
    assert "Missed: dense reads" in bad.stderr


def test_handwriting_says_which_writers_are_missing(tmp_path: Path) -> None:
    nowhere = ("--drawn", str(tmp_path), "--mnist-writers", str(tmp_path / "none.npz"))
    done = python_m("benchmarks.handwriting", "--run", "tiny_cnn", "--prototypes-only", "--processes", "1", *nowhere)
    assert done.returncode == 0, done.stderr
    assert "Skipped: there is no pendigits.jsonl.gz" in done.stderr
    assert "none.npz (see --mnist-writers)" in done.stderr
