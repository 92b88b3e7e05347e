"""The LSTM cell: the source text's equations (`step`), and the engine for sequences (`forward`).

Hochreiter and Schmidhuber (1997), with the forget gate of Gers, Schmidhuber and Cummins (2000);
it is the cell of Greff et al. (2017), Section II, without peepholes. Shapes: T steps, D inputs,
H units, B sequences; a batch is ``(features, B)``, a sequence ``(T, features, B)``.
"""

import math
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from lstm_ref import _checks
from lstm_ref._checks import Array
from lstm_ref.activations import sigmoid, tanh


@dataclass(frozen=True, eq=False)
class Params:
    """The weights of one layer: one array, and views of it under the source text's names.

    Parameters
    ----------
    W : ndarray of numbers, (4, H, D + H + 1)
        ``[W_x | W_a | b]`` for the gates i, f, o and the candidate c, in this order. Views:
        ``W_x (4, H, D)``, ``W_a (4, H, H)``, ``b (4, H, 1)``, and of one gate, say the input gate,
        ``W_ix (H, D)``, ``W_ia (H, H)``, ``b_i (H, 1)``.

    Raises
    ------
    TypeError, ValueError
        For what is no such array, or one of another shape.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import lstm
    >>> params = lstm.Params(np.zeros((4, 2, 6)))  # D = 3, H = 2
    >>> params.W_ix.shape, params.W_ia.shape, params.b_i.shape
    ((2, 3), (2, 2), (2, 1))
    >>> params.b_f[...] = 1  # a view: this opens the forget gate in W itself
    >>> float(params.W.sum())
    2.0
    """

    W: Array

    NAMES = tuple("W_ix W_ia b_i W_fx W_fa b_f W_ox W_oa b_o W_cx W_ca b_c".split())
    inputs = property(lambda self: self.W.shape[2] - self.W.shape[1] - 1, doc="How many inputs: D.")
    units = property(lambda self: self.W.shape[1], doc="How many units: H.")
    W_x = property(lambda self: self.W[:, :, : self.inputs])
    W_a = property(lambda self: self.W[:, :, self.inputs : -1])
    b = property(lambda self: self.W[:, :, -1:])
    W_ix = property(lambda self: self.W_x[0])
    W_ia = property(lambda self: self.W_a[0])
    b_i = property(lambda self: self.b[0])
    W_fx = property(lambda self: self.W_x[1])
    W_fa = property(lambda self: self.W_a[1])
    b_f = property(lambda self: self.b[1])
    W_ox = property(lambda self: self.W_x[2])
    W_oa = property(lambda self: self.W_a[2])
    b_o = property(lambda self: self.b[2])
    W_cx = property(lambda self: self.W_x[3])
    W_ca = property(lambda self: self.W_a[3])
    b_c = property(lambda self: self.b[3])

    @staticmethod
    def shape(inputs: int, units: int) -> tuple[int, ...]:
        """Return the shape of ``W``, (4, H, D + H + 1).

        Examples
        --------
        >>> from lstm_ref import lstm
        >>> lstm.Params.shape(inputs=1, units=16)
        (4, 16, 18)
        """
        return (4, units, inputs + units + 1)

    def __post_init__(self) -> None:
        """Refuse an array that cannot be the weights of an LSTM layer."""
        shape = _checks.weight_array(self.W).shape
        if len(shape) != 3 or shape[0] != 4 or shape[2] < shape[1] + 2 or 0 in shape:
            raise ValueError(f"W: expected shape (4, H, D + H + 1), got {shape}")


class State(NamedTuple):
    """What a layer remembers: the activation `a` and the cell state `c`, each ``(H, B)``.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import lstm
    >>> a, c = np.array([[0.2]]), np.array([[0.8]])  # H = 1, B = 1
    >>> state = lstm.State(a, c)
    >>> state._replace(c=-state.c)
    State(a=array([[0.2]]), c=array([[-0.8]]))
    """

    a: Array
    c: Array


class Step(NamedTuple):
    """Every value of one step, under its name in the equations; `x` is ``(D, B)``, else ``(H, B)``.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import lstm
    >>> params = lstm.Params(np.zeros((4, 1, 3)))
    >>> _, step = lstm.step(
    ...     params, np.ones((1, 1)), lstm.State(*np.ones((2, 1, 1)))
    ... )
    >>> # without weights a gate is half open
    >>> step.f.item(), step.filtered_state.item()
    (0.5, 0.5)
    """

    x: Array
    a_prev: Array
    c_prev: Array
    z_i: Array
    z_f: Array
    z_o: Array
    z_c: Array
    i: Array
    f: Array
    o: Array
    candidate: Array
    filtered_input: Array
    filtered_state: Array
    c: Array
    a: Array


