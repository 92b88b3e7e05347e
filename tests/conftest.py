"""Settings for all tests, and what several of them share."""

import numpy as np
import pytest
from hypothesis import settings

from lstm_ref import lstm, network, rnn

# The same examples in every run, and nothing is timed.
# `pytest --hypothesis-profile explore` looks further.
settings.register_profile("fixed", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("explore", deadline=None, max_examples=1000, print_blob=True)
settings.load_profile("fixed")


@pytest.fixture(scope="session", params=[lstm, rnn], ids=["lstm", "rnn"])
def cell(request):
    """Each cell in turn."""
    return request.param


@pytest.fixture(scope="session")
def draw_layer():
    """Draw a layer's weights (biases too), sequences and an initial state: `T, D, H, B`, a seed."""

    def draw(cell, T=4, D=3, H=2, B=5, seed=0):
        rng = np.random.default_rng(seed)
        params = cell.Params(rng.normal(size=cell.Params.shape(D, H)))
        x = rng.normal(size=(T, D, B))
        return params, x, cell.State(*rng.normal(size=(len(cell.State._fields), H, B)))

    return draw


@pytest.fixture(scope="session")
def draw_network():
    """Draw a network with random biases too, sequences and an initial state of each layer."""

    def draw(cell, T=4, D=3, units=(2, 3), K=2, B=5, seed=0, **options):
        rng = np.random.default_rng(seed)
        net = network.init(rng, D, tuple(units), K, cell=cell, **options)
        net = net.with_theta(rng.normal(scale=0.7, size=net.theta.shape))
        fields = len(cell.State._fields)
        state = tuple(cell.State(*rng.normal(size=(fields, H, B))) for H in units)
        return net, rng.normal(size=(T, D, B)), state

    return draw


def _with_last(array, value):
    array = np.array(array, float)
    array.flat[-1] = value
    return array


SPOILS = {
    "wrong rank": (lambda a: a[None], ValueError, r"expected shape \(.+\), got \(1, "),
    "another size": (
        lambda a: np.concatenate([a, a], axis=-2),
        ValueError,
        r"expected shape \(.+\), got \(.+\)",
    ),
    "empty": (
        lambda a: a[..., :0],
        ValueError,
        r"expected (at least one number|shape \(.+\)), got .*\(.*0\)",
    ),
    "NaN": (lambda a: _with_last(a, np.nan), ValueError, r"expected finite numbers, got nan at"),
    "infinite": (lambda a: _with_last(a, -np.inf), ValueError, "expected finite numbers, got -inf"),
    "bool": (lambda a: a > 0, TypeError, "expected real (or complex )?numbers, got dtype bool"),
    "strings": (
        lambda a: a.astype(str),
        TypeError,
        "expected real (or complex )?numbers, got dtype <U",
    ),
    "objects": (lambda a: a.astype(object), TypeError, "expected real.* got dtype object"),
    "None": (lambda a: None, TypeError, "expected real (or complex )?numbers, got dtype object"),
    "ragged": (lambda a: [[1.0], [2.0, 3.0]], ValueError, "expected one rectangular array, got"),
}


@pytest.fixture(scope="session", params=SPOILS)
def spoil(request):
    """Spoil an array in each way in turn: `spoil(array)`, which `spoil.refused(name)` awaits."""
    change, error, message = SPOILS[request.param]

    def changed(array):
        return change(np.asarray(array))

    changed.refused = lambda name: pytest.raises(error, match=rf"^{name}: {message}")
    return changed
