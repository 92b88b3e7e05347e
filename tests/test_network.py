"""Networks: layers in one vector, one above the other, and a dense head."""

import copy
import math
import pickle
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_ref import lstm, network, rnn
from lstm_ref.activations import Activation, hard_sigmoid, identity, sigmoid, softmax, tanh
from lstm_ref.losses import cross_entropy, mean_squared_error

SIZE, SEED = st.integers(1, 4), st.integers(0, 2**32 - 1)
UNITS = st.lists(SIZE, min_size=1, max_size=3).map(tuple)
HEADS = [identity, tanh, sigmoid, hard_sigmoid, softmax]

each_head = pytest.mark.parametrize("head", HEADS, ids=lambda head: head.name)
each_form = pytest.mark.parametrize("every_step", [False, True], ids=["one", "many"])


def assert_close(ours, theirs):
    np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-12)


def values(*items):
    """Return all arrays of traces, gradients and states, flat."""
    flat = []
    for item in items:
        if isinstance(item, tuple | list):
            flat += values(*item)
        elif hasattr(item, "v"):
            flat += [item.x, item.a]
        elif item is not None:
            flat.append(item)
    return flat


def assert_same(ours, theirs):
    for one, other in zip(values(ours), values(theirs), strict=True):
        np.testing.assert_array_equal(one, other)


def new(seed=0, inputs=3, units=(2, 3), outputs=2, **options):
    return network.init(np.random.default_rng(seed), inputs, units, outputs, **options)


# Parameters


def test_the_sources_network_has_5393_parameters():
    assert network.parameter_count(new(inputs=1, units=(16, 16, 16), outputs=1)) == 5393


@given(D=SIZE, units=UNITS, K=SIZE)
def test_the_parameters_are_as_many_as_the_weights_and_biases(cell, D, units, K):
    net = new(inputs=D, units=units, outputs=K, cell=cell)
    gates = 4 if cell is lstm else 1
    layers = sum(gates * H * (below + H + 1) for below, H in zip((D, *units), units, strict=False))
    assert network.parameter_count(net) == net.theta.size == layers + K * (units[-1] + 1)


def test_the_named_parameters_cover_theta_once(cell):
    net = new(cell=cell)
    numbered = net.with_theta(np.arange(net.theta.size, dtype=float))
    named = np.concatenate([view.ravel() for view in numbered.parameters().values()])
    assert sorted(named) == list(range(net.theta.size))


def test_the_parameters_are_named_layer_by_layer(cell):
    names = [
        *(f"layer 1 {n}" for n in cell.Params.NAMES),
        *(f"layer 2 {n}" for n in cell.Params.NAMES),
    ]
    assert list(new(cell=cell).parameters()) == [*names, "head W_y", "head b_y"]


def test_writing_to_a_parameter_changes_that_place_of_theta_alone(cell):
    net = new(cell=cell)
    for name in net.parameters():
        clear = net.with_theta(np.zeros_like(net.theta))
        view = clear.parameters()[name]
        view[...] = 1
        assert clear.theta.sum() == view.size
        for other, array in clear.parameters().items():
            assert (array == (other == name)).all()


def test_writing_to_a_layers_weights_changes_theta():
    net = new()
    net.layers[1].W_ix[1, 0] = 99
    assert (net.theta == 99).sum() == 1
    assert net.parameters()["layer 2 W_ix"][1, 0] == 99


def test_writing_to_theta_changes_the_parameters():
    net = new()
    net.theta[:] = 7
    assert all((view == 7).all() for view in net.parameters().values())


def test_a_network_with_another_theta_has_the_same_form(cell):
    net = new(cell=cell, head=softmax)
    before, theta = net.theta.copy(), net.theta + 1
    other = net.with_theta(theta)
    assert other.theta is theta
    assert (other.cell, other.inputs, other.units, other.outputs, other.head) == (
        cell,
        3,
        (2, 3),
        2,
        softmax,
    )
    assert (net.theta == before).all()


# Initial values


def test_each_layer_is_drawn_by_its_cell_from_the_same_generator(cell):
    net, rng = new(seed=5, cell=cell), np.random.default_rng(5)
    assert_same(net.layers[0].W, cell.init(rng, 3, 2).W)
    assert_same(net.layers[1].W, cell.init(rng, 2, 3).W)


