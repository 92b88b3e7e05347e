"""The source's functions and texts, and sequences cut into windows; no files, no network.

Sequences are ``(T, D, N)``: T steps, D numbers a step, N windows side by side.
"""

from collections.abc import Callable, Iterable
from typing import TypeAlias

import numpy as np

from lstm_ref import _checks
from lstm_ref._checks import Array

Function: TypeAlias = Callable[[Array], Array]

#: The source's first text: a and b in turn, 744 characters.
#:
#: :meta hide-value:
ABAB = "ab" * 372
#: The source's second text, 445 characters of 24 kinds.
#:
#: :meta hide-value:
LOREM_IPSUM = (
    "lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut "
    "labore et dolore magna aliqua. ut enim ad minim veniam, quis nostrud exercitation ullamco "
    "laboris nisi ut aliquip ex ea commodo consequat. duis aute irure dolor in reprehenderit in "
    "voluptate velit esse cillum dolore eu fugiat nulla pariatur. excepteur sint occaecat "
    "cupidatat non proident, sunt in culpa qui officia deserunt mollit anim id est laborum."
)


def sin(x: Array) -> Array:
    """Return sin x, period 2π.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import datasets
    >>> print(datasets.sin(np.pi * np.array([0, 0.5, 1.5])))
    [ 0.  1. -1.]
    """
    return np.sin(x)


def saw(x: Array) -> Array:
    """Return −1 + 2·((x mod π)/π), period π.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import datasets
    >>> print(datasets.saw(np.pi * np.array([0, 0.5, 0.75, 1])))
    [-1.   0.   0.5 -1. ]
    """
    return -1 + 2 * (np.mod(x, np.pi) / np.pi)


def square(x: Array) -> Array:
    """Return +1 where sin(πx/2) ≥ 0, else −1; period 4.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import datasets
    >>> print(datasets.square(np.array([0, 1, 2.5, 3.5])))
    [ 1.  1. -1. -1.]
    """
    # Where the wave jumps, the sine itself would come out a little above or below 0.
    return np.where(np.mod(x, 4) <= 2, 1.0, -1.0)


def composite(x: Array) -> Array:
    """Return (sin 1.5x + sin 4.5x)/1.5, period 4π/3.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import datasets
    >>> print(datasets.composite(np.array([0, 1, 2])).round(2))
    [0.   0.01 0.37]
    """
    return (np.sin(1.5 * x) + np.sin(4.5 * x)) / 1.5


def sequence(function: Function, start: float, steps: int, step: float = 0.2) -> Array:
    """Return `steps` values of a function, as one sequence (steps, 1, 1).

    Its argument goes from `start` on, by `step` from one value to the next. `function` maps an
    array to an array of its shape: one of this module's, or the reader's own. Raises TypeError or
    ValueError for a bad number, or a function whose values are not real and finite.

    Examples
    --------
    >>> from lstm_ref import datasets
    >>> x = datasets.sequence(datasets.sin, start=0, steps=4)
    >>> x.shape
    (4, 1, 1)
    >>> print(x.ravel().round(2))
    [0.   0.2  0.39 0.56]
    >>> print(datasets.sequence(lambda x: x**2, start=0, steps=4, step=1.0).ravel())
    [0. 1. 4. 9.]
    """
    function, start = _checks.function(function), _checks.number("start", start)
    x = start + _checks.number("step", step, above=0) * np.arange(_checks.count("steps", steps))
    return _checks.values(function, x, float)[:, None, None]


def function_windows(
    function: Function,
    rng: np.random.Generator,
    *,
    windows: int = 100,
    length: int = 15,
    step: float = 0.2,
    noise: float = 0.0,
) -> tuple[Array, Array]:
    """Draw one epoch of windows on a function, and the value that follows each.

    The phases are 2πk/windows plus one random offset below 2π: of a function that does not repeat
    within 2π, a network sees a part (for such a one, `cut_windows`). Raises TypeError or ValueError
    for a bad argument, or a function whose values are not real and finite.

    Parameters
    ----------
    function : callable
        Maps an array to an array of its shape: one of this module's, or the reader's own.
    rng : numpy.random.Generator
        For the offset and the noise.
    windows, length : int
        How many windows (N), and how many values each has (T).
    step : float
        How far the function's argument goes from one value to the next.
    noise : float
        Uniform in [−noise, noise], added to the inputs only.

    Returns
    -------
    x : ndarray, (length, 1, windows)
        The windows.
    target : ndarray, (1, windows)
        The clean value after each.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import datasets
    >>> rng = np.random.default_rng(0)
    >>> x, target = datasets.function_windows(datasets.sin, rng, noise=0.1)
    >>> x.shape, target.shape
    ((15, 1, 100), (1, 100))
    """
    function, rng = _checks.function(function), _checks.generator("rng", rng)
    windows, length = _checks.count("windows", windows), _checks.count("length", length)
    step = _checks.number("step", step, above=0)
    noise = _checks.number("noise", noise, at_least=0)
    phases = 2 * np.pi * np.arange(windows) / windows + rng.uniform(0, 2 * np.pi)
    x = phases + step * np.arange(length + 1)[:, None]
    values = _checks.values(function, x, float)
    noisy = values[:-1] + rng.uniform(-noise, noise, (length, windows))
    return noisy[:, None], values[-1:]


