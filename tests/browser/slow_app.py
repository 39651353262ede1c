"""The app, with a network that thinks for 300 ms longer: what a slow server or a slow line looks like."""

import runpy
import time
from functools import wraps

from digitcore.classifier import DigitClassifier, Reading
from digitcore.preprocessing import Prepared
from tests.browser.driving import APP

DELAY = 0.3  # seconds

if not hasattr(DigitClassifier.read_prepared, "__wrapped__"):  # Streamlit runs this file again and again
    quick = DigitClassifier.read_prepared

    @wraps(quick)
    def slow(self: DigitClassifier, prepared: Prepared) -> Reading:
        time.sleep(DELAY)
        return quick(self, prepared)

    DigitClassifier.read_prepared = slow  # type: ignore[method-assign]

runpy.run_path(str(APP), run_name="__main__")
