"""The figures: each draws what it is given, in the colours that the pages share."""

import matplotlib
import numpy as np
import pytest
from matplotlib.colors import to_hex

matplotlib.use("Agg")

from matplotlib import pyplot as plt

from lstm_ref import plots

SHAPES = pytest.mark.parametrize("shape", [(-1,), (-1, 1, 1)], ids=["(T,)", "(T, 1, 1)"])


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def line_data(ax):
    """What is drawn: (colour, x, y) of each line."""
    lines = ax.get_lines()
    return [(to_hex(one.get_color()), [*one.get_xdata()], [*one.get_ydata()]) for one in lines]


@SHAPES
def test_a_continuation_draws_window_run_and_truth_in_their_places(shape):
    given = [np.reshape(v, shape) for v in ([1.0, 2, 3], [4.0, 5], [4.5, 5.5])]
    drawn = line_data(plots.continuation(*given))
    expected = [
        (plots.COLOURS["x"], [0, 1, 2], [1, 2, 3]),
        (plots.COLOURS["prediction"], [3, 4], [4, 5]),
        (plots.COLOURS["target"], [3, 4], [4.5, 5.5]),
    ]
    assert sorted(drawn) == sorted(expected)


def test_the_run_and_the_truth_are_not_told_apart_by_colour_alone():
    lines = plots.continuation(np.ones(3), np.ones(2), np.zeros(2)).get_lines()
    looks = {one.get_ydata()[0]: (one.get_linestyle(), one.get_marker()) for one in lines[1:]}
    assert looks[0] != looks[1]


def test_a_film_shows_each_layers_state_under_the_run_behind_curtains_that_nobody_sees():
    states = [np.array([[0.1, 0.2, 0.3]]), np.array([[0.4, 0.5, 0.6], [0.7, 0.8, 0.9]])]
    above, below = plots.state_film([1.0], [2.0, 3.0], [2.0, 2.5], states)
    np.testing.assert_array_equal(below.get_images()[0].get_array(), np.vstack(states))
    assert [label.get_text() for label in below.get_yticklabels()] == ["layer 1", "layer 2"]
    np.testing.assert_allclose(below.get_yticks(), [0.5, 2])  # the middle of rows 0 to 1, 1 to 3
    for ax in (above, below):
        (curtain,) = ax.patches
        assert curtain.get_gid() == "curtain" and curtain.get_alpha() == 0
        bounds = curtain.get_bbox()
        assert sorted(bounds.intervalx) == [*ax.get_xlim()] == [-0.5, 2.5]
        assert sorted(bounds.intervaly) == sorted(ax.get_ylim())


@pytest.mark.parametrize(
    ("states", "says"),
    [
        ([], "states: expected at least one layer, got none"),
        ([np.ones((2, 4))], r"states of layer 1: expected shape (H, 3), got (2, 4)"),
    ],
)
def test_a_film_refuses_states_of_other_steps(states, says):
    with pytest.raises(ValueError) as error:
        plots.state_film([1.0], [2.0, 3.0], [2.0, 2.5], states)
    assert str(error.value) == says
    assert not plt.get_fignums()


def test_a_loss_is_drawn_by_epoch_on_a_logarithmic_axis():
    ax = plots.loss(np.array([1.0, 0.1, 0.01]))
    assert line_data(ax) == [(plots.COLOURS["prediction"], [1, 2, 3], [1, 0.1, 0.01])]
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_yscale()) == ("epoch", "loss", "log")


def test_the_losses_of_many_seeds_are_drawn_with_their_median_bold():
    values = np.array([[4.0, 1.0], [3.0, 2.0], [8.0, 0.5]])
    ax = plots.loss(values)
    muted = [(plots.COLOURS["muted"], [1, 2], [*row]) for row in values]
    assert line_data(ax) == [*muted, (plots.COLOURS["prediction"], [1, 2], [4, 1])]
    *thin, bold = (one.get_linewidth() for one in ax.get_lines())
    assert bold > max(thin)


