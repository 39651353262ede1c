"""Where app and worker meet on the scheduler: names under which each finds what the other left, and the commands."""

from enum import StrEnum


class Command(StrEnum):
    """What a job is told to do."""

    GO = "go"
    PAUSE = "pause"
    STOP = "stop"


def task_key(run_id: str, attempt: str) -> str:
    """Return the key of the task that an attempt at a job is; the attempts have nothing in common but the job's id."""
    return f"{run_id}-{attempt}"


def topic(key: str) -> str:
    """Return the name of the event topic on which a task reports."""
    return f"digitcore-{key}"


def command_name(key: str) -> str:
    """Return the name of the variable with the latest command to a task."""
    return f"digitcore-command-{key}"


def weights_name(key: str) -> str:
    """Return the name of the variable with the weights that a task has now; the ones before are not kept."""
    return f"digitcore-weights-{key}"


def checkpoint_name(key: str) -> str:
    """Return the name of the variable with a task's latest checkpoint; the ones before are not kept."""
    return f"digitcore-checkpoint-{key}"
