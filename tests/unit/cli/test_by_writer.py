"""`evaluate --by-writer` on a run's own test digits."""

import json

from click.testing import CliRunner

from digitcore.cli.main import cli


def test_errors_by_group_and_writer_are_printed_and_given_as_json() -> None:
    said = CliRunner().invoke(cli, ["evaluate", "dense", "--by-writer"])
    assert said.exit_code == 0
    assert any(line.split()[:4] == ["Students", "249", "5,001", "164"] for line in said.stdout.splitlines())
    told = json.loads(CliRunner().invoke(cli, ["evaluate", "dense", "--by-writer", "--json"]).stdout)
    assert [(group["group"], group["errors"]) for group in told["groups"]] == [("students", 164), ("employees", 58)]
    assert len(told["writers"]) == 297
    assert told["writers"][0]["errors"] == 7


def test_the_writers_of_ones_own_digits_are_not_known() -> None:
    refused = CliRunner().invoke(cli, ["evaluate", "dense", "--by-writer", "--data", "mine.csv"])
    assert refused.exit_code == 2
    assert "MNIST's test set alone" in refused.stderr
