"""Every reader of files, given damaged ones: it reads them, or says in a sentence what is wrong with them."""

import gzip
import io
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from digitcore.base.errors import BadDataset, BadPicture, BadRun, DigitcoreError
from digitcore.base.npz import read_npz
from digitcore.base.settings import SHIPPED_FOLDER
from digitcore.data.formats import Source, read_digits
from digitcore.data.mnist import load_mnist
from digitcore.data.store import unpacked
from digitcore.preprocessing.decode import read_frame, read_picture
from digitcore.preprocessing.pipeline import prepare
from digitcore.runs.archive import unpack
from digitcore.runs.record import RECORD_FILE, read_record
from harness.damage import damaged
from harness.files import csv_of, idx_of, npz_of, png_of, zip_of

TEST = load_mnist().test
FEW, THEIRS = TEST.images[:3], TEST.labels[:3]


def picture(kind: str, mode: str, **options: object) -> bytes:
    file = io.BytesIO()
    Image.fromarray(TEST.images[0]).resize((56, 56)).convert(mode).save(file, kind, **options)
    return file.getvalue()


def npy_of(array: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


EXIF = Image.Exif()
EXIF[0x0112] = 6
PICTURES = {
    "grey PNG": picture("PNG", "L"),
    "palette PNG": picture("PNG", "P", transparency=0),
    "RGBA PNG": picture("PNG", "RGBA", exif=EXIF),
    "16-bit PNG": picture("PNG", "I;16"),
    "JPEG": picture("JPEG", "RGB", exif=EXIF),
    "progressive JPEG": picture("JPEG", "RGB", progressive=True),
    "GIF": picture("GIF", "P", comment=b"drawn by me"),
    "BMP": picture("BMP", "RGB"),
    "WebP": picture("WEBP", "RGB", lossless=True),
    "TIFF": picture("TIFF", "RGB", compression="tiff_deflate"),
    "plain TIFF": picture("TIFF", "L"),
    "PPM": picture("PPM", "RGB"),
    "ICO": picture("ICO", "RGBA", sizes=[(48, 48)]),
}
FILES = {
    "train.csv": csv_of(FEW, THEIRS),
    "train.csv.gz": gzip.compress(csv_of(FEW, THEIRS)),
    "wide.csv": csv_of(FEW, THEIRS).decode().encode("utf-16"),
    "images-idx3-ubyte": idx_of(FEW),
    "images-idx3-ubyte.gz": gzip.compress(idx_of(FEW)),
    "digits.npy": npy_of(FEW),
    "columns.npy": npy_of(np.asfortranarray(FEW / 255)),
    "digits.npz": npz_of(images=FEW, labels=THEIRS),
    "pictures.zip": zip_of({f"{label}/{number}.png": png_of(FEW[number]) for number, label in enumerate(THEIRS)}),
    "kaggle.zip": zip_of({"train.csv": csv_of(FEW, THEIRS)}),
}
RECORD = (SHIPPED_FOLDER / "dense" / RECORD_FILE).read_bytes()


def of_any(seeds: dict[str, bytes]) -> st.SearchStrategy[tuple[str, bytes]]:
    """Return damaged seeds with their names."""
    return st.sampled_from(sorted(seeds)).flatmap(lambda name: st.tuples(st.just(name), damaged(seeds[name])))


def outcome(read: Callable[[], object], error: type[Exception]) -> str:
    """Return the sentence that reading ended with; any other error than `error` goes on."""
    try:
        read()
    except error as found:
        return str(found)
    return "It was read."


def is_sentence(text: str) -> bool:
    return text.endswith(".") and "\n" not in text


@settings(max_examples=400)
@given(of_any(PICTURES))
def test_a_damaged_picture_is_read_or_refused_with_a_sentence(seed: tuple[str, bytes]) -> None:
    assert is_sentence(outcome(lambda: prepare(read_picture(seed[1])), DigitcoreError))


@settings(max_examples=60)
@given(damaged(PICTURES["grey PNG"]))
def test_a_damaged_frame_is_read_or_refused_with_a_sentence(data: bytes) -> None:
    assert is_sentence(outcome(lambda: read_frame(data), BadPicture))


@settings(max_examples=400)
@given(of_any(FILES))
def test_a_damaged_file_of_digits_is_read_or_refused_with_a_sentence(seed: tuple[str, bytes]) -> None:
    assert is_sentence(outcome(lambda: list(read_digits([Source.of_bytes(*seed)])), BadDataset))


@settings(max_examples=100)
@given(damaged(FILES["digits.npz"]))
def test_a_damaged_archive_of_arrays_is_read_or_refused(data: bytes) -> None:
    assert is_sentence(outcome(lambda: unpacked("mine", data), BadDataset))
    assert outcome(lambda: read_npz(data), ValueError)


@settings(max_examples=100)
@given(damaged(zip_of({RECORD_FILE: RECORD, "history.csv": b"epoch,loss\n1,0.5\n"})))
def test_a_damaged_run_is_unpacked_or_refused(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        assert is_sentence(outcome(lambda: unpack(data, Path(folder)), BadRun))


@settings(max_examples=150)
@given(damaged(RECORD) | st.just(b"[" * 100_000) | st.just(b'{"id": ' + b"1" * 5_000 + b"}"))
def test_a_damaged_record_is_read_or_refused(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / RECORD_FILE).write_bytes(data)
        assert is_sentence(outcome(lambda: read_record("dense", Path(folder)), BadRun))


def with_header(header: str) -> bytes:
    """An .npy file of 3 x 784 zeros whose header says something else."""
    text = header.encode().ljust(118) + b"\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + bytes(3 * 784)


@pytest.mark.parametrize(
    "header",
    [
        "{'descr': '|u1', 'fortran_order': False, 'shape': (-3, 784), }",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (3, -28, -28), }",
        "{'descr': '|u1', 'fortran_order': True, 'shape': (3, -28, -28), }",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999999999999, 784), }",
        "{'descr': '|u1', 'fortran_order': True, 'shape': (99999999999999999999, 784), }",
        "{'descr': '|V999999999', 'fortran_order': False, 'shape': (3, 784), }",
        "{'descr': '<f16', 'fortran_order': False, 'shape': (3, 784), }",
        "{'descr': '|O', 'fortran_order': False, 'shape': (3, 784), }",
        "{'descr': '|u1', 'fortran_order': False, 'shape': " + "(" * 60 + "}",
        "{'descr': '<M8[s]', 'fortran_order': False, 'shape': (3, 784), }",
    ],
)
def test_a_header_that_lies_is_refused_with_a_sentence(header: str) -> None:
    with pytest.raises(BadDataset) as refusal:
        list(read_digits([Source.of_bytes("digits.npy", with_header(header))]))
    assert "\n" not in str(refusal.value)


def test_a_compressed_array_with_one_byte_changed_is_read_or_refused() -> None:
    whole = npz_of(images=FEW, labels=THEIRS)
    for at in range(0, len(whole), 7):
        broken = whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :]
        assert is_sentence(outcome(partial(unpacked, "mine", broken), BadDataset))
        assert outcome(partial(read_npz, broken), ValueError)