@dataclass(frozen=True, eq=False)
class Trace:
    """Every value of a forward pass, and the room that its backward pass works in.

    Parameters
    ----------
    v : ndarray, (T + 1, D + H + 1, B)
        The layer input ``[x; a; 1]`` of each step, and after the last the final activation.
    gates : ndarray, (T + 1, 6, H, B)
        Of each step i, f, o and, beside each the factor that it meets, the candidate, the previous
        cell state and tanh of the new one; after the last step only the final cell state is set.
    dz : ndarray, (T, 4, H, B)
        Room for `backward`, which leaves in it the gradient before each gate's nonlinearity, and
        before the candidate's.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import lstm
    >>> rng = np.random.default_rng(0)
    >>> trace = lstm.forward(
    ...     lstm.init(rng, inputs=3, units=2), rng.normal(size=(4, 3, 5))
    ... )
    >>> trace.x.shape, trace.a.shape
    ((4, 3, 5), (4, 2, 5))
    """

    v: Array
    gates: Array
    dz: Array

    units = property(lambda self: self.gates.shape[2], doc="How many units: H.")
    inputs = property(lambda self: self.v.shape[1] - self.units - 1, doc="How many inputs: D.")
    x = property(lambda self: self.v[:-1, : self.inputs], doc="The inputs, (T, D, B).")
    a = property(lambda self: self.v[1:, self.inputs : -1], doc="The activations, (T, H, B).")
    c = property(lambda self: self.gates[1:, 4], doc="The cell states, (T, H, B).")
    i = property(lambda self: self.gates[:-1, 0], doc="The input gate, (T, H, B).")
    f = property(lambda self: self.gates[:-1, 1], doc="The forget gate, (T, H, B).")
    o = property(lambda self: self.gates[:-1, 2], doc="The output gate, (T, H, B).")
    candidate = property(lambda self: self.gates[:-1, 3], doc="The candidate, (T, H, B).")

    @property
    def state(self) -> State:
        """The state after the last step, copied.

        Examples
        --------
        >>> import numpy as np
        >>> from lstm_ref import lstm
        >>> rng = np.random.default_rng(0)
        >>> trace = lstm.forward(
        ...     lstm.init(rng, inputs=3, units=2), rng.normal(size=(4, 3, 5))
        ... )
        >>> np.array_equal(trace.state.a, trace.a[-1])
        True
        """
        return State(self.a[-1].copy(), self.c[-1].copy())

    def __reduce__(self) -> tuple[Any, ...]:
        """Copy the arrays alone: the copy cuts its own views."""
        return Trace, (self.v, self.gates, self.dz)

    @cached_property
    def _room(self) -> Array:
        """Where either pass puts what it needs for one step only, so that it stays in the cache."""
        return _aligned((13, *self.gates.shape[2:]), self.v.dtype)

    @cached_property
    def _columns(self) -> tuple[Array, Array]:
        """Where `backward` puts `dz` and the layer inputs side by side, all steps and sequences."""
        T, _, H, B = self.dz.shape
        dtype = self.v.dtype
        return _aligned((4, H, T, B), dtype), _aligned((self.v.shape[1], T, B), dtype)

    @cached_property
    def _steps(self) -> list[tuple[Array, ...]]:
        """What `forward` touches at each step, cut once and not at every pass."""
        v, gates = self.v, self.gates[:-1]
        z = gates[:, :4].reshape(len(gates), -1, v.shape[-1])
        ifo, i_f, c_c_prev, tanh_c = gates[:, :3], gates[:, :2], gates[:, 3:5], gates[:, 5]
        rows = v[:-1], z, ifo, i_f, c_c_prev, self.o, self.c, tanh_c, self.a
        return list(zip(*rows, strict=True))

    @cached_property
    def _steps_back(self) -> list[tuple[Any, ...]]:
        """What `backward` touches at each step, last step first."""
        dz, ifo, factors = self.dz, self.gates[:-1, :3], self.gates[:-1, 3:]
        columns = dz.reshape(len(dz), -1, dz.shape[-1])
        rows = range(len(dz)), ifo, factors, self.f, dz, columns
        return list(zip(*rows, strict=True))[::-1]


