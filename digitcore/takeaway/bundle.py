"""Many JavaScript modules as one script, for a page that can't fetch any, and for one that is to fetch them at once.

Each module becomes a function that is called when it is first needed and returns what it exports. That suffices for
modules as we write them: named imports by relative path, and exports that never change. All else is an error, by name.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from posixpath import normpath

from digitcore.takeaway.scan import UnknownSyntax, code_of, line_of, without_comments

_NAME = r"[\w$]+"
_NAMES = r"\{(?P<names>[\w$\s,]*)\}"
_FROM = r"""from\s*["'](?P<path>[^"']+)["']\s*;"""
_IMPORT = re.compile(rf"import\s+{_NAMES}\s*{_FROM}")
_IMPORT_ALL = re.compile(rf"import\s+\*\s+as\s+(?P<name>{_NAME})\s+{_FROM}")
_PASSED_ON = re.compile(rf"export\s+{_NAMES}\s*{_FROM}")
_LISTED = re.compile(rf"export\s+{_NAMES}\s*;")
_DECLARED = re.compile(rf"export\s+(?=(?:async\s+)?(?:function\s*\*?|class|const)\s+(?P<name>{_NAME}))")
_DEFAULT = re.compile(r"export\s+default\s")
_FOREIGN = re.compile(r"import\(\s*(?![\s\"'`])")  # of an address that is known when it runs: no module of ours
_WORKER = re.compile(
    r"""new Worker\(\s*new URL\(\s*["'](?P<path>[^"']+)["']\s*,\s*import\.meta\.url\s*\)"""
    r"""\s*,\s*\{\s*type:\s*["']module["']\s*,?\s*\}\s*,?\s*\)"""
)
_KEYWORD = re.compile(r"(?<![.\w$])(?:import|export)\b(?!\s*:)|\bnew Worker\b")

_LOAD = """\
const $made = new Map();
const $load = (name) => {
  if (!$made.has(name)) $made.set(name, $modules[name]());
  return $made.get(name);
};
"""
_ALONE = """\
(() => {
"use strict";
// this script's own text, of which Workers are made, since there is no file to make them of
const $source = typeof document === "undefined" ? "" : document.currentScript.textContent;
const $worker = (name) => {
  const parts = [`globalThis.$begin = ${JSON.stringify(name)};\\n`, $source];
  const address = URL.createObjectURL(new Blob(parts, { type: "text/javascript" }));
  try {
    return new Worker(address);
  } finally {
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  }
};
"""
_LIBRARY = """\
const $worker = (name) => new Worker(import.meta.url, { type: "module", name });
"""
_LIBRARY_END = """\
export { $load as load };
if (typeof document === "undefined") $load(self.name);
"""


@dataclass
class _Module:
    """A module: its text as the body of a function, and the modules that it names."""

    body: str = ""
    needs: list[str] = field(default_factory=list)
    workers: list[str] = field(default_factory=list)


def bundle(root: Path, entry: str) -> str:
    """Return one script that runs the module `entry`, a path below `root`, and has in it all that this imports.

    A Worker that a module starts, `new Worker(new URL("x.js", import.meta.url), { type: "module" })`, is made of the
    same script. Raises `UnknownSyntax` for a module that is missing, imports itself by a detour, or has a syntax that
    isn't known here.
    """
    begin = f"$load(globalThis.$begin ?? {json.dumps(entry)});\n"
    return _inline("".join([_ALONE, _LOAD, _functions(root, [entry]), begin, "})();\n"]))


def library(root: Path, entries: Iterable[str]) -> str:
    """Return one module that has in it the modules `entries`, paths below `root`, and all that these import.

    It exports `load`, which returns what the module of a name exports. A Worker is the same file again. Raises
    `UnknownSyntax`, as `bundle` does.
    """
    return "".join([_LIBRARY, _LOAD, _functions(root, entries), _LIBRARY_END])


def _functions(root: Path, entries: Iterable[str]) -> str:
    """Return the modules that are needed, as an object of functions."""
    modules: dict[str, _Module] = {}
    waiting = list(entries)
    while waiting:
        name = waiting.pop()
        if name not in modules:
            modules[name] = _read(root, name)
            waiting += [*modules[name].needs, *modules[name].workers]
    texts = [f"{json.dumps(name)}: () => {{\n{modules[name].body}}},\n" for name in _ordered(modules)]
    return "".join(["const $modules = {\n", *texts, "};\n"])


def _inline(script: str) -> str:
    """Return a script that no HTML parser ends before its end: these signs only ever stand in text and comments."""
    return script.replace("</script", r"<\/script").replace("<!--", r"<\!--")


def _ordered(modules: dict[str, _Module]) -> list[str]:
    """Return the names, each after those of the modules that it needs."""
    ordered: list[str] = []
    while len(ordered) < len(modules):
        ready = [name for name in modules if name not in ordered and set(modules[name].needs) <= set(ordered)]
        if not ready:
            circle = ", ".join(sorted(set(modules) - set(ordered)))
            raise UnknownSyntax(f"these modules import one another in a circle: {circle}")
        ordered += sorted(ready)
    return ordered


def _read(root: Path, name: str) -> _Module:
    file = root / name
    if not file.is_file():
        raise UnknownSyntax(f"there is no module {name}")
    text = file.read_text(encoding="utf-8")
    try:
        return _Rewriter(name, text).rewrite()
    except UnknownSyntax as error:
        raise UnknownSyntax(f"{name}: {error}") from error


class _Rewriter:
    """Turns the text of a module into the body of a function."""

    def __init__(self, name: str, text: str) -> None:
        self._name, self._text = name, text
        self._module = _Module()
        self._exported: dict[str, str] = {}  # the outer name, and what it is inside

    def rewrite(self) -> _Module:
        code = code_of(self._text)
        parts, at = [], 0
        while found := _KEYWORD.search(code, at):
            parts.append(self._text[at : found.start()])
            replaced, at = self._statement(found.start())
            parts.append(replaced)
        given = ", ".join(f"{json.dumps(name)}: {inner}" for name, inner in self._exported.items())
        body = without_comments("".join([*parts, self._text[at:]])).strip("\n")
        self._module.body = f"{body}\nreturn {{ {given} }};\n"
        return self._module

    def _statement(self, at: int) -> tuple[str, int]:
        """Return what takes the place of the statement at `at`, and where that ends."""
        kinds = (
            (_IMPORT, self._import),
            (_IMPORT_ALL, self._import_all),
            (_PASSED_ON, self._pass_on),
            (_LISTED, self._list),
            (_DECLARED, self._declare),
            (_DEFAULT, self._default),
            (_WORKER, self._worker),
            (_FOREIGN, lambda found: found.group()),
        )
        for pattern, replace in kinds:
            if found := pattern.match(self._text, at):
                return replace(found), found.end()
        line = line_of(self._text, at)
        raise UnknownSyntax(f"line {line} can't be bundled: {self._text[at:].splitlines()[0]}")

    def _import(self, found: re.Match[str]) -> str:
        inner = ", ".join(f"{outer}: {name}" if outer != name else name for outer, name in _pairs(found["names"]))
        return f"const {{ {inner} }} = {self._loaded(found)};"

    def _import_all(self, found: re.Match[str]) -> str:
        return f"const {found['name']} = {self._loaded(found)};"

    def _pass_on(self, found: re.Match[str]) -> str:
        loaded = self._loaded(found)
        self._exported |= {outer: f"{loaded}.{inner}" for inner, outer in _pairs(found["names"])}
        return ""

    def _list(self, found: re.Match[str]) -> str:
        self._exported |= {outer: inner for inner, outer in _pairs(found["names"])}
        return ""

    def _declare(self, found: re.Match[str]) -> str:
        self._exported[found["name"]] = found["name"]
        return ""

    def _default(self, _found: re.Match[str]) -> str:
        self._exported["default"] = "$default"
        return "const $default = "

    def _worker(self, found: re.Match[str]) -> str:
        path = self._path(found["path"])
        self._module.workers.append(path)
        return f"$worker({json.dumps(path)})"

    def _loaded(self, found: re.Match[str]) -> str:
        if not found["path"].startswith((".", "..")):
            raise UnknownSyntax(f"{found['path']} is no relative path")
        path = self._path(found["path"])
        self._module.needs.append(path)
        return f"$load({json.dumps(path)})"

    def _path(self, relative: str) -> str:
        return normpath(PurePosixPath(self._name).parent / relative)


def _pairs(names: str) -> list[tuple[str, str]]:
    """Return `a, b as c` as the name that comes and the one that it gets: (a, a), (b, c)."""
    listed = [re.split(r"\s+as\s+", each.strip()) for each in names.split(",") if each.strip()]
    return [(each[0], each[-1]) for each in listed]
