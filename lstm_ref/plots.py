"""The figures that several pages share; needs ``lstm-ref[plots]``; only `diagrams` imports it."""

from collections.abc import Mapping, Sequence, Sized
from textwrap import fill
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.layout_engine import ConstrainedLayoutEngine
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

#: What is no quantity of a network, say a loss or an error, has the colour of words.
INK = COLOURS["target"]

# What a picture of numbers must not leave to the reader's own settings.
_IMAGE: Any = {"aspect": "auto", "interpolation": "nearest", "origin": "upper"}

#: Numbers over the places of a figure, ``(n,)``, or those of many seeds, ``(seeds, n)``. With other
#: places than the rest of its figure has: a pair, the places first.
Curve: TypeAlias = Array | tuple[Array, Array]


def curves(
    values: Curve | Mapping[str, Curve],
    at: Array | None = None,
    *,
    x: str = "time step",
    y: str = "",
    log: bool = False,
    levels: Mapping[str, float] | None = None,
) -> Axes:
    """Draw quantities over the time steps, or over other places, each named at its end.

    It is `panels` with one panel, whose row is `values`: an array (or a list) is a curve, or many
    seeds, and a tuple is a pair, the places first. `at`, the axes' names `x` and `y`, `log`
    and `levels` go to it. Returns the panel; raises TypeError or ValueError for what it refuses.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import plots
    >>> t = np.arange(20.0)
    >>> ax = plots.curves({"c": np.sin(t / 3), "a": np.tanh(np.sin(t / 3))})
    >>> [text.get_text() for text in ax.texts]
    ['a', 'c']
    """
    return panels({"": values}, at, x=x, y=y, log=log, levels=levels)[0]


