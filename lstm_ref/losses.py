"""The losses: each returns its value and its gradient before the head's nonlinearity.

That is where the two meet the head: the gradient goes back through it here, and cross-entropy is
taken from the scores in log space, so that no probability rounds to zero before its logarithm.

A loss of your own is a function of the same three arguments:

>>> import numpy as np
>>> from lstm_ref import gradcheck, network
>>> def absolute_error(z, target, head):
...     y = head(z)
...     error = y - target
...     # back through the head, and divided as the value is
...     return abs(error).mean(), head.backward(y, np.sign(error) / error.size)
>>> rng = np.random.default_rng(0)
>>> net = network.init(rng, inputs=1, units=2, outputs=1)
>>> x, target = rng.normal(size=(3, 1, 2)), rng.normal(size=(1, 2))
>>> table = gradcheck.check_network(
...     net, x, target, absolute_error, method=gradcheck.central_difference
... )
>>> table.error < 1e-6
True
"""

import numpy as np

from lstm_ref import _checks
from lstm_ref._checks import Array
from lstm_ref.activations import Activation, softmax


def mean_squared_error(z: Array, target: Array, head: Activation) -> tuple[float, Array]:
    """Return the mean of ``(y - target)**2`` over all numbers, where ``y = head(z)``.

    Parameters
    ----------
    z : ndarray, (K, B) or (T, K, B)
        The head's output before its nonlinearity: `lstm_ref.network.Trace.z`, not its ``y``.
    target : ndarray, of the shape of `z`
        The ground truth.
    head : Activation
        The head's nonlinearity.

    Returns
    -------
    value : floating
        The loss, in the precision of `z` (complex where `z` is).
    dz : ndarray, of the shape and dtype of `z`
        Its gradient with respect to `z`.

    Raises
    ------
    TypeError, ValueError
        For an array of the wrong type or shape, or one that is not finite, or a head that is no
        Activation.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import activations, losses
    >>> z, target = np.array([[0.0, 2.0]]), np.array([[1.0, 2.0]])
    >>> value, dz = losses.mean_squared_error(z, target, activations.identity)
    >>> float(value), dz
    (0.5, array([[-1.,  0.]]))
    """
    z, target = _checked(z, target, head)
    y = _checks.array("head(z)", head(z), *z.shape)
    error = y - target
    flat = error.reshape(-1)
    return np.dot(flat, flat) / error.size, head.backward(y, error * (2 / error.size))


def cross_entropy(z: Array, target: Array, head: Activation) -> tuple[float, Array]:
    """Return the mean over sequences and steps of ``-sum(target * log p)``, in nats.

    The probabilities p are the softmax of the scores. A softmax head's scores are `z`, so that p
    is its output; any other head's outputs are taken as the scores (those of a tanh lie between -1
    and 1, so that of K = 4 symbols none gets more than 0.71: take softmax).

    Parameters
    ----------
    z : ndarray, (K, B) or (T, K, B)
        The head's output before its nonlinearity: `lstm_ref.network.Trace.z`, not its ``y``; K at
        least 2.
    target : ndarray, of the shape of `z`
        The ground truth: each column, over the K symbols, is at least 0 and sums to 1. Of classes
        0 to K - 1, one a sequence, it is ``np.eye(K)[classes].T``.
    head : Activation
        The head's nonlinearity.

    Returns
    -------
    value : floating
        The loss, in the precision of `z` (complex where `z` is).
    dz : ndarray, of the shape and dtype of `z`
        Its gradient with respect to `z`.

    Raises
    ------
    TypeError, ValueError
        For an array of the wrong type or shape, or one that is not finite, columns that are no
        probabilities, or a head that is no Activation.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import activations, losses
    >>> # no idea; the first of four was right
    >>> z, target = np.zeros((4, 1)), np.eye(4)[:, :1]
    >>> value, dz = losses.cross_entropy(z, target, activations.softmax)
    >>> bool(np.isclose(value, np.log(4)))
    True
    >>> print(dz.ravel())
    [-0.75  0.25  0.25  0.25]
    """
    z, target = _checked(z, target, head)
    if target.shape[-2] == 1:
        raise ValueError(
            "z: expected the scores of two symbols or more, got one (for yes or no: two symbols, "
            "or activations.sigmoid and mean_squared_error)"
        )
    sums = target.sum(axis=-2)
    if (target < 0).any() or not np.allclose(sums, 1, atol=1e-6):
        raise ValueError(
            f"target: expected columns of probabilities that sum to 1, got numbers from "
            f"{target.min():g} and sums from {sums.min():g} to {sums.max():g}"
        )
    y = z if head == softmax else _checks.array("head(z)", head(z), *z.shape)
    scores = y - y.real.max(axis=-2, keepdims=True)
    log_p = scores - np.log(np.exp(scores).sum(axis=-2, keepdims=True))
    dy = (np.exp(log_p) - target) / sums.size
    return -(target * log_p).sum() / sums.size, dy if head == softmax else head.backward(y, dy)


def _checked(z: Array, target: Array, head: Activation) -> tuple[Array, Array]:
    _checks.instance("head", head, Activation, "an Activation such as activations.tanh")
    z = _checks.array("z", z, *(("T", "K", "B") if _checks.ndim(z) == 3 else ("K", "B")))
    return z, _checks.array("target", target, *z.shape, into=z.real.dtype, cast=True)
