"""Every figure says what it shows, names its axes, brings its numbers, and can be read by the colour-blind."""

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from math import nan
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from digitcore import figures
from digitcore.analysis import comparison
from digitcore.analysis.dataset_profile import Profile
from digitcore.analysis.diagnosis import Diagnosis
from digitcore.analysis.projection import Projection
from digitcore.analysis.writers import by_writer, part_by_writer
from digitcore.base.errors import DigitcoreError
from digitcore.base.settings import SHIPPED_FOLDER
from digitcore.data.mnist import load_mnist
from digitcore.figures import DARK, LIGHT, Chart, Theme, run_figures
from digitcore.figures.files import find_chrome, write_charts
from digitcore.figures.theme import channels, contrast, mix, readable_on
from digitcore.metrics.classification import Evaluation, by_digit
from digitcore.metrics.mcnemar import compare
from digitcore.metrics.reliability import confidence_counts, coverage, reliability
from digitcore.runs.history import EpochRow
from digitcore.runs.store import RunStore

Arrays = tuple[np.ndarray, np.ndarray]
NO_AXES = {"mean-pictures", "variance-pictures"}  # pictures, not plots
THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)


def perfect() -> Arrays:
    return np.eye(10, dtype=np.float32), np.arange(10)


def one_sample() -> Arrays:
    return np.full((1, 10), 0.1, np.float32), np.array([7])


def single_class() -> Arrays:
    return np.tile(np.linspace(0.01, 0.19, 10, dtype=np.float32), (30, 1)), np.full(30, 4)


def empty_class() -> Arrays:
    probabilities = np.random.default_rng(1).dirichlet(np.ones(10), 200).astype(np.float32)
    return probabilities, np.random.default_rng(2).integers(0, 9, 200)


def always_wrong() -> Arrays:
    return np.eye(10, dtype=np.float32)[np.ones(20, int)], np.zeros(20, int)


DEGENERATE = pytest.mark.parametrize("case", [perfect, one_sample, single_class, empty_class, always_wrong])


@pytest.fixture(scope="module")
def diagnosis() -> Diagnosis:
    return Diagnosis.of(RunStore(SHIPPED_FOLDER).get("dense"))


@pytest.fixture(scope="module")
def other() -> Diagnosis:
    return Diagnosis.of(RunStore(SHIPPED_FOLDER).get("fast_cnn"))


def a_map(diagnosis: Diagnosis) -> Projection:
    rng = np.random.default_rng(0)
    return Projection("PCA", np.arange(0, 900, 3), rng.normal(size=(300, 2)).astype(np.float32), 0.4)


def every_chart(diagnosis: Diagnosis, other: Diagnosis, theme: Theme) -> list[Chart]:
    assert diagnosis.test is not None
    profile = Profile.of(load_mnist().test)
    return [
        *run_figures.charts(diagnosis, theme, other, [a_map(diagnosis)]),
        figures.probability_chart(diagnosis.test.probabilities[0], 7, theme),
        figures.class_chart({"test": profile.counts}, theme),
        figures.mean_chart(profile, theme),
        figures.variance_chart(profile, theme),
        figures.pixel_chart(profile, theme),
    ]


def assert_sound(chart: Chart) -> None:
    """A finding for a title, words for what is seen, named axes, numbers, and no "nan" in front of a person."""
    assert len(chart.title) > 10
    assert len(chart.alt) > 20
    assert "nan" not in f"{chart.title} {chart.alt}".lower()
    assert len(chart.data)
    chart.figure.to_json()
    if chart.name not in NO_AXES and not chart.name.startswith("feature-map-t"):
        assert chart.figure.layout.xaxis.title.text
        assert chart.figure.layout.yaxis.title.text


@THEMES
def test_every_figure_has_a_finding_words_axes_and_numbers(
    diagnosis: Diagnosis, other: Diagnosis, theme: Theme
) -> None:
    charts = every_chart(diagnosis, other, theme)
    for chart in charts:
        assert_sound(chart)
        assert chart.figure.layout.paper_bgcolor == theme.paper
    names = [chart.name for chart in charts]
    assert len(names) == len(set(names)) == 19


