"""A training as the plain Keras program that a student would write: TensorFlow and NumPy, and nothing of ours."""

import ast
from collections.abc import Iterator
from pathlib import Path

from digitcore.base.text import count, percent
from digitcore.code.layers import layer_lines
from digitcore.data.placing import ANYWHERE, CENTRED
from digitcore.data.splits import BY_WRITER
from digitcore.data.store import own_part
from digitcore.data.writers import ALL_WRITERS, GROUPS
from digitcore.runs.config import TrainingConfig
from digitcore.runs.training_part import digits_of
from digitcore.training import schedules

FILE_NAME = "digits.py"
ABOUT = (  # in Markdown
    "Plain Keras: it needs `tensorflow` and `numpy`, and nothing of this app. Its random numbers are others, so its "
    "figures differ by chance. If it leaves anything out, its first lines say so."
)
_AUGMENTATION = Path(__file__).parents[1] / "training" / "augmentation.py"


def program(config: TrainingConfig) -> str:
    """Return the program of a training: it reads MNIST, builds the network, trains it and prints how well it reads.

    It makes the same choices with other random numbers, so its figures differ from ours by chance. What it leaves out,
    its first lines say.
    """
    sections = (_head, _imports, _data, _part, _digits, _pictures, _distortions, _model, _training, _evaluation)
    return "".join(f"{line}\n" for section in sections for line in section(config))


def _head(config: TrainingConfig) -> Iterator[str]:
    yield f'"""{config.architecture.title} on handwritten digits, as a plain Keras program."""'
    yield ""
    for note in _left_out(config):
        yield f"# {note}"
    if any(_left_out(config)):
        yield ""


def _left_out(config: TrainingConfig) -> Iterator[str]:
    """Yield what the program does without, a line each."""
    if config.augmentation:
        yield "Left out: a few painted digits that Digit studio mixes in, as hands write them that MNIST hardly has."
    if config.non_digits:
        yield "Left out: painted drawings that are no digits, from which Digit studio learns what to reject."
    if config.wider_epochs:
        more = count(config.wider_epochs, "epoch")
        yield f"Left out: {more} more, in which Digit studio spoils some pictures; it then averages its weights."
    if config.test_time_augmentation:
        yield "Left out: Digit studio reads digits it is unsure of again, turned a little, smaller and larger."


def _imports(config: TrainingConfig) -> Iterator[str]:
    if config.augmentation:
        yield "from dataclasses import dataclass, fields"
    yield "from pathlib import Path"
    if config.augmentation:
        yield "from typing import Self"
    yield ""
    yield "import keras"
    yield "import numpy as np"
    if config.augmentation:
        yield "import tensorflow as tf"
    yield "from keras import layers"
    yield ""
    yield f"keras.utils.set_random_seed({config.seed})"
    yield f"rng = np.random.default_rng({config.seed})"
    yield ""


def _data(config: TrainingConfig) -> Iterator[str]:
    yield "# The data: pictures are uint8 (N, 28, 28), white on black; labels are 0 to 9."
    yield 'if Path("mnist.npz").exists():  # without a connection: a copy of digitcore/data/mnist.npz'
    yield '    with np.load("mnist.npz") as mnist:'
    yield '        x_train, y_train = mnist["train_images"], mnist["train_labels"]'
    yield '        x_test, y_test = mnist["test_images"], mnist["test_labels"]'
    yield "else:"
    yield "    (x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()"
    yield from _own_data(config)
    yield ""


def _own_data(config: TrainingConfig) -> Iterator[str]:
    own = own_part(config.data)
    if own is None:
        return
    yield f'with np.load("{own}.npz") as own:  # your own digits: a copy of .data/{own}/digits.npz in the runs\' folder'
    if own == config.data:
        yield '    x_train, y_train = own["images"], own["labels"]'
    else:
        yield '    x_train = np.concatenate([x_train, own["images"]])'
        yield '    y_train = np.concatenate([y_train, own["labels"]])'


