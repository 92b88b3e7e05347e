"""The drawings: which boxes, arrows and words are there, where, and in which colours."""

from collections import Counter

import matplotlib
import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.transforms import Bbox

matplotlib.use("Agg")

from matplotlib import pyplot as plt

from lstm_ref import activations, diagrams, network, plots, rnn

FORWARD = ("recurrent", "up", "read", "answer")
PALETTE = {*plots.COLOURS.values(), diagrams.QUIET, diagrams.PAPER, "none"}


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def drawn(ax, label):
    """Return the boxes, discs or arrows of one name."""
    return [patch for patch in ax.patches if patch.get_label() == label]


def ways(ax, label):
    """Return where each arrow of one name begins and ends."""
    arrows = [patch for patch in drawn(ax, label) if isinstance(patch, FancyArrowPatch)]
    paths = [arrow._path_original.vertices for arrow in arrows]
    return [(tuple(path[0]), tuple(path[-1])) for path in paths]


def centres(ax, label):
    """Return the middle of each box of one name, rounded."""
    boxes = drawn(ax, label)
    places = [(b.get_x() + b.get_width() / 2, b.get_y() + b.get_height() / 2) for b in boxes]
    return [(round(x, 6), round(y, 6)) for x, y in places]


def words(ax):
    return [text.get_text() for text in ax.texts]


def symbols(ax, base):
    """Return the scripts of a symbol, by where it stands."""
    places = {text.xy for text in ax.texts if text.get_text() == base}
    found = [text for text in ax.texts if text.xy in places and text.get_text() != base]
    return sorted(text.get_text() for text in found)


def colour(patch):
    return to_hex(patch.get_edgecolor())


def colours(ax):
    found = {to_hex(text.get_color()) for text in ax.texts}
    for patch in ax.patches:
        found |= {to_hex(c) for c in (patch.get_edgecolor(), patch.get_facecolor()) if c[3]}
    return found


@pytest.fixture
def net():
    rng = np.random.default_rng(0)
    return network.init(rng, 24, (5, 7), 3, head=activations.softmax)


def test_a_network_shows_each_layer_its_loop_and_its_sizes(net):
    ax = diagrams.network(net)
    layers, loops = centres(ax, "layer"), ways(ax, "recurrent")
    assert len(layers) == 2
    assert layers[0][1] < layers[1][1] < centres(ax, "head")[0][1]
    for (x, y), (start, end) in zip(layers, loops, strict=True):
        assert start[0] == end[0] < x  # it leaves and enters the box on one side,
        assert start[1] > y > end[1]
    assert min(arrow.get_linewidth() for arrow in drawn(ax, "recurrent")) > max(
        arrow.get_linewidth() for arrow in drawn(ax, "up")
    )  # and is what is seen first
    expected = [
        "D = 24",
        "H = 5",
        "H = 7",
        "K = 3",
        "LSTM",
        "a,",
        "c",
        "softmax",
        "layer 1",
        "layer 2",
    ]
    assert set(expected) <= set(words(ax))
    handed_on = {text.get_text(): text.get_color() for text in ax.texts}
    assert (handed_on["a,"], handed_on["c"]) == (plots.COLOURS["a"], plots.COLOURS["c"])
    heights = {text.get_text(): text.xy[1] for text in ax.texts}
    assert heights["D = 24"] < heights["H = 5"] < heights["H = 7"] < heights["K = 3"]


def test_a_plain_cell_hands_on_its_activation_alone():
    net = network.init(np.random.default_rng(0), 1, 4, 1, cell=rnn)
    found = words(diagrams.network(net))
    assert {"RNN", "a", "tanh"} <= set(found)
    assert not {"a,", "c"} & set(found)


@pytest.mark.parametrize(("steps", "layers"), [(1, 1), (4, 1), (4, 3), (6, 2)])
def test_an_unrolled_network_has_a_column_for_a_step_and_a_row_for_a_layer(steps, layers):
    ax = diagrams.unrolled(steps, layers)
    cells = centres(ax, "cell")
    assert len(set(cells)) == steps * layers
    assert len({x for x, _ in cells}) == steps
    assert len({y for _, y in cells}) == layers
    for (x, y), (u, v) in ways(ax, "recurrent"):
        assert x < u
        assert y == v
    for (x, y), (u, v) in ways(ax, "up"):
        assert x == u
        assert y < v
    counts = Counter(patch.get_label() for patch in ax.patches)
    assert [counts[name] for name in FORWARD] == [
        layers * (steps - 1),
        steps * (layers - 1),
        steps,
        1,
    ]
    assert symbols(ax, "y") == [str(steps)]
    weights = [str(k) for k in range(1, layers + 1) if layers > 1]
    assert Counter(symbols(ax, "W")) == Counter(
        steps * weights
    )  # a layer's are the same throughout


