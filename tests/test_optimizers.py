"""The optimizers against numbers on paper; `test_peers` holds them against PyTorch's."""

import numpy as np
import pytest

from lstm_ref import optimizers
from lstm_ref.optimizers import Optimizer, adam, clip_by_global_norm, rmsprop, sgd

EVERY = {"sgd": sgd(0.1), "momentum": sgd(0.1, 0.9), "rmsprop": rmsprop(0.1), "adam": adam(0.1)}
each = pytest.mark.parametrize("optimizer", EVERY.values(), ids=EVERY)


def test_every_optimizer_is_among_them():
    made = [one for one in vars(optimizers).values() if getattr(one, "__annotations__", None)]
    names = {one.__name__ for one in made if one.__annotations__.get("return") is Optimizer}
    assert len(names) >= 3
    assert names <= set(EVERY)


def run(optimizer, theta, gradients):
    """Return theta after each update."""
    theta, memory, path = np.array(theta, float), optimizer.init(np.array(theta, float)), []
    for gradient in gradients:
        theta, memory = optimizer.update(theta, np.array(gradient, float), memory)
        path.append(theta)
    return np.array(path)


# Numbers


def test_gradient_descent_steps_against_the_gradient():
    path = run(sgd(0.5), [1, 2], [[2, -4], [1, 1]])
    assert path.tolist() == [[0, 4], [-0.5, 3.5]]


def test_momentum_adds_a_share_of_the_last_velocity():
    path = run(sgd(1.0, momentum=0.5), [0], [[1], [1], [0]])
    assert path.ravel().tolist() == [-1, -2.5, -3.25]  # velocities 1, 1.5, 0.75


def test_rmsprop_divides_by_the_running_root_mean_square():
    path = run(rmsprop(1.0, decay=0.75, epsilon=1e-12), [0], [[4], [0], [2]])
    squares = 4, 3, 3.25  # 0.75 of the old, 0.25 of the new
    expected = -np.cumsum([4 / np.sqrt(squares[0]), 0, 2 / np.sqrt(squares[2])])
    np.testing.assert_allclose(path.ravel(), expected, rtol=1e-11)


def test_rmsprop_adds_epsilon_to_the_root():
    path = run(rmsprop(1.0, decay=0, epsilon=3.0), [0], [[1]])
    assert path.tolist() == [[-1 / (1 + 3)]]


def test_adam_is_the_one_on_paper():
    path = run(adam(1.0, beta1=0.5, beta2=0.75, epsilon=1e-12), [0], [[2], [-1]])
    # First: mean 1 / 0.5 = 2, square 1 / 0.25 = 4. Then: mean 0, square 1 / (1 - 0.5625).
    np.testing.assert_allclose(path.ravel(), [-1, -1], rtol=1e-11)


@pytest.mark.parametrize("scale", [1e-3, 1, 1e3])
def test_adams_first_step_is_the_learning_rate_whatever_the_gradients_length(scale):
    path = run(adam(0.1), [0, 0], [[scale, -3 * scale]])
    np.testing.assert_allclose(path, [[-0.1, 0.1]], rtol=1e-4)


def test_adams_later_steps_are_corrected_for_how_many_there_were():
    path = run(adam(0.1), [0], [[2.0]] * 50)
    np.testing.assert_allclose(np.diff(path.ravel()), -0.1, rtol=1e-6)  # a constant gradient


@pytest.mark.parametrize(
    ("optimizer", "arguments"), [(rmsprop, (0.1, 0.9, 1e-7)), (adam, (0.1, 0.9, 0.999, 1e-8))]
)
def test_the_settings_unless_given_are_those_of_the_papers(optimizer, arguments):
    gradients = np.random.default_rng(0).normal(size=(5, 3))
    plain, full = (
        run(make, [1, 2, 3], gradients) for make in (optimizer(0.1), optimizer(*arguments))
    )
    assert (plain == full).all()


def test_gradient_descent_has_no_momentum_unless_asked():
    gradients = np.random.default_rng(0).normal(size=(5, 3))
    assert (run(sgd(0.1), [1, 2, 3], gradients) == run(sgd(0.1, 0.0), [1, 2, 3], gradients)).all()