def test_the_heads_weights_start_glorot_normal_and_its_biases_zero():
    net = new(units=100, outputs=60)
    np.testing.assert_allclose(net.W_y.var(), 2 / (100 + 60), rtol=0.1)
    assert abs(net.W_y.mean()) < 4 * net.W_y.std() / np.sqrt(net.W_y.size)
    assert not net.b_y.any()


def test_the_same_seed_draws_the_same_network(cell):
    assert_same(new(seed=7, cell=cell).theta, new(seed=7, cell=cell).theta)


def test_another_seed_draws_another_network(cell):
    one, other = new(seed=7, cell=cell).theta, new(seed=8, cell=cell).theta
    assert ((one != other) | (one == 0)).all()  # the biases are zero in both


def test_the_forget_bias_reaches_every_layer():
    net = new(forget_bias=1.5)
    assert all((layer.b_f == 1.5).all() for layer in net.layers)


def test_one_number_of_units_is_one_layer():
    assert_same(new(units=4).theta, new(units=(4,)).theta)


def test_a_list_of_units_is_a_tuple_of_them():
    net = new(units=[4, np.int64(2)])
    assert net.units == (4, 2)


def test_the_head_is_tanh_and_the_cell_an_lstm_unless_given():
    net = new()
    assert net.head == tanh
    assert net.cell is lstm


def test_a_float32_network_is_the_float64_one_rounded(cell):
    one, other = new(cell=cell, dtype=np.float32), new(cell=cell)
    assert one.theta.dtype == np.float32
    assert_same(one.theta, other.theta.astype(np.float32))


# Forward


@given(T=SIZE, D=SIZE, units=UNITS, K=SIZE, B=SIZE, seed=SEED)
def test_each_layer_reads_the_activations_below(cell, draw_network, T, D, units, K, B, seed):
    net, x, state = draw_network(cell, T, D, units, K, B, seed)
    trace = network.forward(net, x, state, every_step=True)
    a = x
    for layer, start, ours in zip(net.layers, state, trace.layers, strict=True):
        expected = cell.forward(layer, a, start)
        assert_close(ours.a, expected.a)
        a = expected.a
    z = np.einsum("kh,thb->tkb", net.W_y, a) + net.b_y
    assert_close(trace.z, z)
    assert_close(trace.y, np.tanh(z))


@each_head
def test_the_prediction_is_the_heads_activation(cell, draw_network, head):
    net, x, state = draw_network(cell, head=head)
    trace = network.forward(net, x, state)
    assert_same(trace.y, head(trace.z))


def test_many_to_one_is_the_last_step_of_many_to_many(cell, draw_network):
    net, x, state = draw_network(cell)
    one, many = network.forward(net, x, state), network.forward(net, x, state, every_step=True)
    assert_close(one.z, many.z[-1])
    assert_close(one.y, many.y[-1])


def test_the_state_is_zero_unless_given(cell, draw_network):
    net, x, state = draw_network(cell)
    zero = tuple(cell.State(*(np.zeros_like(part) for part in parts)) for parts in state)
    assert_same(network.forward(net, x), network.forward(net, x, zero))
    assert (network.forward(net, x).y != network.forward(net, x, state).y).all()


def test_two_halves_with_the_state_carried_are_the_whole(cell, draw_network):
    net, x, state = draw_network(cell, T=7)
    whole = network.forward(net, x, state, every_step=True)
    first = network.forward(net, x[:3], state, every_step=True)
    second = network.forward(net, x[3:], first.state, every_step=True)
    assert_close(np.concatenate([first.y, second.y]), whole.y)
    assert_close(np.concatenate(values(second.state)), np.concatenate(values(whole.state)))


def test_sequences_side_by_side_do_not_see_each_other(cell, draw_network):
    net, x, _ = draw_network(cell, head=softmax)
    together = network.forward(net, x).y
    for b in range(5):
        assert_close(network.forward(net, x[..., [b]]).y, together[:, [b]])


def test_sequences_in_another_order_give_predictions_in_that_order(cell, draw_network):
    net, x, _ = draw_network(cell)
    order = [3, 0, 4, 1, 2]
    assert_close(network.forward(net, x[..., order]).y, network.forward(net, x).y[:, order])


