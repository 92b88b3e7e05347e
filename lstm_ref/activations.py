"""The nonlinearities, each beside its derivative.

A way back takes the *output* ``a``, which a forward pass has at hand, and the gradient ``da``.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lstm_ref._checks import Array


@dataclass(frozen=True)
class Activation:
    """A nonlinearity ``a = activation(z)`` with its derivative.

    Parameters
    ----------
    name : str
        What tables and errors call it.
    function : callable
        ``z -> a``, both ``(..., features, B)``; accepts float32, float64 and, where it is smooth,
        complex arrays.
    backward : callable
        ``(a, da) -> dz``: the gradient before the nonlinearity from that after it, same shapes.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import activations
    >>> relu = activations.Activation(
    ...     "relu", lambda z: np.maximum(z, 0), lambda a, da: da * (a > 0)
    ... )
    >>> print(relu(np.array([[-1.0], [2.0]])).ravel())
    [0. 2.]
    """

    name: str
    function: Callable[[Array], Array]
    backward: Callable[[Array, Array], Array]

    def __call__(self, z: Array) -> Array:
        """Return the activation of `z`, element by element (softmax: column by column).

        What `function` raises is raised: nothing is checked here.
        """
        return self.function(z)


def _identity(z: Array) -> Array:
    return z


def _identity_backward(a: Array, da: Array) -> Array:
    return da


def _tanh_backward(a: Array, da: Array) -> Array:
    return da * (1 - a * a)  # type: ignore[no-any-return]  # NumPy's types


def _sigmoid(z: Array) -> Array:
    # 1 / (1 + exp(-z)) in the form that cannot overflow.
    return 0.5 + 0.5 * np.tanh(0.5 * z)


def _sigmoid_backward(a: Array, da: Array) -> Array:
    return da * (a * (1 - a))  # type: ignore[no-any-return]  # NumPy's types


def _hard_sigmoid(z: Array) -> Array:
    return np.clip(0.2 * z + 0.5, 0, 1)


def _hard_sigmoid_backward(a: Array, da: Array) -> Array:
    return np.where((a > 0) & (a < 1), 0.2 * da, 0 * da)


def _softmax(z: Array) -> Array:
    # The largest score of a column is taken off first, so that no exponential overflows.
    e = np.exp(z - z.real.max(axis=-2, keepdims=True))
    return e / e.sum(axis=-2, keepdims=True)  # type: ignore[no-any-return]  # NumPy's types


def _softmax_backward(a: Array, da: Array) -> Array:
    inner = (a * da).sum(axis=-2, keepdims=True)
    return a * (da - inner)  # type: ignore[no-any-return]  # NumPy's types


#: a = z: for values that may be any number.
identity = Activation("identity", _identity, _identity_backward)
#: a = tanh z, from -1 to 1.
tanh = Activation("tanh", np.tanh, _tanh_backward)
#: a = 1 / (1 + exp(-z)), from 0 to 1: the gates. It is right to the rounding of 1, so that far
#: below zero it is 0 (float64 from z = -38 on, float32 from -20): take a logarithm of it from z.
sigmoid = Activation("sigmoid", _sigmoid, _sigmoid_backward)
#: a = z / 5 + 1/2, cut off below 0 and above 1: the sigmoid in three straight pieces, with the
#: slope that TensorFlow.js gives it (and Keras did, before its version 3).
hard_sigmoid = Activation("hard sigmoid", _hard_sigmoid, _hard_sigmoid_backward)
#: exp z over its sum down each column: probabilities.
softmax = Activation("softmax", _softmax, _softmax_backward)
