"""The figures that several pages share; needs ``lstm-ref[plots]``; only `diagrams` imports it."""

from collections.abc import Sequence
from itertools import pairwise
from textwrap import fill
from typing import Any

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import LogLocator

from lstm_ref import _checks
from lstm_ref._checks import Array

#: The same quantity has the same colour on every page; told apart in the common colour blindnesses.
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

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import plots
    >>> t = np.arange(20.0)
    >>> wave = np.sin(t / 3)
    >>> ax = plots.continuation(
    ...     wave[:15], prediction=0.9 * wave[15:], target=wave[15:]
    ... )
    >>> ax.get_xlabel()
    'time step'
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
    ax.set(xlabel="time step", ylabel="value")
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

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import plots
    >>> t = np.arange(20.0)
    >>> ax = plots.heat_map(np.sin(np.arange(3)[:, None] + t), label="activation")
    >>> ax.get_xlabel()
    'time step'
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
    scale = ax.figure.colorbar(image, ax=ax, pad=0.02)
    scale.set_label(label, labelpad=10)  # a phone shows larger text
    assert scale.solids is not None  # it was drawn in the line above
    scale.solids.set_rasterized(True)  # else each colour is a shape of its own
    scale.outline.set_visible(False)
    ax.set_xlabel("time step")
    ax.grid(visible=False)
    ax.locator_params(integer=True)
    return ax


def state_film(
    window: Array, prediction: Array, target: Array, states: Sequence[Array]
) -> list[Axes]:
    """Draw a `continuation` and, under it, each layer's state at each of its T steps, ``(H, T)``.

    The book's front page shows it as a film: the groups of the SVG named ``curtain`` hide what is
    still to come, and are invisible wherever nothing moves them. Raises TypeError or ValueError for
    what `continuation` refuses, no layer, or states of another number of steps.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import plots
    >>> t = np.arange(20.0)
    >>> wave = np.sin(t / 3)
    >>> states = [np.sin(np.arange(4)[:, None] + t / 3) for _ in range(2)]
    >>> axes = plots.state_film(wave[:15], wave[15:], wave[15:], states)
    >>> [label.get_text() for label in axes[1].get_yticklabels()]
    ['layer 1', 'layer 2']
    """
    steps, edges = np.size(window) + np.size(prediction), [0]
    for k, state in enumerate(states, 1):
        state = _checks.array(f"states of layer {k}", state, "H", steps, into=np.float64)
        edges.append(edges[-1] + len(state))
    if len(edges) == 1:
        raise ValueError("states: expected at least one layer, got none")
    above, below = plt.subplots(2, sharex=True, figsize=(5.8, 3.0))[1]
    continuation(window, prediction, target, above)
    above.get_lines()[1].set_zorder(4)  # the truth, in front of the curtain
    extent = (-0.5, steps - 0.5, edges[-1], 0)
    options: Any = {"vmin": -1, "vmax": 1, "aspect": "auto", "interpolation": "nearest"}
    below.imshow(np.vstack(states), cmap="RdBu_r", extent=extent, **options)
    for edge in edges[1:-1]:
        below.axhline(edge, color="#ffffff", linewidth=2)
    middles = [(low + high) / 2 for low, high in pairwise(edges)]
    below.set_yticks(middles, [f"layer {k}" for k in range(1, len(edges))])
    below.tick_params(axis="y", length=0)
    below.set_xlabel("time step")
    above.label_outer()
    for ax in (above, below):
        ax.grid(visible=False)
        bottom, top = ax.get_ylim()
        ax.set(xlim=(-0.5, steps - 0.5), ylim=(bottom, top))
        place: Any = ((-0.5, bottom), steps, top - bottom)
        behind = 2.4  # the frame of the axes, and in front of what is drawn
        ax.add_patch(Rectangle(*place, gid="curtain", alpha=0.0, zorder=behind, clip_on=False))
    return [above, below]


