"""Plotly figures, one function a figure: each says what it shows, in its title and in words, and brings its numbers.

Rests on `analysis` and what is below. The only room with Plotly.
"""

from digitcore.figures.chart import Chart
from digitcore.figures.confidence import confidence_chart, coverage_chart, reliability_chart
from digitcore.figures.data import class_chart, mean_chart, pixel_chart, variance_chart
from digitcore.figures.digits import comparison_chart, digit_table, error_chart, error_title, probability_chart
from digitcore.figures.matrix import (
    cell_labels,
    confusion_chart,
    confusion_title,
    difference_chart,
    difference_labels,
)
from digitcore.figures.projection import projection_chart
from digitcore.figures.robustness import robustness_chart, robustness_table
from digitcore.figures.theme import DARK, LIGHT, THEMES, Theme
from digitcore.figures.training import accuracy_chart, learning_rate_chart, loss_chart
from digitcore.figures.writers import group_chart, halves_chart, writer_chart, writer_table

__all__ = [
    "DARK",
    "LIGHT",
    "THEMES",
    "Chart",
    "Theme",
    "accuracy_chart",
    "cell_labels",
    "class_chart",
    "comparison_chart",
    "confidence_chart",
    "confusion_chart",
    "confusion_title",
    "coverage_chart",
    "difference_chart",
    "difference_labels",
    "digit_table",
    "error_chart",
    "error_title",
    "group_chart",
    "halves_chart",
    "learning_rate_chart",
    "loss_chart",
    "mean_chart",
    "pixel_chart",
    "probability_chart",
    "projection_chart",
    "reliability_chart",
    "robustness_chart",
    "robustness_table",
    "variance_chart",
    "writer_chart",
    "writer_table",
]
