"""Training: batches, epochs, and a history of all that a page plots."""

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from lstm_ref import _checks, network
from lstm_ref._checks import Array
from lstm_ref.activations import Activation
from lstm_ref.losses import mean_squared_error
from lstm_ref.network import Network
from lstm_ref.optimizers import Memory, Optimizer, clip_by_global_norm, rmsprop

Data: TypeAlias = tuple[Array, Array] | Callable[[np.random.Generator], tuple[Array, Array]]
Loss: TypeAlias = Callable[[Array, Array, Activation], tuple[float, Array]]


class Progress(NamedTuple):
    """What a callback hears after each update: counts from 1, and the update's loss.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import datasets, network, training
    >>> rng = np.random.default_rng(0)
    >>> net = network.init(rng, inputs=1, units=8, outputs=1)
    >>> def report(progress):
    ...     print(f"update {progress.update} of {progress.updates}")
    >>> data = datasets.function_windows(datasets.sin, rng)
    >>> net, _ = training.fit(
    ...     net, data, rng=rng, epochs=1, batch_size=50, callback=report
    ... )
    update 1 of 2
    update 2 of 2
    """

    epoch: int
    epochs: int
    update: int
    updates: int
    loss: float


@dataclass(frozen=True, eq=False)
class History:
    """What happened in a training.

    Parameters
    ----------
    loss, gradient_norm : ndarray, (updates,)
        Of each update, before it was applied (and before clipping): the batch's loss, and the
        length of the gradient of all parameters.
    epoch_loss : ndarray, (epochs,)
        The mean loss over each complete epoch's sequences.
    updates_per_epoch : int
        How many batches an epoch has.
    snapshots : dict of int to Network
        The network after the chosen epochs; 0 is before the first.
    interrupted : bool
        Whether Ctrl-C ended the training.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import datasets, network, training
    >>> rng = np.random.default_rng(0)
    >>> net = network.init(rng, inputs=1, units=8, outputs=1)
    >>> data = datasets.function_windows(datasets.sin, rng)
    >>> _, history = training.fit(net, data, rng=rng, epochs=3, snapshots=(0, 3))
    >>> history.loss.shape, history.epoch_loss.shape, list(history.snapshots)
    ((12,), (3,), [0, 3])
    """

    loss: Array
    gradient_norm: Array
    epoch_loss: Array
    updates_per_epoch: int
    snapshots: dict[int, Network]
    interrupted: bool


class Update(NamedTuple):
    """One update: the new network and the optimizer's memory, and what was measured on the way.

    `loss`, `trace`, the ``gradient`` (P,) and its length are those of the network before the
    update, on this batch, before clipping.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import datasets, network, optimizers, training
    >>> rng = np.random.default_rng(0)
    >>> net = network.init(rng, inputs=1, units=8, outputs=1)
    >>> x, target = datasets.function_windows(datasets.sin, rng)
    >>> optimizer = optimizers.rmsprop(0.01)
    >>> done = training.update(net, x, target, optimizer, optimizer.init(net.theta))
    >>> done.net.theta.shape == done.gradient.shape
    True
    """

    net: Network
    memory: Memory
    loss: float
    gradient_norm: float
    trace: network.Trace
    gradient: Array


