"""What a figure can be written as and how it can look; not in `figures`, which takes half a second to load."""

FORMATS = ("png", "svg", "html")
LIGHT, DARK = THEMES = ("light", "dark")
