"""A visitor's fair share of the machine that trains for the whole class."""

from digitcore.base.errors import NotAllowed
from digitcore.classroom.person import Person

MOST_EPOCHS = 10
MOST_DIGITS = 60_000  # in an epoch
LEAST_BATCH = 32  # smaller ones make an epoch several times as long
MOST_PARAMETERS = 250_000
MOST_PRODUCTS = 10_000_000  # for one digit; convolutions of few parameters can take as long as a thousand dense layers
MOST_WAITING = 60  # trainings in the queue, all together
_TEACHER = "the teacher can train more"


def beyond_share(epochs: int, digits: int, batch_size: int, parameters: int, products: int) -> dict[str, str]:
    """Return which choices of a training are more than a visitor's share, by name, with a sentence each."""
    bounds = (
        ("epochs", epochs > MOST_EPOCHS, f"In a class, up to {MOST_EPOCHS} epochs are everybody's share"),
        ("train_size", digits > MOST_DIGITS, f"In a class, up to {MOST_DIGITS:,} digits are everybody's share"),
        ("batch_size", batch_size < LEAST_BATCH, f"In a class, a batch has at least {LEAST_BATCH} digits"),
        ("network", parameters > MOST_PARAMETERS, f"In a class, up to {MOST_PARAMETERS:,} parameters are everybody's"),
        (
            "network",
            products > MOST_PRODUCTS,
            f"In a class, up to {MOST_PRODUCTS // 10**6} million multiplications a digit are everybody's: pool sooner",
        ),
    )
    return {name: f"{sentence}; {_TEACHER}." for name, beyond, sentence in bounds if beyond}


def check_queue(person: Person | None, owners: list[str]) -> None:
    """Raise `NotAllowed` where a visitor's next training is one too many; `owners` are those of all under way."""
    if person is None or person.is_teacher:
        return
    if person.id in owners:
        raise NotAllowed("One training each at a time: yours is still waiting or running. Let it end, or stop it.")
    if len(owners) >= MOST_WAITING:
        raise NotAllowed("The queue is full: try again when some trainings have ended.")