@each
def test_each_parameter_is_updated_by_itself(optimizer):
    gradients = np.random.default_rng(0).normal(size=(5, 3))
    together = run(optimizer, [1, 2, 3], gradients)
    for k in range(3):
        assert (run(optimizer, [k + 1], gradients[:, [k]]) == together[:, [k]]).all()


@each
def test_no_gradient_moves_nothing(optimizer):
    assert (run(optimizer, [1, -2], [[0, 0]] * 3) == [1, -2]).all()


@each
def test_each_finds_the_bottom_of_a_bowl(optimizer):
    theta = np.array([1.0, -2.0])
    memory = optimizer.init(theta)
    for _ in range(300):
        theta, memory = optimizer.update(theta, 2 * (theta - 0.5), memory)
    np.testing.assert_allclose(theta, 0.5, atol=0.06)  # RMSprop goes around it


# Memory, dtypes, and what is given


@each
def test_the_memory_starts_at_zero(optimizer):
    memory = optimizer.init(np.array([1.0, 2.0]))
    assert memory
    assert not any(part.any() for part in memory)


@each
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_dtype_that_comes_in_goes_out(optimizer, dtype):
    theta = np.ones(3, dtype)
    memory = optimizer.init(theta)
    for _ in range(2):
        theta, memory = optimizer.update(theta, np.ones(3, dtype), memory)
        assert theta.dtype == dtype
        assert {part.dtype for part in memory if part.ndim} == {np.dtype(dtype)}


@each
def test_what_is_given_stays_as_it_is(optimizer):
    theta, gradient = np.array([1.0, 2.0]), np.array([3.0, -4.0])
    memory = optimizer.update(theta, gradient, optimizer.init(theta))[1]
    given = theta, gradient, *memory
    before = [part.copy() for part in given]
    optimizer.update(theta, gradient, memory)
    for part, copy in zip(given, before, strict=True):
        np.testing.assert_array_equal(part, copy)


@each
def test_an_update_does_not_depend_on_earlier_calls(optimizer):
    theta, gradient = np.array([1.0, 2.0]), np.array([3.0, -4.0])
    memory = optimizer.init(theta)
    first, _ = optimizer.update(theta, gradient, memory)
    again, _ = optimizer.update(theta, gradient, memory)
    assert (first == again).all()


@each
def test_enormous_gradients_give_finite_numbers(optimizer):
    path = run(optimizer, [0, 0], [[1e100, -1e100]] * 3)
    assert np.isfinite(path).all()


# Clipping


def test_a_long_gradient_is_shortened_to_the_limit():
    clipped, norm = clip_by_global_norm(np.array([3.0, -4.0]), 1.0)
    assert norm == 5
    np.testing.assert_allclose(clipped, [0.6, -0.8], rtol=1e-15)


@pytest.mark.parametrize("limit", [5.0, 5.1, 1e9])
def test_a_short_gradient_stays_as_it_is(limit):
    clipped, norm = clip_by_global_norm(np.array([3.0, -4.0]), limit)
    assert norm == 5
    assert clipped.tolist() == [3, -4]


def test_no_gradient_is_not_divided_by_its_length():
    clipped, norm = clip_by_global_norm(np.zeros(3), 1.0)
    assert norm == 0
    assert not clipped.any()


def test_clipping_leaves_what_it_is_given():
    gradient = np.array([3.0, -4.0])
    clip_by_global_norm(gradient, 1.0)
    assert gradient.tolist() == [3, -4]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_gradient_whose_square_overflows_is_shortened(dtype):
    big = np.finfo(dtype).max / 8
    clipped, norm = clip_by_global_norm(np.array([3 * big / 4, -big], dtype), 1.0)
    assert norm == pytest.approx(1.25 * big)
    np.testing.assert_allclose(clipped, [0.6, -0.8], rtol=1e-6)


def test_clipping_takes_a_list():
    np.testing.assert_allclose(clip_by_global_norm([3, 4], 1.0)[0], [0.6, 0.8], rtol=1e-15)


