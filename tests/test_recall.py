"""The recall questions of the book: what a page holds, and what a wrong question is told."""

import json
import re
from io import StringIO

import nbformat
import pytest
from myst_nb.ext.glue import GLUE_PREFIX
from nbformat import v4
from selectolax.lexbor import LexborHTMLParser
from sphinx.application import Sphinx

CHOICE = """
:::{recall} Which axis of `x` counts the steps $t$?
- [x] the first, $t$
- [ ] the `second`

`x` is (T, D, B).

Time comes first.
:::
"""
SEVERAL = """
:::{recall} Which gates are there?
- [x] input
- [ ] throughput
- [X] output

Two of four.
:::
"""
NUMBER = """
:::{recall} How great is the slope?
:number: 2.5e-1
:tolerance: 0.005

A quarter.
:::
"""
THOUSANDS = ":::{recall} How many?\n:number: 5,393\n\nMany.\n:::\n"
TEXT = """
:::{recall} Which gate keeps?
:text: forget gate | the "forget" gate | f

It keeps.
:::
"""

GLUED = THOUSANDS.replace("5,393", "{glue:text}`few`")

BAD = {  # the lines of a question, and what is said of them
    "no answer": ("Why.", "expected one of a task list.*`:number:` and `:text:`, got none"),
    "an ordinary list": ("- one\n- two\n\nWhy.", "expected one of a task list.*got none"),
    "two answers": (":number: 1\n:text: one\n\nWhy.", "got number and text"),
    "a list and a number": (":number: 1\n\n- [x] 1\n- [ ] 2\n\nWhy.", "got number and task list"),
    "nothing right": ("- [ ] 1\n- [ ] 2\n\nWhy.", r"right and wrong choices, got 0 `- \[x\]`, 2"),
    "nothing wrong": ("- [x] 1\n- [x] 2\n\nWhy.", r"right and wrong choices, got 2 `- \[x\]`, 0"),
    "no box": ("- [x] 1\n- two\n\nWhy.", r"choice 2: expected `\[x\]` or `\[ \]`, got 'two'"),
    "a long choice": ("- [x] 1\n\n  more\n- [ ] 2\n\nWhy.", "choice 1: expected one line, got"),
    "not a number": (":number: many\n\nWhy.", "`:number:` expected a number .* got 'many'"),
    "a comma for a point": (":number: 0,25\n\nWhy.", "`:number:` expected .* got '0,25'"),
    "not finite": (":number: nan\n\nWhy.", "`:number:` expected a number .* got 'nan'"),
    "a wrong tolerance": (":number: 1\n:tolerance: -1\n\nWhy.", "`:tolerance:` .* got '-1'"),
    "a lone tolerance": (":text: a\n:tolerance: 1\n\nWhy.", "goes with `:number:`, got a text"),
    "an empty variant": (":text: a |\n\nWhy.", r"`:text:` expected accepted .* got 'a \|'"),
    "no explanation": (":text: a\n", "expected an explanation after the answer, got nothing"),
    "a wrong option": (":right: 1\n:text: a\n\nWhy.", "'recall': Unknown option.*'right'"),
    "no question": (None, "1 argument.* required, 0 supplied"),
}


