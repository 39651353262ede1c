"""Nothing is lost, half written, stuck or left behind where processes are killed."""

import sys

import pytest

from harness.shell import python_m


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_fifty_random_kills_do_no_harm() -> None:
    done = python_m("benchmarks.kills", "--kills", "50", "--seed", "1")
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr[-5000:]}"
    assert "| all | | 50 | 0 |" in done.stdout
