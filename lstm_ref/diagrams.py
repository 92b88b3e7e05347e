"""The drawings of the book: a network with its loops, the same unrolled in time, and the LSTM cell.

Needs ``lstm-ref[plots]``. In all three, time runs to the right and the layers lie one above the
other: what goes right is for the next time step, what goes up is for the next layer.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch
from matplotlib.path import Path

from lstm_ref import _checks
from lstm_ref.network import Network
from lstm_ref.plots import COLOURS, INK

MUTED, PAPER = COLOURS["muted"], "#ffffff"
QUIET = "#687080"  # muted words, which must be read
SIZE = 10.5  # points: the size of words
Point = tuple[float, float]

#: What `cell` may point at, by name, and the parts of the drawing that belong to it.
PARTS = {
    "layer input": ("x", "a before", "v"),
    "input gate": ("i", "i way", "candidate", "candidate way", "admit", "filtered input"),
    "forget gate": ("f", "f way", "c before", "D", "forget", "filtered state"),
    "output gate": ("o", "o way", "squash", "emit", "a"),
    "cell state": ("D", "c before", "forget", "filtered state", "filtered input", "sum", "c"),
    "gate activation": ("i", "f", "o", "candidate", "i way", "f way", "o way", "candidate way"),
    "cell update": (
        *("i way", "f way", "candidate way", "c before", "forget", "admit"),
        *("filtered state", "filtered input", "D", "sum", "c"),
    ),
    "output": ("o way", "squash", "emit", "a"),
}


class _Look(NamedTuple):
    """How a part is drawn: its colour, width of lines, opacity of filling, and colour of words."""

    colour: str
    width: float = 1.6
    tint: float = 0.14
    words: str = INK


def network(net: Network) -> Axes:
    """Draw a network as a column of glyphs: its input, one box a layer with its loop, and the head.

    Raises TypeError for what is no `Network`.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import diagrams, network
    >>> net = network.init(
    ...     np.random.default_rng(0), inputs=1, units=(16, 16, 16), outputs=1
    ... )
    >>> ax = diagrams.network(net)
    >>> len([patch for patch in ax.patches if patch.get_label() == "layer"])
    3
    """
    _checks.instance("net", net, Network, "a Network")
    kind = net.cell.__name__.rpartition(".")[2].upper()
    pitch, top = 1.5, 1.5 * len(net.units)
    x, a, answer = (_Look(COLOURS[name]) for name in ("x", "a", "prediction"))
    ax = _canvas((-2.9, 3.1), (-1.45, top + 1.5), 0.6)

    _symbol(ax, (0, -1.1), "x", "t", x)
    _words(ax, (0.9, -1.1), f"D = {net.inputs}", INK, ha="left", style="italic")
    _arrow(ax, [(0, -0.8), (0, -0.4)], x, "up")
    for k, units in enumerate(net.units):
        y = pitch * k
        _box(ax, (0, y), (1.3, 0.8), kind, a, "layer")
        _arrow(ax, [(0, y + 0.4), (0, y + pitch - 0.4)], a, "up")
        loop = [(-0.65, y + 0.22), (-1.4, y + 0.22), (-1.4, y - 0.22), (-0.65, y - 0.22)]
        _arrow(ax, loop, a._replace(width=2.6), "recurrent", radius=0.22)
        _state(ax, (-1.85, y), net.cell.State._fields)
        _words(ax, (0.9, y + 0.2), f"layer {k + 1}", INK, ha="left")
        _words(ax, (0.9, y - 0.2), f"H = {units}", INK, ha="left", style="italic")
    _box(ax, (0, top), (1.3, 0.8), net.head.name, answer, "head")
    _words(ax, (0.9, top + 0.2), "dense head", INK, ha="left")
    _words(ax, (0.9, top - 0.2), f"K = {net.outputs}", INK, ha="left", style="italic")
    _arrow(ax, [(0, top + 0.4), (0, top + 0.95)], answer, "answer")
    _symbol(ax, (0, top + 1.2), "y", "", answer)
    return ax


def unrolled(steps: int = 4, layers: int = 1, *, backward: bool = False) -> Axes:
    """Draw a network once for each time step: a column is a step, a row is a layer.

    Parameters
    ----------
    steps, layers : int
        How many columns, up to 6, and rows, up to 7.
    backward : bool
        Whether to draw the error's way back, from the answer through layers and through time.

    Returns
    -------
    Axes
        What was drawn on: an input at every step, an answer at the last.

    Raises
    ------
    TypeError, ValueError
        For a count that is not a whole number, or out of range.

    Examples
    --------
    >>> from lstm_ref import diagrams
    >>> ax = diagrams.unrolled(steps=4, layers=2, backward=True)
    >>> len([patch for patch in ax.patches if patch.get_label() == "cell"])
    8
    """
    steps = _checks.count("steps", steps, most=6)
    layers = _checks.count("layers", layers, most=7)
    return _unrolled(steps, layers, range(1, steps + 1), [steps], backward)


def tasks(tasks: Mapping[str, tuple[Collection[int], Collection[int]]]) -> list[Axes]:
    """Draw a layer `unrolled` over four steps for several tasks, each under its name.

    A task is the steps at which it reads and those at which it answers, from 1 to 4; at any other
    it reads its answer of the step before, if there is one. Raises TypeError or ValueError for no
    task, one without an answer, or a step that is not a whole number or out of range.

    Examples
    --------
    >>> from lstm_ref import diagrams
    >>> axes = diagrams.tasks({"many-to-one": ([1, 2, 3, 4], [4])})
    >>> axes[0].get_title(loc="left")
    'many-to-one'
    """
    _checks.some("tasks", tasks)
    _checks.instance("tasks", tasks, Mapping, "a dict of tasks by their names")
    drawn = {}
    for name, task in tasks.items():
        reads, answers = _checks.pair(name, task, "a pair (reads, answers)")
        read = _checks.counts(f"{name}, reads", reads, 1, 4)
        answered = _checks.counts(f"{name}, answers", answers, 1, 4)
        drawn[name] = read, _checks.some(f"{name}, answers", answered, "one step")
    size = 3.9, 2.35 * len(tasks)
    axes = plt.subplots(len(tasks), squeeze=False, figsize=size, layout="constrained")[1][:, 0]
    for ax, (name, (read, answered)) in zip(axes, drawn.items(), strict=True):
        _unrolled(4, 1, read, answered, ax=ax)
        ax.set_title(name, loc="left", fontsize="medium")
    return list(axes)


def _unrolled(
    steps: int,
    layers: int,
    reads: Collection[int],
    answers: Collection[int],
    backward: bool = False,
    ax: Axes | None = None,
) -> Axes:
    wide, high, half, low = 1.75, 1.55, 0.4, -1.3
    top = high * (layers - 1)
    shift = 0.17 if backward else 0.0  # forward keeps left and above, the error right and below
    width = 0.9 if backward else 1.6
    a, x_look, y_look = (_Look(COLOURS[name], width) for name in ("a", "x", "prediction"))
    error = _Look(COLOURS["prediction"], 1.8)
    left = wide - 0.5
    right = wide * steps + (1.9 if backward else 0.5)  # room for words beside the answer
    unit = min(0.66, 5.7 / (right - left))
    ax = _canvas((left, right), (low - 0.3, top + 1.75), unit, ax)

    def connect(start: Point, end: Point, label: str) -> None:
        """Draw an arrow to the right or up and, if the error returns, one back beside it."""
        (x, y), (u, v) = start, end
        level = y == v
        left, up = (0.0, shift) if level else (shift, 0.0)
        _arrow(ax, [(x - left, y + up), (u - left, v + up)], a, label)
        if backward:
            through = f"error through {'time' if level else 'layers'}"
            _arrow(ax, [(u + left, v - up), (x + left, y - up)], error, through, dashed=True)

    for t in range(1, steps + 1):
        x = wide * t
        for k in range(layers):
            y = high * k
            _box(ax, (x, y), (2 * half, 2 * half), "", _Look(COLOURS["a"]), "cell")
            _symbol(ax, (x, y), "W", str(k + 1) if layers > 1 else "", _Look(INK))
            if t < steps:
                connect((x + half, y), (x + wide - half, y), "recurrent")
                if t == 1 and t not in answers:  # an answer may be on its way to the next input
                    _state(ax, (x + wide / 2, y + shift + 0.27), ("a", "c"))
            if k < layers - 1:
                connect((x, y + half), (x, y + high - half), "up")
        if t in reads:
            _symbol(ax, (x, low), "x", str(t), x_look)
            _arrow(ax, [(x - shift, -1.0), (x - shift, -half)], x_look, "read")
        elif t - 1 in answers:
            between = x - wide / 2
            way = [(x - wide + 0.3, top + 1.4), (between, top + 1.4), (between, low / 1.3)]
            _arrow(ax, [*way, (x, low / 1.3), (x, -half)], y_look, "feed back", dashed=True)
        if t in answers:
            _symbol(ax, (x, top + 1.4), "y", str(t), y_look)
            connect((x, top + half), (x, top + 1.1), "answer")
    if backward:
        _words(ax, (x + 0.35, top + 0.8), "through\nthe layers", error.colour, ha="left")
        if steps > 1:
            _words(ax, (x - wide / 2, -0.75), "through\ntime", error.colour)
    return ax


def cell(highlight: Iterable[str] = ()) -> Axes:
    """Draw the LSTM cell; the parts that `highlight` names stand out, and the rest is muted.

    A is the input gate, B the forget gate, C the output gate, D the cell state. The names are the
    keys of `PARTS`; without any, nothing is muted. Raises ValueError for another name.

    Examples
    --------
    >>> from lstm_ref import diagrams
    >>> ax = diagrams.cell(highlight=["forget gate"])
    >>> list(diagrams.PARTS)[:3]
    ['layer input', 'input gate', 'forget gate']
    """
    named = {highlight} if isinstance(highlight, str) else set(highlight)
    if unknown := named - set(PARTS):
        names = sorted(map(str, unknown))
        raise ValueError(f"highlight: expected names from {list(PARTS)}, got {names}")
    chosen = {element for name in named for element in PARTS[name]}
    memory = {"c before", "filtered state", "c"}  # the line that runs through all time steps
    muted = _Look(MUTED, 0.9, 0.0, QUIET)

    def look(element: str, colour: str) -> _Look:
        if not named:
            return _Look(COLOURS[colour], 2.4 if element in memory else 1.6)
        return _Look(COLOURS[colour], 2.6, 0.32) if element in chosen else muted

    ax = _canvas((-0.15, 11.55), (-0.95, 8.1), 0.44)
    body = FancyBboxPatch((0.85, 0.2), 10.0, 6.95, boxstyle="round,pad=0,rounding_size=0.4")
    body.set(facecolor=(MUTED, 0.07), edgecolor=(MUTED, 0.5), linewidth=0.8, zorder=0, label="body")
    ax.add_patch(body)

    # What comes in: the layer input from below and from the left, the cell state above it.
    x, before, v = look("x", "x"), look("a before", "a"), look("v", "target")
    _arrow(ax, [(-0.1, 1.2), (1.15, 1.2)], before, "a before")
    _arrow(ax, [(1.75, -0.4), (1.75, 0.5)], x, "x")
    _symbol(ax, (0.35, 1.6), "a", "t−1", before)
    _symbol(ax, (1.75, -0.7), "x", "t", x)
    gates = {  # its column, the way that leaves it, the place of its symbol, its letter and name
        "f": (3.1, [(3.1, 6.0)], (2.75, 4.6), "B", "forget\ngate"),
        "i": (4.6, [(4.6, 4.85), (5.8, 4.85)], (5.15, 5.2), "A", "input\ngate"),
        "candidate": (6.1, [(6.1, 4.55)], (5.75, 3.5), "", "candidate"),
        "o": (7.95, [(7.95, 3.15), (8.95, 3.15)], (8.82, 2.6), "C", "output\ngate"),
    }
    for column, *_ in gates.values():
        _arrow(ax, [(2.35, 1.2), (column, 1.2), (column, 1.75)], v, "v")
    _box(ax, (1.75, 1.2), (1.2, 1.4), "", v._replace(tint=v.tint / 3), "v")
    _symbol(ax, (1.75, 1.54), "x", "t", x)
    _symbol(ax, (1.75, 0.86), "a", "t−1", before)

    _words(ax, (2.62, 0.72), "layer input", v.words, ha="left")

    # The gates and the candidate read it, each with its own weights.
    for name, (column, points, place, letter, called) in gates.items():
        gate, way = look(name, name), look(f"{name} way", name)
        _arrow(ax, [(column, 2.55), *points], way, f"{name} way")
        if letter:
            _box(ax, (column, 2.15), (1.0, 0.8), "σ", gate, name)
            _words(ax, (column - 0.18, 3.3), called, gate.words, ha="right")
            _disc(ax, (column - 0.5, 2.55), 0.27, letter, gate)
        else:
            _box(ax, (column, 2.15), (1.2, 0.8), "tanh", gate, name)
            _words(ax, (column + 0.26, 4.28), called, gate.words, ha="left")
        _symbol(ax, place, name if letter else "c\u0303", "t", way)

    # The cell state: what is kept of the old, and what is let in of the new.
    old, kept, fresh = (look(n, "c") for n in ("c before", "filtered state", "filtered input"))
    c = look("c", "c")
    _arrow(ax, [(-0.1, 6.3), (2.8, 6.3)], old, "c before")
    _arrow(ax, [(3.4, 6.3), (5.8, 6.3)], kept, "filtered state")
    _arrow(ax, [(6.1, 5.15), (6.1, 6.0)], fresh, "filtered input")
    _arrow(ax, [(6.4, 6.3), (11.45, 6.3)], c, "c")
    _disc(ax, (3.1, 6.3), 0.3, "∘", look("forget", "f"))
    _disc(ax, (6.1, 4.85), 0.3, "∘", look("admit", "i"))
    _disc(ax, (6.1, 6.3), 0.3, "+", look("sum", "c"))
    _disc(ax, (1.35, 5.6), 0.27, "D", look("D", "c"))  # beside the line: it is no operation
    _words(ax, (1.74, 5.6), "cell\nstate", c.words, ha="left")
    _words(ax, (4.6, 6.85), "filtered state", kept.colour)
    _words(ax, (6.42, 5.55), "filtered\ninput", fresh.colour, ha="left")
    _symbol(ax, (0.35, 6.7), "c", "t−1", old)
    _symbol(ax, (11.15, 6.7), "c", "t", c)

    # What goes out: to the next time step, and up to the next layer.
    squash, a = look("squash", "c"), look("a", "a")
    _arrow(ax, [(9.25, 6.3), (9.25, 5.45)], squash, "squash")
    _box(ax, (9.25, 5.05), (1.2, 0.8), "tanh", squash, "squash", radius=0.4)  # it has no weights
    _arrow(ax, [(9.25, 4.65), (9.25, 3.45)], squash, "squash")
    _arrow(ax, [(9.25, 2.85), (9.25, 1.2), (11.45, 1.2)], a, "a")
    _arrow(ax, [(10.2, 1.2), (10.2, 6.08)], a, "a", head=False)
    _arrow(ax, [(10.2, 6.52), (10.2, 7.6)], a, "a")  # a gap: these lines do not meet
    _disc(ax, (9.25, 3.15), 0.3, "∘", look("emit", "o"))
    _symbol(ax, (11.15, 1.6), "a", "t", a)
    _symbol(ax, (10.2, 7.85), "a", "t", a)
    return ax


def _canvas(across: Point, upwards: Point, unit: float, ax: Axes | None = None) -> Axes:
    """Return axes that show no axis; in a new figure, `unit` inches are one unit."""
    if ax is None:
        size = ((across[1] - across[0]) * unit, (upwards[1] - upwards[0]) * unit)
        ax = plt.subplots(figsize=size)[1]
    # Known by its gid, it is enlarged less on a phone: its words stand close.
    ax.set(xlim=across, ylim=upwards, aspect="equal", gid="diagram")
    ax.set_axis_off()
    return ax


def _arrow(
    ax: Axes,
    points: list[Point],
    look: _Look,
    label: str,
    *,
    head: bool = True,
    dashed: bool = False,
    radius: float = 0.25,
) -> None:
    """Draw an arrow along points, with rounded corners."""
    path, codes = [points[0]], [Path.MOVETO]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        path += [_towards(corner, before, radius), corner, _towards(corner, after, radius)]
        codes += [Path.LINETO, Path.CURVE3, Path.CURVE3]
    options: Any = {
        "arrowstyle": "-|>,head_length=0.5,head_width=0.24" if head else "-",
        "mutation_scale": 9 + 2 * look.width,
        "linewidth": look.width,
        "color": look.colour,
        "zorder": 1 + look.width / 10,  # what is muted lies below
    }
    way = Path([*path, points[-1]], [*codes, Path.LINETO])
    style: Any = (0, (2.5, 1.8)) if dashed else "-"
    ax.add_patch(FancyArrowPatch(path=way, linestyle=style, label=label, **options))
    if dashed and head:  # or the outline of the head is dashed, too
        tip = Path([_towards(points[-1], points[-2], 0.15), points[-1]])
        ax.add_patch(FancyArrowPatch(path=tip, label="head of what is dashed", **options))


def _towards(start: Point, end: Point, length: float) -> Point:
    """Return the point `length` from the first on a level or upright line to the second."""
    (x, y), (u, v) = start, end
    part = length / (abs(u - x) + abs(v - y))
    return x + part * (u - x), y + part * (v - y)


def _box(
    ax: Axes, centre: Point, size: Point, text: str, look: _Look, label: str, radius: float = 0.18
) -> None:
    corner = centre[0] - size[0] / 2, centre[1] - size[1] / 2
    round_ = f"round,pad=0,rounding_size={radius}"
    box = FancyBboxPatch(corner, *size, boxstyle=round_, label=label, zorder=2)
    box.set(facecolor=(look.colour, look.tint), edgecolor=look.colour, linewidth=look.width)
    ax.add_patch(box)
    if text:
        _words(ax, centre, text, look.words)


def _disc(ax: Axes, centre: Point, radius: float, sign: str, look: _Look) -> None:
    """Draw a letter of the source text, or an operation, which works element by element."""
    disc = Circle(centre, radius, facecolor=PAPER, edgecolor=look.colour, linewidth=look.width)
    disc.set(zorder=3, label=sign)
    ax.add_patch(disc)
    if sign == "∘":  # drawn, since fonts differ in its size
        ring = Circle(centre, 0.09, facecolor="none", edgecolor=look.words, linewidth=1.3, zorder=4)
        ax.add_patch(ring)
    else:
        size, weight = (13.0, "normal") if sign == "+" else (9.5, "bold")
        _words(ax, centre, sign, look.words, size=size, weight=weight)


def _words(ax: Axes, where: Point, text: str, colour: str, **options: Any) -> None:
    """Write lines of words with their middle at a point, or their left or right end (`ha`)."""
    size = SIZE + 1.5 * (options.get("style") == "italic")  # its letters are smaller
    options = {"ha": "center", "size": size, "color": colour, **options}
    lines = text.split("\n")
    for below, line in enumerate(lines):
        up = 1.35 * ((len(lines) - 1) / 2 - below) - 0.36
        _text(ax, where, line, (0, up * options["size"]), **options)


def _state(ax: Axes, centre: Point, names: tuple[str, ...]) -> None:
    """Write what a layer hands on in time, each in its colour: "a, c"."""
    for k, name in enumerate(names):
        comma = "," * (k < len(names) - 1)
        where = centre[0] + 0.36 * (k - (len(names) - 1) / 2), centre[1]
        _words(ax, where, name + comma, COLOURS[name], style="italic")


def _symbol(ax: Axes, where: Point, base: str, script: str, look: _Look) -> None:
    """Write a symbol and its script: two texts that meet in a point, so that they never overlap."""
    size = SIZE + 2
    middle, up = (0.45, -0.45) if base == "W" else (0.28, 0.14)  # it is wide; a layer stands below
    meet = middle * size - 0.2 * size * len(script)
    common: Any = {"style": "italic", "color": look.colour}
    _text(ax, where, base, (meet, -0.28 * size), ha="right", size=size, **common)
    if script:
        _text(ax, where, script, (meet + 0.5, up * size), ha="left", size=0.74 * size, **common)


def _text(ax: Axes, where: Point, text: str, offset: Point, **options: Any) -> None:
    options |= {"textcoords": "offset points", "annotation_clip": False, "va": "baseline"}
    ax.annotate(text, where, offset, zorder=5, **options)
