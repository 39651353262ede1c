"""What the commands print of shipped runs and a small file is kept, word by word and number by number."""

import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from digitcore.cli.main import cli
from digitcore.data.mnist import load_mnist
from digitcore.runs.store import RunStore
from harness.files import csv_of, png_of
from harness.kept import differences, kept_text

KEPT = Path(__file__).with_name("kept")
MNIST = load_mnist().test
COMMANDS = (
    "evaluate dense --data mine.csv",
    "evaluate dense --data mine.csv --json",
    "predict --run dense mine.csv",
    "predict --run dense --csv bare.csv seven.png",
    "predict --run dense --json bare.csv seven.png bad.png",
    "predict --run dense seven.png bad.png",
    "predict --run dense --json --csv bare.csv",
    "predict --run nobody bare.csv",
    "submit bare.csv --run dense -o -",
    "submit mine.csv --run dense --json",
    "data add mine.csv --name mine",
    "data add mine.csv --name mine",
    "data list",
    "data show mine --json",
    "data show mine",
    "data show",
    "data remove mine",
    "data remove mine --yes",
    "data list --json",
    "runs list",
    "runs show dense",
    "runs show dense --json",
    "runs default",
    "runs default nobody",
    "runs delete dense --yes",
    "runs rename dense Other",
    "robustness dense --digits 12",
    "robustness dense --digits 12 --json",
    "robustness dense --digits 0",
    "train --network dense --epochs 0",
    "visualize nobody",
    "visualize --help",
)
ALWAYS_ANOTHER = re.compile(r"\d{4}-\d\d-\d\dT?[^ \"]*|in [\d.]+ s\b|\"seconds\": [\d.e-]+|[\d,]+/s|/\S*/")
NUMBER = re.compile(r"(-?\d+(?:\.\d+)?(?:e-?\d+)?)")


@pytest.fixture
def here(tmp_path: Path, empty_store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of files to read, which is also the current one; runs and data are kept elsewhere."""
    (tmp_path / "mine.csv").write_bytes(csv_of(MNIST.images[:30], MNIST.labels[:30]))
    (tmp_path / "bare.csv").write_bytes(csv_of(MNIST.images[:3], None))
    (tmp_path / "seven.png").write_bytes(png_of(MNIST.images[0]))
    (tmp_path / "bad.png").write_bytes(b"nothing")
    monkeypatch.chdir(tmp_path)


def words(text: str) -> list[Any]:
    """A text as its lines, each a list of words and numbers, without times and places."""
    lines = ALWAYS_ANOTHER.sub("…", text).splitlines()
    return [[_read(part) for part in NUMBER.split(line) if part] for line in lines]


def _read(part: str) -> str | float:
    return float(part) if NUMBER.fullmatch(part) else part


@pytest.mark.parametrize("name", dict.fromkeys(command.split()[0] for command in COMMANDS))
def test_what_a_command_prints_is_what_is_kept(name: str, here: None) -> None:
    found = []
    for command in COMMANDS:
        if command.startswith(name):
            result = CliRunner().invoke(cli, command.split())
            raised = "" if isinstance(result.exception, SystemExit | type(None)) else str(result.exception)
            found.append([command, result.exit_code, *map(words, (result.stdout, result.stderr, raised))])
    assert differences(found, kept_text(KEPT / f"{name}.json", found)) == {}
