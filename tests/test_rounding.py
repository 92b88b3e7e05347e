"""What `nox -s rounding` does to first weights."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

FOLDER = Path(__file__).parent / "rounding"
DRAW = """
import sys
import numpy as np
from lstm_ref import network, {cell}
theta = network.init(np.random.default_rng(0), 2, (3, 3), 1, cell={cell}, dtype="{dtype}").theta
sys.stdout.buffer.write(theta.tobytes())
"""


@pytest.mark.parametrize("cell", ["lstm", "rnn"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_weights_differ_in_their_last_digits_and_are_the_same_ones_each_time(cell, dtype):
    def theta(**env):
        line = [sys.executable, "-c", DRAW.format(cell=cell, dtype=dtype)]
        done = subprocess.run(line, env=os.environ | env, capture_output=True, check=True)
        return np.frombuffer(done.stdout, dtype)

    moved = [theta(ROUNDING=draw, PYTHONPATH=str(FOLDER)) for draw in "112"]
    plain, (one, again, other) = theta(), moved
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)
    drawn = plain != 0
    off = np.abs(one[drawn] / plain[drawn] - 1) / np.finfo(dtype).eps
    assert np.median(off) > 1 and off.max() < 50  # 8 roundings, one standard deviation
    assert np.array_equal(one[~drawn], plain[~drawn])
