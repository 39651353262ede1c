"""The README and docs/ say what is so."""

import re
import shlex
from pathlib import Path

import pytest

from digitcore.cli.manual import manual
from harness.shell import parsed

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCS = ("command-line", "deploy", "experiments", "figures", "scale", "security", "teaching")
PAGES = ["README.md", "CONTRIBUTING.md", *(f"docs/{name}.md" for name in DOCS)]
PROGRAM = "python -m digitcore "
EXAMPLES = [line.removeprefix(PROGRAM) for line in README.splitlines() if line.startswith(PROGRAM)]


def test_the_manual_is_what_the_commands_say_of_themselves() -> None:
    written = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
    assert written == manual(), "run: python -m digitcore.cli.manual docs/command-line.md"


def test_there_are_a_few_examples_of_the_command_line() -> None:
    assert len(EXAMPLES) >= 5


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_is_a_command_with_options_that_there_are(example: str) -> None:
    assert parsed(shlex.split(example, comments=True))


@pytest.mark.parametrize("command", ["make app", "make test"])
def test_the_two_commands_are_near_the_top(command: str) -> None:
    assert command in README[:2500]


@pytest.mark.parametrize("page", PAGES)
def test_every_picture_and_link_into_the_repository_is_there(page: str) -> None:
    file = ROOT / page
    targets = [part.split(")")[0] for part in file.read_text(encoding="utf-8").split("](")[1:]]
    inside = [target.split("#")[0] for target in targets if not target.startswith(("http", "#"))]
    assert [target for target in inside if not (file.parent / target).exists()] == []


def test_what_is_said_of_security_names_tests_that_there_are() -> None:
    named = re.findall(r"(tests/[\w/.]+)(?:::(\w+))?", (ROOT / "docs" / "security.md").read_text(encoding="utf-8"))
    assert len([test for _, test in named if test]) > 15
    assert [file for file, _ in named if not (ROOT / file).exists()] == []
    assert [test for file, test in named if test and f"def {test}(" not in (ROOT / file).read_text("utf-8")] == []


def test_every_promise_of_security_is_shown_by_a_test_or_a_benchmark() -> None:
    table = (
        (ROOT / "docs" / "security.md").read_text(encoding="utf-8").split("| --- | --- | --- |\n")[1].split("\n\n")[0]
    )
    rows = [row.split(" | ") for row in table.splitlines()]
    assert len(rows) > 10
    assert [row[0] for row in rows if not re.search(r"`(tests/|benchmarks\.|ROUNDS)", row[-1])] == []


def test_the_readme_shows_a_picture_of_the_app() -> None:
    assert "](docs/draw.png)" in README
