"""How much a file of digits may hold: what is just within a bound is read, and what is just beyond is refused."""

import gzip
import io
import struct
import zipfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from digitcore.base.errors import BadDataset, BadPicture
from digitcore.data.formats import Source, detect, pictures, read_digits, source, table
from digitcore.data.formats.chunk import Chunk, Faults
from digitcore.data.formats.detect import read_dataset

MB = 2**20


def is_refused(content: bytes, words: str, name: str = "a.csv") -> bool:
    """Return whether a file is refused with these words; with others, the error goes on."""
    try:
        list(read_digits([Source.of_bytes(name, content)]))
    except BadDataset as error:
        if words not in str(error):
            raise
        return True
    return False


def many(*counts: int) -> Iterator[Chunk]:
    for count in counts:
        yield Chunk(np.broadcast_to(np.uint8(0), (count, 28, 28)), np.broadcast_to(np.int64(1), count), 0.5)


def test_a_million_digits_are_read_at_once_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detect, "_read", lambda *_: many(500_000, 500_000))
    assert sum(map(len, read_digits([Source.of_bytes("a.csv", b"")]))) == 1_000_000
    monkeypatch.setattr(detect, "_read", lambda *_: many(500_000, 500_000, 1))
    with pytest.raises(BadDataset, match="more than 1,000,000 digits"):
        list(read_digits([Source.of_bytes("a.csv", b"")]))


def test_300_000_digits_are_learned_from_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detect, "_read", lambda *_: many(150_000, 150_001))
    with pytest.raises(BadDataset, match="more than 300,000 digits"):
        read_dataset([Source.of_bytes("a.csv", b"")], "a")
    monkeypatch.setattr(detect, "to_bytes", lambda images: images[:1])  # their pictures would fill memory
    monkeypatch.setattr(detect, "_read", lambda *_: many(150_000, 150_000))
    assert len(read_dataset([Source.of_bytes("a.csv", b"")], "a").labels) == 300_000


def test_five_faults_are_listed_and_the_thousandth_ends_the_reading() -> None:
    faults = Faults("a.csv")
    for number in range(999):
        faults.add(f"line {number}", "odd")
    with pytest.raises(BadDataset) as said:
        faults.raise_any()
    assert str(said.value).count("odd") == 5
    assert "and 994 more" in str(said.value)
    with pytest.raises(BadDataset, match="and at least 995 more"):
        faults.add("line 999", "odd")


def entry(name: str, size: int) -> zipfile.ZipInfo:
    found = zipfile.ZipInfo(name)
    found.file_size = size
    return found


def test_a_zip_has_200_000_pictures_of_64_mb_at_most_and_256_mb_in_all() -> None:
    small = Source.of_bytes("a.zip", b"")
    assert len(pictures._checked(small, [entry("a.png", 64 * MB)] * 4)) == 4
    for infos, words in (
        ([entry("a.png", 64 * MB + 1)], "'a.png' unpacks to 64 MB; 64 is the most for one"),
        ([*[entry("a.png", 64 * MB)] * 4, entry("b.png", 1)], "unpacks to more than 256 MB"),
        ([entry("a.png", 0)] * 200_001, "more than 200,000 pictures"),
    ):
        with pytest.raises(BadDataset, match=words):
            pictures._checked(small, infos)
    large = Source("a.zip", 10 * MB, io.BytesIO)
    assert pictures._checked(large, [entry("a.png", 50 * MB)] * 20)
    with pytest.raises(BadDataset, match="1,000 MB"):
        pictures._checked(large, [*[entry("a.png", 50 * MB)] * 20, entry("b.png", 1)])


@pytest.mark.parametrize(("size", "most"), [(0, 100), (3_000_000, 100), (4_000_000, 120)])
def test_pictures_have_100_million_pixels_in_all_or_30_for_each_byte(size: int, most: int) -> None:
    allowance = pictures._Allowance(size)
    allowance.spend(most * 1_000_000 - 1)
    allowance.spend(1)
    with pytest.raises(BadDataset, match=f"more than {most} million pixels"):
        allowance.spend(1)


