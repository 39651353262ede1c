"""Where app and worker meet on the scheduler: names under which each finds what the other left, and the commands."""

from enum import StrEnum


class Command(StrEnum):
    """What a job is told to do."""

    GO = "go"
    PAUSE = "pause"
    STOP = "stop"


def topic(run_id: str) -> str:
    """Return the name of the event topic on which a job reports."""
    return f"digitcore-{run_id}"


def command_name(run_id: str) -> str:
    """Return the name of the variable with the latest command to a job."""
    return f"digitcore-command-{run_id}"


def checkpoint_name(run_id: str) -> str:
    """Return the name of the variable with a job's latest checkpoint; the ones before are not kept."""
    return f"digitcore-checkpoint-{run_id}"