def test_outputs_in_another_order_give_predictions_in_that_order(cell, draw_network):
    net, x, _ = draw_network(cell, K=3, head=softmax)
    before = network.forward(net, x).y
    order = [2, 0, 1]
    net.W_y[...], net.b_y[...] = net.W_y[order], net.b_y[order]
    assert_close(network.forward(net, x).y, before[order])


def test_an_rnn_without_biases_mirrors_the_sign_of_its_inputs(draw_network):
    net, x, _ = draw_network(rnn, units=(3, 2, 4))
    for name, view in net.parameters().items():
        if " b" in name:
            view[...] = 0
    assert_close(network.forward(net, -x).y, -network.forward(net, x).y)


def test_a_head_without_weights_predicts_its_bias(cell, draw_network):
    net, x, _ = draw_network(cell, head=identity)
    net.W_y[...], net.b_y[...] = 0, [[3], [-4]]
    assert (network.forward(net, x).y == [[3], [-4]]).all()


# Backward


@each_form
def test_without_the_inputs_gradient_the_others_are_the_same(cell, draw_network, every_step):
    net, x, state = draw_network(cell)
    trace = network.forward(net, x, state, every_step=every_step)
    dz = np.random.default_rng(1).normal(size=trace.z.shape)
    full, without = (network.backward(net, trace, dz, inputs=inputs) for inputs in (True, False))
    assert full.x.shape == x.shape
    assert without.x is None
    assert_close(without.theta, full.theta)
    assert_close(np.concatenate(values(without.state)), np.concatenate(values(full.state)))


def test_a_gradient_of_the_last_step_alone_is_the_one_of_many_to_one(cell, draw_network):
    net, x, state = draw_network(cell)
    one, many = network.forward(net, x, state), network.forward(net, x, state, every_step=True)
    dz = np.zeros(many.z.shape)
    dz[-1] = np.random.default_rng(1).normal(size=one.z.shape)
    expected = network.backward(net, one, dz[-1], inputs=True)
    for ours, theirs in zip(
        values(network.backward(net, many, dz, inputs=True)), values(expected), strict=True
    ):
        assert_close(ours, theirs)


def test_the_gradient_of_the_whole_batch_is_the_sum_of_each_sequences(cell, draw_network):
    net, x, _ = draw_network(cell)
    dz = np.random.default_rng(1).normal(size=(2, 5))
    whole = network.backward(net, network.forward(net, x), dz).theta
    parts = [
        network.backward(net, network.forward(net, x[..., [b]]), dz[:, [b]]).theta for b in range(5)
    ]
    assert_close(sum(parts), whole)


@each_form
def test_a_used_trace_takes_a_new_pass_as_a_fresh_one_does(cell, draw_network, every_step):
    net, x, state = draw_network(cell)
    other, other_x, other_state = draw_network(cell, seed=1)
    used = network.forward(other, other_x, other_state, every_step=every_step)
    network.backward(other, used, np.ones_like(used.z))
    fresh = network.forward(net, x, state, every_step=every_step)
    again = network.forward(net, x, state, every_step=every_step, out=used)
    assert all(a is b for a, b in zip(again.layers, used.layers, strict=True))
    assert_same(again, fresh)
    dz = np.ones_like(fresh.z)
    assert_same(network.backward(net, again, dz), network.backward(net, fresh, dz))


def test_a_used_trace_forgets_its_initial_states(cell, draw_network):
    net, x, state = draw_network(cell)
    used = network.forward(net, x, state)
    assert_same(network.forward(net, x, out=used), network.forward(net, x))


def test_a_used_gradient_is_overwritten(cell, draw_network):
    net, x, state = draw_network(cell)
    trace = network.forward(net, x, state)
    out = np.full_like(net.theta, 99)
    gradient = network.backward(net, trace, np.ones_like(trace.z), out=out)
    assert gradient.theta is out
    assert_same(out, network.backward(net, trace, np.ones_like(trace.z)).theta)


def test_a_whole_pass_leaves_what_it_is_given(cell, draw_network):
    net, x, state = draw_network(cell)
    dz = np.ones((4, 2, 5))
    given_ = net.theta, x, state, dz
    before = copy.deepcopy(given_)
    network.backward(net, network.forward(net, x, state, every_step=True), dz, inputs=True)
    assert_same(given_, before)


