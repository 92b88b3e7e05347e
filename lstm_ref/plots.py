"""The figures that several pages share; needs ``lstm-ref[plots]``, and no other module imports it."""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from lstm_ref import _checks
from lstm_ref._checks import Array

# The same quantity has the same colour on every page; told apart in the common colour blindnesses.
COLOURS = {
    "x": "#3a96c4",
    "a": "#0f5094",
    "c": "#b455ea",
    "i": "#3f9b74",
    "f": "#a10c2e",
    "o": "#c27a35",
    "candidate": "#037180",
    "prediction": "#e0350f",
    "target": "#1f2430",
    "muted": "#868c98",
}


def continuation(window: Array, prediction: Array, target: Array, ax: Axes | None = None) -> Axes:
    """Draw a window, the free run after it, and the ground truth, each ``(T, 1, 1)`` or ``(T,)``.

    Raises TypeError or ValueError for arrays of other shapes, or not as many targets as predictions.
    """
    window, prediction, target = (
        _checks.array(name, array, *(("T", 1, 1) if np.ndim(array) == 3 else ("T",))).ravel()
        for name, array in (("window", window), ("prediction", prediction), ("target", target))
    )
    _checks.array("target", target, prediction.size)
    ax = plt.subplots()[1] if ax is None else ax
    before, after = np.arange(window.size), window.size + np.arange(prediction.size)
    ax.plot(before, window, "o-", color=COLOURS["x"], markersize=3)
    ax.plot(after, target, "--", color=COLOURS["target"])
    ax.plot(after, prediction, "o-", color=COLOURS["prediction"], markersize=3)
    ax.set_xlabel("time step")
    ax.locator_params(axis="y", nbins=5)
    return ax


def loss(values: Array, ax: Axes | None = None) -> Axes:
    """Draw a loss by epoch, ``(epochs,)``, or many seeds' ``(seeds, epochs)``: thin, the median bold.

    Raises TypeError or ValueError for an array of another shape.
    """
    values = _checks.array("values", np.atleast_2d(values), "seeds", "epochs")
    ax = plt.subplots()[1] if ax is None else ax
    epochs = np.arange(1, values.shape[1] + 1)
    if len(values) > 1:
        ax.plot(epochs, values.T, "-", color=COLOURS["muted"], linewidth=0.8)
    ax.plot(epochs, np.median(values, axis=0), "-", color=COLOURS["prediction"], linewidth=2)
    ax.set(xlabel="epoch", ylabel="loss", yscale="log")
    return ax
