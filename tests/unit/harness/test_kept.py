"""What is kept is compared to what is found, and renewed only when one asks for it."""

from pathlib import Path

import numpy as np
import pytest

from harness.kept import differences, kept_arrays, kept_text


@pytest.mark.parametrize(
    ("found", "kept", "where"),
    [
        ({"a": 1.00001}, {"a": 1}, []),
        ({"a": 1.001}, {"a": 1}, ["/a"]),
        ({"a": [1, "x"]}, {"a": [1, "y"]}, ["/a/1"]),
        ([1, 2], [1], ["/1"]),
        ({"a": {}}, {"a": {"b": None}}, ["/a", "/a/b"]),
        ((1, None), [1, None], []),
        ("1", 1, [""]),
    ],
)
def test_a_difference_is_named_by_its_path(found: object, kept: object, where: list[str]) -> None:
    assert list(differences(found, kept)) == where


def test_only_who_asks_for_it_renews_what_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text, arrays = tmp_path / "kept" / "a.json", tmp_path / "kept" / "a.npz"
    with pytest.raises(FileNotFoundError):
        kept_text(text, 1)
    monkeypatch.setenv("RENEW_KEPT", "1")
    assert kept_text(text, {"a": "ü"}) == {"a": "ü"}
    assert kept_arrays(arrays, {"a": np.arange(3)})["a"].tolist() == [0, 1, 2]
    monkeypatch.delenv("RENEW_KEPT")
    assert kept_text(text, 2) == {"a": "ü"}
    assert kept_arrays(arrays, {})["a"].tolist() == [0, 1, 2]
