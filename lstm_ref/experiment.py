"""The source's experiment: one network learns to continue a function, and is measured.

Its settings are those of the interactive system: 3 LSTM layers of 16 units, RMSprop, and in each
epoch 100 fresh windows of 15 values. It computes in float32, as the system does. Three things
differ: the gates are the sigmoids of the source text's equations (the system's are hard sigmoids),
RMSprop adds epsilon to the root and not under it, and initial weights may lie further out than two
standard deviations. S snapshots, N trial windows.
"""

from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from lstm_ref import _checks, datasets, generation, network, training
from lstm_ref._checks import Array
from lstm_ref.datasets import Function
from lstm_ref.network import Network
from lstm_ref.optimizers import Optimizer, rmsprop
from lstm_ref.training import History

#: How far the function's argument goes from one value to the next.
STEP = 0.2
#: Values that the network reads.
WINDOW = 15
#: Values that it continues: one period of a sine, 2π / 0.2, rounded up.
PERIOD = 32
#: TensorFlow.js, on which the system runs, has no other; and it is faster.
DTYPE = np.float32
FIFTH = 4  # of the windows of a trial: what pages show


class Measurement(NamedTuple):
    """What one training came to: its `history`, and what the network does after S chosen epochs.

    ``after`` (S,) are these epochs. ``runs`` (S, PERIOD, N) are its free runs from the windows of
    `trial`. ``run_error`` (S,) is the root of their mean squared error, over all N windows and all
    steps; ``step_error`` (S,) that of a single prediction, on 100 clean windows over the whole
    circle.

    Examples
    --------
    >>> from lstm_ref import experiment
    >>> measurement = experiment.measure(seed=0, after=(1, 2), units=4)
    >>> measurement.runs.shape, measurement.run_error.shape
    ((2, 32, 16), (2,))
    """

    history: History
    after: tuple[int, ...]
    runs: Array
    run_error: Array
    step_error: Array


def train(
    function: Function = datasets.sin,
    *,
    seed: int,
    learning_rate: float = 0.025,
    batch_size: int = 25,
    noise: float = 0.0,
    epochs: int = 20,
    units: int | tuple[int, ...] = (16, 16, 16),
    net: Network | None = None,
    snapshots: Collection[int] = (),
    optimizer: Callable[[float], Optimizer] = rmsprop,
) -> tuple[Network, History]:
    """Train a network with the interactive system's settings; a seed gives the same numbers.

    Parameters
    ----------
    function : callable
        What to continue: one of `lstm_ref.datasets`, or the reader's own, which repeats within 2π.
    seed : int
        For the one generator of all that is random: initial weights, windows, noise, batches.
    learning_rate : float
        What `optimizer` is made with.
    batch_size, epochs, snapshots
        As in `training.fit`.
    noise : float
        As in `datasets.function_windows`: added to the inputs that are learnt from.
    units : int or tuple of int
        H of each layer, from the input up.
    net : Network, optional
        Where to start, instead of a new network of `units`: a training is taken further. It has one
        input and one output.
    optimizer : callable
        Takes the learning rate and returns an `Optimizer`.

    Returns
    -------
    net : Network
        The trained network, float32, or in the precision of the one given.
    history : History
        The losses, gradient norms and snapshots.

    Raises
    ------
    TypeError, ValueError
        For a bad argument, by its name, as of what it is given to.
    FloatingPointError
        When the training turns non-finite.

    Examples
    --------
    >>> from lstm_ref import datasets, experiment
    >>> net, history = experiment.train(
    ...     datasets.square, seed=0, epochs=2, units=(8, 8)
    ... )
    >>> net.units, history.loss.shape
    ((8, 8), (8,))
    """
    rng = np.random.default_rng(_checks.count("seed", seed, least=0))
    called = "a function of the learning rate, such as optimizers.adam"
    _checks.instance("optimizer", optimizer, Callable, called)
    function = _checks.function(function)
    noise = _checks.number("noise", noise, at_least=0)
    if isinstance(net, Network):
        _checks.same("net", "D, K = ", ((net.inputs, net.outputs),), ((1, 1),))
    return training.fit(
        network.init(rng, 1, units, 1, dtype=DTYPE) if net is None else net,
        partial(datasets.function_windows, function, length=WINDOW, step=STEP, noise=noise),
        rng=rng,
        epochs=epochs,
        batch_size=batch_size,
        optimizer=_checks.instance(
            "optimizer(learning_rate)", optimizer(learning_rate), Optimizer, "an Optimizer"
        ),
        snapshots=snapshots,
    )


