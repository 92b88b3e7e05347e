"""A network: recurrent layers, one above the other, and a dense head.

All parameters live in one flat vector; the layers' arrays are views of it, so that an optimizer
needs to know no shapes. Letters: D inputs, H units, K outputs, P parameters, T steps, B sequences.
"""

import importlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate, pairwise
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from lstm_ref import _checks, lstm
from lstm_ref._checks import Array
from lstm_ref.activations import Activation, tanh


@dataclass(frozen=True, eq=False)
class Network:
    """A network's parameters and form; made by `init`, changed by nobody.

    Parameters
    ----------
    theta : ndarray, (P,)
        All parameters: each layer's ``W``, then the head's ``[W_y | b_y]``.
    cell : module
        `lstm_ref.lstm` or `lstm_ref.rnn`.
    inputs : int
        D.
    units : tuple of int
        H of each layer, from the input up.
    outputs : int
        K.
    head : Activation
        The nonlinearity of the dense head.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import network
    >>> rng = np.random.default_rng(0)
    >>> net = network.init(rng, inputs=1, units=(16, 16, 16), outputs=1)
    >>> net.theta.shape
    (5393,)
    >>> silent = net.with_theta(0 * net.theta)
    >>> float(silent.layers[2].W.max())  # a view of theta
    0.0

    To keep a network, pickle it (a head of your own must be of functions that can be imported), or
    save `theta` (here into memory, say ``"net.npy"`` on disk):

    >>> import io
    >>> file = io.BytesIO()
    >>> np.save(file, net.theta)
    >>> _ = file.seek(0)
    >>> same = net.with_theta(np.load(file))
    """

    theta: Array
    cell: ModuleType
    inputs: int
    units: tuple[int, ...]
    outputs: int
    head: Activation

    def __post_init__(self) -> None:
        """Refuse a vector that does not hold the parameters of this form."""
        _checks.instance("units", self.units, tuple, "a tuple of whole numbers")
        _checks.instance("head", self.head, Activation, "an Activation such as activations.tanh")
        size = _places(self.cell, self.inputs, self.outputs, *self.units)[-1][0].stop
        theta = _checks.instance("theta", self.theta, np.ndarray, "an array")
        _checks.same("theta", "shape ", (theta.shape,), ((size,),))
        _checks.floating("theta", theta.dtype)

    @cached_property
    def _views(self) -> list[Array]:
        places = _places(self.cell, self.inputs, self.outputs, *self.units)
        return [self.theta[place].reshape(shape) for place, shape in places]

    @cached_property
    def layers(self) -> tuple[Any, ...]:
        """The weights of each layer, as ``cell.Params``: views of `theta`.

        Examples
        --------
        >>> import numpy as np
        >>> from lstm_ref import network
        >>> rng = np.random.default_rng(0)
        >>> net = network.init(rng, inputs=1, units=(16, 16, 16), outputs=1)
        >>> [layer.W.shape for layer in net.layers]
        [(4, 16, 18), (4, 16, 33), (4, 16, 33)]
        """
        return tuple(self.cell.Params(W) for W in self._views[:-1])

    @property
    def W_y(self) -> Array:
        """The head's weights, (K, H): a view of `theta`.

        Examples
        --------
        >>> import numpy as np
        >>> from lstm_ref import network
        >>> rng = np.random.default_rng(0)
        >>> net = network.init(rng, inputs=1, units=(16, 16, 16), outputs=1)
        >>> net.W_y.shape
        (1, 16)
        """
        return self._views[-1][:, :-1]

    @property
    def b_y(self) -> Array:
        """The head's biases, (K, 1): a view of `theta`.

        Examples
        --------
        >>> import numpy as np
        >>> from lstm_ref import network
        >>> rng = np.random.default_rng(0)
        >>> net = network.init(rng, inputs=1, units=(16, 16, 16), outputs=1)
        >>> net.b_y
        array([[0.]])
        """
        return self._views[-1][:, -1:]

    def parameters(self) -> dict[str, Array]:
        """Every weight and bias by name, ``"layer 1 W_ix"`` to ``"head b_y"``: views of `theta`.

        Examples
        --------
        >>> import numpy as np
        >>> from lstm_ref import network
        >>> rng = np.random.default_rng(0)
        >>> net = network.init(rng, inputs=1, units=(16, 16, 16), outputs=1)
        >>> for name, array in list(net.parameters().items())[:3]:
        ...     print(name, array.shape)
        layer 1 W_ix (16, 1)
        layer 1 W_ia (16, 16)
        layer 1 b_i (16, 1)
        """
        named: dict[str, Array] = {}
        for k, layer in enumerate(self.layers, 1):
            named |= {f"layer {k} {name}": getattr(layer, name) for name in layer.NAMES}
        return named | {"head W_y": self.W_y, "head b_y": self.b_y}

    def with_theta(self, theta: Array) -> "Network":
        """Return a network of the same form with other parameters, or their gradient, (P,).

        `theta` is not copied. Raises TypeError or ValueError for what is no array of P floats.

        Examples
        --------
        >>> import numpy as np
        >>> from lstm_ref import network
        >>> rng = np.random.default_rng(0)
        >>> net = network.init(rng, inputs=1, units=(16, 16, 16), outputs=1)
        >>> silent = net.with_theta(np.zeros_like(net.theta))
        >>> network.forward(silent, np.ones((15, 1, 1))).y
        array([[0.]])
        """
        return Network(theta, self.cell, self.inputs, self.units, self.outputs, self.head)

    def with_layer(self, number: int, params: Any) -> "Network":
        """Return the network with the weights `params`, ``cell.Params``, in one layer.

        Layers are counted from 1, by `number`. Raises TypeError or ValueError for a number or
        weights that do not fit.

        Examples
        --------
        >>> import numpy as np
        >>> from lstm_ref import lstm, network
        >>> net = network.init(
        ...     np.random.default_rng(0), inputs=1, units=(4, 4), outputs=1
        ... )
        >>> shut = net.with_layer(2, lstm.hold_gate(net.layers[1], "o", 0))
        >>> # nothing leaves layer 2
        >>> bool(network.forward(shut, np.ones((15, 1, 1))).y == net.b_y)
        True
        """
        number = _checks.count("number", number, most=len(self.units))
        _checks.instance("params", params, self.cell.Params, f"a Params of {self.cell.__name__}")
        net = self.with_theta(self.theta.copy())
        W = net.layers[number - 1].W
        W[...] = _checks.array("params.W", params.W, *W.shape, into=W.dtype, cast=True)
        return net

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the cell by its name, since a module cannot be pickled."""
        form = (self.cell.__name__, self.inputs, self.units, self.outputs, self.head)
        return _rebuild, (self.theta, *form)


def _form(
    cell: Any, inputs: int, units: Sequence[int], outputs: int
) -> tuple[int, tuple[int, ...], int]:
    """Return the sizes of a network, if it can have them."""
    if not all(hasattr(cell, name) for name in ("Params", "init", "_forward", "_backward")):
        raise TypeError(f"cell: expected the module lstm or rnn, got {cell!r}")
    inputs, outputs = _checks.count("inputs", inputs), _checks.count("outputs", outputs)
    units = _checks.some("units", _checks.counts("units", units, least=1), "one layer")
    return inputs, tuple(units), outputs


# Every update makes a new network of the same form. (`typed` looks at arguments, not into tuples.)
@lru_cache(maxsize=None, typed=True)
def _places(
    cell: ModuleType, inputs: int, outputs: int, *units: int
) -> list[tuple[slice, tuple[int, ...]]]:
    """Return where each layer's weights, and then the head's, lie in `theta`, and their shape."""
    inputs, units, outputs = _form(cell, inputs, units, outputs)
    shapes = [cell.Params.shape(D, H) for D, H in pairwise((inputs, *units))]
    shapes.append((outputs, units[-1] + 1))
    bounds = pairwise(accumulate(map(math.prod, shapes), initial=0))
    return [(slice(*pair), shape) for pair, shape in zip(bounds, shapes, strict=True)]


def _rebuild(theta: Array, cell: str, *form: Any) -> Network:
    return Network(theta, importlib.import_module(cell), *form)


class Trace(NamedTuple):
    """A forward pass: ``layers`` (the cells' traces), ``z`` and ``y`` before and after the head.

    ``z`` and ``y`` are (K, B) after the last step, or (T, K, B) after every step; ``state`` is
    the final state of each layer.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import network
    >>> rng = np.random.default_rng(0)
    >>> net = network.init(rng, inputs=1, units=(16, 16, 16), outputs=1)
    >>> trace = network.forward(net, rng.normal(size=(15, 1, 100)))
    >>> trace.y.shape, trace.layers[0].a.shape
    ((1, 100), (15, 16, 100))
    """

    layers: tuple[Any, ...]
    z: Array
    y: Array

    @property
    def state(self) -> tuple[Any, ...]:
        """The state of each layer after the last step.

        Examples
        --------
        >>> import numpy as np
        >>> from lstm_ref import network
        >>> rng = np.random.default_rng(0)
        >>> net = network.init(rng, inputs=1, units=(16, 16, 16), outputs=1)
        >>> trace = network.forward(net, rng.normal(size=(15, 1, 100)))
        >>> [state.c.shape for state in trace.state]
        [(16, 100), (16, 100), (16, 100)]
        """
        return tuple(trace.state for trace in self.layers)


class Gradient(NamedTuple):
    """What `backward` returns: the gradients for ``theta`` (P,), ``x`` (T, D, B), ``state``.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import network
    >>> rng = np.random.default_rng(0)
    >>> net = network.init(rng, inputs=1, units=(16, 16, 16), outputs=1)
    >>> trace = network.forward(net, rng.normal(size=(15, 1, 100)))
    >>> gradient = network.backward(net, trace, dz=np.ones((1, 100)))
    >>> gradient.theta.shape, gradient.x is None
    ((5393,), True)
    """

    theta: Array
    x: Array | None
    state: tuple[Any, ...]


def init(
    rng: np.random.Generator,
    inputs: int,
    units: int | Sequence[int],
    outputs: int,
    *,
    head: Activation = tanh,
    cell: ModuleType = lstm,
    dtype: npt.DTypeLike = np.float64,
    **options: Any,
) -> Network:
    """Draw a network, with initial weights by the rules of the interactive system.

    Parameters
    ----------
    rng : numpy.random.Generator
        The only source of randomness.
    inputs, outputs : int
        D and K, at least 1.
    units : int or sequence of int
        H of each recurrent layer, from the input up.
    head : Activation
        The nonlinearity of the dense head: tanh for numbers from -1 to 1, identity for any others,
        softmax for text or classes. Its weights are Glorot normal, variance 2 / (H + K)
        (Glorot and Bengio 2010, Eq. 12), its biases zero.
    cell : module
        `lstm_ref.lstm` or `lstm_ref.rnn`.
    dtype : dtype
        float64, or float32; or complex, for a derivative by complex step.
    **options
        Go to ``cell.init``: for the LSTM, ``forget_bias``.

    Returns
    -------
    Network
        All parameters as views of one vector.

    Raises
    ------
    TypeError, ValueError
        For a size that is no whole number above zero, a head that is no Activation, a cell that is
        no module such as `lstm_ref.lstm`, another dtype, or a `rng` that is no generator; and for
        what ``cell.init`` refuses.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import activations, network, rnn
    >>> rng = np.random.default_rng(0)
    >>> net = network.init(
    ...     rng, inputs=1, units=(16, 16, 16), outputs=1, forget_bias=1.0
    ... )
    >>> net.theta.size
    5393
    >>> plain = network.init(rng, 27, 32, 27, head=activations.softmax, cell=rnn)
    >>> plain.units
    (32,)
    """
    _checks.instance("head", head, Activation, "an Activation such as activations.tanh")
    several: Any = units if _checks.ndim(units) else (units,)
    inputs, units, outputs = _form(cell, inputs, several, outputs)
    layers = [cell.init(rng, D, H, dtype=dtype, **options) for D, H in pairwise((inputs, *units))]
    W_y = rng.normal(scale=np.sqrt(2 / (units[-1] + outputs)), size=(outputs, units[-1]))
    dense = np.concatenate([W_y, np.zeros((outputs, 1))], axis=1).astype(dtype)
    theta = np.concatenate([*(layer.W.ravel() for layer in layers), dense.ravel()])
    return Network(theta, cell, inputs, units, outputs, head)


def parameter_count(net: Network) -> int:
    """Return P, the number of weights and biases; the source's 3 × 16 LSTM on one input has 5,393.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import network
    >>> rng = np.random.default_rng(0)
    >>> net = network.init(rng, inputs=1, units=(16, 16, 16), outputs=1)
    >>> network.parameter_count(net)
    5393
    """
    return int(net.theta.size)


def forward(
    net: Network,
    x: Array,
    state: Sequence[Any] | None = None,
    *,
    every_step: bool = False,
    out: Trace | None = None,
) -> Trace:
    """Run sequences through the network: the source text's forward direction.

    Parameters
    ----------
    net : Network
        The network.
    x : ndarray, (T, D, B)
        The sequences.
    state : sequence of cell.State, optional
        Each layer's state before the first step, (H, B), of the network's own cell; zero unless
        given.
    every_step : bool
        Whether the head reads every step (many-to-many), or the last alone (many-to-one).
    out : Trace, optional
        An earlier trace of the same shapes and dtype, whose layers are overwritten.

    Returns
    -------
    Trace
        ``.y``, the prediction, and everything before it, in the widest dtype among the arrays.

    Raises
    ------
    TypeError, ValueError
        For an array of the wrong type or shape, or one that is not finite.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import network
    >>> rng = np.random.default_rng(0)
    >>> net = network.init(rng, inputs=1, units=(16, 16, 16), outputs=1)
    >>> # 15 steps, 1 value each, 100 sequences
    >>> x = rng.normal(size=(15, 1, 100))
    >>> network.forward(net, x).y.shape
    (1, 100)
    >>> network.forward(net, x, every_step=True).y.shape
    (15, 1, 100)
    """
    _checks.instance("net", net, Network, "a Network")
    a = _checks.array("x", x, "T", net.inputs, "B")
    T, _, B = a.shape
    states: list[Any] = [None] * len(net.layers)
    if state is not None:
        _checks.instance("state", state, tuple | list, "a tuple of states")
        _checks.same("state", "as many states as layers, ", (len(state),), (len(net.layers),))
        for k, (H, before) in enumerate(zip(net.units, state, strict=True)):
            states[k] = _checks.state(net.cell.State, before, H, B, f"layer {k + 1} ")
    if np.count_nonzero(np.isfinite(net.theta)) < net.theta.size:  # faster than all()
        for name, weights in net.parameters().items():
            _checks.array(name, weights, *weights.shape)
    if out is not None:
        _checks.instance("out", out, Trace, "a Trace of network")
        _same_form("out", net, out, T, B)
        dtype = np.result_type(net.theta, a)
        for before, room in zip(states, out.layers, strict=True):
            dtype = np.result_type(dtype, *before) if before else dtype
            _checks.same("out", "a trace of ", (room.v.dtype,), (dtype,))
    # All is checked: the layers' engines need not check it again.
    traces = []
    for k, layer in enumerate(net.layers):
        trace = net.cell._forward(layer, a, states[k], None if out is None else out.layers[k])
        traces.append(trace)
        a = trace.a
    z = net.W_y @ (a if every_step else a[-1]) + net.b_y
    y = _checks.array("head(z)", net.head(_checks.read_only(z)), *z.shape, into=z.dtype)
    # A copy, if it is z itself: who scales a prediction must not change what the losses read.
    return Trace(tuple(traces), z, y.copy() if np.may_share_memory(y, z) else y)


def backward(
    net: Network, trace: Trace, dz: Array, *, inputs: bool = False, out: Array | None = None
) -> Gradient:
    """Send the error back, through the layers and through time: the backward direction.

    Parameters
    ----------
    net : Network
        The network that `forward` was given.
    trace : Trace
        What `forward` returned.
    dz : ndarray, (K, B) or (T, K, B)
        The gradient of the loss with respect to ``trace.z``, as the losses return it.
    inputs : bool
        Whether to compute the gradient for the inputs.
    out : ndarray, (P,), optional
        Where to write the gradient of the parameters, in the trace's dtype.

    Returns
    -------
    Gradient
        For the parameters, the inputs (or None) and each layer's initial state.

    Raises
    ------
    TypeError, ValueError
        For an array of the wrong type or shape, or one that is not finite.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import losses, network
    >>> rng = np.random.default_rng(0)
    >>> net = network.init(rng, inputs=1, units=4, outputs=1)
    >>> x, target = rng.normal(size=(15, 1, 100)), np.zeros((1, 100))
    >>> trace = network.forward(net, x)
    >>> loss, dz = losses.mean_squared_error(trace.z, target, net.head)
    >>> downhill = net.with_theta(
    ...     net.theta - 0.1 * network.backward(net, trace, dz).theta
    ... )
    >>> less, _ = losses.mean_squared_error(
    ...     network.forward(downhill, x).z, target, net.head
    ... )
    >>> bool(less < loss)
    True
    """
    _checks.instance("net", net, Network, "a Network")
    _checks.instance("trace", trace, Trace, "a Trace of network")
    _same_form("trace", net, trace, *trace.layers[0].a.shape[::2])
    dtype = trace.z.dtype
    _checks.same("trace", "", (dtype,), (np.result_type(net.theta, dtype),))
    dz = _checks.array("dz", dz, *trace.z.shape, into=dtype)
    if out is not None:
        _checks.instance("out", out, np.ndarray, "an array")
        _checks.same("out", "shape ", (out.shape, out.dtype), (net.theta.shape, dtype))
    gradient = net.with_theta(np.zeros_like(net.theta, dtype) if out is None else out)
    dz = dz.reshape(-1, *dz.shape[-2:])  # (n, K, B): the last n steps
    a = trace.layers[-1].a[-len(dz) :]
    gradient.W_y[...] = (dz @ a.swapaxes(1, 2)).sum(axis=0)
    gradient.b_y[...] = dz.sum(axis=(0, 2))[:, None]
    da = net.W_y.T @ dz
    states: list[Any] = []
    for k in reversed(range(len(net.layers))):
        _, da, dstate = net.cell._backward(
            net.layers[k], trace.layers[k], da, None, inputs or k > 0, gradient.layers[k]
        )
        states.insert(0, dstate)
    return Gradient(gradient.theta, da, tuple(states))


def _same_form(name: str, net: Network, trace: Trace, T: int, B: int) -> None:
    for layer in trace.layers:
        _checks.instance(name, layer, net.cell.Trace, f"layers of {net.cell.__name__}")
    expected = [(T + 1, D + H + 1, B, H) for D, H in pairwise((net.inputs, *net.units))]
    got = [(*t.v.shape, t.units) for t in trace.layers]
    _checks.same(name, "layers of (T + 1, D + H + 1, B, H) = ", (got,), (expected,))
