"""The edges of files and of the store of own data: the first and last that is read, and where things are kept."""

import io
import json
from pathlib import Path

import numpy as np
import pytest

from digitcore.base.errors import BadDataset
from digitcore.data.formats import Source, piped, read_dataset, read_digits
from digitcore.data.formats.chunk import ROWS, Chunk, Faults
from digitcore.data.mnist import Dataset, load_mnist
from digitcore.data.samples import first_of_each
from digitcore.data.splits import stratified_split
from digitcore.data.store import DataStore, join, name_for, own_part, unpacked
from harness.files import HEADER, csv_of, idx_of, npz_of

MNIST = load_mnist().test
IMAGES, LABELS = MNIST.images[:30], MNIST.labels[:30]
MINE = Dataset.of("mine", IMAGES.copy(), LABELS)


def chunks(name: str, content: bytes) -> list[Chunk]:
    return list(read_digits([Source.of_bytes(name, content)]))


def images_of(name: str, content: bytes) -> np.ndarray:
    return np.concatenate([chunk.images for chunk in chunks(name, content)])


def columns(content: bytes) -> list[list[bytes]]:
    return [line.split(b",") for line in content.splitlines()]


def table(rows: list[list[bytes]]) -> bytes:
    return b"\n".join(b",".join(row) for row in rows) + b"\n"


@pytest.mark.parametrize("at", [0, 1, 400, 784])
def test_the_label_is_found_by_its_name_in_any_column(at: int) -> None:
    rows = [[*row[1 : at + 1], row[0], *row[at + 1 :]] for row in columns(csv_of(IMAGES, LABELS))]
    data = read_dataset([Source.of_bytes("a.csv", table(rows))], "a")
    assert np.array_equal(data.images, IMAGES)
    assert np.array_equal(data.labels, LABELS)


@pytest.mark.parametrize("at", [0, 785])
@pytest.mark.parametrize("name", [b"id", b"ImageId", b"", b"Unnamed: 0"])
def test_a_column_that_counts_the_rows_is_passed_over_however_large_its_numbers(at: int, name: bytes) -> None:
    head, *rows = columns(csv_of(IMAGES, LABELS))
    counted = [[*head[:at], name, *head[at:]]]
    counted += [[*row[:at], b"%d" % (10 ** (number % 7)), *row[at:]] for number, row in enumerate(rows)]
    data = read_dataset([Source.of_bytes("a.csv", table(counted))], "a")
    assert np.array_equal(data.images, IMAGES)
    assert np.array_equal(data.labels, LABELS)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("header", [True, False])
@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\r\n\x1a"])
def test_a_table_is_read_to_its_last_line_however_it_ends(separator: str, header: bool, end: str) -> None:
    content = csv_of(IMAGES, LABELS, header, separator).decode().rstrip("\n")
    if end.startswith("\r"):
        content = content.replace("\n", "\r\n")
    data = read_dataset([Source.of_bytes("a.csv", (content + end).encode())], "a")
    assert np.array_equal(data.images, IMAGES)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_table_in_any_encoding_with_a_mark_has_the_same_digits(encoding: str) -> None:
    content = csv_of(IMAGES, LABELS).decode().encode(encoding)
    assert np.array_equal(images_of("a.csv", content), IMAGES)


CELLS: dict[bytes, int | None] = {
    **{b"255": 255, b"0": 0, b"007": 7, b" 12 ": 12, b'"12"': 12, b"12.0": 12, b"1e2": 100},
    **dict.fromkeys((b"256", b"-1", b"12.5", b"1_0", b"nan", b"", b"9" * 12)),
}


@pytest.mark.parametrize(("cell", "value"), CELLS.items())
def test_a_pixel_is_a_whole_number_from_0_to_255_however_it_is_written(cell: bytes, value: int | None) -> None:
    rows = columns(csv_of(IMAGES, LABELS))
    rows[3][784] = cell
    if value is not None:
        read = read_dataset([Source.of_bytes("a.csv", table(rows))], "a")
        assert read.images[2, 27, 27] == value
        assert np.array_equal(read.images[3:], IMAGES[3:])
    else:
        with pytest.raises(BadDataset, match=r"line 4: .*column 785"):
            read_dataset([Source.of_bytes("a.csv", table(rows))], "a")


