"""The networks in the reader's browser: the script (`lstm.js`) held against lstm_ref, and two boxes."""

import json
import re

import numpy as np
import pytest

from lstm_ref import activations, datasets, experiment, generation, lstm, network, training
from lstm_ref.optimizers import rmsprop

PAGE = "training/learning-rate.html"
UNITS = (16, 16, 16)
FORM = {
    "window": experiment.WINDOW,
    "period": experiment.PERIOD,
    "distance": experiment.STEP,
    "windows": 100,
}


@pytest.fixture(scope="module")
def script(open_tab, server):
    """Evaluate JavaScript where the page's own script, as it is published, has run."""
    tab = open_tab(server.base, PAGE)
    yield tab.evaluate
    tab.context.close()


def started(script, seed=1, units=UNITS):
    """The first weights of the script's network."""
    make = "([units, seed]) => [...new lstm.Network(units, lstm.generator(seed)).theta]"
    return network.Network(
        np.array(script(make, [units, seed])), lstm, 1, units, 1, activations.tanh
    )


@pytest.mark.parametrize("name", ["sin", "saw", "square", "composite"])
def test_functions_are_those_of_the_package(script, name):
    x = np.linspace(-7, 9, 203)
    values = script("([name, xs]) => xs.map(lstm.FUNCTIONS[name])", [name, x.tolist()])
    np.testing.assert_allclose(values, getattr(datasets, name)(x), atol=1e-12)


def test_chance_is_even_and_a_seed_repeats_it(script):
    draw = "([seed, n]) => { const d = lstm.generator(seed); return Array.from({length: n}, d); }"
    drawn = np.array(script(draw, [7, 20_000]))
    assert script(draw, [7, 5]) == drawn[:5].tolist() != script(draw, [8, 5])
    assert 0 <= drawn.min() < drawn.max() < 1
    counts, _ = np.histogram(drawn, 20, (0, 1))
    assert np.sum((counts - 1000) ** 2 / 1000) < 43.8  # chi-square, 19 degrees: 1 in 1000
    assert abs(np.corrcoef(drawn[:-1], drawn[1:])[0, 1]) < 0.03


def test_first_weights_are_drawn_as_in_the_package(script):
    """Orthogonal from a to the gates, no bias, the rest as wide as Glorot asks."""
    net = started(script)
    assert net.theta.size == 5393
    for D, layer in zip((1, 16, 16), net.layers, strict=True):
        W_a = layer.W[:, :, D:-1].reshape(64, 16)
        np.testing.assert_allclose(W_a.T @ W_a, np.eye(16), atol=1e-12)
        assert not layer.W[:, :, -1].any()
    assert not net.b_y.any()
    for D, part in ((1, lambda n: n.layers[0].W[..., :1]), (16, lambda n: n.layers[1].W[..., :16])):
        drawn = np.concatenate([part(started(script, seed)).ravel() for seed in range(20)])
        expected = np.sqrt(2 / (D + 64))
        assert drawn.std() == pytest.approx(expected, rel=4 / np.sqrt(2 * drawn.size))
        assert abs(drawn.mean()) < 4 * expected / np.sqrt(drawn.size)
    heads = np.concatenate([started(script, seed).W_y.ravel() for seed in range(20)])
    assert heads.std() == pytest.approx(np.sqrt(2 / 17), rel=4 / np.sqrt(2 * heads.size))


EPOCHS = """([units, seed, form, rate, epochs]) => {
  const draw = lstm.generator(seed);
  const net = new lstm.Network(units, draw);
  const before = [...net.theta];
  const done = [];
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    for (const [xs, target] of lstm.batches(lstm.FUNCTIONS[form.name], draw, form)) {
      done.push({ xs: xs.map((row) => [...row]), target: [...target], loss: net.update(xs, target, rate) });
    }
  }
  const runs = lstm.refeed(net, lstm.trial(lstm.FUNCTIONS[form.name], form)[0], form.period);
  return {
    before, done, after: [...net.theta], runs: runs.map((row) => [...row]),
    errors: lstm.errors(net, lstm.FUNCTIONS[form.name], form),
  };
}"""


