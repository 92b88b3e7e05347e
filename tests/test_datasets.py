"""The data: the functions and texts of the experiments, windows of them, and the reader's own."""

import math

import numpy as np
import pytest

from lstm_ref import datasets

PI = np.pi


def numbered(steps=6):
    """A sequence (T, 2) whose values name their step: k and 100 + k."""
    return np.stack([np.arange(steps), 100 + np.arange(steps)], axis=1)


def itself(x):
    """The reader's own function: its values are its arguments, so that every phase shows."""
    return x


def decoded(codes, symbols):
    """Read one-hot (T, D, N) back as N texts; every column must be one-hot."""
    assert set(np.unique(codes)) == {0, 1}
    assert (codes.sum(axis=-2) == 1).all()
    return ["".join(symbols[k] for k in column) for column in codes.argmax(axis=-2).T]


@pytest.mark.parametrize(
    ("function", "x", "value"),
    [
        (datasets.sin, [0, PI / 6, PI / 2, 3 * PI / 2], [0, 0.5, 1, -1]),
        (datasets.saw, [0, PI / 4, PI / 2, 3 * PI / 4, -PI / 4, 9 * PI / 2], [-1, -0.5, 0, 0.5, 0.5, 0]),
        (datasets.square, [0, 0.2, 1, 1.9, 2.1, 3, 3.9, 4.1, -1], [1, 1, 1, 1, -1, -1, -1, 1, -1]),
        (datasets.composite, [0, PI / 9, PI / 3, PI / 2], [0, 1, 0, 2**0.5 / 1.5]),
    ],
)  # fmt: skip
def test_the_functions_have_their_values_at_points_worked_out_by_hand(function, x, value):
    np.testing.assert_allclose(function(np.array(x)), value, atol=1e-14)


@pytest.mark.parametrize(
    ("function", "period"),
    [
        (datasets.sin, 2 * PI),
        (datasets.saw, PI),
        (datasets.square, 4),
        (datasets.composite, 4 * PI / 3),
    ],
)
def test_the_functions_repeat_after_their_period_and_not_before(function, period):
    x = np.random.default_rng(0).uniform(-10, 10, 500)
    np.testing.assert_allclose(function(x + period), function(x), atol=1e-12)
    for part in (2, 3):
        assert not np.allclose(function(x + period / part), function(x), atol=0.1)


def test_a_sequence_is_the_functions_values_from_start_on():
    got = datasets.sequence(itself, 1.5, 4)
    np.testing.assert_allclose(got, np.array([1.5, 1.7, 1.9, 2.1]).reshape(4, 1, 1), rtol=1e-14)
    got = datasets.sequence(np.cos, -1, 3, step=0.5)
    np.testing.assert_allclose(got[:, 0, 0], np.cos([-1, -0.5, 0]), rtol=1e-14)


@pytest.mark.parametrize("seed", [0, 1])
def test_an_epoch_of_windows_has_the_phases_of_the_experiment(seed):
    x, target = datasets.function_windows(itself, np.random.default_rng(seed))
    assert (x.shape, target.shape) == ((15, 1, 100), (1, 100))
    phases = x[0, 0]
    assert 0 <= phases[0] < 2 * PI
    np.testing.assert_allclose(phases - phases[0], 2 * PI * np.arange(100) / 100, atol=1e-12)
    steps = np.broadcast_to(0.2 * np.arange(15)[:, None], (15, 100))
    np.testing.assert_allclose(x[:, 0] - phases, steps, atol=1e-12)
    np.testing.assert_allclose(target[0], phases + 15 * 0.2, atol=1e-12)  # value 16


def test_the_offset_is_the_seeds_alone_and_falls_all_around_the_circle():
    def offset(seed, **options):
        return datasets.function_windows(itself, np.random.default_rng(seed), **options)[0][0, 0, 0]

    assert offset(5) == offset(5) == offset(5, length=3, windows=7)
    circle = np.array([offset(seed) for seed in range(400)])
    counts, _ = np.histogram(circle, bins=8, range=(0, 2 * PI))
    assert counts.sum() == 400
    assert counts.min() > 25  # 50 expected in each eighth, with a standard deviation of 7


