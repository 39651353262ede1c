"""What is read of some 250 files of digits, whole, odd and damaged, or the sentence that refuses them, is kept."""

import gzip
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from digitcore.base.errors import BadDataset
from digitcore.data.formats import Source, read_dataset, read_digits, shows_pictures
from digitcore.data.store import name_for
from harness.files import csv_of, idx_of, npz_of, png_of
from harness.kept import differences, kept_text

KEPT = Path(__file__).with_name("kept")
RNG = np.random.default_rng(9)
IMAGES = np.where(RNG.random((4, 28, 28)) < 0.8, 0, RNG.integers(0, 256, (4, 28, 28))).astype(np.uint8)
IMAGES[:, 12:16, 4:24] = 255
LABELS = np.array([3, 0, 9, 5])
SHAKY = re.compile(r"\([^()]*\)\.|'[^']*\\x[^']*'")  # what other libraries say in theirs, and odd bytes

CELLS = (b"", b"-1", b"9", b"10", b"255", b"256", b"1.0", b"1.5", b'"7"', b" 7", b"x" * 30, b"nan", b"1_0", b"1e1")
IMAGE_NAMES = (
    "images",
    "image",
    "x",
    "X",
    "data",
    "pixels",
    "digits",
    "arr_0",
    "x_train",
    "test_x",
    "images_test",
    "z",
)

Files = Iterator[tuple[str, bytes]]


def tables() -> Files:
    """Yield tables: every separator, header and way to write a number, and what is wrong with one."""
    whole = csv_of(IMAGES, LABELS)
    head, *rows = [line.split(b",") for line in whole.splitlines()]
    yield "whole.csv", whole
    yield "bare.csv", csv_of(IMAGES, None)
    for separator in (b",", b";", b"\t"):
        for end in (b"\n", b"\r\n", b"\n\n", b""):
            yield "separated.csv", b"\n".join(map(separator.join, [head, *rows])) + end
            yield "without a header.csv", b"\n".join(map(separator.join, rows)) + end
    for at, column in ((0, b"class"), (400, b"Y"), (784, b"digit"), (1, b"target"), (9, b"LABELS"), (3, b"'label'")):
        moved = [[*row[1 : at + 1], row[0], *row[at + 1 :]] for row in rows]
        names = [*head[1 : at + 1], column, *head[at + 1 :]]
        yield f"label in {at}.csv", _table([names, *moved])
        yield (
            f"label in {at} and numbers.csv",
            _table([[b"id", *names], *([b"%d" % (900 + n), *row] for n, row in enumerate(moved))]),
        )
    for place in (0, 1, 784):
        for cell in (
            b"",
            b"-1",
            b"9",
            b"10",
            b"255",
            b"256",
            b"1.0",
            b"1.5",
            b'"7"',
            b" 7",
            b"x" * 30,
            b"nan",
            b"1_0",
            b"1e1",
        ):
            odd = [list(row) for row in rows]
            odd[2][place] = cell
            yield f"{cell[:9]!r} in {place}.csv", _table([head, *odd])
            yield f"{cell[:9]!r} in {place} of a bare one.csv", _table(odd)
    for count in (1, 783, 786, 787):
        yield f"{count} columns.csv", _table([row[:count] + [b"0"] * (count - len(row)) for row in rows])
        yield f"{count} columns in a row.csv", _table([head, rows[0], (rows[1] + [b"0"] * 9)[:count], rows[2]])
    for mark in ("utf-8-sig", "utf-16", "utf-16-le"):
        yield f"{mark}.csv", whole.decode().encode(mark)
    yield "header alone.csv", b",".join(head) + b"\n"
    yield "nothing.csv", b""
    yield "ends in zero bytes.csv", whole + b"\0" * 9
    yield "all wrong.csv", _table([head, *[[b"x"] * 785] * 8])


def _table(rows: list[list[bytes]]) -> bytes:
    return b"\n".join(map(b",".join, rows)) + b"\n"


def idx() -> Files:
    """Yield IDX files cut, lengthened and with other headers."""
    for name, content in (("images", idx_of(IMAGES)), ("labels", idx_of(LABELS.astype(np.uint8)))):
        for end in (1, 2, 3, 4, 5, 7, 8, 9, 11, 12, 15, 16, 17, 800, len(content) - 1, len(content)):
            yield f"{name} to {end}-idx", content[:end]
        yield f"{name} and more-idx", content + b"\0"
        for at, size in ((0, 1), (2, 9), (3, 2), (4, 1), (7, 0), (7, 3), (7, 5), (11, 27), (15, 29)):
            yield f"{name} with {size} at {at}-idx", content[:at] + bytes([size]) + content[at + 1 :]


