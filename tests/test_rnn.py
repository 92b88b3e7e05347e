"""The plain cell's limit cases and symmetries."""

import numpy as np

from lstm_ref import rnn


def assert_close(ours, theirs):
    np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-12)


def test_without_recurrent_weights_there_is_no_memory(draw_layer):
    params, x, state = draw_layer(rnn)
    params.W_a[...] = 0
    trace = rnn.forward(params, x, state)
    assert_close(trace.a, np.tanh(np.einsum("hd,tdb->thb", params.W_x, x) + params.b))


def test_without_input_weights_the_inputs_are_not_seen(draw_layer):
    params, x, state = draw_layer(rnn)
    params.W_x[...] = 0
    assert (rnn.forward(params, x, state).a == rnn.forward(params, -x, state).a).all()


def test_without_biases_inputs_of_the_other_sign_give_activations_of_the_other_sign(draw_layer):
    params, x, state = draw_layer(rnn)
    params.b[...] = 0
    mirrored = rnn.forward(params, -x, rnn.State(-state.a))
    assert_close(mirrored.a, -rnn.forward(params, x, state).a)


def test_with_biases_the_signs_are_not_mirrored(draw_layer):
    params, x, state = draw_layer(rnn)
    mirrored = rnn.forward(params, -x, rnn.State(-state.a))
    assert not np.isclose(mirrored.a, -rnn.forward(params, x, state).a).any()


def test_small_activations_turn_without_loss_under_orthogonal_weights():
    params = rnn.init(np.random.default_rng(0), 1, 4)
    a = np.random.default_rng(1).normal(size=(4, 3)) * 1e-6
    trace = rnn.forward(params, np.zeros((50, 1, 3)), rnn.State(a))
    np.testing.assert_allclose(
        np.linalg.norm(trace.a, axis=1), np.tile(np.linalg.norm(a, axis=0), (50, 1)), rtol=1e-9
    )


def test_large_biases_hold_the_activations_at_their_limits(draw_layer):
    params, x, state = draw_layer(rnn)
    params.b[...] = [[50], [-50]]
    trace = rnn.forward(params, x, state)
    assert (trace.a[:, 0] == 1).all()
    assert (trace.a[:, 1] == -1).all()
    dparams, dx, _ = rnn.backward(params, trace, np.ones_like(trace.a))
    assert not dparams.W.any()
    assert not dx.any()


def test_the_weights_are_input_recurrent_and_bias_columns():
    W = np.arange(2 * 6).reshape(2, 6)
    params = rnn.Params(W)
    assert (params.W_x == W[:, :3]).all()
    assert (params.W_a == W[:, 3:5]).all()
    assert (params.b == W[:, 5:]).all()


def test_a_trace_keeps_the_gradient_before_the_tanh(draw_layer):
    params, x, state = draw_layer(rnn, B=1)
    trace = rnn.forward(params, x, state)
    da = np.random.default_rng(1).normal(size=(4, 2, 1))
    rnn.backward(params, trace, da)
    dstate = rnn.State(np.zeros((2, 1)))
    for t in (3, 2, 1, 0):
        _, step = rnn.step(params, x[t], rnn.State(trace.a[t - 1]) if t else state)
        dparams, _, dstate = rnn.step_backward(params, step, da[t] + dstate.a)
        assert_close(trace.dz[:, t], dparams.b)  # of one sequence, one step: the bias's gradient
