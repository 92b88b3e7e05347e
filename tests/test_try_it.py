"""The boxes in which a reader moves numbers: what a page holds, and what wrong numbers are told."""

import inspect
import json
import re
from io import StringIO

import nbformat
import numpy as np
import pytest
from myst_nb.ext.glue import GLUE_PREFIX
from nbformat import v4
from selectolax.lexbor import LexborHTMLParser
from sphinx.application import Sphinx

from lstm_ref import datasets, experiment

STEP = [[[[1.0, 2.0, 3.0]]] * 4, 0.5, [0.25], [-1.0]]  # one unit
RUN = [STEP[0], [0.5, 0.25]]
HOLD = [*RUN, 0]
GOOD = {"step": ("try-step", STEP), "run": ("try-run", RUN), "hold": ("try-hold", HOLD)}
SHAPES = r"\[W, x, a, c\] of shapes \(4, H, H \+ 2\), \(\), \(H,\), \(H,\), got "
BAD = {
    "text": ("try-step", "'many'", "expected a glued list .*, got 'many'"),
    "a number": ("try-step", "5", "expected a glued list .*, got '5'"),
    "three parts": ("try-step", repr(STEP[:3]), SHAPES + r"\(4, 1, 3\), \(\), \(1,\)"),
    "another box": ("try-step", repr(RUN), SHAPES + r"\(4, 1, 3\), \(2,\)"),
    "no numbers": ("try-step", repr([*STEP[:3], ["c"]]), "expected a glued list .*, got "),
    "three gates": ("try-step", repr([STEP[0][:3], *STEP[1:]]), SHAPES + r"\(3, 1, 3\)"),
    "two inputs": (
        "try-step",
        repr([STEP[0], [0.5, 0.5], *STEP[2:]]),
        SHAPES + r"\(4, 1, 3\), \(2,\)",
    ),
    "more states": ("try-step", repr([*STEP[:3], [1.0, 2.0]]), SHAPES + r".*\(1,\), \(2,\)"),
    "no such unit": ("try-hold", repr([*RUN, 1]), "expected a unit from 0 to 0, got 1"),
    "half a unit": ("try-hold", repr([*RUN, 0.5]), "expected a unit from 0 to 0, got 0.5"),
    "no unit": ("try-hold", repr(RUN), r"\[W, head, unit\] of shapes .*, got \(4, 1, 3\), \(2,\)"),
}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Build one page a box: the pages and what was said, by name."""
    source = tmp_path_factory.mktemp("try-it") / "source"
    source.mkdir()
    pages = {name: (kind, repr(numbers)) for name, (kind, numbers) in GOOD.items()}
    pages |= {name: (kind, text) for name, (kind, text, _) in BAD.items()}
    pages["float32"] = ("try-run", repr([RUN[0], [0.5, float(np.float32(0.3))]]))
    for name, (kind, text) in pages.items():
        glue = {"scrapbook": {"name": "numbers", "mime_prefix": GLUE_PREFIX}}
        data = {f"{GLUE_PREFIX}text/plain": text}
        output = v4.new_output("display_data", data, metadata=glue)
        page = v4.new_markdown_cell(
            f"# Page\n\n```{{{kind}}} numbers\nMove *it*.\n```\n\nAfter the box."
        )
        cells = [v4.new_code_cell(outputs=[output], execution_count=1), page]
        (source / f"{name}.ipynb").write_text(nbformat.writes(v4.new_notebook(cells=cells)))
    (source / "index.md").write_text("# No box\n\n```{try-step}\n```")
    for name, option in (
        ("train", ""),
        ("slow", ":learning-rate: 0.01\n"),
        ("slower", ":learning-rate: 0.003\n"),
    ):
        (source / f"{name}.md").write_text(f"# Page\n\n```{{try-train}}\n{option}\nMove *it*.\n```")
    for name in ("window", "back", "gates"):
        (source / f"{name}.md").write_text(f"# Page\n\n```{{try-{name}}}\nMove *it*.\n```")
    said = StringIO()
    settings = {"extensions": ["myst_nb", "try_it"], "nb_execution_mode": "off"}
    settings |= {"suppress_warnings": ["toc.not_included"]}
    out = source.with_name("html")
    app = Sphinx(source, None, out, out / "trees", "html", settings, status=None, warning=said)
    with pytest.MonkeyPatch.context() as patch:
        for function in (experiment.train, datasets.function_windows):
            # What autodoc leaves behind when it has read the API in the same process.
            patch.setattr(function, "__signature__", inspect.Signature(), raising=False)
        app.build()
    html = {path.stem: LexborHTMLParser(path.read_text()) for path in out.glob("*.html")}
    return html, said.getvalue()


@pytest.mark.parametrize("name", GOOD)
def test_a_box_holds_the_numbers_and_is_not_seen_before_the_script_fills_it(built, name):
    kind, numbers = GOOD[name]
    (box,) = built[0][name].css(f".try-it.{kind}")
    assert json.loads(box.attributes["data-numbers"]) == numbers
    assert "hidden" in box.attributes
    assert box.css_first("p").html == "<p>Move <em>it</em>.</p>"


def test_the_tail_of_a_float32_is_left_out(built):
    (box,) = built[0]["float32"].css(".try-it.try-run")
    assert json.loads(box.attributes["data-numbers"]) == [RUN[0], [0.5, 0.3]]


def test_the_box_of_a_training_holds_the_settings_of_the_experiment(built):
    (box,) = built[0]["train"].css(".try-it.try-train")
    given = json.loads(box.attributes["data-numbers"])
    assert given == {  # what the interactive system has
        "learning_rate": 0.025,
        "learning_rates": given["learning_rates"],
        "batch_size": 25,
        "noise": 0.0,
        "units": [16, 16, 16],
        "window": 15,
        "distance": 0.2,
        "period": 32,
        "windows": 100,
    }
    assert sorted({1e-4, 0.01, 0.025, 1.0} & {*given["learning_rates"]}) == [1e-4, 0.01, 0.025, 1.0]
    assert "hidden" in box.attributes
    assert box.css_first("p").html == "<p>Move <em>it</em>.</p>"


def test_a_training_begins_with_the_learning_rate_that_the_page_names(built):
    (box,) = built[0]["slow"].css(".try-it.try-train")
    assert json.loads(box.attributes["data-numbers"])["learning_rate"] == 0.01
    assert not built[0]["slower"].css(".try-it")
    assert re.search(r"slower.md.*: expected a learning rate of .*, got 0.003", built[1])


@pytest.mark.parametrize("kind", ["window", "back", "gates"])
def test_a_box_may_begin_with_numbers_of_its_own(built, kind):
    (box,) = built[0][kind].css(f".try-it.try-{kind}")
    assert "hidden" in box.attributes
    assert box.css_first("p").html == "<p>Move <em>it</em>.</p>"


@pytest.mark.parametrize(
    ("page", "needed"),
    [
        ("step", ["lstm.js", "try-it.js", "try-step.js"]),
        ("train", ["lstm.js", "try-it.js", "try-train.js"]),
        ("back", ["try-it.js", "try-back.js"]),
        ("gates", ["try-it.js", "try-gates.js"]),
        ("index", []),
    ],
)
def test_a_page_loads_the_scripts_of_its_boxes_and_no_others(built, page, needed):
    scripts = built[0][page].css('script[src*="lstm.js"], script[src*="try-"]')
    loaded = [script.attributes["src"].split("?")[0] for script in scripts]
    assert loaded == [f"_static/{script}" for script in needed]
    assert all("defer" in script.attributes for script in scripts)


@pytest.mark.parametrize("name", BAD)
def test_wrong_numbers_are_refused(built, name):
    said = [line for line in built[1].splitlines() if f"{name}.ipynb" in line]
    assert len(said) == 1
    kind, _, words = BAD[name]
    assert re.search(f"{kind}.*: .*{words}", said[0]), said
    assert not built[0][name].css(".try-it")


def test_a_box_asks_for_a_name(built):
    assert "1 argument(s) required, 0 supplied" in built[1]
