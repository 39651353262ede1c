"""What the environment decides. There is nothing else to set."""

import os
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import platformdirs

_PACKAGE = Path(__file__).parents[1]
_INSTALLED = (_PACKAGE / "models").is_dir()  # a wheel brings the shipped runs inside the package

SHIPPED_FOLDER = _PACKAGE / "models" if _INSTALLED else _PACKAGE.parent / "models"

CERTIFICATES = Path("cluster")  # of a cluster, where none are named


def runs_folder() -> Path:
    """Return where runs live: `DIGITCORE_MODELS`; without it models/, in the checkout or else in the user's data."""
    named = os.environ.get("DIGITCORE_MODELS")
    if named:
        return Path(named)
    return platformdirs.user_data_path("digitcore") / "models" if _INSTALLED else SHIPPED_FOLDER


def drawings_file() -> Path:
    """Return where labelled drawings are kept: `DIGITCORE_DRAWINGS`; without it a file beside the runs."""
    named = os.environ.get("DIGITCORE_DRAWINGS")
    return Path(named) if named else runs_folder() / ".handwriting" / "drawings.sqlite"  # the dot: no run


def experiments_folder() -> Path | None:
    """Return where experiments of one's own lie: `DIGITCORE_EXPERIMENTS`; None if there are only those of the app."""
    named = os.environ.get("DIGITCORE_EXPERIMENTS")
    return Path(named) if named else None


def scheduler_address() -> str | None:
    """Return the address of the Dask scheduler to train on: `DIGITCORE_SCHEDULER`, or None for a process of our own."""
    return os.environ.get("DIGITCORE_SCHEDULER") or None


def certificate_file() -> Path:
    """Return what the app shows to a cluster of other machines: `DIGITCORE_CERTIFICATE`; without it cluster/app.pem."""
    return Path(os.environ.get("DIGITCORE_CERTIFICATE") or CERTIFICATES / "app.pem")


def why_scheduler_refused() -> str | None:
    """Say why nothing is trained on the scheduler that is named; None if nothing speaks against it.

    Whoever reaches a Dask scheduler over plain TCP can run any code on it, on its workers and in the app. So it must be
    on this machine, or ask everybody for a certificate.
    """
    address = scheduler_address()
    if address is None or _is_guarded(address):
        return None
    return (
        f"DIGITCORE_SCHEDULER names {address}, and a Dask scheduler runs whatever anyone who reaches it sends: use one "
        "at tls://…, for which “python -m digitcore cluster init” makes certificates, or one at 127.0.0.1."
    )


def _is_guarded(address: str) -> bool:
    """Return whether only this machine, or who has a certificate, can reach an address."""
    try:
        parts = urlsplit(address if "://" in address else f"tcp://{address}")
        host = parts.hostname or ""
        return parts.scheme == "tls" or host == "localhost" or ip_address(host).is_loopback
    except ValueError:  # another name, which may lead anywhere
        return False