@DEGENERATE
def test_degenerate_predictions_make_sound_figures(case: Callable[[], Arrays]) -> None:
    probabilities, labels = case()
    found = Evaluation.of(probabilities, labels)
    for chart in (
        figures.confusion_chart(found.confusion, LIGHT),
        figures.confusion_chart(found.confusion, LIGHT, shares=True, errors_alone=True),
        figures.error_chart({"test": found.digits}, LIGHT),
        figures.reliability_chart(reliability(probabilities, labels), LIGHT),
        figures.coverage_chart(coverage(probabilities, labels), LIGHT),
        figures.probability_chart(probabilities[0], int(labels[0]), LIGHT),
    ):
        assert_sound(chart)
    assert "nan" not in figures.confidence_chart(confidence_counts(probabilities, labels), LIGHT).alt


def test_the_difference_of_two_matrices_is_signed_and_coloured_by_who_does_better() -> None:
    first, second = np.diag(np.full(10, 90)), np.diag(np.full(10, 90))
    first[4, 4], first[4, 9] = 88, 2
    second[7, 7], second[7, 2] = 85, 5
    chart = figures.difference_chart((first, second), ("A", "B"), LIGHT)
    assert chart.title == "3 fewer mistakes: A 2, B 5"
    assert {label.text for label in chart.figure.layout.annotations} == {"+2", "−2", "+5", "−5"}
    worse, better = (np.asarray(layer.z, float) for layer in chart.figure.data[:2])
    assert np.argwhere(worse > 0).tolist() == [[4, 4], [4, 9]]
    assert np.argwhere(better > 0).tolist() == [[7, 2], [7, 7]]
    assert np.nanmax(worse) < np.nanmax(better) == 1  # the larger difference is the deeper one, whoever it speaks for
    assert figures.difference_labels((first, second), ("A", "B"))[7][2] == "A 7 read as 2: 0 by A, 5 by B"


def test_matrices_of_other_digits_are_compared_by_shares_of_their_rows() -> None:
    first, second = np.diag(np.full(10, 90)), np.diag(np.full(10, 900))
    second[7, 7], second[7, 2] = 810, 90
    chart = figures.difference_chart((first, second), ("A", "B"), LIGHT)
    assert chart.title == "A reads 100% of its digits right, B 99.00% of its own"
    assert {label.text for label in chart.figure.layout.annotations} == {"−10.0", "+10.0"}
    alone = figures.difference_chart((first, first), ("A", "B"), LIGHT, errors_alone=True)
    assert alone.title == "As many mistakes: 0 by A and by B"


def test_the_title_of_a_confusion_matrix_is_its_commonest_mistake() -> None:
    confusion = np.diag(np.full(10, 90))
    confusion[4, 9], confusion[7, 2] = 12, 5
    assert figures.confusion_title(confusion) == "4 is most often read as 9 (12 times)"
    confusion[7, 2] = 12
    assert figures.confusion_title(confusion) == "4 is most often read as 9 (12 times, as often as 1 other mistake)"
    assert figures.confusion_title(np.diag(np.full(10, 90))) == "All 900 digits are read right"
    assert figures.confusion_title(np.zeros((10, 10), int)) == "No digits were read"


def test_every_cell_of_the_matrix_says_what_is_in_it() -> None:
    confusion = np.arange(100).reshape(10, 10)
    layer = figures.confusion_chart(confusion, LIGHT).figure.data[-1]
    assert [tuple(cell) for cell in layer.customdata] == [
        (truth, said, confusion[truth, said]) for truth in range(10) for said in range(10)
    ]
    assert (layer.x[23], layer.y[23]) == ("3", "2")
    assert figures.cell_labels(50 * confusion)[2][3] == "A 2 read as 3: 1,150"


def test_row_shares_are_of_the_true_digit() -> None:
    confusion = np.zeros((10, 10), int)
    confusion[4, 4], confusion[4, 9] = 3, 1
    labels = figures.confusion_chart(confusion, LIGHT, shares=True).figure.layout.annotations
    assert {label.text for label in labels} == {"75.0%", "25.0%"}


