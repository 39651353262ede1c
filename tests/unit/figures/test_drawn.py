"""What a figure shows is what it was given: each mark in its place, within the axes, and the words true."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import pytest

from digitcore import figures
from digitcore.analysis.corruptions import CORRUPTIONS, NETWORK
from digitcore.analysis.dataset_profile import Profile
from digitcore.analysis.diagnosis import Diagnosis
from digitcore.analysis.projection import Projection
from digitcore.analysis.robustness import SETTINGS, Cell, Robustness
from digitcore.base.settings import SHIPPED_FOLDER
from digitcore.base.text import count
from digitcore.data.mnist import Dataset, load_mnist
from digitcore.figures import DARK, LIGHT, Chart, run_figures
from digitcore.figures.chart import plain, rgba
from digitcore.figures.files import find_chrome
from digitcore.figures.theme import contrast, mix
from digitcore.metrics.classification import Evaluation, by_digit
from digitcore.metrics.intervals import wilson_interval
from digitcore.metrics.mcnemar import compare
from digitcore.metrics.reliability import confidence_counts, coverage, reliability
from digitcore.runs.history import EpochRow
from digitcore.runs.store import RunStore

ROW = EpochRow(1, 0.5, 0.8, 0.6, 0.82, 1e-3, 1.0)
HISTORY = [
    replace(ROW, epoch=each + 1, val_accuracy=0.8 + 0.01 * each, learning_rate=1e-3 * (each + 1)) for each in range(6)
]
HISTORY += [replace(ROW, epoch=7, val_accuracy=0.7, learning_rate=5e-4)]
MEASURED = Robustness(tuple(Cell(each, strength, 90 - at, 100) for at, (each, strength) in enumerate(SETTINGS)))


@pytest.fixture(scope="module")
def diagnosis() -> Diagnosis:
    return Diagnosis.of(RunStore(SHIPPED_FOLDER).get("dense"))


@pytest.fixture(scope="module")
def profile() -> Profile:
    test = load_mnist().test
    return Profile.of(Dataset.of("few", test.images[:500].copy(), test.labels[:500]))


@pytest.fixture(scope="module")
def robustness() -> tuple[Chart, Chart]:
    """The same measurements of one run, and beside another's."""
    one, two = {"A": MEASURED}, {"A": MEASURED, "B": MEASURED}
    return figures.robustness_chart(one, LIGHT), figures.robustness_chart(two, LIGHT)


@pytest.fixture(scope="module")
def charts(diagnosis: Diagnosis, profile: Profile, robustness: tuple[Chart, Chart]) -> list[Chart]:
    assert diagnosis.test is not None
    points = np.random.default_rng(0).normal(size=(300, 2)).astype(np.float32)
    return [
        *run_figures.charts(diagnosis, LIGHT, diagnosis, [Projection("PCA", np.arange(0, 900, 3), points, 0.4)]),
        figures.probability_chart(diagnosis.test.probabilities[0], 7, LIGHT),
        figures.probability_chart(np.eye(10, dtype=np.float32)[3], 3, LIGHT),
        figures.class_chart({"test": profile.counts}, LIGHT),
        figures.mean_chart(profile, LIGHT),
        figures.pixel_chart(profile, LIGHT),
        figures.accuracy_chart({"short": HISTORY[:1]}, LIGHT),
        figures.learning_rate_chart({"long": HISTORY}, LIGHT),
        *robustness,
    ]


def axes(figure: go.Figure) -> Iterator[tuple[go.layout.XAxis | go.layout.YAxis, list[float]]]:
    """Yield each axis with what is drawn along it, where that is numbers."""
    for letter in "xy":
        for axis in figure.select_xaxes() if letter == "x" else figure.select_yaxes():
            name = axis.plotly_name.replace("axis", "")
            traces = [trace for trace in figure.data if (getattr(trace, f"{letter}axis", None) or letter) == name]
            values = [
                value
                for trace in traces
                for value in (getattr(trace, letter) if getattr(trace, letter) is not None else ())
            ]
            yield axis, [float(value) for value in values if value is not None and not isinstance(value, str)]