@pytest.mark.parametrize("cell", [b"NaN", b"NULL", b"none", b"NA", b" "])
def test_a_value_that_is_not_there_is_called_missing(cell: bytes) -> None:
    rows = columns(csv_of(IMAGES, LABELS))
    rows[1][1] = cell
    with pytest.raises(BadDataset, match="line 2: the value in column 2 is missing"):
        read_dataset([Source.of_bytes("a.csv", table(rows))], "a")


@pytest.mark.parametrize(("cell", "words"), [(b"10", "'10', not one of 0 to 9"), (b"-1", "'-1'"), (b"", "is missing")])
def test_a_label_is_one_of_ten(cell: bytes, words: str) -> None:
    rows = columns(csv_of(IMAGES, LABELS))
    rows[1][0] = cell
    with pytest.raises(BadDataset, match=f"line 2: the label in column 1 .*{words}"):
        read_dataset([Source.of_bytes("a.csv", table(rows))], "a")


def test_empty_lines_do_not_count_and_faults_are_found_by_their_line() -> None:
    rows = csv_of(IMAGES, LABELS).decode().split("\n")
    rows[2:2] = ["", "  "]
    rows[6] = "1,2"
    with pytest.raises(BadDataset, match="line 7: 2 columns instead of 785"):
        read_dataset([Source.of_bytes("a.csv", "\n".join(rows).encode())], "a")


@pytest.mark.parametrize(("content", "words"), [(HEADER.encode() + b"\n", "header and no rows"), (b"", "empty")])
def test_a_table_without_rows_is_refused(content: bytes, words: str) -> None:
    with pytest.raises(BadDataset, match=words):
        chunks("a.csv", content)


@pytest.mark.parametrize("shape", [(30, 28, 28), (30, 784), (30, 28, 28, 1)])
@pytest.mark.parametrize("dtype", [np.uint8, np.int32, np.float32])
@pytest.mark.parametrize("order", ["C", "F"])
def test_arrays_of_any_shape_type_and_order_have_the_same_digits(
    shape: tuple[int, ...], dtype: type, order: str
) -> None:
    values: np.ndarray = IMAGES.reshape(shape).astype(dtype)
    if dtype is np.float32:
        values /= 255
    (chunk,) = chunks("a.npz", npz_of(x=np.asarray(values, order=order), y=LABELS.reshape(30, 1)))  # type: ignore[call-overload]
    images = chunk.images if dtype is not np.float32 else np.rint(chunk.images * 255)
    assert np.array_equal(images, IMAGES)
    assert chunk.labels is not None
    assert np.array_equal(chunk.labels, LABELS)


@pytest.mark.parametrize(("dtype", "least", "most"), [(np.int32, 0, 255), (np.float32, 0, 1)])
def test_values_are_right_up_to_their_bounds_and_wrong_beyond(dtype: type, least: int, most: int) -> None:
    values: np.ndarray = np.zeros((3, 784), dtype)
    values[1, :2] = least, most
    assert len(chunks("a.npz", npz_of(x=values))[0].images) == 3
    for wrong in (least - 1, most + 1):
        values[1, 5] = wrong
        with pytest.raises(BadDataset, match=f"image 2: it holds {wrong}; "):
            chunks("a.npz", npz_of(x=values))


@pytest.mark.parametrize("count", [ROWS - 1, ROWS, ROWS + 1])
@pytest.mark.parametrize("kind", ["idx", "npz"])
def test_files_of_about_a_chunk_are_read_whole_and_the_share_done_ends_at_one(count: int, kind: str) -> None:
    images, labels = MNIST.images[:count], MNIST.labels[:count]
    if kind == "idx":
        found = list(
            read_digits([Source.of_bytes("a-images", idx_of(images)), Source.of_bytes("a-labels", idx_of(labels))])
        )
    else:
        found = chunks("a.npz", npz_of(x=images, y=labels))
    assert [len(chunk) for chunk in found] == [min(ROWS, count), count - ROWS][: 1 + (count > ROWS)]
    assert np.array_equal(np.concatenate([chunk.images for chunk in found]), images)
    assert np.array_equal(np.concatenate([chunk.labels for chunk in found if chunk.labels is not None]), labels)
    shares = [chunk.done for chunk in found]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert 0 < shares[0] <= 1


def test_a_part_of_an_archive_is_read_by_its_name_and_the_other_where_it_is_alone() -> None:
    both = npz_of(x_train=IMAGES[:20], y_train=LABELS[:20], x_test=IMAGES[20:], y_test=LABELS[20:])
    source = [Source.of_bytes("a.npz", both)]
    assert len(read_dataset(source, "a", "train")) == 20
    assert len(read_dataset(source, "a", "test")) == 10
    alone = npz_of(test_images=IMAGES, test_labels=LABELS)
    assert len(read_dataset([Source.of_bytes("a.npz", alone)], "a", "train")) == 30