# Dtypes, saturation, copies


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex64, np.complex128])
def test_the_dtype_that_comes_in_goes_out(cell, draw_network, dtype):
    net, x, state = draw_network(cell)
    net, x = net.with_theta(net.theta.astype(dtype)), x.astype(dtype)
    state = tuple(cell.State(*np.array(parts, dtype)) for parts in state)
    trace = network.forward(net, x, state)
    gradient = network.backward(net, trace, trace.z, inputs=True)
    assert {array.dtype for array in values(trace, gradient)} == {np.dtype(dtype)}


@each_head
@pytest.mark.parametrize("loss", [mean_squared_error, cross_entropy])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_saturation_gives_finite_numbers_and_no_warning(cell, draw_network, head, loss, dtype):
    net, x, _ = draw_network(cell, T=10, head=head)
    x = np.sign(x).astype(dtype) * dtype(1e4)
    target = np.zeros((10, 2, 5))
    target[:, 1] = 1
    for theta in (net.theta, np.sign(net.theta) * 1e4):
        huge = net.with_theta(theta.astype(dtype))
        trace = network.forward(huge, x, every_step=True)
        value, dz = loss(trace.z, target, head)
        gradient = network.backward(huge, trace, dz, inputs=True)
        assert all(np.isfinite(array).all() for array in values(trace, value, gradient))


@each_head
@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda net: pickle.loads(pickle.dumps(net))])
def test_a_copied_or_pickled_network_is_the_same_and_stands_alone(
    cell, draw_network, head, duplicate
):
    net, x, state = draw_network(cell, head=head)
    before = network.forward(net, x, state).y
    other = duplicate(net)
    assert (other.cell, other.inputs, other.units, other.outputs, other.head) == (
        net.cell,
        net.inputs,
        net.units,
        net.outputs,
        net.head,
    )
    assert_same(network.forward(other, x, state).y, before)
    other.parameters()["head b_y"][...] += 1
    assert (other.theta != net.theta).sum() == 2
    assert_same(network.forward(net, x, state).y, before)


# Bad input


@pytest.mark.parametrize(
    ("argument", "value", "error", "says"),
    [
        ("rng", 0, TypeError, "expected a numpy.random.Generator, got int"),
        ("inputs", 0, ValueError, "expected a whole number at least 1, got 0"),
        ("inputs", "3", TypeError, "expected a whole number, got '3'"),
        ("outputs", -1, ValueError, "expected a whole number at least 1, got -1"),
        ("outputs", 2.0, TypeError, "expected a whole number, got 2.0"),
        ("units", (), ValueError, "expected at least one layer, got none"),
        ("units", (4, 0), ValueError, "expected a whole number at least 1, got 0"),
        ("units", 2.5, TypeError, "expected a whole number, got 2.5"),
        ("units", "16", TypeError, "expected a whole number, got '16'"),
        ("units", None, TypeError, "expected a whole number, got None"),
        ("head", np.tanh, TypeError, "expected an Activation .*, got ufunc"),
        ("head", "tanh", TypeError, "expected an Activation .*, got str"),
        ("cell", "lstm", TypeError, "expected .*, got 'lstm'"),
        ("cell", math, TypeError, "expected .*, got .*math"),
        ("cell", SimpleNamespace(Params=lstm.Params), TypeError, "expected .*, got namespace"),
        ("dtype", int, TypeError, "expected .*float.*, got .*int"),
        ("dtype", np.float16, TypeError, "expected float32 or float64, got float16"),
        ("units", True, TypeError, "expected a whole number, got True"),
        ("forget_bias", np.nan, ValueError, "expected a finite number, got nan"),
    ],
)
def test_init_refuses(argument, value, error, says):
    arguments = {"rng": np.random.default_rng(0), "inputs": 3, "units": 2, "outputs": 1}
    with pytest.raises(error, match=f"^{argument}: {says}"):
        network.init(**arguments | {argument: value})


@pytest.mark.parametrize("shape", [(), (3,), (1, 82), (83,)], ids=str)
def test_a_theta_of_another_size_is_refused(shape):
    net = new(units=3)  # 4 · 3 · 7 + 2 · 4 = 92
    with pytest.raises(ValueError, match=r"^theta: expected shape \(92,\), got \("):
        net.with_theta(np.zeros(shape))


