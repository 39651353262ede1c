"""Every figure that a run's files allow, in the order of the report."""

from collections.abc import Sequence

from digitcore import figures
from digitcore.analysis.comparison import compare_tests, digits_by_part, names_of
from digitcore.analysis.diagnosis import Diagnosis
from digitcore.analysis.projection import Projection
from digitcore.analysis.writers import part_by_writer
from digitcore.base.text import distinct
from digitcore.figures import Chart, Theme
from digitcore.metrics.reliability import confidence_counts, coverage, reliability


def charts(
    diagnosis: Diagnosis, theme: Theme, other: Diagnosis | None = None, maps: Sequence[Projection] = ()
) -> list[Chart]:
    """Return the figures of a run, beside another if there is one; what the files don't hold is left out.

    `maps` are of the test part.
    """
    name = diagnosis.run.name
    drawn = curve_charts(diagnosis, theme, other)
    if diagnosis.test is not None and len(diagnosis.test):
        drawn.append(figures.confusion_chart(diagnosis.test.evaluation.confusion, theme).of(name))
        drawn.append(figures.error_chart(digits_by_part(diagnosis), theme).of(name))
        drawn += writer_charts(diagnosis, theme)
        drawn += confidence_charts(diagnosis, theme)
        drawn += [figures.projection_chart(found, diagnosis.test, theme).of(name) for found in maps]
    comparison = compare_tests(diagnosis, other) if other else None
    if other and diagnosis.test is not None and other.test is not None and comparison is not None:
        names = names_of(diagnosis, other)
        confusions = diagnosis.test.evaluation.confusion, other.test.evaluation.confusion
        drawn.append(figures.difference_chart(confusions, names, theme).of(*names))
        drawn.append(figures.comparison_chart(comparison, diagnosis.test.labels, names, theme).of(*names))
    return drawn


def curve_charts(diagnosis: Diagnosis, theme: Theme, *others: Diagnosis | None) -> list[Chart]:
    """Return accuracy, loss and learning rate by epoch, other runs laid over; none where there are no epochs."""
    shown = [each for each in (diagnosis, *others) if each and each.history]
    labels = distinct({each.run.id: each.run.name for each in shown})
    histories = {labels[each.run.id]: each.history for each in shown}
    if not histories:
        return []
    return [
        draw(histories, theme).of(*histories)
        for draw in (figures.accuracy_chart, figures.loss_chart, figures.learning_rate_chart)
    ]


def writer_charts(diagnosis: Diagnosis, theme: Theme) -> list[Chart]:
    """Return errors by group, along the test set and by writer; none where the test digits are not MNIST's."""
    name, found = diagnosis.run.name, part_by_writer(diagnosis.test)
    if found is None:
        return []
    drawn = [
        figures.group_chart({name: found}, theme),
        figures.halves_chart({name: found}, theme),
        figures.writer_chart(found, theme),
    ]
    return [chart.of(name) for chart in drawn]


def confidence_charts(diagnosis: Diagnosis, theme: Theme) -> list[Chart]:
    """Return reliability, confidence and accuracy against coverage of a run whose test part is not empty."""
    assert diagnosis.test is not None
    probabilities, labels = diagnosis.test.probabilities, diagnosis.test.labels
    drawn = [
        figures.reliability_chart(reliability(probabilities, labels), theme),
        figures.confidence_chart(confidence_counts(probabilities, labels), theme),
        figures.coverage_chart(coverage(probabilities, labels), theme),
    ]
    return [chart.of(diagnosis.run.name) for chart in drawn]
