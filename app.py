"""The entry, an ASGI app: `make app` starts it with uvicorn, and `streamlit run app.py` starts it, too."""

import streamlit as st

from digitcore.ui.server import SCRIPT, lifespan, middleware, routes

app = st.App(SCRIPT, routes=routes, middleware=middleware, lifespan=lifespan)
