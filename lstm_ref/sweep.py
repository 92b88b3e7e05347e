"""The same training over many seeds and settings, as joblib tasks; needs ``lstm-ref[sweep]``."""

import pickle
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import cloudpickle
from joblib import Parallel, delayed

from lstm_ref import _checks


class SweepError(RuntimeError):
    """Some tasks failed: `failed` maps their places to messages, `results` holds the others.

    A message names the setting, the error and the task's line that led to it. To see more, call the
    function with that setting alone.

    Examples
    --------
    >>> from lstm_ref.sweep import SweepError, sweep
    >>> try:
    ...     sweep(
    ...         pow,
    ...         [{"base": 2, "exp": 3}, {"base": 0, "exp": -1}],
    ...         n_jobs=1,
    ...         progress=False,
    ...     )
    ... except SweepError as error:
    ...     print(error.results, list(error.failed))
    [8, None] [1]
    """

    def __init__(self, results: list[Any], failed: dict[int, str]) -> None:
        head = f"{len(failed)} of {len(results)} tasks failed"
        super().__init__("\n".join([head, *failed.values()]))
        self.results = results
        self.failed = failed

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle what it was made from, and not its message alone."""
        return SweepError, (self.results, self.failed)


def sweep(
    function: Callable[..., Any],
    settings: Iterable[dict[str, Any]],
    *,
    n_jobs: int = -1,
    progress: bool = True,
) -> list[Any]:
    """Run ``function(**setting)`` for every setting, in parallel, and return the results in order.

    A process that is killed, or that crashes, takes the whole sweep with it, and joblib's error out
    of it names no setting.

    Parameters
    ----------
    function : callable
        One task; it makes its own generator, so that its result depends on its setting alone (of
        a shared one each process has a copy, and all draw the same numbers).
    settings : iterable of dict
        The keyword arguments of each task, e.g. ``[{"seed": 0}, {"seed": 1}]``.
    n_jobs : int
        Processes; -1 is one a core. Under ``joblib.parallel_config("dask")`` the same call runs
        on a Dask cluster.
    progress : bool
        Whether to draw a tqdm bar.

    Returns
    -------
    list
        What each task returned.

    Raises
    ------
    TypeError, ValueError
        For a `function` that cannot be called, settings that are no dicts, or none.
    SweepError
        When tasks failed, after all others are done: it names their settings and holds the
        results of the others in order, with None in the place of each failed one.

    Examples
    --------
    >>> from lstm_ref.sweep import sweep
    >>> sweep(
    ...     pow,
    ...     [{"base": 2, "exp": 3}, {"base": 5, "exp": 2}],
    ...     n_jobs=1,
    ...     progress=False,
    ... )
    [8, 25]
    """
    _checks.instance("function", function, Callable)
    called = 'dicts such as {"seed": 0}'
    _checks.instance("settings", settings, Iterable, called)
    _checks.count("n_jobs", n_jobs, least=-sys.maxsize)
    given = [dict(_checks.instance("settings", one, Mapping, called)) for one in settings]
    _checks.some("settings", given)
    tasks = Parallel(n_jobs=n_jobs, return_as="generator")(
        delayed(_attempt)(function, _pickled(setting)) for setting in given
    )
    if progress:
        from tqdm.auto import tqdm  # here, since every worker imports this module and draws no bar

        tasks = tqdm(tasks, total=len(given), unit="task")
    results, failed = [None] * len(given), {}
    try:
        for k, done in enumerate(tasks):
            results[k], error = _read(done)
            if error is not None:
                failed[k] = f"{_shown(given[k])}: {error}"
    except pickle.PicklingError as error:  # of the function: the rest is pickled here, see below
        raise TypeError("function: expected one that can be pickled for a process") from error
    if failed:
        raise SweepError(results, failed)
    return results


def _pickled(setting: dict[str, Any]) -> bytes | str:
    """Return the arguments of a task, pickled here and not by joblib, or an error."""
    try:
        return bytes(cloudpickle.dumps(setting))
    except Exception as error:
        return _said(error)


def _attempt(function: Callable[..., Any], setting: bytes | str) -> Any:
    """Return the result or an error, pickled here and not by joblib: each task fails alone."""
    if isinstance(setting, str):
        return cloudpickle.dumps((None, setting))
    try:
        return cloudpickle.dumps((function(**cloudpickle.loads(setting)), None))
    except (Exception, SystemExit) as error:  # the sweep names it once the other tasks are done
        return cloudpickle.dumps((None, _said(error)))


def _read(done: bytes) -> tuple[Any, str | None]:
    """Return a task's result, or None, and what went wrong, or None."""
    try:
        return cloudpickle.loads(done)  # type: ignore[no-any-return]  # what _attempt pickled
    except Exception as unread:
        return None, _said(unread)


def _shown(setting: dict[str, Any]) -> str:
    try:
        return str(setting)
    except Exception:  # it cannot be shown
        return ", ".join(map(str, setting))


def _said(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    # The task's own line, if it has one, and not that of the check which refused what it gave.
    package = Path(__file__).parent
    own = [at for at in frames if Path(at.filename).parent != package]
    where = "".join(f" ({Path(at.filename).name}, line {at.lineno})" for at in (own or frames)[-1:])
    try:
        return f"{type(error).__name__}: {error}{where}"
    except Exception:  # it cannot be shown
        return f"{type(error).__name__}{where}"
