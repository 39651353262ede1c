"""What a network said of a whole file: figures, downloads, the least certain, a table, how often each digit came."""

import re
from collections.abc import Callable
from functools import partial

import streamlit as st

from digitcore import figures
from digitcore.base.text import chance, count, decimal, duration, percent
from digitcore.inference.batch_result import Result
from digitcore.ui.batch.upload import Upload
from digitcore.ui.shared import charts, notices
from digitcore.ui.shared.gallery import Caption, gallery
from digitcore.ui.shared.tabs import sections

_METRIC = 128  # px a figure; five in a row where there is room, two on a phone
_CHART = 680  # px; wider, the squares of the matrix would be none
_PERCENT = st.column_config.NumberColumn(format="percent", width="small")


def batch_result(result: Result, upload: Upload) -> None:
    """Show what came out of a file."""
    _figures(result)
    _troubles(result)
    _downloads(result, upload.title)
    shows: dict[str, Callable[[Result], None]] = {"Least certain": _unsure, "Table": _table}
    shows["Digits"] = partial(_counts, title=upload.title)
    if result.evaluation is not None:
        shows["Confusion"] = partial(_confusion, title=upload.title)
    sections({label: partial(show, result) for label, show in shows.items()}, "batch-tabs")


def _figures(result: Result) -> None:
    evaluation = result.evaluation
    with st.container(horizontal=True, gap="small"):
        if evaluation is not None:
            bounds = f"{percent(evaluation.interval.low)} to {percent(evaluation.interval.high)}"
            st.metric("Accuracy", percent(evaluation.accuracy), help=f"95% interval: {bounds}.", width=_METRIC)
            st.metric("Misread", f"{evaluation.errors:,}", width=_METRIC)
            st.metric(
                "Loss",
                decimal(evaluation.loss),
                help="How surprised it is by the true digits: mean cross-entropy, in nats; 2.3 is guessing.",
                width=_METRIC,
            )
        st.metric("Digits", f"{len(result):,}", width=_METRIC)
        unsure = int((result.confidence[result.readable] < 0.9).sum())
        st.metric("Unsure", f"{unsure:,}", help="Read with a confidence below 90%.", width=_METRIC)
        pace = f"{len(result) / max(result.seconds, 1e-3):,.0f} a second."
        st.metric("Time", duration(result.seconds), help=pace, width=_METRIC)


def _troubles(result: Result) -> None:
    unread = [position for position in range(len(result)) if not result.readable[position]]
    if unread:
        first = f"{result.name(unread[0])}: {result.note(unread[0])}"
        notices.warning(f"{count(len(unread), 'picture')} can't be read. {first}", icon=":material/broken_image:")


def _downloads(result: Result, title: str) -> None:
    stem = re.sub(r"[^\w-]+", "-", title).strip("-").lower()
    whole = bool(result.readable.all())
    why = "ImageId,Label, as Kaggle wants it." if whole else "Not possible while a picture can't be read: leave it out."
    with st.container(horizontal=True, gap="small"):
        for label, data, name, mime, usable, note in (
            ("submission.csv", result.submission, "submission.csv", "text/csv", whole, why),
            ("Table (CSV)", result.csv, f"{stem}-read.csv", "text/csv", True, "All that the table below shows."),
            (
                "Probabilities (npz)",
                result.npz,
                f"{stem}-read.npz",
                "application/zip",
                True,
                "All ten for every digit.",
            ),
        ):
            st.download_button(
                label,
                data if usable else "",
                file_name=name,
                mime=mime,
                icon=":material/download:",
                on_click="ignore",
                disabled=not usable,
                help=note,
            )


def _unsure(result: Result) -> None:
    if not len(result.unsure):
        notices.info("There is nothing to show: no picture could be read.")
        return
    captions = [_caption(result, position) for position in result.unsure.tolist()]
    gallery("Least certain digits", result.pictures, captions, "batch-unsure", choosable=False)


def _caption(result: Result, position: int) -> Caption:
    said, second = int(result.predictions[position]), int(result.second_guesses[position])
    sure = chance(float(result.confidence[position]))
    name = f"image {result.name(position)}"
    title = str(said)
    if result.labels is not None and result.labels[position] != said:
        title = f"{result.labels[position]} → {said}"
        name += f", labelled {result.labels[position]}"
    return Caption(title, f"{sure}, or {second}", f"{name}, read as {said}, {sure} sure, or {second}")


def _table(result: Result) -> None:
    st.dataframe(
        result.table(),
        hide_index=True,
        alt="Every image with its prediction, confidence and second guess",
        column_config={"confidence": _PERCENT, "its probability": _PERCENT},
        key="batch-table",
    )


def _counts(result: Result, title: str) -> None:
    with st.container(width=_CHART):
        charts.show(figures.class_chart({"read": result.counts}, charts.theme()).of(title), "batch-counts")


def _confusion(result: Result, title: str) -> None:
    if result.evaluation is None:
        return
    with st.container(width=_CHART):
        charts.show(figures.confusion_chart(result.evaluation.confusion, charts.theme()).of(title), "batch-confusion")