def test_the_map_marks_the_misread_and_knows_every_dot(diagnosis: Diagnosis) -> None:
    assert diagnosis.test is not None
    found = a_map(diagnosis)
    chart = figures.projection_chart(found, diagnosis.test, LIGHT)
    right, misread = chart.figure.data
    assert len(right.x) + len(misread.x) == 300
    wrong = (diagnosis.test.labels != diagnosis.test.predictions)[found.members]
    assert len(misread.x) == wrong.sum()
    assert [row[0] for row in misread.customdata] == found.members[wrong].tolist()


def test_digits_are_listed_with_the_fewest_errors_first(diagnosis: Diagnosis) -> None:
    table = figures.digit_table(comparison.digits_by_part(diagnosis))
    assert table["errors"].is_monotonic_increasing
    assert list(table.columns[-3:]) == ["test error", "validation error", "training error"]
    assert table["errors"].sum() == diagnosis.run.test.errors


def test_a_csv_holds_the_numbers_that_are_drawn(diagnosis: Diagnosis, tmp_path: Path) -> None:
    assert diagnosis.test is not None
    confusion = diagnosis.test.evaluation.confusion
    (tmp_path / "matrix.csv").write_text(figures.confusion_chart(confusion, LIGHT).csv())
    read = pd.read_csv(tmp_path / "matrix.csv", index_col="true digit")
    assert np.array_equal(read.to_numpy(), confusion)


def test_a_loss_that_is_no_number_leaves_a_gap_in_the_curve() -> None:
    row = EpochRow(1, 0.5, 1.0, 0.6, 0.9, 1e-3, 1.0)
    rows = [row, replace(row, epoch=2, loss=nan, val_loss=nan, val_accuracy=0.1)]
    chart = figures.loss_chart({"diverged": rows}, LIGHT)
    assert_sound(chart)
    assert chart.figure.data[0].y[1] is None


def test_the_name_of_a_run_cannot_smuggle_markup_into_a_figure(diagnosis: Diagnosis, other: Diagnosis) -> None:
    evil = replace(diagnosis, run=replace(diagnosis.run, name="<b>x</b></script><img src=x> %{x} $y$"))
    assert diagnosis.test is not None
    assert other.test is not None
    compared = compare(diagnosis.test.labels, diagnosis.test.predictions, other.test.predictions)
    names = (evil.run.name, other.run.name)
    charts = [
        *run_figures.curve_charts(evil, LIGHT, other),
        figures.comparison_chart(compared, diagnosis.test.labels, names, LIGHT),
    ]
    for chart in charts:
        for trace in chart.figure.data:
            assert "<img" not in trace.name
            assert "$" not in trace.name  # a browser with MathJax would set TeX
            assert "script" not in trace.hovertemplate
        assert "<img" not in chart.with_title().layout.title.text


def test_a_title_in_a_file_is_broken_into_lines_that_fit() -> None:
    chart = Chart("x", "word " * 40, "", figures.confusion_chart(np.eye(10, dtype=int), LIGHT).figure, pd.DataFrame())
    titled = chart.with_title()
    assert max(len(line) for line in titled.layout.title.text.split("<br>")) <= 76
    assert titled.layout.height > chart.figure.layout.height
    assert chart.figure.layout.title.text is None