def init(
    rng: np.random.Generator,
    inputs: int,
    units: int,
    *,
    forget_bias: float = 0.0,
    dtype: npt.DTypeLike = np.float64,
) -> Params:
    """Draw the initial weights of one layer, by the rules of the interactive system.

    Input weights are Glorot normal, variance 2 / (D + 4H): Glorot and Bengio (2010), Eq. 12, with
    the four matrices counted as one of 4H rows, as Keras and TensorFlow.js count them (the latter
    draw no number beyond two standard deviations). The four recurrent matrices, one below the
    other, have orthonormal columns (Saxe et al. 2014), so that no single one is orthogonal. Biases
    are zero but for `forget_bias` (Gers et al. 2000 start it above zero: remember first).

    Parameters
    ----------
    rng : numpy.random.Generator
        The only source of randomness.
    inputs, units : int
        D and H, at least 1.
    forget_bias : float
        The first value of every ``b_f``.
    dtype : dtype
        float64, or float32; or complex, for a derivative by complex step.

    Returns
    -------
    Params
        ``W (4, H, D + H + 1)``.

    Raises
    ------
    TypeError, ValueError
        For a size that is no whole number above zero, a `forget_bias` that is no finite number,
        another `dtype`, or a `rng` that is no generator.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import lstm
    >>> params = lstm.init(np.random.default_rng(0), inputs=3, units=2)
    >>> params.W.shape
    (4, 2, 6)
    >>> params.W_x.shape, params.W_a.shape, params.b.shape
    ((4, 2, 3), (4, 2, 2), (4, 2, 1))
    """
    rng = _checks.generator("rng", rng)
    D, H = _checks.count("inputs", inputs), _checks.count("units", units)
    dtype = _checks.floating("dtype", dtype)
    forget_bias = _checks.number("forget_bias", forget_bias)
    W_x = rng.normal(scale=np.sqrt(2 / (D + 4 * H)), size=(4, H, D))
    Q, R = np.linalg.qr(rng.standard_normal((4 * H, H)))
    W_a = (Q * np.sign(np.diag(R))).reshape(4, H, H)  # the signs make the draw uniform
    b = np.zeros((4, H, 1))
    b[1] = forget_bias
    return Params(np.concatenate([W_x, W_a, b], axis=2).astype(dtype))


def hold_gate(params: Params, gate: str, value: float | Array) -> Params:
    """Return the layer with one gate held at `value`, whatever it reads; `params` stay as they are.

    The gate's weights become zero and its biases the numbers whose sigmoid is `value`.

    Parameters
    ----------
    params : Params
        The weights.
    gate : str
        ``"i"``, ``"f"`` or ``"o"``.
    value : float or ndarray, (H,)
        From 0, shut, to 1, open; both are met exactly. An array has one for each unit, say its mean
        over a sequence.

    Returns
    -------
    Params
        New weights, (4, H, D + H + 1).

    Raises
    ------
    TypeError, ValueError
        For another gate, a value out of its range, an array of another shape, or the weights of
        another cell.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import lstm
    >>> params = lstm.init(np.random.default_rng(0), inputs=1, units=2)
    >>> # keeps all, lets nothing in
    >>> keeps = lstm.hold_gate(lstm.hold_gate(params, "f", 1), "i", 0)
    >>> x = np.random.default_rng(1).normal(size=(50, 1, 1))
    >>> c = lstm.forward(keeps, x, lstm.State(*np.ones((2, 2, 1)))).c
    >>> bool((c == 1).all())
    True
    """
    if gate not in ("i", "f", "o"):
        raise ValueError(f"gate: expected 'i', 'f' or 'o', got {gate!r}")
    p = _checks.weights(Params, params)
    several = _checks.ndim(value) > 0
    shares = _checks.array("value", value, p.units, into=np.float64) if several else [value]
    values = np.array([_checks.number("value", one, at_least=0, at_most=1) for one in shares])
    W = _checks.array("W", p.W, 4, "H", "D + H + 1").copy()
    W["ifo".index(gate)] = 0
    with np.errstate(divide="ignore"):  # at +-1000 the sigmoid is 1 or 0 to the last bit
        W["ifo".index(gate), :, -1] = np.clip(np.log(values) - np.log1p(-values), -1000, 1000)
    return Params(W)


