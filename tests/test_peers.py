"""PyTorch as a peer: the same layers, networks, losses and optimizers give the same numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_ref import lstm, network, rnn
from lstm_ref.activations import identity, softmax, tanh
from lstm_ref.losses import cross_entropy, mean_squared_error
from lstm_ref.optimizers import adam, clip_by_global_norm, rmsprop, sgd

torch = pytest.importorskip("torch", reason="PyTorch is not installed, so it is not compared with")

SIZE, SEED = st.integers(1, 6), st.integers(0, 2**32 - 1)
UNITS = st.lists(SIZE, min_size=1, max_size=3).map(tuple)
RATE, SHARE = st.floats(1e-4, 1), st.floats(0, 0.999)
GATES = {lstm: [0, 1, 3, 2], rnn: [0]}  # PyTorch's order is i, f, candidate, o


def assert_close(ours, theirs):
    np.testing.assert_allclose(ours, theirs.detach().numpy(), rtol=1e-10, atol=1e-10)


def tensor(array, *, learn=False):
    """Copy an array; with `learn`, PyTorch keeps its gradient."""
    return torch.tensor(np.array(array), requires_grad=learn)


def peer_weights(cell, array):
    """Turn a part of W, or of its gradient, into PyTorch's rows."""
    gates = array.reshape(len(GATES[cell]), -1, array.shape[-1])[GATES[cell]]
    return gates.reshape(-1, array.shape[-1])


def peer_layer(cell, params):
    """Return a PyTorch layer with the same weights; PyTorch has two biases, the second is 0."""
    make = {lstm: torch.nn.LSTM, rnn: torch.nn.RNN}[cell]
    layer = make(params.inputs, params.units, dtype=torch.float64)
    with torch.no_grad():
        layer.weight_ih_l0.copy_(tensor(peer_weights(cell, params.W_x)))
        layer.weight_hh_l0.copy_(tensor(peer_weights(cell, params.W_a)))
        layer.bias_ih_l0.copy_(tensor(peer_weights(cell, params.b)[:, 0]))
        layer.bias_hh_l0.zero_()
    return layer


def assert_same_gradient(cell, dparams, layer):
    assert_close(peer_weights(cell, dparams.W_x), layer.weight_ih_l0.grad)
    assert_close(peer_weights(cell, dparams.W_a), layer.weight_hh_l0.grad)
    assert_close(peer_weights(cell, dparams.b)[:, 0], layer.bias_ih_l0.grad)
    assert_close(peer_weights(cell, dparams.b)[:, 0], layer.bias_hh_l0.grad)


def peer_run(cell, layer, x, state):
    """Run a PyTorch layer on (T, B, D) tensors; return activations and the final state's parts."""
    state = [part[None] for part in state]
    a, final = layer(x, tuple(state) if cell is lstm else state[0])
    return a, [part[0] for part in (final if cell is lstm else [final])]


@given(T=SIZE, D=SIZE, H=SIZE, B=SIZE, seed=SEED)
def test_a_layer_and_its_gradients_are_pytorchs(cell, draw_layer, T, D, H, B, seed):
    params, x, state = draw_layer(cell, T, D, H, B, seed)
    rng = np.random.default_rng(seed)
    da, final = rng.normal(size=(T, H, B)), cell.State(*rng.normal(size=(len(state), H, B)))
    trace = cell.forward(params, x, state)
    dparams, dx, dstate = cell.backward(params, trace, da, final)

    layer = peer_layer(cell, params)
    their_x = tensor(x.transpose(0, 2, 1), learn=True)
    their_state = [tensor(part.T, learn=True) for part in state]
    a, their_final = peer_run(cell, layer, their_x, their_state)
    loss = (a * tensor(da.transpose(0, 2, 1))).sum()
    loss += sum((p * tensor(d.T)).sum() for p, d in zip(their_final, final, strict=True))
    loss.backward()

    assert_close(trace.a.transpose(0, 2, 1), a)
    assert_close(dx.transpose(0, 2, 1), their_x.grad)
    assert_same_gradient(cell, dparams, layer)
    for ours, theirs in zip(trace.state, their_final, strict=True):
        assert_close(ours.T, theirs)
    for ours, theirs in zip(dstate, their_state, strict=True):
        assert_close(ours.T, theirs.grad)


@given(
    T=SIZE,
    D=SIZE,
    units=UNITS,
    K=SIZE,
    B=SIZE,
    seed=SEED,
    every_step=st.booleans(),
    task=st.sampled_from(["value", "text"]),
)
def test_a_network_and_its_gradients_are_pytorchs(
    cell, draw_network, T, D, units, K, B, seed, every_step, task
):
    loss, head = (cross_entropy, softmax) if task == "text" else (mean_squared_error, tanh)
    K += task == "text"  # of one symbol there is nothing to learn
    net, x, state = draw_network(cell, T, D, units, K, B, seed, head=head)
    target = np.random.default_rng(seed).uniform(0.1, 1, size=(T, K, B) if every_step else (K, B))
    if task == "text":
        target /= target.sum(axis=-2, keepdims=True)
    trace = network.forward(net, x, state, every_step=every_step)
    value, dz = loss(trace.z, target, head)
    gradient = network.backward(net, trace, dz, inputs=True)

    layers = [peer_layer(cell, params) for params in net.layers]
    their_x = a = tensor(x.transpose(0, 2, 1), learn=True)
    their_states = [[tensor(part.T, learn=True) for part in parts] for parts in state]
    finals = []
    for layer, parts in zip(layers, their_states, strict=True):
        a, final = peer_run(cell, layer, a, parts)
        finals.append(final)
    W_y, b_y = tensor(net.W_y, learn=True), tensor(net.b_y[:, 0], learn=True)
    z = torch.nn.functional.linear(a if every_step else a[-1], W_y, b_y)
    aim = tensor(np.swapaxes(target, -1, -2))
    if task == "text":
        their_value = torch.nn.functional.cross_entropy(z.reshape(-1, K), aim.reshape(-1, K))
        y = torch.softmax(z, dim=-1)
    else:
        y = torch.tanh(z)
        their_value = torch.nn.functional.mse_loss(y, aim)
    their_value.backward()

    assert_close(np.swapaxes(trace.y, -1, -2), y)
    assert_close(value, their_value)
    assert_close(gradient.x.transpose(0, 2, 1), their_x.grad)
    ours = net.with_theta(gradient.theta)
    assert_close(ours.W_y, W_y.grad)
    assert_close(ours.b_y[:, 0], b_y.grad)
    for k, layer in enumerate(layers):
        assert_same_gradient(cell, ours.layers[k], layer)
        for part, theirs in zip(trace.state[k], finals[k], strict=True):
            assert_close(part.T, theirs)
        for part, theirs in zip(gradient.state[k], their_states[k], strict=True):
            assert_close(part.T, theirs.grad)


