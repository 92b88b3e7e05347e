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
    given = [np.reshape(v, shape) for v in ([1.0, 2, 3], [4.0, 5], [4.5, 6])]
    (ax,) = plots.continuation(*given)
    assert line_data(ax) == [
        (plots.COLOURS["x"], [1, 2, 3], [1, 2, 3]),
        (plots.COLOURS["target"], [4, 5], [4.5, 6]),
        (plots.COLOURS["prediction"], [4, 5], [4, 5]),
    ]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("time step", "value")
    assert [(name.get_text(), name.xy) for name in ax.texts] == [
        ("prediction", (5, 5)),
        ("target", (5, 6)),
    ]


def test_of_several_continuations_the_first_names_the_lines():
    first, second = plots.continuation([1, 2], {"a": [3, 4], "b": [3, 5]}, [3, 8])
    assert [name.get_text() for name in first.texts] == ["prediction", "target"]
    assert not second.texts


def test_the_run_and_the_truth_are_not_told_apart_by_colour_alone():
    for steps in (1, 2):
        (ax,) = plots.continuation(np.ones(3), np.ones(steps), np.zeros(steps))
        truth, run = ((line.get_linestyle(), line.get_marker()) for line in ax.get_lines()[1:])
        assert truth != run


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
        assert sorted(bounds.intervalx) == [*ax.get_xlim()] == [0.5, 3.5]
        assert sorted(bounds.intervaly) == sorted(ax.get_ylim())


def test_the_states_of_a_film_may_come_one_by_one():
    states = [np.array([[0.1, 0.2, 0.3]]), np.array([[0.4, 0.5, 0.6], [0.7, 0.8, 0.9]])]
    _, below = plots.state_film([1.0], [2.0, 3.0], [2.0, 2.5], (state for state in states))
    np.testing.assert_array_equal(below.get_images()[0].get_array(), np.vstack(states))


def test_a_film_refuses_the_runs_of_many_seeds():
    with pytest.raises(ValueError, match=r"^prediction: expected shape \(T,\), got \(3, 2\)$"):
        plots.state_film([1.0], np.ones((3, 2)), [2.0, 2.5], [np.ones((1, 3))])
    assert not plt.get_fignums()


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


def test_a_heat_map_shows_each_number_in_its_place():
    values = np.array([[0.0, 1.0, -2.0], [0.5, 0.25, 1.0]])
    (ax,) = plots.heat_map(values, label="activation")
    (image,) = ax.get_images()
    assert (image.get_array() == values).all()
    assert image.get_clim() == (-2, 2)  # zero in the middle
    assert image.get_extent() == [0.5, 3.5, 2.5, 0.5]  # column 1 is step 1, row 1 is on top
    assert image.colorbar.ax.get_title(loc="right") == "activation"
    assert image.colorbar.solids.get_rasterized()
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("time step", "unit")
    for limited, limits in (
        (plots.heat_map(values, limits=(-2, 1)), (-2, 1)),
        (plots.heat_map(0 * values), (-1, 1)),
    ):
        assert limited[0].get_images()[0].get_clim() == limits
        assert limited[0].get_images()[0].colorbar is None  # the numbers have no name


def test_heat_maps_of_one_scale_stand_one_below_the_other_with_named_rows_and_columns():
    values = {"before": np.eye(2, 3), "after": 3 * np.eye(2, 3)}
    top, bottom = plots.heat_map(
        values, x="character", y="layer", columns="abc", rows=[2, 1], label="length"
    )
    assert [ax.get_title(loc="left") for ax in (top, bottom)] == ["before", "after"]
    assert [ax.get_images()[0].get_clim() for ax in (top, bottom)] == [(-3, 3)] * 2
    assert [label.get_text() for label in bottom.get_xticklabels()] == ["a", "b", "c"]
    assert [label.get_text() for label in top.get_yticklabels()] == ["2", "1"]
    assert [*bottom.get_xticks(), *top.get_yticks()] == [1, 2, 3, 1, 2]
    assert (top.get_xlabel(), bottom.get_xlabel()) == ("", "character")
    assert top.figure.get_supylabel() == "layer"


