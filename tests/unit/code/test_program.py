"""The Keras program of a training: it runs by itself and comes to the same figures."""

import ast
import re
import runpy
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from digitcore.code.program import program
from digitcore.data.mnist import MNIST_FILE, load_mnist
from digitcore.data.writers import WRITERS_FILE
from digitcore.runs.config import TrainingConfig
from digitcore.runs.history import EpochDone
from digitcore.runs.recipes import RECIPES
from digitcore.training import augmentation
from digitcore.training.trainer import Trainer

DENSE = TrainingConfig(network="dense", epochs=1, train_size=4000, validation_share=0.05, batch_size=32)
ODD = TrainingConfig(
    network="fast_cnn",
    epochs=2,
    train_size=3000,
    validation_share=0.05,
    batch_size=64,
    optimizer="adamw",
    weight_decay=0.01,
    learning_rate=5e-3,
    schedule="one_cycle",
    label_smoothing=0.05,
    augmentation=True,
    distortion=0.3,
    writers="students",
    left_out="7",
    rare="1",
    shuffled_labels=0.1,
    placement="anywhere",
    seed=2,
)
EVERYTHING = [
    *(recipe.config for recipe in RECIPES.values()),
    *(ODD, ODD.but(placement="corner", schedule="cosine", augmentation=False, split="writers")),
    DENSE.but(network="own", layers="conv8k5s2 norm relu conv8same pool average dropout0.25 dense32"),
    *(DENSE.but(data=data, loss="categorical_crossentropy") for data in ("mine", "mnist+mine")),
]


@pytest.fixture
def beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files that a program reads where it finds no network; it is run there."""
    for file in (MNIST_FILE, WRITERS_FILE):
        (tmp_path / file.name).symlink_to(file)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def printed(folder: Path, config: TrainingConfig, capsys: pytest.CaptureFixture[str]) -> dict[str, float]:
    """Run the program of a training, and return the shares that it prints, by part."""
    (folder / "digits.py").write_text(program(config), encoding="utf-8")
    runpy.run_path(str(folder / "digits.py"))
    said = re.findall(r"(\w+): ([\d.]+)% right", capsys.readouterr().out)
    return {part: float(share) / 100 for part, share in said}


def ours(config: TrainingConfig) -> float:
    trainer = Trainer(config, load_mnist().train)
    return max(event.row.val_accuracy for event in trainer.run() if isinstance(event, EpochDone))


@pytest.mark.parametrize("config", [DENSE, ODD], ids=["usual", "every knob turned"])
def test_the_program_reads_as_well_as_the_network_that_is_trained_here(
    beside: Path, capsys: pytest.CaptureFixture[str], config: TrainingConfig
) -> None:
    found = printed(beside, config, capsys)
    assert set(found) == {"validation", "test"}
    assert found["validation"] == pytest.approx(ours(config), abs=0.05)


@pytest.mark.parametrize("config", EVERYTHING)
def test_a_program_is_written_as_one_writes_python_and_needs_nothing_else(config: TrainingConfig) -> None:
    text = program(config)
    imported = {
        (node.module if isinstance(node, ast.ImportFrom) else node.names[0].name).split(".")[0]  # type: ignore[union-attr]
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert imported <= {"keras", "numpy", "tensorflow", "pathlib", "dataclasses", "typing"}
    for command in (("format", "--check"), ("check", "--select", "E,F,I,W")):
        call = (sys.executable, "-m", "ruff", *command, "--quiet", "--isolated", "--line-length", "120", "-")
        done = subprocess.run(call, input=text, text=True, capture_output=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_a_program_distorts_digits_just_as_we_do() -> None:
    names: dict[str, object] = {}
    text = program(TrainingConfig(augmentation=True))
    start, end = text.index("SIDE = 28"), text.index("class Distort")
    exec("from dataclasses import dataclass, fields\nfrom typing import Self\n", names)
    exec("import numpy as np\nimport tensorflow as tf\n" + text[start:end], names)
    images = (load_mnist().train.images[:5, ..., np.newaxis] / np.float32(255)).astype(np.float32)
    expected = augmentation.augment(images, np.array([1, 2], np.int32))
    assert np.array_equal(names["augment"](images, np.array([1, 2], np.int32)), expected)  # type: ignore[operator]


def test_what_a_program_leaves_out_it_says() -> None:
    told = program(RECIPES["digitnet"].config)
    assert told.count("# Left out:") == 4
    wider = program(DENSE.but(epochs=3, wider_epochs=1))
    assert "Left out: 1 epoch more, in which" in wider
    assert "epochs=2," in wider
    assert "Left out" not in program(DENSE)
