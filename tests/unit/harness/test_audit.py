"""What `make audit` says: never that there is no hole where nobody was asked."""

import json
from pathlib import Path

from harness.app.audit import FOUND, NONE_FOUND, NOT_ASKED, ask, found_in, told

CLEAN: dict[str, object] = {"name": "starlette", "version": "1.10.0", "vulns": []}
SKIPPED: dict[str, object] = {"name": "numpy", "skip_reason": "Dependency not found and could not be audited"}
HOLE: dict[str, object] = {**CLEAN, "vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["1.10.1"], "description": "…"}]}


def said(*packages: dict[str, object]) -> tuple[str, int]:
    return told(found_in(json.dumps({"dependencies": packages})))


def test_where_all_packages_were_asked_for_there_is_no_known_hole() -> None:
    assert said(CLEAN) == ("No known hole in 1 package.", NONE_FOUND)


def test_a_known_hole_is_named_with_what_mends_it() -> None:
    sentence, status = said(HOLE, CLEAN)
    assert (sentence, status) == ("1 known hole:\nstarlette 1.10.0: PYSEC-2026-1, mended in 1.10.1", FOUND)


def test_packages_of_which_nothing_is_known_are_named() -> None:
    assert said(CLEAN, SKIPPED)[0].endswith("Nothing is known of numpy.")


def test_where_nobody_could_be_asked_it_says_so(tmp_path: Path) -> None:
    assert ask(tmp_path, tmp_path) is None
    for answer in (said(SKIPPED), told(None), told(found_in("")), told(found_in("[]"))):
        assert (answer[0].startswith("Nobody could be asked"), answer[1]) == (True, NOT_ASKED)