def ends(axis: go.layout.XAxis | go.layout.YAxis) -> tuple[float, float]:
    """Return where an axis with a range begins and ends; Plotly has that of a logarithmic one as powers of ten."""
    low, high = min(axis.range), max(axis.range)
    return (10**low, 10**high) if axis.type == "log" else (low, high)


def test_nothing_that_is_drawn_lies_outside_the_axes(charts: list[Chart]) -> None:
    seen = 0
    for chart in charts:
        for axis, values in axes(chart.figure):
            if axis.range and values and chart.name != "accuracy-by-coverage":  # it leaves out what has no use
                low, high = ends(axis)
                assert low <= min(values) <= max(values) <= high, chart.name
                seen += 1
    assert seen > 10


def test_ticks_ascend_and_lie_within_the_axes(charts: list[Chart]) -> None:
    for chart in charts:
        for axis, _ in axes(chart.figure):
            ticks = [tick for tick in axis.tickvals or () if not isinstance(tick, str)]
            assert ticks == sorted(set(ticks)), chart.name
            if ticks and axis.range:
                low, high = ends(axis)
                assert low <= ticks[0] <= ticks[-1] <= high, chart.name


def test_words_stay_clear_of_what_is_drawn(charts: list[Chart]) -> None:
    for chart in charts:
        legend = chart.figure.layout.legend
        assert legend.y > 1, chart.name  # above the drawing
        titled = chart.with_title().layout
        assert titled.title.text
        assert titled.height > (chart.figure.layout.height or 0)
        assert titled.margin.t > (chart.figure.layout.margin.t or 0)


