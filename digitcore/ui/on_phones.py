"""The page's address as a code that phones read, large enough for the last row of a class."""

from urllib.parse import urlencode, urlsplit, urlunsplit

import streamlit as st

from digitcore.classroom.lesson import current
from digitcore.classroom.ways_in import png
from digitcore.ui.shared import notices


def phones_button() -> None:
    """Show a button that shows the page's address as a code."""
    if st.button("Show on phones", key="on-phones", icon=":material/qr_code_2:", type="tertiary"):
        _show()


@st.dialog("Open this page on your phone", width="large")
def _show() -> None:
    address = page_address()
    if sentence := why_unreachable(address):
        notices.info(sentence, icon=":material/phonelink_off:")
        return
    with st.container(key="phones-code", horizontal_alignment="center"):
        st.image(png(address), width="content", alt="QR code of the address below")
        st.code(address, language=None, wrap_lines=True)


def page_address() -> str:
    """Return the page's address as the visitor's browser has it, with all that was chosen."""
    state = urlencode([(key, value) for key in st.query_params for value in st.query_params.get_all(key)])
    address = f"{st.context.url}?{state}" if state else str(st.context.url)
    lesson = current()
    return in_the_network(address, lesson.opening.addresses[0]) if lesson else address


def in_the_network(address: str, base: str) -> str:
    """Return an address that leads each machine to itself as others have it, at `base`; another one as it is."""
    if why_unreachable(address) is None:
        return address
    return urlunsplit((*urlsplit(base)[:2], *urlsplit(address)[2:]))


def why_unreachable(address: str) -> str | None:
    """Return why a phone can't open an address, and what to do about it, as a sentence; None if it may."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    if host not in ("localhost", "::1") and not host.startswith("127."):
        return None
    return (
        "Phones can't reach this address, which leads each machine to itself: start the app with “make class”, and "
        f"open it here at this machine's own address, such as http://192.168.1.20:{parts.port or 8501}."
    )
