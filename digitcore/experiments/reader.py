"""Reads the file of an experiment: a head in YAML, then text in Markdown; docs/experiments.md says how to write one."""

import base64
import re
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, Literal, cast

from digitcore.base.errors import BadConfig, BadExperiment
from digitcore.experiments.exhibits import EXHIBITS
from digitcore.experiments.experiment import LETTERS, Choice, Claim, Exhibit, Experiment, Option, Plan, Point
from digitcore.experiments.formula import Call, Formula
from digitcore.experiments.head import Entry, head_of, lines, wrong
from digitcore.experiments.measures import MEASURES
from digitcore.runs.config import TrainingConfig

FENCE = "---"
WHY, NEXT = "Why", "What to try next"
LARGEST = 200_000  # characters of a file
LARGEST_PICTURE = 500_000  # bytes
_NAME = re.compile(r"[a-z][a-z0-9_]{0,29}")
_PICTURE = re.compile(r"(!\[[^\]]*\])\(([^)\s]+)\)")
_PICTURE_KINDS = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".svg": "image/svg+xml"}
_REQUIRED = ("title", "minutes", "question", "prediction", "runs", "measures", "claims")
_OPTIONAL = ("place", "base", "curves", "pictures", "drawings")
_CHOICES = {choice.name: choice for choice in fields(TrainingConfig)}
_DIGITS = 9  # the largest


def read_experiment(file: Path) -> Experiment:
    """Return the experiment in a file. Raises `BadExperiment` with one sentence that names file and line."""
    text = _content(file)
    all_lines = text.splitlines()
    if not all_lines or all_lines[0].strip() != FENCE:
        raise wrong(file.name, 1, f"the file must begin with a line {FENCE}, and its head after it")
    end = next((number for number, line in lines(text) if number > 1 and line.strip() == FENCE), None)
    if end is None:
        raise wrong(file.name, 1, f"the head has no end: a line {FENCE} must follow it")
    head = head_of("\n".join(all_lines[1 : end - 1]), file.name, above=1)
    sections = _sections(all_lines[end:], file, end)
    return _experiment(head.entries(_REQUIRED, _OPTIONAL), sections, file)


