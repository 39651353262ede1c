"""Where jobs run: processes of our own or a cluster on more machines, and who is let in there.

Nothing here listens to whom it doesn't know: every line is encrypted, and both its ends show a certificate.
"""

from digitcore.jobs.cluster.connection import Connection, check_scheduler, connect

__all__ = ["Connection", "check_scheduler", "connect"]
