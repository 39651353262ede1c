"""Digits as CSV, the way Kaggle has them: a row a digit, 784 pixels from 0 to 255, with or without a label.

Blocks of whole lines are parsed at once by NumPy, 20 million numbers a second; a block with anything unusual in it is
gone through line by line, which finds out what can be accepted and names the lines that can't.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import nan
from typing import IO, cast

import numpy as np
from numpy.typing import NDArray

from digitcore.base.images import DIGITS, SIDE
from digitcore.data.formats.chunk import PIXELS, Chunk, Faults, unusable
from digitcore.data.formats.source import Bytes, Source, opened

_BLOCK = 2**20  # bytes: some 500 rows, and a twentieth of a second's work
_FEWEST_BYTES = 500  # a line, on average: a row has 1,567 at least, and every other line may be empty
_FEW_LINES = 1_000
_LONGEST_LINE = 64 * 2**10  # bytes; 785 quoted numbers with room around them have a quarter of that
_SHOWN = 20  # characters of a value that can't be used
_LABEL_NAMES = {"label", "labels", "class", "digit", "target", "y"}
_NUMBER_NAMES = {"", "id", "imageid", "image_id", "index", "unnamed: 0"}  # columns that only count the rows
_UTF8_MARK, _UTF16_MARKS = codecs.BOM_UTF8, (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_UNTIDY = re.compile(rb"(?:[ \"']*+[0-9]++(?:\.0)?[ \"']*+[,;\t\n])*+")
_ODD = re.compile(rb"[_\0]")
_LINE, _COMMA, _ZERO, _NINE = b"\n"[0], b","[0], b"0"[0], b"9"[0]


@dataclass(frozen=True)
class _Layout:
    """The columns of a file's lines."""

    separator: bytes
    columns: int
    label: int | None  # column, from 0
    number: int | None  # column that only counts the rows
    has_header: bool

    @property
    def pixels(self) -> list[int]:
        return [column for column in range(self.columns) if column not in (self.label, self.number)]


def read_table(source: Source) -> Iterator[Chunk]:
    """Yield the digits of a CSV file. Raises `BadDataset`, at the file's end, with the lines that can't be used.

    Lines end in LF or CRLF; the separator is a comma, a semicolon or a tab; a header is known by its words, and by it
    the label's column, which is the first of 785 where there is no header. UTF-8 and UTF-16 with a mark are read.
    """
    with opened(source) as content:
        faults = Faults(source.name)
        layout: _Layout | None = None
        line = 1  # number of the block's first, as editors count
        rows = 0
        for block in _blocks(content):
            body, skipped = block, 0
            if layout is None:
                head, _, rest = block.partition(b"\n")
                layout = _layout(source.name, head)
                if layout.has_header:
                    body, skipped = rest, 1
            lines = block.count(b"\n")
            if lines > _FEW_LINES + len(block) // _FEWEST_BYTES:
                raise unusable(source.name, "most of its lines are too short for a row of 784 numbers. Leave them out.")
            values = _parse(body, layout)
            if values is None:
                values = _parse(_tidy(body), layout)
            if values is None:
                values = _parse_by_line(body, layout, line + skipped, faults)
            line += lines
            rows += len(values)
            if len(values) and not faults:
                yield _chunk(values, layout, content.done)
        faults.raise_any()
        if not rows:
            raise unusable(source.name, "it has a header and no rows." if layout else "it is empty.")


def _blocks(content: Bytes) -> Iterator[bytes]:
    """Yield blocks of whole lines, each line with its end."""
    stream = _as_utf8(content)
    rest = b""
    while read := stream.read(_BLOCK):
        rest += read
        end = rest.rfind(b"\n") + 1
        if len(rest) - end > _LONGEST_LINE:
            raise unusable(
                content.name,
                "it has a line of more than 64 KB, so it is no table of digits: 784 numbers a line were expected.",
            )
        if end:
            yield rest[:end].replace(b"\r\n", b"\n")
            rest = rest[end:]
    if rest.strip(b"\0\r\n \x1a"):
        yield rest.rstrip(b"\r") + b"\n"


def _as_utf8(content: Bytes) -> IO[bytes]:
    stream = content.stream
    mark = stream.read(3)
    stream.seek(0)
    if mark[:2] in _UTF16_MARKS:
        return cast("IO[bytes]", codecs.EncodedFile(stream, "utf-8", "utf-16", "replace"))
    if mark == _UTF8_MARK:
        stream.seek(3)
    return stream


def _layout(file: str, line: bytes) -> _Layout:
    if b"\0" in line:
        raise unusable(file, "line 1 holds zero bytes: it is no text, or UTF-16 without a mark. Save it as UTF-8.")
    separator = max((b",", b";", b"\t"), key=line.count)
    names = [name.strip(b" \"'").decode("utf-8", "replace").lower() for name in line.split(separator)]
    has_header = sum(not _is_number(name) for name in names) > len(names) / 2
    columns = len(names)
    label = next((at for at, name in enumerate(names) if name in _LABEL_NAMES), None) if has_header else None
    number = next((at for at, name in enumerate(names) if name in _NUMBER_NAMES), None) if has_header else None
    others = columns - (label is not None) - (number is not None)
    if label is None and others == PIXELS + 1:
        label = next(at for at in range(columns) if at != number)
    elif others != PIXELS:
        raise unusable(file, f"line 1 has {columns:,} columns: {PIXELS} pixels were expected, with or without a label.")
    return _Layout(separator, columns, label, number, has_header)


