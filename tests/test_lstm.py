"""The LSTM's limit cases: what each gate does when it stands open or shut."""

import numpy as np
import pytest

from lstm_ref import lstm, rnn

OPEN, SHUT = 1000.0, -1000.0  # σ is 1 or 0 there to the last bit


def assert_close(ours, theirs):
    np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-12)


def gated(draw_layer, *, recurrent=True, **biases):
    """Draw a layer, and hold gates at a bias, whatever they read; unless `recurrent`, W_a is 0."""
    params, x, state = draw_layer(lstm, T=6)
    for gate, bias in biases.items():
        k = "ifo".index(gate)
        params.W[k] = 0
        params.b[k] = bias
    if not recurrent:
        params.W_a[...] = 0
    return params, x, state


def test_open_forget_gate_makes_the_state_a_running_sum(draw_layer):
    params, x, state = gated(draw_layer, f=OPEN)
    trace = lstm.forward(params, x, state)
    filtered_input = trace.i * trace.candidate
    assert_close(trace.c, state.c + np.cumsum(filtered_input, axis=0))


def test_open_forget_gate_sums_the_inputs_that_a_constant_input_gate_lets_in(draw_layer):
    params, x, state = gated(draw_layer, f=OPEN, i=np.log(3), recurrent=False)  # σ(log 3) = 3/4
    candidates = np.tanh(np.einsum("hd,tdb->thb", params.W_cx, x) + params.b_c)
    trace = lstm.forward(params, x, state)
    assert_close(trace.c, state.c + 0.75 * np.cumsum(candidates, axis=0))


def test_open_forget_and_shut_input_gate_keep_the_state_for_good(draw_layer):
    params, x, state = gated(draw_layer, f=OPEN, i=SHUT)
    trace = lstm.forward(params, np.tile(x, (50, 1, 1)), state)
    assert (trace.c == state.c).all()


def test_open_forget_gate_keeps_the_gradient_for_good(draw_layer):
    params, x, state = gated(draw_layer, f=OPEN, i=SHUT, o=SHUT)
    trace = lstm.forward(params, np.tile(x, (50, 1, 1)), state)
    dc = np.random.default_rng(1).normal(size=state.c.shape)
    final = lstm.State(np.zeros_like(dc), dc)
    _, _, dstate = lstm.backward(params, trace, np.zeros_like(trace.a), final)
    assert (dstate.c == dc).all()


def test_shut_forget_gate_without_recurrent_weights_leaves_no_memory(draw_layer):
    params, x, state = gated(draw_layer, f=SHUT, recurrent=False)
    _, other, other_state = draw_layer(lstm, T=6, seed=9)
    other[-1] = x[-1]  # another past, the same present
    one, two = lstm.forward(params, x, state), lstm.forward(params, other, other_state)
    assert (one.c[-1] == two.c[-1]).all()
    assert (one.a[-1] == two.a[-1]).all()
    assert (one.a[-2] != two.a[-2]).all()


def test_shut_forget_gate_leaves_the_filtered_input_alone(draw_layer):
    params, x, state = gated(draw_layer, f=SHUT)
    trace = lstm.forward(params, x, state)
    assert (trace.c == trace.i * trace.candidate).all()


def test_shut_forget_gate_without_recurrent_weights_sends_no_gradient_back(draw_layer):
    params, x, state = gated(draw_layer, f=SHUT, recurrent=False)
    trace = lstm.forward(params, x, state)
    _, dx, dstate = lstm.backward(params, trace, np.ones((1, 2, 5)))
    assert dx[-1].all()
    assert not dx[:-1].any()
    assert not dstate.a.any()
    assert not dstate.c.any()


def test_half_open_forget_gate_halves_the_state_each_step(draw_layer):
    params, x, state = gated(draw_layer, f=0, i=SHUT)
    trace = lstm.forward(params, x, state)
    assert_close(trace.c, [state.c / 2**t for t in range(1, 7)])


def test_shut_input_gate_hides_the_inputs_from_the_state(draw_layer):
    params, x, state = gated(draw_layer, i=SHUT, f=0)
    one, other = lstm.forward(params, x, state), lstm.forward(params, -x, state)
    assert (one.c == other.c).all()


