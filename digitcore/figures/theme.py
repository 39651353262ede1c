"""The colours of the figures, on a light and on a dark page. Chosen so that colour-blind people can tell them apart."""

from dataclasses import dataclass

FONT = '"Source Sans", "Source Sans 3", "Source Sans Pro", system-ui, sans-serif'


@dataclass(frozen=True)
class Theme:
    """Colours as "#rrggbb". `series` are for runs laid over each other, `digits` for the ten digits."""

    name: str
    paper: str
    ink: str
    quiet: str  # axes' numbers and whatever explains
    grid: str
    right: str
    wrong: str
    series: tuple[str, ...]
    digits: tuple[str, ...]


# searched for: of all colours that stand out from the paper, those whose nearest two lie furthest apart in CIELAB as
# the usual, the protan, the deutan and the tritan eye see them; a test holds them to it
LIGHT = Theme(
    name="light",
    paper="#fbfaf7",
    ink="#1f2428",
    quiet="#5b636a",
    grid="#e3dfd6",
    right="#0b7285",
    wrong="#c2410c",
    series=("#0b7285", "#c2410c", "#9d1fe0", "#511414", "#16075e"),
    digits=(
        *("#1e1451", "#137feb", "#895a42", "#6528a3", "#5b13eb"),
        *("#51141e", "#074f5e", "#8d360b", "#d65bad", "#eb5b13"),
    ),
)
DARK = Theme(
    name="dark",
    paper="#12161b",
    ink="#e8e6e1",
    quiet="#a9b0b6",
    grid="#2a3138",
    right="#3bb8c9",
    wrong="#ff8a4c",
    series=("#3bb8c9", "#ff8a4c", "#9842ef", "#e5fbcf", "#eb135b"),
    digits=(
        *("#7c42ef", "#71f3dd", "#ac5261", "#eba313", "#f3f371"),
        *("#eb1313", "#52ac52", "#adeaad", "#e8a0f7", "#8e52ac"),
    ),
)
THEMES = {theme.name: theme for theme in (LIGHT, DARK)}


def channels(colour: str) -> tuple[int, int, int]:
    """Return red, green and blue, 0 to 255, of "#rrggbb"."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return red, green, blue


def mix(first: str, second: str, share: float) -> str:
    """Return the colour a `share`, in [0, 1], of the way from `first` to `second`, as Plotly's colour scales do."""
    pairs = zip(channels(first), channels(second), strict=True)
    return "#" + "".join(f"{round(start + share * (end - start)):02x}" for start, end in pairs)


def contrast(first: str, second: str) -> float:
    """Return the contrast of two colours, 1 to 21, as the Web Content Accessibility Guidelines (2.2) define it."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def readable_on(colour: str) -> str:
    """Return black or white, whichever stands out more from `colour`: by 4.5 at least, as small text needs."""
    return max("#000000", "#ffffff", key=lambda text: contrast(text, colour))


def _luminance(colour: str) -> float:
    shares = [channel / 255 for channel in channels(colour)]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