def panels(
    rows: Mapping[str, Curve | Mapping[str, Curve]],
    at: Array | None = None,
    *,
    x: str = "time step",
    y: str = "",
    log: bool = False,
    dots: bool = False,
    median: bool = True,
    levels: Mapping[str, float] | None = None,
    shade: Mapping[str, tuple[Array, Array]] | None = None,
    marks: Sequence[float] = (),
) -> list[Axes]:
    """Draw curves in panels one below the other, over the same places; the first on top.

    A curve has the colour of its quantity, a key of `COLOURS`: of the one that its name is or ends
    with (``product of f``), else of its panel's, else of `y`; without any, that of words. With a
    quantity's very name it is solid, and the target dashed; others differ in their line styles,
    four at most. The axis of a gate runs from 0 to 1, and one of numbers that are never negative
    shows 0.

    Parameters
    ----------
    rows : dict of ndarray, or of dicts of ndarray
        What each panel shows, by the panel's name: one curve, ``(n,)`` or ``(seeds, n)``, or
        several by their names, which stand at their ends. A panel that bears a quantity's name has
        an axis of its own; others share theirs. A pair of arrays ``(n,)`` is a curve with other
        places, the places first.
    at : ndarray, (n,), optional
        The places; 1, 2, and so on unless given.
    x, y : str
        What the axes show.
    log : bool
        Whether the y axis is logarithmic; then all numbers are above 0.
    dots : bool
        Whether each number is a dot, and no line joins them.
    median : bool
        Whether, of many seeds, the median is bold and the rest muted; else all are alike.
    levels : dict of float, optional
        Numbers to compare with, by their names: dotted lines, named in the first panel.
    shade : dict of pairs of ndarray, (n,), optional
        What to shade between two curves of the last panel, by its name.
    marks : sequence of float
        Places to mark in all panels, by a dotted line.

    Returns
    -------
    list of Axes
        The panels. Raises TypeError or ValueError for no panel, no or too many curves, arrays of
        other shapes, or what has no logarithm.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import plots
    >>> t = np.arange(20.0)
    >>> loss = np.exp(-np.arange(1, 4)[:, None] * t / 10)  # (seeds, epochs)
    >>> axes = plots.panels(
    ...     {"low": loss, "high": 2 * loss}, x="epoch", y="loss", log=True
    ... )
    >>> [ax.get_title(loc="left") for ax in axes]
    ['low', 'high']
    """
    _checks.words(x=x, y=y)
    at = None if at is None else _numbers("at", at, "n")
    _checks.instance("rows", rows, Mapping, "a dict of what each panel shows")
    _checks.instance("levels", levels or {}, Mapping, "a dict of numbers by their names")
    _checks.instance("shade", shade or {}, Mapping, "a dict of pairs of curves by their names")
    rows = {str(name): row for name, row in rows.items()}
    drawn = [_lines(row, at, (name, y), log=log) for name, row in rows.items()]
    limits = {"above": 0.0} if log else {}
    levels = {n: _checks.number(n, v, **limits) for n, v in (levels or {}).items()}
    marks = [_checks.number("marks", mark) for mark in marks]
    _checks.some("rows", drawn, "one panel")
    first, last = drawn[0][0], drawn[-1][-1]
    bands = {n: _numbers(n, band, 2, last.at.size, log=log) for n, band in (shade or {}).items()}
    axes = _stack(list(rows), 1.0 + 0.25 * max(map(len, drawn)), x, y)
    for ax, lines in zip(axes, drawn, strict=True):
        for line in lines:
            line.draw(ax, dots=dots, median=median)
        for level in levels.values():
            ax.axhline(level, color=INK, linestyle=":", linewidth=1)
        for mark in marks:
            ax.axvline(mark, color=INK, linestyle=":", linewidth=1)
        if log:
            ax.set_yscale("log")
            ax.yaxis.set_major_locator(LogLocator(numticks=8 if len(axes) == 1 else 4))
            ax.minorticks_off()
    for ax, lines in zip(axes, drawn, strict=True):  # all have their limits now
        if log:
            bottom, top = ax.get_ylim()
            few = bottom > 1e-4 and top < 1e4
            powers = 1 + np.floor(np.log10(top)) - np.ceil(np.log10(bottom))
            if powers < (2 if len(axes) == 1 else 1):  # too few to read, or none
                ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
                few = True
            ax.yaxis.set_major_formatter("{x:g}" if few else _power)
        else:
            _limit(ax, lines, few=len(axes) > 1)
        ends = [(line.name, line.at[-1], line.middle[-1], line.colour) for line in lines]
        if ax is axes[0]:
            ends += [(name, first.at[-1], level, INK) for name, level in levels.items()]
        if ax is axes[-1]:
            for name, (low, high) in bands.items():
                ax.fill_between(last.at, low, high, color=last.colour, alpha=0.3, linewidth=0)
                ends.append((name, last.at[-1], (low[-1] + high[-1]) / 2, INK))
        _name(ax, ends)
    if (first.at % 1 == 0).all():
        axes[-1].locator_params(axis="x", integer=True)
        if at is not None and len(first.at) <= 5:
            axes[-1].set_xticks(first.at)
    return axes


def continuation(
    window: Array, prediction: Array | Mapping[str, Array], target: Array
) -> list[Axes]:
    """Draw a window, what networks predict after it, and the ground truth.

    Parameters
    ----------
    window : ndarray, (T,) or (T, 1, 1)
        What was read.
    prediction : ndarray, (steps,), (steps, 1, 1) or (seeds, steps), or a dict of such
        One free run, drawn with its dots; or those of many seeds: each thin and, bold, the one
        whose error is in the middle (the lower of two). A dict has a panel for each, by the panel's
        name.
    target : ndarray, (steps,) or (steps, 1, 1)
        The ground truth, dashed; of one step, a hollow diamond.

    Returns
    -------
    list of Axes
        The panels, the first on top. Raises TypeError or ValueError for no prediction, or arrays of
        other shapes.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import plots
    >>> t = np.arange(20.0)
    >>> wave = np.sin(t / 3)
    >>> (ax,) = plots.continuation(
    ...     wave[:15], prediction=0.9 * wave[15:], target=wave[15:]
    ... )
    >>> ax.get_xlabel()
    'time step'
    """
    window, target = _sequence("window", window), _sequence("target", target)
    runs = prediction if isinstance(prediction, Mapping) else {"": prediction}
    checked = {n: _runs(n or "prediction", run, target.size) for n, run in runs.items()}
    axes = _stack(list(_checks.some("prediction", checked)), 1.55, "time step", "value")
    pairs = zip(axes, checked.values(), strict=True)
    ends = [_continue(ax, window, run, target) for ax, run in pairs]
    _name(axes[0], ends[0])
    return axes


