"""Why a drawing was read as it was: the page works it out for itself with the run's weights, where somebody asks."""

from digitcore.ui.shared import components

WHY_KEY = "why"


def why() -> None:
    """Offer a second look at what the live panel has read: which spots matter, and what would change the answer."""
    components.why(key=WHY_KEY, data={})
