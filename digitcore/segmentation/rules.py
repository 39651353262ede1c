"""The numbers by which strokes are shared out among digits, for a page that reads them itself."""

from typing import Any

from digitcore.preprocessing.pipeline import WORKING_SIDE
from digitcore.segmentation import grouping, groups, joins, pieces, reading, score, strokes


def rules() -> dict[str, Any]:
    """Return what another reader of strokes follows, as JSON can hold it; the names are those of its JavaScript."""
    return {
        "height": strokes.HEIGHT,
        "pen": strokes.PEN,
        "near": strokes.NEAR,
        "parting": strokes.PARTING,
        "side": WORKING_SIDE,
        "brush": strokes.BRUSH,
        "tall": pieces.TALL,
        "usual": pieces.USUAL,
        "widest": groups.WIDEST,
        "highest": groups.HIGHEST,
        "far": groups.FAR,
        "mostDrawn": strokes.MOST,
        "mostGroups": strokes.MOST_GROUPS,
        "mostStrokes": groups.MOST,
        "states": grouping.STATES,
        "dot": grouping.DOT,
        "dotCost": grouping.DOT_COST,
        "weights": list(score.WEIGHTS.values()),
        "unknown": score.UNKNOWN,
        "likely": score.LIKELY,
        "accepted": score.ACCEPTED,
        "close": score.CLOSE,
        "mostCut": score.MOST_CUT,
        "good": reading.GOOD,
        "long": reading.LONG,
        "mostParts": strokes.MOST_PARTS,
        "joinStraight": joins.STRAIGHT,
        "joinStep": joins.STEP,
        "joinTall": joins.TALL,
        "joinOverlap": joins.OVERLAP,
        "joinShortest": joins.SHORTEST,
        "joinBack": joins.BACK,
    }
