"""Every gradient of cells and networks against numerical derivatives, element by element."""

import numpy as np
import pytest

from lstm_ref import network
from lstm_ref.activations import hard_sigmoid, identity, sigmoid, softmax, tanh
from lstm_ref.gradcheck import central_difference, check, check_network
from lstm_ref.losses import cross_entropy, mean_squared_error

each_loss = pytest.mark.parametrize("loss", [mean_squared_error, cross_entropy])
each_form = pytest.mark.parametrize("every_step", [False, True], ids=["one", "many"])


def draw_target(loss, shape, seed=1):
    target = np.random.default_rng(seed).uniform(0.1, 0.9, size=shape)
    return target / target.sum(axis=-2, keepdims=True) if loss is cross_entropy else target


def case(draw_network, cell, layers, head, loss, every_step):
    net, x, state = draw_network(cell, 3, 2, (2, 3, 1)[:layers], 2, 2, head=head)
    return net, x, draw_target(loss, (3, 2, 2) if every_step else (2, 2)), loss, state


def weighted_sum(cell, arrays, weights):
    """Return a number that reads every activation and the final state of a layer."""
    state = cell.State(*(arrays[f"initial {name}"] for name in cell.State._fields))
    trace = cell.forward(cell.Params(arrays["W"]), arrays["x"], state)
    da, *dstate = weights
    final = sum((d * part).sum() for d, part in zip(dstate, trace.state, strict=True))
    return (da * trace.a[-len(da) :]).sum() + final


@pytest.mark.parametrize("n", [1, 3, 4])
def test_a_cells_gradients_are_the_numerical_ones(cell, draw_layer, n):
    params, x, state = draw_layer(cell)
    rng = np.random.default_rng(1)
    weights = rng.normal(size=(n, 2, 5)), *rng.normal(size=(len(state), 2, 5))
    dparams, dx, dstate = cell.backward(
        params, cell.forward(params, x, state), weights[0], cell.State(*weights[1:])
    )
    named = [f"initial {name}" for name in state._fields]
    table = check(
        lambda arrays: weighted_sum(cell, arrays, weights),
        {"W": params.W, "x": x} | dict(zip(named, state, strict=True)),
        {"W": dparams.W, "x": dx} | dict(zip(named, dstate, strict=True)),
    )
    assert len(table) == 2 + len(named)
    assert table.error <= 1e-10


def test_a_steps_gradients_are_the_numerical_ones(cell, draw_layer):
    params, x, state = draw_layer(cell)
    weights = np.random.default_rng(1).normal(size=(len(state), 2, 5))
    _, step = cell.step(params, x[0], state)
    dparams, dx, dstate = cell.step_backward(params, step, *weights)

    def value(arrays):
        before = cell.State(*(arrays[name] for name in state._fields))
        new, _ = cell.step(cell.Params(arrays["W"]), arrays["x"], before)
        return sum((d * part).sum() for d, part in zip(weights, new, strict=True))

    table = check(
        value,
        {"W": params.W, "x": x[0]} | state._asdict(),
        {"W": dparams.W, "x": dx} | dstate._asdict(),
    )
    assert table.error <= 1e-10


@pytest.mark.parametrize("layers", [1, 2, 3])
@pytest.mark.parametrize("head", [identity, tanh, softmax], ids=lambda head: head.name)
@each_loss
@each_form
def test_a_networks_gradients_are_the_numerical_ones(
    cell, draw_network, layers, head, loss, every_step
):
    table = check_network(*case(draw_network, cell, layers, head, loss, every_step))
    rows = layers * (len(cell.Params.NAMES) + len(cell.State._fields)) + 3  # W_y, b_y, x
    assert len(table) == rows
    assert all(row.numerical > 0 for row in table)
    assert table.error <= 1e-10


@each_loss
def test_a_sigmoid_heads_gradients_are_the_numerical_ones(cell, draw_network, loss):
    assert check_network(*case(draw_network, cell, 2, sigmoid, loss, True)).error <= 1e-10


