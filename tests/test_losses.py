"""The losses against numbers on paper, at the edge of overflow, and through every head."""

import math

import numpy as np
import pytest

from lstm_ref.activations import Activation, hard_sigmoid, identity, sigmoid, softmax, tanh
from lstm_ref.losses import cross_entropy, mean_squared_error

HEADS = [identity, tanh, sigmoid, softmax]
each_loss = pytest.mark.parametrize("loss", [mean_squared_error, cross_entropy])
each_head = pytest.mark.parametrize("head", HEADS, ids=lambda head: head.name)


def draw(loss, shape=(3, 4), seed=0):
    """Draw scores and a target."""
    rng = np.random.default_rng(seed)
    target = rng.uniform(size=shape)
    target = target / target.sum(axis=-2, keepdims=True) if loss is cross_entropy else target
    return rng.normal(size=shape), target


# Values


def test_mean_squared_error_is_the_one_on_paper():
    z, target = np.array([[1.0, 2], [3, 4]]), np.array([[1.0, 0], [0, 2]])
    value, dz = mean_squared_error(z, target, identity)
    assert value == (0 + 4 + 9 + 4) / 4
    assert dz.tolist() == [[0, 1], [1.5, 1]]


@pytest.mark.parametrize("loss", [mean_squared_error, cross_entropy])
def test_a_head_that_is_no_activation_is_refused(loss):
    with pytest.raises(TypeError, match=r"^head: expected an Activation .*, got str$"):
        loss(np.zeros((2, 1)), np.eye(2)[:, :1], "softmax")


def test_mean_squared_error_goes_back_through_the_head():
    z = np.array([[math.log(2)]])  # tanh is 3/5
    value, dz = mean_squared_error(z, np.array([[1.0]]), tanh)
    np.testing.assert_allclose(value, 4 / 25, rtol=1e-14)
    np.testing.assert_allclose(dz, [[2 * -2 / 5 * 16 / 25]], rtol=1e-14)


def test_cross_entropy_is_the_one_on_paper():
    z = np.log([[1.0, 2], [3, 6]])  # the probabilities are 1/4 and 3/4 in both columns
    value, dz = cross_entropy(z, np.array([[1.0, 0], [0, 1]]), softmax)
    np.testing.assert_allclose(value, (math.log(4) + math.log(4 / 3)) / 2, rtol=1e-14)
    np.testing.assert_allclose(dz, [[-3 / 8, 1 / 8], [3 / 8, -1 / 8]], rtol=1e-14)


@pytest.mark.parametrize("K", [2, 24])
def test_knowing_nothing_costs_log_k(K):
    target = np.eye(K)[:, :1]
    np.testing.assert_allclose(cross_entropy(np.zeros((K, 1)), target, softmax)[0], math.log(K))


def test_cross_entropy_of_one_symbol_would_teach_nothing():
    says = "^z: expected the scores of two symbols or more, got one .*activations.sigmoid"
    with pytest.raises(ValueError, match=says):
        cross_entropy(np.zeros((1, 3)), np.ones((1, 3)), softmax)


def test_a_target_that_is_hit_costs_nothing():
    z, _ = draw(mean_squared_error)
    value, dz = mean_squared_error(z, tanh(z), tanh)
    assert value == 0
    assert not dz.any()


def test_cross_entropy_is_least_where_the_prediction_is_the_target():
    z, _ = draw(cross_entropy)
    target = softmax(z)
    value, dz = cross_entropy(z, target, softmax)
    np.testing.assert_allclose(dz, 0, atol=1e-16)
    np.testing.assert_allclose(value, -(target * np.log(target)).sum() / 4, rtol=1e-13)
    assert value < cross_entropy(z + np.eye(3, 4), target, softmax)[0]


def test_cross_entropy_takes_another_heads_outputs_as_scores():
    z, target = draw(cross_entropy)
    expected, _ = cross_entropy(tanh(z), target, softmax)
    np.testing.assert_allclose(cross_entropy(z, target, tanh)[0], expected, rtol=1e-14)


@each_loss
@each_head
def test_a_loss_is_the_mean_over_its_sequences(loss, head):
    z, target = draw(loss)
    each = [loss(z[:, [b]], target[:, [b]], head) for b in range(4)]
    value, dz = loss(z, target, head)
    np.testing.assert_allclose(value, np.mean([one for one, _ in each]), rtol=1e-13)
    np.testing.assert_allclose(dz, np.hstack([one for _, one in each]) / 4, rtol=1e-12)


@each_loss
@each_head
def test_a_loss_on_every_step_is_the_mean_over_the_steps(loss, head):
    z, target = draw(loss, (5, 3, 4))
    each = [loss(z[t], target[t], head) for t in range(5)]
    value, dz = loss(z, target, head)
    np.testing.assert_allclose(value, np.mean([one for one, _ in each]), rtol=1e-13)
    np.testing.assert_allclose(dz, np.stack([one for _, one in each]) / 5, rtol=1e-12)


# Gradients


@each_loss
@each_head
@pytest.mark.parametrize("shape", [(3, 4), (2, 3, 4)], ids=str)
def test_the_gradient_is_the_complex_step_of_the_value(loss, head, shape):
    z, target = draw(loss, shape)
    dz = loss(z, target, head)[1]
    for place in np.ndindex(shape):
        moved = z.astype(complex)
        moved[place] += 1e-30j
        expected = loss(moved, target, head)[0].imag / 1e-30
        np.testing.assert_allclose(dz[place], expected, rtol=1e-10, atol=1e-14)