def _part(config: TrainingConfig) -> Iterator[str]:
    yield f"# {_share(config.validation_share)} are held out, to choose the best epoch by."
    if config.split == BY_WRITER:
        yield from _held_out_writers(config)
    else:
        yield "order = rng.permutation(len(x_train))"
        yield f"held_out, learned = np.split(order, [round({config.validation_share:g} * len(order))])"
    if config.writers != ALL_WRITERS:
        yield 'with np.load("mnist_writers.npz") as writers:  # a copy of digitcore/data/mnist_writers.npz'
        partitions = list(GROUPS[config.writers])
        yield f'    learned = learned[np.isin(writers["train_partition"][learned], {partitions})]  # {config.writers}'
    if config.train_size is not None:
        yield f"learned = learned[:{config.train_size}]"
    yield "x_val, y_val = x_train[held_out], y_train[held_out]"
    yield "x_train, y_train = x_train[learned], y_train[learned]"
    yield ""


def _held_out_writers(config: TrainingConfig) -> Iterator[str]:
    yield 'people = np.load("mnist_writers.npz")["train_writer"]  # a copy of digitcore/data/mnist_writers.npz'
    yield "writers = rng.permutation(np.unique(people))"
    yield "digits = np.cumsum([np.sum(people == writer) for writer in writers])"
    yield f"strangers = np.isin(people, writers[digits <= {config.validation_share:g} * len(people)])"
    yield "held_out, learned = np.flatnonzero(strangers), rng.permutation(np.flatnonzero(~strangers))"


def _digits(config: TrainingConfig) -> Iterator[str]:
    if config.left_out:
        yield f"known = ~np.isin(y_train, {digits_of(config.left_out)})  # learns nothing of these"
        yield "x_train, y_train = x_train[known], y_train[known]"
        yield ""
    if config.rare:
        yield f"for digit in {digits_of(config.rare)}:  # of which {_share(config.rare_share)} are kept"
        yield "    members = np.flatnonzero(y_train == digit)"
        yield f"    dropped = members[int(np.ceil({config.rare_share:g} * len(members))) :]"
        yield "    x_train, y_train = np.delete(x_train, dropped, axis=0), np.delete(y_train, dropped)"
        yield ""
    if config.shuffled_labels:
        yield f"# {_share(config.shuffled_labels)} of the labels are replaced at random."
        yield f"drawn = rng.permutation(len(y_train))[: round({config.shuffled_labels:g} * len(y_train))]"
        yield "y_train[drawn] = rng.choice(np.unique(y_train), len(drawn))"
        yield ""


def _pictures(config: TrainingConfig) -> Iterator[str]:
    if config.placement != CENTRED:
        yield from _moved(config)
        yield ""
    yield "# Grey levels from 0 to 1, with one channel: float32 (N, 28, 28, 1)."
    yield 'x_train, x_val, x_test = (x[..., np.newaxis].astype("float32") / 255 for x in (x_train, x_val, x_test))'
    if _one_hot(config):
        yield "y_train, y_val, y_test = (keras.utils.to_categorical(y, 10) for y in (y_train, y_val, y_test))"
    yield ""


def _moved(config: TrainingConfig) -> Iterator[str]:
    anywhere = config.placement == ANYWHERE
    yield f"for image in x_train:  # moved {'to a random place' if anywhere else 'as far up and left as it goes'}"
    yield "    rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))"
    if anywhere:
        yield "    down, right = rng.integers(-rows[0], 28 - rows[-1]), rng.integers(-columns[0], 28 - columns[-1])"
    else:
        yield "    down, right = -rows[0], -columns[0]"
    yield "    image[:] = np.roll(image, (down, right), axis=(0, 1))"


def _distortions(config: TrainingConfig) -> Iterator[str]:
    if not config.augmentation:
        return
    yield f"steps = {config.epochs - config.wider_epochs} * int(np.ceil(len(x_train) / {config.batch_size}))"
    yield "SIDE = 28"
    yield ""
    yield ""
    yield augmentation_source()
    yield ""
    yield ""
    yield "class Distort(layers.Layer):"
    yield '    """Distorts every digit in its own way while the network learns; lets them through when it reads."""'
    yield ""
    yield "    def build(self, shape):"
    yield '        self.step = self.add_weight(shape=(), dtype="int32", initializer="zeros", trainable=False)'
    yield ""
    yield "    def call(self, images, training=False):"
    yield "        if not training:"
    yield "            return images"
    yield "        left = 1 - tf.cast(self.step, tf.float32) / steps"
    easing = f"{schedules.MILDEST:g} + {1 - schedules.MILDEST:g} * left / {schedules.EASING:g}"
    yield f"        strength = {config.distortion:g} * tf.minimum(1.0, {easing})  # it eases off in the end"
    yield f"        distorted = augment(images, tf.stack([{config.seed}, self.step.value]), Bounds().times(strength))"
    yield "        self.step.assign_add(1)"
    yield "        return distorted"
    yield ""
    yield ""