def test_open_input_gate_lets_the_whole_candidate_in(draw_layer):
    params, x, state = gated(draw_layer, i=OPEN, f=SHUT)
    trace = lstm.forward(params, x, state)
    assert (trace.c == trace.candidate).all()


def test_shut_output_gate_silences_the_cell_but_not_its_state(draw_layer):
    params, x, state = gated(draw_layer, o=SHUT)
    trace = lstm.forward(params, x, state)
    assert not trace.a.any()
    assert trace.c.all()


def test_open_output_gate_shows_the_tanh_of_the_state(draw_layer):
    params, x, state = gated(draw_layer, o=OPEN)
    trace = lstm.forward(params, x, state)
    assert_close(trace.a, np.tanh(trace.c))


def test_candidate_and_state_of_the_other_sign_give_the_activation_of_the_other_sign(draw_layer):
    params, x, state = gated(draw_layer, recurrent=False)
    mirrored = lstm.Params(params.W * np.array([1, 1, 1, -1])[:, None, None])
    one = lstm.forward(params, x, state)
    other = lstm.forward(mirrored, x, lstm.State(state.a, -state.c))
    assert_close(other.a, -one.a)


def test_forget_bias_is_every_forget_gates_first_bias_and_no_other():
    plain, raised = (
        lstm.init(np.random.default_rng(0), 3, 4, forget_bias=bias) for bias in (0, 1.5)
    )
    assert (raised.b_f == 1.5).all()
    raised.b_f[...] = 0
    np.testing.assert_array_equal(raised.W, plain.W)


@pytest.mark.parametrize("gate", "ifoc")
def test_the_gates_lie_in_the_order_in_which_the_text_names_them(gate):
    params = lstm.Params(np.arange(4 * 2 * 6).reshape(4, 2, 6))
    W = params.W["ifoc".index(gate)]
    np.testing.assert_array_equal(getattr(params, f"W_{gate}x"), W[:, :3])
    np.testing.assert_array_equal(getattr(params, f"W_{gate}a"), W[:, 3:5])
    np.testing.assert_array_equal(getattr(params, f"b_{gate}"), W[:, 5:])


def test_a_steps_filtered_parts_add_up_to_its_state(draw_layer):
    params, x, state = draw_layer(lstm)
    _, step = lstm.step(params, x[0], state)
    assert_close(step.filtered_input, step.i * step.candidate)
    assert_close(step.filtered_state, step.f * state.c)
    assert_close(step.c, step.filtered_input + step.filtered_state)


def test_a_trace_keeps_each_gates_gradient_before_its_nonlinearity(draw_layer):
    params, x, state = draw_layer(lstm, B=1)
    trace = lstm.forward(params, x, state)
    da = np.random.default_rng(1).normal(size=(4, 2, 1))
    lstm.backward(params, trace, da)
    dstate = lstm.State(np.zeros((2, 1)), np.zeros((2, 1)))
    for t in (3, 2, 1, 0):
        before = lstm.State(trace.a[t - 1], trace.c[t - 1]) if t else state
        _, step = lstm.step(params, x[t], before)
        dparams, _, dstate = lstm.step_backward(params, step, da[t] + dstate.a, dstate.c)
        assert_close(trace.dz[t], dparams.b)  # of one sequence, one step: the bias's gradient


@pytest.mark.parametrize("inputs", [True, False])
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex128])
def test_what_the_engine_works_in_begins_at_a_line_of_the_cache(draw_layer, dtype, inputs):
    params, x, _ = draw_layer(lstm)
    params = lstm.Params(params.W.astype(dtype))
    trace = lstm.forward(params, x.astype(dtype))
    lstm.backward(params, trace, np.ones((1, *trace.a.shape[1:])), inputs=inputs)
    room = trace.v, trace.gates, trace.dz, trace._room, *trace._columns
    assert [(array.ctypes.data % 64, array.dtype) for array in room] == [(0, dtype)] * 6


