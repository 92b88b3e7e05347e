"""The door: what public functions are given is checked here, before anything is computed.

The functions of `activations` and those that a reader writes are not behind it; their results are.
"""

from collections.abc import Callable, Iterable
from operator import ge, gt, index, le, lt
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]
CELLS = ("lstm_ref.rnn", "lstm_ref.lstm")
LIMITS: dict[str, Any] = {"above": gt, "at_least": ge, "below": lt, "at_most": le}


class NonFiniteError(ValueError, FloatingPointError):
    """A NaN or an infinity: in an argument a ValueError, in a training that diverges the other."""


def array(
    name: str, value: object, *shape: int | str, into: npt.DTypeLike = complex, cast: bool = False
) -> Array:
    """Return `value` as a finite array of that shape; a letter in `shape` stands for any size.

    `into` is the dtype that will take it: a complex array does not go into a real one. With `cast`
    it has that dtype already.
    """
    try:
        got = np.asarray(value)
    except ValueError as error:
        raise ValueError(f"{name}: expected one rectangular array, got rows that differ") from error
    if got is not value and isinstance(value, np.ma.MaskedArray):
        raise TypeError(f"{name}: expected an array without a mask, got a masked one")
    kind = got.dtype.kind
    real = np.dtype(into).kind != "c"
    if kind not in ("iuf" if real else "iufc"):
        wanted = "real" if real else "real or complex"
        raise TypeError(f"{name}: expected {wanted} numbers, got dtype {got.dtype}")
    sizes = zip(shape, got.shape, strict=False)
    if got.ndim != len(shape) or any(n != m for n, m in sizes if isinstance(n, int)):
        expected = f"({', '.join(map(str, shape))}{',' * (len(shape) == 1)})"
        turned = len(shape) == 3 and shape[0] == "T" and got.shape[2:] == shape[1:2]
        hint = " (batch first? datasets.from_batch_first)" if turned else ""
        raise ValueError(f"{name}: expected shape {expected}, got {got.shape}{hint}")
    if got.size == 0:
        raise ValueError(f"{name}: expected at least one number, got the empty shape {got.shape}")
    keep = got.dtype if got.dtype.char in "fdFD" else complex if kind == "c" else float
    dtype = into if cast else keep
    if got.dtype != dtype:
        with np.errstate(over="ignore"):  # what is too large becomes infinite, and is refused
            got = got.astype(dtype)
    finite = np.isfinite(got)
    if np.count_nonzero(finite) < got.size:  # all() takes three times as long, at every update
        first = tuple(int(k) for k in np.argwhere(~finite)[0])
        raise NonFiniteError(f"{name}: expected finite numbers, got {got[first]} at index {first}")
    return got


def ndim(value: Any) -> int:
    """Return how many axes `value` has, or 0 for rows that differ: `array` refuses them by name."""
    try:
        return np.ndim(value)
    except ValueError:
        return 0


def same(name: str, words: str, got: tuple[Any, ...], expected: tuple[Any, ...]) -> None:
    """Refuse a form, say a shape and a dtype, other than `expected`; `words` stand before it."""
    if got != expected:
        wanted, came = (" and ".join(map(str, form)) for form in (expected, got))
        raise ValueError(f"{name}: expected {words}{wanted}, got {came}")


def floating(name: str, value: npt.DTypeLike) -> np.dtype[Any]:
    """Return `value` as a dtype that weights can have: float64, float32, or complex."""
    try:
        got = np.dtype(value)
    except TypeError:
        got = np.dtype(object)  # which is refused, too
    if got.char not in "fdFD":
        called = getattr(value, "__name__", value)
        raise TypeError(f"{name}: expected float32 or float64, got {called}")
    return got


def count(name: str, value: Any, least: int = 1, most: int | None = None) -> int:
    """Return `value` as a whole number from `least` to `most`."""
    try:
        if isinstance(value, bool | np.bool):  # which Python takes for 0 or 1, and old NumPy too
            raise TypeError
        got = index(value)
    except TypeError:
        raise TypeError(f"{name}: expected a whole number, got {value!r}") from None
    if got < least or (most is not None and got > most):
        limit = f"at least {least}" if most is None else f"from {least} to {most}"
        raise ValueError(f"{name}: expected a whole number {limit}, got {got}")
    return got


def counts(name: str, values: object, least: int = 0, most: int | None = None) -> list[int]:
    """Return `values`, several counts, as a list."""
    if not isinstance(values, Iterable) or getattr(values, "ndim", 1) == 0:
        raise TypeError(f"{name}: expected whole numbers, got {what(values)}")
    return [count(name, value, least, most) for value in values]


def some(name: str, values: Any, least: str = "one") -> Any:
    """Return `values` unless they are none; errors say what is needed at `least`."""
    if not values:
        raise ValueError(f"{name}: expected at least {least}, got none")
    return values


def number(name: str, value: Any, **limits: float) -> float:
    """Return `value` as a finite number within `limits`, keys of `LIMITS`."""
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        raise TypeError(f"{name}: expected a number, got {value!r}")
    try:
        got = float(value)
    except OverflowError:  # a whole number above all floats
        got = np.inf
    if not (np.isfinite(got) and all(LIMITS[key](got, limit) for key, limit in limits.items())):
        says = " and".join(f" {key.replace('_', ' ')} {limit:g}" for key, limit in limits.items())
        raise ValueError(f"{name}: expected a finite number{says}, got {value}")
    return got


def words(**given: object) -> None:
    """Refuse what is no text among the names that a figure shows; an empty one shows nothing."""
    for name, value in given.items():
        instance(name, value, str, "a str")


