"""The file of an experiment: what a teacher writes, and what is said where it can't be read."""

from pathlib import Path

import pytest

from digitcore.base.errors import BadExperiment
from digitcore.experiments.experiment import Choice, Point
from digitcore.experiments.library import SHIPPED, library
from digitcore.experiments.reader import read_experiment
from digitcore.runs.config import TrainingConfig

GOOD = """---
title: Two sizes
minutes: 5
question: Which one is better?
prediction:
  options:
    - text: The small one
      when: accuracy(small) > accuracy(large)
    - text: The large one
      when: accuracy(large) > accuracy(small)
base:
  network: dense
  epochs: 2
runs:
  - name: small
    title: Small
    but: {train_size: 100}
  - name: large
    title: Large
    but: {train_size: 1000, learning_rate: 1e-2}
measures: [accuracy, "read_as(4, 9)"]
pictures: digits(7)
claims:
  - says: More digits are better.
    holds: accuracy(large) > accuracy(small)
---
Two networks learn.

## Why

Because $n$ is larger.

## What to try next

More.
"""


def written(folder: Path, text: str | bytes) -> Path:
    file = folder / "two-sizes.md"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def test_what_a_teacher_wrote_is_read(tmp_path: Path) -> None:
    read = read_experiment(written(tmp_path, GOOD))
    base = TrainingConfig(network="dense", epochs=2)
    assert (read.id, read.title, read.minutes) == ("two-sizes", "Two sizes", 5)
    assert [plan.config for plan in read.runs] == [
        base.but(train_size=100),
        base.but(train_size=1000, learning_rate=0.01),
    ]
    assert isinstance(read.prediction, Choice)
    assert [option.text for option in read.prediction.options] == ["The small one", "The large one"]
    assert read.why == "Because $n$ is larger."
    assert read.knobs == ("learning_rate", "train_size")
    assert set(read.calls()) == {"accuracy", "read_as(4, 9)"}


def test_each_choice_is_as_written_in_whatever_order(tmp_path: Path) -> None:
    text = GOOD.replace("  epochs: 2\n", "  wider_epochs: 2\n  epochs: 5\n")
    assert read_experiment(written(tmp_path, text)).runs[0].config.wider_epochs == 2


def test_a_prediction_can_be_a_point_on_an_axis(tmp_path: Path) -> None:
    head, _, rest = GOOD.partition("  options:")
    _, _, tail = rest.partition("base:")
    text = f"{head}  of: accuracy(small)\n  from: 10\n  to: 90\n  near: 3\nbase:{tail}"
    read = read_experiment(written(tmp_path, text))
    assert isinstance(read.prediction, Point)
    assert (read.prediction.low, read.prediction.high, read.prediction.near) == (10, 90, 3)


def test_a_file_of_windows_is_read_like_any_other(tmp_path: Path) -> None:
    windows = b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()
    assert read_experiment(written(tmp_path, windows)).runs == read_experiment(written(tmp_path, GOOD)).runs


def test_a_picture_beside_the_file_comes_along(tmp_path: Path) -> None:
    (tmp_path / "slope.svg").write_text("<svg/>", encoding="utf-8")
    text = GOOD.replace("Because", "![A slope](slope.svg)\nBecause")
    assert "![A slope](data:image/svg+xml;base64,PHN2Zy8+)" in read_experiment(written(tmp_path, text)).why


