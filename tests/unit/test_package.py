"""What `pip install .` gives: the package as it is away from its checkout."""

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from PIL import Image

from digitcore.data.mnist import load_mnist
from digitcore.runs.record import SHIPPED

ROOT = Path(__file__).parents[2]
COMMAND = """
from importlib.metadata import entry_points
(command,) = entry_points(group="console_scripts", name="digitcore")
command.load()()
"""  # what the script does that pip would write
WHERE = """
from digitcore.base import settings
for path in (settings.__file__, settings.SHIPPED_FOLDER, settings.runs_folder()):
    print(path)
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the built package in it, unpacked as pip would; its dependencies are those of the environment."""
    built, folder = tmp_path_factory.mktemp("built"), tmp_path_factory.mktemp("installed")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", built], cwd=ROOT, check=True)
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def python(installed: Path, home: Path, *arguments: str) -> str:
    """Run Python in the folder `home`, for somebody whose home that is, and return what it prints."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DIGITCORE_", "XDG_"))}
    env = {**kept, "PYTHONPATH": str(installed), "HOME": str(home)}
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=home, env=env, capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_everything_that_is_not_code_comes_along(installed: Path) -> None:
    package = ROOT / "digitcore"
    inside = {file.relative_to(package) for file in package.rglob("*") if file.is_file() and file.suffix != ".pyc"}
    runs = {file.relative_to(ROOT) for run in SHIPPED for file in (ROOT / "models" / run).iterdir()}
    found = {file.relative_to(installed / "digitcore") for file in (installed / "digitcore").rglob("*")}
    assert (inside | runs) - found == set()
    assert Path("py.typed") in found


def test_no_run_comes_along_but_the_shipped_ones(installed: Path) -> None:
    assert {folder.name for folder in (installed / "digitcore" / "models").iterdir()} == set(SHIPPED)


def test_the_command_reads_a_picture(installed: Path, tmp_path: Path) -> None:
    test = load_mnist().test
    Image.fromarray(test.images[0]).save(tmp_path / "some.png")
    said = python(installed, tmp_path, "-c", COMMAND, "predict", "some.png")
    assert re.search(rf"some\.png +{test.labels[0]} ", said)


def test_runs_of_ones_own_go_where_one_may_write(installed: Path, tmp_path: Path) -> None:
    code, shipped, own = map(Path, python(installed, tmp_path, "-c", WHERE).splitlines())
    assert code.is_relative_to(installed)
    assert shipped == installed / "digitcore" / "models"
    assert own.is_relative_to(tmp_path)


@pytest.mark.parametrize(
    ("arguments", "name"), [(("-c", COMMAND), "digitcore"), (("-m", "digitcore"), "python -m digitcore")]
)
def test_help_calls_the_program_as_it_was_called(
    installed: Path, tmp_path: Path, arguments: tuple[str, ...], name: str
) -> None:
    assert python(installed, tmp_path, *arguments, "--help").startswith(f"Usage: {name} [OPTIONS]")


def test_it_depends_on_what_is_pinned_and_a_little_around_it() -> None:
    loose = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    wanted = {requirement.name: requirement.specifier for requirement in map(Requirement, loose)}
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    pinned = dict(line.split("==") for line in lines if not line.startswith("#"))
    assert set(wanted) == set(pinned)
    assert [name for name, version in pinned.items() if version not in wanted[name]] == []
