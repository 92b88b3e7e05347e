"""The figures that several pages share; needs ``lstm-ref[plots]``, and no other module imports it."""

from typing import Any

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


def heat_map(
    values: Array,
    ax: Axes | None = None,
    *,
    limits: tuple[float, float] | None = None,
    label: str = "",
) -> Axes:
    """Draw numbers as colours: ``(rows, steps)``, say units by time steps, the first row on top.

    With `limits` the colours run between these two, light is high; without, blue is below zero,
    red above, and white is zero. `label` names the numbers beside the scale. Raises TypeError or
    ValueError for an array of another shape, or limits that are not in order.
    """
    values = _checks.array("values", values, "rows", "steps", into=np.float64)
    if limits is not None:
        low, high = (_checks.number("limits", limit) for limit in limits)
        if not low < high:
            raise ValueError(f"limits: expected the lower one first, got {limits}")
        cmap = "cividis"
    else:
        high = float(np.abs(values).max()) or 1.0
        low, cmap = -high, "RdBu_r"
    ax = plt.subplots()[1] if ax is None else ax
    steps = values.shape[1]
    extent = (0.5, steps + 0.5, len(values) + 0.5, 0.5)  # both are counted from 1
    options: Any = {"vmin": low, "vmax": high, "aspect": "auto", "interpolation": "nearest"}
    image = ax.imshow(values, cmap=cmap, extent=extent, **options)
    scale = ax.figure.colorbar(image, ax=ax, label=label, pad=0.02)
    assert scale.solids is not None  # it was drawn in the line above
    scale.solids.set_rasterized(True)  # else each colour is a shape of its own
    scale.outline.set_visible(False)
    ax.set_xlabel("time step")
    ax.grid(visible=False)
    ax.locator_params(integer=True)
    return ax


def traces(values: dict[str, Array], ax: Axes | None = None) -> Axes:
    """Draw quantities over the time steps, ``(T,)`` each, every one named at its line's end.

    A name is a key of `COLOURS`. Raises TypeError or ValueError for another name, or arrays that
    differ in their length.
    """
    unknown = [name for name in values if name not in COLOURS]
    if unknown or not values:
        raise ValueError(f"values: expected names from {list(COLOURS)}, got {list(values)}")
    steps = np.size(next(iter(values.values())))
    values = {n: _checks.array(n, v, steps, into=np.float64) for n, v in values.items()}
    ax = plt.subplots()[1] if ax is None else ax
    for name, value in values.items():
        style = "--" if name == "target" else "-"
        ax.plot(np.arange(1, steps + 1), value, style, color=COLOURS[name])
    low, high = ax.get_ylim()
    apart = 0.07 * (high - low)  # names that would touch are moved apart, from the lowest up
    place = -np.inf
    for name in sorted(values, key=lambda name: values[name][-1]):
        place = max(values[name][-1], place + apart)
        where: Any = {"xytext": (6, 0), "textcoords": "offset points", "va": "center"}
        ax.annotate(name, (steps, place), color=COLOURS[name], annotation_clip=False, **where)
    ax.set_xlabel("time step")
    ax.locator_params(axis="x", integer=True)
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