@pytest.mark.parametrize(
    ("units", "form", "rate"),
    [
        (UNITS, {"name": "sin", "size": 25, "noise": 0}, 0.025),
        (UNITS, {"name": "composite", "size": 40, "noise": 0.4}, 0.1),
        ((5, 3), {"name": "saw", "size": 5, "noise": 0.2}, 0.01),
    ],
)
def test_training_is_that_of_the_package_update_by_update(script, units, form, rate):
    given = [units, 3, FORM | form, rate, 3]
    found = script(EPOCHS, given)
    net = network.Network(np.array(found["before"]), lstm, 1, units, 1, activations.tanh)
    optimizer = rmsprop(rate)
    memory = optimizer.init(net.theta)
    losses = []
    for one in found["done"]:
        x, target = np.array(one["xs"])[:, None], np.array(one["target"])[None]
        net, memory, loss, *_ = training.update(net, x, target, optimizer, memory)
        losses.append(loss)
    assert len(losses) == 3 * -(-100 // form["size"])
    np.testing.assert_allclose([one["loss"] for one in found["done"]], losses, rtol=1e-6)
    np.testing.assert_allclose(found["after"], net.theta, rtol=0, atol=1e-5)


def test_an_epoch_has_every_window_once_with_noise_on_what_is_read_alone(script):
    made = """([form, seed]) => lstm.batches(Math.sin, lstm.generator(seed), form)
        .map(([xs, y]) => [xs.map((row) => [...row]), [...y]])"""
    clean = FORM | {"size": 30, "noise": 0}
    batches = script(made, [clean, 5])
    assert [len(target) for _, target in batches] == [30, 30, 30, 10]

    def joined(batches):
        return np.hstack([np.vstack([*xs, y]) for xs, y in batches])

    def phases(values):  # from the last two values, which are clean
        cosine = (values[-1] * np.cos(0.2) - values[-2]) / np.sin(0.2)
        return np.arctan2(values[-1], cosine) % (2 * np.pi)

    values = joined(batches)
    found = phases(values)
    np.testing.assert_allclose(np.diff(np.sort(found)), 2 * np.pi / 100, atol=1e-9)
    assert not np.allclose(np.diff(found) % (2 * np.pi), 2 * np.pi / 100), "they are not shuffled"
    waves = np.sin(found + 0.2 * np.arange(-15, 1)[:, None])
    np.testing.assert_allclose(values, waves, atol=1e-9)

    noisy = joined(script(made, [clean | {"noise": 0.4}, 5]))
    added = (noisy - values)[:-1]
    assert np.abs(added).max() <= 0.4
    assert added.std() == pytest.approx(0.4 / np.sqrt(3), rel=0.05)
    assert abs(added.mean()) < 0.03
    np.testing.assert_allclose(noisy[-1], values[-1], atol=1e-12)


def test_free_runs_and_errors_are_those_of_the_package(script):
    given = [UNITS, 4, FORM | {"name": "sin", "size": 25, "noise": 0}, 0.01, 5]
    found = script(EPOCHS, given)
    net = network.Network(np.array(found["after"]), lstm, 1, UNITS, 1, activations.tanh)
    window, _ = experiment.trial()
    runs = generation.refeed(net, window.astype(float), experiment.PERIOD)[:, 0]
    np.testing.assert_allclose(found["runs"], runs, atol=1e-5)  # the windows were float32 there
    _, run_error, step_error = experiment.errors(net)
    assert found["errors"] == pytest.approx({"step": step_error, "run": run_error}, abs=1e-5)


# --- The box of a training --------------------------------------------------------------------------------------


def opened(reader, **options):
    """The page and its box, which begins when it comes near."""
    tab = reader(PAGE, **options)
    box = tab.locator(".try-train")
    box.scroll_into_view_if_needed()
    box.get_by_text("Network 1 has its first weights").wait_for()
    return tab, box


def trained(box, epochs):
    """Wait until the box says that so many epochs are done, and return what it says."""
    said = box.locator(".try-told")
    said.get_by_text(f"after {epochs} epoch").wait_for()
    return said.inner_text()


def points(box, look):
    """Return what a curve goes through, as it is drawn: (step, height)."""
    drawn = re.findall(r"[ML](\S+) ([^ML]+)", box.locator(f"path.{look}").get_attribute("d"))
    return np.array(drawn, dtype=float).T


def test_a_network_is_trained_by_keyboard(reader, width):
    """Every number that the box shows is that of the script, for the same network and settings."""
    tab, box = opened(reader, width=width)
    rate = box.get_by_label("Learning rate")
    assert rate.get_attribute("aria-valuetext") == "0.01"
    rate.press("ArrowLeft")
    assert rate.get_attribute("aria-valuetext") == "0.005"
    box.get_by_label("Noise").press("ArrowRight")
    box.get_by_role("slider", name="Network").press("ArrowRight")
    for epochs in (10, 20):
        box.get_by_role("button", name="Train 10 epochs").press("Enter")
        said = trained(box, epochs)
    form = FORM | {"name": "sin", "size": 25, "noise": 0.05}
    found = tab.evaluate(EPOCHS, [UNITS, 2, form, 0.005, 20])
    losses = np.array([one["loss"] for one in found["done"]])
    loss = losses[-20:].mean()  # the last five epochs
    errors = [found["errors"][name] for name in ("step", "run")]
    cheap = np.sqrt(0.5), np.sqrt(2) * np.sin(0.1)  # the answer 0, and a sine one step too late
    shown = [float(number) for number in re.findall(r"\d+\.\d+", said)]
    assert shown == pytest.approx([loss, *errors, *cheap], rel=0.05, abs=0.0051)
    assert "Network 2 after 20 epochs, that is 80 updates" in said
    newest, older = (re.split(r"[\t\n]+", row) for row in box.locator("tbody tr").all_inner_texts())
    assert newest[:2] == ["3 layers, rate 0.005, batch 25, noise 0.05, sine, network\u00a02", "20"]
    assert [float(number) for number in newest[2:]] == shown[:3]
    assert older[:2] == [newest[0], "10"]

    half = {"0.001": 2, "10⁻⁵": 3}[box.locator(".try-scale span").last.inner_text()]
    update, height = points(box, "try-update")
    assert update.tolist() == list(range(1, 81))
    np.testing.assert_allclose(10 ** (1 - half - half * height), losses, rtol=1e-6)
    middle, height = points(box, "try-loss:not(.try-thin)")
    assert middle.tolist() == [2.5 + 4 * epoch for epoch in range(20)]
    means = losses.reshape(20, 4).mean(axis=1)
    np.testing.assert_allclose(10 ** (1 - half - half * height), means, rtol=1e-6)
    for look, error in zip(("dashed", "dotted"), cheap, strict=True):
        _, height = points(box, f"try-loss.try-{look}")
        np.testing.assert_allclose(10 ** (1 - half - half * height), error**2, rtol=1e-6)
    window, truth = (values[:, 0, 4] for values in experiment.trial())
    run = np.array(found["runs"])[:, 4]
    for look, first, values in (
        ("try-input", 1, window),
        ("try-prediction", 16, run),
        ("try-truth", 16, truth),
    ):
        step, height = points(box, look)
        assert step.tolist() == list(range(first, first + len(values)))
        np.testing.assert_allclose(-1.5 * height, values, atol=1e-6)

    box.get_by_label("Function").select_option("saw")
    box.get_by_text("Network 2 has its first weights").wait_for()
    assert box.locator("path.try-update").get_attribute("d") == ""
    box.get_by_role("button", name="1 epoch").press("Enter")
    assert "84 updates" not in trained(box, 1)
    assert "sawtooth" in box.locator("tbody th").first.inner_text()


@pytest.mark.parametrize(("key", "layers"), [("Home", 1), ("ArrowRight", 4)])
def test_layers_are_added_and_removed(reader, key, layers):
    tab, box = opened(reader)
    box.get_by_label("Layers").press(key)
    box.get_by_role("button", name="1 epoch").click()
    said = trained(box, 1)
    form = FORM | {"name": "sin", "size": 25, "noise": 0}
    found = tab.evaluate(EPOCHS, [UNITS[:1] * layers, 1, form, 0.01, 1])
    loss = np.mean([one["loss"] for one in found["done"]])
    errors = [found["errors"][name] for name in ("step", "run")]
    shown = [float(number) for number in re.findall(r"\d+\.\d+", said)]
    assert shown[:3] == pytest.approx([loss, *errors], rel=0.05, abs=0.0051)
    row = box.locator("tbody th").first.inner_text()
    assert row.startswith(f"{layers} layer{'s' * (layers > 1)}, rate 0.01,")


def test_a_training_that_is_done_once_more_is_listed_once(reader):
    """A network and its settings decide all: whatever was trained between."""
    _, box = opened(reader)
    rate = box.get_by_label("Learning rate")
    for key in ("ArrowRight", "ArrowLeft"):
        rate.press(key)
        box.get_by_role("button", name="1 epoch").click()
        trained(box, 1)
    box.get_by_role("button", name="Start again").click()
    box.get_by_role("button", name="1 epoch").click()
    trained(box, 1)
    rows = box.locator("tbody tr").all_inner_texts()
    assert [row.split(", ")[1] for row in rows] == ["rate 0.01", "rate 0.025"]


def test_a_training_can_be_stopped_and_says_how_far_it_came(reader):
    _, box = opened(reader)
    box.get_by_label("Layers").press("End")  # a long training, so that there is time to stop it
    box.get_by_label("Batch size").press("Home")
    box.get_by_role("button", name="Train 10 epochs").click()
    box.get_by_role("button", name="Stop").click()
    box.get_by_role("button", name="Train 10 epochs").wait_for()
    said = box.locator(".try-told").inner_text()
    epochs, updates = map(int, re.search(r"after (\d+) epoch.*is (\d+) update", said).groups())
    assert 1 <= epochs < 10
    assert updates == 20 * epochs


def test_one_epoch_more_does_not_cut_a_training_short(reader):
    _, box = opened(reader)
    box.get_by_role("button", name="Train 10 epochs").click()
    one = box.get_by_role("button", name="1 epoch")
    assert one.get_attribute("aria-disabled") == "true"
    one.dispatch_event("click")
    assert "40 updates" in trained(box, 10)
    assert one.get_attribute("aria-disabled") is None


def test_a_slider_that_moves_on_says_nothing_anew(reader):
    """A screen reader would speak it over the slider's own number."""
    tab, box = opened(reader)
    box.locator(".try-told").evaluate(
        """e => { window.spoken = 0
            new MutationObserver(all => { window.spoken += all.length }).observe(e, { childList: true }) }"""
    )
    for _ in range(4):
        box.get_by_label("Noise").press("ArrowRight")
    assert tab.evaluate("window.spoken") == 0


def test_what_a_box_says_is_spoken_once_when_a_reader_pauses(reader):
    tab = reader("lstm-cells/forget-gate.html")
    box = tab.locator(".try-hold")
    box.scroll_into_view_if_needed()
    box.get_by_text("all gates by their weights").wait_for()
    tab.wait_for_timeout(1000)
    spoken = tab.locator("body > .heard[role=status]")
    assert "".join(spoken.all_inner_texts()) == "", (
        "the page speaks before its reader does anything"
    )
    tab.evaluate(
        """() => { window.said = []
            const heard = [...document.querySelectorAll("body > .heard")]
            const note = all => all.forEach(({ target }) => window.said.push(target.textContent))
            for (const one of heard) new MutationObserver(note).observe(one, { childList: true }) }"""
    )
    gate = box.get_by_label("Forget gate")
    gate.focus()
    for _ in range(3):
        gate.press("ArrowDown")
    tab.wait_for_timeout(2000)
    assert tab.evaluate("window.said") == [box.locator(".try-told").inner_text()]


@pytest.mark.parametrize(("motion", "least", "most"), [("reduce", 1, 2), ("no-preference", 5, 11)])
def test_the_drawing_moves_only_for_a_reader_who_wants_it(reader, motion, least, most):
    tab, box = opened(reader, reduced_motion=motion)
    line = box.locator("path.try-prediction")
    line.evaluate(
        "e => { window.drawn = 0; new MutationObserver(() => { window.drawn += 1 }).observe(e, { attributes: true }) }"
    )
    box.get_by_role("button", name="Train 10 epochs").click()
    trained(box, 10)
    assert least <= tab.evaluate("window.drawn") <= most


# --- The box in which gates are held ---------------------------------------------------------------


@pytest.mark.parametrize("gate", ["forget-gate", "input-gate", "output-gate"])
def test_gates_are_held_by_keyboard(reader, gate):
    """Error and state are those of `lstm.hold_gate`; two gates can be held at once."""
    tab = reader(f"lstm-cells/{gate}.html")
    box = tab.locator(".try-hold")
    box.scroll_into_view_if_needed()
    box.get_by_text("all gates by their weights").wait_for()
    W, head, unit = json.loads(box.get_attribute("data-numbers"))
    theta = np.concatenate([np.ravel(W), head])
    trained = network.Network(theta, lstm, 1, (16,), 1, activations.tanh)
    window = datasets.sequence(datasets.composite, start=0.5, steps=15)

    def check(held):
        layer = trained.layers[0]
        for name, value in held.items():
            layer = lstm.hold_gate(layer, name, value)
        net = trained.with_layer(1, layer)
        said = box.locator(".try-told").inner_text()
        for name, value in held.items():
            assert f"{name} held at {value:g}" in said
        _, run_error, step_error = experiment.errors(net, datasets.composite)
        shown = [float(number) for number in re.findall(r"\d\.\d\d", said.partition(":")[2])]
        zero = np.sqrt(np.mean(datasets.composite(np.arange(1000) * 2 * np.pi / 1000) ** 2))
        assert shown == pytest.approx([step_error, run_error, zero], abs=0.0051)
        top = float(box.locator(".try-scale span").all_inner_texts()[3])
        step, height = points(box, "try-state")
        assert step.tolist() == list(range(1, 16))
        states = network.forward(net, window).layers[0].c[:, unit, 0]
        np.testing.assert_allclose(-top * height, states, atol=1e-6)

    check({})
    for name, words in (("Forget", "held shut"), ("Output", "held at 0.5")):
        label = box.get_by_label(f"{name} gate")
        label.focus()
        tab.keyboard.type(words)
    check({"f": 0, "o": 0.5})
    box.get_by_label("Input gate").select_option("1")
    check({"f": 0, "o": 0.5, "i": 1})
    box.get_by_role("button", name="As trained").press("Enter")
    check({})
