"""Below the runs: what was measured, why it came out so, what to try next, and the runs that were made here."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from digitcore.base.text import percent
from digitcore.experiments import measures, words
from digitcore.experiments.exhibits import exhibit_title
from digitcore.experiments.experiment import Experiment
from digitcore.experiments.formula import Call
from digitcore.experiments.outcome import Outcome, RunOutcome
from digitcore.experiments.trials import finished
from digitcore.runs.record import Run
from digitcore.runs.store import RunStore
from digitcore.ui.experiments import address, running
from digitcore.ui.shared import components, navigation
from digitcore.ui.shared.notices import plain_markdown
from digitcore.ui.shared.weights import run_weights_address

_FINDINGS, _HAND = "findings", "hand"
_DRAW = "Draw the ten digits as you write them, each on its own sheet."
_RUN_FIRST = "They are read as soon as the experiment has been run here; a recording has no networks that could."
_FEW = 10  # seeds that are listed, the newest
_TEXT = 680  # px, of a column that is read


def explained(experiment: Experiment, found: Outcome, following: Experiment | None) -> None:
    """Show what was measured, why it came out so, and what to try next."""
    st.header("What was measured", anchor=False)
    components.findings(key=_FINDINGS, data=_findings(experiment, found))
    both = st.container(horizontal=True, gap="large")
    with both.container(width=_TEXT):
        st.header("Why", anchor=False)
        st.markdown(experiment.why)
    with both.container(width="stretch"):
        st.header("What to try next", anchor=False)
        st.markdown(experiment.next)
        if following:
            st.button(
                f"Next: {plain_markdown(following.title)}",
                on_click=address.open_experiment,
                args=(following.id,),
                icon=":material/arrow_forward:",
                key="next-experiment",
            )


def own_digits(experiment: Experiment, shown: str | int | None, found: Outcome | None) -> None:
    """Show ten sheets to draw on; runs that were made here read what is on them, in the page."""
    st.header("Your own hand", anchor=False)
    runs = finished(experiment, shown, RunStore.open()) if isinstance(shown, int) and found else {}
    data = {
        "words": _DRAW if runs else f"{_DRAW} {_RUN_FIRST}",
        "runs": [_own_reader(plan.title, runs.get(plan.name)) for plan in experiment.runs],
    }
    components.hand(key=_HAND, data=data)


def _own_reader(title: str, run: Run | None) -> dict[str, str | None]:
    if run is None:
        return {"title": title, "weights": None, "accuracy": ""}
    return {"title": title, "weights": run_weights_address(run.id), "accuracy": percent(run.test.accuracy, 1)}


def made_here(experiment: Experiment, shown: str | int | None) -> None:
    """Show the runs of this experiment that were made here, which no list of runs shows."""
    store = RunStore.open()
    seeds = running.made_here(experiment, store)
    if not seeds:
        return
    with st.expander(f"Runs made here ({len(seeds)})"):
        if isinstance(shown, int):
            _diagnose_buttons(experiment, finished(experiment, shown, store))
        for seed in seeds[-_FEW:]:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(f"Seed {seed}", width=80)
                st.button(
                    "Show", key=f"show-{seed}", on_click=address.show_outcome, args=(seed,), disabled=seed == shown
                )
                st.button("Delete", key=f"delete-{seed}", on_click=_delete, args=(experiment, seed))


def _diagnose_buttons(experiment: Experiment, runs: Mapping[str, Run]) -> None:
    """Show the way to the Diagnostics page for each run."""
    with st.container(horizontal=True, gap="small"):
        for plan in experiment.runs:
            label = f"Diagnose “{plain_markdown(plan.title)}”"
            if plan.name in runs and st.button(
                label, key=f"diagnose-{plan.name}", on_click=navigation.diagnose, args=(runs[plan.name].id,)
            ):
                navigation.go_to(navigation.DIAGNOSTICS_PAGE)


def _delete(experiment: Experiment, seed: int) -> None:
    running.delete_runs(experiment, seed, RunStore.open())
    if address.outcome() == seed:
        address.show_outcome(None)


def _written(call: Call, run: RunOutcome) -> str:
    return measures.written(call, run.values[call.key], run.epochs)


def _findings(experiment: Experiment, found: Outcome) -> dict[str, Any]:
    names = [plan.name for plan in experiment.runs]
    rows = [
        {
            "title": measures.title(call),
            "values": [_written(call, found.runs[name]) for name in names],
        }
        for call in experiment.measures
    ]
    claims = [{"says": claim.says, "holds": claim.holds.holds(found.values)} for claim in experiment.claims]
    return {
        "runs": [plan.title for plan in experiment.runs],
        "rows": rows,
        "note": f"{words.measured_with(experiment)} {words.first_weights(experiment, found)}".strip(),
        "claims": claims,
        "title": exhibit_title(experiment.exhibit) if experiment.exhibit else "",
        "pictures": [found.runs[name].pictures for name in names],
    }
