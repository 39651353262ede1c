"""What the pages are made of: the canvas and its live companion, the stages, what a browser session remembers.

The only part of `digitcore` that imports Streamlit.
"""
