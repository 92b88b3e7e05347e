"""An oracle that shares no code: the text's equations as scalar loops over 50-digit decimals.

Its gradients are central differences: with 50 digits and h = 1e-20 they are exact to 1e-25.
"""

import math
from decimal import Decimal, localcontext

import numpy as np
import pytest

from lstm_ref import lstm, network, rnn
from lstm_ref.activations import identity, softmax, tanh
from lstm_ref.losses import cross_entropy, mean_squared_error

STEP = Decimal("1e-20")


@pytest.fixture(autouse=True)
def fifty_digits():
    with localcontext(prec=50):
        yield


def assert_close(ours, theirs):
    np.testing.assert_allclose(
        np.asarray(ours, float), np.array(theirs, float), rtol=1e-12, atol=1e-13
    )


# The equations, one number at a time


def sigmoid_(z):
    return 1 / (1 + (-z).exp())


def tanh_(z):
    return (z.exp() - (-z).exp()) / (z.exp() + (-z).exp())


def weighted(W_x, W_a, b, unit, x, a):
    z = b[unit][0]
    for column, number in enumerate(x):
        z += W_x[unit][column] * number
    for column, number in enumerate(a):
        z += W_a[unit][column] * number
    return z


def lstm_cell(w, x, a, c):
    """Take one sequence's step: x of D numbers, a and c of H."""
    new_a, new_c = [], []
    for unit in range(len(a)):
        i = sigmoid_(weighted(w["W_ix"], w["W_ia"], w["b_i"], unit, x, a))
        f = sigmoid_(weighted(w["W_fx"], w["W_fa"], w["b_f"], unit, x, a))
        o = sigmoid_(weighted(w["W_ox"], w["W_oa"], w["b_o"], unit, x, a))
        filtered_input = i * tanh_(weighted(w["W_cx"], w["W_ca"], w["b_c"], unit, x, a))
        filtered_state = f * c[unit]
        new_c.append(filtered_input + filtered_state)
        new_a.append(o * tanh_(new_c[unit]))
    return new_a, new_c


def rnn_cell(w, x, a):
    return [[tanh_(weighted(w["W_x"], w["W_a"], w["b"], unit, x, a)) for unit in range(len(a))]]


CELLS = {lstm: lstm_cell, rnn: rnn_cell}


def run_layer(cell, w, xs, state):
    """Run one sequence, step by step; return the activations and the final state."""
    activations = []
    for x in xs:
        state = CELLS[cell](w, x, *state)
        activations.append(state[0])
    return activations, state


def run_network(cell, layers, W_y, b_y, xs, states):
    """Run one sequence through all layers; return the head's z at each step."""
    for w, state in zip(layers, states, strict=True):
        xs, _ = run_layer(cell, w, xs, state)
    return [
        [sum((W_y[k][h] * a[h] for h in range(len(a))), b_y[k][0]) for k in range(len(b_y))]
        for a in xs
    ]


def head_(activation, z):
    if activation is softmax:
        return [number.exp() / sum(other.exp() for other in z) for number in z]
    return [tanh_(number) if activation is tanh else number for number in z]


def squared_error(zs, targets, activation):
    errors = [
        (y - t) ** 2
        for z, target in zip(zs, targets, strict=True)
        for y, t in zip(head_(activation, z), target, strict=True)
    ]
    return sum(errors) / len(errors)


def surprise(zs, targets, activation):
    total = Decimal(0)
    for z, target in zip(zs, targets, strict=True):
        scores = z if activation is softmax else head_(activation, z)
        for p, t in zip(head_(softmax, scores), target, strict=True):
            total -= t * p.ln()
    return total / len(zs)


# From arrays to nested lists of decimals, and derivatives


def decimals(array):
    if np.ndim(array) == 0:
        return Decimal(float(array))
    return [decimals(part) for part in array]


