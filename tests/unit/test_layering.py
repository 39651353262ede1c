"""The layout's rules: who may import what, and what the app's process never loads."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted((*ROOT.glob("*.py"), *ROOT.glob("pages/*.py"), *ROOT.glob("digitcore/**/*.py")))


def imported_by(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def importers(package: str) -> set[str]:
    return {
        str(file.relative_to(ROOT))
        for file in SOURCES
        if any(name.split(".")[0] == package for name in imported_by(file))
    }


@pytest.mark.parametrize("package", ["tensorflow", "keras"])
def test_tensorflow_is_imported_in_learn_only(package: str) -> None:
    found = importers(package)
    assert found, "the rule is about nothing if nobody imports it"
    assert {name for name in found if not name.startswith("digitcore/learn/")} == set()


def test_streamlit_is_imported_in_ui_pages_and_app_only() -> None:
    allowed = ("digitcore/ui/", "pages/", "app.py")
    found = importers("streamlit")
    assert found
    assert {name for name in found if not name.startswith(allowed)} == set()


def test_digitcore_never_imports_pages_and_only_ui_imports_ui() -> None:
    for file in SOURCES:
        path = str(file.relative_to(ROOT))
        names = set(imported_by(file))
        assert not {name for name in names if name.split(".")[0] in ("pages", "app")}, path
        if not path.startswith(("digitcore/ui/", "pages/", "app.py")):
            assert not {name for name in names if name.startswith("digitcore.ui")}, path


def test_reading_a_digit_loads_no_tensorflow() -> None:
    program = """
import sys
import numpy as np
from digitcore.classifier import DigitClassifier
DigitClassifier.load().predict_proba(np.zeros((28, 28), np.uint8))
loaded = {name.split(".")[0] for name in sys.modules} & {"tensorflow", "keras", "streamlit"}
sys.exit(f"loaded: {loaded}" if loaded else 0)
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