@pytest.mark.parametrize(
    ("arrays", "words"),
    [
        ({"x": IMAGES, "y": LABELS[:29]}, "30 images, and there are 29 labels"),
        ({"x": IMAGES[:, :, :27]}, r"\(30, 28, 27\)"),
        ({"x": np.zeros(784)}, r"\(784,\)"),
        ({"x": np.zeros((0, 28, 28))}, "no images"),
        ({"x": IMAGES > 3}, "holds bool"),
        ({"x": IMAGES, "y": np.stack([LABELS, LABELS], axis=1)}, r"\(30, 2\)"),
        ({"x": IMAGES, "y": LABELS.astype(float)}, "float64"),
        ({"x": IMAGES, "y": LABELS + 10}, "image 1: the label is 1"),
        ({"z": IMAGES}, "its arrays are: z"),
    ],
)
def test_arrays_that_do_not_fit_are_refused_with_what_they_are(arrays: dict[str, np.ndarray], words: str) -> None:
    with pytest.raises(BadDataset, match=words):
        read_dataset([Source.of_bytes("a.npz", npz_of(**arrays))], "a")


def test_five_faults_are_told_and_the_sixth_is_counted() -> None:
    for count, more in ((5, False), (6, True)):
        faults = Faults("a.csv")
        faults.check_labels(np.array([3, *[10] * count]), 100)
        with pytest.raises(BadDataset) as caught:
            faults.raise_any()
        assert "image 102: the label is 10" in str(caught.value)
        assert ("and 1 more" in str(caught.value)) is more
    faults = Faults("a.csv")
    faults.check_labels(np.array([0, 9]), 0)
    assert not faults
    faults.raise_any()


def test_an_own_set_lies_in_a_folder_of_its_name_beside_the_runs(tmp_path: Path) -> None:
    DataStore(tmp_path).add("mine", MINE, "train.csv")
    folder = tmp_path / ".data" / "mine"
    assert sorted(file.name for file in folder.iterdir()) == ["data.json", "digits.npz"]
    record = json.loads((folder / "data.json").read_text(encoding="utf-8"))
    assert (record["name"], record["source"], record["count"]) == ("mine", "train.csv", 30)
    assert record["counts"] == np.bincount(LABELS, minlength=10).tolist()
    with np.load(folder / "digits.npz") as arrays:
        assert np.array_equal(arrays["images"], IMAGES)
        assert np.array_equal(arrays["labels"], LABELS)
    assert DataStore(tmp_path).get("mine").counts == tuple(record["counts"])


def test_own_sets_are_listed_by_name_and_their_sentence_names_them(tmp_path: Path) -> None:
    store = DataStore(tmp_path)
    assert store.list() == []
    for name in ("b", "a"):
        store.add(name, MINE, "x.csv")
    assert [kept.name for kept in store.list()] == ["a", "b"]
    with pytest.raises(BadDataset, match="there are: mnist, a, b"):
        store.get("c")
    assert store.choices() == ["mnist", "a", "mnist+a", "b", "mnist+b"]


def test_a_free_name_is_the_name_itself_or_the_first_number_that_is_free(tmp_path: Path) -> None:
    store = DataStore(tmp_path)
    assert store.free_name("mine") == "mine"
    assert store.free_name("mnist") == "mnist-2"
    store.add("mine", MINE, "x.csv")
    assert store.free_name("mine") == "mine-2"
    store.add("mine-2", MINE, "x.csv")
    assert store.free_name("mine") == "mine-3"
    long = "x" * 40
    store.add(long, MINE, "x.csv")
    store.check_free(store.free_name(long))


def test_the_same_digits_are_found_under_any_name_and_others_are_not(tmp_path: Path) -> None:
    store = DataStore(tmp_path)
    other = Dataset.of("other", IMAGES[:5].copy(), LABELS[:5])
    store.add("a", other, "x.csv")
    assert store.kept_as(MINE) is None
    kept = store.add("b", MINE, "x.csv")
    assert store.kept_as(MINE) == kept


