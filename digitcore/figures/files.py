"""Figures as files: PNG and SVG drawn by Chrome, where there is one; HTML anywhere."""

import os
import shutil
from pathlib import Path

import plotly.io as pio

from digitcore.base.errors import DigitcoreError
from digitcore.base.files import new_files
from digitcore.figures.chart import Chart

WIDTH = 900  # px
_SCALE = 2  # pixels of the file to one of the page, so that a PNG is sharp on paper and in slides
_CHROMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


class NoChrome(DigitcoreError):
    """There is no browser on this machine that could draw a PNG or SVG."""


def find_chrome() -> str | None:
    """Return the path of a Chrome: the one that BROWSER_PATH or CHROMIUM names, or one that is installed."""
    named = os.environ.get("BROWSER_PATH") or os.environ.get("CHROMIUM")
    if named and Path(named).is_file():
        return named
    return next((path for name in _CHROMES if (path := shutil.which(name))), None)


def write_charts(charts: list[Chart], folder: Path, file_format: str) -> list[Path]:
    """Write each chart, title included, to `folder` in one of `FORMATS`; return the files.

    HTML files draw with a plotly.js beside them, so that they work with no network. Raises `NoChrome` for PNG and SVG
    where no browser is found or it does not start.
    """
    names = [f"{chart.name}.{file_format}" for chart in charts]
    with new_files(folder) as new:
        files = [new / name for name in names]
        if file_format == "html":
            for chart, file in zip(charts, files, strict=True):
                chart.with_title().write_html(file, include_plotlyjs="directory", config={"displaylogo": False})
        else:
            _draw(charts, files, file_format)
    return [folder / name for name in names]


def _draw(charts: list[Chart], files: list[Path], file_format: str) -> None:
    chrome = find_chrome()
    if chrome is None:
        raise NoChrome(
            "PNG and SVG files are drawn by a Chrome, and there is none here: install Chromium, or use HTML."
        )
    os.environ["BROWSER_PATH"] = chrome  # where kaleido looks
    figures = [chart.with_title() for chart in charts]
    try:
        pio.write_images(figures, files, format=file_format, width=WIDTH, scale=1 if file_format == "svg" else _SCALE)
    except (OSError, RuntimeError) as error:
        raise NoChrome(f"The browser {chrome} could not draw the figures: use HTML instead.") from error