def test_a_heat_map_shows_each_number_in_its_place():
    values = np.array([[0.0, 1.0, -2.0], [0.5, 0.25, 1.0]])
    ax = plots.heat_map(values, label="activation")
    (image,) = ax.get_images()
    assert (image.get_array() == values).all()
    assert image.get_clim() == (-2, 2)  # zero in the middle
    assert image.get_extent() == [0.5, 3.5, 2.5, 0.5]  # column 1 is step 1, row 1 is on top
    assert image.colorbar.ax.get_ylabel() == "activation"
    assert image.colorbar.solids.get_rasterized()
    assert plots.heat_map(values, limits=(-2, 1)).get_images()[0].get_clim() == (-2, 1)
    assert plots.heat_map(0 * values).get_images()[0].get_clim() == (-1, 1)


def test_traces_are_drawn_in_their_colours_and_named_at_their_ends():
    ax = plots.traces({"i": [0.0, 1.0], "f": [1.0, 1.0], "target": [0.0, 0.0]})
    expected = [
        (plots.COLOURS["i"], [1, 2], [0, 1]),
        (plots.COLOURS["f"], [1, 2], [1, 1]),
        (plots.COLOURS["target"], [1, 2], [0, 0]),
    ]
    assert line_data(ax) == expected
    names = {text.get_text(): text for text in ax.texts}
    assert {n: to_hex(text.get_color()) for n, text in names.items()} == {
        name: plots.COLOURS[name] for name in ("i", "f", "target")
    }
    assert all(text.xy[0] == 2 for text in ax.texts)
    assert names["target"].xy[1] == 0
    assert abs(names["i"].xy[1] - names["f"].xy[1]) > 0.05  # both end at 1


@pytest.mark.parametrize(
    ("draw", "error", "says"),
    [
        (lambda: plots.heat_map(np.ones(3)), ValueError, r"values: .*\(rows, steps\), got \(3,\)"),
        (lambda: plots.heat_map(np.full((2, 2), np.nan)), ValueError, "values: .*finite"),
        (lambda: plots.heat_map(np.ones((2, 2)), limits=(1, 1)), ValueError, "limits: .*lower"),
        (lambda: plots.heat_map(np.ones((2, 2)), limits=("a", 1)), TypeError, "limits: .*number"),
        (lambda: plots.traces({"g": [1.0]}), ValueError, r"values: expected names .*got \['g'\]"),
        (lambda: plots.traces({}), ValueError, r"values: expected names .*got \[\]"),
        (lambda: plots.traces({"i": [1, 2], "f": [1]}), ValueError, r"f: .*\(2,\), got \(1,\)"),
        (lambda: plots.traces({"i": np.ones((2, 1))}), ValueError, r"i: expected shape"),
    ],
)
def test_bad_numbers_are_refused_and_nothing_is_drawn(draw, error, says):
    with pytest.raises(error, match=f"^{says}"):
        draw()
    assert plt.get_fignums() == []


def test_the_colours_are_distinct():
    assert len({to_hex(colour) for colour in plots.COLOURS.values()}) == len(plots.COLOURS)


@pytest.mark.parametrize(
    "draw",
    [
        lambda ax: plots.continuation([1], [2], [3], ax=ax),
        lambda ax: plots.loss([1, 2], ax=ax),
        lambda ax: plots.traces({"c": [1, 2]}, ax=ax),
    ],
    ids=["continuation", "loss", "traces"],
)
def test_a_figure_is_drawn_on_the_axes_that_it_is_given(draw):
    _, (left, right) = plt.subplots(1, 2)  # the right one is the current
    assert draw(left) is left
    assert len(left.get_lines()) > 0
    assert len(right.get_lines()) == 0
    assert len(plt.get_fignums()) == 1
    other = draw(None)
    assert other not in (left, right)
    assert len(plt.get_fignums()) == 2


@pytest.mark.parametrize(
    ("window", "prediction", "target", "error", "says"),
    [
        (np.ones((3, 1, 2)), np.ones(2), np.ones(2), ValueError, "window: "),
        (np.ones((3, 2)), np.ones(2), np.ones(2), ValueError, "window: "),
        (np.ones(3), np.ones((2, 1, 2)), np.ones(4), ValueError, "prediction: "),
        (np.ones(3), np.ones(4), np.ones((2, 1, 2)), ValueError, "target: "),
        (np.ones(3), np.ones(2), np.ones(3), ValueError, r"target: .*\(2,.*, got \(3,"),
        (np.ones(0), np.ones(2), np.ones(2), ValueError, "window: .*at least one number"),
        (np.ones(3), np.ones(0), np.ones(0), ValueError, "prediction: .*at least one number"),
        (np.ones(3), np.full(2, np.nan), np.ones(2), ValueError, "prediction: .*finite.*nan"),
        (np.ones(3), np.ones(2), np.full(2, np.inf), ValueError, "target: .*finite.*inf"),
        (np.array(["a"]), np.ones(2), np.ones(2), TypeError, "window: .*numbers, got dtype <U1"),
    ],
)
def test_a_continuation_refuses_bad_arrays_and_draws_nothing(
    window, prediction, target, error, says
):
    with pytest.raises(error, match=f"^{says}"):
        plots.continuation(window, prediction, target)
    assert plt.get_fignums() == []


