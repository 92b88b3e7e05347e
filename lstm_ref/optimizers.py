"""The optimizers: a parameter vector, its gradient and a memory go in; all new ones come out."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from lstm_ref import _checks
from lstm_ref._checks import Array

Memory = tuple[Array, ...]


class Optimizer(NamedTuple):
    """``init(theta) -> memory``; ``update(theta, gradient, memory) -> (theta, memory)``.

    ``theta`` and ``gradient`` are (P,), and can be read but not written; the memory is a tuple of
    arrays of any shape, such as Adam's count of its steps. A training writes the next gradient over
    the last one, unless the memory holds it: what an own rule remembers belongs there, the number
    of the step too, if the learning rate follows a schedule. What is returned is new.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import optimizers
    >>> def update(theta, gradient, memory):
    ...     return theta - 0.1 * np.sign(gradient), memory
    >>> sign_descent = optimizers.Optimizer(lambda theta: (), update)
    >>> theta, memory = sign_descent.update(np.array([1.0]), np.array([5.0]), ())
    >>> print(theta)
    [0.9]
    >>> def warm_up(make, rate, steps):  # of a rule of this module, such as adam
    ...     def init(theta):
    ...         return *make(rate).init(theta), np.array(0)
    ...
    ...     def update(theta, gradient, memory):
    ...         *own, step = memory
    ...         now = make(rate * min(1.0, (step + 1) / steps))
    ...         theta, own = now.update(theta, gradient, tuple(own))
    ...         return theta, (*own, step + 1)
    ...
    ...     return optimizers.Optimizer(init, update)
    >>> gentle = warm_up(optimizers.sgd, rate=0.1, steps=10)
    >>> theta, memory = gentle.update(theta, np.array([5.0]), gentle.init(theta))
    >>> print(theta)  # a tenth of the rate at the first of ten steps
    [0.85]
    """

    init: Callable[[Array], Memory]
    update: Callable[[Array, Array, Memory], tuple[Array, Memory]]


def sgd(learning_rate: float, momentum: float = 0.0) -> Optimizer:
    """Stochastic gradient descent: ``velocity = momentum * velocity + gradient``.

    Parameters
    ----------
    learning_rate : float
        Above 0: the step is ``learning_rate * velocity``.
    momentum : float
        From 0 to below 1 (Polyak 1964).

    Returns
    -------
    Optimizer
        Its ``update`` refuses a gradient of another shape than the parameters.

    Raises
    ------
    TypeError, ValueError
        For a setting out of its range.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import optimizers
    >>> optimizer = optimizers.sgd(learning_rate=0.1)
    >>> theta = np.array([1.0])
    >>> memory = optimizer.init(theta)
    >>> theta, memory = optimizer.update(theta, np.array([5.0]), memory)
    >>> print(theta.round(3))
    [0.5]
    """
    rate = _checks.number("learning_rate", learning_rate, above=0)
    momentum = _checks.number("momentum", momentum, at_least=0, below=1)

    def update(theta: Array, gradient: Array, memory: Memory) -> tuple[Array, Memory]:
        (velocity,) = _checked(memory, theta, gradient)
        velocity = momentum * velocity + gradient
        return theta - rate * velocity, (velocity,)

    return Optimizer(lambda theta: (np.zeros_like(theta),), update)


def rmsprop(learning_rate: float, decay: float = 0.9, epsilon: float = 1e-7) -> Optimizer:
    """RMSprop: each step is divided by a running root mean square of the gradient.

    ``s = decay * s + (1 - decay) * g**2``, then ``theta -= learning_rate * g / (sqrt(s) + epsilon)``
    (Tieleman and Hinton 2012, Lecture 6.5). s is zero at first, and not corrected for it: the first
    step is ``learning_rate / sqrt(1 - decay)``. PyTorch adds epsilon to the root too, but its
    defaults are 0.99 and 1e-8; Keras and TensorFlow.js add it under the root.

    Parameters
    ----------
    learning_rate, epsilon : float
        Above 0.
    decay : float
        The share of the old mean square that is kept, from 0 to below 1.

    Returns
    -------
    Optimizer
        Its ``update`` refuses a gradient of another shape than the parameters.

    Raises
    ------
    TypeError, ValueError
        For a setting out of its range.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import optimizers
    >>> optimizer = optimizers.rmsprop(learning_rate=0.1)
    >>> theta = np.array([1.0])
    >>> memory = optimizer.init(theta)
    >>> theta, memory = optimizer.update(theta, np.array([5.0]), memory)
    >>> print(theta.round(3))
    [0.684]
    """
    rate = _checks.number("learning_rate", learning_rate, above=0)
    decay = _checks.number("decay", decay, at_least=0, below=1)
    epsilon = _checks.number("epsilon", epsilon, above=0)

    def update(theta: Array, gradient: Array, memory: Memory) -> tuple[Array, Memory]:
        (square,) = _checked(memory, theta, gradient)
        square = decay * square + (1 - decay) * gradient * gradient
        return theta - rate * gradient / (np.sqrt(square) + epsilon), (square,)

    return Optimizer(lambda theta: (np.zeros_like(theta),), update)


def adam(
    learning_rate: float, beta1: float = 0.9, beta2: float = 0.999, epsilon: float = 1e-8
) -> Optimizer:
    """Adam: momentum and RMSprop together, both corrected for their start at zero.

    ``m = beta1 * m + (1 - beta1) * g`` and ``s = beta2 * s + (1 - beta2) * g**2``, both zero at
    first; at update t, ``theta -= learning_rate * m_hat / (sqrt(s_hat) + epsilon)``, where ``m_hat``
    is ``m / (1 - beta1**t)`` and ``s_hat`` is ``s / (1 - beta2**t)`` (Kingma and Ba 2015, Algorithm
    1), as in PyTorch. (Keras adds its epsilon, 1e-7, before it corrects s.)

    Parameters
    ----------
    learning_rate, epsilon : float
        Above 0.
    beta1, beta2 : float
        The shares of the old mean and mean square that are kept, from 0 to below 1.

    Returns
    -------
    Optimizer
        Its ``update`` refuses a gradient of another shape than the parameters.

    Raises
    ------
    TypeError, ValueError
        For a setting out of its range.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import optimizers
    >>> optimizer = optimizers.adam(learning_rate=0.1)
    >>> theta = np.array([1.0])
    >>> memory = optimizer.init(theta)
    >>> theta, memory = optimizer.update(theta, np.array([5.0]), memory)
    >>> print(theta.round(3))
    [0.9]
    """
    rate = _checks.number("learning_rate", learning_rate, above=0)
    beta1 = _checks.number("beta1", beta1, at_least=0, below=1)
    beta2 = _checks.number("beta2", beta2, at_least=0, below=1)
    epsilon = _checks.number("epsilon", epsilon, above=0)

    def update(theta: Array, gradient: Array, memory: Memory) -> tuple[Array, Memory]:
        mean, square, steps = _checked(memory, theta, gradient, np.shape(theta), ())
        steps = steps + 1
        mean = beta1 * mean + (1 - beta1) * gradient
        square = beta2 * square + (1 - beta2) * gradient * gradient
        root = np.sqrt(square / (1 - beta2 ** int(steps))) + epsilon
        rate_now = rate / (1 - beta1 ** int(steps))
        return theta - rate_now * mean / root, (mean, square, steps)

    return Optimizer(lambda theta: (*np.zeros((2, *theta.shape), theta.dtype), np.array(0)), update)


def _checked(memory: Memory, theta: Array, gradient: Array, *more: tuple[int, ...]) -> Memory:
    """Return the memory, if the gradient and its first array have theta's shape, others `more`."""
    for name, given in (("theta", theta), ("gradient", gradient)):
        _checks.instance(name, given, np.ndarray, "an array")
        if given.dtype.kind not in "iuf":
            raise TypeError(f"{name}: expected real numbers, got dtype {given.dtype}")
    _checks.same("gradient", "shape ", (gradient.shape,), (theta.shape,))
    shapes, known = (theta.shape, *more), isinstance(memory, tuple | list)
    got = tuple(map(np.shape, memory)) if known else _checks.what(memory)
    words = "what init or the last update returned, arrays of shapes "
    _checks.same("memory", words, (got,), (shapes,))
    return memory


