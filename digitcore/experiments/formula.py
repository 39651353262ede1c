"""What an experiment says of its runs, in a form that can be checked: `accuracy(cnn) > accuracy(dense) + 0.02`.

A formula is arithmetic on numbers and measures. A measure is a call: first the name of a run, then whole numbers, as in
`read_as(without, 7, 9)`. Formulas are parsed by Python's own parser and evaluated here; nothing in them is ever run.
"""

import ast
import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

LONGEST = 300  # characters
_ARITHMETIC: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
}
_COMPARISONS: dict[type[ast.cmpop], Callable[[float, float], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


@dataclass(frozen=True)
class Call:
    """A measure of one run: `read_as(without, 7, 9)` is `Call("read_as", "without", (7, 9))`."""

    measure: str
    run: str
    numbers: tuple[int, ...] = ()

    @property
    def key(self) -> str:
        """What is measured, whichever run it is of: `read_as(7, 9)`, or `accuracy` where there are no numbers."""
        return f"{self.measure}({', '.join(map(str, self.numbers))})" if self.numbers else self.measure


Values = Mapping[str, Mapping[str, float]]  # by run and key


@dataclass(frozen=True)
class Formula:
    """A parsed formula. Its value is a number or, of a comparison, whether it holds."""

    text: str
    tree: ast.expr

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse a formula. Raises `ValueError` with the rest of a sentence that begins with what it is of."""
        if len(text) > LONGEST:
            raise ValueError(f"is longer than {LONGEST} characters")
        try:
            tree = ast.parse(text.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            raise ValueError("can't be read: write it like accuracy(cnn) > accuracy(dense) + 0.02") from error
        _check(tree)
        return cls(text.strip(), tree)

    @property
    def compares(self) -> bool:
        """Whether it is a statement, which holds or doesn't, rather than a number."""
        return isinstance(self.tree, ast.Compare | ast.BoolOp)

    def calls(self) -> tuple[Call, ...]:
        """Return the measures that it needs, each once."""
        return tuple(dict.fromkeys(_calls(self.tree)))

    def value(self, values: Values) -> float:
        """Return its value, given those of its measures; raises `KeyError` where one is missing."""
        return float(_value(self.tree, values))

    def holds(self, values: Values) -> bool:
        """Return whether a comparison is so; of a number, whether it isn't 0."""
        return bool(_value(self.tree, values))


def _check(node: ast.expr) -> None:
    match node:
        case ast.Constant(value=int() | float()) if not isinstance(node.value, bool):
            return
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            _check(operand)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _ARITHMETIC:
            _check_all(left, right)
        case ast.Compare(left=left, ops=ops, comparators=others) if all(type(op) in _COMPARISONS for op in ops):
            _check_all(left, *others)
        case ast.BoolOp(values=parts):
            _check_all(*parts)
        case ast.Call(func=ast.Name(), args=[ast.Name(), *numbers], keywords=[]) if all(map(_is_whole, numbers)):
            return
        case _:
            raise ValueError(f"has {ast.unparse(node)!r} in it, which is neither a number nor a measure of a run")


def _check_all(*nodes: ast.expr) -> None:
    for node in nodes:
        _check(node)


def _is_whole(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is int


def _calls(tree: ast.expr) -> Iterator[Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            run, *numbers = node.args
            assert isinstance(node.func, ast.Name)
            assert isinstance(run, ast.Name)
            yield Call(node.func.id, run.id, tuple(_number(each) for each in numbers))


def _number(node: ast.expr) -> Any:
    assert isinstance(node, ast.Constant)
    return node.value


def _value(node: ast.expr, values: Values) -> float:
    match node:
        case ast.Constant():
            return float(_number(node))
        case ast.UnaryOp():
            return -_value(node.operand, values)
        case ast.BinOp():
            return _ARITHMETIC[type(node.op)](_value(node.left, values), _value(node.right, values))
        case ast.Compare():
            return _compared(node, values)
        case ast.BoolOp():
            both = all if isinstance(node.op, ast.And) else any
            return both(_value(part, values) for part in node.values)
    (call,) = _calls(node)
    return values[call.run][call.key]


def _compared(node: ast.Compare, values: Values) -> bool:
    """Return whether each of a chain such as a < b < c is so for its neighbours."""
    numbers = [_value(each, values) for each in (node.left, *node.comparators)]
    neighbours = zip(node.ops, numbers, numbers[1:], strict=False)
    return all(_COMPARISONS[type(op)](left, right) for op, left, right in neighbours)