def test_a_theta_that_is_no_array_of_floats_is_refused():
    with pytest.raises(TypeError, match=r"^theta: expected an array, got list"):
        new().with_theta(new().theta.tolist())
    for dtype in ("<U32", "int64", "bool", "float16"):
        with pytest.raises(TypeError, match=f"^theta: expected float32 or float64, got {dtype}"):
            new().with_theta(new().theta.astype(dtype))


def test_a_network_with_another_layer_differs_in_that_layer_alone(cell, draw_network):
    net, _, _ = draw_network(cell)
    before = net.theta.copy()
    params = cell.Params(net.layers[1].W + 1)
    other = net.with_layer(2, params)
    assert (other.layers[1].W == params.W).all()
    assert (other.layers[0].W == net.layers[0].W).all()
    assert (other.W_y == net.W_y).all()
    assert (net.theta == before).all()
    assert other.theta.base is not net.theta


@pytest.mark.parametrize(
    ("number", "layer", "says"),
    [
        (0, 0, "number: expected a whole number from 1 to 2, got 0"),
        (3, 0, "number: expected a whole number from 1 to 2, got 3"),
        (2, 0, r"params.W: expected shape \(.*\), got \("),
    ],
)
def test_a_layer_that_does_not_fit_is_refused(cell, draw_network, number, layer, says):
    net, _, _ = draw_network(cell)
    with pytest.raises(ValueError, match=f"^{says}"):
        net.with_layer(number, net.layers[layer])


def test_forward_refuses_what_is_no_network():
    with pytest.raises(TypeError, match=r"^net: expected a Network, got NoneType$"):
        network.forward(None, np.ones((4, 3, 5)))


def test_forward_refuses_bad_inputs(cell, draw_network, spoil):
    net, x, state = draw_network(cell)
    with spoil.refused("x"):
        network.forward(net, spoil(x), state)


def test_forward_refuses_bad_states(cell, draw_network, spoil):
    net, x, state = draw_network(cell)
    for name in cell.State._fields:
        bad = state[1]._replace(**{name: spoil(getattr(state[1], name))})
        with spoil.refused(f"layer 2 {name}"):
            network.forward(net, x, (state[0], bad))


def test_forward_refuses_a_bad_state_before_it_writes_anything(cell, draw_network):
    net, x, state = draw_network(cell)
    out = network.forward(net, x, state)
    before = copy.deepcopy(values(out))
    bad = state[1]._replace(a=np.full((3, 5), np.nan))
    with pytest.raises(ValueError, match=r"^layer 2 a: expected finite numbers, got nan"):
        network.forward(net, -x, (state[0], bad), out=out)
    a = state[1].a
    other = lstm.State(a, a) if cell is rnn else rnn.State(a)
    for bad in (other, (*state[1], a), None, 3):
        with pytest.raises(TypeError, match=r"^layer 2 state: expected a State of a.*, got "):
            network.forward(net, -x, (state[0], bad), out=out)
    assert_same(values(out), before)


def test_a_layers_state_may_be_a_plain_tuple(cell, draw_network):
    net, x, state = draw_network(cell)
    assert_same(network.forward(net, x, tuple(map(tuple, state))), network.forward(net, x, state))


@pytest.mark.parametrize("layers", [0, 1, 3])
def test_forward_refuses_states_of_more_or_fewer_layers(cell, draw_network, layers):
    net, x, state = draw_network(cell)
    with pytest.raises(TypeError, match=r"^state: expected a tuple of states, got int$"):
        network.forward(net, x, layers)
    says = rf"^state: expected as many states as layers, 2, got {layers}$"
    with pytest.raises(ValueError, match=says):
        network.forward(net, x, (state * 2)[:layers])


@pytest.mark.parametrize("wide", [np.float64, np.complex128])
def test_forward_refuses_the_room_of_a_narrower_pass(cell, draw_network, wide):
    net, x, _ = draw_network(cell)
    narrow = np.float32 if wide == np.float64 else np.float64
    room = network.forward(net.with_theta(net.theta.astype(narrow)), x.astype(narrow))
    says = f"^out: expected a trace of {np.dtype(wide)}, got {np.dtype(narrow)}"
    with pytest.raises(ValueError, match=says):
        network.forward(net.with_theta(net.theta.astype(wide)), x.astype(narrow), out=room)
    with pytest.raises(ValueError, match=says):
        network.forward(net, x.astype(wide), out=room)


