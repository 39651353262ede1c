"""The rooms of `digitcore`, what each may import, and what the app's process never loads."""

import ast
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "app.py", *ROOT.glob("pages/*.py"), *ROOT.glob("digitcore/**/*.py")))

# each room may import those above it in this list that it names; README's "How it is built" is the same table
ROOMS: dict[str, set[str]] = {
    "base": set(),
    "classroom": {"base"},
    "networks": set(),
    "metrics": {"base"},
    "preprocessing": {"base"},
    "data": {"base", "classroom", "preprocessing"},
    "runs": {"base", "classroom", "preprocessing", "data", "networks"},
    "inference": {"base", "preprocessing", "data", "networks", "metrics", "runs"},
    "handwriting": {"base", "preprocessing", "data", "networks", "metrics", "runs", "inference"},
    "segmentation": {"base", "preprocessing", "data", "networks", "metrics", "runs", "inference"},
    "training": {"base", "preprocessing", "data", "networks", "metrics", "runs", "inference"},
    "analysis": {"base", "preprocessing", "data", "networks", "metrics", "runs", "inference"},
    "forms": {"base", "preprocessing", "data", "networks", "metrics", "runs", "inference", "training", "analysis"},
    "figures": {"base", "preprocessing", "data", "networks", "metrics", "runs", "inference", "analysis"},
    "jobs": {"base", "classroom", "preprocessing", "data", "networks", "metrics", "runs", "inference", "training"},
    "code": {"base", "data", "networks", "runs", "training"},
    "takeaway": {"base", "networks", "runs", "inference"},
    "experiments": {"base", "preprocessing", "data", "networks", "runs", "inference", "training"},
}
ROOMS["api"] = set(ROOMS)
ROOMS["cli"] = set(ROOMS) - {"api"}
ROOMS["ui"] = set(ROOMS) - {"api", "cli"}

# where a package that is large, or that decides how a process behaves, may be imported
HOMES = {
    "tensorflow": {"training"},
    "keras": {"training"},
    "plotly": {"figures"},
    "jinja2": {"figures", "takeaway"},
    "distributed": {"jobs"},
    "cryptography": {"jobs"},
    "streamlit": {"ui", "app", "pages"},
    "streamlit_drawable_canvas": {"ui"},
    "starlette": {"ui"},
    "segno": {"classroom"},
    "itsdangerous": {"classroom"},
    "ai_edge_litert": {"inference"},
    "rich": {"cli"},
    "click": {"cli", "api"},
    "yaml": {"experiments"},
}
MOST_FILES = 15  # in a folder


@cache
def imports(file: Path) -> tuple[str, ...]:
    """Return the modules that a file imports, late imports too; `from package import module` counts as the module."""
    return tuple(_imports(ast.parse(file.read_text(encoding="utf-8"))))


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports are absolute, so that they can be read and searched for"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room(name: str) -> str:
    """Return the room of a dotted module name."""
    parts = name.split(".")
    return parts[1] if parts[0] == "digitcore" and len(parts) > 1 else parts[0]


def room_of(file: Path) -> str:
    return room(".".join(file.relative_to(ROOT).with_suffix("").parts))


def ours(name: str) -> bool:
    return name.split(".")[0] == "digitcore" and room(name) in ROOMS


@pytest.mark.parametrize("name", ROOMS)
def test_a_room_imports_only_what_the_table_allows(name: str) -> None:
    files = [file for file in SOURCES if room_of(file) == name]
    assert files, f"there is no room called {name}"
    found = {(str(file.relative_to(ROOT)), used) for file in files for used in imports(file) if ours(used)}
    assert {each for each in found if room(each[1]) not in {name, *ROOMS[name]}} == set()


def test_every_file_of_the_package_lies_in_a_room() -> None:
    others = {"__init__", "__main__"}
    inside = [file for file in SOURCES if file.is_relative_to(ROOT / "digitcore")]
    assert {room_of(file) for file in inside} - others == set(ROOMS)


@pytest.mark.parametrize("package", HOMES)
def test_a_package_is_imported_in_its_rooms_only(package: str) -> None:
    found = {room_of(file) for file in SOURCES if any(name.split(".")[0] == package for name in imports(file))}
    assert found, "the rule is about nothing if nobody imports it"
    assert found <= HOMES[package]


def test_a_folder_of_a_page_imports_only_what_the_pages_share() -> None:
    ui = ROOT / "digitcore" / "ui"
    found = [
        (str(file.relative_to(ui)), name)
        for file in ui.glob("*/*.py")
        for name in imports(file)
        if name.startswith("digitcore.ui.") and name.split(".")[2] not in ("shared", file.parent.name)
    ]
    assert found == []


def test_nothing_in_the_package_imports_the_pages_or_the_tests() -> None:
    found = {
        (str(file.relative_to(ROOT)), name)
        for file in SOURCES
        for name in imports(file)
        if name.split(".")[0] in ("app", "pages", "tests", "benchmarks", "harness")
    }
    assert found == set()


@pytest.mark.parametrize(
    ("one", "other"),
    [("benchmarks", "tests"), ("harness", "tests"), ("tests", "benchmarks"), ("harness", "benchmarks")],
)
def test_tests_and_benchmarks_import_their_tools_and_not_one_another(one: str, other: str) -> None:
    files = list(ROOT.glob(f"{one}/**/*.py"))
    assert files
    assert [(file.name, name) for file in files for name in imports(file) if name.split(".")[0] == other] == []


def test_no_test_imports_another_test() -> None:
    found = [
        (file.name, name)
        for file in ROOT.glob("tests/**/*.py")
        for name in imports(file)
        if name.split(".")[0] == "tests" and "conftest" not in name.split(".")
    ]
    assert found == []


def test_no_modules_import_one_another_in_a_circle() -> None:
    known = {".".join(file.relative_to(ROOT).with_suffix("").parts): file for file in SOURCES}
    graph = {
        module: {used for name in imports(file) if (used := _module(name, known))} for module, file in known.items()
    }
    while leaves := {module for module, used in graph.items() if not used & set(graph) - {module}}:
        graph = {module: used for module, used in graph.items() if module not in leaves}
    assert graph == {}


def _module(name: str, known: dict[str, Path]) -> str | None:
    """Return the module that `import name` loads first of all: the name itself, or what it is a name in."""
    found = (name, name.rpartition(".")[0])
    return next((module for module in found if module in known), None)


def test_no_folder_has_more_files_than_can_be_taken_in_at_a_glance() -> None:
    listed = subprocess.run(["git", "ls-files", "*.py", "*.js", "*.css"], cwd=ROOT, capture_output=True, text=True)
    counts = Counter(str(Path(file).parent) for file in listed.stdout.split())
    if not counts:
        pytest.skip("this is no git checkout, so it can't be told which files belong to it")
    assert {folder: count for folder, count in counts.items() if count > MOST_FILES} == {}


def test_the_command_line_reads_a_digit_with_no_tensorflow_and_no_pandas_and_loads_one_command_alone() -> None:
    program = """
import sys
import numpy as np
from digitcore.cli.main import cli, every_command
from digitcore.inference.classifier import DigitClassifier
cli.get_command(None, "submit")
slow = {name.split(".")[0] for name in sys.modules} & {"distributed", "dask", "jinja2"}
if slow:
    sys.exit(f"loaded: {slow}")
every_command()
DigitClassifier.load().predict_proba(np.zeros((28, 28), np.uint8))
loaded = {name.split(".")[0] for name in sys.modules} & {"tensorflow", "keras", "streamlit", "pandas"}
sys.exit(f"loaded: {loaded}" if loaded else 0)
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
