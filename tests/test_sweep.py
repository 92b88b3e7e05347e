"""Many trainings at once: in order, on every core, on a cluster, and none lost to another's failure.

The tasks are made inside functions: such a function travels to another process by its value.
"""

import os
import pickle
import sys
import threading

import joblib
import numpy as np
import pytest
from joblib.parallel import ThreadingBackend

from lstm_ref import datasets, network, training
from lstm_ref.sweep import SweepError, sweep


def make_training():
    """Return a task: a short training, of which it returns all that a page would plot."""

    def task(seed, units):
        rng = np.random.default_rng(seed)
        data = datasets.function_windows(datasets.sin, rng, windows=10, length=4)
        net, history = training.fit(
            network.init(rng, 1, units, 1), data, rng=rng, epochs=2, batch_size=5
        )
        return net, history

    return task


SETTINGS = [{"seed": seed, "units": units} for seed in (0, 1) for units in (2, 3)]


def square_or_fail(k):
    if k % 2:
        raise ZeroDivisionError(f"{k} is odd")
    return k * k


def assert_same_trainings(one, other):
    assert len(one) == len(other)
    for (net_a, history_a), (net_b, history_b) in zip(one, other, strict=True):
        np.testing.assert_array_equal(net_a.theta, net_b.theta)
        np.testing.assert_array_equal(history_a.loss, history_b.loss)
        assert net_a.units == net_b.units


@pytest.fixture(scope="module")
def one_by_one():
    """The trainings, each called by hand."""
    return [make_training()(**setting) for setting in SETTINGS]


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_the_results_are_those_of_the_calls_however_many_processes(n_jobs, one_by_one):
    got = sweep(make_training(), SETTINGS, n_jobs=n_jobs, progress=False)
    assert_same_trainings(got, one_by_one)
    thetas = {net.theta.tobytes() for net, _ in got}
    assert len(thetas) == len(SETTINGS)


def test_two_jobs_run_in_other_processes_than_this_and_one_in_it():
    def task(k):
        return os.getpid()

    assert sweep(task, [{"k": 0}], n_jobs=1, progress=False) == [os.getpid()]
    assert os.getpid() not in sweep(task, [{"k": 0}, {"k": 1}], n_jobs=2, progress=False)


def test_results_are_in_order_though_the_first_task_ends_last():
    last_is_done, ended = threading.Event(), []

    def task(k):
        if k == 0:
            assert last_is_done.wait(60)
        ended.append(k)
        if k == 4:
            last_is_done.set()
        return 10 * k

    with joblib.parallel_config("threading"):
        got = sweep(task, ({"k": k} for k in range(5)), n_jobs=2, progress=False)
    assert got == [0, 10, 20, 30, 40]
    assert ended == [1, 2, 3, 4, 0]


def test_all_cores_are_at_work_unless_told():
    asked = []

    class Recording(ThreadingBackend):
        def configure(self, n_jobs=1, parallel=None, **options):
            asked.append((n_jobs, self.effective_n_jobs(n_jobs)))
            return super().configure(n_jobs, parallel, **options)

    joblib.register_parallel_backend("recording", Recording)
    with joblib.parallel_config("recording"):
        assert sweep(square_or_fail, [{"k": 2}], progress=False) == [4]
        sweep(square_or_fail, [{"k": 2}], n_jobs=2, progress=False)
    assert asked == [(-1, joblib.cpu_count()), (2, 2)]


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_failed_tasks_name_their_settings_and_lose_no_other(n_jobs):
    def task(k, seed):
        if k % 2:
            raise ZeroDivisionError(f"{k} is odd")
        return k * k

    settings = [{"k": k, "seed": 7} for k in range(5)]
    with pytest.raises(SweepError) as caught:
        sweep(task, settings, n_jobs=n_jobs, progress=False)
    assert caught.value.results == [0, None, 4, None, 16]
    assert list(caught.value.failed) == [1, 3]
    line = task.__code__.co_firstlineno + 2
    where = f"(test_sweep.py, line {line})"
    assert caught.value.failed[1] == f"{{'k': 1, 'seed': 7}}: ZeroDivisionError: 1 is odd {where}"
    assert str(caught.value).splitlines() == ["2 of 5 tasks failed", *caught.value.failed.values()]


