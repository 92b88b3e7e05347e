"""The door: what it lets through unchanged, and what it says of the rest."""

from collections.abc import Callable

import numpy as np
import pytest

from lstm_ref import _checks


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex64, np.complex128])
def test_a_good_array_passes_as_itself(dtype):
    value = np.ones((2, 3), dtype)
    assert _checks.array("x", value, 2, "B") is value


def test_a_view_passes_without_a_copy():
    value = np.arange(24.0).reshape(4, 6)[::2, ::3]
    assert np.shares_memory(_checks.array("x", value, "T", "D"), value)


@pytest.mark.parametrize("dtype", [int, np.uint8, np.int16])
def test_whole_numbers_become_float64(dtype):
    got = _checks.array("x", np.array([1, 2, 3], dtype), "P")
    assert got.dtype == np.float64
    assert got.tolist() == [1.0, 2.0, 3.0]


def test_nested_lists_become_an_array():
    assert _checks.array("x", [[1, 2], [3, 4]], 2, 2).tolist() == [[1.0, 2.0], [3.0, 4.0]]


def test_an_array_without_axes_is_a_number():
    assert _checks.array("x", 3.5) == 3.5


def test_a_sequence_with_its_batch_first_is_told_how_to_be_turned():
    with pytest.raises(ValueError, match=r"got \(5, 4, 3\) \(batch first\? datasets.from_batch_"):
        _checks.array("x", np.ones((5, 4, 3)), "T", 3, "B")
    with pytest.raises(ValueError, match=r"got \(5, 4, 2\)$"):
        _checks.array("x", np.ones((5, 4, 2)), "T", 3, "B")


def test_a_bad_array_is_refused_by_its_name(spoil):
    with spoil.refused("weights"):
        _checks.array("weights", spoil(np.ones((2, 3, 4))), "T", 3, "B")


def test_the_message_shows_the_shape_letters_and_the_shape_that_came():
    with pytest.raises(ValueError, match=r"^x: expected shape \(T, 3, B\), got \(2, 5, 4\)$"):
        _checks.array("x", np.ones((2, 5, 4)), "T", 3, "B")


def test_the_message_writes_one_axis_as_a_tuple():
    with pytest.raises(ValueError, match=r"^theta: expected shape \(7,\), got \(6,\)$"):
        _checks.array("theta", np.ones(6), 7)


def test_the_message_shows_the_first_value_that_is_not_finite_and_its_place():
    value = np.ones((2, 3))
    value[1, 0], value[1, 2] = np.inf, np.nan
    with pytest.raises(
        ValueError, match=r"^x: expected finite numbers, got inf at index \(1, 0\)$"
    ):
        _checks.array("x", value, 2, 3)


@pytest.mark.parametrize("value", [complex(np.nan, 0), complex(0, np.inf)])
def test_neither_part_of_a_complex_number_may_be_infinite(value):
    with pytest.raises(ValueError, match=r"^x: expected finite numbers, got"):
        _checks.array("x", [value], 1)


def test_numbers_that_are_not_finite_are_both_kinds_of_error():
    with pytest.raises(FloatingPointError, match=r"^x: expected finite numbers, got nan"):
        _checks.array("x", [np.nan], 1)


def test_a_complex_array_does_not_go_into_a_real_one():
    with pytest.raises(TypeError, match=r"^da: expected real numbers, got dtype complex128$"):
        _checks.array("da", np.ones(2, complex), 2, into=np.float32)


@pytest.mark.parametrize("dtype", ["f4", float, np.float64, complex, np.dtype(np.complex64)])
def test_a_dtype_that_weights_can_have_passes(dtype):
    assert _checks.floating("dtype", dtype) == np.dtype(dtype)


@pytest.mark.parametrize("dtype", [int, bool, str, object, "much", 3, "f2", "g", "G"], ids=str)
def test_a_dtype_that_weights_cannot_have_is_refused(dtype):
    with pytest.raises(TypeError, match=r"^dtype: expected float32 or float64, got "):
        _checks.floating("dtype", dtype)


@pytest.mark.parametrize("value", [1, 7, np.int64(7), np.uint8(3)])
def test_a_whole_number_passes_as_an_int(value):
    got = _checks.count("units", value)
    assert type(got) is int
    assert got == value


@pytest.mark.parametrize("value", [1.0, "3", None, [3], np.float64(2), np.ones(2), True, np.True_])
def test_what_is_no_whole_number_is_refused(value):
    with pytest.raises(TypeError, match=r"^units: expected a whole number, got "):
        _checks.count("units", value)