def test_inputs_and_answers_stand_at_their_steps():
    (ax,) = diagrams.tasks({"echo": ([1], {2, 4})})
    columns = sorted({x for x, _ in centres(ax, "cell")})
    assert [round(start[0], 6) for start, _ in ways(ax, "read")] == columns[:1]
    assert [round(start[0], 6) for start, _ in ways(ax, "answer")] == [columns[1], columns[3]]
    assert symbols(ax, "x") == ["1"]
    assert symbols(ax, "y") == ["2", "4"]
    assert all(start[1] < end[1] for start, end in ways(ax, "read") + ways(ax, "answer"))
    (deaf,) = diagrams.tasks({"deaf": ((), [4])})
    assert drawn(deaf, "read") == []


def test_an_answer_is_read_by_the_next_step_that_reads_no_input():
    (ax,) = diagrams.tasks({"task": ([1, 3], [1, 2, 3])})
    columns = sorted({x for x, _ in centres(ax, "cell")})
    found = ways(ax, "feed back")  # step 3 reads an input, so answer 2 is not read
    assert [round(end[0], 6) for _, end in found] == [columns[1], columns[3]]
    for (x, y), (u, v) in found:  # from beside an answer to below the cell of the next step
        assert u - 1.75 < x < u
        assert v < 0 < y
    assert {arrow.get_linestyle() != "-" for arrow in drawn(ax, "feed back")} == {True}


def test_the_steps_of_a_task_may_come_one_by_one():
    (expected,) = diagrams.tasks({"one": ([1, 2], [4])})
    (ax,) = diagrams.tasks({"one": ((k for k in (1, 2)), iter([4]))})
    labels = [patch.get_label() for patch in ax.patches]
    assert labels == [patch.get_label() for patch in expected.patches]
    assert labels.count("read") == 2


def test_tasks_stand_one_below_the_other_and_read_their_own_answers():
    every = [1, 2, 3, 4]
    tasks = {"many-to-one": (every, [4]), "one-to-many": ([1], every)}
    top, bottom = diagrams.tasks(tasks)
    assert [ax.get_title(loc="left") for ax in (top, bottom)] == list(tasks)
    assert (symbols(top, "x"), symbols(top, "y")) == (["1", "2", "3", "4"], ["4"])
    assert (symbols(bottom, "x"), symbols(bottom, "y")) == (["1"], ["1", "2", "3", "4"])
    assert len(drawn(top, "feed back")) == 0 < len(drawn(bottom, "feed back"))
    assert top.get_position().y0 > bottom.get_position().y0


def test_the_error_goes_down_and_to_the_left_from_the_last_answer():
    ax = diagrams.unrolled(3, 2, backward=True)
    left, down = ways(ax, "error through time"), ways(ax, "error through layers")
    assert len(left) == 2 * 2  # in each layer, from step 3 to 2 and from 2 to 1
    assert len(down) == 1 + 3  # from the answer, then at the steps 1 to 3
    columns = sorted({x for x, _ in centres(ax, "cell")})
    assert max(start[0] for start, _ in left) < columns[2]
    assert all(x > u and y == v for (x, y), (u, v) in left)
    assert all(x == u and y > v for (x, y), (u, v) in down)
    assert {"through", "time", "the layers"} <= set(words(ax))


def test_the_error_is_not_told_from_the_forward_direction_by_colour_alone():
    ax = diagrams.unrolled(3, 2, backward=True)
    back = drawn(ax, "error through time") + drawn(ax, "error through layers")
    forward = [arrow for name in FORWARD for arrow in drawn(ax, name)]
    assert {colour(arrow) for arrow in back} == {plots.COLOURS["prediction"]}
    assert plots.COLOURS["prediction"] not in {colour(arrow) for arrow in forward}
    assert {arrow.get_linestyle() for arrow in forward} == {"-"}
    assert "-" not in {arrow.get_linestyle() for arrow in back}
    assert not {p for p in ways(ax, "recurrent")} & {
        p[::-1] for p in ways(ax, "error through time")
    }


def test_without_backward_no_error_is_drawn():
    labels = {patch.get_label() for patch in diagrams.unrolled(3, 2).patches}
    assert labels == {"cell", *FORWARD}


