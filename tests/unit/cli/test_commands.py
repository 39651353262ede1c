"""predict, submit, runs and data, as a shell sees them."""

import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from digitcore.base.errors import DigitcoreError
from digitcore.cli.main import cli, every_command
from digitcore.cli.manual import manual
from digitcore.data.mnist import load_mnist
from digitcore.inference.classifier import DigitClassifier
from digitcore.runs.store import RunStore
from harness.files import csv_of, idx_of, png_of

ROOT = Path(__file__).parents[3]
TEST = load_mnist().test
FAST = ("--run", "fast_cnn")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with runs of its own."""
    monkeypatch.setenv("DIGITCORE_MODELS", str(tmp_path / "runs"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "test.csv").write_bytes(csv_of(TEST.images[:30], None))
    (tmp_path / "train.csv").write_bytes(csv_of(TEST.images[:30], TEST.labels[:30]))
    for number in (1, 2):
        (tmp_path / f"{number}.png").write_bytes(png_of(TEST.images[number]))
    return tmp_path


def run(*arguments: str, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(cli, arguments, input=stdin)


def complaint(*arguments: str) -> str:
    done = run(*arguments)
    assert isinstance(done.exception, DigitcoreError), done.output
    return str(done.exception)


def expected(count: int = 30) -> list[int]:
    return DigitClassifier.load("fast_cnn").predict(TEST.images[:count]).tolist()


def test_a_submission_is_written_and_reported(here: Path) -> None:
    done = run("submit", "test.csv", *FAST)
    assert done.exit_code == 0
    assert "submission.csv: 30 digits in" in done.stdout
    lines = (here / "submission.csv").read_text().splitlines()
    assert lines == ["ImageId,Label", *(f"{number},{digit}" for number, digit in enumerate(expected(), 1))]


def test_a_submission_goes_through_pipes(here: Path) -> None:
    done = run("submit", "-", "-o", "-", *FAST, stdin=(here / "test.csv").read_bytes())
    assert done.stdout.splitlines()[1:] == [f"{number},{digit}" for number, digit in enumerate(expected(), 1)]
    assert done.stderr == ""


def test_a_bad_file_leaves_the_old_submission(here: Path) -> None:
    (here / "submission.csv").write_text("old")
    with (here / "test.csv").open("a") as stream:
        stream.write("1,2,3\n")
    assert "test.csv: line 32: 3 columns instead of 784" in complaint("submit", "test.csv", *FAST)
    assert (here / "submission.csv").read_text() == "old"
    assert sorted(path.name for path in here.iterdir() if path.name.startswith(".")) == []


def test_a_folder_that_is_not_there_is_a_sentence(here: Path) -> None:
    assert "submission.csv can't be written" in complaint("submit", "test.csv", "-o", "no/submission.csv", *FAST)
    assert "dense.zip can't be written" in complaint("runs", "export", "dense", "-o", "no/dense.zip")


def test_predict_prints_a_line_a_digit(here: Path) -> None:
    lines = run("predict", "test.csv", *FAST).stdout.splitlines()
    assert lines[0].split() == ["image", "digit", "sure", "else"]
    assert [int(line.split()[1]) for line in lines[1:]] == expected()


def test_predict_as_csv_and_as_json_agree(here: Path) -> None:
    table = run("predict", "train.csv", "--csv", *FAST).stdout.splitlines()
    assert table[0] == "image,label,prediction,confidence,second guess,its probability"
    records = json.loads(run("predict", "train.csv", "--json", *FAST).stdout)
    assert [record["prediction"] for record in records] == [int(line.split(",")[2]) for line in table[1:]] == expected()
    assert records[0]["label"] == TEST.labels[0]


def test_predict_takes_pictures_folders_and_files_at_once(here: Path) -> None:
    (here / "more").mkdir()
    (here / "1.png").rename(here / "more" / "1.png")
    records = json.loads(run("predict", "2.png", "test.csv", "more", "--json", *FAST).stdout)
    assert [(record["file"], record["image"]) for record in records[:3]] == [
        *[("pictures", "2.png"), ("pictures", "1.png"), ("test.csv", 1)]
    ]
    assert len(records) == 32


def test_one_bad_picture_is_reported_and_the_others_are_read(here: Path) -> None:
    (here / "notes.png").write_text("notes")
    done = run("predict", "notes.png", "1.png", *FAST)
    assert isinstance(done.exception, DigitcoreError)
    assert str(done.exception).startswith("notes.png: This is not a picture")
    assert len(done.stdout.splitlines()) == 2


@pytest.mark.parametrize("arguments", [("predict", "test.csv", "--json", "--csv"), ("predict",), ("runs", "shwo")])
def test_a_wrong_call_is_a_usage_error(here: Path, arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 2


def test_the_output_can_be_cut_off_and_what_is_wrong_is_one_line(here: Path) -> None:
    command = f"{sys.executable} -m digitcore predict test.csv --run fast_cnn | head -2"
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=here,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (len(done.stdout.splitlines()), done.stderr) == (2, "")
    broken = subprocess.run(
        [sys.executable, "-m", "digitcore", "predict", "nowhere.csv"],
        cwd=here,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (broken.returncode, broken.stdout) == (1, "")
    assert broken.stderr == "digitcore: nowhere.csv: there is no such file; check its name.\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
def test_a_full_disk_is_one_line(here: Path) -> None:
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "digitcore", "predict", "test.csv", "--run", "fast_cnn"]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(command, env=environment, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (1, "digitcore: The output can't be written: No space left on device.\n")


def test_runs_are_listed_shown_and_made_the_default(here: Path) -> None:
    listed = json.loads(run("runs", "list", "--json").stdout)
    assert [record["id"] for record in listed if record["default"]] == ["digitnet"]
    assert run("runs", "default", "dense").stdout == "dense\n"
    assert run("runs", "default").stdout == "dense\n"
    assert run("runs", "list").stdout.count("\n") == len(listed) + 1
    assert json.loads(run("runs", "show", "--json").stdout) == RunStore.open().get("dense").to_json()
    assert "Dense network" in run("runs", "show", "dense").stdout


def test_a_run_is_exported_whole(here: Path) -> None:
    assert run("runs", "export", "dense").stdout == "dense.zip\n"
    with zipfile.ZipFile(here / "dense.zip") as archive:
        assert {"run.json", "model.keras", "model.tflite"} <= set(archive.namelist())


def test_shipped_runs_are_protected_and_deleting_asks(here: Path) -> None:
    assert "came with the app" in complaint("runs", "rename", "dense", "Mine")
    assert "came with the app" in complaint("runs", "delete", "dense", "--yes")
    assert "say --yes" in run("runs", "delete", "dense").stderr
    assert "no run called 'nope'" in complaint("runs", "show", "nope")


def test_a_scheduler_that_others_may_reach_gets_no_training(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITCORE_SCHEDULER", "tcp://10.0.0.5:8786")
    assert "runs whatever anyone who reaches it sends" in complaint("train", "--id", "mine")
    assert not list((here / "runs").glob(".jobs/*"))


def test_a_name_in_a_zip_does_not_steer_the_terminal(here: Path) -> None:
    with zipfile.ZipFile("sent.zip", "w") as archive:
        archive.writestr("\x1b]0;title\x07\u202e1.png", png_of(TEST.images[1]))
        archive.writestr("2.png", png_of(TEST.images[2]))
    told = run("predict", "sent.zip", *FAST).output
    assert "]0;title1.png" in told
    assert not set(told) & set("\x1b\x07\u202e")


def test_data_under_the_name_of_mnist_is_told_to_take_another(here: Path) -> None:
    (here / "mnist.npz").write_bytes((here / "train.csv").read_bytes())
    assert complaint("data", "add", "mnist.npz") == (
        "'mnist' is the data set that comes with the app: choose another name for yours."
    )


def test_data_is_added_shown_listed_and_removed(here: Path) -> None:
    added = json.loads(run("data", "add", "train.csv", "--json").stdout)
    assert (added["name"], added["count"], added["source"]) == ("train", 30, "train.csv")
    assert json.loads(run("data", "show", "train", "--json").stdout) == added
    assert [kept["name"] for kept in json.loads(run("data", "list", "--json").stdout)] == ["mnist", "train"]
    assert "train: 30 digits" in run("data", "show", "train").stdout
    assert run("data", "remove", "train").exit_code == 2
    assert run("data", "remove", "train", "--yes").exit_code == 0
    assert "no data set called 'train'" in complaint("data", "show", "train")


def test_an_idx_pair_is_added_by_its_images(here: Path) -> None:
    (here / "t10k-images-idx3-ubyte").write_bytes(idx_of(TEST.images[:9]))
    (here / "t10k-labels-idx1-ubyte").write_bytes(idx_of(TEST.labels[:9]))
    assert json.loads(run("data", "add", "t10k-images-idx3-ubyte", "--name", "ten", "--json").stdout)["count"] == 9


def test_nothing_of_bad_data_is_kept(here: Path) -> None:
    with (here / "train.csv").open("a") as stream:
        stream.write("10" + ",0" * 784 + "\n")
    assert "line 32: the label in column 1 is '10'" in complaint("data", "add", "train.csv")
    assert len(json.loads(run("data", "list", "--json").stdout)) == 1


def test_a_file_of_ones_own_is_evaluated(here: Path) -> None:
    figures = json.loads(run("evaluate", "fast_cnn", "--data", "train.csv", "--json").stdout)
    wrong = sum(digit != label for digit, label in zip(expected(), TEST.labels, strict=False))
    assert (figures["count"], figures["errors"]) == (30, wrong)
    run("data", "add", "train.csv", "--name", "mine")
    assert json.loads(run("evaluate", "fast_cnn", "--data", "mine", "--json").stdout) == figures
    assert "it has no labels" in complaint("evaluate", "--data", "test.csv")


def test_the_manual_has_every_command_and_those_in_groups() -> None:
    text = manual()
    for name, command in every_command().items():
        assert f"## {name}\n" in text
        for inner in command.commands if isinstance(command, click.Group) else ():
            assert f"## {name} {inner}\n" in text


def shell(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "digitcore", *arguments]
    return subprocess.Popen(
        command,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # tests in the background ignore it
    )


def checkpoints(here: Path) -> list[Path]:
    return list((here / "runs" / ".jobs").glob("*/checkpoint.npz"))


LONG = ("--network", "dense", "--batch-size", "8", "--epochs", "4", "--id", "mine", "--validation-share", "0.1")


def test_a_training_on_a_file_that_was_killed_goes_on_where_it_was_and_is_evaluated(here: Path) -> None:
    (here / "train.csv").write_bytes(csv_of(TEST.images[:2500], TEST.labels[:2500]))
    with shell("train", "--data", "train.csv", *LONG) as process:
        wait_for(lambda: len(checkpoints(here)) == 1)
        process.kill()
    assert "mine" not in RunStore.open().ids()
    assert "--resume mine" in complaint("train", "--data", "train", *LONG)
    assert run("train", "--resume", "mine", "--epochs", "3").exit_code == 2
    with shell("train", "--resume", "mine", "--json") as process:
        output, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    record = json.loads(output)
    assert (record["status"], record["config"]["data"], record["data"]["name"]) == ("finished", "train", "train")
    assert record == json.loads((here / "runs" / "mine" / "run.json").read_text())
    assert "epoch" not in errors  # no bars where there is no terminal
    assert [row.epoch for row in RunStore.open().get("mine").history()] == [1, 2, 3, 4]
    evaluated = json.loads(run("evaluate", "mine", "--json").stdout)
    assert evaluated["errors"] == RunStore.open().get("mine").test.errors
    assert checkpoints(here) == []


def test_ctrl_c_stops_a_training_and_keeps_the_run(here: Path) -> None:
    with shell("train", *LONG, "--train-size", "2500", "--epochs", "60") as process:
        wait_for(lambda: len(checkpoints(here)) == 1)
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=120)
    assert (process.returncode, errors) == (0, errors)
    assert "Stopped by hand" in output
    stopped = RunStore.open().get("mine")
    assert (stopped.status, stopped.config.train_size) == ("stopped", 2500)
    assert checkpoints(here) == []
    assert "no training called 'mine' to go on with" in complaint("train", "--resume", "mine")


def wait_for(done: Callable[[], bool]) -> None:
    end = time.monotonic() + 120
    while not done():
        assert time.monotonic() < end
        time.sleep(0.02)