def test_windows_steps_and_length_are_the_readers_to_choose():
    rng = np.random.default_rng(0)
    x, target = datasets.function_windows(np.cos, rng, windows=4, length=2, step=0.5)
    offset = np.random.default_rng(0).uniform(0, 2 * PI)
    at = offset + np.array([0, PI / 2, PI, 3 * PI / 2]) + np.array([[0], [0.5], [1]])
    np.testing.assert_allclose(x[:, 0], np.cos(at[:2]), atol=1e-14)
    np.testing.assert_allclose(target, np.cos(at[2:]), atol=1e-14)


def test_noise_is_uniform_and_on_the_inputs_only():
    clean, target = datasets.function_windows(datasets.sin, np.random.default_rng(1))
    noisy, same = datasets.function_windows(datasets.sin, np.random.default_rng(1), noise=0.4)
    np.testing.assert_array_equal(same, target)
    noise = (noisy - clean).ravel()
    assert len(np.unique(noise)) == 1500
    assert np.abs(noise).max() <= 0.4
    counts, _ = np.histogram(noise, bins=10, range=(-0.4, 0.4))
    assert np.abs(counts - 150).max() < 50  # the standard deviation of a count is 11.6


def test_no_noise_leaves_the_values_exactly():
    x, _ = datasets.function_windows(datasets.square, np.random.default_rng(1))
    assert set(np.unique(x)) == {-1, 1}


def test_abab_is_744_characters_of_a_and_b_in_turn():
    assert len(datasets.ABAB) == 744
    assert set(datasets.ABAB[::2]) == {"a"}
    assert set(datasets.ABAB[1::2]) == {"b"}


def test_lorem_ipsum_has_445_characters_and_24_symbols():
    text = datasets.LOREM_IPSUM
    assert len(text) == 445
    assert datasets.alphabet(text) == " ,.abcdefghilmnopqrstuvx"
    assert len(datasets.alphabet(text)) == 24
    assert text.startswith("lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do ")
    assert text.endswith("sunt in culpa qui officia deserunt mollit anim id est laborum.")
    assert len(text.split()) == 69
    assert "  " not in text


def test_an_alphabet_has_each_symbol_once_in_order():
    assert datasets.alphabet("banana, bar") == " ,abnr"


def test_one_hot_has_a_one_at_each_characters_place():
    got = datasets.one_hot("cab", "abcd")
    np.testing.assert_array_equal(got, [[0, 0, 1, 0], [1, 0, 0, 0], [0, 1, 0, 0]])


@pytest.mark.parametrize("text", [datasets.LOREM_IPSUM, "The reader's own text, with a Ü in it."])
def test_text_windows_are_256_places_of_20_characters_and_the_next(text):
    x, target = datasets.text_windows(text, np.random.default_rng(0))
    symbols = datasets.alphabet(text)
    assert x.shape == (20, len(symbols), 256)
    windows = decoded(np.concatenate([x, target[None]]), symbols)
    assert all(window in text for window in windows)
    places = {text.index(window) for window in windows}
    assert {0, len(text) - 21} <= places or len(text) > 100  # a short text: both ends are drawn
    assert len(places) > min(120, len(text) - 22)


def test_text_windows_reach_every_place_about_as_often():
    rng = np.random.default_rng(0)
    x, target = datasets.text_windows("abcde", rng, windows=3000, length=2)
    windows = decoded(np.concatenate([x, target[None]]), "abcde")
    counts = [windows.count(window) for window in ("abc", "bcd", "cde")]
    assert sum(counts) == 3000
    assert min(counts) > 850  # 1000 expected, with a standard deviation of 26


def test_text_windows_use_the_symbols_that_they_are_given():
    x, target = datasets.text_windows("abab", np.random.default_rng(0), length=3, symbols="_ba")
    np.testing.assert_array_equal(x[:, :, 0], [[0, 0, 1], [0, 1, 0], [0, 0, 1]])
    np.testing.assert_array_equal(target[:, 0], [0, 1, 0])