def heat_map(
    values: Array | Mapping[str, Array],
    *,
    x: str = "time step",
    y: str = "unit",
    columns: Sequence[object] = (),
    rows: Sequence[object] = (),
    limits: tuple[float, float] | None = None,
    label: str = "",
) -> list[Axes]:
    """Draw numbers as colours: ``(rows, columns)``, say units by time steps, the first row on top.

    Parameters
    ----------
    values : ndarray, (rows, columns), or a dict of such
        The numbers; a dict has a panel for each array, by the panel's name.
    x, y : str
        What the columns and the rows are.
    columns, rows : sequence, optional
        Their names; they are counted from 1 unless given.
    limits : pair of float, optional
        The colours run between these two, light is high. Without, blue is below zero, red above,
        and white is zero.
    label : str
        What the numbers are; without it no scale stands beside them.

    Returns
    -------
    list of Axes
        The panels. Raises TypeError or ValueError for arrays of other shapes, limits that are not
        in order, or not as many names as rows or columns.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import plots
    >>> t = np.arange(20.0)
    >>> state = np.sin(np.arange(3)[:, None] + t)  # (units, steps)
    >>> (ax,) = plots.heat_map(state, label="activation")
    >>> ax.get_xlabel(), ax.get_ylabel()
    ('time step', 'unit')
    """
    _checks.words(x=x, y=y, label=label)
    given = values if isinstance(values, Mapping) else {"": values}
    for name, names in (("rows", rows), ("columns", columns)):
        _checks.instance(name, names, Sized, "a sequence of names")
    shape = len(rows) or "rows", len(columns) or "columns"
    maps = {n: _numbers(n or "values", v, *shape) for n, v in given.items()}
    _checks.some("values", maps, "one array")
    if limits is not None:
        low, top = _checks.pair("limits", limits, "a pair (low, high)")
        low, top = _checks.number("limits", low), _checks.number("limits", top)
        if not low < top:
            raise ValueError(f"limits: expected the lower one first, got {limits}")
        cmap = "cividis"
    else:
        top = max(float(np.abs(array).max()) for array in maps.values()) or 1.0
        low, cmap = -top, "RdBu_r"
    tall = max(len(array) for array in maps.values()) * (0.25 if len(rows) else 0.15)
    axes = _stack(list(maps), max(1.8 if len(maps) == 1 else 1.1, tall), x, y)
    for ax, array in zip(axes, maps.values(), strict=True):
        extent = (0.5, array.shape[1] + 0.5, len(array) + 0.5, 0.5)  # both are counted from 1
        image = ax.imshow(array, cmap=cmap, extent=extent, vmin=low, vmax=top, **_IMAGE)
        ax.grid(visible=False)
        ax.locator_params(integer=True)
    for ax in axes:  # only now: panels may share an axis, and fixed ticks take no such wish
        for axis, names in ((ax.xaxis, columns), (ax.yaxis, rows)):
            if len(names):
                axis.set_ticks(range(1, len(names) + 1), labels=[str(name) for name in names])
    if label:
        scale = axes[0].figure.colorbar(image, ax=axes, pad=0.02)
        scale.ax.set_title(label, loc="right")  # beside the bar it meets the numbers on a phone
        assert scale.solids is not None  # it was drawn in the line above
        scale.solids.set_rasterized(True)  # else each colour is a shape of its own
        scale.outline.set_visible(False)
    return axes