def slopes(function, numbers):
    """Return d function() / d number for each number of nested lists, moved in place."""
    result = []
    for place, number in enumerate(numbers):
        if isinstance(number, list):
            result.append(slopes(function, number))
        else:
            numbers[place] = number + STEP
            above = function()
            numbers[place] = number - STEP
            result.append((above - function()) / (2 * STEP))
            numbers[place] = number
    return result


def by_sequence(array):
    """Turn (T, features, B) or (features, B) into one nested list a sequence."""
    return decimals(np.moveaxis(np.asarray(array), -1, 0))


def layer_of_decimals(params):
    return {name: decimals(getattr(params, name)) for name in params.NAMES}


# The tests


def test_a_layer_gives_the_oracles_numbers(cell, draw_layer):
    params, x, state = draw_layer(cell, T=6, D=3, H=4, B=2)
    trace = cell.forward(params, x, state)
    w = layer_of_decimals(params)
    for b, xs in enumerate(by_sequence(x)):
        start = [decimals(part[:, b]) for part in state]
        activations, final = run_layer(cell, w, xs, start)
        assert_close(trace.a[..., b], activations)
        assert_close([part[:, b] for part in trace.state], final)


def test_a_steps_numbers_are_the_oracles(cell, draw_layer):
    params, x, state = draw_layer(cell, D=3, H=4, B=1)
    new, _ = cell.step(params, x[0], state)
    expected = CELLS[cell](
        layer_of_decimals(params), decimals(x[0, :, 0]), *(decimals(part[:, 0]) for part in state)
    )
    assert_close([part[:, 0] for part in new], expected)


def test_a_layers_gradients_are_the_oracles(cell, draw_layer):
    params, x, state = draw_layer(cell, T=3, D=2, H=2, B=2)
    rng = np.random.default_rng(1)
    da, dfinal = rng.normal(size=(3, 2, 2)), cell.State(*rng.normal(size=(len(state), 2, 2)))
    w, xs = layer_of_decimals(params), by_sequence(x)
    start, da_, dfinal_ = (by_sequence(part) for part in (np.stack(state), da, np.stack(dfinal)))

    def loss():
        total = Decimal(0)
        for b in range(2):
            activations, final = run_layer(cell, w, xs[b], start[b])
            for rows, weights in ((activations, da_[b]), (final, dfinal_[b])):
                for row, row_weights in zip(rows, weights, strict=True):
                    total += sum(a * k for a, k in zip(row, row_weights, strict=True))
        return total

    dparams, dx, dstate = cell.backward(params, cell.forward(params, x, state), da, dfinal)
    for name, numbers in w.items():
        assert_close(getattr(dparams, name), slopes(loss, numbers))
    assert_close(np.moveaxis(dx, -1, 0), slopes(loss, xs))
    assert_close(np.moveaxis(np.stack(dstate), -1, 0), slopes(loss, start))


@pytest.mark.parametrize(
    ("loss", "oracle", "head"),
    [
        (mean_squared_error, squared_error, identity),
        (mean_squared_error, squared_error, tanh),
        (mean_squared_error, squared_error, softmax),
        (cross_entropy, surprise, identity),
        (cross_entropy, surprise, tanh),
        (cross_entropy, surprise, softmax),
    ],
    ids=lambda value: getattr(value, "name", getattr(value, "__name__", None)),
)
@pytest.mark.parametrize("every_step", [False, True], ids=["many-to-one", "many-to-many"])
def test_a_networks_loss_and_gradients_are_the_oracles(
    cell, draw_network, loss, oracle, head, every_step
):
    net, x, state = draw_network(cell, T=3, D=1, units=(2, 1), K=2, B=1, head=head)
    target = np.array([[0.3], [0.7]])
    target = np.stack([target, target[::-1], target]) if every_step else target
    layers = [layer_of_decimals(params) for params in net.layers]
    W_y, b_y, (xs,) = decimals(net.W_y), decimals(net.b_y), by_sequence(x)
    states = [[decimals(part[:, 0]) for part in parts] for parts in state]
    targets = decimals(target[..., 0].reshape(-1, 2))

    def value():
        zs = run_network(cell, layers, W_y, b_y, xs, states)
        return oracle(zs if every_step else zs[-1:], targets, head)

    trace = network.forward(net, x, state, every_step=every_step)
    ours, dz = loss(trace.z, target, head)
    gradient = network.backward(net, trace, dz, inputs=True)
    assert_close(ours, value())
    named = net.with_theta(gradient.theta).parameters()
    for k, w in enumerate(layers, 1):
        for name, numbers in w.items():
            assert_close(named[f"layer {k} {name}"], slopes(value, numbers))
    assert_close(named["head W_y"], slopes(value, W_y))
    assert_close(named["head b_y"], slopes(value, b_y))
    assert_close(gradient.x[..., 0], slopes(value, xs))
    for ours, start in zip(gradient.state, states, strict=True):
        assert_close([part[:, 0] for part in ours], slopes(value, start))


