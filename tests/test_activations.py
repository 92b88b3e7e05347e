"""Each nonlinearity against its formula in plain Python, and its derivative against the function."""

import math
import pickle

import numpy as np
import pytest

from lstm_ref import activations
from lstm_ref.activations import hard_sigmoid, identity, sigmoid, softmax, tanh

ALL = [one for one in vars(activations).values() if isinstance(one, activations.Activation)]
SMOOTH = [identity, tanh, sigmoid, softmax]
FORMULAS = {
    identity: lambda z: z,
    tanh: lambda z: (math.exp(z) - math.exp(-z)) / (math.exp(z) + math.exp(-z)),
    sigmoid: lambda z: 1 / (1 + math.exp(-z)),
    hard_sigmoid: lambda z: 0.0 if z < -2.5 else 1.0 if z > 2.5 else 0.2 * z + 0.5,
}

each = pytest.mark.parametrize("activation", ALL, ids=lambda activation: activation.name)


def scores(shape=(4, 3, 5), seed=0):
    return np.random.default_rng(seed).normal(scale=3, size=shape)


@pytest.mark.parametrize("activation", FORMULAS, ids=lambda activation: activation.name)
def test_an_activation_is_its_formula_element_by_element(activation):
    z = scores()
    expected = [FORMULAS[activation](value) for value in z.flat]
    np.testing.assert_allclose(activation(z).ravel(), expected, rtol=1e-13, atol=1e-15)


def test_softmax_is_its_formula_column_by_column():
    z = scores()
    for t, b in np.ndindex(4, 5):
        e = [math.exp(value) for value in z[t, :, b]]
        expected = [value / sum(e) for value in e]
        np.testing.assert_allclose(softmax(z)[t, :, b], expected, rtol=1e-13)


def test_softmax_does_not_see_a_number_added_to_a_whole_column():
    z = scores((3, 5))
    np.testing.assert_allclose(softmax(z + np.array([7.0, -20, 0, 3, 100])), softmax(z), rtol=1e-12)


def test_sigmoid_mirrors_about_one_half():
    z = scores()
    np.testing.assert_allclose(sigmoid(-z), 1 - sigmoid(z), rtol=1e-15, atol=1e-15)


@pytest.mark.parametrize("activation", SMOOTH, ids=lambda activation: activation.name)
def test_the_way_back_is_the_derivative_of_the_way_forward(activation):
    z, da = scores(seed=1), scores(seed=2)
    dz = activation.backward(activation(z), da)
    for place in np.ndindex(z.shape):
        moved = z.astype(complex)
        moved[place] += 1e-30j
        expected = (da * activation(moved)).sum().imag / 1e-30
        np.testing.assert_allclose(dz[place], expected, rtol=1e-10, atol=1e-13)


def test_the_way_back_through_hard_sigmoid_agrees_with_central_differences():
    z = np.array([[-4.0, -2.6, -2.4, -1, 0, 0.3, 2.4, 2.6, 7]])
    dz = hard_sigmoid.backward(hard_sigmoid(z), np.full(z.shape, 3.0))
    expected = 3 * (hard_sigmoid(z + 1e-6) - hard_sigmoid(z - 1e-6)) / 2e-6
    np.testing.assert_allclose(dz, expected, rtol=1e-8, atol=1e-12)


@each
def test_the_way_back_of_nothing_is_nothing(activation):
    z = scores()
    assert not activation.backward(activation(z), np.zeros(z.shape)).any()


@pytest.mark.parametrize(
    ("activation", "low", "high"),
    [(tanh, -1, 1), (sigmoid, 0, 1), (hard_sigmoid, 0, 1), (softmax, 0, 1)],
    ids=lambda value: getattr(value, "name", None),
)
def test_a_saturated_activation_reaches_its_limits(activation, low, high):
    assert activation(np.array([[-1e4], [1e4]])).tolist() == [[low], [high]]


@each
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_saturated_scores_pass_both_ways_with_finite_numbers(activation, dtype):
    z = np.array([[-1e4, 1e4, 1e4], [1e4, 1e4, -1e4]], dtype)
    a = activation(z)
    assert np.isfinite(a).all()
    assert np.isfinite(activation.backward(a, z)).all()


@pytest.mark.parametrize(
    "activation", [tanh, sigmoid, hard_sigmoid], ids=lambda activation: activation.name
)
def test_no_gradient_passes_a_saturated_activation(activation):
    z = np.array([[-1e4, 1e4]])
    assert not activation.backward(activation(z), np.ones(z.shape)).any()


@each
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_dtype_that_comes_in_goes_out(activation, dtype):
    z = scores().astype(dtype)
    a = activation(z)
    assert a.dtype == dtype
    assert activation.backward(a, z).dtype == dtype


@pytest.mark.parametrize("activation", SMOOTH, ids=lambda activation: activation.name)
@pytest.mark.parametrize("dtype", [np.complex64, np.complex128])
def test_complex_scores_stay_complex(activation, dtype):
    z = scores().astype(dtype)
    a = activation(z)
    assert a.dtype == dtype
    assert activation.backward(a, z).dtype == dtype


@each
def test_what_is_given_stays_as_it_is(activation):
    z, da = scores(seed=1), scores(seed=2)
    a = activation(z)
    before = z.copy(), a.copy(), da.copy()
    activation.backward(a, da)
    for array, copy in zip((z, a, da), before, strict=True):
        np.testing.assert_array_equal(array, copy)


@each
def test_an_activation_survives_pickling(activation):
    assert pickle.loads(pickle.dumps(activation)) == activation