def clip_by_global_norm(gradient: Array, limit: float) -> tuple[Array, float]:
    """Shorten a gradient to the length `limit` if it is longer; return it and its old length.

    Pascanu, Mikolov and Bengio (2013), Algorithm 1.

    Parameters
    ----------
    gradient : ndarray, (P,)
        It stays as it is.
    limit : float
        The largest length, above 0.

    Returns
    -------
    gradient : ndarray, (P,)
        A shorter one; or the very one that was given, where that is short enough.
    norm : float
        The length of the one that was given.

    Raises
    ------
    TypeError, ValueError
        For a gradient that is not of finite real numbers, or a `limit` that is not above 0.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import optimizers
    >>> gradient, length = optimizers.clip_by_global_norm(
    ...     np.array([3.0, 4.0]), limit=1.0
    ... )
    >>> print(gradient, length)
    [0.6 0.8] 5.0
    """
    gradient = _checks.array("gradient", gradient, "P", into=np.float64)
    limit = _checks.number("limit", limit, above=0)
    with np.errstate(over="ignore"):
        norm = float(np.linalg.norm(gradient))
    if norm == np.inf:  # the squares were too large
        largest = float(abs(gradient).max())
        norm = largest * float(np.linalg.norm(gradient / largest))
    return (gradient * (limit / norm) if norm > limit else gradient), norm
