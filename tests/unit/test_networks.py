import pytest

from digitcore.base.settings import SHIPPED_FOLDER
from digitcore.networks import NETWORKS, Dense, Network
from digitcore.runs.store import RunStore


@pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)
def test_every_network_ends_in_ten_logits_and_stays_under_half_a_million_parameters(network: Network) -> None:
    assert network.layers[-1] == Dense(10)
    assert network.summary()[-1].output_shape == (10,)
    assert network.parameters < 500_000


@pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)
def test_layer_names_are_unique(network: Network) -> None:
    names = [name for name, _ in network.named_layers()]
    assert len(set(names)) == len(names)


def test_the_tutorial_cnn_has_the_shapes_that_courses_draw() -> None:
    shapes = [row.output_shape for row in NETWORKS["simple_cnn"].summary() if row.parameters or row.kind == "max_pool"]
    assert shapes == [(26, 26, 32), (13, 13, 32), (11, 11, 64), (5, 5, 64), (128,), (10,)]


def test_layers_are_numbered_within_their_kind_from_1() -> None:
    names = [name for name, _ in NETWORKS["tiny_cnn"].named_layers()]
    assert names == [
        *("conv_1", "relu_1", "conv_2", "max_pool_1", "batch_norm_1", "relu_2", "conv_3", "batch_norm_2", "relu_3"),
        *("conv_4", "max_pool_2", "batch_norm_3", "relu_4", "conv_5", "batch_norm_4", "relu_5", "average_pool_1"),
        "dense_1",
    ]


@pytest.mark.parametrize(
    ("name", "parameters"),
    [("dense", 101_770), ("simple_cnn", 225_034), ("fast_cnn", 80_682), ("tiny_cnn", 9_834), ("digitnet", 163_162)],
)
def test_a_network_has_as_many_parameters_as_its_shipped_run_says(name: str, parameters: int) -> None:
    assert RunStore(SHIPPED_FOLDER).get(name).parameters == NETWORKS[name].parameters == parameters