def cut_windows(
    sequence: Array, length: int, starts: Iterable[int] | None = None, *, every_step: bool = False
) -> tuple[Array, Array]:
    """Cut a sequence (T, D) into windows, each with the value that follows it.

    Window n holds the values from ``starts[n]`` on; unless given, there is one at every place.
    Returns x (length, D, N) and the target: (D, N), the value after the window, or with
    `every_step` (length, D, N), the value after each step, which shares no memory with x. Raises
    TypeError or ValueError for a bad array, a window that leaves no value to follow it, or a start
    that is no whole number or out of range.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import datasets
    >>> x, target = datasets.cut_windows(np.arange(5.0)[:, None], length=3)
    >>> print(x[:, 0])  # a column is a window
    [[0. 1.]
     [1. 2.]
     [2. 3.]]
    >>> print(target)
    [[3. 4.]]
    """
    sequence = _checks.array("sequence", sequence, "T", "D")
    if len(sequence) < 2:
        raise ValueError(f"sequence: expected at least 2 values, got {len(sequence)}")
    length = _checks.count("length", length, most=len(sequence) - 1)
    last = len(sequence) - length - 1
    places = range(last + 1) if starts is None else _checks.counts("starts", starts, most=last)
    _checks.some("starts", places)
    cut = sequence[np.array(places) + np.arange(length + 1)[:, None]].transpose(0, 2, 1)
    return cut[:-1], cut[1:].copy() if every_step else cut[-1]


def alphabet(text: str) -> str:
    """Return the symbols of a text, each once, sorted.

    Raises TypeError for what is no str, ValueError for an empty one.

    Examples
    --------
    >>> from lstm_ref import datasets
    >>> datasets.alphabet("abracadabra")
    'abcdr'
    """
    return "".join(sorted(set(_checks.text("text", text))))


def one_hot(text: str, symbols: str) -> Array:
    """Return a text as (T, D): each row is 1 at its character's place in `symbols`, else 0.

    Raises TypeError for what is no str, ValueError for an empty text, a character that `symbols`
    lacks, or one that it has twice.

    Examples
    --------
    >>> from lstm_ref import datasets
    >>> print(datasets.one_hot("bab", symbols="ab"))
    [[0. 1.]
     [1. 0.]
     [0. 1.]]
    """
    _checks.text("text", text, _checks.symbols(symbols))
    return np.eye(len(symbols))[[symbols.index(character) for character in text]]


def text_windows(
    text: str,
    rng: np.random.Generator,
    *,
    windows: int = 256,
    length: int = 20,
    symbols: str | None = None,
    every_step: bool = False,
) -> tuple[Array, Array]:
    """Draw one epoch of windows from a text, at random places, and the character after each.

    Returns x (length, D, windows) and target (D, windows), one-hot over `symbols`, which is the
    text's `alphabet` unless given; with `every_step` the target is (length, D, windows), the
    character after each step. `rng` draws the places. Raises TypeError or ValueError for a bad
    argument.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import datasets
    >>> x, target = datasets.text_windows(
    ...     datasets.ABAB, np.random.default_rng(0), windows=8
    ... )
    >>> x.shape, target.shape
    ((20, 2, 8), (2, 8))
    """
    rng = _checks.generator("rng", rng)
    symbols = alphabet(text) if symbols is None else _checks.symbols(symbols)
    if len(_checks.text("text", text, symbols)) < 2:
        raise ValueError(f"text: expected at least 2 characters, got {len(text)}")
    length = _checks.count("length", length, most=len(text) - 1)
    starts = rng.integers(len(text) - length, size=_checks.count("windows", windows))
    # One-hot are the windows alone: a long text as a whole would fill the memory at every epoch.
    codes = one_hot("".join(text[start : start + length + 1] for start in starts), symbols)
    places = (length + 1) * np.arange(len(starts))
    return cut_windows(codes, length, places, every_step=every_step)


def from_batch_first(x: Array) -> Array:
    """Return the reader's (B, T, D) as this package's (T, D, B), a view where it can be.

    Raises TypeError or ValueError for an array of the wrong type or shape, or one that is not
    finite.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import datasets
    >>> theirs = np.arange(6.0).reshape(2, 3, 1)  # B = 2 sequences, T = 3 steps
    >>> ours = datasets.from_batch_first(theirs)
    >>> print(ours[:, 0])  # a column is a sequence
    [[0. 3.]
     [1. 4.]
     [2. 5.]]
    """
    return _checks.array("x", x, "B", "T", "D").transpose(1, 2, 0)