def _content(file: Path) -> str:
    try:
        content = file.read_bytes()
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise BadExperiment(f"{file.name} can't be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise wrong(file.name, line, "this is no text in UTF-8; save the file as UTF-8") from error
    if len(text) > LARGEST:
        raise wrong(file.name, 1, f"the file has more than {LARGEST:,} characters")
    return text


def _sections(body: Sequence[str], file: Path, above: int) -> dict[str, str]:
    """Return the Markdown before the first heading, under "", and below each, with its pictures in it."""
    sections: dict[str, list[str]] = {"": []}
    current = ""
    for number, line in enumerate(body, above + 1):
        if line.startswith("## "):
            current = line.removeprefix("## ").strip()
            if current not in (WHY, NEXT) or current in sections:
                raise wrong(file.name, number, f"the headings are {WHY!r} and {NEXT!r}, once each; not {current!r}")
            sections[current] = []
        else:
            sections[current].append(_with_pictures(line, file, number))
    texts = {name: "\n".join(part).strip() for name, part in sections.items()}
    for name in ("", WHY, NEXT):
        if not texts.get(name):
            missing = f"text below a line '## {name}'" if name else "text after the head, which says what is done"
            raise wrong(file.name, above + len(body), f"there must be {missing}")
    return texts


def _with_pictures(line: str, file: Path, number: int) -> str:
    return _PICTURE.sub(lambda found: f"{found[1]}({_picture(found[2], file, number)})", line)


def _picture(name: str, file: Path, number: int) -> str:
    """Return the picture of that name beside a file as an address that needs no file."""
    path = file.parent / name
    kind = _PICTURE_KINDS.get(path.suffix.lower())
    if kind is None or Path(name).name != name:
        raise wrong(file.name, number, f"the picture {name!r} must be a PNG, JPEG or SVG file beside this one")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise wrong(file.name, number, f"the picture {name!r} is not there") from error
    if len(content) > LARGEST_PICTURE:
        raise wrong(file.name, number, f"the picture {name!r} has more than {LARGEST_PICTURE // 1000} kB")
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def _experiment(head: dict[str, Entry], sections: dict[str, str], file: Path) -> Experiment:
    runs = _runs(head["runs"], _config(head["base"], TrainingConfig()) if "base" in head else TrainingConfig())
    names = [plan.name for plan in runs]
    curves = head["curves"].one_of(("both", "validation")) if "curves" in head else "validation"
    return Experiment(
        id=file.stem,
        place=head["place"].whole(1, 999) if "place" in head else 999,
        title=head["title"].text(60),
        minutes=head["minutes"].whole(1, 90),
        question=head["question"].text(200),
        prediction=_prediction(head["prediction"], names),
        runs=runs,
        curves=cast(Literal["both", "validation"], curves),
        measures=tuple(_measure(entry, names[0]) for entry in head["measures"].list(1, 4)),
        claims=tuple(_claim(entry, names) for entry in head["claims"].list(1, 6)),
        exhibit=_exhibit(head["pictures"]) if "pictures" in head else None,
        drawings="drawings" in head and head["drawings"].one_of(("yes", "no")) == "yes",
        setting=sections[""],
        why=sections[WHY],
        next=sections[NEXT],
        file=file,
    )


def _config(entry: Entry, base: TrainingConfig) -> TrainingConfig:
    """Return `base` with the choices of an entry; each is checked at its own line."""
    config, chosen = base, dict[str, Any]()
    for name, value in entry.mapping().items():
        if name not in _CHOICES or name in ("name", "seed"):
            raise wrong(entry.file, value.line, f"there is no choice of a training called {name!r}")
        try:
            chosen[name] = value.choice(_CHOICES[name])
            config = base.but(**chosen)
        except BadConfig as error:
            raise wrong(entry.file, value.line, str(error).rstrip(".")) from error
    return config


def _runs(entry: Entry, base: TrainingConfig) -> tuple[Plan, ...]:
    plans: list[Plan] = []
    for item in entry.list(2, 3):
        parts = item.entries(("name", "title"), ("but",))
        name = parts["name"].text()
        if not _NAME.fullmatch(name) or name in [plan.name for plan in plans]:
            parts["name"].wrong(f"must be small letters, digits and _, and no other run's; {name!r} is not")
        config = _config(parts["but"], base) if "but" in parts else base
        if config in [plan.config for plan in plans]:
            item.wrong("is the same training as one before it; say under 'but' what differs")
        plans.append(Plan(name, parts["title"].text(40), config))
    return tuple(plans)


def _prediction(entry: Entry, names: Sequence[str]) -> Choice | Point:
    parts = entry.mapping()
    if "options" in parts:
        (options,) = entry.entries(("options",)).values()
        return Choice(tuple(_option(item, names) for item in options.list(2, len(LETTERS))))
    parts = entry.entries(("of", "from", "to"), ("near",))
    low, high = parts["from"].whole(0, 99), parts["to"].whole(1, 100)
    if low >= high:
        parts["to"].wrong(f"must be more than {low}, where the axis begins")
    near = parts["near"].whole(1, 50) if "near" in parts else 5
    return Point(_formula(parts["of"], names, compares=False), low, high, near)


def _option(entry: Entry, names: Sequence[str]) -> Option:
    parts = entry.entries(("text", "when"))
    return Option(parts["text"].text(120), _formula(parts["when"], names, compares=True))


def _claim(entry: Entry, names: Sequence[str]) -> Claim:
    parts = entry.entries(("says", "holds"))
    return Claim(parts["says"].text(200), _formula(parts["holds"], names, compares=True))


def _formula(entry: Entry, names: Sequence[str], *, compares: bool) -> Formula:
    try:
        formula = Formula.parse(entry.text())
    except ValueError as error:
        entry.wrong(str(error))
    if formula.compares != compares:
        entry.wrong("must compare two things, with < or >" if compares else "must be a number, without < or >")
    for call in formula.calls():
        _check(call, entry, names)
    return formula


def _check(call: Call, entry: Entry, names: Sequence[str]) -> None:
    measure = MEASURES.get(call.measure)
    if measure is None:
        entry.wrong(f"names a measure {call.measure!r}; there are: {', '.join(MEASURES)}")
    if call.run not in names:
        entry.wrong(f"names a run {call.run!r}; there are: {', '.join(names)}")
    _check_numbers(call.numbers, measure.numbers, call.measure, entry)


def _check_numbers(numbers: Sequence[int], wanted: int, name: str, entry: Entry) -> None:
    if len(numbers) != wanted or not all(0 <= number <= _DIGITS for number in numbers):
        words = f"{wanted} digit{'s' if wanted > 1 else ''} from 0 to 9" if wanted else "no digits"
        entry.wrong(f"must give {name!r} {words}")


def _measure(entry: Entry, run: str) -> Call:
    name, numbers = _named(entry)
    call = Call(name, run, numbers)
    _check(call, entry, [run])
    return call


def _exhibit(entry: Entry) -> Exhibit:
    name, numbers = _named(entry)
    if name not in EXHIBITS:
        entry.wrong(f"names pictures {name!r}; there are: {', '.join(EXHIBITS)}")
    _check_numbers(numbers, EXHIBITS[name].numbers, name, entry)
    return Exhibit(name, numbers)


def _named(entry: Entry) -> tuple[str, tuple[int, ...]]:
    """Return what stands there as `name` or `name(1, 2)`."""
    found: Any = re.fullmatch(r"(\w+)(?:\(\s*(\d+(?:\s*,\s*\d+)*)?\s*\))?", entry.text())
    if not found:
        entry.wrong("must be a name such as accuracy, or class_accuracy(7)")
    return found[1], tuple(int(each) for each in re.findall(r"\d+", found[2] or ""))
