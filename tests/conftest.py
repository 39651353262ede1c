"""What all tests share."""

import os

from hypothesis import settings

# two processes test side by side on two cores: each one's matrix threads would only wait for the other's, and at full
# speed, so that what takes half a second takes twelve; before anything loads NumPy, and for the servers we start, too
for _library in ("OPENBLAS", "OMP"):
    os.environ.setdefault(f"{_library}_NUM_THREADS", "1")

# the same examples every time, so that a green main stays green; no deadline, since machines are shared
settings.register_profile("steady", derandomize=True, deadline=None, print_blob=False)
settings.load_profile("steady")
