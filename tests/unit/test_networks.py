import pytest

from digitcore.networks import NETWORKS, Dense, Network


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