def step(params: Params, x: Array, state: State) -> tuple[State, Step]:
    """Take one time step: the equations of the source text, one a line.

    Source text, Cell Elements; Greff et al. (2017), Section II-A.

    Parameters
    ----------
    params : Params
        The weights.
    x : ndarray, (D, B)
        The input at this step.
    state : State
        ``a`` and ``c`` of the step before, each (H, B).

    Returns
    -------
    state : State
        The new ``a`` and ``c``, each (H, B).
    step : Step
        Every value on the way, for `step_backward` and for the curious.

    Raises
    ------
    TypeError, ValueError
        For an array of the wrong type or shape, or one that is not finite.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import lstm
    >>> # without weights a gate is half open
    >>> params = lstm.Params(np.zeros((4, 1, 3)))
    >>> before = lstm.State(a=np.array([[0.0]]), c=np.array([[0.8]]))
    >>> state, step = lstm.step(params, np.array([[1.0]]), before)
    >>> state.c
    array([[0.4]])
    >>> bool(state.a == 0.5 * np.tanh(0.4))
    True
    """
    p = _checks.weights(Params, params)
    x = _checks.array("x", x, p.inputs, "B")
    a_prev, c_prev = _checks.state(State, state, p.units, x.shape[1])
    z_i = p.W_ix @ x + p.W_ia @ a_prev + p.b_i
    z_f = p.W_fx @ x + p.W_fa @ a_prev + p.b_f
    z_o = p.W_ox @ x + p.W_oa @ a_prev + p.b_o
    z_c = p.W_cx @ x + p.W_ca @ a_prev + p.b_c
    i = sigmoid(z_i)
    f = sigmoid(z_f)
    o = sigmoid(z_o)
    candidate = tanh(z_c)
    filtered_input = i * candidate
    filtered_state = f * c_prev
    c = filtered_input + filtered_state
    a = o * tanh(c)
    values = (z_i, z_f, z_o, z_c, i, f, o, candidate, filtered_input, filtered_state, c, a)
    return State(a, c), Step(x, a_prev, c_prev, *values)


def step_backward(params: Params, step: Step, da: Array, dc: Array) -> tuple[Params, Array, State]:
    """Go back through one time step: each line of `step`, last line first, by the chain rule.

    Greff et al. (2017), Section II-B; Werbos (1990) for the recursion over time.

    Parameters
    ----------
    params : Params
        The weights.
    step : Step
        What `step` returned.
    da, dc : ndarray, (H, B)
        The gradient of the loss with respect to this step's ``a``, and to its ``c`` as far as
        later steps read it; the path from ``c`` through ``a`` is added here.

    Returns
    -------
    dparams : Params
        The gradient for the weights, this step's part.
    dx : ndarray, (D, B)
        The gradient for the input.
    dstate : State
        This step's share of the gradient for ``a`` and ``c`` of the step before; whoever else reads
        that ``a``, the layer above or the loss, has a share too, and the shares are added.

    Raises
    ------
    TypeError, ValueError
        For an array of the wrong type or shape, or one that is not finite, or for what is no Step.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import lstm
    >>> # without weights a gate is half open
    >>> params = lstm.Params(np.zeros((4, 1, 3)))
    >>> before = lstm.State(a=np.array([[0.0]]), c=np.array([[0.8]]))
    >>> _, step = lstm.step(params, np.array([[1.0]]), before)
    >>> _, _, dstate = lstm.step_backward(
    ...     params, step, da=np.zeros((1, 1)), dc=np.ones((1, 1))
    ... )
    >>> dstate.c  # half of the gradient passes, too
    array([[0.5]])
    """
    p = _checks.weights(Params, params)
    s = _checks.instance("step", step, Step, f"a Step of {__name__}")
    _checks.same("step", "D, H = ", (len(s.x), len(s.a)), (p.inputs, p.units))
    da, dc = _checks.array("da", da, *s.a.shape), _checks.array("dc", dc, *s.c.shape)
    # a = o * tanh(c)
    do = da * tanh(s.c)
    dc = dc + da * s.o * (1 - tanh(s.c) ** 2)
    # c = filtered_input + filtered_state
    di = dc * s.candidate
    dcandidate = dc * s.i
    df = dc * s.c_prev
    dc_prev = dc * s.f
    # i, f, o = sigmoid(z), candidate = tanh(z)
    dz_i = di * s.i * (1 - s.i)
    dz_f = df * s.f * (1 - s.f)
    dz_o = do * s.o * (1 - s.o)
    dz_c = dcandidate * (1 - s.candidate**2)
    # z = W_x @ x + W_a @ a_prev + b
    dx = p.W_ix.T @ dz_i + p.W_fx.T @ dz_f + p.W_ox.T @ dz_o + p.W_cx.T @ dz_c
    da_prev = p.W_ia.T @ dz_i + p.W_fa.T @ dz_f + p.W_oa.T @ dz_o + p.W_ca.T @ dz_c
    v = np.concatenate([s.x, s.a_prev, np.ones_like(s.x[:1])])
    dW = np.stack([dz_i @ v.T, dz_f @ v.T, dz_o @ v.T, dz_c @ v.T])
    return Params(dW), dx, State(da_prev, dc_prev)


