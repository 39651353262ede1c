from pathlib import Path

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from digitcore.analysis.cache import ArrayCache
from digitcore.analysis.dataset_profile import Profile, _log_likelihood, extremes, random_positions, typicality
from digitcore.data.mnist import Dataset, load_mnist


def small(size: int = 2000) -> Dataset:
    test = load_mnist().test
    return Dataset("small", test.images[:size], test.labels[:size])


def test_the_profile_of_mnist_has_the_numbers_that_courses_quote() -> None:
    profile = Profile.of(load_mnist().train)
    assert (profile.size, profile.values) == (60_000, (0, 255))
    assert profile.mean / 255 == pytest.approx(0.1307, abs=5e-5)
    assert profile.deviation / 255 == pytest.approx(0.3081, abs=5e-5)
    assert profile.counts.tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert profile.histogram.sum() == 60_000 * 784


def test_mean_and_variance_pictures_are_those_of_each_digit() -> None:
    data = small()
    profile = Profile.of(data)
    for digit in (0, 7):
        pixels = data.images[data.labels == digit].astype(np.float64)
        assert np.allclose(profile.means[digit], pixels.mean(axis=0), atol=1e-3)
        assert np.allclose(profile.variances[digit], pixels.var(axis=0), rtol=1e-3, atol=1e-2)


def test_a_data_set_with_one_picture_or_none_has_a_profile_without_warnings() -> None:
    one = Profile.of(small(1))
    assert one.counts.sum() == 1
    assert np.isnan(one.means[0]).all()
    none = Profile.of(small(0))
    assert (none.size, none.values) == (0, (0, 0))
    assert np.isnan([none.mean, none.deviation, none.black]).all()


def test_typicality_orders_as_the_full_likelihood_of_the_same_model_does() -> None:
    # with few pixels all components are kept, and the model is a plain Gaussian, which SciPy knows
    pixels = (np.random.default_rng(0).normal(size=(400, 6)) * np.arange(1, 7)).astype(np.float32)
    exact = multivariate_normal(pixels.mean(axis=0), np.cov(pixels.T, bias=True)).logpdf(pixels)
    assert np.array_equal(np.argsort(_log_likelihood(pixels)), np.argsort(exact))


def test_a_picture_that_is_not_like_its_class_is_among_the_oddest() -> None:
    data = load_mnist().test
    images = data.images.copy()
    strange = int(np.flatnonzero(data.labels == 3)[5])
    images[strange] = images[strange].T[::-1]  # a 3 on its side
    turned = Dataset("turned", images, data.labels)
    scores = typicality(turned)
    assert strange in extremes(turned, scores, 3, 5, odd=True)
    assert strange not in extremes(turned, scores, 3, 50, odd=False)


def test_typicality_is_computed_once(tmp_path: Path) -> None:
    cache = ArrayCache(tmp_path)
    told: list[str] = []
    first = typicality(small(), cache, lambda _share, words: told.append(words))
    assert len(told) == 10
    again = typicality(small(), cache, lambda *_: pytest.fail("it was computed already"))
    assert np.array_equal(first, again)


@pytest.mark.parametrize("size", [0, 1, 2, 30])
def test_a_handful_of_pictures_has_a_typicality(size: int) -> None:
    assert np.isfinite(typicality(small(size))).all()


def test_a_handful_is_of_the_digit_asked_for_and_the_same_for_the_same_seed() -> None:
    data = small()
    chosen = random_positions(data, 4, 20, seed=1)
    assert (data.labels[chosen] == 4).all()
    assert np.array_equal(chosen, random_positions(data, 4, 20, seed=1))
    assert not np.array_equal(chosen, random_positions(data, 4, 20, seed=2))
    assert len(random_positions(data, None, 5000, seed=0)) == 2000
