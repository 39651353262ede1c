"""Several digits at once: a picture or strokes to a line of digits, each with its place, and a page to its lines.

The ink is taken apart into pieces, wherever digits might touch; of all ways to group the pieces the one is taken whose
groups read best. Rests on `inference`.
"""

from digitcore.segmentation.line import Digit, Line
from digitcore.segmentation.page import goes_on, read_box, read_page
from digitcore.segmentation.reading import read_line
from digitcore.segmentation.strokes import read_strokes

__all__ = ["Digit", "Line", "goes_on", "read_box", "read_line", "read_page", "read_strokes"]