def by_seed(
    values: Mapping[str, Array], *, label: str = "", groups: Sequence[int] | None = None
) -> Axes:
    """Draw one number a seed under several settings, ``(seeds,)`` each, one setting a row.

    A dot is a seed; a thin line joins the dots of the same seed, and a bold bar is the median.
    `values` are the numbers by their settings, and `label` says what they are; their axis shows 0
    if none is negative. `groups` are how many rows belong together, from the top: between groups
    there is a gap that no line crosses. Raises TypeError or ValueError for no setting, not as many
    seeds in all, or groups that are not all rows.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import plots
    >>> ax = plots.by_seed(
    ...     {"low": np.array([0.1, 0.3, 0.2]), "high": np.ones(3)}, label="error"
    ... )
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['low', 'high']
    """
    _checks.words(label=label)
    _checks.instance("values", values, Mapping, "a dict of numbers by their settings")
    _checks.some("values", values, "one setting")
    seeds = np.size(next(iter(values.values())))
    table = np.array([_numbers(n, v, seeds) for n, v in values.items()])
    sizes = _checks.counts("groups", [len(table)] if groups is None else groups, least=1)
    _checks.same("sum(groups)", "the number of rows, ", (sum(sizes),), (len(table),))
    row = np.arange(len(table)) + 0.4 * np.repeat(range(len(sizes)), sizes)
    # At the left, for each letter, since a phone shows names half as large again.
    room = 0.004 * max(len(str(name)) for name in values)
    layout = ConstrainedLayoutEngine(rect=(room, 0, 1 - room, 1))
    ax = plt.subplots(figsize=(5.8, 1.3 + 0.5 * row[-1]), layout=layout)[1]
    ends = np.cumsum(sizes)[:-1]
    for values_of_group, at in zip(np.split(table, ends), np.split(row, ends), strict=True):
        ax.plot(values_of_group, at, "o-", color=COLOURS["muted"], linewidth=0.8, markersize=4)
    ax.plot(np.median(table, axis=1), row, "|", color=INK, markersize=20, markeredgewidth=3)
    ax.set(xlabel=label, yticks=row, yticklabels=list(values), ylim=(row[-1] + 0.5, -0.5))
    ax.grid(visible=False)
    if table.min() >= 0:
        ax.set_xlim(left=min(0, ax.get_xlim()[0]))
    return ax