def update(
    net: Network,
    x: Array,
    target: Array,
    optimizer: Optimizer,
    memory: Memory,
    *,
    loss: Loss = mean_squared_error,
    clip: float | None = None,
    before: Update | None = None,
) -> Update:
    """Make one update: the source text's three training steps, one call each.

    It computes in the network's precision: `x`, `target` and the new parameters are cast into it.

    Parameters
    ----------
    net : Network
        The network; it stays as it is.
    x : ndarray, (T, D, B)
        A batch of sequences.
    target : ndarray, (K, B) or (T, K, B)
        The ground truth after the last step (many-to-one), or after every step (many-to-many).
    optimizer : Optimizer
        From `lstm_ref.optimizers`.
    memory : tuple of ndarray
        ``optimizer.init(net.theta)``, or what the last update returned.
    loss : callable
        From `lstm_ref.losses`, or your own: see there.
    clip : float, optional
        The largest length of the gradient.
    before : Update, optional
        An earlier update on the same shapes, whose trace and gradient are overwritten (but not a
        gradient that `memory` shares).

    Returns
    -------
    Update
        The new network and memory, the loss and the gradient's length before the update.

    Raises
    ------
    TypeError, ValueError
        For an array of the wrong type or shape, one that is not finite in the network's precision,
        or another argument of the wrong kind: before anything is computed or overwritten. For what
        is found only later: a `memory` that is none of the optimizer's, a loss or an optimizer that
        returns no pair or that writes over what it was given (but for its own memory).
    FloatingPointError
        When the loss, the gradient or the new parameters are not finite.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import datasets, network, optimizers, training
    >>> rng = np.random.default_rng(0)
    >>> net = network.init(rng, inputs=1, units=8, outputs=1)
    >>> x, target = datasets.function_windows(datasets.sin, rng)
    >>> optimizer = optimizers.rmsprop(0.01)
    >>> memory = optimizer.init(net.theta)
    >>> losses = []
    >>> for _ in range(20):
    ...     net, memory, loss, *_ = training.update(
    ...         net, x, target, optimizer, memory
    ...     )
    ...     losses.append(loss)
    >>> losses[-1] < losses[0] / 2
    True
    """
    _check_settings(net, optimizer, loss, clip)
    x, target = _checked(net, (x, target))
    called = "a tuple of arrays"
    for part in _checks.instance("memory", memory, tuple | list, called):
        _checks.instance("memory", part, np.ndarray | np.generic | int | float, called)
    _checks.instance("before", before, Update | None, "an Update")
    room, out = (before.trace, before.gradient) if before else (None, None)
    if out is not None and any(np.may_share_memory(out, part) for part in memory):
        out = None  # an optimizer may remember the gradient of before

    trace = network.forward(net, x, every_step=target.ndim == 3, out=room)
    value, dz = _checks.loss(loss, trace.z, target, net.head)  # the validation step
    if np.iscomplexobj(value):
        raise TypeError(f"loss: expected a real number as its value, got {value}")
    if not np.isfinite(value):
        raise FloatingPointError(f"loss {value:g}")
    gradient = network.backward(net, trace, dz, out=out).theta

    if clip is None:
        applied, norm = gradient, math.sqrt(np.dot(gradient, gradient))
    else:
        applied, norm = clip_by_global_norm(gradient, clip)
    # An optimizer that wrote over the parameters would change the given network and all snapshots.
    given = _checks.read_only(net.theta), _checks.read_only(applied)
    new = optimizer.update(*given, memory)
    theta, memory = _checks.pair("optimizer.update", new, "a pair (theta, memory)")
    diverged = FloatingPointError(f"loss {value:g}, gradient's length {norm:g}")
    if not np.isfinite(norm):
        raise diverged
    size, dtype = net.theta.size, net.theta.dtype
    try:
        theta = _checks.array("optimizer.update's theta", theta, size, into=dtype, cast=True)
    except _checks.NonFiniteError as error:
        raise diverged from error
    theta = theta.copy()  # it may be the old one, or where the optimizer will write the next
    return Update(net.with_theta(theta), memory, float(value), norm, trace, gradient)