@pytest.mark.parametrize(
    ("draw", "arguments"),
    [
        (datasets.function_windows, {"function": datasets.sin, "noise": 0.2}),
        (datasets.text_windows, {"text": datasets.LOREM_IPSUM}),
    ],
)
def test_the_same_seed_draws_the_same_windows(draw, arguments):
    one, two, other = (draw(rng=np.random.default_rng(s), **arguments) for s in (3, 3, 4))
    for a, b, c in zip(one, two, other, strict=True):
        np.testing.assert_array_equal(a, b)
        assert not np.array_equal(a, c)


def test_cut_windows_has_one_window_at_every_place():
    x, target = datasets.cut_windows(numbered(), 3)
    np.testing.assert_array_equal(x[:, 0], [[0, 1, 2], [1, 2, 3], [2, 3, 4]])
    np.testing.assert_array_equal(x[:, 1], 100 + x[:, 0])
    np.testing.assert_array_equal(target, [[3, 4, 5], [103, 104, 105]])


def test_cut_windows_has_one_window_at_each_start():
    x, target = datasets.cut_windows(numbered(), 3, np.array([2, 0, 2, 1]))
    np.testing.assert_array_equal(x[:, 0], [[2, 0, 2, 1], [3, 1, 3, 2], [4, 2, 4, 3]])
    np.testing.assert_array_equal(target, [[5, 3, 5, 4], [105, 103, 105, 104]])


def test_cut_windows_has_the_next_value_after_every_step():
    x, target = datasets.cut_windows(numbered(), 3, np.array([1, 0]), every_step=True)
    np.testing.assert_array_equal(x[:, 0], [[1, 0], [2, 1], [3, 2]])
    np.testing.assert_array_equal(target[:, 0], [[2, 1], [3, 2], [4, 3]])
    np.testing.assert_array_equal(target[:, 1], 100 + target[:, 0])


def test_what_is_added_to_windows_does_not_reach_their_targets():
    x, target = datasets.cut_windows(numbered(), 3, every_step=True)
    before = target.copy()
    x += 100
    np.testing.assert_array_equal(target, before)
    assert x.min() >= 100


def test_starts_may_be_of_any_whole_type():
    for dtype in (np.uint64, np.uint8, np.int32):
        x, _ = datasets.cut_windows(numbered(), 3, np.array([2, 0], dtype))
        np.testing.assert_array_equal(x, datasets.cut_windows(numbered(), 3, [2, 0])[0])


def test_the_longest_window_leaves_one_value_to_follow():
    x, target = datasets.cut_windows(numbered(), 5)
    np.testing.assert_array_equal(x[:, 0, 0], range(5))
    np.testing.assert_array_equal(target, [[5], [105]])


def test_batch_first_becomes_steps_features_batch():
    x = np.arange(24.0).reshape(2, 3, 4)  # B, T, D
    got = datasets.from_batch_first(x)
    assert all(got[t, d, b] == x[b, t, d] for b in range(2) for t in range(3) for d in range(4))
    assert got.shape == (3, 4, 2)
    assert np.shares_memory(got, x)


NAN, INF = np.nan, np.inf


@pytest.mark.parametrize(
    ("options", "error", "says"),
    [
        ({"function": None}, TypeError, "function: .*such as datasets.sin, got NoneType"),
        ({"rng": 1}, TypeError, "rng: .*numpy.random.Generator, got int"),
        ({"windows": 0}, ValueError, "windows: .* at least 1, got 0"),
        ({"windows": 2.5}, TypeError, "windows: .*whole number, got 2.5"),
        ({"length": 0}, ValueError, "length: .* at least 1, got 0"),
        ({"length": "15"}, TypeError, "length: .*whole number, got '15'"),
        ({"step": 0}, ValueError, "step: .* above 0, got 0"),
        ({"step": -0.2}, ValueError, "step: .* above 0, got -0.2"),
        ({"step": INF}, ValueError, "step: .*finite.*, got inf"),
        ({"noise": -0.1}, ValueError, "noise: .* at least 0, got -0.1"),
        ({"noise": NAN}, ValueError, "noise: .*, got nan"),
        ({"noise": INF}, ValueError, "noise: .*, got inf"),
        ({"noise": "some"}, TypeError, "noise: .*a number, got 'some'"),
    ],
)
def test_function_windows_refuses_bad_input_before_it_draws(options, error, says):
    def never(x):
        raise AssertionError("computed before the argument was refused")

    rng = np.random.default_rng(0)
    state = rng.bit_generator.state
    with pytest.raises(error, match=f"^{says}"):
        datasets.function_windows(**{"function": never, "rng": rng} | options)
    assert rng.bit_generator.state == state


