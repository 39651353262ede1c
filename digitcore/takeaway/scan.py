"""Which part of a JavaScript file is code: what stands in comments, strings, templates and patterns is none."""

import re
from collections.abc import Iterator

# what a run of plain code ends at; a template's text begins and ends inside one, at "${" and "}"
_SPECIAL = re.compile(r"//|/\*|/|[\"'`{}]")
_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_STRING = re.compile(r""""(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'""", re.DOTALL)
_PATTERN = re.compile(r"/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\[\n])+/[a-z]*")
_TEMPLATE = re.compile(r"(?:\\.|\$(?!\{)|[^`\\$])*(`|\$\{)", re.DOTALL)
# a slash after one of these begins a pattern, after anything else it divides
_BEFORE_PATTERN = re.compile(r"(?:^|[(,=:\[!&|?{};+\-*%<>~^]|=>|\b(?:return|typeof|case|in|of|void|delete|throw))\s*$")


class UnknownSyntax(Exception):
    """A script has something in it that can't be bundled; the message says what and where."""


def code_of(text: str) -> str:
    """Return `text` with spaces in place of all that is no code, line breaks aside, so that places stay the same.

    Raises `UnknownSyntax` where a comment, a string or a template has no end.
    """
    masked = list(text)
    for start, end in _others(text):
        masked[start:end] = [sign if sign == "\n" else " " for sign in text[start:end]]
    return "".join(masked)


def without_comments(text: str) -> str:
    """Return `text` without its comments, nor the lines that hold nothing else. Raises `UnknownSyntax`."""
    parts, at = [], 0
    for start, end in _others(text):
        if text.startswith(("//", "/*"), start):
            line = text.rfind("\n", 0, start) + 1
            alone = not text[line:start].strip() and text[end : end + 1] == "\n"
            parts += [text[at:line]] if alone else [text[at:start], " "]
            at = end + 1 if alone else end
    return "".join([*parts, text[at:]])


def _others(text: str) -> Iterator[tuple[int, int]]:
    """Yield where all that is no code begins and ends."""
    at, depth = 0, 0
    templates: list[int] = []  # how deep in braces each template was when its expression began
    while found := _SPECIAL.search(text, at):
        start, sign = found.start(), found.group()
        at = start + 1
        if sign == "{":
            depth += 1
        elif sign == "}" and templates and templates[-1] == depth:
            templates.pop()
            at = _template(text, start + 1, depth, templates)
            yield start, at
        elif sign == "}":
            depth -= 1
        elif sign == "`":
            at = _template(text, start + 1, depth, templates)
            yield start, at
        elif end := _end(text, start, sign):
            at = end
            yield start, at


def _template(text: str, at: int, depth: int, templates: list[int]) -> int:
    """Return where a template's text from `at` on ends, and note where an expression begins in it."""
    found = _TEMPLATE.match(text, at)
    if not found:
        raise UnknownSyntax(f"a template that begins in line {line_of(text, at)} has no end")
    if found.group(1) == "${":
        templates.append(depth)
    return found.end()


def _end(text: str, start: int, sign: str) -> int | None:
    """Return where a comment, a string or a pattern ends; None where a slash only divides."""
    if sign == "/":
        before = text[max(0, start - 200) : start]
        found = _PATTERN.match(text, start) if _BEFORE_PATTERN.search(before) else None
        return found.end() if found else None
    found = (_STRING if sign in "\"'" else _COMMENT).match(text, start)
    if not found:
        raise UnknownSyntax(f"what begins with {sign} in line {line_of(text, start)} has no end")
    return found.end()


def line_of(text: str, at: int) -> int:
    """Return the number of the line in which a place is, from 1."""
    return text.count("\n", 0, at) + 1
