"""Ways in for those who don't draw: one of MNIST's test digits, or a picture of one's own."""

import numpy as np
import streamlit as st
from PIL import Image

from digitcore.base.errors import DigitcoreError
from digitcore.base.images import DIGITS
from digitcore.data.disputed import load_disputed
from digitcore.inference.classifier import DigitClassifier
from digitcore.preprocessing.pipeline import read_picture
from digitcore.ui.draw import session
from digitcore.ui.draw.canvas import SIDE
from digitcore.ui.draw.live_panel import look_at
from digitcore.ui.draw.session import NOTHING, Shown
from digitcore.ui.shared import notices
from digitcore.ui.shared.own.examples import own_examples
from digitcore.ui.shared.uploads import picture_uploader

LARGEST = 50  # MB; a phone's photo has 3 to 12
FILE_TYPES = ["png", "jpg", "jpeg", "webp", "gif", "bmp", "tif", "tiff"]


def test_digit_source(classifier: DigitClassifier) -> Shown:
    """Show one of MNIST's test digits with its label, and return what `classifier` reads."""
    position = session.test_digit()
    digits = session.test_digits()
    image, label = digits.images[position], int(digits.labels[position])
    shown = look_at(classifier, image)
    st.image(_enlarged(image), width=SIDE, alt=f"A handwritten {label}, 28 by 28 pixels")
    st.markdown(label_line(label, shown), help=f"Number {position:,} of the {len(digits):,} in MNIST's test set.")
    if vote := load_disputed().get(position):
        st.caption(f"A disputed label: {vote.in_words()}.")
    st.button("Another one", icon=":material/casino:", on_click=session.draw_test_digit, width=SIDE)
    _label_choice(label)
    return shown


def _label_choice(label: int) -> None:
    """Let a digit be chosen of which to show one, and another one after it."""
    if st.session_state.get(session.LABEL_KEY) not in (None, label):  # a link has led to another
        st.session_state[session.LABEL_KEY] = None
    st.pills("Show a …", range(DIGITS), key=session.LABEL_KEY, on_change=session.draw_test_digit, width=SIDE)


def label_line(label: int, shown: Shown) -> str:
    """Say what the digit is labelled and whether it was read so, in Markdown."""
    digit = shown.reading.digit if shown.reading else None
    if digit == label:
        return f"Labelled **{label}** :green-badge[:material/check: Read right]"
    mistake = "Not read as a digit" if digit is None else f"Read as {digit}"
    return f"Labelled **{label}** :red-badge[:material/close: {mistake}]"


def upload_source(classifier: DigitClassifier) -> Shown:
    """Take a picture, show it and return what `classifier` reads; what is wrong with a file is said in a sentence."""
    file = picture_uploader("A picture of one digit", "upload", FILE_TYPES, LARGEST, SIDE)
    if file is None:
        st.caption("A photo, a scan or a screenshot; dark on light or light on dark, of any size.")
        return NOTHING
    try:
        picture = read_picture(file.getvalue())
        shown = look_at(classifier, picture, own_examples(classifier))
    except DigitcoreError as error:
        notices.error(str(error), icon=":material/broken_image:")
        return NOTHING
    st.image(_fitting(picture), width="content", alt="Your picture")
    return shown


def _enlarged(image: np.ndarray) -> Image.Image:
    """Return `image`, uint8 (28, 28), with its pixels kept square, at least as large as it is shown."""
    return Image.fromarray(image).resize((28 * 24, 28 * 24), Image.Resampling.NEAREST)


def _fitting(picture: Image.Image) -> Image.Image:
    small = picture.convert("RGBA")
    small.thumbnail((SIDE, SIDE))
    return small