def fit(
    net: Network,
    data: Data,
    *,
    rng: np.random.Generator,
    epochs: int = 20,
    batch_size: int = 25,
    optimizer: Optimizer | None = None,
    loss: Loss = mean_squared_error,
    clip: float | None = None,
    snapshots: Collection[int] = (),
    callback: Callable[[Progress], object] | None = None,
) -> tuple[Network, History]:
    """Train a network; what is given stays as it is.

    It computes in the network's precision: data of another are cast into it, as in `update`.

    Parameters
    ----------
    net : Network
        Where to start.
    data : tuple of ndarray, or callable
        ``(x, target)``: x (T, D, N), N sequences; target (K, N), for a loss on the last step,
        or (T, K, N), for one on every step. Or a function of `rng` that returns such a pair,
        called anew for each epoch: always N sequences, whose length T may change. What lies outside
        the head's range, beyond 1 for the default tanh, is never met: scale it, or take another
        head.
    rng : numpy.random.Generator
        Shuffles the sequences into new batches each epoch.
    epochs : int
        How often to go through the data.
    batch_size : int
        Sequences an update, at most N; an epoch's last batch has what remains.
    optimizer : Optimizer
        ``rmsprop(0.025)`` unless given. Each call begins with its ``init``: to train epoch by
        epoch and keep Adam's memory, or the step of a schedule, loop over `update`.
    loss : callable
        From `lstm_ref.losses`, or your own: see there. All steps and sequences count; where an
        answer means nothing, as in the first steps of an echo, give a symbol of its own as target.
    clip : float, optional
        The largest length of the gradient.
    snapshots : collection of int
        The epochs after which to keep the network.
    callback : callable, optional
        Called with a `Progress` after each update, say `tqdm_progress`'s. If it raises
        KeyboardInterrupt, that is a Ctrl-C.

    Returns
    -------
    net : Network
        The trained network, in the precision of the given one. Ctrl-C ends the training, and what
        was reached is returned (but for a Ctrl-C while the first epoch's data are drawn).
    history : History
        The losses, gradient norms and snapshots (the very networks of the training: what is written
        into one is written into the history).

    Raises
    ------
    TypeError, ValueError
        For a bad argument, before anything is computed; for bad data that a function returns,
        before the first update of their epoch.
    FloatingPointError
        When the training turns non-finite: at which update, and what to try.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import datasets, network, optimizers, training
    >>> rng = np.random.default_rng(0)
    >>> net = network.init(rng, inputs=1, units=8, outputs=1)
    >>> trained, history = training.fit(
    ...     net,
    ...     lambda rng: datasets.function_windows(datasets.sin, rng),
    ...     rng=rng,
    ...     epochs=10,
    ...     optimizer=optimizers.rmsprop(0.01),
    ... )
    >>> bool(history.epoch_loss[-1] < history.epoch_loss[0] / 10)
    True

    Early stopping: train longer than needed, and choose by data that were held back.

    >>> from lstm_ref.losses import mean_squared_error
    >>> x, target = datasets.function_windows(datasets.sin, rng)
    >>> _, history = training.fit(
    ...     net, (x[..., ::2], target[..., ::2]), rng=rng, snapshots=range(21)
    ... )
    >>> def held_back(net):
    ...     z = network.forward(net, x[..., 1::2]).z
    ...     return mean_squared_error(z, target[..., 1::2], net.head)[0]
    >>> best = min(history.snapshots.values(), key=held_back)
    >>> bool(held_back(best) < held_back(net) / 10)
    True
    """
    rng = _checks.generator("rng", rng)
    epochs = _checks.count("epochs", epochs)
    kept = set(_checks.counts("snapshots", snapshots, most=epochs))
    batch_size = _checks.count("batch_size", batch_size)
    optimizer = rmsprop(0.025) if optimizer is None else optimizer
    _check_settings(net, optimizer, loss, clip)
    _checks.instance("callback", callback, Callable | None)
    _checks.array("net.theta", net.theta, "P")
    x, target = _checked(net, _drawn(data, rng))
    size = _checks.count("batch_size", batch_size, most=x.shape[-1])
    sequences = x.shape[-1]
    per_epoch = -(-sequences // size)
    memory = optimizer.init(net.theta)
    networks = {0: net} if 0 in kept else {}
    done: list[tuple[float, float]] = []
    epoch_loss: list[float] = []
    rooms: dict[tuple[int, int], Update] = {}
    options: Any = {"loss": loss, "clip": clip}
    interrupted = False
    try:
        for epoch in range(1, epochs + 1):
            if epoch > 1 and callable(data):
                x, target = _checked(net, _drawn(data, rng))
                words = f"as many sequences in epoch {epoch} as before, "
                _checks.same("data", words, (x.shape[-1],), (sequences,))
                rooms = {form: room for form, room in rooms.items() if form[0] == len(x)}
            order = rng.permutation(x.shape[-1])
            total = 0.0
            for batch in np.split(order, range(size, len(order), size)):
                given = net, x[..., batch], target[..., batch], optimizer, memory
                try:
                    with np.errstate(all="ignore"):
                        room = update(*given, **options, before=rooms.get((len(x), len(batch))))
                except FloatingPointError as error:
                    raise FloatingPointError(
                        f"training turned non-finite at update {len(done) + 1} (epoch {epoch}): "
                        f"{error}; try a lower learning rate, or "
                        + ("clip=1.0" if clip is None else f"a clip below {clip:g}")
                    ) from error
                net, memory = room.net, room.memory
                rooms[len(x), len(batch)] = room
                done.append((room.loss, room.gradient_norm))
                total += room.loss * len(batch)
                if len(done) == epoch * per_epoch:  # before the callback, which may end it here
                    epoch_loss.append(total / len(order))
                    if epoch in kept:
                        networks[epoch] = net
                if callback is not None:
                    callback(Progress(epoch, epochs, len(done), epochs * per_epoch, room.loss))
    except KeyboardInterrupt:
        interrupted = True
    losses, norms = np.array(done).reshape(-1, 2).T
    return net, History(losses, norms, np.array(epoch_loss), per_epoch, networks, interrupted)


def tqdm_progress(**options: Any) -> Callable[[Progress], None]:
    """Return a callback for `fit` that draws a tqdm bar; `options` go to `tqdm.tqdm`.

    Raises
    ------
    ImportError
        Where tqdm is not installed: it comes with ``lstm-ref[sweep]``.

    Examples
    --------
    >>> import numpy as np
    >>> from lstm_ref import datasets, network, training
    >>> rng = np.random.default_rng(0)
    >>> net = network.init(rng, inputs=1, units=8, outputs=1)
    >>> data = datasets.function_windows(datasets.sin, rng)
    >>> bar = training.tqdm_progress(disable=True)  # without `disable` it draws
    >>> net, _ = training.fit(net, data, rng=rng, epochs=1, callback=bar)
    """
    from tqdm.auto import tqdm  # an extra, so imported where it is used

    bar = tqdm(disable=True)

    def callback(progress: Progress) -> None:
        nonlocal bar
        if progress.update == 1:
            bar.close()  # Ctrl-C may have left it open
            bar = tqdm(total=progress.updates, unit="update", **options)
        bar.set_postfix(epoch=progress.epoch, loss=f"{progress.loss:.3g}", refresh=False)
        bar.update()
        if progress.update == progress.updates:
            bar.close()

    return callback


def _check_settings(net: Network, optimizer: Optimizer, loss: Loss, clip: float | None) -> None:
    _checks.instance("net", net, Network, "a Network")
    if net.theta.dtype.kind == "c":
        raise TypeError(f"net: expected real parameters, got {net.theta.dtype}")
    called = "an Optimizer such as optimizers.adam(0.01)"
    _checks.instance("optimizer", optimizer, Optimizer, called)
    _checks.instance("loss", loss, Callable)
    if clip is not None:
        _checks.number("clip", clip, above=0)


def _drawn(data: Data, rng: np.random.Generator) -> Any:
    """Return an epoch's data."""
    note = "data: it was called with the generator, to return a pair (x, target)"
    return _checks.call(note, data, rng) if callable(data) else data


def _checked(net: Network, pair: Any) -> tuple[Array, Array]:
    """Return the data in the network's own precision."""
    dtype, called = net.theta.dtype, "a pair (x, target), or a function that returns one"
    x, target = _checks.pair("data", pair, called)
    x = _checks.array("x", x, "T", net.inputs, "N", into=dtype, cast=True)
    T = x.shape[:1] if _checks.ndim(target) == 3 else ()
    shape = (*T, net.outputs, x.shape[2])
    return x, _checks.array("target", target, *shape, into=dtype, cast=True)