@pytest.mark.parametrize(
    ("function", "error", "says"),
    [
        (lambda x: x.sum(), ValueError, r"expected shape .*, got \(\)"),
        (lambda x: x[1:], ValueError, r"expected shape .*, got \(\d+"),
        (lambda x: x * NAN, ValueError, "expected finite numbers, got nan"),
        (lambda x: x * INF, ValueError, "expected finite numbers, got inf"),
        (lambda x: x.astype(str), TypeError, "expected real .*numbers, got dtype <U"),
        (lambda x: np.exp(1j * x), TypeError, "expected real numbers, got dtype complex128"),
    ],
)
def test_a_readers_function_with_bad_values_is_refused(function, error, says):
    with pytest.raises(error, match=rf"^function\(x\): {says}"):
        datasets.function_windows(function, np.random.default_rng(0))
    with pytest.raises(error, match=rf"^function\(x\): {says}"):
        datasets.sequence(function, 0.5, 4)


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ((NAN, 4), ValueError, "start: .*finite.*, got nan"),
        ((10**400, 4), ValueError, "start: .*finite.*, got 1000"),
        (("0", 4), TypeError, "start: .*a number, got '0'"),
        ((0, 0), ValueError, "steps: .* at least 1, got 0"),
        ((0, 4.0), TypeError, "steps: .*whole number, got 4.0"),
        ((0, 4, 0), ValueError, "step: .* above 0, got 0"),
        ((0, 4, NAN), ValueError, "step: .*, got nan"),
    ],
)
def test_sequence_refuses_bad_numbers(arguments, error, says):
    with pytest.raises(error, match=f"^{says}"):
        datasets.sequence(datasets.sin, *arguments)


@pytest.mark.parametrize(
    ("sequence", "length", "starts", "error", "says"),
    [
        (np.ones(6), 3, None, ValueError, r"sequence: .*\(T, D\), got \(6,\)"),
        (np.ones((6, 1, 1)), 3, None, ValueError, r"sequence: .*\(T, D\), got \(6, 1, 1\)"),
        (np.ones((0, 1)), 3, None, ValueError, "sequence: .*at least one number"),
        (np.full((6, 1), NAN), 3, None, ValueError, "sequence: .*finite numbers, got nan"),
        (np.full((6, 1), "a"), 3, None, TypeError, "sequence: .*numbers, got dtype <U1"),
        (numbered(), 6, None, ValueError, "length: .* from 1 to 5, got 6"),
        (numbered(), 0, None, ValueError, "length: .* from 1 to 5, got 0"),
        (numbered(), 3.0, None, TypeError, "length: .*whole number, got 3.0"),
        (numbered(), 3, [3], ValueError, "starts: .* from 0 to 2, got 3"),
        (numbered(), 3, [0, -1], ValueError, "starts: .* from 0 to 2, got -1"),
        (numbered(), 3, [0.0], TypeError, "starts: .*a whole number, got 0.0"),
        (numbered(), 3, [[0]], TypeError, r"starts: .*a whole number, got \[0\]"),
        (numbered(), 3, [], ValueError, "starts: expected at least one, got none"),
        (numbered(), 3, 0, TypeError, "starts: expected whole numbers, got int"),
    ],
)
def test_cut_windows_refuses_bad_input(sequence, length, starts, error, says):
    with pytest.raises(error, match=f"^{says}"):
        datasets.cut_windows(sequence, length, starts)


@pytest.mark.parametrize(
    ("text", "symbols", "error", "says"),
    [
        ("abz", "abc", ValueError, "text: .*'abc', got 'z'"),
        ("a b", "ab", ValueError, "text: .*'ab', got ' '"),
        ("ab", "", ValueError, "symbols: expected at least one character, got none"),
        ("abab", "aab", ValueError, "symbols: expected each character once, got 'aab'"),
        ("", "abc", ValueError, "text: .*at least one character, got none"),
        (["a"], "abc", TypeError, "text: .*a str, got list"),
    ],
)
def test_a_text_that_is_not_of_the_symbols_is_refused(text, symbols, error, says):
    with pytest.raises(error, match=f"^{says}"):
        datasets.one_hot(text, symbols)
    with pytest.raises(error, match=f"^{says}"):
        datasets.text_windows(text, np.random.default_rng(0), length=1, symbols=symbols)


