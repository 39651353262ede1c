"""Whether what the app runs on has known holes, as the registry of Python's packages knows them: `make audit`.

    python -m harness.app.audit <folder of an environment that has pip-audit>

pip-audit by itself says that nothing was found where it could not ask for anything; this says that nobody was asked.
"""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

from digitcore.base.text import count

NONE_FOUND, FOUND, NOT_ASKED = 0, 1, 2  # exit statuses


@dataclass(frozen=True)
class Finding:
    """What is known of the packages of an environment."""

    asked: int  # packages of which the registry said what it knows
    skipped: tuple[str, ...]  # packages of which it said nothing
    holes: tuple[str, ...]  # a line each


def main() -> int:
    """Ask, print, and return the exit status."""
    report = ask(Path(sys.argv[1]), Path(sysconfig.get_path("purelib")))
    sentence, status = told(None if report is None else found_in(report))
    print(sentence)
    return status


def ask(tool: Path, packages: Path) -> str | None:
    """Return what pip-audit reports of the packages in a folder, as JSON; None where it reports nothing."""
    command = [
        str(tool / "bin" / "pip-audit"),
        "--path",
        str(packages),
        "--format",
        "json",
        "--progress-spinner",
        "off",
    ]
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    except OSError:
        return None
    return done.stdout or None


def found_in(report: str) -> Finding | None:
    """Return what a report says; None for one that can't be read."""
    try:
        packages = json.loads(report)["dependencies"]
        skipped = tuple(each["name"] for each in packages if "skip_reason" in each)
        holes = tuple(_line(each, hole) for each in packages for hole in each.get("vulns", ()))
    except (ValueError, KeyError, TypeError):
        return None
    return Finding(len(packages) - len(skipped), skipped, holes)


def _line(package: dict[str, str], hole: dict[str, list[str]]) -> str:
    mended = ", ".join(hole.get("fix_versions", [])) or "no version yet"
    return f"{package['name']} {package['version']}: {hole['id']}, mended in {mended}"


def told(found: Finding | None) -> tuple[str, int]:
    """Return what to say of a finding, and the exit status; None stands for one that could not be had."""
    if found is None or not found.asked:
        return (
            "Nobody could be asked: the list of known holes is not reached from here, so nothing is known of any "
            "package. Run it where the registry of Python's packages is reached itself, not a mirror of it."
        ), NOT_ASKED
    unknown = f" Nothing is known of {', '.join(found.skipped)}." if found.skipped else ""
    if found.holes:
        return "\n".join((f"{count(len(found.holes), 'known hole')}:", *found.holes)) + unknown, FOUND
    return f"No known hole in {count(found.asked, 'package')}.{unknown}", NONE_FOUND


if __name__ == "__main__":
    sys.exit(main())
