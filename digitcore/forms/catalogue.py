"""The list of forms: what each looks like and where it is written so."""

from dataclasses import dataclass

from digitcore.forms import lower, upper
from digitcore.training.synthetic.strokes import Artist

SOURCES = (
    "Where a form is written was gathered from Wikipedia's “Regional handwriting variation”, V. Mair's “Why Chinese "
    "write ‘9’ backwards” (Language Log), Brigham Young University's tutorial on German script and teachers' notes on "
    "how German schools introduce 1 and 7. Hands don't stop at borders: it says where a form is taught or common, not "
    "that everybody there writes so."
)


@dataclass(frozen=True)
class Form:
    """One way to write a digit: `name` goes on where the digit stands, "0 with a slash"; `where` it is written so."""

    digit: int
    name: str
    where: str
    artist: Artist

    @property
    def title(self) -> str:
        return f"{self.digit} {self.name}"


_EVERYWHERE = "everywhere"

FORMS = (
    Form(0, "plain", _EVERYWHERE, lower.zero),
    Form(0, "with a slash", "by programmers and technicians; not where Ø is a letter", lower.slashed_zero),
    Form(0, "with a slash the other way", "where a slash would make an Ø of it", lower.back_slashed_zero),
    Form(0, "with a dot", "Denmark and Norway, where Ø is a letter", lower.dotted_zero),
    Form(0, "with an upright bar", "now and then in Germany", lower.upright_barred_zero),
    Form(0, "with a tick", "in technical writing, at the upper right alone", lower.ticked_zero),
    Form(0, "with a loop on top", "in joined-up hands", lower.looped_zero),
    Form(1, "as a bare line", "North America and much of Asia", lower.bare_one),
    Form(1, "with a short flag", "in schools of many countries", lower.flagged_one),
    Form(1, "with a long upstroke", "Germany, France and much of continental Europe", lower.upstroke_one),
    Form(1, "with flag and foot", "Britain, North America and beyond, to be clear", lower.footed_one),
    Form(2, "with a plain foot", _EVERYWHERE, lower.two),
    Form(2, "with a loop", "older hands in the United States, Germany and Austria", lower.looped_two),
    Form(2, "with a wavy foot", "German script and hands that grew up with it", lower.wavy_two),
    Form(2, "like a Z", "quick hands everywhere", lower.angular_two),
    Form(3, "with two bows", _EVERYWHERE, lower.three),
    Form(3, "with a flat top", "where nobody is to make an 8 of it", lower.flat_three),
    Form(3, "with a loop between", "German script and hands that grew up with it", lower.looped_three),
    Form(4, "open", "taught in many countries", lower.open_four),
    Form(4, "closed", "as in print; common in North America", lower.closed_four),
    Form(4, "like a flash of lightning", "now and then in Germany, in one stroke", lower.lightning_four),
    Form(4, "in one stroke, with a loop", "quick hands everywhere", lower.looped_four),
    Form(5, "in two strokes", _EVERYWHERE, upper.five),
    Form(5, "in one stroke", "quick hands everywhere", upper.one_stroke_five),
    Form(5, "with its roof apart", "quick hands everywhere", upper.roof_apart_five),
    Form(5, "with a tall stem", "Taiwan", upper.tall_five),
    Form(6, "with a curved tail", _EVERYWHERE, upper.six),
    Form(6, "with a long straight tail", "common in continental Europe", upper.straight_six),
    Form(6, "with a curled tail", "in round school hands", upper.curled_six),
    Form(7, "plain", "North America and Britain", upper.seven),
    Form(7, "with a bar", "Germany, France and much of continental Europe", upper.barred_seven),
    Form(7, "with a hook", "China, Japan and Korea", upper.hooked_seven),
    Form(7, "with hook, wave and bar", "copperplate, and hands that grew up with it", upper.wavy_seven),
    Form(8, "in one stroke", _EVERYWHERE, upper.eight),
    Form(8, "from two circles", "children, and whoever learned it so", upper.two_circle_eight),
    Form(8, "open at the top", "quick hands everywhere", upper.open_eight),
    Form(9, "with a straight stem", "North America, Britain and beyond", upper.straight_nine),
    Form(9, "with a curved tail", _EVERYWHERE, upper.curved_nine),
    Form(9, "like a g", "Russia, and other parts of Europe", upper.g_nine),
    Form(9, "like a balloon", "China, southern Taiwan and South Korea", upper.balloon_nine),
)
