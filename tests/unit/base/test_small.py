"""Images, times and words, up to their edges; what the environment says; and folders that are not there yet."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from digitcore.base.clock import now
from digitcore.base.files import new_folder
from digitcore.base.images import to_bytes, to_network
from digitcore.base.npz import read_npz
from digitcore.base.png import PNG_URL, data_url, sheet
from digitcore.base.settings import SHIPPED_FOLDER, runs_folder, scheduler_address
from digitcore.base.text import DASH, chance, count, decimal, duration, percent


@pytest.mark.parametrize("values", [np.zeros((28, 28)), np.ones((2, 28, 28)), np.full((1, 28, 28), 0.5, np.float16)])
def test_floats_from_0_to_1_stay_as_they_are(values: np.ndarray) -> None:
    images = to_network(values)
    assert images.dtype == np.float32
    assert images.shape[1:] == (28, 28)
    assert np.array_equal(images, np.float32(values).reshape(-1, 28, 28))


@pytest.mark.parametrize("wrong", [-1e-6, 1.000001, np.nan])
def test_one_value_beyond_them_is_refused(wrong: float) -> None:
    values = np.full((28, 28), 0.5)
    values[3, 4] = wrong
    with pytest.raises(ValueError, match="must lie in"):
        to_network(values)


def test_bytes_become_shares_of_255_and_come_back() -> None:
    grey = np.arange(784).reshape(28, 28).astype(np.uint8)
    assert to_network(grey).max() == 1
    assert np.array_equal(to_bytes(to_network(grey))[0], grey)
    assert to_bytes(grey) is grey or np.array_equal(to_bytes(grey), grey)
    assert to_network(np.zeros((0, 28, 28))).shape == (0, 28, 28)


@pytest.mark.parametrize("shape", [(28,), (28, 27), (27, 28), (1, 28, 27), (1, 1, 28, 28)])
def test_another_shape_is_refused_with_what_came(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="Images must be") as caught:
        to_network(np.zeros(shape))
    assert str(shape) in str(caught.value)


@pytest.mark.parametrize(("number", "columns", "rows"), [(1, 1, 1), (32, 32, 1), (33, 32, 2)])
def test_pictures_are_laid_out_row_by_row(number: int, columns: int, rows: int) -> None:
    found = sheet(np.zeros((number, 28, 28), np.uint8))
    assert (found.columns, found.rows) == (columns, rows)
    assert found.url == data_url(np.zeros((28 * rows, 28 * columns), np.uint8))
    assert found.url.startswith(PNG_URL)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(59.94, "59.9 s"), (59.96, "1 min 0 s"), (2700, "45 min 0 s"), (3599, "59 min 59 s"), (3600, "1 h 0 min")],
)
def test_a_duration_has_two_units_at_most(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_numbers_are_written_with_what_belongs_to_them() -> None:
    assert [count(number, "error") for number in (0, 1, 1200)] == ["0 errors", "1 error", "1,200 errors"]
    assert [percent(0.12345), percent(0.5, 0), percent(float("inf"))] == ["12.35%", "50%", DASH]
    assert [decimal(0.123456), decimal(2, 1), decimal(float("nan"))] == ["0.1235", "2.0", DASH]
    assert [chance(0.999), chance(0.001), chance(0.0009)] == ["99.9%", "0.1%", "< 0.1%"]


def test_the_time_is_in_utc_to_the_second() -> None:
    told = datetime.fromisoformat(now())
    assert told.utcoffset() == timedelta(0)
    assert told.microsecond == 0
    assert abs(datetime.now(UTC) - told) < timedelta(minutes=5)


def test_the_environment_says_where_runs_lie_and_where_to_train(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DIGITCORE_MODELS", str(tmp_path))
    assert runs_folder() == tmp_path
    monkeypatch.setenv("DIGITCORE_MODELS", "")
    assert runs_folder() == SHIPPED_FOLDER
    monkeypatch.setenv("DIGITCORE_SCHEDULER", "tls://there:1")
    assert scheduler_address() == "tls://there:1"
    monkeypatch.setenv("DIGITCORE_SCHEDULER", "")
    assert scheduler_address() is None


def test_folders_above_a_new_one_are_made(tmp_path: Path) -> None:
    with new_folder(tmp_path / "a" / "b" / "c") as folder:
        (folder / "file").write_text("x")
    assert (tmp_path / "a" / "b" / "c" / "file").read_text() == "x"
    assert [path.name for path in (tmp_path / "a" / "b").iterdir()] == ["c"]


def test_an_archive_is_read_from_a_file_or_its_bytes_and_nothing_else(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", x=np.arange(3))
    np.save(tmp_path / "b.npy", np.arange(3))
    for source in (tmp_path / "a.npz", (tmp_path / "a.npz").read_bytes()):
        assert read_npz(source)["x"].tolist() == [0, 1, 2]
    for content in ((tmp_path / "b.npy").read_bytes(), (tmp_path / "a.npz").read_bytes()[:-30], b""):
        with pytest.raises(ValueError, match="archive"):
            read_npz(content)