def test_a_picture_of_its_own_has_64_mb_at_most() -> None:
    read: list[int] = []

    class Stream(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            read.append(size or 0)
            return b""

    (fits,), (beyond,) = (pictures.entries_of([Source("a.png", 64 * MB + more, Stream)]) for more in (0, 1))
    assert fits.read() == b""
    assert read[-1] == 64 * MB
    with pytest.raises(BadPicture, match="It has 64 MB; a picture has at most 64"):
        beyond.read()


def test_a_file_unpacks_to_64_mb_or_20_times_its_size_at_most() -> None:
    assert Source("a.gz", 1, io.BytesIO).most == 64 * MB
    assert Source("a.gz", 4 * MB, io.BytesIO).most == 80 * MB
    assert Source("a.csv", 900 * MB, io.BytesIO, sent=5 * MB).most == 100 * MB
    packed = Source("a.zip", 1, io.BytesIO)
    source.check_entries(packed, [entry("a", 10), entry("b", 10)], 20)
    with pytest.raises(BadDataset, match="unpacks to more than 0 MB"):
        source.check_entries(packed, [entry("a", 10), entry("b", 10)], 19)
    locked, odd = entry("a", 1), entry("a", 1)
    locked.flag_bits = 1
    odd.compress_type = zipfile.ZIP_BZIP2
    for info, words in ((locked, "locked by a password"), (odd, "compressed in a way")):
        with pytest.raises(BadDataset, match=words):
            source.check_entries(packed, [info], 20)


def test_whether_anyone_still_waits_is_looked_at_every_128_kb() -> None:
    looks: list[None] = []
    watched = Source.of_bytes("a", bytes(MB)).watched(lambda: looks.append(None))
    with watched.open() as stream:
        while stream.read(9_999):
            pass
    assert 8 <= len(looks) <= 10


def test_a_line_has_64_kb_at_most() -> None:
    assert is_refused(b"1" * (64 * 1024 + 1), "a line of more than 64 KB")
    with pytest.raises(BadDataset, match="line 1 has 1 columns"):
        is_refused(b"1" * 64 * 1024, "a line of more than 64 KB")


def row(label: int = 3) -> bytes:
    return b",".join([b"%d" % label, *[b"0"] * 784]) + b"\n"


def test_a_table_has_1_000_lines_and_one_for_each_500_bytes_at_most() -> None:
    rows = 10 * row()
    for more, refused in ((0, False), (1, True)):
        empty = 1_000
        while 10 + empty < 1_000 + (len(rows) + empty) // 500:
            empty += 1
        while 10 + empty > 1_000 + (len(rows) + empty) // 500:
            empty -= 1
        assert is_refused(rows + (empty + more) * b"\n", "most of its lines are too short") is refused


def test_values_that_can_not_be_used_are_shown_up_to_20_characters() -> None:
    for length, shown in ((20, "x" * 20), (21, "x" * 20 + "…")):
        cells = row().split(b",")
        cells[5] = b"x" * length
        assert is_refused(b",".join(cells) + row(), f"line 1: '{shown}' in column 6 is no whole number from 0 to 255")


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        *((b"12", 12), (b'"12"', 12), (b"' 7 '", 7), (b"12.0", 12), (b"1e2", 100), (b"1e999", None), (b"-0", 0)),
        *((b"123456789", 123456789), (b"1234567890", None), (b"999999999.0", 999999999), (b"1e9", None)),
        *((b"-999999999.0", -999999999), (b"-1e9", None), (b"12.5", None), (b"1_0", None), (b"", None), (b"x", None)),
    ],
)
def test_a_cell_is_a_whole_number_however_it_is_written(cell: bytes, value: int | None) -> None:
    assert table._whole(cell) == value


