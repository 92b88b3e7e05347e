"""The source's experiment: its settings, what is measured, and that a seed decides everything.

It computes in float32, whose 24 bits meet what is known exactly to about 1e-7.
"""

import numpy as np
import pytest

from lstm_ref import activations, datasets, experiment, generation, network, optimizers, training
from lstm_ref.sweep import sweep

SMALL = {"units": 3, "epochs": 2}


def single(function, rng, **options):
    """Draw windows as `datasets` does, in single precision."""
    x, target = datasets.function_windows(function, rng, **options)
    return np.float32(x), np.float32(target)


def test_a_training_is_the_lines_that_it_stands_for():
    net, history = experiment.train(
        datasets.saw,
        seed=4,
        learning_rate=0.01,
        batch_size=30,
        noise=0.3,
        epochs=3,
        units=(3, 2),
        snapshots=(0, 2),
        optimizer=optimizers.adam,
    )
    rng = np.random.default_rng(4)
    expected, by_hand = training.fit(
        network.init(rng, inputs=1, units=(3, 2), outputs=1, dtype=np.float32),
        lambda rng: single(datasets.saw, rng, noise=0.3),
        rng=rng,
        epochs=3,
        batch_size=30,
        optimizer=optimizers.adam(0.01),
    )
    np.testing.assert_array_equal(net.theta, expected.theta)
    np.testing.assert_array_equal(history.loss, by_hand.loss)
    assert sorted(history.snapshots) == [0, 2]


def test_what_is_not_given_is_as_in_the_interactive_system():
    net, history = experiment.train(seed=0)
    assert network.parameter_count(net) == 5393
    assert net.head is activations.tanh
    assert net.theta.dtype == np.float32  # TensorFlow.js has no other
    assert (history.updates_per_epoch, len(history.loss)) == (4, 80)
    rng = np.random.default_rng(0)
    expected, _ = training.fit(
        network.init(rng, 1, (16, 16, 16), 1, dtype=np.float32),
        lambda rng: single(datasets.sin, rng, windows=100, length=15, step=0.2),
        rng=rng,
        epochs=20,
        batch_size=25,
        optimizer=optimizers.rmsprop(0.025, decay=0.9, epsilon=1e-7),
    )
    np.testing.assert_array_equal(net.theta, expected.theta)


