"""The time, as records have it."""

from datetime import UTC, datetime


def now() -> str:
    """Return the time in UTC to the second, as ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")
