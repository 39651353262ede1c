"""The head of an experiment's file: YAML, read entry by entry, so that whatever is wrong can be named with its line."""

from collections.abc import Iterator, Sequence
from dataclasses import Field, dataclass
from typing import Any, NoReturn

import yaml

from digitcore.base.errors import BadExperiment
from digitcore.runs.config import kind_of, optional

_TRUTHS = {"true": True, "yes": True, "false": False, "no": False}
_KINDS = {yaml.MappingNode: "entries", yaml.SequenceNode: "a list", yaml.ScalarNode: "a text or a number"}


@dataclass(frozen=True)
class Entry:
    """A value in a file's head, and where it stands."""

    node: yaml.Node
    name: str  # what it is, for a sentence: "runs", "the second run's title"
    file: str
    above: int  # lines of the file before the head

    @property
    def line(self) -> int:
        return int(self.node.start_mark.line) + 1 + self.above

    def wrong(self, what: str) -> NoReturn:
        """Raise `BadExperiment` with one sentence: file, line, this entry, and what is wrong with it."""
        raise wrong(self.file, self.line, f"{self.name} {what}")

    def entries(self, required: Sequence[str], optional: Sequence[str] = ()) -> "dict[str, Entry]":
        """Return the entries in this one by name; none is missing, unknown or there twice."""
        found = self.mapping()
        for name in required:
            if name not in found:
                self.wrong(f"needs an entry called {name!r}")
        for name, entry in found.items():
            if name not in (*required, *optional):
                known = ", ".join((*required, *optional))
                raise wrong(self.file, entry.line, f"{self.name} can't have {name!r}; it can have: {known}")
        return found

    def mapping(self) -> "dict[str, Entry]":
        """Return the entries in this one by name, whatever they are called; none is there twice."""
        found: dict[str, Entry] = {}
        for key, value in self._of(yaml.MappingNode):
            name = str(key.value)
            if name in found:
                raise wrong(self.file, key.start_mark.line + 1 + self.above, f"{name!r} is there twice")
            found[name] = Entry(value, f"{name!r}", self.file, self.above)
        return found

    def list(self, least: int, most: int) -> "list[Entry]":
        """Return the entries of a list."""
        items = self._of(yaml.SequenceNode)
        if not least <= len(items) <= most:
            self.wrong(f"needs {least} to {most} entries, and has {len(items)}")
        return [
            Entry(item, f"entry {number} of {self.name}", self.file, self.above) for number, item in enumerate(items, 1)
        ]

    def text(self, longest: int = 400) -> str:
        """Return a text that isn't empty."""
        value = " ".join(str(self._of(yaml.ScalarNode)).split())
        if not 1 <= len(value) <= longest:
            self.wrong(f"must be a text of 1 to {longest} characters")
        return value

    def whole(self, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`."""
        try:
            value = int(self.text())
        except ValueError:
            self.wrong("must be a whole number")
        if not low <= value <= high:
            self.wrong(f"must be from {low} to {high}; {value} is not")
        return value

    def one_of(self, options: Sequence[str]) -> str:
        """Return one of a few words."""
        value = self.text()
        if value not in options:
            self.wrong(f"must be one of {', '.join(options)}; {value!r} is not")
        return value

    def choice(self, choice: Field[Any]) -> Any:
        """Return the value of a choice of a training, in its type; its bounds are for `TrainingConfig` to check."""
        value = self.text()
        if optional(choice) and value in ("all", "none", "null", "~"):
            return None
        kind = kind_of(choice)
        try:
            return _TRUTHS[value.lower()] if kind is bool else kind(value)
        except (KeyError, ValueError):
            self.wrong(f"must be {_WORDS[kind]}; {value!r} is not")

    def _of(self, kind: type[yaml.Node]) -> Any:
        if not isinstance(self.node, kind):
            self.wrong(f"must be {_KINDS[kind]}")
        return self.node.value


_WORDS = {int: "a whole number", float: "a number", bool: "true or false", str: "a text"}


def wrong(file: str, line: int, what: str) -> BadExperiment:
    """Return the error with the one sentence that a teacher gets."""
    return BadExperiment(f"{file}, line {line}: {what}.")


def head_of(text: str, file: str, above: int) -> Entry:
    """Return the head in `text`, which begins after `above` lines of its file. Raises `BadExperiment`."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = above + 1 + (mark.line if mark else 0)
        raise wrong(file, line, f"this is no YAML ({error.problem or error.context})") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise wrong(file, above + 1, "the head is no YAML") from error
    if node is None:
        raise wrong(file, above, "the head is empty")
    return Entry(node, "the head", file, above)


def lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines of a text, counted from 1."""
    yield from enumerate(text.splitlines(), 1)
