"""The gradient check: that it is right where a formula is known, and that it finds a wrong gradient."""

from xml.etree import ElementTree

import numpy as np
import pytest

from lstm_ref import lstm, network, rnn
from lstm_ref.activations import hard_sigmoid, softmax
from lstm_ref.gradcheck import central_difference, check, check_network, complex_step
from lstm_ref.losses import cross_entropy, mean_squared_error

METHODS = pytest.mark.parametrize("method", [complex_step, central_difference])
ALONG = pytest.mark.parametrize("directions", [None, 3])


def bowl(arrays):
    """A function of two arrays: sum of u³ plus the sum of sin v."""
    return (arrays["u"] ** 3).sum() + np.sin(arrays["v"]).sum()


def bowl_at():
    """Where to check it, and its gradient there."""
    u, v = np.array([[1.0, -2.0, 0.5], [0.25, 1.5, -1.0]]), np.array([0.3, 2.0])
    return {"u": u, "v": v}, {"u": 3 * u**2, "v": np.cos(v)}


def generator():
    return np.random.default_rng(8)


def a_network(cell, units=(3, 2), outputs=2, head=softmax):
    net = network.init(generator(), 2, units, outputs, head=head, cell=cell)
    return net.with_theta(2 * net.theta)


def some_data(every_step=False):
    rng = generator()
    target = np.eye(2)[rng.integers(2, size=(4, 3))].transpose(0, 2, 1)
    return rng.normal(size=(4, 2, 3)), target if every_step else target[-1]


@pytest.mark.parametrize(
    ("function", "slope"),
    [
        (lambda x: np.exp(x).sum(), np.exp),
        (lambda x: np.tanh(x).sum(), lambda x: 1 - np.tanh(x) ** 2),
        (lambda x: (1 / x).sum(), lambda x: -1 / x**2),
    ],
    ids=["exp", "tanh", "1/x"],
)
def test_both_derivatives_equal_the_formula(function, slope):
    x, direction = np.array([0.3, -1.2, 2.0]), np.array([1.0, 0.5, -2.0])
    exact = (slope(x) * direction).sum()
    assert complex_step(function, x, direction) == pytest.approx(exact, rel=1e-15)
    assert central_difference(function, x, direction) == pytest.approx(exact, rel=1e-9)


@METHODS
def test_whole_numbers_and_lists_have_a_derivative(method):
    def cube(x):
        return (x**3).sum()

    for x in (np.array([1, 2]), [1, 2]):
        assert method(cube, x, [1.0, 0.5]) == pytest.approx(9, rel=1e-9)
    with pytest.raises(ValueError, match=r"^x: expected finite numbers, got nan"):
        method(cube, [np.nan], np.ones(1))


def test_a_central_difference_fits_its_step_to_float32():
    x = np.array([0.3, -1.2], np.float32)
    got = central_difference(lambda x: np.tanh(x).sum(), x, np.ones(2, np.float32))
    # The rounding of float32 is 1e-7, and to the power 2/3, the best that can be had, 2e-5.
    assert got == pytest.approx((1 - np.tanh([0.3, -1.2]) ** 2).sum(), rel=1e-4)


def test_a_central_difference_takes_what_has_no_complex_form():
    x = np.array([0.5, -1.0, 4.0])  # the last is on the flat part
    got = central_difference(lambda x: hard_sigmoid(x).sum(), x, np.ones(3))
    assert got == pytest.approx(0.4, rel=1e-9)


def absolute(z, target, head):
    y = head(z)
    error = y - target
    return abs(error).mean(), head.backward(y, np.sign(error) / error.size)


def forgotten(z, target, head):
    """Leave the gradient of the second part out, which a complex step does not see either."""
    value, dz = mean_squared_error(z, target, head)
    return value + abs(z).mean(), dz


@pytest.mark.parametrize("loss", [absolute, forgotten])
def test_what_has_no_complex_step_is_no_pass_and_no_failure(loss):
    net, x, target = problem()
    says = "function: expected one with complex steps, got a slope of .* for .*central_difference"
    with pytest.raises(ValueError, match=says):
        check_network(net, x, target, loss)
    error = check_network(net, x, target, loss, method=central_difference).error
    assert bool(error < 1e-6) is (loss is absolute)


