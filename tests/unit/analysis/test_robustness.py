"""What is done to digits is what it is called, the same each time; and what is read of them is counted right."""

import json
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from digitcore import figures
from digitcore.analysis import robustness as module
from digitcore.analysis.cache import ArrayCache
from digitcore.analysis.corruptions import (
    BLOTS,
    BLURRED,
    CLEAN,
    CLOUDS,
    CORRUPTIONS,
    DOWN,
    FAINTER,
    GAMMA,
    HIDDEN,
    INVERTED,
    NETWORK,
    NEVER_LEARNED,
    NOISE,
    OUTLINES,
    PREPARED,
    SIDEWAYS,
    SIZE,
    SLANTED,
    TURNED,
    USUAL,
    WIDTH,
    ZIGZAG,
    Corruption,
    Images,
)
from digitcore.analysis.robustness import SETTINGS, Cell, Robustness, Trial, measure, random_test_digits, robustness
from digitcore.data.mnist import Dataset, load_mnist
from digitcore.figures import DARK, LIGHT
from digitcore.inference.classifier import DigitClassifier
from harness.shell import digitcore

FEW = 60
EVERY = pytest.mark.parametrize("each", CORRUPTIONS, ids=lambda each: f"{each.name}, {each.route}")


@pytest.fixture(scope="module")
def digits() -> Dataset:
    test = load_mnist().test
    return Dataset.of("few", test.images[:FEW].copy(), test.labels[:FEW])


@pytest.fixture(scope="module")
def classifier() -> DigitClassifier:
    return DigitClassifier.load("dense")


@pytest.fixture(scope="module")
def found(digits: Dataset, classifier: DigitClassifier) -> Robustness:
    return measure(classifier.predict, digits)


