"""The proof of a gradient: analytic beside numerical, element by element or along directions."""

import html
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from lstm_ref import _checks, network
from lstm_ref._checks import Array
from lstm_ref.losses import mean_squared_error
from lstm_ref.network import Network
from lstm_ref.training import Loss

Arrays: TypeAlias = dict[str, Array]
Derivative: TypeAlias = Callable[[Callable[[Array], Any], Array, Array], float]


class Row(NamedTuple):
    """One array's check: both gradients' norms, and that of their difference over the larger.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import gradcheck
    >>> x = np.array([3.0, 4.0])
    >>> # a gradient that is 1 % too long
    >>> (row,) = gradcheck.check(
    ...     lambda arrays: (arrays["x"] ** 2).sum() / 2, {"x": x}, {"x": 1.01 * x}
    ... )
    >>> print(row.name, round(row.analytic, 6), round(row.numerical, 6))
    x 5.05 5.0
    >>> round(row.error, 6)  # 0.05 / 5.05
    0.009901
    """

    name: str
    analytic: float
    numerical: float
    error: float


class Table(tuple[Row, ...]):
    """The rows of a check; prints as a table, in a notebook as HTML.

    Examples
    --------
    >>> from lstm_ref import gradcheck
    >>> gradcheck.Table(
    ...     [gradcheck.Row("W", analytic=1.0, numerical=1.1, error=0.1)]
    ... )
    name  analytic norm  numerical norm  relative error
    W          1.00e+00        1.10e+00         1.0e-01
    """

    @property
    def error(self) -> float:
        """The largest relative error of all rows.

        Examples
        --------
        >>> from lstm_ref import gradcheck
        >>> rows = [
        ...     gradcheck.Row("W", 1.0, 1.1, 0.1),
        ...     gradcheck.Row("b", 2.0, 2.0, 0.0),
        ... ]
        >>> gradcheck.Table(rows).error
        0.1
        """
        return max(row.error for row in self)

    def _cells(self) -> list[tuple[str, ...]]:
        cells = [(n, f"{a:.2e}", f"{b:.2e}", f"{error:.1e}") for n, a, b, error in self]
        return [("name", "analytic norm", "numerical norm", "relative error"), *cells]

    def __str__(self) -> str:
        rows = self._cells()
        n, a, b, e = (max(map(len, column)) for column in zip(*rows, strict=True))
        form = f"{{:<{n}}}  {{:>{a}}}  {{:>{b}}}  {{:>{e}}}"
        return "\n".join(form.format(*row) for row in rows)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        head, *body = self._cells()
        top = "".join(f'<th scope="col">{cell}</th>' for cell in head)
        form = '<tr><th scope="row">{}</th><td>{}</td><td>{}</td><td>{}</td></tr>'
        rows = "".join(form.format(*map(html.escape, cells)) for cells in body)
        return f"<table><thead><tr>{top}</tr></thead><tbody>{rows}</tbody></table>"


def complex_step(function: Callable[[Array], Any], x: Array, direction: Array) -> float:
    """Return the derivative of a smooth function at `x` along `direction`: Im f(x + ihu) / h.

    Nothing is subtracted, so that h can be tiny and the result is exact to rounding (Squire and
    Trapp 1998): unless terms of `function` cancel, relative errors are below 1e-14 in float64, near
    1e-6 in float32. `function` maps a complex
    array to a complex number (abs, norm and float do not: for them the derivative would be lost,
    which `check` notices); `direction` is of the shape of `x`. Raises TypeError or ValueError for
    an `x` or a `direction` that is not of finite real numbers, or of another shape.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import gradcheck
    >>> derivative = gradcheck.complex_step(
    ...     lambda x: np.sin(x).sum(), np.zeros(2), np.ones(2)
    ... )
    >>> round(derivative, 12)
    2.0
    """
    h, (x, u) = 1e-30, _place(x, direction)
    return float(np.imag(function(x + 1j * h * u)) / h)