def arrays() -> Files:
    """Yield .npy and .npz files of all shapes, types, names and versions."""
    flat = IMAGES.reshape(4, 784)
    for dtype in ("u1", "i1", "<u2", ">u2", "<i4", "<i8", "<f2", "<f4", ">f4", "<f8", "<f16", "?", "<c8", "S3", "O"):
        values: NDArray[Any] = (flat // 255 if np.dtype(dtype).kind in "f?" or dtype == "i1" else flat).astype(dtype)
        yield f"{dtype}.npy", _npy(values)
    for shape in ((4, 28, 28), (4, 28, 28, 1), (4, 1, 784), (1, 4, 784), (3136,), (0, 784), (4, 784, 1), (4, 56, 14)):
        yield f"{shape}.npy", _npy(IMAGES.reshape(-1)[: int(np.prod(shape))].reshape(shape))
        yield (
            f"{shape} by columns.npy",
            _npy(np.asfortranarray(IMAGES.reshape(-1)[: int(np.prod(shape))].reshape(shape))),
        )
    for value in (-1.0, -1e-9, 1.0, 1.0001, np.nan, np.inf):
        yield f"{value}.npy", _npy(np.where(flat > 200, value, 0.5))
    whole = _npy(flat)
    for end in (5, 6, 7, 8, 9, 10, 60, 127, 128, 129, 900, len(whole) - 1):
        yield f"to {end}.npy", whole[:end]
    yield "version 2.npy", whole.replace(b"NUMPY\x01\0" + whole[8:10], b"NUMPY\x02\0" + whole[8:10] + b"\0\0")
    yield "version 9.npy", whole.replace(b"NUMPY\x01", b"NUMPY\x09")
    yield "negative.npy", whole.replace(b"(4, 784)", b"(-4,784)")
    for images in IMAGE_NAMES:
        yield f"{images}.npz", npz_of(**{images: IMAGES})
        for labels in ("labels", "label", "y", "Y", "target", "targets", "class", "arr_1", "y_train", "test_y", "q"):
            yield f"{images} and {labels}.npz", npz_of(**{images: IMAGES, labels: LABELS})
    both = {"x_train": IMAGES, "y_train": LABELS, "x_test": IMAGES[:1], "y_test": LABELS[:1]}
    yield "both.npz", npz_of(**both)
    for name, wrong in (("column", LABELS[:, None]), ("floats", LABELS / 1), ("few", LABELS[:3]), ("ten", LABELS + 1)):
        yield f"labels {name}.npz", npz_of(x=IMAGES, y=wrong)


def _npy(values: NDArray[Any]) -> bytes:
    file = io.BytesIO()
    np.save(file, values)
    return file.getvalue()


def zips() -> Files:
    """Yield zips of pictures and of one file, with labels, junk and names that lead elsewhere."""
    picture, table = png_of(IMAGES[0]), csv_of(IMAGES, LABELS)
    for names in (
        *(("1.png", "10.png", "2.png"), ("3/a.png", "0/b.PNG"), ("3/a.png", "b.png"), ("x/3/a.png",), ("33/a.png",)),
        *(("a.png", "__MACOSX/a.png", ".hidden.png", "Thumbs.db"), ("../a.png",), ("/a.png",), ("C:a.png",)),
        *(("a\\..\\b.png",), ("a.txt", "b.txt"), ("3/", "3/a.jpg"), ("notes.txt", "a.gif")),
    ):
        yield f"{names}.zip", _zip(dict.fromkeys(names, picture))
    for name, content in (
        *(("a.csv", table), ("a.npy", _npy(IMAGES)), ("a-images", idx_of(IMAGES)), ("a.zip", _zip({"a.png": picture}))),
        *(("a.csv.gz", gzip.compress(table, mtime=0)), ("a.txt", b"text"), ("a.png", b"no picture")),
    ):
        yield f"{name} alone.zip", _zip({name: content})
        yield f"{name} alone and junk.zip", _zip({name: content, ".DS_Store": b"", "folder/": b""})
        yield f"{name} in a gzip.gz", gzip.compress(content, mtime=0)
        yield f"{name} in a gzip that is cut.gz", gzip.compress(content, mtime=0)[:-9]
    whole = _zip({"1.png": picture, "2.png": picture})
    for end in (3, 30, len(whole) // 2, len(whole) - 1):
        yield f"to {end}.zip", whole[:end]
    yield "another sum.zip", whole.replace(struct.pack("<I", zlib.crc32(picture)), b"abcd")


def _zip(files: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return file.getvalue()


def told(name: str, content: bytes) -> list[Any]:
    """What a file holds, without its labels and with, or why it can't be used."""
    source: list[Source | Path] = [Source.of_bytes(name, content)]
    return [
        name,
        _said(lambda: _read(source)),
        _said(lambda: _learned(source)),
        _said(lambda: shows_pictures(source[0])),
    ]


def _said(read: Any) -> Any:
    try:
        return read()
    except BadDataset as error:
        return SHAKY.sub("…", str(error))


def _read(source: list[Source | Path]) -> list[Any]:
    chunks = list(read_digits(source))
    facts: list[Any] = [[len(chunk), chunk.done, str(chunk.images.dtype)] for chunk in chunks]
    facts += [_mark(chunk.images) for chunk in chunks]
    return [*facts, *([*(chunk.names or ()), *(chunk.troubles or ()), *(chunk.rejections or ())] for chunk in chunks)]


def _learned(source: list[Source | Path]) -> list[Any]:
    parts = [read_dataset(source, "a", part) for part in ("train", "test")]
    return [[data.labels.tolist(), _mark(data.images)] for data in parts]


def _mark(images: NDArray[Any]) -> float:
    return round(float(images.reshape(len(images), -1) @ np.arange(784.0) @ np.arange(1.0, len(images) + 1)), 1)


@pytest.mark.parametrize("files", [tables, idx, arrays, zips], ids=lambda make: make.__name__)
def test_what_is_read_of_a_file_is_what_is_kept(files: Any) -> None:
    found = [told(name, content) for name, content in files()]
    assert differences(found, kept_text(KEPT / f"{files.__name__}.json", found)) == {}


def test_a_name_made_of_a_files_is_what_is_kept() -> None:
    files = ("a.csv.gz", "A b.zip", "x.idx.gz", "csv.csv", ".csv", "a.b.c.npz", "train-images-idx3-ubyte.gz", "ü.tsv")
    found = [[file, name_for(file)] for file in files]
    assert found == kept_text(KEPT / "names.json", found)