@pytest.mark.parametrize(("separator", "name"), [(b",", "comma"), (b";", "semicolon"), (b"\t", "tab")])
@pytest.mark.parametrize("odd", [b'"3"', b"3.0", b" 3 ", b"'3'"])
def test_quoted_and_decimal_numbers_are_read_with_every_separator(separator: bytes, name: str, odd: bytes) -> None:
    cells = [b"3", *[b"%d" % (place % 256) for place in range(784)]]
    cells[100], cells[-1] = odd, odd
    lines = 3 * (separator.join(cells) + b"\n")
    (read,) = read_digits([Source.of_bytes("a.csv", lines)])
    expected = np.arange(784) % 256
    expected[[99, 783]] = 3
    assert np.array_equal(read.images, np.tile(expected.reshape(28, 28), (3, 1, 1)))
    assert read.labels is not None
    assert read.labels.tolist() == [3, 3, 3]


def npy(shape: tuple[int, ...], dtype: str, by_column: bool) -> bytes:
    header = f"{{'descr': '{dtype}', 'fortran_order': {by_column}, 'shape': {shape}, }}".encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header) + 1) + header + b"\n"


def test_an_array_that_lies_by_columns_has_256_mb_at_most() -> None:
    rows = 256 * MB // (784 * 8)
    assert is_refused(npy((rows + 1, 784), "<f8", by_column=True), "too large for that", "a.npy")
    assert is_refused(npy((rows, 784), "<f8", by_column=True), "cut short", "a.npy")
    assert is_refused(npy((rows + 1, 784), "<f8", by_column=False), f"0 of {rows + 1:,} are there", "a.npy")


@pytest.mark.parametrize(("dtype", "fits"), [("<f8", True), ("<i8", True), ("<f2", True), ("<f16", False)])
def test_a_number_has_eight_bytes_at_most(dtype: str, fits: bool) -> None:
    content = npy((2, 784), dtype, by_column=False) + bytes(2 * 784 * np.dtype(dtype).itemsize)
    assert is_refused(content, "numbers were expected", "a.npy") is not fits


def test_ten_arrays_are_named_and_there_are_said_to_be_more() -> None:
    for count, more in ((10, False), (11, True)):
        file = io.BytesIO()
        np.savez(file, **{f"z{number:02}": np.zeros(1) for number in range(count)})  # type: ignore[arg-type]
        assert is_refused(file.getvalue(), "z08, z09 …" if more else "z08, z09.", "a.npz")


def test_a_zip_lists_1_000_files_or_one_for_each_100_bytes_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    file = io.BytesIO()
    zipfile.ZipFile(file, "w").close()
    for size, most in ((9, 1_000), (150_000, 1_500)):
        for count in (most, most + 1):
            listed = [entry("a/", 0)] * count
            archive_of = SimpleNamespace(filelist=listed)
            monkeypatch.setattr(source, "ZipFile", lambda _, found=archive_of: nullcontext(found))
            refusal: AbstractContextManager[Any] = nullcontext()
            if count > most:
                refusal = pytest.raises(BadDataset, match="more than can be in it")
            with refusal, source.unzipping(Source("a.zip", size, lambda: io.BytesIO(file.getvalue()))) as archive:
                assert len(archive.filelist) == count


@pytest.mark.parametrize("odd", [b'"3"', b"3.0", b" 3 "])
def test_a_table_of_quoted_or_decimal_numbers_is_not_gone_through_line_by_line(
    odd: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table, "_parse_by_line", None)
    (read,) = read_digits([Source.of_bytes("a.csv", 5 * row().replace(b",0", b"," + odd))])
    assert int(read.images.min()) == 3


def test_nothing_is_read_of_a_gzip_where_nothing_is_asked_for_and_all_where_no_end_is_given() -> None:
    with source.opened(Source.of_bytes("a.gz", gzip.compress(b"0123456789"))) as content:
        assert content.read(0) == b""
        assert content.read(1) == b"0"
        assert content.stream.read(-1) == b"123456789"
    with source.opened(Source.of_bytes("a.gz", gzip.compress(b"0123456789"))) as content:
        assert content.stream.read(None) == b"0123456789"  # type: ignore[arg-type]
