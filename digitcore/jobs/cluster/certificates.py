"""How the processes of a cluster know one another.

Dask runs whatever it is sent. So each of its lines is encrypted, and both ends show a certificate that the cluster's
own authority has signed, which signs for nobody else. All that a process needs for that lies in one file, its bundle:
its key, its certificate, and that of the authority.
"""

import ssl
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from distributed import Security

from digitcore.base.errors import ClusterUnreachable

MAKE = "“python -m digitcore cluster init”"
_VERSION = ssl.TLSVersion.TLSv1_3  # the least; both ends are ours


class Role(StrEnum):
    """Who shows a certificate, as it names them."""

    APP = "app"
    SCHEDULER = "scheduler"
    WORKER = "worker"
    EMBEDDED = "embedded"  # an app and the processes of its own


def write_private(file: Path, content: bytes) -> None:
    """Write a new file that nobody but this user can read, at any moment. Raises `FileExistsError`."""
    file.touch(mode=0o600, exist_ok=False)
    file.write_bytes(content)


def checked(bundle: Path) -> Path:
    """Return a bundle that can be shown now. Raises `ClusterUnreachable`, with what to do, for any other file."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context.load_cert_chain(bundle)
        context.load_verify_locations(bundle)
        expires = max(ssl.cert_time_to_seconds(str(each["notAfter"])) for each in context.get_ca_certs())
    except FileNotFoundError as error:
        raise ClusterUnreachable(f"There is no certificate at {bundle}: {MAKE} makes them.") from error
    except (OSError, ValueError) as error:  # a wrong password is the only other, and ours have none
        raise ClusterUnreachable(f"{bundle} is no certificate with its key, as {MAKE} makes them.") from error
    moment = datetime.fromtimestamp(expires, UTC)
    if moment < datetime.now(UTC):
        raise ClusterUnreachable(f"The certificate {bundle} expired on {moment:%Y-%m-%d}; {MAKE} makes new ones.")
    return bundle


def for_processes(bundle: Path) -> dict[str, Any]:
    """Return the settings by which Dask's processes speak with a bundle: plain values, for a command line."""
    roles = {f"tls_{role}_cert": str(bundle) for role in ("client", "scheduler", "worker")}
    # a key may stand beside its certificate; of the whole file only what signs, or is itself shown, is trusted
    return {"require_encryption": True, "tls_ca_file": str(bundle), **roles}


def for_client(bundle: Path) -> Security:
    """Return the settings by which this process speaks with processes of its own."""
    return Security(**for_processes(bundle), tls_min_version=_VERSION)


class _ToScheduler(Security):  # type: ignore[misc]
    """Speaks with a scheduler alone: a worker's certificate doesn't do in its place."""

    def get_connection_args(self, role: str) -> dict[str, Any]:
        arguments: dict[str, Any] = super().get_connection_args(role)
        arguments["ssl_context"].check_hostname = True
        return {**arguments, "server_hostname": Role.SCHEDULER.value}


def for_app(bundle: Path) -> Security:
    """Return the settings by which an app speaks with a cluster on other machines. Raises `ClusterUnreachable`."""
    return _ToScheduler(**for_processes(checked(bundle)), tls_min_version=_VERSION)