def bar(width: int = 4) -> Images:
    """An upright bar in the middle, 16 px high: uint8 (1, 28, 28)."""
    image = np.zeros((1, 28, 28), np.uint8)
    image[0, 6:22, 14 - width // 2 : 14 + width // 2] = 255
    return image


def middle(images: Images) -> tuple[float, float]:
    """The first picture's centre of mass, x and y in px."""
    mass = cv2.moments(images[0])
    return mass["m10"] / mass["m00"], mass["m01"] / mass["m00"]


def box(images: Images) -> tuple[int, int]:
    """The width and the height of the first picture's ink, in px."""
    _, _, width, height = cv2.boundingRect((images[0] > 127).astype(np.uint8))
    return width, height


def ink(images: Images) -> float:
    return float(images.mean())


@EVERY
def test_every_corruption_changes_pictures_the_same_way_each_time(each: Corruption, digits: Dataset) -> None:
    before = digits.images.copy()
    for strength in each.strengths:
        once, again = each.apply(digits.images, strength), each.apply(digits.images, strength)
        assert once.shape == digits.images.shape
        assert once.dtype == np.uint8
        assert np.array_equal(once, again)
        assert not np.array_equal(once, digits.images)
    assert np.array_equal(digits.images, before)


@EVERY
def test_the_neutral_strength_changes_nothing(each: Corruption, digits: Dataset) -> None:
    if each is BLURRED:  # OpenCV takes a deviation of 0 for none given
        return
    assert np.array_equal(each.apply(digits.images, each.neutral), digits.images)


@EVERY
def test_what_happens_to_a_digit_does_not_depend_on_those_after_it(each: Corruption, digits: Dataset) -> None:
    strength = each.strengths[0]
    assert np.array_equal(each.apply(digits.images[:7], strength), each.apply(digits.images, strength)[:7])


def test_shifts_go_to_the_right_and_down() -> None:
    x, y = middle(bar())
    assert middle(SIDEWAYS.apply(bar(), 4)) == pytest.approx((x + 4, y))
    assert middle(DOWN.apply(bar(), -2)) == pytest.approx((x, y - 2))


def test_turning_is_clockwise_and_by_so_many_degrees() -> None:
    turned = TURNED.apply(bar(2), 30)[0] > 127
    rows, columns = np.nonzero(turned)
    lean = np.rad2deg(np.arctan(np.polyfit(rows, columns, 1)[0]))  # from upright; below 0: the top to the right
    assert lean == pytest.approx(-30, abs=3)
    assert middle(TURNED.apply(bar(), 30)) == pytest.approx(middle(bar()), abs=0.1)


def test_slanting_moves_the_top_to_the_right_and_keeps_the_height() -> None:
    slanted = SLANTED.apply(bar(), 40)
    columns = [float(np.average(np.arange(28), weights=slanted[0, row])) for row in (8, 18)]
    assert columns[0] - columns[1] == pytest.approx(4, abs=0.3)  # 40% of 10 px
    assert box(slanted)[1] == box(bar())[1]


@pytest.mark.parametrize(("per_cent", "height"), [(70, 11), (130, 21)])
def test_size_is_a_share_of_what_it_was(per_cent: float, height: int) -> None:
    assert box(SIZE.apply(bar(), per_cent))[1] == pytest.approx(height, abs=1)


@pytest.mark.parametrize(("pixels", "width"), [(-1, 3), (1, 5), (2, 6)])
def test_strokes_become_so_many_pixels_wider(pixels: float, width: float) -> None:
    across = WIDTH.apply(bar(), pixels)[0, 14].astype(float).sum() / 255
    assert across == pytest.approx(width, abs=0.35)


def test_blur_keeps_the_ink_and_spreads_it() -> None:
    blurred = BLURRED.apply(bar(), 1.5)
    assert ink(blurred) == pytest.approx(ink(bar()), rel=0.02)
    assert blurred.max() < 255


def test_noise_has_the_deviation_it_says() -> None:
    grey = np.full((20, 28, 28), 128, np.uint8)
    assert NOISE.apply(grey, 10).std() == pytest.approx(25.5, rel=0.05)


def test_fainter_ink_and_gamma_work_on_grey_levels() -> None:
    grey = np.full((1, 28, 28), 100, np.uint8)
    assert np.all(FAINTER.apply(grey, 20) == 20)
    assert np.all(GAMMA.apply(grey, 2) == round(255 * (100 / 255) ** 2))
    assert np.array_equal(GAMMA.apply(bar(), 2.5), bar())  # black and full ink stay


@pytest.mark.parametrize("side", [3, 5, 7])
def test_a_square_of_that_side_is_hidden_within_the_digits_box(side: int, digits: Dataset) -> None:
    full = np.zeros((200, 28, 28), np.uint8)
    full[:, 4:24, 6:22] = 255
    gone = HIDDEN.apply(full, side) != full
    assert np.all(gone.sum(axis=(1, 2)) == side**2)
    assert len({tuple(np.argwhere(each)[0]) for each in gone}) > 50  # not always in the same place
    assert np.all(HIDDEN.apply(digits.images, side) <= digits.images)


def test_inversion_is_ink_in_black_on_white() -> None:
    assert np.array_equal(INVERTED.apply(bar(), 100), 255 - bar())


def test_a_strength_is_written_with_its_unit_and_where_there_are_two_ways_its_sign() -> None:
    assert [TURNED.label(-20), SIDEWAYS.label(2), SIZE.label(70), GAMMA.label(1.5)] == ["-20°", "+2 px", "70%", "1.5"]


def test_the_whole_way_undoes_inversion_faint_ink_and_place(digits: Dataset) -> None:
    plain = Trial.of(digits, CLEAN[1], 0)
    for each, strength in ((INVERTED, 100), (FAINTER.with_preparation(20), 20), (SIDEWAYS.with_preparation(2), 2)):
        trial = Trial.of(digits, each, strength)
        assert trial.accepted.all()
        difference = np.abs(trial.images.astype(int) - plain.images).mean(axis=(1, 2))
        assert np.median(difference) < 3  # of 255
    alone = Trial.of(digits, replace(INVERTED, route=NETWORK), 100)
    assert np.abs(alone.images.astype(int) - plain.images).mean() > 100


def test_a_picture_that_cannot_be_prepared_counts_as_misread() -> None:
    blank = Dataset.of("blank", np.zeros((2, 28, 28), np.uint8), np.array([0, 0]))
    trial = Trial.of(blank, INVERTED, 100)
    assert not trial.accepted.any()
    assert trial.score(blank.labels, blank.labels).right == 0


def test_every_setting_is_counted(found: Robustness, digits: Dataset, classifier: DigitClassifier) -> None:
    assert [(cell.corruption, cell.strength) for cell in found.cells] == list(SETTINGS)
    assert found.count == FEW
    plain = int((classifier.predict(digits.images) == digits.labels).sum())
    assert found.clean().right == plain
    turned = classifier.predict(TURNED.apply(digits.images, 30)) == digits.labels
    assert found.at(TURNED, 30).right == turned.sum() < plain


def test_rows_come_worst_first_and_their_worst_is_their_lowest(found: Robustness) -> None:
    worsts = [row.worst.accuracy for row in found.rows]
    assert worsts == sorted(worsts)
    assert {row.corruption for row in found.rows} == set(CORRUPTIONS)
    for row in found.rows:
        assert [cell.strength for cell in row.cells] == list(row.corruption.strengths)
        assert row.worst.accuracy <= row.mean <= max(cell.accuracy for cell in row.cells)


def test_the_error_over_kinds_counts_each_kind_the_same(found: Robustness) -> None:
    by_kind = {row.corruption: 1 - row.mean for row in found.rows}
    assert found.error([TURNED, HIDDEN]) == pytest.approx((by_kind[TURNED] + by_kind[HIDDEN]) / 2)
    assert len(USUAL) == 15
    assert {each.route for each in (*USUAL, *NEVER_LEARNED)} == {NETWORK}


def test_an_outline_is_hollow_and_as_large_as_its_digit() -> None:
    outline = OUTLINES.apply(bar(8), 100)[0]
    assert outline[14, 14] == 0
    assert outline[14, 9:12].max() > 100
    assert box(outline[np.newaxis])[1] == pytest.approx(box(bar(8))[1], abs=2)


@pytest.mark.parametrize(("each", "little", "much"), [(CLOUDS, 25, 75), (ZIGZAG, 50, 100), (BLOTS, 3, 9)])
def test_clouds_lines_and_blots_only_add_ink_and_the_more_the_stronger(
    each: Corruption, little: float, much: float, digits: Dataset
) -> None:
    some, more = each.apply(digits.images, little), each.apply(digits.images, much)
    assert np.all(digits.images <= some)
    assert np.all(some <= more)
    assert len({picture.tobytes() for picture in more}) == FEW


def test_what_the_network_cannot_bear_preparation_undoes(found: Robustness) -> None:
    whole = next(each for each in CORRUPTIONS if each.name == SIDEWAYS.name and each.route == PREPARED)
    assert found.at(SIDEWAYS, 4).accuracy < 0.7 < found.at(whole, 4).accuracy


def test_the_margin_is_half_of_wilsons_interval() -> None:
    some = Robustness((Cell(TURNED, 10, 1600, 2000),))
    assert some.margin(0.8) == pytest.approx(1.96 * np.sqrt(0.8 * 0.2 / 2000), rel=0.01)


def test_the_same_digits_are_drawn_each_time_and_all_are_all() -> None:
    test = load_mnist().test
    first = random_test_digits(100)
    random_test_digits.cache_clear()
    assert np.array_equal(random_test_digits(100).images, first.images)
    assert np.array_equal(random_test_digits(len(test)).labels, test.labels)
    assert len(set(random_test_digits(2000).labels)) == 10


def test_it_is_measured_once_kept_and_measured_again_when_what_is_kept_does_not_fit(
    tmp_path: Path, classifier: DigitClassifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache, told = ArrayCache(tmp_path), []

    def tell(share: float, words: str) -> None:
        told.append((share, words))

    first = robustness(classifier, cache, tell, 20)
    shares = [share for share, _ in told]
    assert len(told) == len(SETTINGS)
    assert shares == sorted(shares)
    assert told[0][1] == "The network reads 20 digits as they are"
    assert robustness(classifier, cache, tell, 20) == first
    assert len(told) == len(SETTINGS)
    (file,) = tmp_path.glob("*.npz")
    np.savez(file, right=np.array([3]))
    assert robustness(classifier, cache, tell, 20) == first
    assert len(told) == 2 * len(SETTINGS)


def test_what_is_kept_is_of_these_corruptions(monkeypatch: pytest.MonkeyPatch) -> None:
    module._fingerprint.cache_clear()
    before = module._fingerprint()
    module._fingerprint.cache_clear()
    changed = [(replace(each, apply=HIDDEN.apply) if each is NOISE else each, strength) for each, strength in SETTINGS]
    monkeypatch.setattr(module, "SETTINGS", changed)
    assert module._fingerprint() != before
    module._fingerprint.cache_clear()


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_the_figure_has_a_panel_a_corruption_worst_first(found: Robustness, theme: figures.Theme) -> None:
    chart = figures.robustness_chart({"Dense": found}, theme)
    names = [annotation.text for annotation in chart.figure.layout.annotations]
    expected = list(dict.fromkeys(row.corruption.name for row in found.rows))
    assert names == [f"<b>{name}</b>" for name in expected]
    assert chart.figure.layout.paper_bgcolor == theme.paper
    assert all(axis.title.text for axis in chart.figure.select_xaxes())
    assert chart.figure.layout.yaxis.title.text
    assert [line.showlegend for line in chart.figure.data].count(True) == 2  # a route each
    assert chart.title.startswith(found.rows[0].corruption.name)
    assert f"{found.rows[0].worst.label} " in chart.alt
    assert len(chart.data) == len(SETTINGS)
    assert chart.data["right"].sum() == sum(cell.right for cell in found.cells)
    chart.with_title().to_json()


def test_every_line_goes_through_the_clean_digits(found: Robustness) -> None:
    chart = figures.robustness_chart({"Dense": found}, LIGHT)
    line = next(line for line in chart.figure.data if "Turned" in line.hovertemplate)
    assert line.x == (-30, -20, -10, 0, 10, 20, 30)
    assert line.y[3] == found.clean().accuracy
    assert line.customdata[3] == "as it is"


def test_a_second_run_is_drawn_beside_the_first_and_stands_in_its_table(found: Robustness) -> None:
    perfect = Robustness(tuple(replace(cell, right=cell.count) for cell in found.cells))
    chart = figures.robustness_chart({"<b>Dense</b>": found, "Perfect": perfect}, LIGHT)
    assert len({line.name for line in chart.figure.data}) == 4
    assert "<b>" not in "".join(line.name for line in chart.figure.data)
    table = figures.robustness_table({"Dense": found, "Perfect": perfect})
    assert (table["Perfect there"] == 1).all()
    assert table["read right"].is_monotonic_increasing
    assert len(table) == len(CORRUPTIONS)


def test_the_command_prints_the_table_and_the_same_as_json(tmp_path: Path) -> None:
    call, models = ("robustness", "dense", "--digits", "50"), str(tmp_path)
    done = digitcore(*call, DIGITCORE_MODELS=models)
    assert done.returncode == 0, done.stderr
    head, header, *rows = done.stdout.splitlines()
    assert head.startswith("Dense network: ")
    assert "of 50 test digits right, clean" in head
    assert header.split()[:2] == ["corruption", "way"]
    assert len(rows) == len(CORRUPTIONS)
    told = json.loads(digitcore(*call, "--json", DIGITCORE_MODELS=models).stdout)
    assert (told["run"], told["digits"], set(told["undisturbed"])) == ("dense", 50, {NETWORK, PREPARED})
    assert rows[0].startswith(told["disturbed"][0]["disturbance"])
    for cell in told["disturbed"]:
        assert 0 <= cell["accuracy_low"] <= cell["accuracy"] <= cell["accuracy_high"] <= 1


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [(("nope",), 1, "no run called 'nope'"), (("dense", "--digits", "0"), 2, "not in the range")],
)
def test_what_cannot_be_measured_is_one_line(
    arguments: tuple[str, ...], status: int, sentence: str, tmp_path: Path
) -> None:
    done = digitcore("robustness", *arguments, DIGITCORE_MODELS=str(tmp_path))
    assert (done.returncode, done.stdout) == (status, "")
    assert sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1