def trial(function: Function = datasets.sin) -> tuple[Array, Array]:
    """Return windows to continue, (WINDOW, 1, N), and the truth after each, (PERIOD, 1, N).

    The system starts its continuation at a random phase from 0 to π; here N = 16 phases lie evenly
    in that range, the same for every network. `function` is the one to continue. Raises TypeError
    or ValueError for one whose values are not real and finite.

    Examples
    --------
    >>> from lstm_ref import experiment
    >>> window, truth = experiment.trial()
    >>> window.shape, truth.shape
    ((15, 1, 16), (32, 1, 16))
    """
    function = _checks.function(function)
    values = _waves(function, np.pi * (np.arange(16) + 0.5) / 16, WINDOW + PERIOD)
    return values[:WINDOW], values[WINDOW:]


def errors(net: Network, function: Function = datasets.sin) -> tuple[Array, float, float]:
    """Return ``runs`` (PERIOD, N), ``run_error``, ``step_error`` of a network: see `Measurement`.

    `function` is what it has learnt to continue. Raises TypeError for what is no network,
    ValueError for one that does not map one number to one.

    Examples
    --------
    >>> from lstm_ref import experiment
    >>> net, _ = experiment.train(seed=0, epochs=2, units=8)
    >>> runs, run_error, step_error = experiment.errors(net)
    >>> step_error < run_error  # a free run adds its own errors up
    True
    """
    window, truth = trial(function)
    runs = generation.refeed(net, window, PERIOD)
    circle = _waves(function, 2 * np.pi * np.arange(100) / 100, WINDOW + 1)
    step = network.forward(net, circle[:-1]).y
    return runs[:, 0], _rms(runs - truth), _rms(step - circle[-1])


def measure(
    function: Function = datasets.sin,
    *,
    seed: int,
    after: Collection[int] = (10, 20),
    **settings: Any,
) -> Measurement:
    """Train, and measure after each of the epochs `after`: one task of a `sweep.sweep`.

    `function`, `seed` and `settings` go to `train`; it runs to the last of `after`. Raises
    TypeError or ValueError for a bad argument, KeyboardInterrupt where Ctrl-C ended the training.

    Examples
    --------
    >>> from lstm_ref import experiment
    >>> measurement = experiment.measure(seed=0, after=(1, 4), units=8)
    >>> before, after = measurement.step_error
    >>> bool(after < before)
    True
    """
    after = tuple(_checks.counts("after", after))
    epochs = _checks.count("max(after)", max(after, default=0))
    _, history = train(function, seed=seed, epochs=epochs, snapshots=after, **settings)
    if history.interrupted:
        raise KeyboardInterrupt
    measured = [errors(history.snapshots[epoch], function) for epoch in after]
    runs, run_error, step_error = map(np.array, zip(*measured, strict=True))
    return Measurement(history, after, runs, run_error, step_error)


def free_runs(
    measurements: Sequence[Measurement],
    after: Collection[int] = (10, 20),
    function: Function = datasets.sin,
) -> tuple[Array, dict[str, Array], Array]:
    """Return what `plots.continuation` draws: the free runs of many seeds, epoch by epoch.

    Parameters
    ----------
    measurements : sequence of Measurement
        What `measure` returned, a seed each.
    after : collection of int
        Which of their epochs to show.
    function : callable
        What `measure` was given.

    Returns
    -------
    window : ndarray, (WINDOW,)
        What was read: the fifth window of `trial`.
    runs : dict of ndarray, (seeds, PERIOD)
        The free runs after each of the epochs, by names such as "after 10 epochs".
    truth : ndarray, (PERIOD,)
        What follows the window.

    Raises
    ------
    TypeError, ValueError
        For no measurement, or one without these epochs.

    Examples
    --------
    >>> from lstm_ref import experiment
    >>> eight = [
    ...     experiment.measure(seed=seed, after=(1, 2), units=4)
    ...     for seed in range(8)
    ... ]
    >>> window, runs, truth = experiment.free_runs(eight, after=(2,))
    >>> window.shape, runs["after 2 epochs"].shape, truth.shape
    ((15,), (8, 32), (32,))
    """
    if isinstance(measurements, Measurement):
        raise TypeError("measurements: expected a list of them, got one")
    measurements = _checks.some("measurements", list(measurements))
    after = _checks.counts("after", after)
    window, truth = (values[:, 0, FIFTH] for values in trial(function))
    for m in measurements:
        _checks.instance("measurements", m, Measurement, "what measure returned")
        if missing := set(after) - set(m.after):
            raise ValueError(f"after: expected some of {m.after}, got {min(missing)}")
    runs = {}
    for epoch in after:
        shown = [m.runs[m.after.index(epoch), :, FIFTH] for m in measurements]
        runs[f"after {epoch} epochs"] = np.array(shown)
    return window, runs, truth


def _waves(function: Function, phases: Array, steps: int) -> Array:
    x = phases + STEP * np.arange(steps)[:, None]
    return _checks.values(function, x, DTYPE)[:, None]


def _rms(difference: Array) -> float:
    return float(np.sqrt(np.mean(np.square(difference, dtype=np.float64))))
