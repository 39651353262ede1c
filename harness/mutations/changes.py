"""Where a source file can be changed a little, and how: a comparison turned round, a sign, a constant ..."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

_COMPARISONS: dict[type[ast.cmpop], tuple[str, ...]] = {  # the opposite and, where there is an edge, the edge moved
    ast.Lt: (">=", "<="),
    ast.LtE: (">", "<"),
    ast.Gt: ("<=", ">="),
    ast.GtE: ("<", ">"),
    ast.Eq: ("!=",),
    ast.NotEq: ("==",),
    ast.Is: ("is not",),
    ast.IsNot: ("is",),
    ast.In: ("not in",),
    ast.NotIn: ("in",),
}
_OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "-",
    ast.Sub: "+",
    ast.Mult: "/",
    ast.Div: "*",
    ast.FloorDiv: "*",
    ast.Mod: "*",
    ast.Pow: "*",
    ast.BitOr: "&",
    ast.BitAnd: "|",
    ast.LShift: ">>",
    ast.RShift: "<<",
}
_COMPARED = re.compile(rb"is\s+not\b|not\s+in\b|is\b|in\b|[<>=!]=|[<>]")
_OPERATOR = re.compile(rb"\*\*|//|<<|>>|[-+*/%|&]")
_BOOLEAN = re.compile(rb"\b(and|or)\b")
_FEW = 20  # a number below is a count or a place, and moves by one; one above is a bound, and is doubled or halved


@dataclass(frozen=True)
class Change:
    """One change to one file: the bytes from `start` to `end` become `new`.

    `line` is where it is and `code` that line's text; `lines` are those of its whole statement; what is not in a
    function runs when the file is imported.
    """

    file: str
    line: int
    start: int
    end: int
    kind: str
    old: str
    new: str
    code: str
    lines: range
    in_function: bool

    def applied(self, source: bytes) -> bytes:
        """Return the file's content with the change."""
        return source[: self.start] + self.new.encode() + source[self.end :]

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.kind}, `{self.old}` -> `{self.new}` in `{self.code}`"


def find_changes(file: str, source: bytes) -> list[Change]:
    """Return every change that can be made to a source file, in the order of their places."""
    finder = _Finder(file, source)
    finder.visit(ast.parse(source))
    return sorted(finder.found, key=lambda change: (change.start, change.end, change.new))