@pytest.mark.parametrize(
    ("values", "error", "says"),
    [
        (np.ones((2, 3, 4)), ValueError, r"values: .*\(seeds, epochs\), got \(2, 3, 4\)"),
        (np.ones(0), ValueError, "values: .*at least one number"),
        (np.array([1, np.nan]), ValueError, "values: .*finite numbers, got nan"),
        (np.array(["low"]), TypeError, "values: .*numbers, got dtype <U3"),
    ],
)
def test_a_loss_refuses_bad_arrays_and_draws_nothing(values, error, says):
    with pytest.raises(error, match=f"^{says}"):
        plots.loss(values)
    assert plt.get_fignums() == []


def test_panels_share_their_time_steps_and_name_them_once():
    top, bottom = plots.panels({"x": [3.0, 4.0]}, {"i": [0.0, 1.0], "c": [2.0, 1.0]})
    assert line_data(top) == [(plots.COLOURS["x"], [1, 2], [3, 4])]
    expected = [(plots.COLOURS["i"], [1, 2], [0, 1]), (plots.COLOURS["c"], [1, 2], [2, 1])]
    assert line_data(bottom) == expected
    assert (top.get_xlabel(), bottom.get_xlabel()) == ("", "time step")
    assert top.get_xlim() == bottom.get_xlim()
    assert top.get_position().y0 > bottom.get_position().y0


def test_no_panel_is_refused():
    with pytest.raises(ValueError, match="rows: expected at least one panel, got none"):
        plots.panels()


def test_numbers_by_seed_are_joined_by_seed_with_their_median_bold():
    ax = plots.by_seed({"open": [1.0, 2, 6], "shut": [4.0, 3, 5]}, label="error")
    *seeds, median = line_data(ax)
    pairs = [([1, 4], [0, 1]), ([2, 3], [0, 1]), ([6, 5], [0, 1])]
    assert seeds == [(plots.COLOURS["muted"], *pair) for pair in pairs]
    assert median == (plots.COLOURS["prediction"], [2, 4], [0, 1])
    assert [text.get_text() for text in ax.get_yticklabels()] == ["open", "shut"]
    assert ax.get_xlabel() == "error"
    low, high = ax.get_ylim()
    assert low > high  # the first setting on top


def test_numbers_by_seed_need_the_same_seeds_everywhere():
    with pytest.raises(ValueError, match="values: expected at least one setting, got none"):
        plots.by_seed({})
    with pytest.raises(ValueError, match="shut: "):
        plots.by_seed({"open": [1.0, 2], "shut": [1.0]})


def test_many_seeds_are_drawn_over_x_with_a_named_median():
    values = np.array([[4.0, 1.0], [3.0, 2.0], [8.0, 0.5]])
    ax = plots.seeds([10, 30], values, label="batch 5")
    muted = [(plots.COLOURS["muted"], [10, 30], [*row]) for row in values]
    assert line_data(ax) == [*muted, (plots.COLOURS["prediction"], [10, 30], [4, 1])]
    *thin, bold = (one.get_linewidth() for one in ax.get_lines())
    assert bold > max(thin)
    (name,) = ax.texts
    assert (name.get_text(), name.xy) == ("batch 5", (30, 1))
    assert line_data(plots.seeds([1, 2], [3, 4])) == [(plots.COLOURS["prediction"], [1, 2], [3, 4])]


