"""Networks of one's own, as words: what they stand for, and what is said of those that can't be."""

import pytest

from digitcore.base.errors import BadConfig
from digitcore.networks import NETWORKS, BatchNorm, Conv, Dense, Dropout, Flatten, MaxPool, Relu
from digitcore.runs.config import TrainingConfig
from digitcore.runs.own_network import START, own_network, parsed, rows_of, written


def test_words_are_layers_and_layers_are_words() -> None:
    layers = parsed("Conv16k5s2, norm relu pool conv8same flatten dense64 dropout0.5")
    assert layers == (
        *(Conv(16, 5, 2, bias=False), BatchNorm(), Relu(), MaxPool(), Conv(8, same=True)),
        *(Flatten(), Dense(64), Dropout(0.5)),
    )
    assert written(layers) == "conv16k5s2 norm relu pool conv8same flatten dense64 dropout0.5"


@pytest.mark.parametrize("name", ["simple_cnn", "fast_cnn", "dense", "linear"])
def test_a_network_of_ours_can_be_written_and_read_as_ones_own(name: str) -> None:
    ours = NETWORKS[name]
    assert own_network(written(ours.layers[:-1])).layers == ours.layers


def test_what_a_page_begins_with_is_a_network() -> None:
    config = TrainingConfig(network="own", layers=START)
    assert config.architecture.layers[-1] == Dense(10)
    assert config.architecture.parameters < 20_000


def test_a_config_keeps_layers_in_one_way_of_writing_and_comes_back_from_json_and_from_options() -> None:
    config = TrainingConfig(network="own", layers=" Conv8,  relu flatten ")
    assert config.layers == "conv8 relu flatten"
    assert TrainingConfig.from_json(config.to_json()) == config
    assert "--layers 'conv8 relu flatten'" in config.to_options()


@pytest.mark.parametrize(
    ("layers", "sentence"),
    [
        ("", "has 1 to 12 layers; this has none."),
        (" ".join(["relu"] * 13), "has 1 to 12 layers; this has 13."),
        ("conv8 flatten lstm5", "Layer 3, 'lstm5', is no layer; there are, for example, conv32,"),
        ("conv flatten", "Layer 1, 'conv', can't be written so"),
        ("relu5 flatten", "Layer 1, 'relu5', can't be written so"),
        ("flatten dense", "Layer 2, 'dense', needs a number for its units"),
        ("flatten dropout", "Layer 2, 'dropout', needs a number for its rate"),
        ("conv999 flatten", "Layer 1: its filters must be 1 to 256; 999 is not."),
        ("conv8.5 flatten", "Layer 1: its filters must be 1 to 256; 8.5 is not."),
        ("conv8k9 flatten", "Layer 1: its kernel must be 1 to 7; 9 is not."),
        ("flatten dropout2", "Layer 2: its rate must be 0.05 to 0.9; 2 is not."),
        ("conv8s2same flatten", "Layer 1 can't keep the picture's size and have a stride of 2."),
        ("conv8 dense64", "Layer 2, dense, needs its numbers in one row: put Flatten or a global average before it."),
        (
            "flatten conv8",
            "Layer 2, a convolution of 3×3, needs a picture, and here the numbers lie",
        ),
        ("pool pool pool pool pool flatten", "Layer 5, max pooling, needs 2×2 pixels: only 1×1 are left here."),
        ("pool pool pool conv8k5 flatten", "Layer 4, a convolution of 5×5, does not fit: only 3×3 pixels are left"),
        ("conv8 relu", "The ten outputs need their numbers in one row: end with Flatten or a global average."),
        ("flatten dense1024", "It has 814,090 parameters, and 500,000 are the most"),
    ],
)
def test_what_is_no_network_is_refused_in_plain_words(layers: str, sentence: str) -> None:
    with pytest.raises(BadConfig) as refused:
        TrainingConfig(network="own", layers=layers)
    assert sentence in str(refused.value)


def test_layers_for_a_network_that_has_its_own_are_refused() -> None:
    with pytest.raises(BadConfig, match="need the network 'own'"):
        TrainingConfig(network="dense", layers="flatten")


def test_rows_have_shapes_up_to_the_layer_that_does_not_fit() -> None:
    rows = rows_of(parsed("conv8 pool flatten pool dense5"))
    assert [row.shape for row in rows] == [(26, 26, 8), (13, 13, 8), (1352,), None, None, None]
    assert [row.parameters for row in rows] == [80, 0, 0, 0, 0, 0]
