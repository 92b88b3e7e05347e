"""The same training over many seeds and settings, as joblib tasks; needs ``lstm-ref[sweep]``."""

from collections.abc import Callable, Iterable
from typing import Any

import cloudpickle
from joblib import Parallel, delayed


class SweepError(RuntimeError):
    """Some tasks failed: `failed` maps their places to their errors, `results` holds the others.

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
        super().__init__(
            "\n".join([f"{len(failed)} of {len(results)} tasks failed", *failed.values()])
        )
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

    Parameters
    ----------
    function : callable
        One task; it makes its own generator, so that its result depends on its setting alone.
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
    settings = [dict(setting) for setting in settings]
    if not settings:
        raise ValueError("settings: expected at least one, got none")
    tasks = Parallel(n_jobs=n_jobs, return_as="generator")(
        delayed(_attempt)(function, setting) for setting in settings
    )
    if progress:
        from tqdm.auto import tqdm  # here, since every worker imports this module and draws no bar

        tasks = tqdm(tasks, total=len(settings), unit="task")
    done = list(tasks)
    failed = {k: error for k, (_, error) in enumerate(done) if error is not None}
    results = [None if result is None else cloudpickle.loads(result) for result, _ in done]
    if failed:
        raise SweepError(results, failed)
    return results


def _attempt(
    function: Callable[..., Any], setting: dict[str, Any]
) -> tuple[bytes | None, str | None]:
    try:
        # Pickled here, so that a result that cannot travel fails its own task and no other.
        return cloudpickle.dumps(function(**setting)), None
    except Exception as error:  # the sweep names it once the other tasks are done
        return None, f"{setting}: {type(error).__name__}: {error}"