def central_difference(function: Callable[[Array], Any], x: Array, direction: Array) -> float:
    """Return the derivative of a function at `x` along `direction`: (f(x + hu) - f(x - hu)) / 2h.

    h is the cube root of the dtype's rounding, which balances the rounding and the third
    derivative: where these are of the order of 1, errors are below 1e-6 in float64. (It is no less
    than the square root times the largest number of `x`, so that large ones move too.) In float32
    they can be as large as the gradient: take float64. (At a kink a number comes out too.)
    `direction` is of the shape of `x`. Raises TypeError or ValueError for an `x` or a `direction`
    that is not of finite real numbers, or of another shape.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import gradcheck
    >>> derivative = gradcheck.central_difference(
    ...     lambda x: abs(x).sum(), np.ones(2), np.ones(2)
    ... )
    >>> round(derivative, 6)
    2.0
    """
    x, u = _place(x, direction)
    rounding = np.finfo(x.dtype).eps
    h = float(max(np.cbrt(rounding), np.sqrt(rounding) * np.abs(x).max()))
    return float((function(x + h * u) - function(x - h * u)) / (2 * h))


def _place(x: Array, direction: Array) -> tuple[Array, Array]:
    """Return where a derivative is taken and along what, checked."""
    x = _checks.array("x", x, *np.shape(x), into=float)
    return x, _checks.array("direction", direction, *x.shape, into=float)


def check(
    function: Callable[[Arrays], Any],
    arrays: Arrays,
    gradients: Arrays,
    *,
    method: Derivative = complex_step,
    directions: int | None = None,
    rng: np.random.Generator | None = None,
) -> Table:
    """Hold gradients against numerical derivatives.

    Parameters
    ----------
    function : callable
        From named arrays to a number; for `complex_step` it accepts complex arrays.
    arrays, gradients : dict of str to ndarray
        Where to check, and the gradient of `function` there, of the same names and shapes.
    method : callable
        `complex_step` for what is smooth, `central_difference` for the rest.
    directions : int, optional
        Compare along so many random directions of length 1, and not for each element.
    rng : numpy.random.Generator, optional
        Draws the directions.

    Returns
    -------
    Table
        A row an array. Raises TypeError or ValueError for a bad argument, a function that gives no
        finite number, or one whose `complex_step` is not its derivative, as far as differences
        tell: what it loses must be above 6e-4 of the slope, in float64. (They mistake one that
        bends within 1e-5 for such a function: scale its `arrays`.)

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import gradcheck
    >>> x = np.array([1.0, 2.0])
    >>> table = gradcheck.check(
    ...     lambda arrays: (arrays["x"] ** 3).sum(), {"x": x}, {"x": 3 * x**2}
    ... )
    >>> table.error < 1e-12
    True
    """
    for name, given in (("arrays", arrays), ("gradients", gradients)):
        _checks.instance(name, given, Mapping, "a dict of arrays by their names")
    if set(arrays) != set(gradients):
        raise ValueError(f"gradients: expected {sorted(arrays)}, got {sorted(gradients)}")
    _checks.some("arrays", arrays)
    _checks.instance("function", function, Callable)
    _checks.instance("method", method, Callable, "a function such as gradcheck.complex_step")
    if directions is not None:
        directions = _checks.count("directions", directions)
    arrays = {
        name: _checks.read_only(_checks.array(name, x, *np.shape(x))) for name, x in arrays.items()
    }
    gradients = {
        name: _checks.array(f"gradient of {name}", gradients[name], *x.shape)
        for name, x in arrays.items()
    }
    value = np.asarray(function(dict(arrays)))
    if value.ndim or value.dtype.kind not in "iufc" or not np.isfinite(value):
        raise ValueError(f"function: expected one that returns a finite number, got {value}")
    rows = []
    for name, x in arrays.items():
        if directions is None or x.size == 1:  # one number's directions, 1 and -1, might cancel
            along = np.eye(x.size).reshape(-1, *x.shape)
        else:
            along = _checks.generator("rng", rng).standard_normal((directions, *x.shape))
            along /= np.sqrt((along**2).sum(axis=tuple(range(1, along.ndim)), keepdims=True))

        def at(moved: Array, name: str = name) -> Any:
            return function(arrays | {name: moved})

        analytic = np.array([(gradients[name] * u).sum() for u in along])
        numerical = np.array([method(at, x, u.astype(x.dtype)) for u in along])
        if method is complex_step:
            uneven = np.cos(1 + np.arange(len(along)))  # what is lost along two must not cancel
            _check_smooth(name, at, x, np.tensordot(uneven, along, 1), uneven @ numerical)
        norms = float(np.linalg.norm(analytic)), float(np.linalg.norm(numerical))
        error = float(np.linalg.norm(analytic - numerical)) / max(*norms, np.finfo(float).tiny)
        rows.append(Row(name, *norms, error if np.isfinite(error) else np.inf))
    return Table(rows)


