"""What is said of a run in one place is what is said of it in another, or a sentence says why not."""

from dataclasses import replace

import pytest

from digitcore.analysis.diagnosis import Diagnosis
from digitcore.analysis.learning_curves import differences
from digitcore.analysis.summary import facts
from digitcore.base.settings import SHIPPED_FOLDER
from digitcore.base.text import percent
from digitcore.metrics.classification import Evaluation
from digitcore.runs.record import SHIPPED, Run
from digitcore.runs.store import RunStore

EACH = pytest.mark.parametrize("run", RunStore(SHIPPED_FOLDER).list(), ids=SHIPPED)


@EACH
def test_where_curves_and_tables_differ_a_sentence_says_why(run: Run) -> None:
    kept, said = run.history()[run.best_epoch - 1], " ".join(differences(run))
    if percent(kept.val_accuracy) != percent(run.validation.accuracy):
        assert "doubtful digits again" in said
    if abs(kept.val_loss / run.validation.loss - 1) > 0.05:
        assert "losses" in said or "doubtful digits again" in said


@EACH
def test_record_predictions_and_overview_have_the_same_figures(run: Run) -> None:
    stored = run.predictions()
    for score, probabilities, labels in (
        (run.test, stored.test_probabilities, stored.test_labels),
        (run.validation, stored.validation_probabilities, stored.validation_labels),
    ):
        found = Evaluation.of(probabilities, labels.astype(int))
        assert (found.errors, found.count) == (score.errors, score.count)
        assert (found.accuracy, found.loss) == pytest.approx((score.accuracy, score.loss), abs=1e-6)
    assert stored.train_confusion.sum() - stored.train_confusion.trace() == run.train.errors
    told = {fact.label: fact for fact in facts(Diagnosis.of(run))}
    assert told["Test accuracy"].value == percent(run.test.accuracy)
    assert told["Errors"].value == f"{run.test.errors:,}"
    assert told["Training time"].note == f"{run.config.epochs} epochs, {run.train.count:,} digits each."


def test_a_run_of_one_epoch_and_one_of_none_say_so() -> None:
    run = RunStore(SHIPPED_FOLDER).get("dense")
    one = replace(run, config=run.config.but(epochs=1))
    none = replace(run, status="stopped", best_epoch=0, folder=run.folder / "nowhere")
    known = Diagnosis.of(run)
    for changed, note in ((one, "1 epoch, 48,000 digits each."), (none, "Less than an epoch.")):
        told = {fact.label: fact for fact in facts(replace(known, run=changed))}
        assert told["Training time"].note == note