def state_film(
    window: Array, prediction: Array, target: Array, states: Sequence[Array]
) -> list[Axes]:
    """Draw a `continuation` and, under it, what each layer shows at each of its steps.

    The book's front page shows it as a film: the groups of the SVG named ``curtain`` hide what is
    still to come, and are invisible wherever nothing moves them. `prediction` is one run; `states`
    are each layer's activations, ``(H, T)``, for the T steps of both, coloured from -1 to 1. Raises
    TypeError or ValueError for arrays of other shapes, no layer, or states of another number of
    steps.

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
    window, target = _sequence("window", window), _sequence("target", target)
    run = _runs("prediction", _sequence("prediction", prediction), target.size)
    steps = window.size + target.size
    layers = [
        _numbers(f"states of layer {k}", layer, "H", steps) for k, layer in enumerate(states, 1)
    ]
    _checks.some("states", layers, "one layer")
    edges = np.cumsum([0, *map(len, layers)])
    above, below = plt.subplots(2, sharex=True, figsize=(5.8, 3.0), layout="constrained")[1]
    _continue(above, window, run, target)
    truth, continued = above.get_lines()[1:]
    truth.set(zorder=4, linewidth=1.2)  # in front of the curtain, and between the dots
    continued.set(linestyle="none", markersize=3.6)
    above.set_ylabel("value")
    extent = (0.5, steps + 0.5, edges[-1], 0)
    below.imshow(np.vstack(layers), cmap="RdBu_r", extent=extent, vmin=-1, vmax=1, **_IMAGE)
    for edge in edges[1:-1]:
        below.axhline(edge, color="#ffffff", linewidth=2)
    below.set_yticks((edges[1:] + edges[:-1]) / 2, [f"layer {k + 1}" for k in range(len(layers))])
    below.tick_params(axis="y", length=0)
    below.set_xlabel("time step")
    for ax in (above, below):
        ax.grid(visible=False)
        bottom, top = ax.get_ylim()
        ax.set(xlim=(0.5, steps + 0.5), ylim=(bottom, top))
        curtain = Rectangle((0.5, bottom), steps, top - bottom, gid="curtain", alpha=0.0)
        curtain.set(clip_on=False, zorder=2.4)  # in front of what is drawn, behind the axes' frame
        ax.add_patch(curtain)
    return [above, below]


_End: TypeAlias = tuple[str, float, float, str]  # of a curve: name, place, height, colour


class _Line(NamedTuple):
    """A curve: `values` is ``(seeds, n)``, `middle` their median; `nth` chooses the line style."""

    name: str
    at: Array
    values: Array
    middle: Array
    colour: str
    nth: int

    def draw(self, ax: Axes, *, dots: bool, median: bool) -> None:
        if dots or len(self.at) == 1:
            look: Any = {"linestyle": "none", "marker": "osD^"[self.nth]}
        else:
            look = {"linestyle": ("-", "--", ":", "-.")[self.nth]}
        many = len(self.values) > 1
        if many:
            thin, width = (COLOURS["muted"], 0.8) if median else (self.colour, 1.2)
            ax.plot(self.at, self.values.T, color=thin, linewidth=width, **look)
        if median or not many:
            width = 2.2 if many else 1.8
            ax.plot(self.at, self.middle, color=self.colour, linewidth=width, **look)


def _lines(
    row: Curve | Mapping[str, Curve], at: Array | None, names: tuple[str, str], *, log: bool
) -> list[_Line]:
    """Return the checked curves of a panel; `names` are the panel's and the axis's."""
    given = row if isinstance(row, Mapping) else {"": row}
    _checks.some(names[0] or "values", given, "one curve")
    lines: list[_Line] = []
    for key, curve in given.items():
        name = str(key)
        called = name or names[0] or names[1] or "values"
        if isinstance(curve, tuple):
            places, values = _checks.pair(called, curve, "a pair (places, numbers)")
        else:
            places, values = at, curve
        n: Any = "n" if places is None else np.size(places)
        seeds = ("seeds",) if _checks.ndim(values) == 2 else ()
        values = np.atleast_2d(_numbers(called, values, *seeds, n, log=log))
        if places is None:
            places = at = np.arange(1.0, values.shape[1] + 1)
        places = _numbers("at", places, "n")
        if (np.diff(places) < 0).any():
            raise ValueError("at: expected places in rising order, got some that fall")
        quantities = (one.rpartition(" ")[2] for one in (name, *names))
        colour = next((COLOURS[one] for one in quantities if one in COLOURS), INK)
        nth = int(name == "target") if name in COLOURS else len(lines)
        if nth == 4:
            raise ValueError(f"{called}: expected at most four curves in a panel, got one more")
        lines.append(_Line(name, places, values, np.median(values, axis=0), colour, nth))
    return lines


def _numbers(name: str, values: object, *shape: int | str, log: bool = False) -> Array:
    """Return real numbers of that shape; on a logarithmic axis all are above 0."""
    got = _checks.array(name, values, *shape, into=np.float64)
    if log and got.min() <= 0:
        raise ValueError(f"{name}: expected numbers above 0, got {got.min():g}")
    return got


def _limit(ax: Axes, lines: list[_Line], *, few: bool) -> None:
    """Choose limits and ticks by what is shown."""
    if few:
        ax.locator_params(axis="y", nbins=4)
    low = min(line.values.min() for line in lines)
    high = max(line.values.max() for line in lines)
    if low >= 0 and high <= 1 and {line.colour for line in lines} <= {COLOURS[n] for n in "ifo"}:
        ax.set(ylim=(0, 1), yticks=[0, 0.5, 1])
    elif low >= 0:
        ax.set_ylim(bottom=min(0, ax.get_ylim()[0]))


def _name(ax: Axes, ends: list[_End]) -> None:
    """Write names at the ends of curves: name, place, height, colour."""
    scale = ax.yaxis.get_transform()
    low, high = scale.transform(np.array(ax.get_ylim()))
    inches = ax.bbox.height / ax.figure.dpi
    apart = max(0.09, 0.26 / inches) * (high - low)  # names that would touch, from the lowest up
    place = -np.inf
    for name, at, height, colour in sorted((end for end in ends if end[0]), key=lambda end: end[2]):
        place = max(float(scale.transform(height)), place + apart)
        # 10 points: past the end of the axes' line
        options: Any = {"xytext": (10, 0), "textcoords": "offset points", "va": "center"}
        options |= {"color": colour, "annotation_clip": False, "linespacing": 1.4}
        ax.annotate(fill(str(name), 10), (at, float(scale.inverted().transform(place))), **options)


def _power(value: float, place: float) -> str:
    """Return a power of ten as it is read; a phone enlarges text, and formulas would fall apart."""
    return "10" + f"{np.log10(value):.0f}".translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def _stack(names: list[str], height: float, x: str, y: str) -> list[Axes]:
    """Make panels one below the other, each under its name, or with its quantity's beside it."""
    size = (5.8, max(3.0, 0.5 + height * len(names)))
    # Room for the names at the ends, and for a phone, which shows larger text.
    figure = plt.figure(figsize=size, layout=ConstrainedLayoutEngine(w_pad=0.12))
    alike = not any(name in COLOURS for name in names)
    grid = figure.subplots(len(names), sharex=True, sharey=alike, squeeze=False)
    axes = list(grid[:, 0])
    for ax, name in zip(axes, names, strict=True):
        ax.spines[["top", "right"]].set_visible(False)  # where the names stand
        ax.margins(x=0.02)
        if name in COLOURS:
            ax.set_ylabel(name, labelpad=22, **_turned(name))
        else:
            ax.set_title(name, loc="left", fontsize="medium")
    figure.align_ylabels()
    if len(names) == 1:
        axes[0].set_ylabel(y, labelpad=22 if len(y) == 1 else 14, **_turned(y))
    elif y:
        figure.supylabel(y, size="medium", **_turned(y))
    axes[-1].set_xlabel(x)
    return axes


