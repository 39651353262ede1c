"""What the pages are made of: a folder a page, `shared/` for what several use, `frontend/` for what the browser runs.

Rests on everything but `api` and `cli`; a page's folder imports only `shared`. With `app.py` and `pages/` the only room
with Streamlit.
"""