def test_a_seed_decides_everything():
    one, same, other = (experiment.train(seed=seed, **SMALL)[0].theta for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert not np.isclose(one, other).all()


def test_single_precision_begins_where_double_does():
    # Training is chaotic: rounding grows by a factor at each update, so only the first are close.
    def double(rng):
        return datasets.function_windows(datasets.sin, rng)

    _, history = experiment.train(seed=2, epochs=1)
    rng = np.random.default_rng(2)
    net = network.init(rng, 1, (16, 16, 16), 1)
    _, exact = training.fit(net, double, rng=rng, epochs=1, optimizer=optimizers.rmsprop(0.025))
    np.testing.assert_allclose(history.loss[:1], exact.loss[:1], rtol=1e-6)
    np.testing.assert_allclose(history.loss, exact.loss, rtol=1e-4)
    assert (history.loss != exact.loss).all()


def test_a_training_can_be_taken_further():
    net, _ = experiment.train(seed=1, **SMALL)
    before = net.theta.copy()
    further, history = experiment.train(seed=5, net=net, learning_rate=0.01, epochs=1)
    rng = np.random.default_rng(5)  # no initial weights are drawn from it
    expected, _ = training.fit(
        net,
        lambda rng: single(datasets.sin, rng),
        rng=rng,
        epochs=1,
        optimizer=optimizers.rmsprop(0.01),
    )
    np.testing.assert_array_equal(further.theta, expected.theta)
    assert len(history.loss) == 4
    np.testing.assert_array_equal(net.theta, before)


def test_a_trial_goes_through_the_phases_of_the_system_and_over_one_period():
    window, truth = experiment.trial()
    phases = np.pi * np.arange(1, 32, 2) / 32
    x = phases + 0.2 * np.arange(15 + 32)[:, None]
    assert window.dtype == truth.dtype == np.float32
    np.testing.assert_array_equal(window[:, 0], np.float32(np.sin(x[:15])))
    np.testing.assert_array_equal(truth[:, 0], np.float32(np.sin(x[15:])))
    assert np.ceil(2 * np.pi / experiment.STEP) == experiment.PERIOD
    _, truth = experiment.trial(datasets.square)  # the ninth from 17π/32 + 3 on, +1 until 6
    np.testing.assert_array_equal(truth[:8, 0, 8], [1, 1, 1, 1, 1, 1, 1, -1])


def answers(monkeypatch, answer):
    """Let a network's prediction be what `answer` makes of the windows it reads, (T, 1, B)."""

    def forward(net, x, *args, **options):
        return network.Trace((), x[0], answer(np.asarray(x)))

    monkeypatch.setattr("lstm_ref.network.forward", forward)


def test_who_knows_the_recurrence_of_the_sine_makes_no_error(monkeypatch):
    # sin(x + h) = 2 cos(h) sin(x) - sin(x - h)
    answers(monkeypatch, lambda x: 2 * np.cos(0.2) * x[-1] - x[-2])
    net = network.init(np.random.default_rng(0), 1, 1, 1)
    runs, run_error, step_error = experiment.errors(net)
    np.testing.assert_allclose(runs, experiment.trial()[1][:, 0], atol=1e-6)
    assert run_error < 2e-7
    assert step_error < 1e-7


def test_who_answers_zero_errs_by_the_size_of_the_sine(monkeypatch):
    answers(monkeypatch, lambda x: 0 * x[-1])
    net = network.init(np.random.default_rng(0), 1, 1, 1)
    runs, run_error, step_error = experiment.errors(net)
    truth = experiment.trial()[1]
    assert (runs == 0).all()
    exact = np.sqrt(np.square(truth, dtype=float).sum() / truth.size)
    assert run_error == pytest.approx(exact, rel=1e-12)
    assert step_error == pytest.approx(np.sqrt(1 / 2), rel=1e-7)  # over the whole circle


def test_who_repeats_the_last_value_errs_by_one_step_and_draws_a_line(monkeypatch):
    answers(monkeypatch, lambda x: x[-1])
    net = network.init(np.random.default_rng(0), 1, 1, 1)
    runs, _, step_error = experiment.errors(net)
    window, _ = experiment.trial()
    np.testing.assert_array_equal(runs, np.broadcast_to(window[-1], (32, 16)))
    # sin(x + h) - sin(x) = 2 sin(h / 2) cos(x + h / 2)
    assert step_error == pytest.approx(2 * np.sin(0.1) / np.sqrt(2), rel=1e-6)


def test_a_measurement_holds_what_the_networks_of_its_epochs_do():
    got = experiment.measure(seed=3, after=(2, 0), units=3, learning_rate=0.1)
    _, history = experiment.train(seed=3, learning_rate=0.1, snapshots=(0, 2), **SMALL)
    np.testing.assert_array_equal(got.history.loss, history.loss)
    window, truth = experiment.trial()
    for k, epoch in enumerate((2, 0)):
        run = generation.refeed(history.snapshots[epoch], window, 32)
        np.testing.assert_array_equal(got.runs[k], run[:, 0])
        error = np.sqrt((np.float64(run - truth) ** 2).mean())
        np.testing.assert_allclose(got.run_error[k], error, rtol=1e-12)
    rng = np.random.default_rng(0)  # any fresh windows over the circle give much the same
    x, target = datasets.function_windows(datasets.sin, rng, windows=1000)
    step = network.forward(history.snapshots[2], x).y - target
    np.testing.assert_allclose(got.step_error[0], np.sqrt((step**2).mean()), rtol=1e-3)


def test_free_runs_are_those_of_every_seed_after_an_epoch_from_one_window():
    got = [experiment.measure(seed=seed, after=(2, 0), units=2) for seed in (0, 1)]
    window, runs, truth = experiment.free_runs(got, after=(0, 2))
    read, follows = experiment.trial()
    np.testing.assert_array_equal(window, read[:, 0, 4])
    np.testing.assert_array_equal(truth, follows[:, 0, 4])
    assert list(runs) == ["after 0 epochs", "after 2 epochs"]
    for k, m in enumerate(got):
        np.testing.assert_array_equal(runs["after 2 epochs"][k], m.runs[0, :, 4])
        np.testing.assert_array_equal(runs["after 0 epochs"][k], m.runs[1, :, 4])


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"measurements": []}, "measurements: expected at least one, got none"),
        ({"after": (1, 7)}, r"after: expected some of \(1,\), got 7"),
    ],
)
def test_free_runs_that_were_not_measured_are_refused(wrong, says):
    given = {"measurements": [experiment.measure(seed=0, after=(1,), units=2)], "after": (1,)}
    with pytest.raises(ValueError, match=f"^{says}"):
        experiment.free_runs(**given | wrong)


def test_measurements_and_epochs_may_come_one_by_one():
    got = [experiment.measure(seed=seed, after=(2, 1), units=2) for seed in (0, 1)]
    _, expected, _ = experiment.free_runs(got, after=(1, 2))
    _, runs, _ = experiment.free_runs((m for m in got), after=(k for k in (1, 2)))
    assert list(runs) == list(expected)
    for name, run in runs.items():
        np.testing.assert_array_equal(run, expected[name])


