"""Files of digits as people have them, good and bad."""

import gzip
import io
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitcore.base.errors import BadDataset, Cancelled
from digitcore.data.formats import Source, piped, read_dataset, read_digits, with_labels
from digitcore.data.formats import source as source_module
from digitcore.data.formats.chunk import ROWS, Faults
from digitcore.data.formats.table import _layout, _parse, _parse_by_line
from digitcore.data.mnist import Dataset, load_mnist
from harness.files import HEADER, csv_of, idx_of, npz_of, png_of, zip_of

MNIST = load_mnist().test
IMAGES, LABELS = MNIST.images[:3000], MNIST.labels[:3000]  # more than a chunk
FEW, THEIRS = IMAGES[:20], LABELS[:20]
TABLE = csv_of(FEW, THEIRS)
ZEROS = b",".join([b"0"] * 784)


def sources(files: dict[str, bytes]) -> list[Source]:
    return [Source.of_bytes(name, content) for name, content in files.items()]


def whole(files: dict[str, bytes]) -> Dataset:
    return read_dataset(sources(files), "mine")


def images_of(files: dict[str, bytes]) -> np.ndarray:
    return np.concatenate([chunk.images for chunk in read_digits(sources(files))])


def complaint(files: dict[str, bytes], read: Callable[[dict[str, bytes]], object] = whole) -> str:
    with pytest.raises(BadDataset) as caught:
        read(files)
    sentence = str(caught.value)
    assert "\n" not in sentence
    return sentence


def with_line(number: int, line: str) -> bytes:
    """Kaggle's table with another line `number`, as editors count."""
    lines = TABLE.decode().split("\n")
    lines[number - 1] = line
    return "\n".join(lines).encode()


def with_cell(line: int, column: int, cell: str) -> bytes:
    cells = TABLE.decode().split("\n")[line - 1].split(",")
    cells[column - 1] = cell
    return with_line(line, ",".join(cells))


GOOD: dict[str, dict[str, bytes]] = {
    "Kaggle's train.csv": {"train.csv": TABLE},
    "without a header": {"mnist_train.csv": csv_of(FEW, THEIRS, header=False)},
    "gzipped CSV": {"train.csv.gz": gzip.compress(TABLE)},
    "CRLF": {"train.csv": TABLE.replace(b"\n", b"\r\n")},
    "no newline at the end": {"train.csv": TABLE.rstrip()},
    "semicolons": {"train.csv": csv_of(FEW, THEIRS, separator=";")},
    "tabs": {"train.tsv": csv_of(FEW, THEIRS, separator="\t")},
    "UTF-8 with a mark": {"train.csv": b"\xef\xbb\xbf" + TABLE},
    "UTF-16": {"train.csv": TABLE.decode().encode("utf-16")},
    "quotes": {"train.csv": TABLE.replace(b",", b'","').replace(b"\n", b'"\n"')[:-1].join([b'"', b""])},
    "floats with two places": {"train.csv": TABLE.replace(b",0", b",0.00")},
    "powers of ten": {"train.csv": TABLE.replace(b",0", b", 0e1")},
    "floats that are whole": {"train.csv": TABLE.replace(b",0", b",0.0")},
    "empty lines": {"train.csv": TABLE.replace(b"\n", b"\n\n") + b"\n\n"},
    "a column that counts": {
        "train.csv": b"\n".join(
            b"%s,%s" % (b"id" if not number else b"%d" % (99_990 + number), line)
            for number, line in enumerate(TABLE.rstrip().split(b"\n"))
        )
    },
    "IDX": {"train-labels-idx1-ubyte": idx_of(THEIRS), "train-images-idx3-ubyte": idx_of(FEW)},
    "gzipped IDX": {"images.gz": gzip.compress(idx_of(FEW)), "labels.gz": gzip.compress(idx_of(THEIRS))},
    "npz": {"digits.npz": npz_of(images=FEW, labels=THEIRS)},
    "Keras' npz": {"mnist.npz": npz_of(x_train=FEW, y_train=THEIRS, x_test=FEW[:3], y_test=THEIRS[:3])},
    "flat, by column, int64": {"digits.npz": npz_of(X=np.asfortranarray(FEW.reshape(20, 784), np.int64), y=THEIRS)},
    "floats": {"digits.npz": npz_of(images=FEW[..., np.newaxis] / np.float32(255), labels=THEIRS)},
    "zipped CSV": {"digit-recognizer.zip": zip_of({"train.csv": TABLE, "__MACOSX/._train.csv": b"junk"})},
}


