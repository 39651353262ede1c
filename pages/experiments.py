"""Experiments: predict, let controlled pairs of networks learn, see what happened, and why."""

from digitcore.experiments.library import library
from digitcore.ui.experiments import address
from digitcore.ui.experiments.overview import overview
from digitcore.ui.experiments.screen import screen
from digitcore.ui.shared.training.service import open_jobs

known = library()
chosen = known.find(address.experiment_id())
if chosen is None:
    overview(known)
else:
    service = open_jobs()
    service.prepare()
    screen(chosen, service, known.after(chosen))