@each_loss
def test_a_hard_sigmoid_heads_gradients_are_the_central_differences(cell, draw_network, loss):
    net, *rest = case(draw_network, cell, 2, hard_sigmoid, loss, True)
    net.W_y[0] *= 20  # some scores lie beyond the bends, some between them
    y = network.forward(net, rest[0], rest[-1], every_step=True).y
    assert ((y == 0) | (y == 1)).any()
    assert ((y > 0) & (y < 1)).any()
    assert check_network(net, *rest, method=central_difference).error <= 1e-6


def test_central_differences_agree_where_all_is_smooth(cell, draw_network):
    arguments = case(draw_network, cell, 2, tanh, mean_squared_error, True)
    assert check_network(*arguments, method=central_difference).error <= 1e-7


@each_loss
def test_gradients_along_random_directions_are_the_numerical_ones(cell, draw_network, loss):
    arguments = case(draw_network, cell, 3, softmax, loss, False)
    rng = np.random.default_rng(2)
    assert check_network(*arguments, directions=5, rng=rng).error <= 1e-10


@pytest.mark.parametrize("layers", [1, 2, 3])
@pytest.mark.parametrize("head", [identity, tanh, softmax], ids=lambda head: head.name)
@each_loss
@each_form
def test_float32_gradients_are_the_float64_ones_to_their_precision(
    cell, draw_network, layers, head, loss, every_step
):
    net, x, target, _, state = case(draw_network, cell, layers, head, loss, every_step)
    results = []
    for dtype in (np.float32, np.float64):
        cast = net.with_theta(net.theta.astype(np.float32).astype(dtype))
        starts = tuple(cell.State(*np.array(parts, np.float32).astype(dtype)) for parts in state)
        inputs = x.astype(np.float32).astype(dtype)
        trace = network.forward(cast, inputs, starts, every_step=every_step)
        gradient = network.backward(cast, trace, loss(trace.z, target, head)[1], inputs=True)
        parts = [part for parts in gradient.state for part in parts]
        results.append([gradient.theta, gradient.x, *parts])
    for ours, exact in zip(*results, strict=True):
        assert ours.dtype == np.float32
        assert np.linalg.norm(ours - exact) <= 1e-5 * np.linalg.norm(exact)


@each_loss
def test_float32_gradients_are_the_complex_step_to_their_precision(cell, draw_network, loss):
    net, x, target, _, state = case(draw_network, cell, 2, tanh, loss, True)
    starts = tuple(cell.State(*np.array(parts, np.float32)) for parts in state)
    net = net.with_theta(net.theta.astype(np.float32))
    assert check_network(net, x.astype(np.float32), target, loss, starts).error <= 1e-5


def test_saturated_cells_gradients_are_still_the_numerical_ones(cell, draw_network):
    net, x, target, loss, state = case(draw_network, cell, 1, tanh, mean_squared_error, True)
    table = check_network(net, np.where(x > 1, 1e4, x), target, loss, state)
    assert table.error <= 1e-10


@pytest.mark.parametrize("name", ["layer 1 W_x", "layer 2 b", "head W_y", "head b_y"])
def test_a_wrong_gradient_does_not_pass(cell, draw_network, monkeypatch, name):
    arguments = case(draw_network, cell, 2, tanh, mean_squared_error, True)
    names = arguments[0].parameters()
    name = name if name in names else next(n for n in names if n.startswith(name[:9]))
    right = network.backward

    def wrong(net, *args, **options):
        gradient = right(net, *args, **options)
        net.with_theta(gradient.theta).parameters()[name].flat[0] *= 1 + 1e-6
        return gradient

    monkeypatch.setattr(network, "backward", wrong)
    bad = [row.name for row in check_network(*arguments) if row.error > 1e-10]
    assert bad == [name]