def _is_number(text: str) -> bool:
    return text.lstrip("+-").isdecimal()


def _chunk(values: NDArray[np.uint8], layout: _Layout, done: float) -> Chunk:
    if layout.label is None and layout.number is None:
        return Chunk(values.reshape(-1, SIDE, SIDE), None, done)
    images = values[:, layout.pixels].reshape(-1, SIDE, SIDE)
    labels = None if layout.label is None else values[:, layout.label].astype(np.int64)
    return Chunk(images, labels, done)


def _parse(block: bytes, layout: _Layout) -> NDArray[np.uint8] | None:
    """Return the numbers of a block, uint8 (rows, columns); None unless each is one of 0 to 255 in plain digits.

    In the column that only counts rows, zeros are returned.
    """
    signs = np.frombuffer(block if layout.separator == b"," else block.replace(layout.separator, b","), np.uint8)
    ends = np.flatnonzero(signs < _ZERO)  # commas and line ends, if all is well
    rows, odd = divmod(len(ends), layout.columns)
    if odd or not rows or signs.max() > _NINE:
        return None
    separators = signs[ends].reshape(rows, layout.columns)
    if not ((separators[:, :-1] == _COMMA).all() and (separators[:, -1] == _LINE).all()):
        return None
    lengths = np.diff(ends, prepend=-1) - 1
    if layout.number is not None:
        lengths.reshape(rows, layout.columns)[:, layout.number] = 1  # however long they are
    if lengths.min() < 1 or lengths.max() > 3:
        return None
    numbers = signs[ends - 1].astype(np.uint16) - _ZERO
    for digits, weight in ((2, 10), (3, 100)):
        longer = np.flatnonzero(lengths >= digits)
        numbers[longer] += np.uint16(weight) * (signs[ends[longer] - digits] - np.uint16(_ZERO))
    table = numbers.reshape(rows, layout.columns)
    if layout.number is not None:
        table[:, layout.number] = 0
    return table.astype(np.uint8) if _in_bounds(table, layout) else None


def _tidy(block: bytes) -> bytes:
    """Return a block of quoted numbers, or of whole ones written as 12.0, as plain numbers; any other as it is."""
    if not _UNTIDY.fullmatch(block):
        return block
    plain = block.translate(None, b" \"'")
    return plain.replace(b".0\n", b"\n").replace(b".0,", b",").replace(b".0;", b";").replace(b".0\t", b"\t")


def _in_bounds(table: NDArray[np.uint16], layout: _Layout) -> bool:
    return bool(table.max() <= 255) and (layout.label is None or bool(table[:, layout.label].max() < DIGITS))


def _parse_by_line(block: bytes, layout: _Layout, first_line: int, faults: Faults) -> NDArray[np.uint8]:
    """Return the rows that can be used, uint8 (rows, columns), and note those that can't; empty lines don't count."""
    rows = []
    for number, line in enumerate(block.split(b"\n")[:-1], first_line):
        if not line.strip():
            continue
        row, fault = _parse_line(line, layout)
        if fault:
            faults.add(f"line {number:,}", fault)
        else:
            rows.append(row)
    return np.array(rows, np.uint8).reshape(-1, layout.columns)


def _parse_line(line: bytes, layout: _Layout) -> tuple[list[int], str | None]:
    cells = line.split(layout.separator)
    if len(cells) != layout.columns:
        return [], f"{len(cells):,} columns instead of {layout.columns}"
    quick = _whole_numbers(cells, layout)
    if quick is not None:
        return quick, None
    row = []
    for column, cell in enumerate(cells):
        if column == layout.number:
            row.append(0)
            continue
        value = _whole(cell)
        if value is None or not 0 <= value <= (DIGITS - 1 if column == layout.label else 255):
            return [], _complaint(cell, column, layout)
        row.append(value)
    return row, None


def _whole_numbers(cells: list[bytes], layout: _Layout) -> list[int] | None:
    """Return a row all at once; None where any cell takes a closer look."""
    if layout.number is not None:
        cells[layout.number] = b"0"
    text = np.array(cells)
    try:
        values = text.astype(np.float64)
    except (ValueError, UnicodeDecodeError):
        return None
    right = (values >= 0) & (values <= 255) & (values == np.floor(values))  # false for NaN
    label_fits = layout.label is None or values[layout.label] < DIGITS
    plain = not _ODD.search(b"".join(cells))  # NumPy would take 1_0 for 10, and leave out zero bytes
    return values.astype(np.int64).tolist() if right.all() and label_fits and plain else None


def _whole(cell: bytes) -> int | None:
    """Return a whole number, also one in quotes or written 12.0; None for anything else."""
    text = cell.strip(b" \"'")
    if text.isdigit() and len(text) < 10:  # the common case, and the quick one
        return int(text)
    try:
        value = nan if b"_" in text else float(text)  # Python would take 1_0 for 10
    except ValueError:
        return None
    return int(value) if value.is_integer() and abs(value) < 1e9 else None


def _complaint(cell: bytes, column: int, layout: _Layout) -> str:
    text = cell.strip(b" \"'").decode("utf-8", "replace")
    shown = repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")
    where = f"column {column + 1}"
    if column == layout.label:
        return f"the label in {where} is missing" if not text else f"the label in {where} is {shown}, not one of 0 to 9"
    if not text or text.lower() in ("nan", "na", "null", "none"):
        return f"the value in {where} is missing"
    return f"{shown} in {where} is no whole number from 0 to 255"