BAD: dict[str, tuple[str, str, int, str]] = {  # what is replaced by what, in which line that is said, and how
    "no head": ("---\ntitle", "title", 1, "must begin with a line ---"),
    "a head without end": ("---\nTwo", "Two", 1, "no end"),
    "no YAML": ("minutes: 5", "minutes: [5", 4, "no YAML"),
    "a list for a head": (GOOD[4 : GOOD.index("---\nTwo")], "- one\n- two\n", 2, "the head must be entries"),
    "an empty head": (GOOD[4 : GOOD.index("---\nTwo")], "# nothing\n", 1, "the head is empty"),
    "something missing": ("minutes: 5\n", "", 2, "needs an entry called 'minutes'"),
    "something unknown": ("minutes: 5", "minutes: 5\nlevel: hard", 4, "can't have 'level'"),
    "something twice": ("minutes: 5", "minutes: 5\ntitle: Again", 4, "'title' is there twice"),
    "a word for a number": ("minutes: 5", "minutes: five", 3, "'minutes' must be a whole number"),
    "a number out of bounds": ("minutes: 5", "minutes: 500", 3, "from 1 to 90; 500 is not"),
    "one option": (
        "    - text: The large one\n      when: accuracy(large) > accuracy(small)\n",
        "",
        7,
        "needs 2 to 6 entries, and has 1",
    ),
    "an unknown choice of a training": ("network: dense", "networks: dense", 12, "no choice of a training called"),
    "an unknown network": ("network: dense", "network: huge", 12, "The network must be one of"),
    "a choice out of bounds": ("epochs: 2", "epochs: 0", 13, "The epochs must be between 1 and 100"),
    "a choice of the wrong kind": ("epochs: 2", "epochs: two", 13, "'epochs' must be a whole number; 'two' is not"),
    "a seed of its own": ("epochs: 2", "seed: 2", 13, "no choice of a training called 'seed'"),
    "four runs": (
        "measures:",
        "  - {name: a, title: A, but: {epochs: 3}}\n  - {name: b, title: B, but: {epochs: 4}}\nmeasures:",
        15,
        "needs 2 to 3 entries, and has 4",
    ),
    "two runs of one name": ("name: large", "name: small", 18, "no other run's; 'small' is not"),
    "a run's name with a space": ("name: large", "name: the large", 18, "must be small letters"),
    "two equal runs": ("{train_size: 1000, learning_rate: 1e-2}", "{train_size: 100}", 18, "the same training"),
    "drawings that are neither": ("measures:", "drawings: maybe\nmeasures:", 21, "must be one of yes, no"),
    "an unknown measure": ("[accuracy,", "[speed,", 21, "names a measure 'speed'; there are: accuracy"),
    "a measure without its digits": ('"read_as(4, 9)"', "read_as", 21, "must give 'read_as' 2 digits from 0 to 9"),
    "unknown pictures": ("digits(7)", "cats", 22, "names pictures 'cats'"),
    "a claim that can't be read": (
        "accuracy(large) > accuracy(small)\n---",
        "accuracy(large >\n---",
        25,
        "'holds' can't be read",
    ),
    "a claim on nobody": (
        "accuracy(large) > accuracy(small)\n---",
        "accuracy(larger) > 0.5\n---",
        25,
        "names a run 'larger'; there are: small, large",
    ),
    "a claim that claims nothing": (
        "accuracy(large) > accuracy(small)\n---",
        "accuracy(large)\n---",
        25,
        "must compare two things",
    ),
    "no explanation": ("## Why\n\nBecause $n$ is larger.\n\n", "", 31, "text below a line '## Why'"),
    "a heading that isn't known": ("## Why", "## Because", 29, "the headings are 'Why' and 'What to try next'"),
    "a picture that isn't there": ("Because", "![x](gone.png)", 31, "the picture 'gone.png' is not there"),
    "a picture elsewhere": ("Because", "![x](../../etc/x.png)", 31, "beside this one"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_file_gets_one_sentence_with_its_name_and_line(tmp_path: Path, kind: str) -> None:
    before, after, line, sentence = BAD[kind]
    assert before in GOOD
    with pytest.raises(BadExperiment) as raised:
        read_experiment(written(tmp_path, GOOD.replace(before, after, 1)))
    said = str(raised.value)
    assert said.startswith(f"two-sizes.md, line {line}: ")
    assert sentence in said
    assert said.endswith(".")
    assert "\n" not in said


def test_bytes_that_are_no_text_are_named_with_their_line(tmp_path: Path) -> None:
    with pytest.raises(BadExperiment, match=r"line 3: this is no text in UTF-8"):
        read_experiment(written(tmp_path, GOOD.replace("minutes: 5", "minutes: \u00e9").encode("latin-1")))


def test_a_file_that_is_too_long_is_not_read(tmp_path: Path) -> None:
    with pytest.raises(BadExperiment, match="more than 200,000 characters"):
        read_experiment(written(tmp_path, GOOD + "x" * 200_000))


def test_one_bad_file_hides_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITCORE_EXPERIMENTS", str(tmp_path))
    written(tmp_path, GOOD)
    (tmp_path / "broken.md").write_text("no head", encoding="utf-8")
    found = library()
    assert found.experiments[-1].id == "two-sizes"
    assert len(found.experiments) == 1 + len(list(SHIPPED.glob("*.md")))
    (trouble,) = found.troubles
    assert trouble.startswith("broken.md, line 1: ")


def test_what_is_changed_is_read_anew_and_takes_the_place_of_the_apps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGITCORE_EXPERIMENTS", str(tmp_path))
    own = tmp_path / "learning-rate.md"
    own.write_text(GOOD, encoding="utf-8")
    assert library().find("learning-rate").title == "Two sizes"  # type: ignore[union-attr]
    own.write_text(GOOD.replace("Two sizes", "Three sizes"), encoding="utf-8")
    assert library().find("learning-rate").title == "Three sizes"  # type: ignore[union-attr]
    own.unlink()
    assert library().find("learning-rate").title == "The learning rate"  # type: ignore[union-attr]


def test_a_folder_that_is_not_there_holds_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITCORE_EXPERIMENTS", str(tmp_path / "nowhere"))
    assert library().troubles == ()