def traces(values: dict[str, Array], ax: Axes | None = None) -> Axes:
    """Draw quantities over the time steps, ``(T,)`` each, every one named at its line's end.

    A name is a key of `COLOURS`. Raises TypeError or ValueError for another name, or arrays that
    differ in their length.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import plots
    >>> t = np.arange(20.0)
    >>> ax = plots.traces({"c": np.sin(t / 3), "a": np.tanh(np.sin(t / 3))})
    >>> [text.get_text() for text in ax.texts]
    ['a', 'c']
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
    return _named(ax, {name: (value, COLOURS[name]) for name, value in values.items()})


def variants(values: dict[str, Array], quantity: str, ax: Axes | None = None) -> Axes:
    """Draw one quantity over the time steps under up to four settings, ``(T,)`` each.

    All have the quantity's colour, a key of `COLOURS`; each has a line style of its own and its
    setting's name at its end. Raises TypeError or ValueError for another quantity, none or too many
    settings, or arrays that differ in their length.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import plots
    >>> t = np.arange(20.0)
    >>> ax = plots.variants({"held at 1": np.ones(20), "held at 0.9": 0.9**t}, "f")
    >>> ax.get_ylabel()
    'f'
    """
    if quantity not in COLOURS:
        raise ValueError(f"quantity: expected one of {list(COLOURS)}, got {quantity!r}")
    if not 0 < len(values) <= 4:
        raise ValueError(f"values: expected one to four settings, got {len(values)}")
    steps, colour = np.size(next(iter(values.values()))), COLOURS[quantity]
    values = {n: _checks.array(n, v, steps, into=np.float64) for n, v in values.items()}
    ax = plt.subplots()[1] if ax is None else ax
    for style, value in zip(("-", "--", ":", "-."), values.values(), strict=False):
        ax.plot(np.arange(1, steps + 1), value, style, color=colour)
    upright: Any = {"rotation": 0, "ha": "right", "va": "center"}  # a letter on its side is another
    ax.set_ylabel(quantity, **(upright if len(quantity) == 1 else {}))
    return _named(ax, {name: (value, colour) for name, value in values.items()})


def _named(ax: Axes, lines: dict[str, tuple[Array, str]]) -> Axes:
    low, high = ax.get_ylim()
    inches = ax.bbox.height / ax.figure.dpi
    apart = max(0.09, 0.18 / inches) * (high - low)  # names that would touch, from the lowest up
    place = -np.inf
    for name, (value, colour) in sorted(lines.items(), key=lambda line: line[1][0][-1]):
        place = max(value[-1], place + apart)
        # 10 points: past the end of the axes' line
        where: Any = {"xytext": (10, 0), "textcoords": "offset points", "va": "center"}
        ax.annotate(name, (len(value), place), color=colour, annotation_clip=False, **where)
    ax.set_xlabel("time step")
    ax.locator_params(axis="x", integer=True)
    return ax


def panels(*rows: dict[str, Array]) -> list[Axes]:
    """Draw `traces` in panels one below the other, over the same time steps; the first on top.

    Raises TypeError or ValueError for no panel, or one that `traces` refuses.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import plots
    >>> t = np.arange(20.0)
    >>> axes = plots.panels({"c": np.sin(t / 3)}, {"f": np.ones(20), "i": 0.9**t})
    >>> len(axes)
    2
    """
    if not rows:
        raise ValueError("rows: expected at least one panel, got none")
    size = (5.8, 0.6 + 1.2 * len(rows))
    axes = plt.subplots(len(rows), sharex=True, squeeze=False, figsize=size)[1][:, 0]
    for ax, row in zip(axes, rows, strict=True):
        traces(row, ax)
        ax.label_outer()
        ax.locator_params(axis="y", nbins=4)
    return list(axes)


def by_seed(values: dict[str, Array], ax: Axes | None = None, *, label: str = "") -> Axes:
    """Draw one number a seed under several settings, ``(seeds,)`` each, one setting a row.

    A dot is a seed; a thin line joins the dots of the same seed, and a bold bar is the median.
    `label` names the numbers. Raises TypeError or ValueError for no setting, or not as many seeds
    in all of them.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import plots
    >>> t = np.arange(20.0)
    >>> ax = plots.by_seed(
    ...     {"low": np.array([0.1, 0.3, 0.2]), "high": np.ones(3)}, label="error"
    ... )
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['low', 'high']
    """
    if not values:
        raise ValueError("values: expected at least one setting, got none")
    seeds = np.size(next(iter(values.values())))
    table = np.array([_checks.array(n, v, seeds, into=np.float64) for n, v in values.items()])
    if ax is None:
        ax = plt.subplots(figsize=(5.8, 0.8 + 0.5 * len(table)))[1]
    row = np.arange(len(table))
    ax.plot(table, row, "o-", color=COLOURS["muted"], linewidth=0.8, markersize=4)
    middle = np.median(table, axis=1)
    ax.plot(middle, row, "|", color=COLOURS["prediction"], markersize=20, markeredgewidth=3)
    ax.set(xlabel=label, yticks=row, yticklabels=list(values), ylim=(len(table) - 0.5, -0.5))
    ax.grid(visible=False)
    return ax


def seeds(x: Array, values: Array, ax: Axes | None = None, *, label: str = "") -> Axes:
    """Draw a quantity of many seeds, ``(seeds, n)`` over ``x (n,)``: thin lines, their median bold.

    `label` names the median at its end. Raises TypeError or ValueError for arrays of other shapes.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import plots
    >>> t = np.arange(20.0)
    >>> ax = plots.seeds(t, np.sin(t / 3) + np.arange(5)[:, None], label="median")
    >>> len(ax.lines)  # five seeds and their median
    6
    """
    x = _checks.array("x", x, "n", into=np.float64)
    values = _checks.array("values", np.atleast_2d(values), "seeds", x.size, into=np.float64)
    ax = plt.subplots()[1] if ax is None else ax
    if len(values) > 1:
        ax.plot(x, values.T, "-", color=COLOURS["muted"], linewidth=0.8)
    middle, colour = np.median(values, axis=0), COLOURS["prediction"]
    ax.plot(x, middle, "-", color=colour, linewidth=2)
    if label:
        where: Any = {"xytext": (10, 0), "textcoords": "offset points", "va": "center"}
        ax.annotate(label, (x[-1], middle[-1]), color=colour, annotation_clip=False, **where)
    return ax


def losses(
    runs: dict[str, tuple[Array, Array]],
    *,
    levels: dict[str, float] | None = None,
    xlabel: str = "epoch",
) -> list[Axes]:
    """Draw the losses of several settings in panels one below the other, on common axes.

    Each of `runs` is ``x (n,)`` and ``loss (seeds, n)``, drawn by `seeds` under its name; `levels`
    are losses to compare with, as dotted lines, named in the first panel. Raises TypeError or
    ValueError for no setting, or arrays of other shapes.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import plots
    >>> t = np.arange(20.0)
    >>> loss = np.exp(-np.arange(1, 4)[:, None] * t / 10)  # (seeds, epochs)
    >>> axes = plots.losses(
    ...     {"low": (t, loss), "high": (t, 2 * loss)}, levels={"constant": 0.5}
    ... )
    >>> [ax.get_title(loc="left") for ax in axes]
    ['low', 'high']
    """
    checked = {n: (x, _seeds_of(f"runs[{n!r}]", loss, np.size(x))) for n, (x, loss) in runs.items()}
    levels = {n: _checks.number(n, v, above=0) for n, v in (levels or {}).items()}
    axes = _stack("runs", list(runs), 1.25)
    for ax, (x, values) in zip(axes, checked.values(), strict=True):
        seeds(x, values, ax)
        for level in levels.values():
            ax.axhline(level, color=COLOURS["target"], linestyle=":", linewidth=1)
        ax.set(yscale="log", ylabel="loss")
        ax.yaxis.set_major_locator(LogLocator(numticks=8))
        ax.yaxis.set_major_formatter("{x:g}")
    axes[-1].set_xlabel(xlabel)
    axes[-1].locator_params(axis="x", integer=True)
    for name, level in levels.items():
        where: Any = {"xytext": (6, 0), "textcoords": "offset points", "va": "center"}
        place: Any = {"xycoords": ("axes fraction", "data"), "annotation_clip": False}
        axes[0].annotate(fill(name, 11), (1, level), color=COLOURS["target"], **where, **place)
    return axes


def free_runs(window: Array, runs: dict[str, Array], target: Array) -> list[Axes]:
    """Draw the free runs of many seeds after one window, in panels one below the other.

    Parameters
    ----------
    window : ndarray, (T,)
        What every seed was given.
    runs : dict of ndarray, (seeds, steps)
        What each panel shows, by the panel's name: each seed thin; bold, in full colour, the one
        whose error is in the middle (the lower of two).
    target : ndarray, (steps,)
        The ground truth, dashed.

    Returns
    -------
    list of Axes
        The panels, the first on top. Raises TypeError or ValueError for arrays of other shapes.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import plots
    >>> t = np.arange(20.0)
    >>> wave = np.sin(t / 3)
    >>> runs = np.linspace(0.5, 1, 3)[:, None] * wave[15:]  # (seeds, steps)
    >>> axes = plots.free_runs(
    ...     wave[:15], {"after 20 epochs": runs}, target=wave[15:]
    ... )
    >>> len(axes)
    1
    """
    window = _checks.array("window", window, "T", into=np.float64)
    target = _checks.array("target", target, "steps", into=np.float64)
    checked = {n: _seeds_of(f"runs[{n!r}]", run, target.size) for n, run in runs.items()}
    axes = _stack("runs", list(runs), 1.55)
    before, after = np.arange(window.size), window.size + np.arange(target.size)
    for ax, values in zip(axes, checked.values(), strict=True):
        error = np.mean((values - target) ** 2, axis=1)
        middle = np.argsort(error, kind="stable")[(len(values) - 1) // 2]
        ax.plot(before, window, "o-", color=COLOURS["x"], markersize=2.5)
        ax.plot(after, values.T, "-", color=COLOURS["muted"], linewidth=0.8)
        ax.plot(after, target, "--", color=COLOURS["target"])
        ax.plot(after, values[middle], "-", color=COLOURS["prediction"], linewidth=2.2)
        ax.set(ylim=(-1.15, 1.15), yticks=[-1, 0, 1])
    axes[-1].set_xlabel("time step")
    return axes


def _seeds_of(name: str, values: Array, steps: int) -> Array:
    return _checks.array(name, values, "seeds", steps, into=np.float64)


def _stack(argument: str, names: list[str], height: float) -> list[Axes]:
    """Make panels one below the other, on common axes, each under its name."""
    if not names:
        raise ValueError(f"{argument}: expected at least one, got none")
    size = (5.8, 0.5 + height * len(names))
    options: Any = {"sharex": True, "sharey": True, "squeeze": False, "figsize": size}
    axes = list(plt.subplots(len(names), **options)[1][:, 0])
    for ax, name in zip(axes, names, strict=True):
        ax.set_title(name, loc="left", fontsize="medium")
    return axes


def loss(values: Array, ax: Axes | None = None) -> Axes:
    """Draw a loss by epoch, ``(epochs,)``, or many seeds' ``(seeds, epochs)``: thin, the median bold.

    Raises TypeError or ValueError for an array of another shape.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import plots
    >>> t = np.arange(20.0)
    >>> plots.loss(np.exp(-t / 10)).get_yscale()
    'log'
    """
    values = _checks.array("values", np.atleast_2d(values), "seeds", "epochs")
    ax = seeds(np.arange(1, values.shape[1] + 1), values, ax)
    ax.set(xlabel="epoch", ylabel="loss", yscale="log")
    ax.yaxis.set_major_formatter("{x:g}")
    ax.locator_params(axis="x", integer=True)
    return ax
