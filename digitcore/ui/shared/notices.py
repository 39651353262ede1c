"""Text on a page that somebody else has written: names of runs and files, and sentences in which they stand."""

import re

import streamlit as st

_JOINER = "\u2060"  # has no width, and allows no line to end there
_SIGNS = re.compile(r"[\\`*_\[\]<>$~&#]|:(?=\S)|^[+=-]")
_LIST = re.compile(r"^(\d{1,9})(?=[.)])")
# what Streamlit replaces when Markdown's own signs have been dealt with, so that no backslash helps: addresses become
# links, :material/…: an icon, -> an arrow; each is broken up between its first and its second part
_REPLACED = re.compile(r"(?<=:)(?=\S)|(?=@)|(?<=www)(?=\.)|(?<=[-<>~])(?=\\?[-=>])", re.IGNORECASE)


def plain_markdown(text: str) -> str:
    """Return a line of text so that Streamlit's Markdown shows it as it is: people name runs and files as they like."""
    escaped = _SIGNS.sub(lambda sign: f"\\{sign.group()}", " ".join(text.split()))
    return _REPLACED.sub(_JOINER, _LIST.sub(r"\1\\", escaped))


def error(sentence: str, icon: str = ":material/error:") -> None:
    """Say what went wrong, and what to do about it."""
    st.error(plain_markdown(sentence), icon=icon)


def warning(sentence: str, icon: str = ":material/warning:") -> None:
    """Say what is wrong, though the page works without it."""
    st.warning(plain_markdown(sentence), icon=icon)


def info(sentence: str, icon: str | None = None) -> None:
    """Say how things are."""
    st.info(plain_markdown(sentence), icon=icon)


def done(sentence: str) -> None:
    """Say for a moment that something was done."""
    st.toast(plain_markdown(sentence), icon=":material/check:")


def not_done(sentence: str) -> None:
    """Say for a moment why something could not be done."""
    st.toast(plain_markdown(sentence), icon=":material/error:")
