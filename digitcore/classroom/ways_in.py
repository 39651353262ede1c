"""How others get to the app: the addresses of this machine in its network, and codes that phones read."""

import io
import socket
from collections.abc import Iterator
from ipaddress import ip_address

import psutil
import segno

_MODULE = 24  # px of the picture to each square of the code
_BORDER = 4  # squares around it, by its standard
_NOWHERE = ("192.0.2.1", 9)  # kept free for examples; nothing is sent there
JOIN_PATH = "/join"


def machine_addresses() -> list[str]:
    """Return the IPv4 addresses of this machine that others may reach, the one on its way outside first."""
    return list(dict.fromkeys((*_on_the_way_out(), *_of_all_cards())))


def _on_the_way_out() -> Iterator[str]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_NOWHERE)
        except OSError:  # no network
            return
        yield from filter(_is_reachable, [probe.getsockname()[0]])


def _of_all_cards() -> Iterator[str]:
    states = psutil.net_if_stats()
    for name, addresses in psutil.net_if_addrs().items():
        if name in states and states[name].isup:
            found = [each.address for each in addresses if each.family is socket.AF_INET]
            yield from filter(_is_reachable, found)


def _is_reachable(address: str) -> bool:
    found = ip_address(address)
    return not (found.is_loopback or found.is_link_local or found.is_unspecified)


def joining_address(address: str, code: str) -> str:
    """Return the address that joins a class, at once with a code; what is behind the # is in no log of a server."""
    return f"{address}{JOIN_PATH}{'#' if code else ''}{code}"


def png(address: str) -> bytes:
    """Return the QR code of an address as a PNG; of one that is too long for any, that of the page as it begins."""
    try:
        made = segno.make_qr(address, error="l")
    except segno.DataOverflowError:
        made = segno.make_qr(address.partition("?")[0], error="l")
    file = io.BytesIO()
    made.save(file, kind="png", scale=_MODULE, border=_BORDER)
    return file.getvalue()


def for_terminal(address: str) -> str:
    """Return the QR code of an address as lines for a terminal."""
    text = io.StringIO()
    segno.make_qr(address, error="l").terminal(text, compact=True, border=2)
    return text.getvalue()
