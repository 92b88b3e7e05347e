"""One training step of lstm_ref beside PyTorch's, alternating in one run: ``nox -s benchmarks``.

A step is: forward, mean squared error of the last step through the dense head, backward, RMSprop;
float32, on one thread and on two. Both start from the same weights, and their first losses
are compared. Ratios are medians over rounds with their quartiles; a ratio below 1 means
that lstm_ref is faster. Memory is the peak that the steps add to a process that has imported its
package and made its network.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROWS = {  # (layers, inputs, units, batch, steps): the ratio to hold on one thread
    (3, 1, 16, 25, 15): 0.6,
    (1, 32, 64, 32, 50): 1.0,
    (2, 64, 128, 64, 100): 0.9,
    (1, 128, 512, 64, 100): 0.95,
}
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
SECONDS = 12.0  # for each row and number of threads
Row = tuple[int, int, int, int, int]
Step = Callable[[], float]


def ours(row: Row) -> Step:
    """Return a function that makes one step of lstm_ref and returns its loss."""
    from lstm_ref import optimizers, training

    net, x, target = problem(row)
    optimizer = optimizers.rmsprop(0.001)
    memory = optimizer.init(net.theta)
    last = None

    def step() -> float:
        nonlocal net, memory, last
        last = training.update(net, x, target, optimizer, memory, before=last)
        net, memory = last.net, last.memory
        return last.loss

    return step


def theirs(row: Row) -> Step:
    """Return a function that makes one step of PyTorch and returns its loss."""
    import numpy as np
    import torch

    net, x, target = problem(row)
    layers, inputs, units, _, _ = row
    lstm, head = torch.nn.LSTM(inputs, units, layers), torch.nn.Linear(units, 1)
    with torch.no_grad():
        for k, layer in enumerate(net.layers):
            for name, ours in (("ih", layer.W_x), ("hh", layer.W_a), ("b", layer.b)):
                rows = torch.from_numpy(ours[[0, 1, 3, 2]].reshape(4 * units, -1))  # i, f, g, o
                if name == "b":  # PyTorch has two biases, which it adds
                    getattr(lstm, f"bias_ih_l{k}").copy_(rows[:, 0])
                    getattr(lstm, f"bias_hh_l{k}").zero_()
                else:
                    getattr(lstm, f"weight_{name}_l{k}").copy_(rows)
        head.weight.copy_(torch.from_numpy(net.W_y))
        head.bias.copy_(torch.from_numpy(net.b_y[:, 0]))
    optimizer = torch.optim.RMSprop(
        [*lstm.parameters(), *head.parameters()], lr=0.001, alpha=0.9, eps=1e-7
    )
    sequences = torch.from_numpy(np.ascontiguousarray(x.transpose(0, 2, 1)))
    truth = torch.from_numpy(np.ascontiguousarray(target.T))

    def step() -> float:
        optimizer.zero_grad()
        a, _ = lstm(sequences)
        loss = torch.nn.functional.mse_loss(head(a[-1]), truth)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def problem(row: Row) -> tuple:
    """Return the same network, inputs and targets for both."""
    import numpy as np

    from lstm_ref import activations, network

    layers, inputs, units, batch, steps = row
    rng = np.random.default_rng(0)
    net = network.init(
        rng, inputs, (units,) * layers, 1, head=activations.identity, dtype=np.float32
    )
    x = rng.standard_normal((steps, inputs, batch)).astype(np.float32)
    return net, x, rng.standard_normal((1, batch)).astype(np.float32)


def timed(step: Step) -> float:
    """Return the milliseconds that one step takes."""
    start = time.perf_counter()
    step()
    return 1e3 * (time.perf_counter() - start)


def measure_time(row: Row, threads: int) -> str:
    """Time both, one step each in turn, and return a line of the table."""
    import torch

    torch.set_num_threads(threads)
    mine, peer = ours(row), theirs(row)
    a, b = mine(), peer()
    if abs(a - b) > 1e-4 * abs(b):  # later PyTorch moves twice as far: it has two biases for one
        raise AssertionError(f"the losses differ: {a} and {b}")
    for _ in range(2):  # the first steps also allocate
        mine(), peer()
    end, pairs = time.perf_counter() + SECONDS, []
    while time.perf_counter() < end or len(pairs) < 8:
        pairs.append((timed(mine), timed(peer)))
    a, b = (statistics.median(column) for column in zip(*pairs, strict=True))
    low, _, high = statistics.quantiles([x / y for x, y in pairs], n=4)
    return f"{a:10.2f} {b:10.2f} {a / b:8.2f} ({low:.2f} to {high:.2f}) {len(pairs):7d}"


def measure_memory(row: Row, make: Callable[[Row], Step]) -> str:
    """Return the peak memory, in MB, that three steps add."""
    status = Path("/proc/self/status")
    if not status.exists():
        return "n/a"  # only Linux tells the peak since a given moment
    step = make(row)

    def read(key: str) -> float:
        line = next(text for text in status.read_text().splitlines() if text.startswith(key))
        return float(line.split()[1]) / 1024

    before = read("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # forget the peak so far
    for _ in range(3):
        step()
    return f"{read('VmHWM') - before:.1f}"


def child(*arguments: str, threads: int = 1) -> str:
    """Run this file in a process of its own and return what it prints."""
    env = os.environ | dict.fromkeys(THREADS, str(threads))
    command = [sys.executable, __file__, *arguments]
    return subprocess.run(command, env=env, check=True, stdout=subprocess.PIPE, text=True).stdout


def main() -> None:
    """Print the table, row by row as it is measured; or, in a child process, one of its cells."""
    if len(sys.argv) > 1:
        what, argument, *numbers = sys.argv[1:]
        row = tuple(map(int, numbers))
        if what == "time":
            print(measure_time(row, int(argument)), end="")
        else:
            print(measure_memory(row, {"ours": ours, "theirs": theirs}[argument]), end="")
        return
    print(
        "layers, inputs, units,         threads  lstm_ref ms  torch ms   ratio (quartiles)", end=""
    )
    print("      rounds  to hold   peak memory MB: lstm_ref, torch")
    for row, bound in ROWS.items():
        numbers = [str(number) for number in row]
        memory = [child("memory", who, *numbers) for who in ("ours", "theirs")]
        for threads in (1, 2):
            line = child("time", str(threads), *numbers, threads=threads)
            hold = f"{bound:.2f}" if threads == 1 else "   -"
            print(f"{row!s:30} {threads:7d} {line}   {hold:>6}   {memory[0]:>8} {memory[1]:>8}")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
