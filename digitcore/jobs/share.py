"""What a training may be in a class, for whoever asks for it."""

from digitcore.base.errors import BadDataset, NotAllowed
from digitcore.classroom.rights import person_asking
from digitcore.classroom.share import LEAST_BATCH, MOST_DIGITS, beyond_share
from digitcore.data.mnist import MNIST
from digitcore.data.store import DataStore, own_part
from digitcore.runs.config import TrainingConfig
from digitcore.runs.tuning import MOST


def beyond_ones_share(config: TrainingConfig, library: DataStore) -> dict[str, str]:
    """Return which choices are more than the fair share of whoever asks, by name, with a sentence each.

    Nothing is, for a teacher and outside a class. Raises `NotAllowed` for somebody who hasn't joined it.
    """
    person = person_asking()
    if person is None or person.is_teacher:
        return {}
    digits = config.train_size or _all(config.data, library)
    network = config.architecture
    return beyond_share(config.epochs, digits, config.batch_size, network.parameters, network.products)


def check_share_of_tuning(config: TrainingConfig) -> None:
    """Raise `NotAllowed` where fine-tuning a network is more than the fair share of whoever asks."""
    person = person_asking()
    if person is not None and not person.is_teacher:
        network = config.architecture
        for sentence in beyond_share(1, MOST, LEAST_BATCH, network.parameters, network.products).values():
            raise NotAllowed(sentence)


def check_share(config: TrainingConfig, library: DataStore) -> None:
    """Raise `NotAllowed` where a training is more than the fair share of whoever asks."""
    for sentence in beyond_ones_share(config, library).values():
        raise NotAllowed(sentence)


def _all(choice: str, library: DataStore) -> int:
    """Return how many digits there are to learn from, those for validation among them."""
    own = own_part(choice)
    try:
        count = library.get(own).count if own else 0
    except BadDataset:  # removed since; said where it is asked for
        return 0
    return count if own == choice else count + MOST_DIGITS * (choice.startswith(MNIST))
