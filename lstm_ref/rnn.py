"""The plain recurrent cell: ``a = tanh(W_x x + W_a a_prev + b)``, in the LSTM's form.

After Elman (1990), whose units are logistic. Shapes: T steps, D inputs, H units, B sequences; a
batch is ``(features, B)``, a sequence ``(T, features, B)``.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lstm_ref import _checks
from lstm_ref._checks import Array
from lstm_ref.activations import tanh


@dataclass(frozen=True, eq=False)
class Params:
    """The weights of one layer.

    Parameters
    ----------
    W : ndarray of numbers, (H, D + H + 1)
        ``[W_x | W_a | b]``; views: ``W_x (H, D)``, ``W_a (H, H)``, ``b (H, 1)``.

    Raises
    ------
    TypeError, ValueError
        For what is no such array, or one of another shape.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import rnn
    >>> params = rnn.Params(np.array([[1.0, 2.0, 0.5]]))
    >>> params.W_x, params.W_a, params.b
    (array([[1.]]), array([[2.]]), array([[0.5]]))
    """

    W: Array

    NAMES = ("W_x", "W_a", "b")
    inputs = property(lambda self: self.W.shape[1] - self.W.shape[0] - 1, doc="How many inputs: D.")
    units = property(lambda self: self.W.shape[0], doc="How many units: H.")
    W_x = property(lambda self: self.W[:, : self.inputs])
    W_a = property(lambda self: self.W[:, self.inputs : -1])
    b = property(lambda self: self.W[:, -1:])

    @staticmethod
    def shape(inputs: int, units: int) -> tuple[int, ...]:
        """Return the shape of ``W``, (H, D + H + 1).

        Examples
        --------
        >>> from lstm_ref import rnn
        >>> rnn.Params.shape(inputs=1, units=16)
        (16, 18)
        """
        return (units, inputs + units + 1)

    def __post_init__(self) -> None:
        """Refuse an array that cannot be the weights of a recurrent layer."""
        shape = _checks.weight_array(self.W).shape
        if len(shape) != 2 or shape[1] < shape[0] + 2 or 0 in shape:
            raise ValueError(f"W: expected shape (H, D + H + 1), got {shape}")


class State(NamedTuple):
    """What a layer remembers: the activation `a`, ``(H, B)``.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import rnn
    >>> rnn.State(np.array([[0.2]]))  # H = 1, B = 1
    State(a=array([[0.2]]))
    """

    a: Array


class Step(NamedTuple):
    """Every value of one step; `x` is ``(D, B)``, the others ``(H, B)``.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import rnn
    >>> params = rnn.Params(np.array([[1.0, 2.0, 0.5]]))
    >>> _, step = rnn.step(params, np.array([[1.0]]), rnn.State(np.array([[-1.0]])))
    >>> step.z
    array([[-0.5]])
    """

    x: Array
    a_prev: Array
    z: Array
    a: Array


@dataclass(frozen=True, eq=False)
class Trace:
    """Every value of a forward pass, and the room that its backward pass works in.

    Parameters
    ----------
    v : ndarray, (T + 1, D + H + 1, B)
        The layer input ``[x; a; 1]`` of each step, and after the last the final activation.
    slope : ndarray, (T, H, B)
        Filled by `backward`: tanh's derivative.
    dz : ndarray, (H, T, B)
        Filled by `backward`: the gradient before the tanh, step by step.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import rnn
    >>> rng = np.random.default_rng(0)
    >>> trace = rnn.forward(
    ...     rnn.init(rng, inputs=3, units=2), rng.normal(size=(4, 3, 5))
    ... )
    >>> trace.x.shape, trace.a.shape
    ((4, 3, 5), (4, 2, 5))
    """

    v: Array
    slope: Array
    dz: Array

    units = property(lambda self: self.slope.shape[1], doc="How many units: H.")
    inputs = property(lambda self: self.v.shape[1] - self.units - 1, doc="How many inputs: D.")
    x = property(lambda self: self.v[:-1, : self.inputs], doc="The inputs, (T, D, B).")
    a = property(lambda self: self.v[1:, self.inputs : -1], doc="The activations, (T, H, B).")

    @property
    def state(self) -> State:
        """The state after the last step, copied.

        Examples
        --------
        >>> import numpy as np
        >>> from lstm_ref import rnn
        >>> rng = np.random.default_rng(0)
        >>> trace = rnn.forward(
        ...     rnn.init(rng, inputs=3, units=2), rng.normal(size=(4, 3, 5))
        ... )
        >>> np.array_equal(trace.state.a, trace.a[-1])
        True
        """
        return State(self.a[-1].copy())


def init(
    rng: np.random.Generator, inputs: int, units: int, *, dtype: npt.DTypeLike = np.float64
) -> Params:
    """Draw initial weights: input Glorot normal, recurrent orthogonal, biases zero.

    Variance 2 / (D + H) (Glorot and Bengio 2010, Eq. 12); orthogonal by Saxe et al. (2014).
    `rng` draws them; `inputs` and `units` are D and H, at least 1; `dtype` is float64 or float32
    (or complex, for a derivative by complex step). Returns `Params`, ``W`` ``(H, D + H + 1)``.
    Raises TypeError or ValueError for another size or dtype, or a `rng` that is no generator.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import rnn
    >>> params = rnn.init(np.random.default_rng(0), inputs=3, units=2)
    >>> params.W.shape
    (2, 6)
    >>> params.W_x.shape, params.W_a.shape, params.b.shape
    ((2, 3), (2, 2), (2, 1))
    """
    rng = _checks.generator("rng", rng)
    D, H = _checks.count("inputs", inputs), _checks.count("units", units)
    dtype = _checks.floating("dtype", dtype)
    W_x = rng.normal(scale=np.sqrt(2 / (D + H)), size=(H, D))
    Q, R = np.linalg.qr(rng.standard_normal((H, H)))
    W_a = Q * np.sign(np.diag(R))  # the signs make the draw uniform
    return Params(np.concatenate([W_x, W_a, np.zeros((H, 1))], axis=1).astype(dtype))


def step(params: Params, x: Array, state: State) -> tuple[State, Step]:
    """Take one time step (after Elman 1990, with tanh).

    `x` is ``(D, B)``, the state's ``a`` of the step before ``(H, B)``. Returns the new state, and
    every value on the way, for `step_backward` and for the curious. Raises TypeError or ValueError
    for an array of the wrong type or shape, or one that is not finite.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import rnn
    >>> params = rnn.Params(np.array([[1.0, 2.0, 0.5]]))  # W_x, W_a, b
    >>> state, step = rnn.step(
    ...     params, np.array([[1.0]]), rnn.State(np.array([[-1.0]]))
    ... )
    >>> bool(state.a == np.tanh(1.0 * 1 + 2.0 * -1 + 0.5))
    True
    """
    p = _checks.weights(Params, params)
    x = _checks.array("x", x, p.inputs, "B")
    (a_prev,) = _checks.state(State, state, p.units, x.shape[1])
    z = p.W_x @ x + p.W_a @ a_prev + p.b
    a = tanh(z)
    return State(a), Step(x, a_prev, z, a)


def step_backward(params: Params, step: Step, da: Array) -> tuple[Params, Array, State]:
    """Go back through one time step: each line of `step`, last line first (Werbos 1990).

    `da`, ``(H, B)``, is the gradient of the loss with respect to this step's ``a``. Returns the
    gradients for the weights, for `x` ``(D, B)`` and, its share, for the state of the step before:
    what else reads that is added by the caller. Raises TypeError or ValueError for an array of the
    wrong type or shape, or one that is not finite, or for what is no Step.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import rnn
    >>> params = rnn.Params(np.array([[1.0, 2.0, 0.5]]))  # W_x, W_a, b
    >>> _, step = rnn.step(params, np.array([[1.0]]), rnn.State(np.array([[-1.0]])))
    >>> dparams, dx, dstate = rnn.step_backward(params, step, np.array([[1.0]]))
    >>> # 1 - tanh(-0.5)**2, times W_x and W_a
    >>> print(dx.round(3), dstate.a.round(3))
    [[0.786]] [[1.573]]
    """
    p = _checks.weights(Params, params)
    s = _checks.instance("step", step, Step, f"a Step of {__name__}")
    _checks.same("step", "D, H = ", (len(s.x), len(s.a)), (p.inputs, p.units))
    da = _checks.array("da", da, *s.a.shape)
    dz = da * (1 - s.a**2)
    dx = p.W_x.T @ dz
    da_prev = p.W_a.T @ dz
    dW = dz @ np.concatenate([s.x, s.a_prev, np.ones_like(s.x[:1])]).T
    return Params(dW), dx, State(da_prev)


def forward(params: Params, x: Array, state: State | None = None) -> Trace:
    """Run a layer over whole sequences: `step`, T times, as the engine does it.

    `x` is ``(T, D, B)``; the state before the first step, ``(H, B)``, is zero unless given. Returns
    the trace, whose ``.a`` is ``(T, H, B)``, in the widest dtype among the arrays, of
    float32, float64 and complex. Raises TypeError or ValueError for an array of the wrong type or
    shape, or one that is not finite.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import rnn
    >>> rng = np.random.default_rng(0)
    >>> params, x = rnn.init(rng, inputs=3, units=2), rng.normal(size=(4, 3, 5))
    >>> trace = rnn.forward(params, x)
    >>> trace.a.shape
    (4, 2, 5)
    >>> state = rnn.State(*np.zeros((len(rnn.State._fields), 2, 5)))
    >>> for x_t in x:
    ...     state, _ = rnn.step(params, x_t, state)
    >>> np.allclose(trace.state.a, state.a)
    True
    """
    x, state = _checks.forward((Params, State), params, x, state)
    return _forward(params, x, state, None)


def _forward(params: Params, x: Array, state: State | None, out: Trace | None) -> Trace:
    """Run `forward` on arguments that were checked; overwrite `out`, if there is one."""
    D, H = params.inputs, params.units
    T, _, B = x.shape
    if out is None:
        dtype = np.result_type(params.W, x, *(state or ()))
        v = np.empty((T + 1, D + H + 1, B), dtype)
        out = Trace(v, np.empty((T, H, B), dtype), np.empty((H, T, B), dtype))
    v = out.v
    v[:-1, :D] = x
    v[0, D:-1] = 0 if state is None else state.a
    v[:, -1] = 1
    W = params.W.astype(v.dtype)
    z = np.empty((H, B), v.dtype)
    for layer_input, a in zip(v[:-1], v[1:, D:-1], strict=True):
        np.dot(W, layer_input, out=z)
        np.tanh(z, out=a)
    return out


def backward(
    params: Params, trace: Trace, da: Array, dstate: State | None = None, *, inputs: bool = True
) -> tuple[Params, Array | None, State]:
    """Go back through whole sequences: `step_backward`, T times, as the engine does it.

    Backpropagation through time (Werbos 1990). `da`, ``(n, H, B)``, is the gradient of the loss
    with respect to the last n activations, n from 1 to T, and `dstate` what else arrives at the
    final state, to be added, zero unless given; without `inputs` the gradient for `x` is not
    computed. Returns the gradients for the weights, for `x` (or None) and for the state before the
    first step. Raises TypeError or ValueError for an array of the wrong type or shape, or one that
    is not finite.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import rnn
    >>> rng = np.random.default_rng(0)
    >>> params, x = rnn.init(rng, inputs=3, units=2), rng.normal(size=(4, 3, 5))
    >>> trace = rnn.forward(params, x)
    >>> dparams, dx, dstate = rnn.backward(params, trace, np.ones((1, 2, 5)))
    >>> dparams.W.shape, dx.shape, dstate.a.shape
    ((2, 6), (4, 3, 5), (2, 5))
    """
    da, dstate = _checks.backward((Params, State, Trace), params, trace, da, dstate)
    return _backward(params, trace, da, dstate, inputs, None)


def _backward(
    params: Params, trace: Trace, da: Array, dstate: State | None, inputs: bool, out: Params | None
) -> tuple[Params, Array | None, State]:
    """Run `backward` on arguments that were checked; write the weights' gradient into `out`."""
    D, H = params.inputs, params.units
    T, _, B = trace.a.shape
    v, slope, dz = trace.v, trace.slope, trace.dz
    late = T - len(da)  # no loss before this step
    np.multiply(trace.a, trace.a, out=slope)
    np.subtract(1, slope, out=slope)
    W_back = np.ascontiguousarray(params.W[:, (0 if inputs else D) : -1].T)
    dv = np.empty((T + 1, len(W_back), B), v.dtype)  # by each layer input, and the last a
    dv[-1, -H:] = 0 if dstate is None else dstate.a
    for t in reversed(range(T)):
        da_t = dv[t + 1, -H:]
        if t >= late:
            da_t += da[t - late]
        dz_t = np.multiply(da_t, slope[t], out=dz[:, t])
        np.matmul(W_back, dz_t, out=dv[t])
    dparams = out or Params(np.empty(params.W.shape, v.dtype))
    layer_inputs = np.ascontiguousarray(v[:-1].transpose(1, 0, 2)).reshape(-1, T * B)
    np.matmul(dz.reshape(H, -1), layer_inputs.T, out=dparams.W)
    return dparams, dv[:-1, :D] if inputs else None, State(dv[0, -H:])