def executed(text):
    """Return a notebook whose first cell has glued "1,024" as `few`."""
    glue = {"scrapbook": {"name": "few", "mime_prefix": GLUE_PREFIX}}
    data = {f"{GLUE_PREFIX}text/plain": "'1,024'"}
    output = v4.new_output("display_data", data, metadata=glue)
    cells = [v4.new_code_cell(outputs=[output], execution_count=1), v4.new_markdown_cell(text)]
    return v4.new_notebook(cells=cells)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Build one page a question: the pages and what was said of each, by name."""
    source = tmp_path_factory.mktemp("recall") / "source"
    source.mkdir()
    pages = {"choice": CHOICE, "several": SEVERAL, "number": NUMBER, "text": TEXT}
    pages |= {"minus": THOUSANDS.replace("5,393", "−1,024.5")}
    pages |= {"thousands": THOUSANDS, "twice": CHOICE + CHOICE.replace("Time", "It")}
    pages |= {"index": "No questions."}
    for name, (lines, _) in BAD.items():
        pages[name] = f":::{{recall}}{' Why?' if lines else ''}\n{lines or 'Why.'}\n:::\n"
    (source / "glued.ipynb").write_text(nbformat.writes(executed(GLUED)))
    for name, text in pages.items():
        (source / f"{name}.md").write_text(f"# Page\n\n{text}")
    said = StringIO()
    settings = {"extensions": ["myst_nb", "recall"], "nb_execution_mode": "off"}
    settings |= {"myst_enable_extensions": ["colon_fence", "dollarmath"]}
    settings |= {"suppress_warnings": ["toc.not_included"]}
    out = source.with_name("html")
    app = Sphinx(source, None, out, out / "trees", "html", settings, status=None, warning=said)
    app.build()
    html = {path.stem: path.read_text() for path in out.glob("*.html")}
    return {name: LexborHTMLParser(text) for name, text in html.items()}, said.getvalue()


def question(built, name):
    (block,) = built[0][name].css(".recall")
    return block


def words(node):
    return re.sub(r"\s+", " ", node.text()).strip()


def test_a_choice_reads_without_a_script(built):
    block = question(built, "choice")
    assert words(block.css_first(".recall-question")) == r"Which axis of x counts the steps \(t\)?"
    assert [words(li) for li in block.css("ul.recall-choices > li")] == [
        r"the first, \(t\)",
        "the second",
    ]
    assert len(block.css("li code")) == 1
    answer = block.css_first("details")
    assert "open" not in answer.attributes
    assert [words(line) for line in answer.css("summary, p")] == [
        "Answer",
        r"the first, \(t\)",
        "x is (T, D, B).",
        "Time comes first.",
    ]
    assert block.attributes["data-kind"] == "choice"
    assert block.attributes["data-right"] == "0"
    assert "data-several" not in block.attributes


def test_several_choices_may_be_right(built):
    block = question(built, "several")
    assert block.attributes["data-right"] == "0 2"
    assert "data-several" in block.attributes
    assert words(block.css_first(".recall-question")) == "Which gates are there? (more than one)"
    assert [words(line) for line in block.css("details strong")] == ["input", "output"]


@pytest.mark.parametrize(
    ("name", "value", "tolerance", "shown"),
    [
        ("number", "0.25", "0.005", "2.5e-1, give or take 0.005"),
        ("thousands", "5393.0", "0.0", "5,393"),
        ("minus", "-1024.5", "0.0", "−1,024.5"),
        ("glued", "1024.0", "0.0", "1,024"),
    ],
)
def test_a_number_is_written_or_glued(built, name, value, tolerance, shown):
    block = question(built, name)
    assert block.attributes["data-number"] == value
    assert block.attributes["data-tolerance"] == tolerance
    assert words(block.css_first("details strong")) == shown


def test_a_text_has_variants(built):
    block = question(built, "text")
    assert json.loads(block.attributes["data-text"]) == ["forget gate", 'the "forget" gate', "f"]
    assert words(block.css_first("details strong")) == "forget gate"


def test_a_question_is_known_by_its_wording(built):
    keys = [block.attributes["data-key"] for block in built[0]["twice"].css(".recall")]
    assert keys[0] == question(built, "choice").attributes["data-key"] != keys[1]


@pytest.mark.parametrize("name", ["choice", "twice", "glued"])
def test_a_page_with_questions_loads_the_script_once(built, name):
    (script,) = built[0][name].css('script[src*="recall.js"]')
    assert "defer" in script.attributes


def test_a_page_without_questions_loads_no_script(built):
    assert not built[0]["index"].css('script[src*="recall.js"]')


@pytest.mark.parametrize("name", BAD)
def test_a_wrong_question_is_refused_where_it_stands(built, name):
    # The question stands on the third line, and its options below it.
    said = [line for line in built[1].splitlines() if f"/{name}.md:" in line]
    assert len(said) == 1
    assert re.search(rf"{name}\.md:[34]: (ERROR|WARNING): .*{BAD[name][1]}", said[0])


def test_a_good_question_is_not_refused(built):
    said = [line for line in built[1].splitlines() if re.search(r"\.(md|ipynb):", line)]
    assert len(said) == len(BAD)