def test_ten_pictures_stand_in_two_rows_of_five_in_the_order_of_the_digits() -> None:
    means = np.repeat(np.arange(10.0), 784).reshape(10, 28, 28)
    profile = Profile(10, np.ones(10, np.int64), means, means, np.ones(256, np.int64))
    sheet = np.asarray(figures.mean_chart(profile, LIGHT).figure.data[0].z, np.float64)
    assert sheet.shape == (58, 148)
    for digit in range(10):
        top, left = 30 * (digit // 5), 30 * (digit % 5)
        assert (sheet[top : top + 28, left : left + 28] == digit).all()
    assert np.isnan(sheet).sum() == 58 * 148 - 10 * 784


def test_a_digit_that_is_absent_has_neither_the_most_ink_nor_makes_the_words_fail() -> None:
    means = np.repeat(np.arange(10.0), 784).reshape(10, 28, 28)
    means[9] = np.nan
    counts = np.array([1] * 9 + [0])
    profile = Profile(9, counts, means, 2 * means, np.ones(256, np.int64))
    assert figures.mean_chart(profile, LIGHT).title.startswith("The mean 8 has the most ink")
    assert figures.variance_chart(profile, LIGHT).title.startswith("People differ most in how they write 8,")
    assert "8: 8.0, 9: 0.0" in figures.mean_chart(profile, LIGHT).alt


def test_bars_of_the_digits_are_their_counts_part_by_part() -> None:
    counts = {"train": np.arange(10, 20), "test": np.arange(10)[::-1].copy()}
    chart = figures.class_chart(counts, LIGHT)
    assert [bar.name for bar in chart.figure.data] == ["train", "test"]
    assert [list(bar.y) for bar in chart.figure.data] == [each.tolist() for each in counts.values()]
    assert list(chart.figure.data[0].x) == list("0123456789")
    assert chart.title == "0 is the commonest digit (19), 0 the rarest (19)"


def test_pixel_values_are_counted_and_the_black_and_the_nearly_white_told() -> None:
    histogram = np.zeros(256, np.int64)
    histogram[[0, 249, 250, 255]] = 70, 10, 15, 5
    profile = Profile(1, np.ones(10, np.int64), np.ones((10, 28, 28)), np.ones((10, 28, 28)), histogram)
    chart = figures.pixel_chart(profile, LIGHT)
    assert chart.title.startswith("70.0% of all pixels are black, 20.0% nearly white")
    bars = chart.figure.data[0]
    assert (bars.x[249], bars.y[249], bars.y[1]) == (249, 10, None)


def sure(*shares: float) -> np.ndarray:
    """Probabilities of as many pictures, each read as a 0 with that confidence."""
    rows = [[share, *[(1 - share) / 9] * 9] for share in shares]
    return np.array(rows, np.float32)


def test_a_bar_of_the_reliability_stands_in_the_middle_of_its_bin_with_its_interval() -> None:
    labels = np.array([0, 0, 0, 1])
    chart = figures.reliability_chart(reliability(sure(0.95, 0.95, 0.95, 0.95), labels, bins=10), LIGHT)
    bar, diagonal = chart.figure.data
    assert (list(bar.x), list(bar.y)) == ([pytest.approx(0.95)], [0.75])
    assert bar.width < 0.1
    interval = wilson_interval(3, 4)
    assert bar.error_y.array[0] == pytest.approx(interval.high - 0.75)
    assert bar.error_y.arrayminus[0] == pytest.approx(0.75 - interval.low)
    assert [tuple(diagonal.x), tuple(diagonal.y)] == [(0, 1), (0, 1)]
    assert chart.title.startswith("It is 95.00% sure on average and right 75.00% of the time; calibration error 20.00%")
    assert "95% sure, 75% right (4 digits)" in chart.alt


def test_confidence_is_counted_for_right_and_wrong_and_the_surest_are_told() -> None:
    counts = confidence_counts(sure(0.97, 0.97, 0.62, 0.97), np.array([0, 0, 0, 1]), bins=10)
    chart = figures.confidence_chart(counts, LIGHT)
    right, wrong = chart.figure.data
    assert [right.y[9], right.y[6], right.y[0], wrong.y[9]] == [2, 1, None, 1]
    assert right.x[9] == pytest.approx(0.95)
    assert chart.title == "Over 90% sure: 66.7% of the right answers, 100% of the wrong ones"


def test_confidence_is_counted_in_steps_of_five_points() -> None:
    counts = confidence_counts(sure(0.97, 0.93), np.array([0, 0]))
    assert figures.confidence_chart(counts, LIGHT).title.startswith("Over 95% sure: 50.0% of the right answers")


def test_leaving_out_the_least_certain_is_told_with_what_it_gains() -> None:
    shares = np.linspace(0.4, 0.99, 100)
    labels = np.zeros(100, np.int64)
    labels[:2] = 1  # the two that are least certain are wrong
    chart = figures.coverage_chart(coverage(sure(*shares), labels), LIGHT)
    assert chart.title == "Leaving out the least certain 2.0% leaves 100% right, instead of 98.00%"
    line = chart.figure.data[0]
    assert min(line.x) >= 0.5
    assert line.y[-1] == pytest.approx(0.98)
    none = figures.coverage_chart(coverage(np.zeros((0, 10), np.float32), np.zeros(0, np.int64)), LIGHT)
    assert none.title == "There are no digits to leave out"


def test_a_long_curve_is_thinned_but_keeps_its_ends() -> None:
    found = coverage(sure(*np.linspace(0.2, 0.99, 3000)), np.zeros(3000, np.int64))
    line = figures.coverage_chart(found, LIGHT).figure.data[0]
    assert len(line.x) <= 400
    assert (line.x[0], line.x[-1]) == (pytest.approx(0.5), 1)


@pytest.mark.parametrize(("truth", "colours"), [(3, {3: "right"}), (5, {3: "wrong", 5: "right"}), (None, {3: "wrong"})])
def test_the_true_digit_and_a_wrong_answer_have_colours_of_their_own(
    truth: int | None, colours: dict[int, str]
) -> None:
    probabilities = np.full(10, 0.0004, np.float32)
    probabilities[[3, 5]] = 0.9, 0.0968
    chart = figures.probability_chart(probabilities, truth, LIGHT)
    bars = chart.figure.data[0]
    for digit in range(10):
        named = colours.get(digit)
        assert bars.marker.color[digit] == (getattr(LIGHT, named) if named else rgba(LIGHT.ink, 0.35)), digit
    assert (bars.text[3], bars.text[0]) == ("90.0%", "")
    assert ("its true digit, 5, got 9.7%" in chart.title) == (truth == 5)


def test_the_hardest_and_the_easiest_digit_are_told_and_absent_ones_are_neither() -> None:
    confusion = np.diag([0, 50, 40, 30, 50, 50, 50, 50, 50, 50])
    confusion[3, 8], confusion[2, 7] = 10, 4
    parts = {"test": by_digit(confusion), "training": by_digit(np.diag([10] * 10))}
    chart = figures.error_chart(parts, LIGHT)
    assert chart.title == "3 is misread most, 10 of 40 (25.0%), 1 least, 0 of 50"
    first, second = chart.figure.data
    assert list(first.x) == list("0145678923")
    assert (first.y[0], first.y[8], first.y[9]) == (None, pytest.approx(4 / 44), 0.25)
    assert list(second.y) == [0] * 10
    assert first.marker.color != second.marker.color
    assert figures.error_chart({"test": by_digit(np.diag([10] * 10))}, LIGHT).title == "No digit is ever misread"


def test_what_either_network_alone_reads_is_counted_by_digit() -> None:
    labels = np.array([0, 0, 1, 2, 2, 2])
    compared = compare(labels, np.array([0, 0, 9, 2, 9, 2]), np.array([9, 0, 1, 2, 2, 2]))
    chart = figures.comparison_chart(compared, labels, ("A", "B"), LIGHT)
    assert [list(bar.y[:4]) for bar in chart.figure.data] == [[1, 0, 0, 0], [0, 1, 1, 0]]
    assert chart.title == "A alone reads 1 digit, B alone 2 digits"


def test_the_best_epoch_is_marked_and_the_curves_are_the_historys() -> None:
    chart = figures.accuracy_chart({"run": HISTORY}, LIGHT)
    validation, training, mark = chart.figure.data
    assert list(validation.x) == [1, 2, 3, 4, 5, 6, 7]
    assert list(validation.y) == [row.val_accuracy for row in HISTORY]
    assert list(training.y) == [row.accuracy for row in HISTORY]
    assert (mark.x, mark.y) == ((6,), (pytest.approx(0.85),))
    assert chart.title == "Best in epoch 6 of 7, 85.00% right on validation"


def test_a_learning_rate_that_changes_has_its_peak_and_its_end_told() -> None:
    assert (
        figures.learning_rate_chart({"run": HISTORY}, LIGHT).title
        == "The learning rate peaked at 0.006 and ended at 0.0005"
    )
    assert figures.learning_rate_chart({"run": HISTORY[:1]}, LIGHT).title == "The learning rate stayed at 0.001"
    both = figures.learning_rate_chart({"run": HISTORY, "other": []}, LIGHT)
    assert both.title.startswith("run: the learning rate peaked")


@pytest.mark.parametrize(("epochs", "step"), [(1, 1), (7, 1), (16, 2), (24, 3), (100, 12)])
def test_every_epoch_has_a_tick_until_there_are_too_many(epochs: int, step: int) -> None:
    rows = [replace(ROW, epoch=each + 1) for each in range(epochs)]
    axis = figures.accuracy_chart({"run": rows}, LIGHT).figure.layout.xaxis
    assert axis.dtick == step
    assert axis.tick0 % step == (1 if step == 1 else 0) % step
    assert axis.range[0] < 1 < epochs + 0.1 < axis.range[1]


@pytest.mark.parametrize(("right", "text"), [(9994, "99.9%"), (9996, "99.9%"), (10_000, "100%")])
def test_a_share_of_nearly_all_fits_its_cell(right: int, text: str) -> None:
    confusion = np.zeros((10, 10), np.int64)
    confusion[4, 4], confusion[4, 9] = right, 10_000 - right
    labels = figures.confusion_chart(confusion, LIGHT, shares=True).figure.layout.annotations
    assert text in {label.text for label in labels if label.x == "4"}


def test_right_answers_and_mistakes_are_coloured_apart_and_empty_cells_not_at_all() -> None:
    confusion = np.diag([100] * 10)
    confusion[4, 9], confusion[2, 7] = 25, 100
    mistakes, right, _ = figures.confusion_chart(confusion, LIGHT).figure.data
    depths = np.asarray(mistakes.z, np.float64)
    assert (depths[4, 9], depths[2, 7]) == (0.5, 1)  # the root brings out the small counts
    assert np.isfinite(depths).sum() == 2
    assert np.isfinite(np.asarray(right.z, np.float64)).sum() == 10
    assert mistakes.colorscale[1][1] == LIGHT.wrong
    assert len(figures.confusion_chart(confusion, LIGHT, errors_alone=True).figure.data) == 2


def test_mistakes_that_are_all_made_once_are_told_as_such() -> None:
    confusion = np.diag([100] * 10)
    confusion[4, 9] = confusion[2, 7] = 1
    assert figures.confusion_title(confusion) == "No mistake is made twice: 2 of 1,002 digits are misread"


def test_each_group_of_a_map_bears_its_digit_at_its_middle(diagnosis: Diagnosis) -> None:
    part = diagnosis.test
    assert part is not None
    members = np.arange(200)
    labels = part.labels[members]
    points = np.stack([10.0 * labels, labels % 2], axis=1).astype(np.float32)
    chart = figures.projection_chart(Projection("t-SNE", members, points, None), part, LIGHT)
    places = {label.text: (label.x, label.y) for label in chart.figure.layout.annotations}
    assert places == {f"<b>{digit}</b>": (10.0 * digit, digit % 2) for digit in range(10)}
    assert "0 lies nearest to 1" in chart.alt
    wrong = int((part.predictions[members] != labels).sum())
    assert chart.title == f"200 digits laid out by likeness, {count(wrong, 'misread one')} marked"
    scale = chart.figure.data[0].marker
    assert (scale.cmin, scale.cmax) == (0, 9)
    assert [colour for _, colour in scale.colorscale[::2]] == list(LIGHT.digits)
    assert [edge for edge, _ in scale.colorscale][1::2] == pytest.approx(np.arange(1, 11) / 10)


def test_panels_fill_rows_of_two_and_have_few_ticks_with_both_ends(robustness: tuple[Chart, Chart]) -> None:
    figure, beside = (chart.figure for chart in robustness)
    names = list(dict.fromkeys(row.corruption.name for row in MEASURED.rows))
    assert len(names) == len({each.name for each in CORRUPTIONS})
    for place, name in enumerate(names):
        (line, *_) = [line for line in figure.data if line.hovertemplate.startswith(f"{name},")]
        axis = figure.layout["xaxis" if place == 0 else f"xaxis{place + 1}"]
        assert line.xaxis == ("x" if place == 0 else f"x{place + 1}")
        assert 2 <= len(axis.tickvals) <= 5
        assert (axis.tickvals[0], axis.tickvals[-1]) == (line.x[0], line.x[-1]) or any(value % 1 for value in line.x)
    tops = [figure.layout[f"yaxis{at}"].domain[1] for at in (2, 3, 5)]
    assert tops == sorted(tops, reverse=True)
    assert beside.layout.height > figure.layout.height  # the legend has more lines


def test_the_worst_corruption_is_told_with_its_route_and_the_clean_digits(robustness: tuple[Chart, Chart]) -> None:
    chart = robustness[0]
    worst = MEASURED.rows[0].worst
    by_whom = "by the network alone" if worst.corruption.route == NETWORK else "with preparation"
    assert f"({worst.label}) is read worst: {worst.right}.0% right {by_whom}" in chart.title
    assert chart.title.endswith(f"{MEASURED.clean(worst.corruption.route).right}.0% clean")


CONTRASTS = [
    ("#000000", "#ffffff", 21),
    ("#777777", "#ffffff", 4.48),
    ("#ff0000", "#ffffff", 4.0),
    ("#00ff00", "#000000", 15.3),
    ("#0000ff", "#000000", 2.44),
    ("#0a0a0a", "#000000", 1.06),
]


@pytest.mark.parametrize(("first", "second", "ratio"), CONTRASTS)
def test_contrast_is_that_of_the_accessibility_guidelines(first: str, second: str, ratio: float) -> None:
    assert contrast(first, second) == contrast(second, first) == pytest.approx(ratio, abs=0.01)


def test_colours_are_mixed_and_made_transparent_channel_by_channel() -> None:
    assert mix("#000000", "#ff8000", 0.5) == "#804000"
    assert (mix(LIGHT.paper, DARK.paper, 0), mix(LIGHT.paper, DARK.paper, 1)) == (LIGHT.paper, DARK.paper)
    assert rgba("#0a141e", 0.35) == "rgba(10,20,30,0.35)"


def test_a_picture_of_a_figure_says_whose_it_is_and_a_long_name_is_cut_short(charts: list[Chart]) -> None:
    titled = charts[0].of("<i>Ours</i>", "Theirs").with_title().layout
    assert "&lt;i&gt;Ours&lt;/i&gt; and Theirs" in titled.title.text
    assert titled.margin.t > charts[0].of().with_title().layout.margin.t
    assert charts[0].of("a" * 200).with_title().layout.title.text.count("a" * 99 + "…") == 1


def test_a_figure_for_a_big_screen_is_larger_in_all_its_parts(charts: list[Chart]) -> None:
    for chart in charts:
        small, large = chart.figure.layout, chart.enlarged(1.5, height=1.25).layout
        assert (large.height, large.font.size) == (1.25 * small.height, 1.5 * small.font.size)
        assert [words.font.size for words in large.annotations] == [
            1.5 * (words.font.size or small.font.size) for words in small.annotations
        ]


def test_what_people_call_a_run_is_shown_as_it_is() -> None:
    assert plain("<b>7 & 8</b>") == "&lt;b&gt;7 &amp; 8&lt;/b&gt;"


@pytest.mark.parametrize("name", ["chromium", "google-chrome"])
def test_an_installed_browser_is_found_unless_another_is_named(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for each in (name, "mine"):
        (tmp_path / each).write_text("#!/bin/sh\n")
        (tmp_path / each).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    for variable in ("BROWSER_PATH", "CHROMIUM"):
        monkeypatch.delenv(variable, raising=False)
    assert find_chrome() == str(tmp_path / name)
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "nowhere"))
    assert find_chrome() == str(tmp_path / name)
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "mine"))
    assert find_chrome() == str(tmp_path / "mine")


def test_a_figure_of_no_digits_says_so() -> None:
    empty = Evaluation.of(np.zeros((0, 10), np.float32), np.zeros(0, np.int64))
    assert figures.confusion_chart(empty.confusion, LIGHT).title == "No digits were read"
    none = reliability(np.zeros((0, 10), np.float32), np.zeros(0, np.int64))
    assert figures.reliability_chart(none, LIGHT).title == "There are no digits to judge confidence by"