def test_a_task_that_the_package_refuses_names_its_own_line():
    def task(units):
        return network.init(np.random.default_rng(0), 1, units, 1)

    with pytest.raises(SweepError) as caught:
        sweep(task, [{"units": 0}], n_jobs=1, progress=False)
    line = task.__code__.co_firstlineno + 1
    assert caught.value.failed[0].endswith(f"got 0 (test_sweep.py, line {line})")


@pytest.mark.parametrize(
    ("function", "settings", "says"),
    [
        (4, [{"k": 1}], "function: expected a function, got int"),
        (square_or_fail, {"k": [1, 2]}, r"settings: expected dicts such as .*, got str"),
        (square_or_fail, range(4), r"settings: expected dicts such as .*, got int"),
        (square_or_fail, [(0, 1)], r"settings: expected dicts such as .*, got tuple of 2"),
        (square_or_fail, 4, r"settings: expected dicts such as .*, got int"),
    ],
)
def test_what_is_no_sweep_is_refused(function, settings, says):
    with pytest.raises(TypeError, match=f"^{says}"):
        sweep(function, settings, n_jobs=1, progress=False)


def test_a_setting_that_does_not_fit_the_function_fails_alone():
    with pytest.raises(SweepError, match=r"{'j': 3}: TypeError: .*'j'") as caught:
        sweep(square_or_fail, [{"k": 2}, {"j": 3}], n_jobs=1, progress=False)
    assert caught.value.results == [4, None]


def test_a_result_that_cannot_travel_loses_no_other():
    def task(k):
        return threading.Lock() if k == 1 else k  # a lock stays in its process

    with pytest.raises(SweepError, match=r"{'k': 1}: ") as caught:
        sweep(task, [{"k": k} for k in range(3)], n_jobs=2, progress=False)
    assert caught.value.results == [0, None, 2]


def test_a_sweeps_error_travels_between_processes():
    error = pickle.loads(pickle.dumps(SweepError([1, None], {1: "{'k': 1}: ValueError: no"})))
    assert (error.results, error.failed) == ([1, None], {1: "{'k': 1}: ValueError: no"})
    assert str(error) == "1 of 2 tasks failed\n{'k': 1}: ValueError: no"


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_a_task_that_ends_its_process_politely_loses_no_other(n_jobs):
    def task(k):
        if k == 1:
            sys.exit(3)
        return k

    with pytest.raises(SweepError, match=r"{'k': 1}: SystemExit: 3 \(test_sweep.py") as caught:
        sweep(task, [{"k": k} for k in range(3)], n_jobs=n_jobs, progress=False)
    assert caught.value.results == [0, None, 2]


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_a_setting_that_cannot_travel_loses_no_other(n_jobs):
    def task(k):
        return type(k).__name__

    settings = [{"k": 1}, {"k": threading.Lock()}, {"k": "a"}]
    with pytest.raises(SweepError, match=r"{'k': <unlocked.*>}: TypeError: .*pickle") as caught:
        sweep(task, settings, n_jobs=n_jobs, progress=False)
    assert caught.value.results == ["int", None, "str"]


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_a_task_has_its_settings_for_itself(n_jobs):
    """What one changes, a generator's place say, neither the next nor the caller finds changed."""
    rng = np.random.default_rng(0)
    drawn = sweep(lambda rng: rng.random(), [{"rng": rng}] * 3, n_jobs=n_jobs, progress=False)
    assert drawn == [np.random.default_rng(0).random()] * 3
    assert rng.random() == drawn[0]


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_a_result_that_does_not_arrive_loses_no_other(n_jobs):
    class Odd(Exception):
        def __init__(self, one, other):
            super().__init__("pickled with one argument, made with two")

    def task(k):
        return Odd(1, 2) if k == 1 else k

    with pytest.raises(SweepError, match=r"{'k': 1}: TypeError: ") as caught:
        sweep(task, [{"k": k} for k in range(3)], n_jobs=n_jobs, progress=False)
    assert caught.value.results == [0, None, 2]


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_a_setting_that_cannot_be_shown_loses_no_other(n_jobs):
    class Shy:
        def __repr__(self):
            raise RuntimeError

    def task(k, of):
        return 1 // k

    settings = [{"k": k, "of": Shy()} for k in (1, 0, 1)]
    with pytest.raises(SweepError, match=r"\nk, of: ZeroDivisionError: .*\(test_sw") as caught:
        sweep(task, settings, n_jobs=n_jobs, progress=False)
    assert caught.value.results == [1, None, 1]