@pytest.mark.parametrize(
    ("loss", "says"),
    [
        (lambda z, target, head: 1.0, r"^loss: expected a pair \(value, dz\), got float"),
        (lambda z, target, head: (z, z), r"^loss: expected one number as its value, got shape "),
        ("mse", "^loss: expected a function, got str"),
    ],
)
def test_what_is_no_loss_is_named(loss, says):
    with pytest.raises(TypeError, match=says):
        check_network(*problem(), loss)


def test_a_method_is_a_function():
    with pytest.raises(TypeError, match="^method: expected a function such as"):
        check_network(*problem(), method="central")


def problem():
    rng = np.random.default_rng(0)
    net = network.init(rng, inputs=1, units=2, outputs=1)
    return net, rng.normal(size=(3, 1, 2)), rng.normal(size=(1, 2))


@METHODS
@ALONG
def test_a_right_gradient_passes(method, directions):
    table = check(bowl, *bowl_at(), method=method, directions=directions, rng=generator())
    assert [row.name for row in table] == ["u", "v"]
    assert table.error < {complex_step: 1e-14, central_difference: 1e-8}[method]


def test_the_norms_are_those_of_both_gradients():
    arrays, gradients = bowl_at()
    wrong = gradients | {"u": 2 * gradients["u"]}
    u, v = check(bowl, arrays, wrong)
    norm = np.linalg.norm(gradients["u"])
    assert u.analytic == pytest.approx(2 * norm, rel=1e-14)
    assert u.numerical == pytest.approx(norm, rel=1e-14)
    assert u.error == pytest.approx(0.5, rel=1e-14)  # |2g - g| over |2g|
    assert v.analytic == pytest.approx(np.linalg.norm(gradients["v"]), rel=1e-14)


@METHODS
@ALONG
@pytest.mark.parametrize("name", ["u", "v"])
def test_one_wrong_element_is_caught_and_named(method, directions, name):
    arrays, gradients = bowl_at()
    gradients[name].flat[1] *= 1.001
    table = check(bowl, arrays, gradients, method=method, directions=directions, rng=generator())
    errors = {row.name: row.error for row in table}
    assert errors.pop(name) > 1e-5
    assert max(errors.values()) < 1e-8
    assert table.error > 1e-5


def test_a_gradient_of_the_right_length_but_another_direction_is_caught():
    arrays, gradients = bowl_at()
    gradients["u"] = gradients["u"][::-1]
    (u, v) = check(bowl, arrays, gradients)
    assert u.analytic == pytest.approx(u.numerical, rel=1e-14)
    assert u.error > 0.1
    assert v.error < 1e-14


def test_directions_have_length_1_and_as_many_are_drawn_as_asked():
    moves = []

    def method(function, x, direction):
        moves.append(direction)
        return 0.0

    arrays, gradients = bowl_at()
    check(bowl, arrays, gradients, method=method, directions=5, rng=generator())
    assert [move.shape for move in moves] == [(2, 3)] * 5 + [(2,)] * 5
    np.testing.assert_allclose([np.linalg.norm(move) for move in moves], 1, rtol=1e-12)
    assert len({move.tobytes() for move in moves}) == 10


def test_a_gradient_of_zero_is_no_error():
    table = check(lambda arrays: 0.0 * arrays["x"].sum(), {"x": np.ones(2)}, {"x": np.zeros(2)})
    assert table[0][1:] == (0, 0, 0)


def test_a_derivative_that_is_not_a_number_is_no_pass():
    def function(arrays):
        return bowl(arrays) * (np.nan if np.iscomplexobj(arrays["v"]) else 1)

    with pytest.raises(ValueError, match="got a slope of nan"):
        check(function, *bowl_at())


