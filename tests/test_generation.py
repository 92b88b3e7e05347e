"""Free runs: what is fed back, what is carried, and which symbol is chosen."""

import numpy as np
import pytest

from lstm_ref import lstm, network, rnn
from lstm_ref.activations import softmax, tanh
from lstm_ref.generation import as_value, carry, continue_text, most_likely, refeed, sample

METHODS = pytest.mark.parametrize("method", [refeed, carry])


def strong_net(cell=lstm, head=tanh):
    """A network from 2 inputs to 2 outputs whose weights are large enough for a lively run."""
    net = network.init(np.random.default_rng(1), 2, (4, 3), 2, cell=cell, head=head)
    return net.with_theta(2 * net.theta)


def some_windows():
    return np.random.default_rng(2).uniform(-1, 1, (5, 2, 3))


def cyclic_net():
    """A network, written by hand, that follows a with b, b with c and c with a."""
    W = np.hstack([3 * np.eye(3), np.zeros((3, 4))])
    head = np.hstack([9 * np.roll(np.eye(3), 1, axis=0), np.zeros((3, 1))])
    return network.Network(np.concatenate([W.ravel(), head.ravel()]), rnn, 3, (3,), 3, softmax)


def uniform_net():
    """A network that finds every one of three symbols as likely as the others."""
    net = cyclic_net()
    return net.with_theta(np.zeros_like(net.theta))


def trace_of(z):
    return network.Trace((), z, softmax(z))


def test_refeeding_drops_the_oldest_value_and_starts_from_zero(cell):
    net, values = strong_net(cell), list(some_windows())
    for _ in range(7):
        values.append(network.forward(net, np.stack(values[-5:])).y)
    run = refeed(net, some_windows(), 7)
    np.testing.assert_allclose(run, np.stack(values[5:]), rtol=1e-12)
    assert np.ptp(run, axis=0).min() > 1e-3  # the run moves: the comparison says something


def test_carrying_equals_one_pass_over_the_window_and_the_run(cell):
    net, window = strong_net(cell), some_windows()
    run = carry(net, window, 7)
    whole = network.forward(net, np.concatenate([window, run[:-1]]), every_step=True)
    np.testing.assert_allclose(run, whole.y[4:], rtol=1e-10)


def test_both_methods_agree_on_the_first_value_and_differ_after_it():
    net, window = strong_net(), some_windows()
    np.testing.assert_array_equal(refeed(net, window, 1), carry(net, window, 1))
    a, b = refeed(net, window, 3), carry(net, window, 3)
    np.testing.assert_allclose(a[0], b[0], rtol=1e-12)
    assert not np.allclose(a[1], b[1], atol=1e-4)


@METHODS
def test_a_batch_of_windows_is_each_window_alone(method):
    net, window = strong_net(), some_windows()
    alone = [method(net, window[:, :, [k]], 4) for k in range(3)]
    np.testing.assert_allclose(method(net, window, 4), np.concatenate(alone, axis=2), rtol=1e-12)


@METHODS
def test_a_run_changes_nothing_that_it_was_given(method):
    net, window = strong_net(), some_windows()
    before = net.theta.tobytes(), window.tobytes()
    method(net, window, 3)
    assert (net.theta.tobytes(), window.tobytes()) == before


@METHODS
@pytest.mark.parametrize(("start", "run"), [("ab", "cabca"), ("cabcabc", "abcab"), ("b", "cabca")])
def test_text_continues_with_the_likeliest_character(method, start, run):
    assert continue_text(cyclic_net(), start, 5, "abc", method=method) == run


@METHODS
def test_text_continues_by_the_method_that_is_given(method):
    codes = np.eye(2)[[0, 1, 1, 0, 0]]  # abbaa
    expected = "".join("ab"[row.argmax()] for row in method(strong_net(), codes[..., None], 30))
    drawn = continue_text(strong_net(), "abbaa", 30, "ab", method=method, choose=as_value)
    assert drawn == expected
    other = {refeed: carry, carry: refeed}[method]
    assert drawn != continue_text(strong_net(), "abbaa", 30, "ab", method=other, choose=as_value)


@METHODS
@pytest.mark.parametrize("choose", [as_value, most_likely, sample(np.random.default_rng(0))])
def test_a_run_keeps_the_precision_of_its_network(method, choose):
    net = strong_net()
    net = net.with_theta(net.theta.astype(np.float32))
    seen = []

    def listen(trace):
        seen.append(trace.z.dtype)
        return choose(trace)

    run = method(net, some_windows().astype(np.float32), 3, listen)
    assert {run.dtype, *seen} == {np.dtype(np.float32)}


@METHODS
@pytest.mark.parametrize("choice", [0.5, np.zeros(3), np.zeros((2, 1)), np.full((2, 3), np.nan)])
def test_a_choice_that_is_no_next_input_is_refused(method, choice):
    with pytest.raises(ValueError, match=r"choose\(trace\): expected"):
        method(strong_net(), some_windows(), 2, lambda trace: choice)


@METHODS
def test_a_complex_choice_is_refused(method):
    with pytest.raises(TypeError, match=r"^choose\(trace\): expected real numbers, got dtype comp"):
        method(strong_net(), some_windows(), 2, lambda trace: trace.y + 1j)