def test_a_measurement_is_a_task_of_a_sweep():
    settings = [{"seed": seed, "after": (1,), "units": 2} for seed in (0, 1)]
    swept = sweep(experiment.measure, settings, n_jobs=2, progress=False)
    for setting, got in zip(settings, swept, strict=True):
        expected = experiment.measure(**setting)
        np.testing.assert_array_equal(got.runs, expected.runs)
        np.testing.assert_array_equal(got.step_error, expected.step_error)


def test_an_interrupted_measurement_is_none(monkeypatch):
    def interrupt(*args, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr("lstm_ref.training.update", interrupt)
    with pytest.raises(KeyboardInterrupt):
        experiment.measure(seed=0, **{"units": 2, "after": (1,)})


@pytest.mark.parametrize(
    ("wrong", "error", "says"),
    [
        ({"learning_rate": 0}, ValueError, "learning_rate: expected .* above 0"),
        ({"batch_size": 101}, ValueError, "batch_size: expected .* from 1 to 100, got 101"),
        ({"noise": -0.1}, ValueError, "noise: expected .* at least 0"),
        ({"units": ()}, ValueError, "units: expected at least one layer"),
        ({"after": ()}, ValueError, r"max\(after\): expected .* at least 1, got 0"),
        ({"after": (0,)}, ValueError, r"max\(after\): expected .* at least 1, got 0"),
        ({"after": 3}, TypeError, "after: expected whole numbers, got int"),
        ({"seed": None}, TypeError, "seed: expected a whole number, got None"),
        ({"seed": -1}, ValueError, "seed: expected .* at least 0, got -1"),
        ({"seed": 1.5}, TypeError, "seed: expected a whole number, got 1.5"),
        (
            {"optimizer": optimizers.adam(0.1)},
            TypeError,
            "optimizer: expected a function of the learning rate",
        ),
        ({"optimizer": "adam"}, TypeError, "optimizer: expected a function of .*, got str"),
        ({"function": "sin"}, TypeError, "function: expected a function of an array, .*got str"),
        ({"after": (-1, 2)}, ValueError, "after: expected .* at least 0, got -1"),
        ({"after": (1.5,)}, TypeError, "after: expected a whole number, got 1.5"),
    ],
)
def test_bad_arguments_are_refused_by_name(wrong, error, says):
    with pytest.raises(error, match=f"^{says}"):
        experiment.measure(**{"seed": 0, "units": 2, "after": (1,)} | wrong)


def test_a_trial_and_errors_refuse_what_they_cannot_use():
    with pytest.raises(ValueError, match=r"^function\(x\): expected shape \(47, 16\)"):
        experiment.trial(lambda x: x[:1])
    with pytest.raises(ValueError, match="^net: expected as many outputs as inputs"):
        experiment.errors(network.init(np.random.default_rng(0), 1, 2, 2))


def test_what_is_no_measurement_is_named():
    with pytest.raises(TypeError, match=r"^measurements: expected what measure returned, got int$"):
        experiment.free_runs([3])


def test_an_optimizer_that_is_not_returned_is_missed():
    with pytest.raises(TypeError, match=r"optimizer\(learning_rate\): expected an Optimizer, got"):
        experiment.train(seed=0, optimizer=lambda rate: None)


def test_trial_needs_a_function():
    with pytest.raises(TypeError, match="function: expected a function"):
        experiment.trial(None)


def test_an_answer_is_given_after_a_window_of_fifteen_values(monkeypatch):
    rng = np.random.default_rng(0)
    seen = []
    forward = network.forward
    monkeypatch.setattr(
        network, "forward", lambda net, x, **more: seen.append(x) or forward(net, x, **more)
    )
    experiment.errors(network.init(rng, 1, 2, 1))
    assert [x.shape for x in seen][-1] == (15, 1, 100)


@pytest.mark.parametrize("sizes", [{"inputs": 2, "outputs": 1}, {"inputs": 1, "outputs": 2}])
def test_a_network_of_another_form_is_refused_by_its_name(sizes):
    net = network.init(np.random.default_rng(0), units=4, **sizes)
    with pytest.raises(ValueError, match=r"net: expected D, K = \(1, 1\)"):
        experiment.train(seed=0, epochs=1, net=net)


@pytest.mark.parametrize(
    ("given", "match"),
    [
        ({"function": 3}, "function: expected a function"),
        ({"noise": -1}, "noise: expected a finite"),
    ],
)
def test_a_bad_setting_is_refused_without_a_word_of_data(given, match):
    with pytest.raises((TypeError, ValueError), match=match) as refused:
        experiment.train(seed=0, epochs=1, **given)
    assert not hasattr(refused.value, "__notes__")


def test_one_measurement_is_not_several():
    one = experiment.measure(seed=0, after=(1,), units=4)
    with pytest.raises(TypeError, match="measurements: expected a list of them, got one"):
        experiment.free_runs(one, after=(1,))