@pytest.mark.parametrize(
    ("gradient", "error"),
    [
        ([1.0, np.nan], ValueError),
        ([np.inf, 1.0], ValueError),
        ([], ValueError),
        (np.ones((2, 2)), ValueError),
        (["a"], TypeError),
        (None, TypeError),
        ([1j], TypeError),
    ],
    ids=str,
)
def test_clipping_refuses_a_bad_gradient(gradient, error):
    with pytest.raises(error, match=r"^gradient: expected .*, got "):
        clip_by_global_norm(gradient, 1.0)


@each
@pytest.mark.parametrize("shape", [(1,), (2, 1), (), (4,)])
def test_an_update_refuses_a_gradient_of_another_shape(optimizer, shape):
    theta = np.ones(3)
    memory = optimizer.init(theta)
    with pytest.raises(ValueError, match=r"^gradient: expected shape \(3,\), got \("):
        optimizer.update(theta, np.ones(shape), memory)


def test_clipping_keeps_float32():
    clipped, _ = clip_by_global_norm(np.ones(9, np.float32), 1.0)
    assert clipped.dtype == np.float32


# Bad settings

RATES = [
    (0, ValueError, "expected a finite number above 0, got 0"),
    (-1.0, ValueError, "expected a finite number above 0, got -1"),
    (np.nan, ValueError, "expected a finite number above 0, got nan"),
    (np.inf, ValueError, "expected a finite number above 0, got inf"),
    ("0.1", TypeError, "expected a number, got '0.1'"),
    (None, TypeError, "expected a number, got None"),
    (True, TypeError, "expected a number, got True"),
    ([0.1], TypeError, r"expected a number, got \[0.1\]"),
]
FRACTIONS = [
    (1, ValueError, "expected a finite number at least 0 and below 1, got 1"),
    (-0.1, ValueError, "expected a finite number at least 0 and below 1, got -0.1"),
    (np.nan, ValueError, "expected a .*number.*, got nan"),
    ("0.9", TypeError, "expected a number, got '0.9'"),
    (None, TypeError, "expected a number, got None"),
]


@pytest.mark.parametrize(("value", "error", "says"), RATES)
@pytest.mark.parametrize(
    ("optimizer", "name"),
    [
        (sgd, "learning_rate"),
        (rmsprop, "learning_rate"),
        (rmsprop, "epsilon"),
        (adam, "learning_rate"),
        (adam, "epsilon"),
    ],
)
def test_a_setting_that_is_not_above_zero_is_refused(optimizer, name, value, error, says):
    with pytest.raises(error, match=f"^{name}: {says}"):
        optimizer(**{"learning_rate": 0.1} | {name: value})


@pytest.mark.parametrize(("value", "error", "says"), FRACTIONS)
@pytest.mark.parametrize(
    ("optimizer", "name"), [(sgd, "momentum"), (rmsprop, "decay"), (adam, "beta1"), (adam, "beta2")]
)
def test_a_share_outside_zero_to_one_is_refused(optimizer, name, value, error, says):
    with pytest.raises(error, match=f"^{name}: {says}"):
        optimizer(0.1, **{name: value})


@pytest.mark.parametrize(("value", "error", "says"), RATES)
def test_a_limit_that_is_not_above_zero_is_refused(value, error, says):
    with pytest.raises(error, match=f"^limit: {says}"):
        clip_by_global_norm(np.ones(2), value)


@pytest.mark.parametrize("make", [optimizers.sgd, optimizers.rmsprop, optimizers.adam])
@pytest.mark.parametrize("given", ["theta", "gradient"])
@pytest.mark.parametrize("wrong", [["1", "2"], [1.0, 2.0], np.array(["1", "2"]), np.ones(2) * 1j])
def test_what_is_no_real_array_is_refused_by_name(make, given, wrong):
    optimizer, right = make(0.1), np.ones(2)
    arrays = {"theta": right, "gradient": right} | {given: wrong}
    with pytest.raises(TypeError, match=rf"^{given}: expected"):
        optimizer.update(*arrays.values(), optimizer.init(right))