def test_losses_stand_one_below_the_other_with_the_levels_to_compare_them_with():
    runs = {
        "low": (np.arange(1, 3), np.array([[0.5, 0.4], [0.3, 0.2]])),
        "high": (np.array([4, 8, 12]), np.array([[1.0, 2, 3]])),
    }
    top, bottom = plots.losses(runs, levels={"zero": 0.25}, xlabel="update")
    dotted = (plots.COLOURS["target"], [0, 1], [0.25, 0.25])
    bold = plots.COLOURS["prediction"]
    assert line_data(top)[2:] == [(bold, [1, 2], [0.4, pytest.approx(0.3)]), dotted]
    assert line_data(bottom) == [(bold, [4, 8, 12], [1, 2, 3]), dotted]
    assert [ax.get_title(loc="left") for ax in (top, bottom)] == ["low", "high"]
    assert (top.get_xlabel(), bottom.get_xlabel()) == ("", "update")
    assert (top.get_ylabel(), top.get_yscale()) == ("loss", "log")
    assert (top.get_xlim(), top.get_ylim()) == (bottom.get_xlim(), bottom.get_ylim())
    (name,) = top.texts
    assert (name.get_text(), name.xy) == ("zero", (1, 0.25))
    assert len(bottom.texts) == 0


def test_free_runs_show_every_seed_and_the_one_in_the_middle_in_bold():
    target = np.array([1.0, 0.0])
    late = np.array([[1, 0.1], [1, 0.3], [1, 0.2], [1, 0.9]])  # in the middle: 0.2, then 0.3
    top, bottom = plots.free_runs([0.5, 0.7, 0.9], {"10": late + 1, "20": late}, target)
    assert top.get_title(loc="left") == "10"
    assert line_data(bottom) == [
        (plots.COLOURS["x"], [0, 1, 2], [0.5, 0.7, 0.9]),
        *((plots.COLOURS["muted"], [3, 4], [*run]) for run in late),
        (plots.COLOURS["target"], [3, 4], [1, 0]),
        (plots.COLOURS["prediction"], [3, 4], [1, 0.2]),
    ]
    *thin, truth, bold = bottom.get_lines()[1:]
    assert bold.get_linewidth() > max(one.get_linewidth() for one in thin)
    assert truth.get_linestyle() == "--"


@pytest.mark.parametrize(
    ("draw", "says"),
    [
        (lambda: plots.seeds([1, 2], np.ones((3, 3))), r"values: .*\(seeds, 2\), got \(3, 3\)"),
        (lambda: plots.seeds(np.ones((2, 1)), [1, 2]), r"x: .*\(n,\)"),
        (lambda: plots.losses({}), "runs: expected at least one, got none"),
        (lambda: plots.losses({"low": ([1], [1.0])}), r"runs\['low'\]: .*\(seeds, 1\), got \(1,\)"),
        (lambda: plots.losses({"low": ([1], [[1.0]])}, levels={"zero": 0}), "zero: .*above 0"),
        (lambda: plots.free_runs([1], {}, [1]), "runs: .*, got none"),
        (lambda: plots.free_runs([1], {"a": [[1]]}, [1, 2]), r"runs\['a'\]: .*\(seeds, 2\)"),
        (lambda: plots.free_runs([[1]], {"a": [[1]]}, [1]), r"window: .*\(T,\)"),
    ],
)
def test_many_seeds_of_other_shapes_are_refused_and_nothing_is_drawn(draw, says):
    with pytest.raises(ValueError, match=f"^{says}"):
        draw()
    assert plt.get_fignums() == []


def test_variants_share_a_colour_and_differ_in_style_and_name():
    ax = plots.variants({"open": [1.0, 2.0], "shut": [0.0, 0.0]}, "c")
    colour = plots.COLOURS["c"]
    assert line_data(ax) == [(colour, [1, 2], [1, 2]), (colour, [1, 2], [0, 0])]
    assert len({one.get_linestyle() for one in ax.get_lines()}) == 2
    assert {text.get_text(): text.xy for text in ax.texts} == {"open": (2, 2), "shut": (2, 0)}
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("time step", "c")


@pytest.mark.parametrize(
    ("values", "quantity", "message"),
    [
        ({"open": [1.0]}, "cell", "quantity: expected one of"),
        ({}, "c", "values: expected one to four settings, got 0"),
        ({name: [1.0] for name in "abcde"}, "c", "values: expected one to four settings, got 5"),
        ({"open": [1.0], "shut": [1.0, 2.0]}, "c", "shut: "),
    ],
    ids=["quantity", "none", "too many", "lengths"],
)
def test_variants_refuse_what_they_cannot_draw(values, quantity, message):
    with pytest.raises(ValueError, match=message):
        plots.variants(values, quantity)
