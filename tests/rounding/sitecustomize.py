"""First weights that differ in their last digits, as another processor's rounding makes them differ.

Python imports a module of this name as it starts: `nox -s rounding` puts it in the way of every
page's kernel, and of the processes of its sweeps.
"""

import os

import numpy as np

from lstm_ref import lstm, rnn

ROUNDS = 8  # how many roundings a weight is off, one standard deviation


def moved(init, draw):
    """Return `init` with weights a few roundings off; the same ones at every call."""

    def init_moved(rng, inputs, units, **options):
        params = init(rng, inputs, units, **options)
        W = params.W
        off = np.random.default_rng([draw, inputs, units]).standard_normal(W.shape)
        W *= (1 + ROUNDS * np.finfo(W.dtype).eps * off).astype(W.dtype)
        return params

    return init_moved


for cell in (lstm, rnn):
    cell.init = moved(cell.init, int(os.environ["ROUNDING"]))