def test_the_cell_names_its_parts_by_letter_and_colour():
    ax = diagrams.cell()
    for letter, name in zip("ABCD", "ifoc", strict=True):
        (disc,) = drawn(ax, letter)
        assert letter in words(ax)
        assert colour(disc) == plots.COLOURS[name]
    for name in ("i", "f", "o", "candidate"):
        (box,) = drawn(ax, name)
        assert colour(box) == plots.COLOURS[name]
        (badge,) = drawn(ax, {"i": "A", "f": "B", "o": "C"}.get(name, "D"))
        near = np.hypot(*np.subtract(badge.center, (box.get_x(), box.get_y() + box.get_height())))
        assert (near < 0.5) == (name != "candidate")
    assert len(drawn(ax, "∘")) == 3  # forget, input and output gate multiply
    assert len(drawn(ax, "+")) == 1
    assert words(ax).count("tanh") == 2
    assert words(ax).count("σ") == 3
    assert {"forget", "input", "output", "gate", "candidate", "layer input"} <= set(words(ax))
    assert symbols(ax, "a") == ["t", "t", "t−1", "t−1"]
    assert symbols(ax, "c") == ["t", "t−1"]
    assert symbols(ax, "c\u0303") == ["t"]


def test_what_has_weights_looks_unlike_what_has_none():
    """The two boxes that say tanh: a layer of weights, and a mere function."""
    boxes = [p for p in diagrams.cell().patches if isinstance(p, FancyBboxPatch)]
    ends_round = {
        box.get_label(): box.get_boxstyle().rounding_size == box.get_height() / 2 for box in boxes
    }
    del ends_round["body"], ends_round["v"]
    assert ends_round == dict.fromkeys(("i", "f", "o", "candidate"), False) | {"squash": True}


def test_the_state_s_letter_is_beside_its_line():
    ax = diagrams.cell()
    (badge,) = drawn(ax, "D")
    assert all(
        abs(y - badge.center[1]) > badge.radius
        for part in ("c before", "c")
        for way in ways(ax, part)
        for _, y in way
    )


def test_the_layer_input_reaches_all_gates_and_the_candidate():
    ax = diagrams.cell()
    ends = {round(end[0], 6) for _, end in ways(ax, "v")}
    assert ends == {x for name in ("i", "f", "o", "candidate") for x, _ in centres(ax, name)}


def test_the_activation_goes_on_in_time_and_up():
    ax = diagrams.cell()
    (body,) = drawn(ax, "body")
    ends = [end for _, end in ways(ax, "a")]
    assert any(x > body.get_x() + body.get_width() for x, _ in ends)
    assert any(y > body.get_y() + body.get_height() for _, y in ends)


@pytest.mark.parametrize("part", diagrams.PARTS)
def test_a_highlighted_part_stands_out_and_the_rest_is_muted(part):
    ax = diagrams.cell([part])
    chosen = [name for name in diagrams.PARTS[part] if drawn(ax, name)]
    assert chosen
    bold = [patch for name in chosen for patch in drawn(ax, name)]
    other = [
        patch
        for patch in ax.patches
        if patch not in bold
        and patch.get_label() in {*"xvifoca", "candidate", "a before", "squash"}
    ]
    assert other
    assert plots.COLOURS["muted"] not in {colour(patch) for patch in bold}
    assert {colour(patch) for patch in other} == {plots.COLOURS["muted"]}
    thin = max(patch.get_linewidth() for patch in other)
    assert min(patch.get_linewidth() for patch in bold) > 2 * thin  # not by colour alone


def test_every_part_that_is_named_is_drawn():
    labels = {patch.get_label() for patch in diagrams.cell().patches}
    operations = {"forget", "admit", "emit", "sum"}  # these carry their sign instead
    assert {name for names in diagrams.PARTS.values() for name in names} - labels == operations


def test_parts_can_be_highlighted_together_and_by_one_name_alone():
    both = diagrams.cell(["input gate", "forget gate"])
    assert {colour(drawn(both, n)[0]) for n in "if"} == {plots.COLOURS[n] for n in "if"}
    assert colour(drawn(both, "o")[0]) == plots.COLOURS["muted"]
    one = diagrams.cell("output gate")
    assert colour(drawn(one, "o")[0]) == plots.COLOURS["o"]