@pytest.mark.parametrize(
    ("choice", "own"), [("mnist", None), ("mine", "mine"), ("mnist+mine", "mine"), ("mnist2", "mnist2")]
)
def test_a_choice_names_its_own_part(choice: str, own: str | None, tmp_path: Path) -> None:
    assert own_part(choice) == own
    if own:
        with pytest.raises(BadDataset, match="no data set called"):
            DataStore(tmp_path).check(choice)
    else:
        DataStore(tmp_path).check(choice)


def test_what_comes_through_a_pipe_can_be_read_more_than_once_and_anywhere() -> None:
    with piped("standard input", io.BytesIO(b"0123456789")) as source:
        assert source.size == 10
        with source.open() as stream:
            assert stream.readable()
            assert stream.seekable()
            assert stream.seek(4) == stream.tell() == 4
            assert stream.read(2) == b"45"
        with source.open() as again:
            assert again.read() == b"0123456789"


def test_own_digits_stand_alone_or_behind_mnist() -> None:
    assert join("mine", MINE) is MINE
    assert join("mnist", None) is load_mnist().train
    both = join("mnist+mine", MINE)
    assert both.name == "mnist+mine"
    assert np.array_equal(both.labels, [*load_mnist().train.labels, *LABELS])
    assert np.array_equal(both.images[-30:], IMAGES)


def test_packed_digits_travel_and_bytes_that_are_none_are_refused(tmp_path: Path) -> None:
    store = DataStore(tmp_path)
    store.add("mine", MINE, "x.csv")
    assert unpacked("mine", store.packed("mine")).fingerprint == MINE.fingerprint
    with pytest.raises(BadDataset, match="'mine'"):
        unpacked("mine", b"nothing")


NAMES = [
    ("a.csv.gz", "a"),
    ("---.csv", "digits"),
    ("A B (2).npz", "a-b-2"),
    ("x" * 50 + ".zip", "x" * 40),
    ("a.csvx", "a-csvx"),
    ("y" * 39 + " z.csv", "y" * 39),
]


@pytest.mark.parametrize(("file", "name"), NAMES)
def test_a_name_made_of_a_files_can_name_a_data_set(file: str, name: str, tmp_path: Path) -> None:
    assert name_for(file) == name
    DataStore(tmp_path).check_free(name)


@pytest.mark.parametrize("share", [0.1, 0.25, 0.5])
@pytest.mark.parametrize("size", [None, 100])
def test_a_split_has_the_shares_it_was_asked_for_in_every_class(share: float, size: int | None) -> None:
    labels = MNIST.labels[:1000]
    split = stratified_split(labels, share, seed=1, train_size=size)
    assert len(split.validation) == round(share * 1000)
    assert len(split.train) == (size or 1000 - len(split.validation))
    assert not set(split.train) & set(split.validation)
    counts = np.bincount(labels)
    assert np.abs(np.bincount(labels[split.validation], minlength=10) - share * counts).max() < 1
    rest = counts - np.bincount(labels[split.validation], minlength=10)
    assert np.abs(np.bincount(labels[split.train], minlength=10) - rest * len(split.train) / rest.sum()).max() < 1
    assert (np.diff(split.train) > 0).all()
    assert (np.diff(split.validation) > 0).all()


def test_a_split_is_decided_by_its_seed_and_its_validation_part_not_by_the_size() -> None:
    labels = MNIST.labels[:1000]
    whole, slice_ = (stratified_split(labels, 0.2, 1, size) for size in (None, 100))
    assert np.array_equal(whole.validation, slice_.validation)
    assert set(slice_.train) < set(whole.train)
    assert stratified_split(labels, 0.2, 1).fingerprint == whole.fingerprint
    assert len({stratified_split(labels, 0.2, seed).fingerprint for seed in range(3)} | {slice_.fingerprint}) == 4


def test_there_can_be_as_many_to_learn_from_as_are_left_and_no_more() -> None:
    labels = MNIST.labels[:100]
    assert len(stratified_split(labels, 0.2, 1, 80).train) == 80
    with pytest.raises(BadDataset, match="only 80 digits"):
        stratified_split(labels, 0.2, 1, 81)
    with pytest.raises(BadDataset, match="too few digits"):
        stratified_split(labels[:1], 0.5, 1)


def test_the_first_of_each_digit_come_digit_by_digit() -> None:
    positions = first_of_each(MNIST.labels, 2)
    assert MNIST.labels[positions].tolist() == sorted([*range(10)] * 2)
    for digit in range(10):
        assert positions[2 * digit : 2 * digit + 2].tolist() == np.flatnonzero(MNIST.labels == digit)[:2].tolist()
    assert len(first_of_each(MNIST.labels)) == 30