@pytest.mark.parametrize("files", GOOD.values(), ids=GOOD)
def test_every_format_gives_the_same_digits(files: dict[str, bytes]) -> None:
    data = whole(files)
    assert np.array_equal(data.images, FEW)
    assert np.array_equal(data.labels, THEIRS)


@pytest.mark.parametrize("name", ["csv", "idx", "npz", "npy"])
def test_files_of_many_chunks_keep_their_order(name: str) -> None:
    stream = io.BytesIO()
    np.save(stream, IMAGES)
    makers = {"csv": lambda: csv_of(IMAGES, None), "idx": lambda: idx_of(IMAGES), "npz": lambda: npz_of(images=IMAGES)}
    content = makers[name]() if name in makers else stream.getvalue()
    chunks = list(read_digits(sources({f"test.{name}": content})))
    assert len(chunks) > 1
    assert np.array_equal(np.concatenate([chunk.images for chunk in chunks]), IMAGES)
    assert [chunk.done for chunk in chunks] == sorted(chunk.done for chunk in chunks)
    assert chunks[-1].done == 1


@settings(max_examples=25)
@given(seed=st.integers(0, 2**32 - 1), most=st.sampled_from([2, 10, 11, 100, 101, 256]))
def test_the_quick_parser_and_the_thorough_one_agree(seed: int, most: int) -> None:
    rows = np.random.default_rng(seed).integers(0, most, (3, 784)).tolist()
    block = "".join(",".join(map(str, row)) + "\n" for row in rows).encode()
    layout = _layout("test.csv", block.split(b"\n")[0])
    quick = _parse(block, layout)
    assert quick is not None
    assert np.array_equal(quick, rows)
    assert np.array_equal(_parse_by_line(block, layout, 1, Faults("test.csv")), rows)


BAD_TABLES = [
    (with_cell(17, 3, "x"), "line 17: 'x' in column 3 is no whole number from 0 to 255"),
    (with_cell(17, 3, "256"), "line 17: '256' in column 3"),
    (with_cell(17, 3, "-1"), "line 17: '-1' in column 3"),
    (with_cell(17, 3, "0.5"), "line 17: '0.5' in column 3"),
    (with_cell(17, 3, "1_0"), "line 17: '1_0' in column 3"),
    (with_cell(17, 3, "1\0"), "line 17: '1\\x00' in column 3"),
    (with_cell(17, 3, "1000000000000"), "line 17: '1000000000000' in column 3"),
    (with_cell(17, 3, "x" * 100), "line 17: 'xxxxxxxxxxxxxxxxxxxx…' in column 3"),
    (with_cell(17, 3, ""), "line 17: the value in column 3 is missing"),
    (with_cell(17, 3, "NaN"), "line 17: the value in column 3 is missing"),
    (with_cell(17, 1, "10"), "line 17: the label in column 1 is '10', not one of 0 to 9"),
    (with_cell(17, 1, ""), "line 17: the label in column 1 is missing"),
    (with_cell(17, 3, "1,2"), "line 17: 786 columns instead of 785"),
    (with_line(17, "1,2,3"), "line 17: 3 columns instead of 785"),
    (HEADER.encode(), "it has a header and no rows"),
    (HEADER.encode() + b"\n", "it has a header and no rows"),
    (b"", "it is empty"),
    (b"a,b,c\n1,2,3\n", "line 1 has 3 columns"),
    (b"Dear diary,\nto-day I drew a 7.\n", "line 1 has 2 columns"),
    (TABLE.decode().encode("utf-16-le"), "line 1 holds zero bytes"),
    (b"7" * 200_000, "a line of more than 64 KB"),
]