@given(T=SIZE, D=SIZE, H=SIZE, B=SIZE, layers=st.integers(1, 3), seed=SEED)
def test_a_stack_is_pytorchs_own_stack(cell, draw_network, T, D, H, B, layers, seed):
    net, x, state = draw_network(cell, T, D, (H,) * layers, 1, B, seed, head=identity)
    make = {lstm: torch.nn.LSTM, rnn: torch.nn.RNN}[cell]
    stack = make(D, H, layers, dtype=torch.float64)
    with torch.no_grad():
        for k, params in enumerate(net.layers):
            getattr(stack, f"weight_ih_l{k}").copy_(tensor(peer_weights(cell, params.W_x)))
            getattr(stack, f"weight_hh_l{k}").copy_(tensor(peer_weights(cell, params.W_a)))
            getattr(stack, f"bias_ih_l{k}").zero_()
            getattr(stack, f"bias_hh_l{k}").copy_(tensor(peer_weights(cell, params.b)[:, 0]))
    start = [tensor(np.stack(parts).swapaxes(-1, -2)) for parts in zip(*state, strict=True)]
    a, _ = stack(tensor(x.transpose(0, 2, 1)), tuple(start) if cell is lstm else start[0])
    assert_close(network.forward(net, x, state).layers[-1].a.transpose(0, 2, 1), a)


@given(K=st.integers(2, 6), B=SIZE, seed=SEED, scale=st.sampled_from([1, 1e2, 1e4]))
def test_cross_entropy_is_pytorchs_also_of_huge_scores(K, B, seed, scale):
    rng = np.random.default_rng(seed)
    z = rng.normal(scale=scale, size=(K, B))
    target = np.eye(K)[:, rng.integers(K, size=B)]
    value, dz = cross_entropy(z, target, softmax)
    their_z = tensor(z.T, learn=True)
    theirs = torch.nn.functional.cross_entropy(their_z, tensor(target.T))
    theirs.backward()
    assert_close(value, theirs)
    assert_close(dz.T, their_z.grad)


def assert_same_path(ours, make_theirs, seed):
    """Update the same parameters with the same 20 gradients, and compare after each."""
    rng = np.random.default_rng(seed)
    theta, memory = rng.normal(size=5), None
    parameter = tensor(theta, learn=True)
    theirs = make_theirs([parameter])
    memory = ours.init(theta)
    for gradient in rng.normal(size=(20, 5)):
        theta, memory = ours.update(theta, gradient, memory)
        parameter.grad = tensor(gradient)
        theirs.step()
        assert_close(theta, parameter)


@given(rate=RATE, momentum=SHARE, seed=SEED)
def test_sgd_is_pytorchs(rate, momentum, seed):
    assert_same_path(
        sgd(rate, momentum), lambda p: torch.optim.SGD(p, lr=rate, momentum=momentum), seed
    )


@given(rate=RATE, decay=SHARE, epsilon=st.floats(1e-8, 1), seed=SEED)
def test_rmsprop_is_pytorchs(rate, decay, epsilon, seed):
    assert_same_path(
        rmsprop(rate, decay, epsilon),
        lambda p: torch.optim.RMSprop(p, lr=rate, alpha=decay, eps=epsilon),
        seed,
    )


@given(rate=RATE, beta1=SHARE, beta2=SHARE, epsilon=st.floats(1e-8, 1), seed=SEED)
def test_adam_is_pytorchs(rate, beta1, beta2, epsilon, seed):
    assert_same_path(
        adam(rate, beta1, beta2, epsilon),
        lambda p: torch.optim.Adam(p, lr=rate, betas=(beta1, beta2), eps=epsilon),
        seed,
    )


@given(limit=st.floats(1e6, 1e9), seed=SEED)
def test_clipping_is_pytorchs(limit, seed):
    # PyTorch divides by the length plus 1e-6, which is lost beside so long a gradient.
    gradient = np.random.default_rng(seed).normal(scale=1e8, size=5)
    clipped, norm = clip_by_global_norm(gradient, limit)
    parts = [tensor(part, learn=True) for part in (gradient[:2], gradient[2:])]
    for part in parts:
        part.grad = part.detach().clone()
    their_norm = torch.nn.utils.clip_grad_norm_(parts, limit)
    assert_close(norm, their_norm)
    assert_close(clipped, torch.cat([part.grad for part in parts]))