def text(name: str, value: object, symbols: str | None = None) -> str:
    """Return `value` as a text of at least one character, all of them from `symbols`."""
    got = str(some(name, instance(name, value, str, "a str"), "one character"))
    if unknown := sorted(set(got) - set(got if symbols is None else symbols)):
        raise ValueError(f"{name}: expected only characters of {symbols!r}, got {unknown[0]!r}")
    return got


def symbols(value: object) -> str:
    """Return `value` as an alphabet: a text that has each character once."""
    got = text("symbols", value)
    if len(set(got)) < len(got):
        raise ValueError(f"symbols: expected each character once, got {got!r}")
    return got


def instance(name: str, value: Any, kind: Any, called: str = "a function") -> Any:
    """Return `value` if it is a `kind`, which errors call so."""
    if not isinstance(value, kind):
        raise TypeError(f"{name}: expected {called}, got {what(value)}")
    return value


def what(value: Any) -> str:
    """Return what errors call a value of the wrong type."""
    kind = type(value).__name__
    if type(value).__module__ in CELLS:  # which have classes of the same names
        kind += f" of {type(value).__module__}"
    return f"{kind} of {len(value)}" if isinstance(value, tuple | list) else kind


def pair(name: str, value: Any, parts: str) -> Any:
    """Return `value` if it is a pair, whose `parts` errors name."""
    if not isinstance(value, tuple | list) or len(value) != 2:
        raise TypeError(f"{name}: expected {parts}, got {what(value)}")
    return value


def loss(function: Any, z: Array, target: Array, head: Any) -> tuple[Any, Any]:
    """Return what a loss returns, if it is a number and a gradient; it may read, not write."""
    note = "loss: it was called with z, target and the head, to return (value, dz) and change none"
    value = call(note, function, read_only(z), read_only(target), head)
    number, dz = pair("loss", value, "a pair (value, dz)")
    if np.ndim(number):
        raise TypeError(f"loss: expected one number as its value, got shape {np.shape(number)}")
    instance("loss", np.asarray(number)[()], np.number, "one number as its value")
    return number, dz


def function(value: Any) -> Any:
    """Return `value` if it can be called."""
    return instance("function", value, Callable, "a function of an array, such as datasets.sin")


def read_only(array: Array) -> Array:
    """Return a view of `array` that what a reader wrote cannot write to."""
    view = array.view()
    view.flags.writeable = False
    return view


def call(note: str, function: Any, *arguments: object) -> Any:
    """Return ``function(*arguments)``; what the reader's function raises bears the `note`."""
    try:
        return function(*arguments)
    except Exception as error:
        error.add_note(note)
        raise


def values(function: Any, x: Array, into: npt.DTypeLike) -> Array:
    """Return ``function(x)``, an array of the shape of `x` and the dtype `into`."""
    note = "function: it is given an array of x, so np.sin will do, and math.sin not"
    got = call(note, function, x)
    # A copy: a function may write what it returns into its own memory, again at its next call.
    return array("function(x)", got, *x.shape, into=into, cast=True).copy()


def generator(name: str, value: object) -> Any:
    """Return `value` if it is a generator: randomness is an argument, never a hidden seed."""
    return instance(name, value, np.random.Generator, "a numpy.random.Generator")


def state(
    kind: Any, value: Any, H: int, B: int, of: str = "", into: npt.DTypeLike = complex
) -> Any:
    """Return `value` as a `kind`, a cell's State; `of` stands before its name and its arrays'."""
    names = kind._fields
    plain = isinstance(value, tuple | list) and getattr(value, "_fields", names) == names
    if not plain or len(value) != len(names):
        raise TypeError(f"{of}state: expected a State of {', '.join(names)}, got {what(value)}")
    return kind(*(array(of + n, s, H, B, into=into) for n, s in zip(names, value, strict=True)))


def weight_array(W: Any) -> Array:
    """Return `W` if it is an array of numbers; its values are checked where they are used."""
    got: Array = instance("W", W, np.ndarray, "an array")
    if got.dtype.kind not in "iufc":
        raise TypeError(f"W: expected real or complex numbers, got dtype {got.dtype}")
    return got


def weights(kind: Any, params: Any) -> Any:
    """Return `params` as a `kind`, a cell's Params, of finite numbers."""
    instance("params", params, kind, f"a Params of {kind.__module__}")
    array("W", params.W, *params.W.shape)
    return params


def forward(kinds: Any, params: Any, x: object, before: Any) -> tuple[Array, Any]:
    """Return the inputs and the state of a cell's `forward`, checked; `kinds` are its classes."""
    weights(kinds[0], params)
    x = array("x", x, "T", params.inputs, "B")
    return x, None if before is None else state(kinds[1], before, params.units, x.shape[2])


def backward(kinds: Any, params: Any, trace: Any, da: object, after: Any) -> tuple[Array, Any]:
    """Return the gradients for the activations and the state of a cell's `backward`, checked."""
    W = weights(kinds[0], params).W
    instance("trace", trace, kinds[2], f"a Trace of {kinds[2].__module__}")
    (T, H, B), dtype = trace.a.shape, trace.v.dtype
    expected = (params.inputs, params.units), np.result_type(W, trace.v)
    same("trace", "D, H = ", ((trace.inputs, H), dtype), expected)
    da = array("da", da, "n", H, B, into=dtype)
    count("len(da)", len(da), most=T)
    return da, None if after is None else state(kinds[1], after, H, B, "d", dtype)