def _check_smooth(
    name: str, function: Callable[[Array], Any], x: Array, along: Array, slope: float
) -> None:
    """Refuse a function whose complex step is not its derivative: with abs in it, say."""
    rounding = np.finfo(x.dtype).eps
    length = float(np.linalg.norm(along))
    other = central_difference(function, x, (along / length).astype(x.dtype)) * length
    size = max(abs(slope), abs(other)), length * abs(complex(function(x)))
    most = 100 * (np.cbrt(rounding) * size[0] + np.cbrt(rounding) ** 2 * size[1])
    if not abs(slope - other) <= most:  # it may be NaN
        raise ValueError(
            f"function: expected one with complex steps, got a slope of {slope:.3g} by them and of "
            f"{other:.3g} by differences, for {name} (has it abs, norm, max or float in it? Then "
            "method=gradcheck.central_difference. Or does it bend within 1e-5?)"
        )


def check_network(
    net: Network,
    x: Array,
    target: Array,
    loss: Loss = mean_squared_error,
    state: Sequence[Any] | None = None,
    **options: Any,
) -> Table:
    """Check a network's gradient for every weight, bias, input and initial state.

    `x` is (T, D, B); `target` (K, B), or (T, K, B) for a loss on every step; `state` the initial
    state of each layer, zero unless given; `options` go to `check`, such as
    ``method=gradcheck.central_difference``. Returns its table, a row for each array. Raises
    TypeError or ValueError for what `network.forward`, `loss` or `check` refuse.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import gradcheck, network
    >>> rng = np.random.default_rng(0)
    >>> net = network.init(rng, inputs=1, units=2, outputs=1)
    >>> table = gradcheck.check_network(
    ...     net, rng.normal(size=(3, 1, 2)), rng.normal(size=(1, 2))
    ... )
    >>> table.error < 1e-10
    True
    """
    _checks.instance("loss", loss, Callable)
    every_step = _checks.ndim(target) == 3
    trace = network.forward(net, x, state, every_step=every_step)
    target = np.asarray(target)
    if state is None:
        state = [[np.zeros_like(part) for part in s] for s in trace.state]
    state = tuple(net.cell.State(*s) for s in state)

    def named(parameters: Arrays, x: Array, states: tuple[Any, ...]) -> Arrays:
        arrays = parameters | {"x": x}
        for k, s in enumerate(states, 1):
            arrays |= {f"layer {k} initial {n}": part for n, part in s._asdict().items()}
        return arrays

    def value(arrays: Arrays) -> Any:
        moved = net.with_theta(net.theta.astype(np.result_type(net.theta, *arrays.values())))
        for name, view in moved.parameters().items():
            view[...] = arrays[name]
        states = tuple(
            type(s)(*(arrays[f"layer {k} initial {n}"] for n in s._fields))
            for k, s in enumerate(state, 1)
        )
        z = network.forward(moved, arrays["x"], states, every_step=every_step).z
        return _checks.loss(loss, z, target, net.head)[0]

    dz = _checks.loss(loss, trace.z, target, net.head)[1]
    gradient = network.backward(net, trace, dz, inputs=True)
    assert gradient.x is not None  # it was asked for
    analytic = named(net.with_theta(gradient.theta).parameters(), gradient.x, gradient.state)
    return check(value, named(net.parameters(), x, state), analytic, **options)
