"""The page's address as a code that phones read, large enough for the last row of a class."""

import io
from urllib.parse import urlencode, urlsplit

import segno
import streamlit as st

from digitcore.ui.shared import notices

_MODULE = 24  # px of the picture to each square of the code
_BORDER = 4  # squares around it, by its standard


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
        st.image(code(address), width="content", alt="QR code of the address below")
        st.code(address, language=None, wrap_lines=True)


def page_address() -> str:
    """Return the page's address as the visitor's browser has it, with all that was chosen."""
    state = urlencode([(key, value) for key in st.query_params for value in st.query_params.get_all(key)])
    return f"{st.context.url}?{state}" if state else str(st.context.url)


def why_unreachable(address: str) -> str | None:
    """Return why a phone can't open an address, and what to do about it, as a sentence; None if it may."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    if host not in ("localhost", "::1") and not host.startswith("127."):
        return None
    return (
        "Phones can't reach this address, which leads each machine to itself: start the app with “make app”, or "
        "uvicorn with “--host 0.0.0.0”, and open it here at this machine's own address, such as "
        f"http://192.168.1.20:{parts.port or 8501}."
    )


def code(address: str) -> bytes:
    """Return the QR code of an address as a PNG; of one that is too long for any, that of the page as it begins."""
    try:
        made = segno.make_qr(address, error="l")
    except segno.DataOverflowError:
        made = segno.make_qr(address.partition("?")[0], error="l")
    file = io.BytesIO()
    made.save(file, kind="png", scale=_MODULE, border=_BORDER)
    return file.getvalue()