# Numbers small enough for paper: sigmoid(log 3) = 3/4, sigmoid(-log 3) = 1/4, tanh(log 2) = 3/5.


def paper_lstm():
    """Return an LSTM of one unit with i = 3/4, f = 1/2, o = 1/4 and candidate tanh(x)."""
    W = np.zeros((4, 1, 3))
    W[0, 0, 2], W[2, 0, 2], W[3, 0, 0] = math.log(3), -math.log(3), 1
    x = np.array([[[math.log(2)]]])  # so the candidate is 3/5
    c = 2 * (math.log(2) - 9 / 20)  # so the new state is 3/4 · 3/5 + 1/2 · c = log 2
    return lstm.Params(W), x, lstm.State(np.array([[0.0]]), np.array([[c]]))


def test_an_lstm_step_is_the_one_on_paper():
    params, x, state = paper_lstm()
    trace = lstm.forward(params, x, state)
    numbers = (trace.i, trace.f, trace.o, trace.candidate, trace.c, trace.a)
    assert_close(np.ravel(numbers), [3 / 4, 1 / 2, 1 / 4, 3 / 5, math.log(2), 3 / 20])


def test_an_lstm_gradient_is_the_one_on_paper():
    params, x, state = paper_lstm()
    c_prev = state.c[0, 0]
    dparams, dx, dstate = lstm.backward(params, lstm.forward(params, x, state), np.array([[[1.0]]]))
    # do = tanh(c) = 3/5 and dc = o (1 - (3/5)²) = 4/25
    db_i = 4 / 25 * 3 / 5 * (3 / 4 * 1 / 4)
    db_f = 4 / 25 * c_prev * (1 / 2 * 1 / 2)
    db_o = 3 / 5 * (1 / 4 * 3 / 4)
    db_c = 4 / 25 * 3 / 4 * (1 - 9 / 25)
    assert_close(dparams.b.ravel(), [db_i, db_f, db_o, db_c])
    assert_close(dparams.W_x.ravel(), np.log(2) * np.array([db_i, db_f, db_o, db_c]))
    assert_close(dx.ravel(), [db_c])  # the candidate alone reads x
    assert_close(dstate.c.ravel(), [4 / 25 * 1 / 2])
    assert not dstate.a.any()  # nothing reads a


def test_two_steps_of_the_plain_cell_are_those_on_paper():
    params = rnn.Params(np.array([[1.0, math.log(2) / (3 / 5), 0.0]]))
    x = np.array([[[math.log(2)]], [[0.0]]])  # z = log 2 at both steps
    trace = rnn.forward(params, x)
    assert_close(trace.a.ravel(), [3 / 5, 3 / 5])
    dparams, dx, dstate = rnn.backward(params, trace, np.array([[[1.0]]]))
    W_a = math.log(2) / (3 / 5)
    late = 1 - 9 / 25  # dz of the second step
    early = late * W_a * (1 - 9 / 25)  # dz of the first
    assert_close(dparams.W.ravel(), [early * math.log(2), late * 3 / 5, late + early])
    assert_close(dx.ravel(), [early, late])
    assert_close(dstate.a.ravel(), [early * W_a])