@pytest.mark.parametrize(("content", "sentence"), BAD_TABLES, ids=[sentence for _, sentence in BAD_TABLES])
def test_a_bad_table_is_refused_by_name_and_line(content: bytes, sentence: str) -> None:
    found = complaint({"train.csv": content})
    assert found.startswith("train.csv: ")
    assert sentence in found


def test_a_letter_far_down_is_found_by_its_line() -> None:
    lines = [*csv_of(FEW, None).split(b"\n")[:1], *[ZEROS] * 18_000]
    lines[17_311] = lines[17_311].replace(b"0", b"O", 1)
    assert "line 17,312: 'O' in column 1" in complaint({"test.csv": b"\n".join(lines)}, images_of)


def test_five_faults_are_listed_and_the_rest_counted() -> None:
    bad = HEADER.encode() + b"\n" + b"1,2,3\n" * 12
    found = complaint({"train.csv": bad})
    assert found.count("3 columns instead of 785") == 5
    assert "; and 7 more." in found


def test_nothing_is_given_out_after_a_fault() -> None:
    lines = [*csv_of(FEW, None).split(b"\n")[:1], *[ZEROS] * 5_000]
    lines[5] = b"oh"
    seen: list[object] = []
    with pytest.raises(BadDataset, match=r"line 6: 1 columns"):
        seen.extend(read_digits(sources({"test.csv": b"\n".join(lines)})))
    assert seen == []


CUT = idx_of(FEW)
PICKLED = npz_of(images=np.array([{"a": 1}] * 20, object), labels=THEIRS)
BOMB = {"bomb.npz": npz_of(images=np.zeros((400_000, 28, 28), np.uint8), labels=np.zeros(400_000, np.uint8))}
BAD_BINARIES: list[tuple[dict[str, bytes], str]] = [
    ({"train-images-idx3-ubyte": b"\0\0\x0d\x03" + CUT[4:]}, "magic number is 0x00000d03"),
    ({"train-images-idx3-ubyte": b"hello, world"}, "magic number is 0x68656c6c"),
    ({"zeros.bin": bytes(2**20)}, "magic number is 0x00000000"),
    ({"train-images-idx3-ubyte": CUT[:-1000]}, "cut short: 18 of 20 images are there"),
    ({"train-images-idx3-ubyte": CUT[:9]}, "cut short within its header"),
    ({"train-images-idx3-ubyte": CUT + b"more"}, "goes on after its 20 images"),
    ({"train-images-idx3-ubyte.gz": gzip.compress(CUT[:-1000])}, "cut short: 18 of 20 images are there"),
    ({"train-images-idx3-ubyte.gz": gzip.compress(CUT)[:-20]}, "damaged or cut short"),
    ({"images.gz": gzip.compress(CUT + b"more"), "labels": idx_of(THEIRS)}, "goes on after its 20 images"),
    ({"train-images-idx3-ubyte": idx_of(FEW[:, :20])}, "20 × 28 pixels"),
    ({"train-images-idx3-ubyte": idx_of(FEW[:0])}, "holds no images"),
    ({"labels": idx_of(THEIRS)}, "holds labels alone"),
    ({"images": CUT, "labels": idx_of(THEIRS[:19])}, "20 images, and labels has 19 labels"),
    ({"images": CUT, "labels": idx_of(np.full(20, 10))}, "image 1: the label is 10, not one of 0 to 9"),
    ({"images": CUT}, "it has no labels"),
    ({"digits.npz": PICKLED}, "pickled objects"),
    ({"digits.npz": npz_of(images=FEW, labels=THEIRS)[:-400]}, "damaged or cut short"),
    ({"digits.npz": npz_of(images=FEW, labels=THEIRS[:19])}, "20 images, and there are 19 labels"),
    ({"digits.npz": npz_of(images=FEW, labels=np.full(20, 10))}, "image 1: the label is 10"),
    ({"digits.npz": npz_of(images=FEW.astype(np.int16) + 1, labels=THEIRS)}, "it holds 256; pixels must lie"),
    ({"digits.npz": npz_of(images=FEW.astype(np.int16) - 1, labels=THEIRS)}, "it holds -1; pixels must lie"),
    ({"digits.npz": npz_of(images=FEW.astype(np.float32), labels=THEIRS)}, "floats must lie from 0 to 1"),
    ({"digits.npz": npz_of(images=np.full((2, 784), np.nan), labels=THEIRS[:2])}, "it holds nan; floats must lie"),
    ({"digits.npz": npz_of(images=FEW[:, :20], labels=THEIRS)}, "its shape is (20, 20, 28)"),
    ({"digits.npz": npz_of(cats=FEW)}, "its arrays are: cats"),
    ({"digits.npz": npz_of(images=FEW, labels=THEIRS / 2)}, "float64 of shape (20,)"),
    (BOMB, "unpacks to more than 64 MB"),
    ({"digits.zip": zip_of({"../7/evil.png": png_of(FEW[0])})}, "leads out of it"),
    ({"digits.zip": zip_of({"/7/evil.png": png_of(FEW[0]), "7/b.png": b""})}, "leads out of it"),
    ({"digits.zip": zip_of({"7/bomb.png": bytes(100 * 2**20), "8/b.png": b""})}, "unpacks to 100 MB"),
    ({"digits.zip": zip_of({"a.zip": zip_of({"b.txt": b"x"})})}, "another zip"),
    ({"digits.zip": zip_of({"7/a.txt": b"x", "b.txt": b"y"})}, "no pictures in this zip"),
    ({"digits.zip": zip_of({"7/a.png": png_of(FEW[0])})[:-30]}, "damaged or cut short"),
    ({"digits.zip": zip_of({"7/a.png": b"no picture", "8/b.png": png_of(FEW[0])})}, "7/a.png: This is not a picture"),
    ({"digits.zip": zip_of({"seven/a.png": png_of(FEW[0])})}, "it has no labels"),
    ({"a.csv": TABLE, "b.csv": TABLE}, "a.csv, b.csv: these can't be read together"),
]


