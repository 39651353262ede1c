"""What the app's process takes on."""

import subprocess
import sys

from digitcore.ui.server import SCRIPT
from tests.page.conftest import APP

PROGRAM = f"""
import sys
from streamlit.testing.v1 import AppTest
app = AppTest.from_file({str(SCRIPT)!r}, default_timeout=60).run()
assert not app.exception
late = {{"tensorflow", "keras", "distributed", "cryptography", "authlib", "httpx2"}}
print(sorted({{name.partition(".")[0] for name in sys.modules}} & late))
"""


def test_the_first_page_waits_for_nothing_that_trainings_and_sign_ins_need() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=APP.parent, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