@pytest.mark.parametrize("name", ["layer 2 W", "head W_y", "head b_y"])
@pytest.mark.parametrize("value", [np.nan, -np.inf])
def test_forward_refuses_parameters_that_are_not_finite(cell, draw_network, name, value):
    net, x, _ = draw_network(cell)
    full, view = next((n, v) for n, v in net.parameters().items() if n.startswith(name))
    view[0, 0] = value
    with pytest.raises(
        ValueError, match=rf"^{full}: expected finite numbers, got {value} at index"
    ):
        network.forward(net, x)


@pytest.mark.parametrize(
    "sizes", [{"T": 3}, {"B": 4}, {"D": 2}, {"units": (2, 4)}, {"units": (2,)}], ids=str
)
def test_forward_refuses_a_trace_of_another_shape(cell, draw_network, sizes):
    net, x, _ = draw_network(cell)
    other, other_x, _ = draw_network(cell, **sizes)
    out = network.forward(other, other_x)
    before = copy.deepcopy(values(out))
    with pytest.raises(ValueError, match=r"^out: expected .*, got .*\d"):
        network.forward(net, -x, out=out)
    assert_same(values(out), before)


@each_form
def test_backward_refuses_bad_gradients(cell, draw_network, spoil, every_step):
    net, x, state = draw_network(cell)
    trace = network.forward(net, x, state, every_step=every_step)
    out = np.full_like(net.theta, 99)
    with spoil.refused("dz"):
        network.backward(net, trace, spoil(np.ones(trace.z.shape)), out=out)
    assert (out == 99).all()


def test_backward_refuses_a_gradient_of_every_step_after_many_to_one(cell, draw_network):
    net, x, state = draw_network(cell)
    trace = network.forward(net, x, state)
    with pytest.raises(ValueError, match=r"^dz: expected shape \(2, 5\), got \(4, 2, 5\)$"):
        network.backward(net, trace, np.ones((4, 2, 5)))


def test_backward_refuses_to_write_on_a_vector_of_another_size(cell, draw_network):
    net, x, state = draw_network(cell)
    trace = network.forward(net, x, state)
    size = net.theta.size
    says = rf"^out: expected shape \({size},\) and float64, got \({size - 1},\) and float64"
    with pytest.raises(ValueError, match=says):
        network.backward(net, trace, np.ones((2, 5)), out=np.zeros(size - 1))


def test_backward_refuses_to_write_on_a_vector_of_another_dtype(cell, draw_network):
    net, x, state = draw_network(cell)
    trace = network.forward(net, x, state)
    out = np.full(net.theta.size, 99)
    with pytest.raises(ValueError, match=r"^out: expected .* and float64, got .* and int64$"):
        network.backward(net, trace, np.ones((2, 5)), out=out)
    assert (out == 99).all()


def test_backward_refuses_a_trace_narrower_than_the_network(cell, draw_network):
    net, x, _ = draw_network(cell)
    narrow = net.with_theta(net.theta.astype(np.float32))
    trace = network.forward(narrow, x.astype(np.float32))
    with pytest.raises(ValueError, match=r"^trace: expected float64, got float32$"):
        network.backward(net, trace, np.ones((2, 5)))


@pytest.mark.parametrize("sizes", [{"D": 2}, {"units": (3, 3)}, {"units": (2, 2)}], ids=str)
def test_backward_refuses_the_trace_of_another_network(cell, draw_network, sizes):
    net, _, _ = draw_network(cell)
    other, x, _ = draw_network(cell, **sizes)
    trace = network.forward(other, x)
    with pytest.raises(ValueError, match=r"^trace: expected .*, got "):
        network.backward(net, trace, np.ones((2, 5)))


def test_traces_of_another_kind_are_refused(draw_network):
    (net, x, _), (plain, _, _) = draw_network(lstm), draw_network(rnn)
    trace, other = network.forward(net, x), network.forward(plain, x)
    with pytest.raises(TypeError, match=r"^out: expected layers of lstm_ref.rnn, got Trace of .*$"):
        network.forward(plain, x, out=trace)
    with pytest.raises(
        TypeError, match=r"^trace: expected layers of lstm_ref.lstm, got Trace of .*$"
    ):
        network.backward(net, other, other.z)
    for bad in (None, trace.layers[0]):
        with pytest.raises(TypeError, match=r"^trace: expected a Trace of network, got "):
            network.backward(net, bad, trace.z)
    with pytest.raises(TypeError, match=r"^out: expected a Trace of network, got int$"):
        network.forward(net, x, out=5)
    with pytest.raises(TypeError, match=r"^net: expected a Network, got NoneType$"):
        network.backward(None, trace, trace.z)


