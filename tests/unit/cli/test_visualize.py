"""`evaluate` and `visualize` as a shell sees them."""

import json
import shutil
from pathlib import Path

import pytest

from digitcore import figures
from digitcore.base import figure_options
from digitcore.base.settings import SHIPPED_FOLDER
from digitcore.runs.record import PREDICTIONS_FILE
from digitcore.runs.store import RunStore
from harness.shell import digitcore


def test_evaluate_prints_the_figures_of_the_record_as_json() -> None:
    done = digitcore("evaluate", "dense", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    score = RunStore(SHIPPED_FOLDER).get("dense").test
    assert (told["errors"], told["count"]) == (score.errors, score.count)
    assert told["accuracy_low"] < told["accuracy"] < told["accuracy_high"]
    assert sum(row["errors"] for row in told["digits"]) == score.errors


def test_visualize_writes_every_figure_and_a_report(tmp_path: Path) -> None:
    out, models = tmp_path / "out", str(tmp_path / "models")
    arguments = ["visualize", "dense", "--out", str(out), "--format", "html", "--no-maps", "--compare", "fast_cnn"]
    done = digitcore(*arguments, "--json", DIGITCORE_MODELS=models)
    assert done.returncode == 0, done.stderr
    written = [Path(entry["file"]) for entry in json.loads(done.stdout)]
    assert {file.stem for file in written} >= {"confusion-matrix", "loss-by-epoch", "comparison-by-digit", "report"}
    assert all(file.stat().st_size > 1000 for file in written)
    assert "McNemar" in (out / "report.html").read_text()


def test_where_there_is_no_chrome_html_is_written_and_it_says_so(tmp_path: Path) -> None:
    nowhere = {"PATH": str(tmp_path), "BROWSER_PATH": "", "CHROMIUM": "", "DIGITCORE_MODELS": str(tmp_path)}
    done = digitcore("visualize", "dense", "--out", str(tmp_path / "out"), "--no-maps", **nowhere)
    assert done.returncode == 0, done.stderr
    assert "HTML was written" in done.stderr
    assert (tmp_path / "out" / "confusion-matrix.html").exists()


def test_visualize_of_a_damaged_run_shows_what_it_can(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED_FOLDER / "dense", tmp_path / "dense")
    (tmp_path / "dense" / PREDICTIONS_FILE).write_bytes(b"rubbish")
    done = digitcore(
        "visualize", "dense", "--out", str(tmp_path / "out"), "--format", "html", DIGITCORE_MODELS=str(tmp_path)
    )
    assert done.returncode == 0, done.stderr
    assert "damaged predictions.npz" in done.stderr
    assert {file.stem for file in (tmp_path / "out").glob("*.html")} == {
        *("accuracy-by-epoch", "loss-by-epoch", "learning-rate-by-epoch", "report")
    }


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [(["nope"], "no run called 'nope'"), (["dense", "--no-maps", "--out", "/dev/null/figures"], "can't be written")],
)
def test_what_cannot_be_drawn_is_one_line_and_status_1(arguments: list[str], sentence: str) -> None:
    done = digitcore("visualize", *arguments, "--format", "html")
    assert (done.returncode, done.stdout) == (1, "")
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_the_themes_to_choose_from_are_those_that_there_are() -> None:
    assert set(figures.THEMES) == set(figure_options.THEMES)
