"""The README says what is so."""

from pathlib import Path

import pytest

from digitcore.cli.manual import with_manual

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_command_line_section_is_what_the_commands_say_of_themselves() -> None:
    assert with_manual(README) == README, "run: python -m digitcore.cli.manual README.md"


@pytest.mark.parametrize("command", ["make app", "make test"])
def test_the_two_commands_are_near_the_top(command: str) -> None:
    assert command in README[:2500]


def test_every_picture_and_link_into_the_repository_is_there() -> None:
    targets = [part.split(")")[0] for part in README.split("](")[1:]]
    inside = [target.split("#")[0] for target in targets if not target.startswith(("http", "#"))]
    assert inside
    assert [target for target in inside if not (ROOT / target).exists()] == []