@pytest.mark.parametrize(("files", "sentence"), BAD_BINARIES, ids=[sentence for _, sentence in BAD_BINARIES])
def test_a_bad_file_is_refused_with_a_sentence(files: dict[str, bytes], sentence: str) -> None:
    assert sentence in complaint(files)


def test_more_digits_than_can_be_kept_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digitcore.data.formats.detect.MOST_TO_LEARN_FROM", 19)
    assert "it has more than 19 digits" in complaint({"train.csv": TABLE})


def test_a_pickle_is_never_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    def explode(*_: object, **__: object) -> None:
        raise AssertionError("unpickled")

    monkeypatch.setattr("pickle.load", explode)
    monkeypatch.setattr("pickle.loads", explode)
    stream = io.BytesIO()
    np.save(stream, np.array([{"a": 1}], object))
    assert "pickled objects" in complaint({"digits.npy": stream.getvalue()}, images_of)


def test_a_folder_a_class_gives_the_labels_and_junk_is_passed_over() -> None:
    files = {f"digits/{THEIRS[number]}/{number}.png": png_of(image) for number, image in enumerate(FEW)}
    data = whole({"digits.zip": zip_of({**files, "digits/.DS_Store": b"x", "__MACOSX/digits/7/._1.png": b"x"})})
    ordered = [name.split("/")[1] for name in sorted(files, key=lambda name: (name.split("/")[1], len(name), name))]
    assert data.labels.tolist() == [int(label) for label in ordered]
    assert data.images.dtype == np.uint8


def test_pictures_come_in_the_order_of_their_numbers() -> None:
    files = {f"{number}.png": png_of(IMAGES[number]) for number in (10, 9, 1, 2)}
    (chunk,) = read_digits(sources({"pictures.zip": zip_of(files)}))
    assert chunk.names == ("1.png", "2.png", "9.png", "10.png")
    assert chunk.labels is None


def test_of_many_pictures_a_bad_one_is_reported_and_the_others_are_read() -> None:
    (chunk,) = read_digits(sources({"a.png": b"notes", "b.png": png_of(IMAGES[0])}))
    assert chunk.troubles is not None
    assert [trouble is None for trouble in chunk.troubles] == [False, True]
    assert chunk.images[0].max() == 0 < chunk.images[1].max()