def test_ctrl_c_is_no_failed_task():
    done = []

    def task(k):
        done.append(k)
        if k == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sweep(task, [{"k": k} for k in range(4)], n_jobs=1, progress=False)
    assert done == [0, 1]


def test_progress_is_a_bar_that_ends_at_all_tasks(capsys):
    sweep(square_or_fail, [{"k": k} for k in (0, 2, 4)], n_jobs=1)
    bar = capsys.readouterr().err.split("\r")[-1]
    assert "100%" in bar
    assert "3/3" in bar
    sweep(square_or_fail, [{"k": 0}], n_jobs=1, progress=False)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("settings", [[], (), iter([])], ids=["list", "tuple", "iterator"])
def test_no_settings_are_refused(settings):
    with pytest.raises(ValueError, match=r"^settings: expected at least one, got none"):
        sweep(square_or_fail, settings)


def test_no_processes_are_refused():
    with pytest.raises(ValueError, match="n_jobs"):
        sweep(square_or_fail, [{"k": 2}], n_jobs=0, progress=False)


# Warnings about the cluster's own machinery are not this package's to answer for.
@pytest.mark.filterwarnings("ignore")
def test_the_same_call_runs_on_a_dask_cluster(one_by_one):
    distributed = pytest.importorskip("distributed", reason="distributed is not installed")
    here = {"processes": False, "dashboard_address": None, "n_workers": 2, "threads_per_worker": 1}
    workers = []

    def make_task(train):
        def task(**setting):
            workers.append(distributed.get_worker().name)  # raises outside a Dask worker
            return train(**setting)

        return task

    with (
        distributed.LocalCluster(**here) as cluster,
        distributed.Client(cluster),
        joblib.parallel_config("dask"),
    ):
        got = sweep(make_task(make_training()), SETTINGS, progress=False)
        with pytest.raises(SweepError) as caught:
            sweep(square_or_fail, [{"k": 1}, {"k": 2}], progress=False)
    assert_same_trainings(got, one_by_one)
    assert caught.value.results == [None, 4]
    assert "{'k': 1}: ZeroDivisionError" in caught.value.failed[0]


def test_a_setting_that_arrives_but_cannot_be_read_loses_no_other():
    here = os.getpid()

    def read(pid):
        if os.getpid() != pid:
            raise ImportError("only at home")
        return 1

    class Homely:
        def __reduce__(self):
            return read, (here,)

    settings = [{"k": 1}, {"k": Homely()}, {"k": "a"}]
    with pytest.raises(SweepError, match=r"{'k': <.*>}: ImportError: only at home") as caught:
        sweep(lambda k: type(k).__name__, settings, n_jobs=2, progress=False)
    assert caught.value.results == ["int", None, "str"]


@pytest.mark.parametrize("wrong", [1.5, True, "x", None])
def test_number_of_processes_is_a_whole_one(wrong):
    with pytest.raises(TypeError, match="n_jobs: expected a whole number"):
        sweep(pow, [{"base": 2, "exp": 3}], n_jobs=wrong, progress=False)


def test_a_function_that_cannot_be_sent_to_a_process_is_named():
    lock = threading.Lock()
    with pytest.raises(TypeError, match="^function: expected one that can be pickled"):
        sweep(lambda k: (lock, k), [{"k": 1}], n_jobs=2, progress=False)