def test_curves_are_drawn_in_their_colours_and_named_at_their_ends():
    ax = plots.curves({"i": [0.0, 1.0], "f": [1.0, 1.0], "target": [0.0, 0.0]})
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
        (
            lambda: plots.heat_map(np.ones(3)),
            ValueError,
            r"values: .*\(rows, columns\), got \(3,\)",
        ),
        (lambda: plots.heat_map(np.full((2, 2), np.nan)), ValueError, "values: .*finite"),
        (lambda: plots.heat_map(np.ones((2, 2)), limits=(1, 1)), ValueError, "limits: .*lower"),
        (lambda: plots.heat_map(np.ones((2, 2)), limits=("a", 1)), TypeError, "limits: .*number"),
        (lambda: plots.heat_map({}), ValueError, "values: expected at least one array, got none"),
        (
            lambda: plots.heat_map(np.ones((2, 2)), rows="abc"),
            ValueError,
            r"values: .*\(3, columns\)",
        ),
        (
            lambda: plots.curves({}),
            ValueError,
            "values: expected at least one curve, got none",
        ),
        (lambda: plots.curves(["a"]), TypeError, "values: .* numbers, got dtype <U1"),
        (lambda: plots.curves({"i": [1, 2], "f": [1]}), ValueError, r"f: .*\(2,\), got \(1,\)"),
        (lambda: plots.curves({"i": np.ones((2, 1, 1))}), ValueError, r"i: expected shape"),
        (lambda: plots.curves([1, 2], [1, 2, 3], y="c"), ValueError, r"c: .*\(3,\), got \(2,\)"),
        (lambda: plots.curves([1, 2], [[1, 2]]), ValueError, r"at: expected shape \(n,\)"),
        (
            lambda: plots.curves([1, 0], log=True),
            ValueError,
            "values: expected numbers above 0, got 0",
        ),
        (lambda: plots.curves([1], log=True, levels={"none": 0}), ValueError, "none: .*above 0"),
        (
            lambda: plots.curves({name: [1] for name in ("1", "2", "3", "4", "5")}),
            ValueError,
            "5: expected at most four curves in a panel, got one more",
        ),
        (lambda: plots.panels({}), ValueError, "rows: expected at least one panel, got none"),
        (lambda: plots.panels([[1, 2]]), TypeError, "rows: expected a dict .*, got list of 1"),
        (lambda: plots.curves([1], levels=[1]), TypeError, "levels: expected a dict .*list of 1"),
        (lambda: plots.by_seed([1, 2]), TypeError, "values: expected a dict .*, got list of 2"),
        (lambda: plots.curves([1, 2], [2, 1]), ValueError, "at: expected places in rising order"),
        (lambda: plots.panels({"low": [1, "a"]}), TypeError, "low: .* numbers, got dtype <U"),
        (lambda: plots.panels({"c": [1, 2]}, marks=["a"]), TypeError, "marks: expected a number"),
        (lambda: plots.panels({"c": [1, 2]}, shade={"kept": ([0, 0], [1])}), ValueError, "kept: "),
        (
            lambda: plots.panels({"c": [1, 2]}, shade={"kept": ([0, 0],) * 3}),
            ValueError,
            r"kept: expected shape \(2, 2\), got \(3, 2\)",
        ),
        (
            lambda: plots.panels({"c": [1, 2]}, log=True, shade={"kept": ([0, 1], [1, 2])}),
            ValueError,
            "kept: expected numbers above 0, got 0",
        ),
        (lambda: plots.curves([1, 2], y=None), TypeError, "y: expected a str, got NoneType"),
        (lambda: plots.curves([1, 2], x=3), TypeError, "x: expected a str, got int"),
        (lambda: plots.heat_map(np.ones((2, 2)), label=1), TypeError, "label: .*a str, got int"),
        (lambda: plots.heat_map(np.ones((2, 2)), rows=None), TypeError, "rows: .*got NoneType"),
        (lambda: plots.by_seed({"low": [1, 2]}, label=b""), TypeError, "label: .*got bytes"),
    ],
)
def test_bad_numbers_are_refused_and_nothing_is_drawn(draw, error, says):
    with pytest.raises(error, match=f"^{says}"):
        draw()
    assert plt.get_fignums() == []


def test_the_colours_are_distinct():
    assert len({to_hex(colour) for colour in plots.COLOURS.values()}) == len(plots.COLOURS)