def test_a_table_prints_a_line_an_array_under_four_headings():
    table = check(bowl, *bowl_at())
    head, *body = str(table).splitlines()
    assert head.split() == "name analytic norm numerical norm relative error".split()
    expected = [
        [r.name, f"{r.analytic:.2e}", f"{r.numerical:.2e}", f"{r.error:.1e}"] for r in table
    ]
    assert [line.split() for line in body] == expected
    assert len({len(line) for line in [head, *body]}) == 1
    assert repr(table) == str(table)


def test_a_table_is_valid_html_for_a_notebook():
    arrays, gradients = bowl_at()
    table = check(bowl, arrays, gradients)
    root = ElementTree.fromstring(table._repr_html_())
    assert root.tag == "table"
    heads = [cell.text for cell in root.findall("./thead/tr/th")]
    assert heads == ["name", "analytic norm", "numerical norm", "relative error"]
    rows = [[cell.text for cell in row] for row in root.findall("./tbody/tr")]
    assert rows == [line.split() for line in str(table).splitlines()[1:]]
    assert [cell.get("scope") for cell in root.findall("./tbody/tr/th")] == ["row", "row"]


def test_a_name_with_marks_of_html_is_printed_as_it_is():
    table = check(
        lambda arrays: arrays["a<b & c"].sum(), {"a<b & c": np.ones(2)}, {"a<b & c": np.ones(2)}
    )
    root = ElementTree.fromstring(table._repr_html_())
    assert [cell.text for cell in root.findall("./tbody/tr/th")] == ["a<b & c"]


def test_the_rows_of_an_lstm_network_name_every_array():
    gates = "W_ix W_ia b_i W_fx W_fa b_f W_ox W_oa b_o W_cx W_ca b_c".split()
    expected = [f"layer {k} {name}" for k in (1, 2) for name in gates]
    expected += ["head W_y", "head b_y", "x"]
    expected += [f"layer {k} initial {name}" for k in (1, 2) for name in "ac"]
    table = check_network(a_network(lstm), *some_data(), directions=1, rng=generator())
    assert [row.name for row in table] == expected


def test_the_rows_of_an_rnn_network_name_every_array():
    expected = [f"layer {k} {name}" for k in (1, 2) for name in ("W_x", "W_a", "b")]
    expected += ["head W_y", "head b_y", "x", "layer 1 initial a", "layer 2 initial a"]
    table = check_network(a_network(rnn), *some_data(), directions=1, rng=generator())
    assert [row.name for row in table] == expected


@pytest.mark.parametrize("every_step", [False, True], ids=["many-to-one", "many-to-many"])
def test_a_wrong_backward_pass_is_caught_in_the_arrays_that_it_spoils(
    cell, every_step, monkeypatch
):
    net, data, right = a_network(cell), some_data(every_step), network.backward
    loss = mean_squared_error

    def wrong(*args, **options):
        gradient = right(*args, **options)
        net.with_theta(gradient.theta).b_y[...] *= 1.01
        return gradient._replace(x=-gradient.x)

    assert check_network(net, *data, loss).error < 1e-10
    monkeypatch.setattr(network, "backward", wrong)
    errors = {row.name: row.error for row in check_network(net, *data, loss)}
    assert errors.pop("head b_y") == pytest.approx(0.01 / 1.01, rel=1e-6)
    assert errors.pop("x") == pytest.approx(2, rel=1e-6)
    assert max(errors.values()) < 1e-10


def test_a_network_is_checked_at_the_state_that_it_is_given():
    net, (x, target) = a_network(lstm), some_data()
    state = tuple(lstm.State(*generator().normal(size=(2, units, 3))) for units in net.units)
    at_zero = check_network(net, x, target, cross_entropy)
    at_state = check_network(net, x, target, cross_entropy, state)
    assert max(at_zero.error, at_state.error) < 1e-10
    norms = [next(r.numerical for r in t if r.name == "head W_y") for t in (at_zero, at_state)]
    assert norms[0] != pytest.approx(norms[1], rel=1e-3)


