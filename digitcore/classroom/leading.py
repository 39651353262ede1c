"""What the teacher alone does with a class that goes on. Each raises `NotAllowed` for anybody else."""

from digitcore.base.errors import NotAllowed
from digitcore.classroom.lesson import Drawn, Lesson, current
from digitcore.classroom.log import Entry
from digitcore.classroom.person import Person, Role
from digitcore.classroom.rights import Right, acting, why_not


def call_to_the_front(on: bool) -> None:
    """Pause everybody, so that all look to the front; or let them go on."""
    with acting(Right.LEAD, "called all eyes to the front" if on else "let everybody go on"):
        led().call(on)


def wipe_drawings() -> None:
    """Let every page of the class begin anew, with an empty canvas."""
    with acting(Right.LEAD, "cleared the class"):
        led().clear()


def let_share(number: int | None) -> None:
    """Let the class share its labelled drawings, kept under a number; with None, share them no longer."""
    with acting(Right.LEAD, "ended sharing digits" if number is None else "let the class share its digits"):
        led().share(number)


def drawings() -> dict[str, Drawn]:
    """Return what the visitors who are there have drawn last, by their ids in the order of their numbers."""
    found = led().drawings()
    return {by: found[by] for by in sorted(found, key=lambda by: (len(by), by))}


def show_to_all(by: str) -> None:
    """Note that a visitor's drawing is shown to the class from now on."""
    with acting(Right.LEAD, f"showed the class the drawing of {Person(by, Role.VISITOR).title}"):
        return


def what_was_done(count: int) -> list[Entry]:
    """Return the last entries of the class's log, the newest first."""
    return led().log.latest(count)


def led() -> Lesson:
    """Return the class that goes on, for its teacher."""
    lesson, refusal = current(), why_not(Right.LEAD)
    if lesson is None or refusal:
        raise NotAllowed(refusal or "There is no class: start one with “make class”.")
    return lesson