def test_a_folder_of_pictures_is_read_with_the_folders_in_it(tmp_path: Path) -> None:
    for name in ("7/a.png", "1/b.png"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_bytes(png_of(IMAGES[0]))
    (chunk,) = read_digits([tmp_path])
    assert (chunk.names, chunk.labels is not None and chunk.labels.tolist()) == (("1/b.png", "7/a.png"), [1, 7])


def test_the_labels_beside_an_idx_file_are_found(tmp_path: Path) -> None:
    images, labels = tmp_path / "t10k-images-idx3-ubyte.gz", tmp_path / "t10k-labels-idx1-ubyte"
    images.write_bytes(gzip.compress(idx_of(FEW)))
    assert with_labels(images) == [images]
    labels.write_bytes(idx_of(THEIRS))
    assert with_labels(images) == [images, labels]


def test_a_pipe_is_read_like_a_file() -> None:
    with piped("-", io.BytesIO(TABLE)) as source:
        assert np.array_equal(read_dataset([source], "mine").images, FEW)


@pytest.mark.parametrize("path", ["nowhere.csv", "."])
def test_a_path_with_nothing_in_it_is_a_sentence(path: str, tmp_path: Path) -> None:
    with pytest.raises(BadDataset, match=r"no such file|no pictures"):
        list(read_digits([tmp_path / path]))


class Endless(io.RawIOBase):
    """A file of many equal rows, made as they are asked for."""

    def __init__(self, rows: int) -> None:
        self._left = rows
        self._at = 0

    def read(self, size: int = -1, /) -> bytes:
        rows = min(max(size // len(ZEROS), 1), self._left)
        self._left -= rows
        self._at += rows * (len(ZEROS) + 1)
        return (ZEROS + b"\n") * rows

    def seek(self, offset: int, whence: int = 0, /) -> int:
        assert (offset, whence) == (0, 0)
        self._left += self._at // (len(ZEROS) + 1)
        self._at = 0
        return 0

    def tell(self) -> int:
        return self._at


def test_a_table_of_any_length_takes_the_same_memory() -> None:
    peaks = []
    for rows in (10_000, 60_000):
        source = Source("test.csv", rows * (len(ZEROS) + 1), lambda rows=rows: Endless(rows))  # type: ignore[misc, arg-type]
        tracemalloc.start()
        assert sum(len(chunk) for chunk in read_digits([source])) == rows
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.2 * peaks[0]
    assert peaks[1] < 150e6  # bytes


def test_two_gigabytes_of_zeros_take_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that claims to hold all those images is read a chunk at a time, whatever its end."""
    asked: list[int] = []
    claimed = b"\0\0\x08\x03" + (2_700_000).to_bytes(4, "big") + (28).to_bytes(4, "big") * 2

    class Zeros(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            asked.append(size or -1)
            return super().read(size)

    zeros = Source("zeros-images-idx3-ubyte", 16 + 2_700_000 * 784, lambda: Zeros(claimed + bytes(10 * 2**20)))
    with pytest.raises(BadDataset, match="cut short"):
        list(read_digits([zeros]))
    assert -1 not in asked
    assert max(asked) <= ROWS * 784


def gzipped_zip() -> bytes:
    return gzip.compress(zip_of({"7/a.png": png_of(FEW[0])}))


def zip_packed_by(method: int) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        archive.writestr("7/a.png", png_of(FEW[0]))
        archive.writestr("8/b.png", png_of(FEW[0]))
    return stream.getvalue()


def locked_zip() -> bytes:
    content = bytearray(zip_of({"7/a.png": png_of(FEW[0]), "8/b.png": b"x"}))
    content[content.index(b"PK\1\2") + 8] |= 1
    return bytes(content)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("empty.zip", zip_of({f"{number}.png": b"" for number in range(1_500)}), "lists 1,500 files"),
        ("newlines.csv.gz", gzip.compress(TABLE + b"\n" * 100_000), "most of its lines are too short"),
        ("short.csv", b"1\n" * 50_000, "line 1 has 1 columns"),
        ("short.csv", TABLE + b"1\n" * 50_000, "most of its lines are too short"),
        ("wrong.csv", csv_of(FEW, THEIRS) + b"x," * 300 + (b"x," * 300 + b"\n") * 1_100, "; and at least 995 more."),
        ("pictures.zip.gz", gzipped_zip(), "a zip within a gzip"),
        ("pictures.zip", zip_packed_by(zipfile.ZIP_LZMA), "compressed in a way that can't be read"),
        ("pictures.zip", zip_packed_by(zipfile.ZIP_BZIP2), "compressed in a way that can't be read"),
        ("pictures.zip", locked_zip(), "locked by a password"),
    ],
)
def test_a_file_that_would_take_long_is_refused_with_what_to_do(name: str, content: bytes, sentence: str) -> None:
    assert sentence in complaint({name: content}, images_of)


@pytest.mark.parametrize("name", ["train.csv.gz", "images-idx3-ubyte.gz", "digits.npz", "kaggle.zip", "digits.npy.gz"])
def test_a_small_file_that_unpacks_to_much_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digitcore.data.formats.source._FREELY", 2**20)  # bytes
    many = np.zeros((4_000, 28, 28), np.uint8)
    stream = io.BytesIO()
    np.save(stream, many)
    table = (ZEROS + b"\n") * 1_000
    content = {
        "train.csv.gz": gzip.compress(table),
        "images-idx3-ubyte.gz": gzip.compress(idx_of(many)),
        "digits.npz": npz_of(images=many),
        "kaggle.zip": zip_of({"train.csv": table}),
        "digits.npy.gz": gzip.compress(stream.getvalue()),
    }[name]
    assert "it unpacks to more than 1 MB, too much for its size" in complaint({name: content}, images_of)


def test_a_gzip_within_a_zip_is_measured_by_the_zip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digitcore.data.formats.source._FREELY", 2**20)
    twice = zip_of({"train.csv.gz": gzip.compress((ZEROS + b"\n") * 1_000, 1)})
    assert "train.csv.gz: it unpacks to more than 1 MB" in complaint({"kaggle.zip": twice}, images_of)


def test_real_digits_unpack_to_much_less_than_they_may() -> None:
    table = csv_of(IMAGES[:400], LABELS[:400])
    for packed in (gzip.compress(table, 9), zip_of({"train.csv": table})):
        assert len(table) < 0.6 * source_module._RATIO * len(packed)


def test_pictures_that_are_too_large_together_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digitcore.data.formats.pictures._PIXELS_FREELY", 10 * 140 * 140)
    few = zip_of({f"{number}.png": png_of(np.zeros((28, 28), np.uint8)) for number in range(10)})
    many = zip_of({f"{number}.png": png_of(np.zeros((28, 28), np.uint8)) for number in range(11)})
    assert len(images_of({"pictures.zip": few})) == 10
    monkeypatch.setattr("digitcore.data.formats.pictures._PIXELS_A_BYTE", 0)
    assert "million pixels in all" in complaint({"pictures.zip": many}, images_of)


def test_a_zip_of_which_most_cannot_be_read_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digitcore.data.formats.pictures._FEW_TROUBLES", 70)
    bad = zip_of({f"{number}.png": b"notes" * 20 for number in range(200)})
    assert "0.png: this and 127 more can't be read" in complaint({"pictures.zip": bad}, images_of)


def test_more_digits_than_are_read_at_once_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digitcore.data.formats.detect.MOST_AT_ONCE", 19)
    assert "more than 19 digits" in complaint({"train.csv": TABLE}, images_of)


@pytest.mark.parametrize("files", GOOD.values(), ids=GOOD)
def test_whoever_watches_can_end_the_reading_of_every_format(files: dict[str, bytes]) -> None:
    looks = 0

    def check() -> None:
        nonlocal looks
        looks += 1

    watched = [source.watched(check) for source in sources(files)]
    assert np.array_equal(np.concatenate([chunk.images for chunk in read_digits(watched)]), images_of(files))
    assert looks > 1
    left = looks - 1

    def end() -> None:
        nonlocal left
        left -= 1
        if left <= 0:
            raise Cancelled("Enough.")

    with pytest.raises(Cancelled):
        list(read_digits([source.watched(end) for source in sources(files)]))