@pytest.mark.parametrize("value", [0, -1])
def test_a_count_below_the_least_is_refused(value):
    with pytest.raises(
        ValueError, match=rf"^units: expected a whole number at least 1, got {value}$"
    ):
        _checks.count("units", value)


@pytest.mark.parametrize("value", [1, 6])
def test_a_count_outside_its_range_is_refused(value):
    with pytest.raises(ValueError, match=rf"^n: expected a whole number from 2 to 5, got {value}$"):
        _checks.count("n", value, least=2, most=5)


@pytest.mark.parametrize("value", [2, 5])
def test_both_ends_of_a_range_of_counts_pass(value):
    assert _checks.count("n", value, least=2, most=5) == value


@pytest.mark.parametrize("value", [1, 0.5, np.float32(0.5), np.int64(3), -2.5, 2**1023])
def test_a_number_passes_as_a_float(value):
    got = _checks.number("rate", value)
    assert type(got) is float
    assert got == value


@pytest.mark.parametrize("value", [True, "1", None, 1j, [1.0], np.ones(1), np.True_])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(TypeError, match=r"^rate: expected a number, got "):
        _checks.number("rate", value)


@pytest.mark.parametrize("value", [0, -0.1, np.nan, np.inf])
def test_a_number_that_is_not_above_its_limit_is_refused(value):
    with pytest.raises(ValueError, match=rf"^rate: expected a finite number above 0, got {value}$"):
        _checks.number("rate", value, above=0)


@pytest.mark.parametrize("value", [-1, 1, 2.5])
def test_a_number_that_is_not_between_its_limits_is_refused(value):
    says = f"^rate: expected a finite number above -1 and below 1, got {value}$"
    with pytest.raises(ValueError, match=says):
        _checks.number("rate", value, above=-1, below=1)


@pytest.mark.parametrize("value", [0, 1, 0.5])
def test_the_ends_of_a_range_of_numbers_pass(value):
    assert _checks.number("value", value, at_least=0, at_most=1) == value


@pytest.mark.parametrize("value", [-0.1, 1.5])
def test_a_number_outside_its_range_is_refused(value):
    says = f"^value: expected a finite number at least 0 and at most 1, got {value}$"
    with pytest.raises(ValueError, match=says):
        _checks.number("value", value, at_least=0, at_most=1)


@pytest.mark.parametrize(
    "value", [-np.inf, np.inf, np.nan, 10**400], ids=["-inf", "inf", "nan", "e"]
)
def test_a_number_without_limits_is_still_finite(value):
    with pytest.raises(ValueError, match=rf"^start: expected a finite number, got {value}$"):
        _checks.number("start", value)


def test_a_masked_array_is_refused():
    with pytest.raises(TypeError, match=r"^x: expected an array without a mask, got a masked one$"):
        _checks.array("x", np.ma.masked_less([1.0, 2.0], 1.5), 2)


def test_numbers_too_large_for_the_dtype_that_takes_them_are_refused():
    got = _checks.array("x", [1, 2.5], 2, into=np.float32, cast=True)
    assert got.dtype == np.float32
    assert got.tolist() == [1, 2.5]
    with pytest.raises(ValueError, match=r"^x: expected finite numbers, got inf at index \(1,\)$"):
        _checks.array("x", [1, 1e39], 2, into=np.float32, cast=True)


@pytest.mark.parametrize(("value", "got"), [(3, "int"), ([1], "list of 1"), ("ab", "str")])
def test_what_is_of_another_kind_is_refused(value, got):
    with pytest.raises(TypeError, match=f"^loss: expected a function, got {got}$"):
        _checks.instance("loss", value, Callable)


def test_a_generator_passes_as_itself():
    rng = np.random.default_rng(0)
    assert _checks.generator("rng", rng) is rng


@pytest.mark.parametrize("value", [0, None, np.random.RandomState(0), np.random], ids=str)
def test_what_is_no_generator_is_refused(value):
    says = f"^rng: expected a numpy.random.Generator, got {type(value).__name__}$"
    with pytest.raises(TypeError, match=says):
        _checks.generator("rng", value)


def test_counts_refuse_an_array_of_no_dimension():
    with pytest.raises(TypeError, match=r"^starts: expected whole numbers, got ndarray$"):
        _checks.counts("starts", np.array(3))


@pytest.mark.parametrize(("value", "got"), [(None, "NoneType"), ("x", "str_"), (True, "bool")])
def test_a_losss_value_that_is_no_number_is_refused(value, got):
    with pytest.raises(TypeError, match=f"^loss: expected one number as its value, got {got}"):
        _checks.loss(lambda *_: (value, np.zeros(1)), np.zeros(1), np.zeros(1), None)
