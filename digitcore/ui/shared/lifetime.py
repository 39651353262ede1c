"""What is opened once for all sessions and has to be closed when the app ends."""

from contextlib import ExitStack

ends_with_the_app = ExitStack()  # closed by the server's lifespan