def augmentation_source() -> str:
    """Return our own distortions as source text, without the module's imports: the program does just the same."""
    text = _AUGMENTATION.read_text(encoding="utf-8")
    imports = [node for node in ast.parse(text).body if isinstance(node, ast.Import | ast.ImportFrom)]
    lines = text.splitlines()[max(node.end_lineno or 0 for node in imports) :]
    return "\n".join(lines).strip()


def _model(config: TrainingConfig) -> Iterator[str]:
    yield "# The network: from a picture to ten logits, of which the loss takes the softmax."
    yield "model = keras.Sequential("
    yield "    ["
    yield "        keras.Input((28, 28, 1)),"
    if config.augmentation:
        yield "        Distort(),"
    yield from (f"        {line}," for line in layer_lines(config.architecture))
    yield "    ]"
    yield ")"
    yield "model.summary()"
    yield ""


def _training(config: TrainingConfig) -> Iterator[str]:
    rate = f"{config.learning_rate:g}"
    if config.schedule != "constant":
        if not config.augmentation:
            yield f"steps = {config.epochs - config.wider_epochs} * int(np.ceil(len(x_train) / {config.batch_size}))"
        yield f"rate = {_schedule(config)}"
        rate = "rate"
    yield "model.compile("
    yield f"    optimizer=keras.optimizers.{_optimizer(config, rate)},"
    yield f"    loss=keras.losses.{_loss(config)},"
    yield '    metrics=["accuracy"],'
    yield "    jit_compile=False,  # compiling takes longer than it saves on a processor"
    yield ")"
    yield "best = keras.callbacks.ModelCheckpoint("
    yield '    "best.weights.h5", monitor="val_accuracy", save_best_only=True, save_weights_only=True'
    yield ")"
    yield "model.fit("
    yield "    x_train,"
    yield "    y_train,"
    yield f"    batch_size={config.batch_size},"
    yield f"    epochs={config.epochs - config.wider_epochs},"
    yield "    validation_data=(x_val, y_val),"
    yield "    callbacks=[best],"
    yield "    verbose=2,"
    yield ")"
    yield ""


def _schedule(config: TrainingConfig) -> str:
    if config.schedule == "cosine":
        falls = f"{config.learning_rate:g}, steps, alpha={schedules.END:g}"
        return f"keras.optimizers.schedules.CosineDecay({falls})"
    start, climb = schedules.START * config.learning_rate, schedules.WARM_UP
    return (
        "keras.optimizers.schedules.CosineDecay(  # climbs in a line, then falls by half a cosine\n"
        f"    {start:g},\n"
        f"    decay_steps=round({1 - climb:g} * steps),\n"
        f"    alpha={schedules.END:g},\n"
        f"    warmup_target={config.learning_rate:g},\n"
        f"    warmup_steps=round({climb:g} * steps),\n"
        ")"
    )


def _optimizer(config: TrainingConfig, rate: str) -> str:
    if config.optimizer == "adamw":
        return f"AdamW({rate}, weight_decay={config.weight_decay:g})"
    return f"Adam({rate})"


def _loss(config: TrainingConfig) -> str:
    if not _one_hot(config):
        return "SparseCategoricalCrossentropy(from_logits=True)"
    smoothing = f", label_smoothing={config.label_smoothing:g}" if config.label_smoothing else ""
    return f"CategoricalCrossentropy(from_logits=True{smoothing})"


def _one_hot(config: TrainingConfig) -> bool:
    return bool(config.label_smoothing) or config.loss == "categorical_crossentropy"


def _evaluation(config: TrainingConfig) -> Iterator[str]:  # noqa: ARG001 - all sections are asked alike
    yield "# How well the best epoch's weights read."
    yield 'model.load_weights("best.weights.h5")'
    yield 'for part, x, y in (("validation", x_val, y_val), ("test", x_test, y_test)):'
    yield "    loss, accuracy = model.evaluate(x, y, verbose=0)"
    yield '    print(f"{part}: {accuracy:.2%} right, loss {loss:.4f}")'


def _share(share: float) -> str:
    return percent(share, 0) if round(100 * share, 6) == round(100 * share) else percent(share, 1)