@pytest.mark.parametrize(
    ("value", "error", "says"),
    [
        (np.nan, ValueError, "expected a finite number.*, got nan"),
        (np.inf, ValueError, "expected a finite number.*, got inf"),
        ("1", TypeError, "expected a number, got '1'"),
        (None, TypeError, "expected a number, got None"),
    ],
)
def test_init_refuses_a_forget_bias_that_is_no_finite_number(value, error, says):
    with pytest.raises(error, match=rf"^forget_bias: {says}"):
        lstm.init(np.random.default_rng(0), 3, 4, forget_bias=value)


@pytest.mark.parametrize("value", [0, 0.25, 1.0])
@pytest.mark.parametrize("gate", ["i", "f", "o"])
def test_a_held_gate_has_its_value_whatever_it_reads(draw_layer, gate, value):
    params, x, state = draw_layer(lstm, T=6)
    before = params.W.copy()
    held = lstm.hold_gate(params, gate, value)
    trace = lstm.forward(held, 1e4 * x, state)
    exact = 0 if value in (0, 1) else 1e-15
    assert abs(getattr(trace, gate) - value).max() <= exact
    assert (before == params.W).all()
    others = [k for k in range(4) if k != "ifo".index(gate)]
    assert (held.W[others] == params.W[others]).all()


@pytest.mark.parametrize("gate", ["i", "f", "o"])
def test_each_unit_s_gate_can_have_a_value_of_its_own(draw_layer, gate):
    params, x, state = draw_layer(lstm, T=6)
    values = np.array([0.25, 1.0])
    trace = lstm.forward(lstm.hold_gate(params, gate, values), 1e4 * x, state)
    expected = np.broadcast_to(values[:, None], trace.i.shape)
    np.testing.assert_allclose(getattr(trace, gate), expected, rtol=0, atol=1e-15)


@pytest.mark.parametrize(
    ("gate", "value", "error", "says"),
    [
        ("c", 0.5, ValueError, "gate: expected 'i', 'f' or 'o', got 'c'"),
        ("f", 1.1, ValueError, "value: expected a finite number at least 0 and at most 1, got 1.1"),
        (
            "f",
            -0.1,
            ValueError,
            "value: expected a finite number at least 0 and at most 1, got -0.1",
        ),
        ("f", np.nan, ValueError, "value: expected a finite number"),
        ("f", "1", TypeError, "value: expected a number, got '1'"),
        ("f", np.full(3, 0.5), ValueError, r"value: expected shape \(2,\), got \(3,\)"),
        ("f", np.array([0.5, 2]), ValueError, "value: expected .* at most 1, got 2"),
        ("f", np.array([0.5, np.nan]), ValueError, "value: expected finite numbers"),
    ],
)
def test_a_gate_is_held_only_where_that_is_possible(draw_layer, gate, value, error, says):
    with pytest.raises(error, match=f"^{says}"):
        lstm.hold_gate(draw_layer(lstm)[0], gate, value)


def test_a_gate_of_whole_numbered_weights_is_held_exactly_too():
    params = lstm.Params(np.zeros((4, 1, 3), int))
    np.testing.assert_allclose(lstm.hold_gate(params, "f", 0.9).b_f, np.log(9), rtol=1e-15)


def test_another_cell_has_no_gate_to_hold():
    for other in (rnn.Params(np.zeros((2, 6))), np.zeros((4, 2, 6))):
        with pytest.raises(TypeError, match=r"^params: expected a Params of lstm_ref.lstm, got"):
            lstm.hold_gate(other, "f", 0.9)


@pytest.mark.parametrize("z", [-50.0, -5.0, 0.0, 0.1, 5.0, 50.0])
def test_a_gate_is_the_logistic_function_to_the_rounding_of_one(draw_layer, z):
    params, x, state = gated(draw_layer, f=z)
    exact = 1 / (1 + np.exp(-z))
    np.testing.assert_allclose(lstm.forward(params, x, state).f, exact, rtol=0, atol=2.3e-16)


def test_a_list_of_values_holds_each_unit():
    params = lstm.init(np.random.default_rng(0), inputs=1, units=2)
    held = lstm.hold_gate(params, "f", [0.25, 0.5])
    assert np.array_equal(held.W, lstm.hold_gate(params, "f", np.array([0.25, 0.5])).W)