def forward(params: Params, x: Array, state: State | None = None) -> Trace:
    """Run a layer over whole sequences: `step`, T times, as the engine does it.

    The source text's four cell steps are the four stages of the loop: layer input, gate
    activation (one product), cell update, output.

    Parameters
    ----------
    params : Params
        The weights.
    x : ndarray, (T, D, B)
        The sequences. The pass computes in the widest dtype among `params`, `x` and `state`:
        float32, float64 or complex (numbers of any other dtype count as float64).
    state : State, optional
        ``a`` and ``c`` before the first step, each (H, B); zero unless given. A plain tuple of them
        will do, here as in `step` and `backward`.

    Returns
    -------
    Trace
        All values: ``.a`` (T, H, B), ``.c``, the gates, and ``.state`` after the last step.

    Raises
    ------
    TypeError, ValueError
        For an array of the wrong type or shape, or one that is not finite.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import lstm
    >>> rng = np.random.default_rng(0)
    >>> params, x = lstm.init(rng, inputs=3, units=2), rng.normal(size=(4, 3, 5))
    >>> trace = lstm.forward(params, x)
    >>> trace.a.shape
    (4, 2, 5)
    >>> state = lstm.State(*np.zeros((len(lstm.State._fields), 2, 5)))
    >>> for x_t in x:
    ...     state, _ = lstm.step(params, x_t, state)
    >>> np.allclose(trace.state.a, state.a)
    True
    """
    x, state = _checks.forward((Params, State), params, x, state)
    return _forward(params, x, state, None)


def _forward(params: Params, x: Array, state: State | None, out: Trace | None) -> Trace:
    """Run `forward` on arguments that were checked; overwrite `out`, if there is one."""
    D, H, W = params.inputs, params.units, params.W
    T, _, B = x.shape
    if out is None:
        dtype = np.result_type(W, x, *(state or ()))
        v = _aligned((T + 1, D + H + 1, B), dtype)
        v[:, -1] = 1  # for good
        out = Trace(v, _aligned((T + 1, 6, H, B), dtype), _aligned((T, 4, H, B), dtype))
    v, gates = out.v, out.gates
    v[:-1, :D] = x
    v[0, D:-1], gates[0, 4] = state or (0, 0)
    # The gates' sigmoid is 1/2 + 1/2 tanh(z/2), so that one tanh serves all four; its z/2 is in W.
    halves, half = _constants(v.dtype)
    W = (W * halves).reshape(4 * H, -1)
    filtered_input, filtered_state = sums = out._room[:2]
    dot, tanh, multiply, add = np.dot, np.tanh, np.multiply, np.add  # looked up once, not 8 T times
    for layer_input, z, ifo, i_f, c_c_prev, o, c, tanh_c, a in out._steps:
        # The last argument is where the result goes.
        dot(W, layer_input, z)
        tanh(z, z)
        multiply(ifo, half, ifo)
        add(ifo, half, ifo)
        multiply(i_f, c_c_prev, sums)  # both products of the cell update at once
        add(filtered_input, filtered_state, c)
        tanh(c, tanh_c)
        multiply(o, tanh_c, a)
    return out


