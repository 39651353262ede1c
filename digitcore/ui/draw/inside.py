"""The inside of the network: all its layers at work on what is drawn, or on the picture that was chosen.

The page computes it with the run's weights, as it does what the live panel shows; nothing is asked of the server.
"""

from digitcore.inference.classifier import DigitClassifier
from digitcore.ui.shared import components
from digitcore.ui.shared.weights import weights_address

INSIDE_KEY = "inside"


def inside(classifier: DigitClassifier) -> None:
    """Show what each layer of `classifier` makes of what the live panel reads."""
    components.inside(key=INSIDE_KEY, data={"weights": weights_address(classifier)})