@METHODS
def test_a_choice_of_another_precision_does_not_change_the_runs(method):
    net = strong_net()
    net = net.with_theta(net.theta.astype(np.float32))
    window = some_windows().astype(np.float32)
    expected = method(net, window, 3)
    for choose in (lambda trace: trace.y.tolist(), lambda trace: trace.y.astype(float)):
        run = method(net, window, 3, choose)
        assert run.dtype == np.float32
        np.testing.assert_array_equal(run, expected)


@pytest.mark.parametrize("choose", [most_likely, sample(np.random.default_rng(0))])
def test_a_symbol_is_chosen_after_the_last_step_alone(choose):
    trace = network.forward(uniform_net(), np.ones((3, 3, 2)), every_step=True)
    with pytest.raises(ValueError, match=r"^trace.z: expected shape \(K, B\), got \(3, 3, 2\)$"):
        choose(trace)


@pytest.mark.parametrize("choose", [most_likely, sample(np.random.default_rng(0))])
def test_no_symbol_is_chosen_from_what_is_no_trace(choose):
    with pytest.raises(TypeError, match=r"^trace: expected a Trace of network, got NoneType$"):
        choose(None)


def test_symbols_name_the_places_of_the_one_hot_rows():
    assert continue_text(cyclic_net(), "xz", 4, "zyx") == "yxzy"


def test_the_prediction_itself_is_chosen_for_values():
    z = np.array([[0.5, -2.0], [1.0, 3.0]])
    np.testing.assert_array_equal(as_value(network.Trace((), z, np.tanh(z))), np.tanh(z))


def test_the_likeliest_symbol_is_chosen_one_hot():
    z = np.array([[0.0, 3.0, -1.0], [2.0, 1.0, -3.0]])
    np.testing.assert_array_equal(most_likely(trace_of(z)), [[0, 1, 1], [1, 0, 0]])


# Pearson's statistic over 4 symbols exceeds 21.1 once in 10,000 draws; the seed is fixed.
@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_symbols_are_drawn_as_often_as_softmax_says(temperature):
    scores = np.array([0.3, -1.0, 1.1, 0.0])
    expected = np.exp(scores / temperature)
    expected *= 20_000 / expected.sum()
    choose = sample(np.random.default_rng(4), temperature)
    drawn = choose(trace_of(np.tile(scores[:, None], 20_000)))
    assert (np.sort(drawn, axis=0) == [[0], [0], [0], [1]]).all()
    assert ((drawn.sum(axis=1) - expected) ** 2 / expected).sum() < 21.1


def test_each_sequence_is_drawn_from_its_own_scores():
    z = np.tile([[0.0, 50.0], [50.0, 0.0]], 500)
    drawn = sample(np.random.default_rng(0))(trace_of(z))
    np.testing.assert_array_equal(drawn, np.tile([[0, 1], [1, 0]], 500))


@pytest.mark.parametrize("temperature", [1e-4, 1e-12, 1e-300, 1e-320])
def test_a_small_temperature_chooses_the_likeliest(temperature):
    z = np.random.default_rng(6).normal(size=(5, 200))
    choose = sample(np.random.default_rng(0), temperature)
    np.testing.assert_array_equal(choose(trace_of(z)), most_likely(trace_of(z)))


@METHODS
def test_the_same_generator_draws_the_same_text(method):
    def text(seed):
        choose = sample(np.random.default_rng(seed))
        return continue_text(uniform_net(), "abc", 40, "abc", method=method, choose=choose)

    assert text(1) == text(1)
    assert text(1) != text(2)
    assert set(text(1)) == set("abc")


@METHODS
@pytest.mark.parametrize(
    ("window", "steps", "error", "says"),
    [
        (np.ones((5, 2)), 1, ValueError, r"window: .* \(T, 2, B\), got \(5, 2\)"),
        (np.ones((5, 3, 1)), 1, ValueError, r"window: .* \(T, 2, B\), got \(5, 3, 1\)"),
        (np.ones((0, 2, 1)), 1, ValueError, r"window: .*at least one number"),
        (np.full((5, 2, 1), np.nan), 1, ValueError, "window: .*finite numbers, got nan"),
        (np.full((5, 2, 1), -np.inf), 1, ValueError, "window: .*finite numbers, got -inf"),
        (np.full((5, 2, 1), "a"), 1, TypeError, "window: .*numbers, got dtype <U1"),
        (np.ones((5, 2, 1)), 0, ValueError, "steps: .* at least 1, got 0"),
        (np.ones((5, 2, 1)), -1, ValueError, "steps: .* at least 1, got -1"),
        (np.ones((5, 2, 1)), 1.5, TypeError, "steps: .*whole number, got 1.5"),
    ],
)
def test_a_run_refuses_bad_input_before_it_chooses(method, window, steps, error, says):
    def never(trace):
        raise AssertionError("computed before the argument was refused")

    with pytest.raises(error, match=f"^{says}"):
        method(strong_net(), window, steps, never)