@pytest.mark.parametrize(
    ("window", "prediction", "target", "error", "says"),
    [
        (np.ones(3), {}, np.ones(2), ValueError, "prediction: expected at least one, got none"),
        (np.ones((3, 1, 2)), np.ones(2), np.ones(2), ValueError, "window: "),
        (np.ones((3, 2)), np.ones(2), np.ones(2), ValueError, "window: "),
        (np.ones(3), np.ones((2, 1, 2)), np.ones(4), ValueError, "prediction: "),
        (np.ones(3), np.ones(4), np.ones((2, 1, 2)), ValueError, "target: "),
        (np.ones(3), np.ones(2), np.ones(3), ValueError, r"prediction: .*\(3,.*, got \(2,"),
        (np.ones(3), {"a": [[1]]}, np.ones(2), ValueError, r"a: .*\(seeds, 2\), got \(1, 1\)"),
        (np.ones(0), np.ones(2), np.ones(2), ValueError, "window: .*at least one number"),
        (np.ones(3), np.ones(0), np.ones(0), ValueError, "target: .*at least one number"),
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


def test_panels_share_their_places_and_name_them_once():
    rows = {"x": [3.0, 4.0], "c": {"": [0.0, 1.0], "held": [2.0, 1.0]}}
    top, bottom = plots.panels(rows, [5, 6], x="u", marks=[5.5])
    mark = (plots.COLOURS["target"], [5.5, 5.5], [0, 1])
    assert line_data(top) == [(plots.COLOURS["x"], [5, 6], [3, 4]), mark]
    ours = [(plots.COLOURS["c"], [5, 6], [0, 1]), (plots.COLOURS["c"], [5, 6], [2, 1])]
    assert line_data(bottom) == [*ours, mark]
    assert (top.get_xlabel(), bottom.get_xlabel()) == ("", "u")
    assert (top.get_ylabel(), bottom.get_ylabel()) == ("x", "c")  # a quantity is an axis's name
    assert top.get_xlim() == bottom.get_xlim()
    assert top.get_ylim() != bottom.get_ylim()
    assert top.get_position().y0 > bottom.get_position().y0


def test_panels_that_are_no_quantities_bear_titles_and_share_their_axis():
    top, bottom = plots.panels({"low": [0.5, 1.0], "high": [8.0, 9.0]}, y="loss")
    assert [ax.get_title(loc="left") for ax in (top, bottom)] == ["low", "high"]
    assert top.figure.get_supylabel() == "loss"
    assert top.get_ylim() == bottom.get_ylim()


@pytest.mark.parametrize(
    ("rows", "y", "quantity"),
    [
        ({"c": {"product of f": [1.0]}}, "a", "f"),  # of its own name
        ({"c": {"held": [1.0]}}, "a", "c"),  # of its panel
        ({"low": [1.0]}, "a", "a"),  # of the axis
        ({"low": [1.0]}, "loss", "target"),  # of none: the ink of words, as the target
    ],
)
def test_a_curve_has_the_colour_of_the_quantity_that_is_named_nearest(rows, y, quantity):
    ((colour, _, _),) = line_data(plots.panels(rows, y=y)[0])
    assert colour == plots.COLOURS[quantity]


def test_curves_that_are_no_quantities_differ_in_their_style_and_the_target_is_dashed():
    named = plots.curves({"c": [1.0, 2.0], "target": [1.0, 3.0]}).get_lines()
    assert [line.get_linestyle() for line in named] == ["-", "--"]
    others = plots.curves({name: [1.0, 2.0] for name in ("1", "2", "3", "4")}, y="c").get_lines()
    assert len({line.get_linestyle() for line in others}) == 4
    dots = plots.panels({"n = 0": {"": [1.0], "target": ([2], [1.0])}}, y="x", dots=True)[0]
    assert [line.get_linestyle() for line in dots.get_lines()] == ["None"] * 2
    assert [line.get_marker() for line in dots.get_lines()] == ["o", "s"]
    assert [x for _, x, _ in line_data(dots)] == [[1], [2]]  # each curve at its places


@pytest.mark.parametrize(
    ("values", "y", "bottom", "top"),
    [
        ([0.4, 0.6], "f", 0, 1),  # a gate
        ([0.4, 1.6], "f", 0, pytest.approx(1.66)),  # something else of its name
        ([0.4, 0.6], "error", 0, pytest.approx(0.61)),
        ([-0.4, 0.6], "a", pytest.approx(-0.45), pytest.approx(0.65)),
    ],
)
def test_an_axis_has_the_limits_of_its_quantity(values, y, bottom, top):
    assert plots.curves(values, y=y).get_ylim() == (bottom, top)


def test_a_curve_may_have_a_number_for_its_name():
    ax = plots.panels({0.1: {1: [1.0, 2.0]}, 0.2: [1.0, 2.0]})[0]
    assert ax.get_title(loc="left") == "0.1"
    assert [text.get_text() for text in ax.texts] == ["1"]


def test_a_band_is_shaded_in_the_last_panel_and_named_at_its_end():
    top, bottom = plots.panels({"f": [0.5, 0.5], "c": [1.0, 2.0]}, shade={"kept": ([0, 0], [1, 3])})
    (band,) = bottom.collections
    assert not top.collections
    assert to_hex(band.get_facecolor()[0]) == plots.COLOURS["c"]
    corners = {tuple(map(float, point)) for point in band.get_paths()[0].vertices}
    assert corners == {(1, 0), (2, 0), (1, 1), (2, 3)}
    assert [(text.get_text(), text.xy) for text in bottom.texts] == [("kept", (2, 1.5))]


def test_numbers_by_seed_are_joined_by_seed_with_their_median_bold():
    ax = plots.by_seed({"open": [1.0, 2, 6], "shut": [4.0, 3, 5]}, label="error")
    *seeds, median = line_data(ax)
    pairs = [([1, 4], [0, 1]), ([2, 3], [0, 1]), ([6, 5], [0, 1])]
    assert seeds == [(plots.COLOURS["muted"], *pair) for pair in pairs]
    assert median == (plots.INK, [2, 4], [0, 1])
    assert [text.get_text() for text in ax.get_yticklabels()] == ["open", "shut"]
    assert ax.get_xlabel() == "error"
    low, high = ax.get_ylim()
    assert low > high  # the first setting on top


def test_a_name_of_numbers_by_seed_has_room_to_grow_by_half_of_it():
    ax = plots.by_seed({"open for the head": [1.0, 2]})
    ax.figure.draw_without_rendering()
    name = ax.get_yticklabels()[0].get_window_extent()
    margin = 20 * ax.figure.dpi / 72  # of the page beside it, in points
    assert name.x0 - name.width / 2 > -margin


def test_numbers_by_seed_are_joined_within_their_group_alone():
    values = {"then 1": [1.0, 2], "first": [3.0, 4], "then 2": [5.0, 6], "alone": [7.0, 8]}
    *seeds, median = line_data(plots.by_seed(values, groups=(3, 1)))
    joined = [([1, 3, 5], [0, 1, 2]), ([2, 4, 6], [0, 1, 2]), ([7], [3.4]), ([8], [3.4])]
    assert seeds == [(plots.COLOURS["muted"], *pair) for pair in joined]
    assert median[2] == [0, 1, 2, 3.4]
    with pytest.raises(ValueError, match=r"groups\): expected the number of rows, 4, got 3"):
        plots.by_seed(values, groups=(2, 1))


def test_numbers_by_seed_need_the_same_seeds_everywhere():
    with pytest.raises(ValueError, match="values: expected at least one setting, got none"):
        plots.by_seed({})
    with pytest.raises(ValueError, match="shut: "):
        plots.by_seed({"open": [1.0, 2], "shut": [1.0]})


def test_an_axis_of_errors_shows_zero():
    assert plots.by_seed({"open": [1.0, 2]}).get_xlim()[0] == 0
    assert plots.by_seed({"open": [-1.0, 2]}).get_xlim()[0] < -1


def test_many_seeds_are_drawn_thin_and_their_median_bold():
    values = np.array([[4.0, 1.0], [3.0, 2.0], [8.0, 0.5]])
    ax = plots.curves({"batch 5": values}, [10, 30], x="update", y="loss", log=True)
    muted = [(plots.COLOURS["muted"], [10, 30], [*row]) for row in values]
    assert line_data(ax) == [*muted, (plots.INK, [10, 30], [4, 1])]
    *thin, bold = (one.get_linewidth() for one in ax.get_lines())
    assert bold > max(thin)
    (name,) = ax.texts
    assert name.get_text() == "batch 5"
    assert name.xy == pytest.approx((30, 1))
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_yscale()) == ("update", "loss", "log")
    alike = plots.panels({"a": values}, median=False)[0]
    assert line_data(alike) == [(plots.COLOURS["a"], [1, 2], [*row]) for row in values]


def test_levels_to_compare_with_are_in_every_panel_and_named_in_the_first():
    top, bottom = plots.panels(
        {"low": [[0.5, 0.4], [0.3, 0.2]], "high": [1.0, 2.0]}, levels={"zero": 0.25}
    )
    for ax in (top, bottom):
        assert line_data(ax)[-1] == (plots.COLOURS["target"], [0, 1], [0.25, 0.25])
    (name,) = top.texts
    assert (name.get_text(), name.xy) == ("zero", (2, 0.25))
    assert len(bottom.texts) == 0


def test_free_runs_show_every_seed_and_the_one_in_the_middle_in_bold():
    target = np.array([1.0, 0.0])
    late = np.array([[1, 0.1], [1, 0.3], [1, 0.2], [1, 0.9]])  # in the middle: 0.2, then 0.3
    top, bottom = plots.continuation([0.5, 0.7, 0.9], {"10": late + 1, "20": late}, target)
    assert top.get_title(loc="left") == "10"
    assert line_data(bottom) == [
        (plots.COLOURS["x"], [1, 2, 3], [0.5, 0.7, 0.9]),
        *((plots.COLOURS["muted"], [4, 5], [*run]) for run in late),
        (plots.COLOURS["target"], [4, 5], [1, 0]),
        (plots.COLOURS["prediction"], [4, 5], [1, 0.2]),
    ]
    *thin, truth, bold = bottom.get_lines()[1:]
    assert bold.get_linewidth() > max(one.get_linewidth() for one in thin)
    assert truth.get_linestyle() == "--"


def test_a_wide_logarithmic_axis_is_labelled_in_powers_of_ten():
    ax = plots.curves({"loss": np.geomspace(1e-9, 1e6, 16)}, x="step", y="loss", log=True)
    ax.figure.canvas.draw()
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert {"10⁻²", "10⁰", "10⁶"} <= set(names) and "1" not in names
    near = plots.curves({"loss": np.geomspace(0.01, 1, 16)}, x="step", y="loss", log=True)
    near.figure.canvas.draw()
    assert {"0.01", "0.1", "1"} <= {label.get_text() for label in near.get_yticklabels()}


def test_the_ticks_of_low_panels_have_room_for_a_phones_letters():
    wide = np.geomspace(1e-9, 1e6, 16)
    axes = plots.panels({name: wide for name in "abcd"}, log=True)
    axes[0].figure.canvas.draw()
    for ax in axes:
        labels = (label.get_window_extent() for label in ax.get_yticklabels())
        bottoms = sorted(box.y0 for box in labels if ax.bbox.y0 <= box.y0 <= ax.bbox.y1)
        assert len(bottoms) >= 3
        # A phone shows the letters of a figure twice as tall, compared with its lines.
        assert np.diff(bottoms).min() >= 2 * plt.rcParams["font.size"]


@pytest.mark.parametrize(
    "values", [[0.3, 0.6], [0.025, 0.3], [0.25, 0.23], [2e-5, 8e-5], [3e5, 8e5]]
)
def test_a_log_axis_that_shows_at_most_one_power_of_ten_can_be_read_all_the_same(values):
    ax = plots.curves(np.array(values), log=True)
    low, high = ax.get_ylim()
    ax.figure.canvas.draw()
    shown = [(tick.get_position()[1], tick.get_text()) for tick in ax.get_yticklabels()]
    inside = [(place, text) for place, text in shown if low <= place <= high]
    assert len(inside) >= 2
    for place, text in inside:
        assert float(text.replace("−", "-")) == pytest.approx(place, rel=1e-5)


def test_what_is_no_pair_is_named():
    with pytest.raises(TypeError, match=r"^f: expected a pair \(places, numbers\), got tuple of 3"):
        plots.curves({"f": (1.0, 2.0, 3.0)})
    for bad in (5, (0, 1, 2)):
        with pytest.raises(TypeError, match=r"^limits: expected a pair \(low, high\), got "):
            plots.heat_map(np.ones((2, 2)), limits=bad)


def test_places_may_be_larger_than_a_whole_number_can():
    plots.curves(np.ones(2), np.array([1e300, 2e300]))


def test_rows_are_named_in_every_panel_of_a_heat_map():
    """Also where the panels are named after gates, and share no axis."""
    for names in (("i", "f"), ("one", "other")):
        axes = plots.heat_map({name: np.eye(2) for name in names}, rows=["A", "B"])
        for ax in axes:
            assert [label.get_text() for label in ax.get_yticklabels()] == ["A", "B"]
            assert list(ax.get_yticks()) == [1, 2]


def test_a_readers_own_settings_turn_no_heat_map_upside_down():
    with plt.rc_context({"image.origin": "lower"}):
        (ax,) = plots.heat_map({"": np.array([[1.0], [-1.0]])})
        assert ax.get_images()[0].origin == "upper"


def test_a_level_may_be_called_by_a_number():
    ax = plots.curves(np.arange(3.0), levels={1: 0.5})
    assert "1" in [text.get_text() for text in ax.texts]
