"""Continuing a sequence: a free run, in which the network's own predictions are its next inputs."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from lstm_ref import _checks, network
from lstm_ref._checks import Array
from lstm_ref.activations import softmax
from lstm_ref.datasets import one_hot
from lstm_ref.network import Network, Trace

Choose: TypeAlias = Callable[[Trace], Array]
Method: TypeAlias = Callable[[Network, Array, int, Choose], Array]


def as_value(trace: Trace) -> Array:
    """Choose the prediction itself as the next input, (K, B): for functions. Nothing is checked.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import datasets, generation, network
    >>> net = network.init(np.random.default_rng(0), inputs=1, units=8, outputs=1)
    >>> window = datasets.sequence(datasets.sin, start=0, steps=15)
    >>> trace = network.forward(net, window)
    >>> generation.as_value(trace) is trace.y
    True
    """
    return trace.y


def most_likely(trace: Trace) -> Array:
    """Choose the likeliest symbol as the next input, one-hot (K, B): for text.

    Raises TypeError for what is no `Trace`, ValueError for one of every step, whose ``z`` is not
    (K, B).

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import activations, datasets, generation, network
    >>> net = network.init(
    ...     np.random.default_rng(0), 2, 8, 2, head=activations.softmax
    ... )
    >>> trace = network.forward(net, datasets.one_hot("abab", "ab")[:, :, None])
    >>> chosen = generation.most_likely(trace)
    >>> chosen.shape, float(chosen.sum())
    ((2, 1), 1.0)
    >>> bool(chosen.argmax() == trace.y.argmax())
    True
    """
    z = _logits(trace)
    return np.eye(len(z), dtype=z.dtype)[:, z.argmax(axis=0)]


def sample(rng: np.random.Generator, temperature: float = 1.0) -> Choose:
    """Return a choice that draws the next symbol from softmax(z / temperature), one-hot (K, B).

    Below temperature 1 likely symbols become likelier still, above 1 less so. Raises TypeError or
    ValueError for a `rng` that is no generator, or a temperature that is not above 0; the choice
    itself for what is no trace, or one of every step, whose ``z`` is not (K, B).

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import activations, datasets, generation, network
    >>> net = network.init(
    ...     np.random.default_rng(0), 2, 8, 2, head=activations.softmax
    ... )
    >>> trace = network.forward(net, datasets.one_hot("abab", "ab")[:, :, None])
    >>> choose = generation.sample(np.random.default_rng(0), temperature=0.8)
    >>> drawn = sum(choose(trace) for _ in range(100))
    >>> # each of the two was drawn now and then
    >>> float(drawn.sum()), bool(drawn.min() > 0)
    (100.0, True)
    """
    rng = _checks.generator("rng", rng)
    temperature = _checks.number("temperature", temperature, above=0)

    def choose(trace: Trace) -> Array:
        z = _logits(trace)
        with np.errstate(over="ignore"):  # an unlikely symbol at a small temperature: exp(-inf)
            p = softmax((z.astype(float) - z.max(axis=0)) / temperature)
        upto = p.cumsum(axis=0)
        symbol = (upto <= rng.random(p.shape[1]) * upto[-1]).sum(axis=0)
        return np.eye(len(p), dtype=z.dtype)[:, symbol]

    return choose


def refeed(net: Network, window: Array, steps: int, choose: Choose = as_value) -> Array:
    """Continue a sequence by refeeding the window, as the source does.

    Each prediction is appended to the window and the oldest value dropped; the state is rebuilt
    from zero over the new window, which so keeps its length: give as many values as the windows of
    the training had.

    Parameters
    ----------
    net : Network
        A network that predicts its own next input: K = D.
    window : ndarray, (T, D, B)
        What comes before.
    steps : int
        How many values to predict.
    choose : callable
        `as_value`, `most_likely` or ``sample(rng, temperature)``: the next input, (D, B), from
        the network's trace, whose layers `refeed` overwrites at the next step.

    Returns
    -------
    ndarray, (steps, D, B)
        What was chosen, step by step, in the wider precision of `net` and `window`. A truth that
        it is compared with has these three axes, too.

    Raises
    ------
    TypeError, ValueError
        For a bad argument, or a choice that is no next input.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import datasets, generation, network
    >>> net = network.init(np.random.default_rng(0), inputs=1, units=8, outputs=1)
    >>> window = datasets.sequence(datasets.sin, start=0, steps=15)
    >>> run = generation.refeed(net, window, steps=32)
    >>> moved = np.concatenate([window[1:], run[:1]])  # the oldest value has gone
    >>> bool(run[1] == network.forward(net, moved).y)
    True
    """
    window, steps = _checked(net, window, steps, choose)
    T = len(window)
    sequence = np.concatenate([window, np.empty((steps, *window.shape[1:]), window.dtype)])
    trace = None
    for t in range(steps):
        trace = network.forward(net, sequence[t : t + T], out=trace)
        sequence[t + T] = _chosen(choose, trace, window)
    return sequence[T:]


def carry(net: Network, window: Array, steps: int, choose: Choose = as_value) -> Array:
    """Continue a sequence by carrying the state: the window is read once, then each own value.

    The network may hear more than the windows of its training were long, and its state is never reset.
    Parameters, result and errors as in `refeed`: `choose` makes the next input from the trace. To
    start from a state or to keep the last one, call `network.forward` in a loop of your own.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import datasets, generation, network
    >>> net = network.init(np.random.default_rng(0), inputs=1, units=8, outputs=1)
    >>> window = datasets.sequence(datasets.sin, start=1, steps=15)
    >>> run = generation.carry(net, window, steps=32)
    >>> other = generation.refeed(net, window, steps=32)
    >>> # they part after the first value
    >>> bool(run[0] == other[0]), bool(run[1] == other[1])
    (True, False)
    """
    window, steps = _checked(net, window, steps, choose)
    run = np.empty((steps, *window.shape[1:]), window.dtype)
    state = None
    for t in range(steps):
        trace = network.forward(net, run[t - 1 : t] if t else window, state)
        run[t], state = _chosen(choose, trace, window), trace.state
    return run


def continue_text(
    net: Network,
    start: str,
    steps: int,
    symbols: str,
    *,
    method: Method = refeed,
    choose: Choose = most_likely,
) -> str:
    """Return the `steps` characters with which the network continues the text `start`.

    `symbols` is the alphabet that it was trained on, each character once; `start` is as long as the
    windows of its training were; `method` is `refeed` or `carry`, and `choose` is theirs:
    `most_likely`, or ``sample(rng, temperature)``. Raises TypeError or ValueError for a bad
    argument, or a character that `symbols` lacks.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import activations, generation, network
    >>> net = network.init(
    ...     np.random.default_rng(0), 2, 8, 2, head=activations.softmax
    ... )
    >>> text = generation.continue_text(net, "abab", steps=6, symbols="ab")
    >>> len(text), set(text) <= set("ab")
    (6, True)
    """
    _checks.instance("net", net, Network, "a Network")
    _checks.instance("method", method, Callable)
    if len(_checks.symbols(symbols)) != net.inputs:
        raise ValueError(f"symbols: expected {net.inputs}, one for each input, got {len(symbols)}")
    codes = one_hot(_checks.text("start", start, symbols), symbols).astype(net.theta.dtype)
    chosen = method(net, codes[:, :, None], steps, choose)
    return "".join(symbols[k] for k in chosen[:, :, 0].argmax(axis=1))


def _checked(net: Network, window: Array, steps: int, choose: Choose) -> tuple[Array, int]:
    """Return the window in the precision of the run."""
    _checks.instance("net", net, Network, "a Network")
    _checks.instance("choose", choose, Callable)
    words = "as many outputs as inputs, so that a prediction can be the next input, "
    _checks.same("net", words, (net.outputs, net.inputs), (net.inputs, net.inputs))
    window = _checks.array("window", window, "T", net.inputs, "B")
    dtype = np.result_type(window, net.theta)
    return window.astype(dtype, copy=False), _checks.count("steps", steps)


def _logits(trace: Trace) -> Array:
    """Return what the head's softmax is given after the last step, (K, B)."""
    _checks.instance("trace", trace, Trace, "a Trace of network")
    return _checks.array("trace.z", trace.z, "K", "B", into=float)


def _chosen(choose: Choose, trace: Trace, window: Array) -> Array:
    shape, dtype = window.shape[1:], window.dtype
    return _checks.array("choose(trace)", choose(trace), *shape, into=dtype, cast=True)
