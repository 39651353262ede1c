"""The changes that are made to see whether the tests notice."""

import ast
from pathlib import Path

import pytest

from harness.mutations.changes import Change, find_changes
from harness.mutations.may_live import MayLive, read_may_live
from harness.mutations.outcomes import Outcome, print_outcomes, share_noticed
from harness.mutations.suite import Suite

ROOT = Path(__file__).parents[3]
LIST = ROOT / "benchmarks" / "mutations" / "may_live.toml"


def changed(line: str) -> set[str]:
    """Return what may become of a line of code."""
    source = line.encode()
    return {change.applied(source).decode() for change in find_changes("file.py", source)}


@pytest.mark.parametrize(
    ("line", "becomes"),
    [
        ("a < b", {"a >= b", "a <= b"}),
        ("a is not b", {"a is b"}),
        ("a not in b", {"a in b"}),
        ("a == b != c", {"a != b != c", "a == b == c"}),
        ("-a", {"a"}),
        ("not a", {" a"}),
        ("a + b", {"a - b"}),
        ("a //= b", {"a *= b"}),
        ("(a) ** (b)", {"(a) * (b)"}),
        ("a and b or c", {"a or b or c", "a and b and c"}),
        ("7", {"8", "6"}),
        ("1_000", {"2000", "500"}),
        ("0.5", {"1.0", "0.25"}),
        ("True", {"False"}),
        ("a[i:]", {"a[(i) + 1:]", "a[i:-1]"}),
        ("a[:j]", {"a[1:j]", "a[:(j) - 1]"}),
        ("b if a else c", {"b if not (a) else c"}),
        ("[a for a in b if c(a)]", {"[a for a in b if not (c(a))]"}),
        ("a['key']", {"a['key_']"}),
        ("a / 'name'", {"a / 'name_'"}),
    ],
)
def test_code_is_changed_in_small_ways(line: str, becomes: set[str]) -> None:
    assert changed(line) == becomes


NOTHING = [
    '"""A docstring."""',
    "a: Literal[1, 2]",
    "def f(a: int | None) -> tuple[int, ...]: ...",
    "print('words')",
    "f'{a - 1}'",
    "if TYPE_CHECKING:\n    a = 1",
    "a = tuple[int, ...]",
]


@pytest.mark.parametrize("line", NOTHING)
def test_what_does_nothing_or_is_only_wording_is_left_alone(line: str) -> None:
    assert changed(line) == set()


def test_a_change_knows_its_line_its_statement_and_whether_it_runs_at_import() -> None:
    source = "# ä\nA = 1\n\ndef f(a=B / 2):\n    return g(\n        a * 3,\n    )\n".encode()
    found = {(each.old, each.new): each for each in find_changes("file.py", source)}
    assert (found["1", "2"].line, found["1", "2"].code, found["1", "2"].in_function) == (2, "A = 1", False)
    assert found["/", "*"].in_function is False
    inside = found["3", "4"]
    assert (inside.line, inside.lines, inside.code, inside.in_function) == (6, range(5, 8), "a * 3,", True)
    assert inside.applied(source).decode().splitlines()[5] == "        a * 4,"


def test_every_change_to_the_package_is_code_and_another() -> None:
    for file in (ROOT / "digitcore" / "data").glob("*.py"):
        source = file.read_bytes()
        before = ast.dump(ast.parse(source))
        for change in find_changes(file.name, source)[::7]:
            assert ast.dump(ast.parse(change.applied(source))) != before, change


def test_what_may_go_unnoticed_is_found_by_the_lines_text_wherever_it_stands() -> None:
    entry = MayLive("a/*.py", "It only looks better.", like=r"size=OLD\b", old="3")
    above, below = (find_changes("a/b.py", lines.encode()) for lines in ("f(size=3, n=3)", "\n\nf(size=3)"))
    assert entry.covers(above[0])
    assert entry.covers(below[0])
    assert not entry.covers(find_changes("a/b.py", b"f(size=4)")[0])
    assert not entry.covers(find_changes("b.py", b"f(size=3)")[0])


def test_every_line_that_may_go_unnoticed_is_still_there_and_has_a_reason() -> None:
    for entry in read_may_live(LIST):
        assert entry.why.endswith("."), entry
        texts = [file.read_text(encoding="utf-8") for file in ROOT.glob(entry.file)]
        lines = {line.strip() for text in texts for line in text.splitlines()}
        assert entry.like or entry.code in lines, entry


def test_the_share_leaves_out_what_may_go_unnoticed_unless_it_was_noticed(capsys: pytest.CaptureFixture[str]) -> None:
    changes = find_changes("file.py", b"a = 10\nb = -c\nd = e > f\n")
    outcomes = [Outcome(each, by="" if each.old in ("10", "-") else "a test") for each in changes]
    entry = MayLive("file.py", "Nobody reads it.", code="a = 10")
    assert share_noticed(outcomes) == pytest.approx(2 / 5)
    assert share_noticed(outcomes, [entry]) == pytest.approx(2 / 3)
    print_outcomes(outcomes, [entry])
    shown = capsys.readouterr().out
    assert "file.py:2: sign, `-` -> `` in `b = -c`: unnoticed\n" in shown
    assert "in `a = 10`: unnoticed, and may be: Nobody reads it." in shown


def test_the_tests_of_a_change_are_those_that_run_its_lines_then_the_others_of_their_files() -> None:
    suite = Suite(
        tests={"a.py": {5: {"t/one.py::slow", "t/one.py::quick"}, 9: {"t/one.py::other", "t/two.py::far"}}},
        seconds={"t/one.py::slow": 2, "t/one.py::quick": 1, "t/one.py::other": 0.1, "t/two.py::far": 0.1},
        failed=[],
    )
    inside = _change(in_function=True)
    assert suite.for_change(inside, []) == ["t/one.py::quick", "t/one.py::slow", "t/one.py::other"]
    assert set(suite.for_change(_change(in_function=False), [])) == set(suite.seconds)
    suite.failed.append("t/one.py::quick")
    assert "t/one.py::quick" not in suite.for_change(inside, [])


def _change(in_function: bool) -> Change:
    return Change("a.py", 5, 0, 1, "constant", "1", "2", "return 1", range(5, 6), in_function)