@each_loss
def test_the_gradient_through_hard_sigmoid_is_the_central_difference(loss):
    z, target = draw(loss)
    z *= 4  # beyond the bends too
    dz = loss(z, target, hard_sigmoid)[1]
    assert dz.any()
    assert not dz.all()
    for place in np.ndindex(z.shape):
        move = np.zeros(z.shape)
        move[place] = 1e-5
        above, below = (loss(z + sign * move, target, hard_sigmoid)[0] for sign in (1, -1))
        np.testing.assert_allclose(dz[place], (above - below) / 2e-5, rtol=1e-6, atol=1e-10)


# Saturation


def test_cross_entropy_of_a_sure_mistake_is_the_distance_of_the_scores():
    value, dz = cross_entropy(np.array([[1e4], [-1e4]]), np.array([[0.0], [1.0]]), softmax)
    assert value == 2e4
    assert dz.tolist() == [[1], [-1]]


@each_loss
@pytest.mark.parametrize("head", [*HEADS, hard_sigmoid], ids=lambda head: head.name)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_saturated_scores_give_finite_numbers(loss, head, dtype):
    z = np.array([[1e4, -1e4, 1e4, 0], [-1e4, 1e4, 1e4, 0]], dtype)
    target = np.array([[0, 0.5, 1, 1], [1, 0.5, 0, 0]], dtype)
    value, dz = loss(z, target, head)
    assert np.isfinite(value)
    assert np.isfinite(dz).all()


# Dtypes, and what is given


@each_loss
@each_head
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex64, np.complex128])
def test_the_dtype_of_the_scores_goes_out(loss, head, dtype):
    z, target = draw(loss)
    value, dz = loss(z.astype(dtype), target, head)
    assert value.dtype == dtype
    assert dz.dtype == dtype


@each_loss
def test_whole_scores_are_taken_as_float64(loss):
    z, target = np.array([[1, -2], [3, 0]]), np.array([[0.25, 0.5], [0.75, 0.5]])
    value, dz = loss(z, target, identity)
    expected, expected_dz = loss(z.astype(float), target, identity)
    assert value == expected
    np.testing.assert_array_equal(dz, expected_dz)


@each_loss
@each_head
def test_what_is_given_stays_as_it_is(loss, head):
    z, target = draw(loss)
    before = z.copy(), target.copy()
    loss(z, target, head)
    np.testing.assert_array_equal(z, before[0])
    np.testing.assert_array_equal(target, before[1])


# Bad input


@each_loss
def test_a_bad_target_is_refused(loss, spoil):
    z, target = draw(loss)
    with spoil.refused("target"):
        loss(z, spoil(target), softmax)


@each_loss
def test_a_complex_target_is_refused(loss):
    z, target = draw(loss)
    with pytest.raises(TypeError, match=r"^target: expected real numbers, got .*complex128"):
        loss(z, target + 1j, softmax)


@each_loss
@pytest.mark.parametrize(
    ("z", "error", "says"),
    [
        ([1.0, 2.0], ValueError, r"expected shape \(K, B\), got \(2,\)"),
        ([[[[1.0]]]], ValueError, r"expected shape \(K, B\), got \(1, 1, 1, 1\)"),
        (np.empty((2, 0)), ValueError, r"expected at least one number, got .*\(2, 0\)"),
        ([[1.0], [np.nan]], ValueError, r"expected finite numbers, got nan at index \(1, 0\)"),
        ([[np.inf], [1.0]], ValueError, r"expected finite numbers, got inf at index \(0, 0\)"),
        ([["1"], ["2"]], TypeError, r"expected real (or complex )?numbers, got dtype <U1"),
    ],
    ids=str,
)
def test_bad_scores_are_refused(loss, z, error, says):
    with pytest.raises(error, match=f"^z: {says}"):
        loss(z, np.array([[0.0], [1.0]]), softmax)


@pytest.mark.parametrize(
    "column", [[0.5, 0.6], [1.5, -0.5], [0, 0], [1, 1]], ids=["sum", "sign", "nothing", "both"]
)
def test_cross_entropy_refuses_a_target_that_is_no_probability(column):
    target = np.array([[1.0, 0.0], column]).T
    says = r"^target: expected columns of probabilities that sum to 1, got .*\d"
    with pytest.raises(ValueError, match=says):
        cross_entropy(np.zeros((2, 2)), target, softmax)


def test_cross_entropy_takes_probabilities_that_sum_to_one_in_float32():
    target = softmax(np.random.default_rng(0).normal(size=(50, 3)).astype(np.float32))
    z = np.zeros((50, 3))
    np.testing.assert_allclose(cross_entropy(z, target, softmax)[0], math.log(50), rtol=1e-6)


@pytest.mark.parametrize("loss", [mean_squared_error, cross_entropy])
def test_a_head_of_another_shape_is_refused(loss):
    bad = Activation("bad", lambda z: z[:1], lambda a, da: da)
    with pytest.raises(ValueError, match=r"head\(z\): expected shape \(3, 2\), got \(1, 2\)"):
        loss(np.ones((3, 2)), np.full((3, 2), 1 / 3), bad)


def test_rows_that_differ_are_refused_by_name():
    with pytest.raises(ValueError, match="z: expected one rectangular array"):
        mean_squared_error([[1.0], [1.0, 2.0]], np.zeros((2, 1)), tanh)


def test_half_precision_is_computed_in_full():
    value, dz = mean_squared_error(np.full((1, 2), 300, np.float16), np.zeros((1, 2)), identity)
    assert value == 90_000 and dz.dtype == np.float64


@pytest.mark.parametrize("loss", [mean_squared_error, cross_entropy])
def test_a_target_too_large_for_the_precision_is_refused(loss):
    with pytest.raises(ValueError, match="target: expected finite numbers, got inf"):
        loss(np.zeros((2, 1), np.float32), np.full((2, 1), 1e300), identity)