@pytest.mark.parametrize("params", [None, rnn.Params(np.zeros((2, 6)))], ids=["None", "rnn"])
def test_the_weights_of_another_cell_make_no_layer(draw_network, params):
    with pytest.raises(TypeError, match=r"^params: expected a Params of lstm_ref.lstm, got "):
        draw_network(lstm)[0].with_layer(1, params)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"units": [4]}, "units: expected a tuple"),
        ({"units": 4}, "units: expected a tuple"),
        ({"units": ()}, "units: expected at least one layer"),
        ({"units": (0,)}, "units: expected a whole number at least 1"),
        ({"cell": "lstm"}, "cell: expected the module lstm or rnn"),
        ({"inputs": -1}, "inputs: expected a whole number at least 1"),
        ({"inputs": 1.0}, "inputs: expected a whole number"),
        ({"outputs": 0}, "outputs: expected a whole number at least 1"),
        ({"head": "tanh"}, "head: expected an Activation"),
    ],
)
def test_network_of_no_possible_form_is_refused(wrong, message):
    """By its constructor too, whatever has been made before."""
    rng = np.random.default_rng(0)
    net = network.init(rng, 1, 4, 1)
    form = {name: getattr(net, name) for name in ("theta", "cell", "inputs", "units", "outputs")}
    with pytest.raises((TypeError, ValueError), match=f"^{message}"):
        network.Network(**(form | {"head": net.head} | wrong))


def test_gradient_goes_into_an_array_only():
    rng = np.random.default_rng(0)
    net = network.init(rng, 1, 2, 1)
    trace = network.forward(net, np.zeros((3, 1, 2)))
    with pytest.raises(TypeError, match="out: expected an array, got list of 1"):
        network.backward(net, trace, np.zeros((1, 2)), out=[1.0])


# --- The head of a reader -------------------------------------------------------------------------


def test_what_follows_the_identity_is_no_view_of_what_comes_before(draw_network):
    net = draw_network(lstm)[0]
    net = network.Network(net.theta, net.cell, net.inputs, net.units, net.outputs, identity)
    trace = network.forward(net, np.ones((3, net.inputs, 2)))
    before = trace.z.copy()
    trace.y[...] = 7
    assert np.array_equal(trace.z, before)


@pytest.mark.parametrize(
    ("own", "match"),
    [
        (lambda z: np.tanh(z, out=z), "read-only"),
        (lambda z: z[:1], r"head\(z\): expected shape \(2, 3\), got \(1, 3\)"),
        (lambda z: z * np.nan, r"head\(z\): expected finite numbers"),
    ],
)
def test_a_head_that_gives_no_answers_is_refused(own, match):
    head = Activation("own", own, lambda y, dy: dy)
    net = network.init(np.random.default_rng(0), 1, 4, 2, head=head)
    with pytest.raises(ValueError, match=match):
        network.forward(net, np.ones((5, 1, 3)))


@pytest.mark.parametrize("units", [range(2, 4), np.array([2, 3]), [2, 3], (2, 3)])
def test_several_units_are_several_layers(units):
    assert network.init(np.random.default_rng(0), 1, units, 1).units == (2, 3)


def test_a_form_is_refused_though_one_like_it_was_made():
    theta = np.zeros(4 * 5 * 7 + 6)
    network.Network(theta, lstm, 1, (5,), 1, tanh)
    with pytest.raises(TypeError, match="units: expected a whole number, got 5.0"):
        network.Network(theta, lstm, 1, (5.0,), 1, tanh)


def test_weights_too_large_for_a_network_are_refused():
    net = network.init(np.random.default_rng(0), 1, 4, 1, dtype=np.float32)
    with pytest.raises(ValueError, match="params.W: expected finite numbers, got inf"):
        net.with_layer(1, lstm.Params(np.full((4, 4, 6), 1e300)))
