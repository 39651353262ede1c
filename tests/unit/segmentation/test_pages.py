"""Pages of numbers: their rows are found, on any paper and in any light, and nothing is made up."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from digitcore.base.errors import BadDataset, BadPicture, NoInk
from digitcore.base.images import Grey
from digitcore.cli.main import cli
from digitcore.data.mnist import load_mnist
from digitcore.inference.classifier import DigitClassifier
from digitcore.preprocessing.pipeline import Box
from digitcore.segmentation import Line, goes_on, read_box, read_page
from digitcore.segmentation.paper import without_rules
from harness.pictures.lines import line_of
from harness.pictures.pages import KINDS, page_of

TEST = load_mnist().test
ROW = 280  # px
RUN = ("predict", "--several", "--run", "digitnet")


@pytest.fixture(scope="module")
def classifier() -> DigitClassifier:
    return DigitClassifier.load("digitnet")


def row(text: str, seed: int) -> Grey:
    images = [TEST.images[np.flatnonzero(TEST.labels == int(digit))[number]] for number, digit in enumerate(text)]
    ink = line_of(images, text, np.random.default_rng(seed), touching=False).ink
    return np.pad(ink, ((0, ROW - len(ink)), (0, 800 - ink.shape[1])))


@pytest.fixture(scope="module")
def sheet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scan of two rows, black on white."""
    file = tmp_path_factory.mktemp("pages") / "page.png"
    Image.fromarray(255 - np.concatenate([row("2024", 1), row("1057", 2)])).save(file)
    return file


def test_rows_are_read_from_top_to_bottom(classifier: DigitClassifier, sheet: Path) -> None:
    with Image.open(sheet) as picture:
        lines = read_page(picture, classifier)
    assert [line.text for line in lines] == ["2024", "1057"]
    assert lines[0].box.top + lines[0].box.height <= ROW < lines[1].box.top


def test_a_photographed_squared_page_is_read(classifier: DigitClassifier) -> None:
    page = page_of("squared", list(TEST.images[:14]), TEST.labels[:14].tolist(), np.random.default_rng(6))
    assert [line.text for line in read_page(page.photo, classifier)] == list(page.rows)


def test_a_blank_picture_has_no_lines(classifier: DigitClassifier) -> None:
    assert read_page(np.full((100, 100), 255, np.uint8), classifier) == []


def test_rules_go_and_what_crosses_them_stays() -> None:
    strength = np.zeros((600, 600), np.float32)
    strength[99:101] = 0.3  # a rule
    strength[60:140, 298:304] = 0.3  # a stroke across it, just as dark
    left = without_rules(strength)
    assert not left[:, :280].any()
    assert (left[60:140, 300] > 0).all()


def test_the_command_prints_a_line_a_row(sheet: Path) -> None:
    assert CliRunner().invoke(cli, (*RUN, str(sheet))).stdout == "2024\n1057\n"


def test_json_has_boxes_and_csv_a_row_a_digit(sheet: Path) -> None:
    lines = json.loads(CliRunner().invoke(cli, (*RUN, "--json", str(sheet))).stdout)
    assert [line["text"] for line in lines] == ["2024", "1057"]
    assert {"left", "top", "width", "height"} == set(lines[0]["box"]) == set(lines[1]["digits"][3]["box"])
    table = CliRunner().invoke(cli, (*RUN, "--csv", str(sheet))).stdout.splitlines()
    assert table[0].startswith("line,position,prediction,confidence,second guess,its probability,left,top")
    assert [row.split(",")[2] for row in table[1:]] == list("20241057")


def test_a_picture_that_cannot_be_read_is_reported_and_the_others_are_read(sheet: Path) -> None:
    bad = sheet.with_name("bad.png")
    bad.write_bytes(b"\x89PNG no picture")
    done = CliRunner().invoke(cli, (*RUN, str(bad), str(sheet)))
    assert done.stdout == "page.png:\n2024\n1057\n"
    assert isinstance(done.exception, BadDataset)
    assert str(done.exception).startswith("bad.png: ")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", [2, 3])
def test_nothing_is_read_on_an_empty_page(classifier: DigitClassifier, kind: str, seed: int) -> None:
    assert read_page(page_of(kind, [], [], np.random.default_rng(seed)).photo, classifier) == []


def test_noise_and_specks_are_no_digits(classifier: DigitClassifier) -> None:
    rng = np.random.default_rng(0)
    assert read_page(rng.integers(0, 256, (900, 700), np.uint8), classifier) == []
    specks = np.where(rng.random((900, 700)) < 0.01, 0, 255).astype(np.uint8)
    assert read_page(specks, classifier) == []


def test_a_page_with_too_much_on_it_is_refused_before_it_is_read(classifier: DigitClassifier) -> None:
    page = np.full((1_400, 1_400), 255, np.uint8)
    for top in range(30, 1_380, 50):
        for left in range(30, 1_380, 40):
            page[top : top + 25, left : left + 6] = 0
    with pytest.raises(BadPicture, match="part of it"):
        read_page(page, classifier)


def test_a_box_is_read_as_the_line_or_the_single_digit_in_it(classifier: DigitClassifier) -> None:
    page = np.concatenate([row("2024", 1), row("31", 2)])
    first, second = read_page(page, classifier)
    boxed = read_box(page, second.box, classifier)
    assert boxed.text == second.text == "31"
    assert boxed.box == second.box
    digit = first.digits[1]
    single = read_box(page, digit.box, classifier)
    assert single.text == "0"
    without = Line((first.digits[0], *first.digits[2:]))
    assert goes_on(single, without)
    assert not goes_on(single, first)  # it is there already
    assert not goes_on(single, second)


@pytest.mark.parametrize(
    ("box", "error"), [(Box(600, 400, 150, 100), NoInk), (Box(0, 0, 0, 0), NoInk), (Box(-9e9, 0, 1, 1), NoInk)]
)
def test_a_box_with_nothing_in_it_says_so(classifier: DigitClassifier, box: Box, error: type[Exception]) -> None:
    page = np.concatenate([row("2024", 1), row("31", 2)])
    with pytest.raises(error, match=r"in this box: draw it around digits\.$"):
        read_box(page, box, classifier)