def _aligned(shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
    """Return a new array that begins at a whole 64 bytes, a line of the cache.

    NumPy's own large ones begin 16 bytes after it, so that each vector of numbers lies across two
    lines: an elementwise product takes up to twice as long.
    """
    size = math.prod(shape) * dtype.itemsize
    raw = np.empty(size + 63, np.uint8)
    start = -raw.ctypes.data % 64
    return raw[start : start + size].view(dtype).reshape(shape)


@cache
def _constants(dtype: np.dtype[Any]) -> tuple[Array, Array]:
    halves = np.array([0.5, 0.5, 0.5, 1], dtype)[:, None, None]
    return halves, np.array(0.5, dtype)


def backward(
    params: Params, trace: Trace, da: Array, dstate: State | None = None, *, inputs: bool = True
) -> tuple[Params, Array | None, State]:
    """Go back through whole sequences: `step_backward`, T times, as the engine does it.

    Backpropagation through time (Werbos 1990; Greff et al. 2017, Section II-B).

    Parameters
    ----------
    params : Params
        The weights that `forward` was given.
    trace : Trace
        What `forward` returned; its ``dz`` is filled.
    da : ndarray, (n, H, B)
        The gradient of the loss with respect to the last n activations, n from 1 to T: one for
        a loss on the last step, T for a loss on every step.
    dstate : State, optional
        What else arrives at the final state, each (H, B), beyond `da`, to which its ``a`` is added;
        zero unless given.
    inputs : bool
        Whether to compute `dx`, which the first layer of a network does not need.

    Returns
    -------
    dparams : Params
        The gradient for the weights, (4, H, D + H + 1).
    dx : ndarray, (T, D, B), or None
        The gradient for the inputs.
    dstate : State
        The gradient for the state before the first step, each (H, B).

    Raises
    ------
    TypeError, ValueError
        For an array of the wrong type or shape, or one that is not finite.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import lstm
    >>> rng = np.random.default_rng(0)
    >>> params, x = lstm.init(rng, inputs=3, units=2), rng.normal(size=(4, 3, 5))
    >>> trace = lstm.forward(params, x)
    >>> dparams, dx, dstate = lstm.backward(params, trace, np.ones((1, 2, 5)))
    >>> dparams.W.shape, dx.shape, dstate.a.shape
    ((4, 2, 6), (4, 3, 5), (2, 5))
    """
    da, dstate = _checks.backward((Params, State, Trace), params, trace, da, dstate)
    return _backward(params, trace, da, dstate, inputs, None)


def _backward(
    params: Params, trace: Trace, da: Array, dstate: State | None, inputs: bool, out: Params | None
) -> tuple[Params, Array | None, State]:
    """Run `backward` on arguments that were checked; write the weights' gradient into `out`."""
    D, H = params.inputs, params.units
    T, _, B = trace.a.shape
    v = trace.v
    W = params.W.reshape(4 * H, -1)
    # In the order in which the products read them.
    W_x_back, W_a_back = (np.ascontiguousarray(part.T) for part in (W[:, :D], W[:, D:-1]))
    room = trace._room
    products, local, arriving = room[:3], room[3:9], room[9:]
    by_ifo, by_factors = local[:3], local[3:]
    by_gates, product, through_tanh = local[:4], local[4], local[5]
    # What arrives at i, f, o and the candidate: dc, dc, da, dc. (Copied side by side they take one
    # plain call; a broadcast of one dc takes longer than that and the copies.)
    dc_i_f, da_t, dc = arriving[:2], arriving[2], arriving[3]
    da_t[...], dc[...] = dstate or (0, 0)
    late = T - len(da)  # no loss before this step
    dot, multiply, add, subtract = np.dot, np.multiply, np.add, np.subtract
    for t, ifo, factors, f, dz_gates, dz in trace._steps_back:
        # The local derivatives: each product, i * candidate, f * c_prev and o * tanh(c), by what a
        # gate reads and by what its factor reads. With p = g * q that is p * (1 - g), through the
        # sigmoid, and g * (1 - q * q) = g - p * q, through the tanh. (c_prev is no tanh: its row is
        # free for another product.)
        multiply(ifo, factors, products)
        multiply(products, ifo, by_ifo)
        subtract(products, by_ifo, by_ifo)
        multiply(products, factors, by_factors)
        subtract(ifo, by_factors, by_factors)
        # The gradient walks them.
        if t >= late:
            add(da_t, da[t - late], da_t)
        multiply(da_t, through_tanh, product)
        add(dc, product, dc)
        dc_i_f[...] = dc
        multiply(by_gates, arriving, dz_gates)
        dot(W_a_back, dz, da_t)
        multiply(dc, f, dc)
    dx = W_x_back @ trace.dz.reshape(T, 4 * H, B) if inputs else None

    # The weights' gradient: one product over all gates, steps and sequences.
    dz_columns, layer_inputs = trace._columns
    dz_columns[...] = trace.dz.transpose(1, 2, 0, 3)
    layer_inputs[...] = v[:-1].transpose(1, 0, 2)
    dW = dz_columns.reshape(4 * H, -1) @ layer_inputs.reshape(-1, T * B).T
    dparams = out or Params(np.empty(params.W.shape, v.dtype))
    dparams.W[...] = dW.reshape(params.W.shape)
    return dparams, dx, State(da_t.copy(), dc.copy())