@pytest.mark.parametrize(("text", "error"), [("", ValueError), (3, TypeError)])
def test_what_is_no_text_has_no_alphabet(text, error):
    with pytest.raises(error, match=r"^text: expected .*, got"):
        datasets.alphabet(text)


def test_text_windows_may_have_a_target_after_every_step():
    draws = [np.random.default_rng(3) for _ in range(2)]
    x, last = datasets.text_windows("abcabd", draws[0], windows=5, length=3)
    same, every = datasets.text_windows("abcabd", draws[1], windows=5, length=3, every_step=True)
    np.testing.assert_array_equal(same, x)
    np.testing.assert_array_equal(every[-1], last)
    np.testing.assert_array_equal(every[:-1], x[1:])


def test_a_function_of_one_number_is_told_that_it_gets_an_array():
    with pytest.raises(TypeError) as caught:
        datasets.sequence(math.sin, start=0, steps=3)
    assert any("np.sin will do" in note for note in caught.value.__notes__)


@pytest.mark.parametrize(
    ("options", "error", "says"),
    [
        ({"rng": None}, TypeError, "rng: .*Generator, got NoneType"),
        ({"windows": 0}, ValueError, "windows: .* at least 1, got 0"),
        ({"length": 0}, ValueError, "length: .* from 1 to 3, got 0"),
        ({"length": 4}, ValueError, "length: .* from 1 to 3, got 4"),
        ({"symbols": "abca"}, ValueError, "symbols: .*each character once, got 'abca'"),
    ],
)
def test_text_windows_refuses_bad_input_before_it_draws(options, error, says):
    rng = np.random.default_rng(0)
    state = rng.bit_generator.state
    with pytest.raises(error, match=f"^{says}"):
        datasets.text_windows("abab", **{"rng": rng, "length": 2} | options)
    assert rng.bit_generator.state == state


@pytest.mark.parametrize(
    ("x", "error", "says"),
    [
        (np.ones((2, 3)), ValueError, r"x: .*\(B, T, D\), got \(2, 3\)"),
        (np.ones((2, 0, 3)), ValueError, "x: .*at least one number"),
        ([[[1.0], [2.0]], [[1.0]]], ValueError, "x: .*rectangular"),
        (np.full((1, 1, 1), INF), ValueError, "x: .*finite numbers, got inf"),
        (np.array([[[None]]]), TypeError, "x: .*numbers, got dtype object"),
    ],
)
def test_from_batch_first_refuses_bad_arrays(x, error, says):
    with pytest.raises(error, match=f"^{says}"):
        datasets.from_batch_first(x)


def test_the_square_wave_jumps_exactly_where_its_formula_does():
    """sin(pi x / 2) >= 0, to the point: at multiples of 2 the sine is 0, and rounds to either side."""
    k = np.arange(-40, 41)
    assert (datasets.square(4.0 * k) == 1).all() and (datasets.square(4.0 * k + 2) == 1).all()
    assert (datasets.square(4.0 * k - 1e-9) == -1).all()
    assert (datasets.square(4.0 * k + 2 + 1e-9) == -1).all()


def test_a_function_may_write_into_its_own_memory():
    memory = np.empty((16, 100))

    def same_memory(x):
        return np.sin(x, memory)

    _, first = datasets.function_windows(same_memory, np.random.default_rng(0))
    kept = first.copy()
    datasets.function_windows(same_memory, np.random.default_rng(1))
    assert np.array_equal(first, kept)


def test_sequence_without_room_for_a_window_is_named():
    with pytest.raises(ValueError, match=r"sequence: expected at least 2 values, got 1"):
        datasets.cut_windows(np.zeros((1, 1)), 1)
    with pytest.raises(ValueError, match=r"text: expected at least 2 characters, got 1"):
        datasets.text_windows("a", np.random.default_rng(0), length=1)
