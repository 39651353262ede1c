"""Data: what the networks learn from."""

import streamlit as st

from digitcore.errors import BadDataset
from digitcore.ui import exploring
from digitcore.ui.entry import enter
from digitcore.ui.own_data import own_data
from digitcore.ui.tabs import sections

enter()
st.title("Data", anchor=False)
st.caption(
    "MNIST: handwritten digits collected by NIST, prepared by Y. LeCun, C. Cortes and C. J. C. Burges. CC BY-SA 3.0."
)
shows = {
    "In numbers": exploring.numbers,
    "Samples": exploring.samples,
    "Mean and variance": exploring.means,
    "Typical and odd": exploring.typical_and_odd,
    "Your own": own_data,
}
try:
    sections(shows, "data")
except BadDataset as error:
    st.error(str(error), icon=":material/error:")