DRAWINGS = pytest.mark.parametrize(
    "draw",
    [
        diagrams.network,
        lambda net: diagrams.unrolled(5, 2, backward=True),
        lambda net: diagrams.unrolled(6),
        lambda net: diagrams.tasks({"echo": ([1, 3], [1, 3])})[0],
        lambda net: diagrams.cell(),
        lambda net: diagrams.cell(["cell update"]),
    ],
    ids=["network", "unrolled", "many steps", "task", "cell", "highlighted"],
)


@DRAWINGS
def test_a_drawing_is_made_in_a_figure_of_its_own(draw, net):
    ax = draw(net)
    assert (ax.axison, ax.get_aspect()) == (False, 1)
    assert draw(net).figure is not ax.figure


@DRAWINGS
def test_a_drawing_has_the_colours_of_the_pages_alone_and_fits_its_figure(draw, net):
    ax = draw(net)
    assert colours(ax) <= PALETTE
    renderer = ax.figure.canvas.get_renderer()
    assert ax.figure.get_figwidth() <= 5.8
    for text in ax.texts:
        box = text.get_window_extent(renderer)
        assert box.x0 >= 0
        assert box.x1 <= ax.figure.bbox.width
        assert box.y0 >= 0
        assert box.y1 <= ax.figure.bbox.height


def letters(text, renderer):
    """Return the box from a text's baseline to the height of its capitals, in pixels."""
    ax, pixels = text.axes, text.figure.dpi / 72
    baseline = ax.transData.transform(text.xy)[1] + text.xyann[1] * pixels
    box = text.get_window_extent(renderer)
    return Bbox([[box.x0, baseline], [box.x1, baseline + 0.75 * text.get_size() * pixels]])


@DRAWINGS
@pytest.mark.parametrize("scale", [1.0, 1.25])  # a phone enlarges the words
def test_no_words_touch(draw, net, scale):
    ax = draw(net)
    for text in ax.texts:
        text.set_size(scale * text.get_size())
    renderer = ax.figure.canvas.get_renderer()
    boxes = [(text.get_text(), text.xy, letters(text, renderer)) for text in ax.texts]
    touching = [
        (one, other)
        for k, (one, at, box) in enumerate(boxes)
        for other, where, second in boxes[:k]
        if not (at == where and {one, other} & {*"xacifoyW"})  # a symbol and its script meet
        and box.overlaps(second)
    ]
    assert touching == []


@pytest.mark.parametrize(
    ("draw", "error", "says"),
    [
        (lambda: diagrams.network("lstm"), TypeError, "net: expected a Network, got str"),
        (lambda: diagrams.unrolled(0), ValueError, "steps: .* from 1 to 6, got 0"),
        (lambda: diagrams.unrolled(7), ValueError, "steps: .* from 1 to 6, got 7"),
        (lambda: diagrams.unrolled(2.5), TypeError, "steps: expected a whole number"),
        (lambda: diagrams.unrolled(3, 8), ValueError, "layers: .* from 1 to 7, got 8"),
        (lambda: diagrams.tasks({}), ValueError, "tasks: expected at least one, got none"),
        (lambda: diagrams.tasks({"one": ([1], [9])}), ValueError, "one, answers: .* 1 to 4, got 9"),
        (lambda: diagrams.tasks({"one": ([0], [4])}), ValueError, "one, reads: .* 1 to 4, got 0"),
        (lambda: diagrams.tasks({"one": (2, [4])}), TypeError, "one, reads: .* numbers, got int"),
        (lambda: diagrams.tasks({"one": ([1], "3")}), TypeError, "one, answers: .* got '3'"),
        (
            lambda: diagrams.tasks({"one": ([1], [])}),
            ValueError,
            "one, answers: .* one step, got none",
        ),
        (lambda: diagrams.cell(["gate"]), ValueError, r"highlight: expected .*, got \['gate'\]"),
        (lambda: diagrams.cell("A"), ValueError, r"highlight: expected .*'layer input'.*\['A'\]"),
        (lambda: diagrams.cell([1]), ValueError, r"highlight: .*, got \['1'\]"),
    ],
)
def test_bad_arguments_are_refused_and_nothing_is_drawn(draw, error, says):
    with pytest.raises(error, match=f"^{says}"):
        draw()
    assert plt.get_fignums() == []


def test_a_task_that_is_no_pair_is_named():
    with pytest.raises(
        TypeError, match=r"^echo: expected a pair \(reads, answers\), got list of 1$"
    ):
        diagrams.tasks({"echo": [[1]]})
    with pytest.raises(
        TypeError, match=r"^tasks: expected a dict of tasks by their names, got list"
    ):
        diagrams.tasks([1])
