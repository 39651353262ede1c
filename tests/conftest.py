"""What all tests share."""

from hypothesis import settings

# the same examples every time, so that a green main stays green; no deadline, since machines are shared
settings.register_profile("steady", derandomize=True, deadline=None, print_blob=False)
settings.load_profile("steady")
