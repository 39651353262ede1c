"""What the commands print: every figure that they name, from the run or the file that was asked for."""

import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from digitcore.base.text import chance, duration, percent
from digitcore.cli.main import cli
from digitcore.cli.progress import TrainingBars, summary_table
from digitcore.cli.train import _in_words
from digitcore.data.mnist import load_mnist
from digitcore.data.store import DataStore
from digitcore.inference.classifier import DigitClassifier
from digitcore.metrics.classification import Evaluation
from digitcore.networks import NETWORKS
from digitcore.runs.config import TrainingConfig
from digitcore.runs.history import BatchDone, EpochDone, EpochRow
from digitcore.runs.recipes import RECIPES
from digitcore.runs.record import Run
from digitcore.runs.store import RunStore
from harness.files import csv_of, png_of

IMAGES, LABELS = load_mnist().test.images[:40], load_mnist().test.labels[:40]


@pytest.fixture
def here(tmp_path: Path, empty_store: RunStore, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of files to read, which is also the current one; runs and data are kept elsewhere."""
    folder = tmp_path / "here"
    folder.mkdir()
    (folder / "mine.csv").write_bytes(csv_of(IMAGES, LABELS))
    (folder / "bare.csv").write_bytes(csv_of(IMAGES[:3], None))
    (folder / "seven.png").write_bytes(png_of(IMAGES[0]))
    (folder / "bad.png").write_bytes(b"nothing")
    monkeypatch.chdir(folder)
    return folder


def called(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments)


def printed(*arguments: str) -> str:
    result = called(*arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_evaluate_prints_every_figure_of_the_digits_that_were_read(here: Path) -> None:
    found = Evaluation.of(DigitClassifier.load("dense").predict_proba(IMAGES), LABELS)
    shown = printed("evaluate", "dense", "--data", "mine.csv")
    low, high = found.interval.low, found.interval.high
    head = (
        f"Dense network: {percent(found.accuracy)} of 40 digits right (95% interval {percent(low)} to {percent(high)})"
    )
    assert shown.splitlines()[0] == f"{head}, {found.errors} wrong"
    assert f"right in two guesses {percent(found.top[1])}, in three {percent(found.top[2])}" in shown
    rows = [line.split() for line in shown.splitlines()[3:]]
    assert [row[:3] for row in rows] == [[str(each.digit), str(each.right), str(each.support)] for each in found.digits]
    told = json.loads(printed("evaluate", "dense", "--data", "mine.csv", "--json"))
    assert (told["run"], told["count"], told["errors"]) == ("dense", 40, found.errors)
    assert (told["top_2"], told["top_3"], told["accuracy_low"]) == (found.top[1], found.top[2], low)
    assert told["confusion"] == found.confusion.tolist()
    assert [each["support"] for each in told["digits"]] == [each.support for each in found.digits]


def test_a_figure_that_is_no_number_is_null(here: Path) -> None:
    (here / "ones.csv").write_bytes(csv_of(IMAGES[LABELS == 1], LABELS[LABELS == 1]))
    told = json.loads(printed("evaluate", "dense", "--data", "ones.csv", "--json"))
    assert told["digits"][5]["recall"] is None
    assert told["digits"][1]["recall"] == 1


def test_predict_names_the_file_only_where_there_are_several(here: Path) -> None:
    alone = json.loads(printed("predict", "--run", "dense", "--json", "bare.csv"))
    assert [record["image"] for record in alone] == [1, 2, 3]
    assert "file" not in alone[0]
    both = json.loads(printed("predict", "--run", "dense", "--json", "bare.csv", "seven.png"))
    assert [record["file"] for record in both] == ["pictures", *["bare.csv"] * 3]
    assert "pictures:\n" in printed("predict", "--run", "dense", "bare.csv", "seven.png")
    assert "bare.csv:" not in printed("predict", "--run", "dense", "bare.csv")


def test_predict_prints_digit_probability_and_second_guess(here: Path) -> None:
    shares = DigitClassifier.load("dense").predict_proba(IMAGES[:3])
    head, *lines = printed("predict", "--run", "dense", "bare.csv").splitlines()
    assert head.split() == ["image", "digit", "sure", "else"]
    for number, (line, row) in enumerate(zip(lines, shares, strict=True), 1):
        second, first = np.argsort(row, kind="stable")[-2:]
        sure, other = chance(float(row[first])), chance(float(row[second]))
        assert line.split() == f"{number} {first} {sure} {second} ({other})".split()


def test_a_csv_of_several_files_has_one_header(here: Path) -> None:
    lines = printed("predict", "--run", "dense", "--csv", "bare.csv", "mine.csv").splitlines()
    assert lines[0].startswith("file,image,")
    assert sum(line.startswith("file,") for line in lines) <= 2  # the files' columns differ: one has labels
    assert [line.split(",")[0] for line in lines if not line.startswith("file,")] == ["bare.csv"] * 3 + [
        "mine.csv"
    ] * 40


def test_a_picture_that_cannot_be_read_is_named_and_the_status_tells(here: Path) -> None:
    result = called("predict", "--run", "dense", "seven.png", "bad.png")
    assert "bad.png" in str(result.exception)
    assert result.stdout.splitlines()[1].split()[:2] == ["seven.png", "7"]
    result = called("submit", "--run", "dense", str(here))
    assert "none was written" in str(result.exception)


def test_a_submission_counts_its_digits_and_names_its_run(here: Path) -> None:
    told = json.loads(printed("submit", "bare.csv", "--run", "dense", "--json", "-o", "out.csv"))
    assert (told["file"], told["run"], told["count"]) == ("out.csv", "dense", 3)
    lines = (here / "out.csv").read_text().splitlines()
    assert lines[0] == "ImageId,Label"
    assert [line.split(",")[0] for line in lines[1:]] == ["1", "2", "3"]
    assert printed("submit", "bare.csv", "--run", "dense", "-o", "-").splitlines() == lines
    assert printed("submit", "bare.csv", "--run", "dense").startswith("submission.csv: 3 digits in ")


def test_data_sets_are_added_listed_shown_and_removed(here: Path) -> None:
    added = printed("data", "add", "mine.csv")
    assert added.startswith("mine: 40 digits, from mine.csv, added ")
    kept = DataStore.open().get("mine")
    assert f"fingerprint {kept.fingerprint}" in added
    counts = [line.split() for line in added.splitlines()[3:]]
    assert counts == [[str(digit), str(count)] for digit, count in enumerate(kept.counts)]
    listed = printed("data", "list").splitlines()
    assert listed[1].split()[:2] == ["mnist", "60,000"]
    assert listed[2].split() == ["mine", "40", kept.added[:10], "mine.csv"]
    told = json.loads(printed("data", "list", "--json"))
    assert [(each["name"], each["count"]) for each in told] == [("mnist", 60_000), ("mine", 40)]
    assert json.loads(printed("data", "show", "mine", "--json"))["counts"] == list(kept.counts)
    assert printed("data", "show").startswith("mnist: 60,000 digits, from comes with the app\n")
    assert "another" in printed("data", "add", "mine.csv", "--name", "another")
    assert called("data", "remove", "mine").exit_code == 2  # there is nobody to ask
    printed("data", "remove", "mine", "--yes")
    assert [each.name for each in DataStore.open().list()] == ["another"]


def test_runs_are_listed_with_their_figures_and_the_default_has_a_star(here: Path) -> None:
    run = RunStore.open().get("dense")
    header, *rows = printed("runs", "list").splitlines()
    assert header.split() == ["id", "name", "network", "epochs", "validation", "test", "time", "finished"]
    assert [row.split()[0] for row in rows].count("*") == 1
    (row,) = [row for row in rows if " dense " in row]
    for shown in (run.name, str(run.config.epochs), percent(run.validation.accuracy), percent(run.test.accuracy)):
        assert shown in row
    assert duration(run.seconds) in row
    told = json.loads(printed("runs", "list", "--json"))
    assert {each["id"]: each["default"] for each in told}["digitnet"] is True
    assert sum(each["default"] for each in told) == 1


def test_a_record_is_shown_whole(here: Path) -> None:
    run = RunStore.open().get("dense")
    shown = dict(line.split("  ", 1) for line in printed("runs", "show", "dense").splitlines())
    shown = {name: value.strip() for name, value in shown.items()}
    assert (shown["id"], shown["name"], shown["status"]) == ("dense", run.name, run.status)
    assert shown["network"] == f"Dense network, {run.parameters:,} parameters"
    assert shown["finished"] == run.finished
    assert shown["training took"] == f"{duration(run.seconds)}, best epoch {run.best_epoch} of {run.config.epochs}"
    for part, score in {"training": run.train, "validation": run.validation, "test": run.test}.items():
        assert shown[part].startswith(f"{percent(score.accuracy)}, {score.errors:,} of {score.count:,} wrong")
    assert shown["command"] == run.command
    assert json.loads(printed("runs", "show", "dense", "--json")) == json.loads(json.dumps(run.to_json()))
    assert json.loads(printed("runs", "show", "--json"))["id"] == "digitnet"


def test_the_default_is_printed_and_changed(here: Path) -> None:
    assert printed("runs", "default") == "digitnet\n"
    assert printed("runs", "default", "dense") == "dense\n"
    assert RunStore.open().default_id() == "dense"


def test_a_run_is_exported_under_its_id_or_where_one_says(here: Path) -> None:
    assert printed("runs", "export", "dense") == "dense.zip\n"
    assert printed("runs", "export", "-o", "best.zip") == "best.zip\n"
    assert (here / "dense.zip").stat().st_size != (here / "best.zip").stat().st_size


def test_train_takes_a_recipe_or_the_networks_own_and_what_is_given_goes_first(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[TrainingConfig] = []
    run = RunStore.open().get("dense")

    def start(_store: RunStore, config: TrainingConfig, _id: str | None) -> Run:
        asked.append(config)
        return run

    monkeypatch.setattr("digitcore.cli.local_training.start", start)
    printed("train", "--network", "dense", "--epochs", "3")
    printed("train", "--recipe", "tiny_cnn", "--no-augmentation", "--train-size", "100")
    printed("train", "--data", "mnist+mine.csv")
    printed("train", "--data", "mine.csv", "--test-time-augmentation")
    assert asked[0] == RECIPES["dense"].config.but(epochs=3)
    assert asked[1] == RECIPES["tiny_cnn"].config.but(augmentation=False, train_size=100)
    assert [config.data for config in asked[2:]] == ["mnist+mine", "mine"]
    assert asked[3].test_time_augmentation is True
    assert [kept.name for kept in DataStore.open().list()] == ["mine"]
    assert called("train", "--resume", "x", "--epochs", "3").exit_code == 2


def test_what_a_training_came_to_is_said_in_two_lines(here: Path) -> None:
    run = replace(RunStore.open().get("dense"), reason="Stopped early.")
    first, second = _in_words(run).splitlines()
    assert first == f"Stopped early. Run dense: best epoch {run.best_epoch} of {run.config.epochs}, 24.9 s."
    stopped = replace(run, status="stopped", best_epoch=2, folder=run.folder / "nowhere")
    assert "best epoch 2 of 2, " in _in_words(stopped)  # of those that it was trained for
    assert f"test {percent(run.test.accuracy)} ({run.test.errors} of {run.test.count:,} wrong)" in second


def test_a_networks_summary_has_a_row_a_layer_and_the_total() -> None:
    console = Console(file=io.StringIO(), width=120)
    console.print(summary_table(NETWORKS["simple_cnn"]))
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert "Tutorial CNN (simple_cnn)" in shown
    assert "26 × 26 × 32" in shown
    assert f"{NETWORKS['simple_cnn'].parameters:,}" in shown
    assert shown.count("conv_") == 2


def test_bars_show_each_epoch_with_its_figures() -> None:
    console = Console(file=io.StringIO(), width=160, force_terminal=True)
    with TrainingBars(TrainingConfig(epochs=2), console) as bars:
        for epoch in (1, 2):
            bars.show(BatchDone(epoch, 1, 4, 0.5, 1.25, 1000.0))
            bars.show(BatchDone(epoch, 4, 4, 0.75, 0.5, 1000.0))
            row = EpochRow(epoch, 0.75, 0.5, 0.8 + epoch / 100, 0.4, 1e-3, 1.0)
            bars.show(EpochDone(row, epoch == 2, np.zeros((10, 10), np.int64)))
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert "epoch 1/2" in shown
    assert "epoch 2/2" in shown
    assert "4/4" in shown
    assert "validation 0.8200  best" in shown
    assert "validation 0.8100  best" not in shown
