"""Data: what the networks learn from."""

import streamlit as st

from digitcore.base.errors import BadDataset
from digitcore.ui.data import mnist
from digitcore.ui.data.forms import forms
from digitcore.ui.data.own import own_data
from digitcore.ui.shared import notices
from digitcore.ui.shared.tabs import sections

st.title("Data", anchor=False)
st.caption(
    "MNIST: handwritten digits collected by NIST, prepared by Y. LeCun, C. Cortes and C. J. C. Burges. CC BY-SA 3.0."
)
shows = {
    "In numbers": mnist.numbers,
    "Samples": mnist.samples,
    "Mean and variance": mnist.means,
    "Typical and odd": mnist.typical_and_odd,
    "Around the world": forms,
    "Your own": own_data,
}
try:
    sections(shows, "data-tab")
except BadDataset as error:
    notices.error(str(error))