def test_a_check_changes_nothing_that_it_was_given():
    net, (x, target) = a_network(lstm), some_data()
    before = [array.tobytes() for array in (net.theta, x, target)]
    check_network(net, x, target)
    assert [array.tobytes() for array in (net.theta, x, target)] == before


@pytest.mark.parametrize(
    ("gradients", "error", "says"),
    [
        ({"u": np.ones((2, 3))}, ValueError, r"gradients: expected \['u', 'v'\], got \['u'\]"),
        ({"v": np.ones(3)}, ValueError, r"gradient of v: expected shape \(2,\), got \(3,\)"),
        ({"v": np.ones((2, 1))}, ValueError, r"gradient of v: expected shape \(2,\), got \(2, 1\)"),
        ({"u": np.full((2, 3), np.nan)}, ValueError, "gradient of u: expected finite numbers, got"),
        ({"v": np.array(["a", "b"])}, TypeError, "gradient of v: expected .*numbers, got dtype <U"),
    ],
)
def test_gradients_that_do_not_fit_the_arrays_are_refused(gradients, error, says):
    arrays, right = bowl_at()
    given = gradients if says.startswith("gradients") else right | gradients
    with pytest.raises(error, match=f"^{says}"):
        check(bowl, arrays, given)


@pytest.mark.parametrize(
    ("value", "error", "says"),
    [
        (np.array([1.0, np.inf]), ValueError, "v: expected finite numbers, got inf"),
        (np.ones(0), ValueError, "v: expected at least one number"),
        (np.array(["a", "b"]), TypeError, "v: expected .*numbers, got dtype <U"),
    ],
)
def test_arrays_that_are_no_numbers_are_refused(value, error, says):
    arrays, gradients = bowl_at()
    with pytest.raises(error, match=f"^{says}"):
        check(bowl, arrays | {"v": value}, gradients)


def test_arrays_without_names_are_refused():
    with pytest.raises(TypeError, match=r"^arrays: expected a dict of arrays .*, got ndarray"):
        check(bowl, np.ones(2), {})
    with pytest.raises(TypeError, match=r"^gradients: expected a dict of arrays .*, got ndarray"):
        check(bowl, {}, np.ones(2))


def test_no_arrays_are_refused():
    with pytest.raises(ValueError, match=r"^arrays: expected .*, got"):
        check(bowl, {}, {})


@pytest.mark.parametrize(
    ("options", "error", "says"),
    [
        ({"directions": 0}, ValueError, "directions: .* at least 1, got 0"),
        ({"directions": 1.5}, TypeError, "directions: .*whole number, got 1.5"),
        ({"rng": None}, TypeError, "rng: .*numpy.random.Generator, got NoneType"),
        ({"rng": 3}, TypeError, "rng: .*numpy.random.Generator, got int"),
    ],
)
def test_bad_directions_are_refused(options, error, says):
    with pytest.raises(error, match=f"^{says}"):
        check(bowl, *bowl_at(), **{"directions": 2, "rng": generator()} | options)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda x, t: (x[0], t), r"x: expected shape \(T, 2, B\)"),
        (lambda x, t: (x * np.nan, t), "x: expected finite"),
        (lambda x, t: (x, t[:, :2]), "target: expected shape"),
        (lambda x, t: (x, t * np.inf), "target: expected finite"),
    ],
)
def test_a_network_check_refuses_bad_data(change, says):
    with np.errstate(invalid="ignore"), pytest.raises(ValueError, match=f"^{says}"):
        check_network(a_network(lstm), *change(*some_data()))


def test_a_network_check_refuses_the_states_of_another_network():
    state = (lstm.State(np.zeros((3, 3)), np.zeros((3, 3))),)
    with pytest.raises(ValueError, match=r"^state: expected as many states as layers, 2, got 1"):
        check_network(a_network(lstm), *some_data(), state=state)


@pytest.mark.parametrize("directions", [2, 4])
def test_directions_that_would_cancel_in_an_array_of_one_number_are_no_trouble(directions):
    net = network.init(np.random.default_rng(0), inputs=1, units=1, outputs=1)
    x, target = np.ones((3, 1, 2)), np.zeros((1, 2))
    for seed in range(5):
        rng = np.random.default_rng(seed)
        table = check_network(net, x, target, directions=directions, rng=rng)
        assert table.error < 1e-10