@METHODS
def test_a_network_that_does_not_predict_its_own_input_is_refused(method):
    net = network.init(np.random.default_rng(0), 2, 3, 1)
    with pytest.raises(ValueError, match=r"^net: expected as many outputs as inputs.* 1 and 2"):
        method(net, some_windows(), 1)


@pytest.mark.parametrize(
    ("rng", "temperature", "error", "says"),
    [
        (None, 1.0, TypeError, "rng: expected a numpy.random.Generator, got NoneType"),
        (7, 1.0, TypeError, "rng: expected a numpy.random.Generator, got int"),
        (np.random.default_rng(0), 0, ValueError, "temperature: .* above 0, got 0"),
        (np.random.default_rng(0), -1.0, ValueError, "temperature: .* above 0, got -1"),
        (np.random.default_rng(0), np.nan, ValueError, "temperature: .*finite.* got nan"),
        (np.random.default_rng(0), np.inf, ValueError, "temperature: .*finite.* got inf"),
        (np.random.default_rng(0), "hot", TypeError, "temperature: .*a number, got 'hot'"),
        (np.random.default_rng(0), True, TypeError, "temperature: .*a number, got True"),
    ],
)
def test_sampling_refuses_a_bad_generator_or_temperature(rng, temperature, error, says):
    with pytest.raises(error, match=f"^{says}"):
        sample(rng, temperature)


@METHODS
@pytest.mark.parametrize(
    ("start", "steps", "symbols", "error", "says"),
    [
        ("abd", 2, "abc", ValueError, "start: .*'abc', got 'd'"),
        ("", 2, "abc", ValueError, "start: .*at least one character, got none"),
        (b"ab", 2, "abc", TypeError, "start: .*a str, got bytes"),
        ("ab", 2, "ab", ValueError, "symbols: .*3.* got 2"),
        ("ab", 2, "abcd", ValueError, "symbols: .*3.* got 4"),
        ("ab", 0, "abc", ValueError, "steps: .* at least 1, got 0"),
        ("aab", 2, "aab", ValueError, "symbols: expected each character once, got 'aab'"),
    ],
)
def test_continuing_a_text_refuses_bad_input(method, start, steps, symbols, error, says):
    with pytest.raises(error, match=f"^{says}"):
        continue_text(cyclic_net(), start, steps, symbols, method=method)


@METHODS
def test_a_run_refuses_what_is_no_network_or_no_choice(method):
    with pytest.raises(TypeError, match=r"^net: expected a Network, got NoneType$"):
        method(None, some_windows(), 1)
    with pytest.raises(TypeError, match=r"^choose: expected a function, got NoneType$"):
        method(strong_net(), some_windows(), 1, None)


def test_continuing_a_text_refuses_what_is_no_network_or_no_method():
    with pytest.raises(TypeError, match=r"^net: expected a Network, got NoneType$"):
        continue_text(None, "ab", 2, "abc")
    with pytest.raises(TypeError, match=r"^method: expected a function, got str$"):
        continue_text(cyclic_net(), "ab", 2, "abc", method="carry")


def test_a_symbol_without_a_chance_is_not_drawn_though_the_draw_is_0():
    class Zero(np.random.Generator):
        def random(self, size):
            return np.zeros(size)

    trace = network.Trace((), z=np.array([[-1e9], [0.0]]), y=np.array([[0.0], [1.0]]))
    drawn = sample(Zero(np.random.PCG64(0)))(trace)
    np.testing.assert_array_equal(drawn, [[0], [1]])


@pytest.mark.parametrize("way", [refeed, carry])
def test_a_choice_may_come_in_the_same_memory_at_every_step(way):
    net = network.init(np.random.default_rng(0), inputs=1, units=4, outputs=1)
    window, memory = np.linspace(-1, 1, 6).reshape(6, 1, 1), np.empty((1, 1))

    def choose(trace):
        memory[...] = trace.y
        return memory

    assert np.array_equal(way(net, window, 4, choose), way(net, window, 4))


def test_an_impossible_symbol_is_never_drawn():
    """Not even by the greatest draw there is, where the probabilities add up to a bit below 1."""

    class Greatest(np.random.Generator):
        def random(self, *args, **kwargs):
            return np.full(super().random(*args, **kwargs).shape, np.nextafter(1, 0))

    rng, net = np.random.default_rng(0), network.init(np.random.default_rng(0), 1, 2, 7)
    choose = sample(Greatest(np.random.PCG64(0)), 1.0)
    trace = network.forward(net, np.zeros((1, 1, 1)))
    below_one = 0
    for _ in range(300):
        z = np.append(rng.normal(size=6), -1e4)[:, None]
        below_one += softmax(z).cumsum()[-1] < 1
        assert choose(trace._replace(z=z))[-1] == 0
    assert below_one > 30


def test_temperature_is_one_unless_given():
    rng = np.random.default_rng(0)
    net = network.init(rng, 4, 3, 4, head=softmax)
    trace = network.forward(net, rng.normal(size=(2, 4, 500)))
    drawn, given = (
        sample(np.random.default_rng(5), *temperature)(trace) for temperature in ((), (1.0,))
    )
    np.testing.assert_array_equal(drawn, given)