# how protanopia, deuteranopia and tritanopia see linear red, green and blue: Machado, Oliveira and Fernandes (2009)
VISIONS = {
    "usual": np.eye(3),
    "protan": np.array([[0.1522, 1.0525, -0.2048], [0.1145, 0.7862, 0.0992], [-0.0038, -0.0481, 1.0519]]),
    "deutan": np.array([[0.3673, 0.8606, -0.2279], [0.2800, 0.6725, 0.0474], [-0.0118, 0.0429, 0.9688]]),
    "tritan": np.array([[1.2555, -0.0767, -0.1787], [-0.0784, 0.9308, 0.1476], [0.0047, 0.6913, 0.3039]]),
}  # fmt: skip
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def as_seen(colour: str, vision: str) -> np.ndarray:
    """The colour's CIELAB coordinates as somebody of that vision sees it."""
    share = np.array(channels(colour)) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    seen = TO_XYZ @ np.clip(VISIONS[vision] @ linear, 0, 1) / np.array([0.9505, 1.0, 1.089])
    x, y, z = np.where(seen > 0.008856, np.cbrt(seen), 7.787 * seen + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@THEMES
@pytest.mark.parametrize("vision", VISIONS)
def test_colours_are_told_apart_by_every_kind_of_colour_vision(theme: Theme, vision: str) -> None:
    pairs = [(theme.right, theme.wrong), *combinations(theme.series, 2), *combinations(theme.digits, 2)]
    for first, second in pairs:
        # 2.3 is just noticeable; 20 is told apart without laying them side by side
        assert np.linalg.norm(as_seen(first, vision) - as_seen(second, vision)) > 20, (first, second)


@THEMES
def test_colours_stand_out_from_the_paper_and_words_can_be_read(theme: Theme) -> None:
    for colour in (theme.right, theme.wrong, *theme.series, *theme.digits):
        assert contrast(colour, theme.paper) >= 3, colour  # what WCAG 2.2 asks of graphics
    assert contrast(theme.quiet, theme.paper) >= 4.5  # and of text
    for deep in (theme.right, theme.wrong):
        for share in np.linspace(0, 1, 21):
            cell = mix(theme.paper, deep, float(share))
            assert contrast(readable_on(cell), cell) >= 4.5, (deep, share)


def test_html_files_need_no_network(diagnosis: Diagnosis, tmp_path: Path) -> None:
    assert diagnosis.test is not None
    chart = figures.confusion_chart(diagnosis.test.evaluation.confusion, LIGHT)
    (file,) = write_charts([chart], tmp_path, "html")
    assert "http" not in file.read_text().replace("http://www.w3.org", "")
    assert (tmp_path / "plotly.min.js").stat().st_size > 1_000_000


def test_a_png_is_drawn_by_a_chrome_and_without_one_a_sentence_says_so(
    diagnosis: Diagnosis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    charts = run_figures.curve_charts(diagnosis, LIGHT)[:1]
    if find_chrome():
        (file,) = write_charts(charts, tmp_path, "png")
        assert file.read_bytes().startswith(b"\x89PNG")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("BROWSER_PATH", raising=False)
    monkeypatch.delenv("CHROMIUM", raising=False)
    with pytest.raises(DigitcoreError, match="there is none here"):
        write_charts(charts, tmp_path, "png")


def test_parts_that_are_missing_are_left_out(diagnosis: Diagnosis) -> None:
    bare = replace(diagnosis, history=(), test=None, validation=None, train_confusion=None)
    assert run_figures.charts(bare, LIGHT) == []
    assert comparison.digits_by_part(bare) == {}
    assert diagnosis.train_confusion is not None
    alone = replace(bare, train_confusion=diagnosis.train_confusion)
    assert comparison.digits_by_part(alone) == {"training": by_digit(diagnosis.train_confusion)}


def test_writers_are_sound_figures_where_nothing_or_all_is_misread_and_a_group_is_missing() -> None:
    for wrong in (np.zeros(10_000, bool), np.ones(10_000, bool), np.zeros(40, bool), np.ones(1, bool)):
        found = by_writer(wrong)
        for chart in (figures.group_chart({"A": found}, LIGHT), figures.writer_chart(found, LIGHT)):
            assert_sound(chart)
        assert "nan" not in figures.halves_chart({"A": found}, LIGHT).alt


def test_a_writers_mark_lies_at_the_errors_and_nowhere_near_another_number(diagnosis: Diagnosis) -> None:
    found = part_by_writer(diagnosis.test)
    assert found
    marks = [trace for trace in figures.writer_chart(found, LIGHT).figure.data if trace.mode == "markers"]
    heights = {person[0]: height for trace in marks for person, height in zip(trace.customdata, trace.y, strict=True)}
    assert len(heights) == len(found.writers)
    assert all(round(heights[each.person]) == each.errors for each in found.writers)


def test_the_errors_of_two_runs_by_group_stand_beside_each_other(diagnosis: Diagnosis, other: Diagnosis) -> None:
    found = {"A": part_by_writer(diagnosis.test), "B <b>": part_by_writer(other.test)}
    both = {name: each for name, each in found.items() if each}
    for chart in (figures.group_chart(both, LIGHT), figures.halves_chart(both, LIGHT)):
        assert_sound(chart)
        assert chart.title.startswith("A: ")
        assert [trace.name for trace in chart.figure.data] == ["A", "B &lt;b&gt;"]