@pytest.mark.parametrize("seed", range(40))
def test_lost_parts_do_not_cancel(seed):
    """What abs loses of the slope along one direction, that along another must not hide."""
    x = np.random.default_rng(seed).normal(size=10)
    with pytest.raises(ValueError, match="complex steps"):
        check(
            lambda arrays: (arrays["x"] ** 2).sum() + abs(arrays["x"]).sum(), {"x": x}, {"x": 2 * x}
        )


@pytest.mark.parametrize("method", [complex_step, central_difference])
@pytest.mark.parametrize("value", [np.nan, np.inf, complex(1, np.nan), np.ones(2), "1"])
def test_function_that_gives_no_finite_number_is_refused(method, value):
    with pytest.raises((TypeError, ValueError), match=r"^function: expected .* got"):
        check(lambda arrays: value, {"x": np.ones(2)}, {"x": np.zeros(2)}, method=method)


def test_loss_that_gives_no_number_is_refused():
    rng = np.random.default_rng(0)
    net = network.init(rng, 1, 2, 1)
    x, target = rng.normal(size=(3, 1, 2)), rng.normal(size=(1, 2))
    with pytest.raises(ValueError, match="function: expected"):
        check_network(net, x, target, lambda z, target, head: (np.nan, 0 * z))


def test_initial_states_may_be_plain_pairs():
    rng = np.random.default_rng(0)
    net = network.init(rng, 1, 2, 1)
    x, target = rng.normal(size=(3, 1, 2)), rng.normal(size=(1, 2))
    a, c = rng.normal(size=(2, 2, 2))
    table = check_network(net, x, target, state=[(a, c)])
    assert table == check_network(net, x, target, state=(lstm.State(a, c),))
    assert table.error < 1e-10


# --- What is given stays as it is -----------------------------------------------------------------


def test_a_function_cannot_change_what_is_checked():
    x = np.array([1.0, 2.0])

    def doubling(arrays):
        arrays["x"] *= 2
        return (arrays["x"] ** 2).sum()

    with pytest.raises(ValueError, match="read-only"):
        check(doubling, {"x": x}, {"x": 8 * x})
    assert x.tolist() == [1, 2]


def test_a_loss_cannot_change_what_is_checked(draw_network):
    net, x, _ = draw_network(lstm)
    target = np.zeros((2, 5))
    kept = target.copy()

    def into_target(z, target, head):
        target -= head(z).real
        return np.mean(target**2), head.backward(head(z), -2 * target / target.size)

    with pytest.raises(ValueError, match="read-only"):
        check_network(net, x, target, into_target, method=central_difference)
    assert np.array_equal(target, kept)


# --- Derivatives by themselves --------------------------------------------------------------------


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e6, 1e11])
def test_differences_are_taken_on_the_scale_of_x(scale):
    x = np.array([scale, -scale / 2])
    found = central_difference(lambda x: (x**2).sum(), x, np.array([1.0, 0.0]))
    assert found == pytest.approx(2 * scale, rel=1e-4)


@pytest.mark.parametrize("derivative", [complex_step, central_difference])
@pytest.mark.parametrize(
    ("x", "direction", "error", "match"),
    [
        (1j * np.ones(2), np.ones(2), TypeError, "x: expected real numbers"),
        (np.ones((2, 2)), 1.0, ValueError, r"direction: expected shape \(2, 2\), got \(\)"),
        (np.ones(2), np.ones((3, 2)), ValueError, r"direction: expected shape \(2,\)"),
        (np.ones(2), np.array([1.0, np.nan]), ValueError, "direction: expected finite"),
    ],
)
def test_a_derivative_refuses_what_it_is_not_along(derivative, x, direction, error, match):
    with pytest.raises(error, match=match):
        derivative(lambda x: (x**2).sum(), x, direction)
