"""What both cells promise alike: the engine is `step` T times, in any form that arrays come in."""

import copy
import pickle
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_ref import lstm, rnn

SIZE, SEED = st.integers(1, 5), st.integers(0, 2**32 - 1)
shapes = given(T=SIZE, D=SIZE, H=SIZE, B=SIZE, seed=SEED)
any_dtype = pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex64, np.complex128])


def assert_close(ours, theirs):
    np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-12)


def values(*items):
    """Return all arrays of nested tuples, parameters and traces, flat."""
    flat = []
    for item in items:
        if isinstance(item, tuple | list):
            flat += values(*item)
        elif hasattr(item, "W"):
            flat.append(item.W)
        elif hasattr(item, "v"):
            extra = (item.c, item.i, item.f, item.o, item.candidate) if hasattr(item, "c") else ()
            flat += [item.x, item.a, *extra]
        elif item is not None:
            flat.append(item)
    return flat


def assert_same(ours, theirs):
    for one, other in zip(values(ours), values(theirs), strict=True):
        np.testing.assert_array_equal(one, other)


def draw_gradients(cell, shape, seed=1):
    """Draw the gradients of the activations (T, H, B) and of the final state."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=shape), cell.State(
        *rng.normal(size=(len(cell.State._fields), *shape[1:]))
    )


def cast(cell, dtype, params, x, state):
    return (
        cell.Params(params.W.astype(dtype)),
        x.astype(dtype),
        cell.State(*(part.astype(dtype) for part in state)),
    )


def take_steps(cell, params, x, state):
    steps = []
    for x_t in x:
        state, step = cell.step(params, x_t, state)
        steps.append(step)
    return state, steps


# `step` and the engine


@shapes
def test_forward_is_step_at_each_time(cell, draw_layer, T, D, H, B, seed):
    params, x, state = draw_layer(cell, T, D, H, B, seed)
    final, steps = take_steps(cell, params, x, state)
    trace = cell.forward(params, x, state)
    names = "x i f o candidate c a" if cell is lstm else "x a"
    for name in names.split():
        assert_close(getattr(trace, name), [getattr(step, name) for step in steps])
    for ours, theirs in zip(trace.state, final, strict=True):
        assert_close(ours, theirs)


@given(T=SIZE, D=SIZE, H=SIZE, B=SIZE, n=SIZE, seed=SEED)
def test_backward_is_step_backward_at_each_time(cell, draw_layer, T, D, H, B, n, seed):
    params, x, state = draw_layer(cell, T, D, H, B, seed)
    da, final = draw_gradients(cell, (T, H, B), seed)
    n = min(n, T)  # the loss reads so many steps, the last ones
    da[: T - n] = 0
    _, steps = take_steps(cell, params, x, state)
    dW, dx, dstate = 0, [], final
    for step, da_t in zip(steps[::-1], da[::-1], strict=True):
        dparams, dx_t, dstate = cell.step_backward(params, step, da_t + dstate.a, *dstate[1:])
        dW, dx = dW + dparams.W, [dx_t, *dx]
    ours = cell.backward(params, cell.forward(params, x, state), da[T - n :], final)
    assert_close(ours[0].W, dW)
    assert_close(ours[1], dx)
    for part, expected in zip(ours[2], dstate, strict=True):
        assert_close(part, expected)


@shapes
def test_two_halves_with_the_state_carried_are_the_whole(cell, draw_layer, T, D, H, B, seed):
    params, x, state = draw_layer(cell, T + 1, D, H, B, seed)
    whole = cell.forward(params, x, state)
    first = cell.forward(params, x[:T], state)
    second = cell.forward(params, x[T:], first.state)
    assert_close(np.concatenate([first.a, second.a]), whole.a)
    for ours, theirs in zip(second.state, whole.state, strict=True):
        assert_close(ours, theirs)


@shapes
def test_two_halves_with_the_gradient_carried_are_the_whole(cell, draw_layer, T, D, H, B, seed):
    params, x, state = draw_layer(cell, T + 1, D, H, B, seed)
    da, final = draw_gradients(cell, (T + 1, H, B), seed)
    whole = cell.backward(params, cell.forward(params, x, state), da, final)
    first = cell.forward(params, x[:T], state)
    second = cell.backward(params, cell.forward(params, x[T:], first.state), da[T:], final)
    first = cell.backward(params, first, da[:T], second[2])
    assert_close(first[0].W + second[0].W, whole[0].W)
    assert_close(np.concatenate([first[1], second[1]]), whole[1])
    for ours, theirs in zip(first[2], whole[2], strict=True):
        assert_close(ours, theirs)


# What may be left out


def test_the_initial_state_is_zero_unless_given(cell, draw_layer):
    params, x, state = draw_layer(cell)
    zero = cell.State(*(np.zeros_like(part) for part in state))
    assert_same(cell.forward(params, x), cell.forward(params, x, zero))
    assert not np.allclose(cell.forward(params, x).a, cell.forward(params, x, state).a)


def test_the_gradient_of_the_final_state_is_zero_unless_given(cell, draw_layer):
    params, x, state = draw_layer(cell)
    trace = cell.forward(params, x, state)
    da, final = draw_gradients(cell, trace.a.shape)
    zero = cell.State(*(np.zeros_like(part) for part in state))
    without = copy.deepcopy(cell.backward(params, trace, da))
    assert_same(without, cell.backward(params, trace, da, zero))
    assert not np.allclose(without[0].W, cell.backward(params, trace, da, final)[0].W)


def test_without_the_inputs_gradient_the_others_are_the_same(cell, draw_layer):
    params, x, state = draw_layer(cell)
    trace = cell.forward(params, x, state)
    da, final = draw_gradients(cell, trace.a.shape)
    dparams, _, dstate = cell.backward(params, trace, da, final)
    without = cell.backward(params, trace, da, final, inputs=False)
    assert without[1] is None
    assert_close(without[0].W, dparams.W)
    for ours, theirs in zip(without[2], dstate, strict=True):
        assert_close(ours, theirs)


def test_a_second_way_back_leaves_the_gradients_of_the_first_as_they_were(cell, draw_layer):
    params, x, state = draw_layer(cell)
    trace = cell.forward(params, x, state)
    dparams, dx, dstate = cell.backward(params, trace, np.ones((1, 2, 5)))
    before = dparams.W.copy(), dx.copy(), *(part.copy() for part in dstate)
    cell.backward(params, trace, np.full((4, 2, 5), 3.0))
    for now, then in zip((dparams.W, dx, *dstate), before, strict=True):
        np.testing.assert_array_equal(now, then)


def test_the_way_back_can_be_gone_twice(cell, draw_layer):
    params, x, state = draw_layer(cell)
    trace = cell.forward(params, x, state)
    gradients = draw_gradients(cell, trace.a.shape)
    first = cell.backward(params, trace, *gradients)
    assert_same(first, cell.backward(params, trace, *gradients))


@pytest.mark.parametrize(
    "duplicate", [copy.deepcopy, lambda item: pickle.loads(pickle.dumps(item))]
)
def test_a_copied_or_pickled_trace_stands_alone(cell, draw_layer, duplicate):
    params, x, state = draw_layer(cell)
    trace = cell.forward(params, x, state)
    gradients = draw_gradients(cell, trace.a.shape)
    expected = cell.backward(params, trace, *gradients)
    assert_same(expected, cell.backward(params, duplicate(trace), *gradients))


def test_a_final_state_is_no_view_of_its_trace(cell, draw_layer):
    params, x, _ = draw_layer(cell)
    trace = cell.forward(params, x)
    state = trace.state
    before = copy.deepcopy(state)
    for array in values(trace):
        array[...] = 0
    assert_same(state, before)


# Forms that arrays come in


def test_every_layout_of_the_same_numbers_gives_the_same_result(cell, draw_layer):
    params, x, state = draw_layer(cell)
    da, final = draw_gradients(cell, (len(x), *state.a.shape))
    expected = cell.forward(params, x, state)
    gradients = cell.backward(params, expected, da, final)

    def scattered(array):
        room = np.full((*array.shape[:-1], 2 * array.shape[-1] + 1), np.nan)
        room[..., 1::2] = array
        return room[..., 1::2]

    for layout in (np.asfortranarray, scattered, lambda array: array[::-1].copy()[::-1]):
        params = cell.Params(layout(params.W))
        states = [cell.State(*map(layout, parts)) for parts in (state, final)]
        trace = cell.forward(params, layout(x), states[0])
        assert_same(trace, expected)
        for ours, theirs in zip(
            values(cell.backward(params, trace, layout(da), states[1])),
            values(gradients),
            strict=True,
        ):
            assert_close(ours, theirs)


@any_dtype
def test_the_dtype_that_comes_in_goes_out(cell, draw_layer, dtype):
    params, x, state = cast(cell, dtype, *draw_layer(cell))
    trace = cell.forward(params, x, state)
    da = trace.a.copy()
    results = trace, trace.state, cell.backward(params, trace, da, trace.state)
    assert {array.dtype for array in values(results)} == {np.dtype(dtype)}


@any_dtype
def test_a_step_keeps_the_dtype(cell, draw_layer, dtype):
    params, x, state = cast(cell, dtype, *draw_layer(cell))
    new, step = cell.step(params, x[0], state)
    results = new, step, cell.step_backward(params, step, *new)
    assert {array.dtype for array in values(results)} == {np.dtype(dtype)}


@pytest.mark.parametrize("wide", range(3), ids=["weights", "inputs", "state"])
def test_the_widest_dtype_wins(cell, draw_layer, wide):
    args = list(cast(cell, np.float32, *draw_layer(cell)))
    args[wide] = draw_layer(cell)[wide]
    trace = cell.forward(*args)
    assert trace.a.dtype == np.float64
    assert cell.backward(args[0], trace, trace.a.copy())[0].W.dtype == np.float64


def test_float32_numbers_are_the_float64_ones_to_their_precision(cell, draw_layer):
    given_ = draw_layer(cell)
    da, final = draw_gradients(cell, (4, 2, 5))
    results = []
    for dtype in (np.float32, np.float64):
        params, x, state = cast(cell, dtype, *given_)
        trace = cell.forward(params, x, state)
        results.append(values(trace, cell.backward(params, trace, da.astype(dtype), final)))
    for ours, theirs in zip(*results, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=2e-5, atol=2e-5)


def test_whole_numbers_are_taken_as_float64(cell, draw_layer):
    params, x, _ = draw_layer(cell)
    whole = np.arange(x.size).reshape(x.shape) % 3
    ours = cell.forward(cell.Params(np.sign(params.W).astype(int)), whole)
    assert_same(ours, cell.forward(cell.Params(np.sign(params.W)), whole.astype(float)))


# What follows from the equations


@shapes
def test_sequences_side_by_side_do_not_see_each_other(cell, draw_layer, T, D, H, B, seed):
    params, x, state = draw_layer(cell, T, D, H, B, seed)
    da, final = draw_gradients(cell, (T, H, B), seed)
    together = cell.forward(params, x, state)
    dparams, dx, dstate = cell.backward(params, together, da, final)
    dW = 0
    for b in range(B):
        one = np.s_[..., b : b + 1]
        alone = cell.forward(params, x[one], cell.State(*(part[one] for part in state)))
        back = cell.backward(params, alone, da[one], cell.State(*(part[one] for part in final)))
        assert_close(alone.a, together.a[one])
        assert_close(back[1], dx[one])
        for ours, theirs in zip(back[2], dstate, strict=True):
            assert_close(ours, theirs[one])
        dW = dW + back[0].W
    assert_close(dW, dparams.W)


def test_sequences_in_another_order_give_their_results_in_that_order(cell, draw_layer):
    params, x, state = draw_layer(cell)
    order = [3, 0, 4, 1, 2]
    ours = cell.forward(params, x[..., order], cell.State(*(part[:, order] for part in state)))
    assert_close(ours.a, cell.forward(params, x, state).a[..., order])


def test_units_in_another_order_give_their_activations_in_that_order(cell, draw_layer):
    D, H = 3, 5
    params, x, state = draw_layer(cell, D=D, H=H)
    order = np.array([2, 0, 4, 1, 3])
    columns = [*range(D), *(D + order), D + H]
    ours = cell.forward(
        cell.Params(params.W[..., order, :][..., columns]),
        x,
        cell.State(*(part[order] for part in state)),
    )
    assert_close(ours.a, cell.forward(params, x, state).a[:, order])


def test_a_later_input_changes_nothing_earlier(cell, draw_layer):
    params, x, state = draw_layer(cell)
    before = cell.forward(params, x, state).a
    x[2] += 1
    after = cell.forward(params, x, state).a
    assert_same(after[:2], before[:2])
    assert (after[2:] != before[2:]).all()


def test_a_loss_on_an_early_step_sends_no_gradient_to_later_inputs(cell, draw_layer):
    params, x, state = draw_layer(cell)
    da = np.zeros((4, 2, 5))
    da[1] = 1
    _, dx, _ = cell.backward(params, cell.forward(params, x, state), da)
    assert dx[:2].all()
    assert not dx[2:].any()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("weights", [1, 1e4], ids=["plain weights", "huge weights"])
def test_saturated_inputs_pass_both_ways_with_finite_numbers(cell, draw_layer, weights, dtype):
    params, x, state = draw_layer(cell, T=20)
    huge = (
        cell.Params(np.sign(params.W) * weights),
        np.sign(x) * 1e4,
        cell.State(*(np.sign(part) * 1e4 for part in state)),
    )
    params, x, state = cast(cell, dtype, *huge)
    trace = cell.forward(params, x, state)
    back = cell.backward(params, trace, np.full_like(trace.a, 1e4))
    assert all(np.isfinite(array).all() for array in values(trace, back))


def test_saturated_steps_pass_both_ways_with_finite_numbers(cell, draw_layer):
    params, x, state = draw_layer(cell)
    new, step = cell.step(params, np.sign(x[0]) * 1e4, cell.State(*(1e4 * part for part in state)))
    back = cell.step_backward(params, step, *(np.full_like(part, 1e4) for part in new))
    assert all(np.isfinite(array).all() for array in values(new, step, back))


# What is given stays as it is


def test_a_whole_pass_leaves_what_it_is_given(cell, draw_layer):
    params, x, state = draw_layer(cell)
    gradients = draw_gradients(cell, (4, 2, 5))
    before = copy.deepcopy((params, x, state, gradients))
    trace = cell.forward(params, x, state)
    cell.backward(params, trace, *gradients)
    assert_same((params, x, state, gradients), before)


def test_backward_leaves_what_the_forward_pass_found(cell, draw_layer):
    params, x, state = draw_layer(cell)
    trace = cell.forward(params, x, state)
    before = copy.deepcopy(values(trace))
    cell.backward(params, trace, *draw_gradients(cell, trace.a.shape))
    assert_same(values(trace), before)


def test_a_step_leaves_what_it_is_given(cell, draw_layer):
    params, x, state = draw_layer(cell)
    da, final = draw_gradients(cell, (4, 2, 5))
    before = copy.deepcopy((params, x, state, da, final))
    _, step = cell.step(params, x[0], state)
    found = copy.deepcopy(step)
    cell.step_backward(params, step, *final)
    assert_same((params, x, state, da, final, step), (*before, found))


# Initial values


def test_input_weights_start_glorot_normal(cell):
    W = cell.init(np.random.default_rng(0), 60, 80).W_x
    rows = W.size // 60
    assert abs(W.mean()) < 4 * W.std() / np.sqrt(W.size)
    np.testing.assert_allclose(W.var(), 2 / (60 + rows), rtol=0.1)
    np.testing.assert_allclose((W**4).mean() / W.var() ** 2, 3, atol=0.4)  # a normal's kurtosis


@pytest.mark.parametrize("H", [1, 2, 16])
def test_recurrent_weights_start_with_orthonormal_columns(cell, H):
    W = cell.init(np.random.default_rng(0), 3, H).W_a.reshape(-1, H)
    assert_close(W.T @ W, np.eye(H))


def test_recurrent_weights_favour_no_direction_at_the_start(cell):
    rng = np.random.default_rng(0)
    W = np.array([cell.init(rng, 1, 2).W_a for _ in range(400)])
    assert (abs(W.mean(axis=0)) < 0.15).all()


def test_biases_start_at_zero(cell):
    params = cell.init(np.random.default_rng(0), 3, 4)
    assert params.b.size == params.W.size // 8
    assert not params.b.any()


def test_the_same_seed_draws_the_same_weights(cell):
    assert_same(*(cell.init(np.random.default_rng(7), 3, 4) for _ in range(2)))


def test_another_seed_draws_other_weights(cell):
    one, other = (cell.init(np.random.default_rng(seed), 3, 4) for seed in (7, 8))
    assert (one.W_x != other.W_x).all()
    assert (one.W_a != other.W_a).all()


def test_float32_weights_are_the_float64_ones_rounded(cell):
    one, other = (cell.init(np.random.default_rng(7), 3, 4, dtype=t) for t in ("f4", "f8"))
    assert one.W.dtype == np.float32
    assert_same(one.W, other.W.astype(np.float32))


# Names


def test_the_named_weights_cover_each_number_once(cell):
    size = cell.Params(np.zeros(cell.Params.shape(3, 2))).W.size
    params = cell.Params(np.arange(size).reshape(cell.Params.shape(3, 2)))
    named = np.concatenate([getattr(params, name).ravel() for name in params.NAMES])
    assert sorted(named) == list(range(size))


def test_writing_to_a_named_weight_changes_it_alone(cell):
    for name in cell.Params.NAMES:
        params = cell.Params(np.zeros(cell.Params.shape(3, 2)))
        view = getattr(params, name)
        view[...] = 1
        assert params.W.sum() == view.size


# Bad input


@pytest.mark.parametrize(
    ("argument", "value", "error", "says"),
    [
        ("rng", 0, TypeError, "expected a numpy.random.Generator, got int"),
        ("rng", None, TypeError, "expected a numpy.random.Generator, got NoneType"),
        ("inputs", 0, ValueError, "expected a whole number at least 1, got 0"),
        ("inputs", 1.5, TypeError, "expected a whole number, got 1.5"),
        ("units", -2, ValueError, "expected a whole number at least 1, got -2"),
        ("units", "16", TypeError, "expected a whole number, got '16'"),
        ("dtype", int, TypeError, "expected .*float.*, got .*int"),
        ("dtype", "much", TypeError, "expected .*float.*, got .*much"),
    ],
)
def test_init_refuses(cell, argument, value, error, says):
    arguments = {"rng": np.random.default_rng(0), "inputs": 3, "units": 2}
    with pytest.raises(error, match=rf"^{argument}: {says}"):
        cell.init(**arguments | {argument: value})


@pytest.mark.parametrize("shape", [(), (2,), (4, 2, 3, 1), (2, 3), (4, 2, 3), (3, 2, 6), (0, 4)])
def test_weights_of_no_layer_are_refused(cell, shape):
    with pytest.raises(ValueError, match=r"^W: expected shape \(.*H, D \+ H \+ 1\), got \("):
        cell.Params(np.zeros(shape))


def test_weights_that_are_no_array_of_numbers_are_refused(cell):
    W = np.zeros(cell.Params.shape(3, 2))
    for bad, got in ((W.tolist(), "list"), (None, "NoneType")):
        with pytest.raises(TypeError, match=rf"^W: expected an array, got {got}"):
            cell.Params(bad)
    for bad in (W.astype(str), W.astype(object), W > 0):
        with pytest.raises(TypeError, match=r"^W: expected real or complex numbers, got dtype"):
            cell.Params(bad)


def test_forward_refuses_bad_inputs(cell, draw_layer, spoil):
    params, x, state = draw_layer(cell)
    with spoil.refused("x"):
        cell.forward(params, spoil(x), state)


def test_forward_refuses_bad_states(cell, draw_layer, spoil):
    params, x, state = draw_layer(cell)
    for name in state._fields:
        bad = state._replace(**{name: spoil(getattr(state, name))})
        with spoil.refused(name):
            cell.forward(params, x, bad)


def test_forward_refuses_a_state_of_another_batch(cell, draw_layer):
    params, x, state = draw_layer(cell)
    with pytest.raises(ValueError, match=r"^a: expected shape \(2, 4\), got \(2, 5\)"):
        cell.forward(params, x[..., :4], state)


def test_every_pass_refuses_a_state_of_another_kind(cell, draw_layer):
    params, x, state = draw_layer(cell)
    out = cell.forward(params, x, state)
    before, a = copy.deepcopy(values(out)), state.a
    other = lstm.State(a, a) if cell is rnn else rnn.State(a)
    for bad in (other, (*state, a), state[1:], (), a, 3, [None] * len(state)):
        with pytest.raises(TypeError, match=r"^(state|a): expected .*, got "):
            cell.step(params, x[0], bad)
        with pytest.raises(TypeError, match=r"^(state|a): expected .*, got "):
            cell.forward(params, x, bad)
        with pytest.raises(TypeError, match=r"^(dstate|da): expected .*, got "):
            cell.backward(params, out, np.ones((1, 2, 5)), bad)
    with pytest.raises(TypeError, match=r"^state: expected a State of a.*, got NoneType"):
        cell.step(params, x[0], None)
    assert_same(values(out), before)


def test_every_pass_refuses_weights_and_traces_of_the_other_cell(cell, draw_layer):
    params, x, state = draw_layer(cell)
    other = rnn if cell is lstm else lstm
    theirs, trace = draw_layer(other)[0], cell.forward(params, x)
    _, step = cell.step(params, x[0], state)
    for wrong in (theirs, None, params.W):
        for function, rest in (
            (cell.forward, (x,)),
            (cell.backward, (trace, np.ones((1, 2, 5)))),
            (cell.step, (x[0], state)),
            (cell.step_backward, (step, *state)),
        ):
            says = f"^params: expected a Params of {cell.__name__}, got "
            with pytest.raises(TypeError, match=says):
                function(wrong, *rest)
    for wrong in (other.step(theirs, x[0], other.forward(theirs, x).state)[1], tuple(step)):
        with pytest.raises(TypeError, match=f"^step: expected a Step of {cell.__name__}, got "):
            cell.step_backward(params, wrong, *state)
    for wrong in (other.forward(theirs, x), None):
        with pytest.raises(TypeError, match=f"^trace: expected a Trace of {cell.__name__}, got "):
            cell.backward(params, wrong, np.ones((1, 2, 5)))


def test_a_state_may_be_a_plain_tuple_of_its_arrays(cell, draw_layer):
    params, x, state = draw_layer(cell)
    expected = cell.forward(params, x, state)
    assert_same(cell.forward(params, x, tuple(state)), expected)
    assert_same(cell.step(params, x[0], tuple(state)), cell.step(params, x[0], state))


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_every_pass_refuses_weights_that_are_not_finite(cell, draw_layer, value):
    params, x, state = draw_layer(cell)
    trace, (_, step) = cell.forward(params, x), cell.step(params, x[0], state)
    params.W[..., 1] = value
    for call in (
        lambda: cell.forward(params, x),
        lambda: cell.backward(params, trace, np.ones((1, 2, 5))),
        lambda: cell.step(params, x[0], state),
        lambda: cell.step_backward(params, step, *state),
    ):
        with pytest.raises(ValueError, match=rf"^W: expected finite numbers, got {value} at index"):
            call()


def test_backward_refuses_bad_gradients(cell, draw_layer, spoil):
    params, x, state = draw_layer(cell)
    trace = cell.forward(params, x, state)
    with spoil.refused("da"):
        cell.backward(params, trace, spoil(np.ones((4, 2, 5))))


def test_backward_refuses_gradients_of_too_many_steps(cell, draw_layer):
    params, x, state = draw_layer(cell)
    trace = cell.forward(params, x, state)
    with pytest.raises(ValueError, match=r"da.*: expected a whole number from 1 to 4, got 5"):
        cell.backward(params, trace, np.ones((5, 2, 5)))


def test_backward_refuses_bad_gradients_of_the_final_state(cell, draw_layer, spoil):
    params, x, state = draw_layer(cell)
    trace = cell.forward(params, x, state)
    for name in state._fields:
        bad = state._replace(**{name: spoil(getattr(state, name))})
        with spoil.refused(f"d{name}"):
            cell.backward(params, trace, np.ones((1, 2, 5)), bad)


@pytest.mark.parametrize("sizes", [{"D": 2}, {"H": 3}, {"D": 2, "H": 3}], ids=str)
def test_backward_refuses_the_trace_of_another_layer(cell, draw_layer, sizes):
    params, _, _ = draw_layer(cell)
    other = cell.forward(*draw_layer(cell, **sizes))
    sizes = {"D": 3, "H": 2} | sizes
    says = f"trace: expected D, H = (3, 2) and float64, got {sizes['D'], sizes['H']} and float64"
    with pytest.raises(ValueError, match=rf"^{re.escape(says)}$"):
        cell.backward(params, other, np.ones_like(other.a))


def test_backward_refuses_a_trace_narrower_than_the_weights(cell, draw_layer):
    params, x, state = draw_layer(cell)
    narrow = cell.forward(*cast(cell, np.float32, params, x, state))
    with pytest.raises(ValueError, match=r"^trace: expected .* and float64, got .* and float32$"):
        cell.backward(params, narrow, np.ones((1, 2, 5)))


def test_backward_refuses_complex_gradients_of_a_real_pass(cell, draw_layer):
    params, x, state = draw_layer(cell)
    trace = cell.forward(params, x, state)
    with pytest.raises((TypeError, ValueError), match=r"^da: expected .*, got .*complex"):
        cell.backward(params, trace, np.ones((1, 2, 5), complex))


def test_step_refuses_bad_inputs(cell, draw_layer, spoil):
    params, x, state = draw_layer(cell)
    with spoil.refused("x"):
        cell.step(params, spoil(x[0]), state)


def test_step_refuses_bad_states(cell, draw_layer, spoil):
    params, x, state = draw_layer(cell)
    for name in state._fields:
        with spoil.refused(name):
            cell.step(params, x[0], state._replace(**{name: spoil(getattr(state, name))}))


def test_step_backward_refuses_bad_gradients(cell, draw_layer, spoil):
    params, x, state = draw_layer(cell)
    new, step = cell.step(params, x[0], state)
    for name in new._fields:
        with spoil.refused(f"d{name}"):
            gradients = new._replace(**{name: spoil(getattr(new, name))})
            cell.step_backward(params, step, *gradients)


@pytest.mark.parametrize("cell", [rnn, lstm])
@pytest.mark.parametrize(("D", "H"), [(1, 2), (3, 4)])
def test_step_of_another_form_is_refused(cell, D, H):
    rng = np.random.default_rng(0)
    params, other = cell.init(rng, 3, 2), cell.init(rng, D, H)
    state = cell.State(*np.zeros((len(cell.State._fields), H, 5)))
    _, step = cell.step(other, np.zeros((D, 5)), state)
    sent = np.zeros((len(cell.State._fields), H, 5))
    with pytest.raises(ValueError, match=rf"step: expected D, H = 3 and 2, got {D} and {H}"):
        cell.step_backward(params, step, *sent)