def _turned(name: str) -> Any:
    """Return how a y axis is named: a letter on its side would be another."""
    return {"rotation": 0, "ha": "right", "va": "center"} if len(name) == 1 else {}


def _sequence(name: str, values: Array) -> Array:
    shape: tuple[int | str, ...] = ("T", 1, 1) if _checks.ndim(values) == 3 else ("T",)
    return _numbers(name, values, *shape).ravel()


def _runs(name: str, values: Array, steps: int) -> Array:
    shape: Any = {2: ("seeds", steps), 3: (steps, 1, 1)}.get(_checks.ndim(values), (steps,))
    return _numbers(name, values, *shape).reshape(-1, steps)


def _continue(ax: Axes, window: Array, runs: Array, target: Array) -> list[_End]:
    after = window.size + np.arange(1, target.size + 1)
    middle = np.mean((runs - target) ** 2, axis=1).argsort(kind="stable")[(len(runs) - 1) // 2]
    many, truth = len(runs) > 1, "--" if target.size > 1 else "D"
    ax.plot(np.arange(1, window.size + 1), window, "o-", color=COLOURS["x"], markersize=3)
    if many:
        ax.plot(after, runs.T, "-", color=COLOURS["muted"], linewidth=0.8)
    ax.plot(after, target, truth, color=COLOURS["target"], markerfacecolor="none", markersize=7)
    look: Any = {"linewidth": 2.2} if many else {"marker": "o", "markersize": 3 + 4 / target.size}
    ax.plot(after, runs[middle], color=COLOURS["prediction"], linestyle="-", **look)
    ax.locator_params(axis="y", nbins=4)
    named = {"target": target, "prediction": runs[middle]}
    return [(name, after[-1], values[-1], COLOURS[name]) for name, values in named.items()]
