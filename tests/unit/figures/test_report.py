"""The report as a document; that it opens with no network is tested in a browser."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from digitcore.analysis.diagnosis import Diagnosis
from digitcore.analysis.features import open_graph
from digitcore.analysis.projection import Projection
from digitcore.analysis.summary import facts, measure_milliseconds
from digitcore.base.settings import SHIPPED_FOLDER
from digitcore.figures.report import report
from digitcore.runs.store import RunStore
from harness.kept import kept_text

EVIL = '</script><script>alert("x")</script>'


class Page(HTMLParser):
    """What a document shows and fetches."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.headings: list[str] = []
        self.sources: list[str] = []
        self.pictures = 0
        self.words: list[str] = []
        self.unnamed: list[str] = []
        self.tags: list[str] = []
        self._heading = False
        self.feed(document)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        self._heading = tag in ("h1", "h2", "h3")
        self.sources += [value for name in ("src", "href") if (value := given.get(name))]
        if tag == "img":
            self.pictures += 1
            self.unnamed += [] if given.get("alt") else [tag]
        if given.get("role") == "img":
            self.unnamed += [] if given.get("aria-label") else [tag]

    def handle_data(self, data: str) -> None:
        if self.tags[-1:] not in (["script"], ["style"]) and data.strip():
            self.words.append(" ".join(data.split()))
        if self._heading:
            self.headings.append(data)
            self._heading = False


@pytest.fixture(scope="module")
def diagnosis() -> Diagnosis:
    return Diagnosis.of(RunStore(SHIPPED_FOLDER).get("dense"))


@pytest.fixture(scope="module")
def whole(diagnosis: Diagnosis) -> Page:
    other = Diagnosis.of(RunStore(SHIPPED_FOLDER).get("fast_cnn"))
    points = np.zeros((50, 2), np.float32)
    return Page(report(diagnosis, other, [Projection("PCA", np.arange(50), points, 0.5)], 0.1))


def test_a_misread_digit_whose_label_people_dispute_is_marked(whole: Page, diagnosis: Diagnosis) -> None:
    assert diagnosis.test is not None
    shown = diagnosis.test.mistakes()[:120].tolist()
    votes = [vote.in_words() for member in shown if (vote := diagnosis.test.vote(member))]
    assert votes
    assert [words for words in whole.words if "people say" in words] == votes


def test_it_tells_all_there_is_to_tell(whole: Page) -> None:
    sections = [
        "Curves",
        "Confusion matrix",
        "Misread digits",
        "By digit",
        "Writers",
        "Confidence",
        "What it learned",
        "Comparison",
    ]
    assert [heading for heading in whole.headings if heading in sections] == sections
    assert whole.headings[0] == "Dense network"


def test_every_word_of_it_is_what_is_kept(whole: Page) -> None:
    assert whole.words == kept_text(Path(__file__).with_name("kept") / "report.json", whole.words)


def test_it_fetches_nothing_and_names_every_picture(whole: Page) -> None:
    assert whole.sources
    assert {source.split(":")[0] for source in whole.sources} == {"data"}
    assert whole.pictures == 120
    assert whole.unnamed == []


def test_plotly_is_in_it_once(diagnosis: Diagnosis) -> None:
    document = report(diagnosis)
    assert len(re.findall(r"plotly\.js v\d", document)) == 1
    assert 4e6 < len(document) < 8e6


def test_a_name_is_shown_and_never_run(diagnosis: Diagnosis) -> None:
    plain, named = Page(report(diagnosis)), report(replace(diagnosis, run=replace(diagnosis.run, name=EVIL)))
    assert Page(named).tags.count("script") == plain.tags.count("script")
    assert EVIL not in named


def test_what_cannot_be_read_is_said_and_the_rest_is_told(diagnosis: Diagnosis) -> None:
    bare = replace(
        diagnosis, test=None, validation=None, epoch_confusions=None, troubles=("There are no predictions.",)
    )
    document = report(bare)
    assert "There are no predictions." in document
    assert "Curves" in Page(document).headings
    assert "nan" not in document[document.index("<main>") :].lower().replace("nanmean", "")


def test_facts_without_predictions_are_those_of_the_record(diagnosis: Diagnosis) -> None:
    bare = {fact.label: fact.value for fact in facts(replace(diagnosis, test=None))}
    full = {fact.label: fact.value for fact in facts(diagnosis, 0.25)}
    assert bare["Test accuracy"] == full["Test accuracy"]
    assert (bare["Macro F1"], bare["Time per digit"], full["Time per digit"]) == ("–", "–", "0.25 ms")
    assert list(bare) == list(full)


def test_the_time_a_digit_is_measured_in_milliseconds(diagnosis: Diagnosis) -> None:
    assert 0.0001 < measure_milliseconds(open_graph(diagnosis.run)) < 100


def test_an_empty_test_part_has_dashes(diagnosis: Diagnosis) -> None:
    assert diagnosis.test is not None
    nothing = replace(
        diagnosis.test,
        probabilities=diagnosis.test.probabilities[:0],
        labels=diagnosis.test.labels[:0],
        positions=diagnosis.test.positions[:0],
    )
    values = [fact.value for fact in facts(replace(diagnosis, test=nothing))]
    assert values[:6] == ["–", "0", "–", "–", "–", "–"]
    assert "nan" not in report(replace(diagnosis, test=nothing)).split("<main>")[1].split("<script")[0].lower()