class _Finder(ast.NodeVisitor):
    """Leaves alone what does nothing (annotations, docstrings), wording, and formatted strings."""

    def __init__(self, file: str, source: bytes) -> None:
        self.found: list[Change] = []
        self._file = file
        self._source = source
        self._lines = source.splitlines(keepends=True)
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line))
        self._statement = range(1)
        self._in_function = False

    def visit(self, node: ast.AST) -> None:
        """Look into a node, remembering which statement it belongs to."""
        outside = self._statement
        if isinstance(node, ast.stmt):
            self._statement = _own_lines(node)
        super().visit(node)
        self._statement = outside

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        defaults = [each for each in (*node.args.defaults, *node.args.kw_defaults) if each]
        self._visit_all([*node.decorator_list, *defaults])
        self._visit_inside(node.body)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._visit_inside([node.body])

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value:
            self.visit(node.value)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        """Leave it out: before Python 3.12 the places in it are not known."""

    def visit_If(self, node: ast.If) -> None:
        if ast.unparse(node.test) in ("TYPE_CHECKING", "__name__ == '__main__'"):
            return
        self._negate(node.test)
        self.generic_visit(node)

    def visit_While(self, node: ast.While) -> None:
        self._negate(node.test)
        self.generic_visit(node)

    def visit_IfExp(self, node: ast.IfExp) -> None:
        self._negate(node.test)
        self.generic_visit(node)

    def visit_comprehension(self, node: ast.comprehension) -> None:
        for test in node.ifs:
            self._negate(test)
        self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        sides = [node.left, *node.comparators]
        for left, operator, right in zip(sides, node.ops, node.comparators, strict=False):
            for new in _COMPARISONS[type(operator)]:
                self._between(left, right, _COMPARED, "comparison", new)
        self._change_words(sides)
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        new = _OPERATORS.get(type(node.op))
        if new and not _is_text(node.left) and not _is_text(node.right):
            self._between(node.left, node.right, _OPERATOR, "operator", new)
        if isinstance(node.op, ast.Div):
            self._change_words([node.left, node.right])
        self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        new = _OPERATORS.get(type(node.op))
        if new and not _is_text(node.value):
            self._between(node.target, node.value, _OPERATOR, "operator", new)
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        new = "or" if isinstance(node.op, ast.And) else "and"
        for left, right in zip(node.values, node.values[1:], strict=False):
            self._between(left, right, _BOOLEAN, "and, or", new)
        self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        start = self._place(node.lineno, node.col_offset)
        if isinstance(node.op, ast.Not):
            self._add("not", start, start + len("not"), "", node.lineno)
        elif isinstance(node.op, ast.USub | ast.Invert):
            self._add("sign" if isinstance(node.op, ast.USub) else "not", start, start + 1, "", node.lineno)
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        for new in _other_values(node.value):
            self._replace(node, "constant", new)

    def visit_Dict(self, node: ast.Dict) -> None:
        self._change_words(node.keys)
        self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        if ast.unparse(node.value) in ("Literal", "Callable", "tuple", "dict", "list", "Sequence"):
            return
        self._change_words([node.slice])
        self.generic_visit(node)

    def visit_Slice(self, node: ast.Slice) -> None:
        self._move_edge(node.lower, " + 1")
        self._move_edge(node.upper, " - 1")
        start, end = self._span(node)
        if node.lower is None:
            self._add("slice", start, start, "1", node.lineno)
        if node.upper is None and node.step is None:
            self._add("slice", end, end, "-1", node.lineno)
        self.generic_visit(node)

    def visit_Return(self, node: ast.Return) -> None:
        if node.value and ast.unparse(node.value) != "None":
            self._replace(node.value, "return", "None")
        self.generic_visit(node)

    def _visit_all(self, nodes: list[ast.expr]) -> None:
        for node in nodes:
            self.visit(node)

    def _visit_inside(self, body: list[ast.stmt] | list[ast.expr]) -> None:
        before, self._in_function = self._in_function, True
        for node in body:
            self.visit(node)
        self._in_function = before

    def _negate(self, test: ast.expr) -> None:
        """Turn a condition round that is no comparison; those, `not`, `and` and `or` have changes of their own."""
        if not isinstance(test, ast.Compare | ast.BoolOp | ast.UnaryOp | ast.Constant):
            self._replace(test, "condition", f"not ({self._text(*self._span(test))})")

    def _change_words(self, nodes: list[ast.expr] | list[ast.expr | None]) -> None:
        """Change strings that are keys, parts of paths or compared with something."""
        for node in nodes:
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                self._replace(node, "constant", repr(node.value + "_"))

    def _move_edge(self, edge: ast.expr | None, by: str) -> None:
        if edge and not isinstance(edge, ast.Constant):
            self._replace(edge, "slice", f"({self._text(*self._span(edge))}){by}")

    def _replace(self, node: ast.expr, kind: str, new: str) -> None:
        self._add(kind, *self._span(node), new, node.lineno)

    def _between(self, left: ast.expr, right: ast.expr, pattern: re.Pattern[bytes], kind: str, new: str) -> None:
        """Change the operator that stands somewhere between two expressions."""
        after, before = self._span(left)[1], self._span(right)[0]
        between = re.sub(rb"#.*", lambda comment: b" " * len(comment[0]), self._source[after:before])
        found = pattern.search(between)
        assert found, f"no operator in {between!r} of {self._file}"
        line = (left.end_lineno or left.lineno) + between[: found.start()].count(b"\n")
        self._add(kind, after + found.start(), after + found.end(), new, line)

    def _add(self, kind: str, start: int, end: int, new: str, line: int) -> None:
        code = self._lines[line - 1].decode().strip()
        old = self._text(start, end)
        self.found.append(
            Change(self._file, line, start, end, kind, old, new, code, self._statement, self._in_function)
        )

    def _span(self, node: ast.expr | ast.Slice) -> tuple[int, int]:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self._place(node.lineno, node.col_offset), self._place(node.end_lineno, node.end_col_offset)

    def _place(self, line: int, column: int) -> int:
        return self._starts[line - 1] + column

    def _text(self, start: int, end: int) -> str:
        return self._source[start:end].decode()


def _own_lines(node: ast.stmt) -> range:
    """Return the lines of a statement, without those of the statements in it."""
    inside = [each.lineno for each in _children(node)]
    first = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", []))])
    return range(first, max(min(inside, default=(node.end_lineno or first) + 1), node.lineno + 1))


def _children(node: ast.stmt) -> Iterator[ast.stmt]:
    for name in ("body", "orelse", "finalbody", "handlers", "cases"):
        for each in getattr(node, name, []):
            if isinstance(each, ast.stmt):
                yield each


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _other_values(value: object) -> tuple[str, ...]:
    if isinstance(value, bool):
        return (str(not value),)
    if isinstance(value, int):
        return (str(value + 1), str(value - 1)) if value < _FEW else (str(2 * value), str(value // 2))
    if isinstance(value, float):
        return (repr(2 * value), repr(value / 2)) if value else ("1.0",)
    return ()
