"""The book's pages keep every rule of `book/_check`, and every rule can fail.

Each rule has a page here that breaks it, so that none of them can pass by looking away.
"""

from __future__ import annotations

import functools
import os
import re
import unittest.mock
from collections.abc import Iterator

import pytest

import _new_page
from _check import cells, figures, form, links, markup, running, words
from _check.__main__ import main, name_of, report
from _check.book import BOOK, Book, entries, is_chapter
from _check.form import missing_in_order
from _check.page import Page, cell_of, directive_of, is_cell
from _check.rules import (
    CHAPTER,
    FIRST,
    IN_BOOK,
    RUNNING,
    RUNNING_IN_BOOK,
    STATIC,
    check,
    to_do,
)

THE_BOOK = Book.read()
NAMES = sorted(THE_BOOK.pages)
TEMPLATE = THE_BOOK.pages["chapter-template"].text

# The headings of the text that the book follows, in its order.
HEADINGS = """
Introduction
Input
Network
Training
Training Steps
Forward Direction
Validation Step
Backward Direction
Parameters
Learning Rate
Low Learning Rate
High Learning Rate
Medium Learning Rate
Batch Size
Low Batch Size
High Batch Size
Medium Batch Size
Noise
No Noise
Some Noise
High Noise
LSTM Cells
Cell Elements
Cell State
Input Gate
Forget Gate
Output Gate
Cell Steps
Layer Input
Gate Activation
Cell Update
Output
""".strip().splitlines()


# --- Every page keeps them ------------------------------------------------------------------------


def text_of(complaints: Iterator[tuple[int, str]]) -> str:
    return "\n".join(f"{line}: {message}" for line, message in complaints)


def test_there_are_pages_with_cells() -> None:
    with_cells = {name for name, page in THE_BOOK.pages.items() if page.cells}
    assert {"introduction", "chapter-template"} <= with_cells


@pytest.mark.parametrize("rule", [*FIRST, *STATIC], ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("name", NAMES)
def test_form(name: str, rule) -> None:
    assert text_of(rule(THE_BOOK.pages[name])) == ""


@pytest.mark.parametrize("rule", CHAPTER, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("name", list(filter(is_chapter, NAMES)))
def test_a_chapter_has_all_its_parts(name: str, rule) -> None:
    assert text_of(rule(THE_BOOK.pages[name])) == ""


@pytest.mark.parametrize("rule", IN_BOOK, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("name", NAMES)
def test_place_in_the_book(name: str, rule) -> None:
    assert text_of(rule(THE_BOOK.pages[name], THE_BOOK)) == ""


@pytest.mark.parametrize("name", [name for name in NAMES if THE_BOOK.pages[name].cells])
def test_runs_in_a_fresh_process(name: str) -> None:
    page = THE_BOOK.pages[name]
    for rule in RUNNING:
        assert text_of(rule(page)) == ""
    for book_rule in RUNNING_IN_BOOK:
        assert text_of(book_rule(page, THE_BOOK)) == ""


def choices() -> Iterator[tuple[int, list[str]]]:
    """Yield, of each question with one right choice, its place and all choices."""
    for page in THE_BOOK.pages.values():
        for one in page.directives:
            found = re.findall(r"^- \[([ x])\] (.+)", one.body, re.MULTILINE)
            right = [k for k, (mark, _) in enumerate(found) if mark == "x"]
            if one.name == "recall" and len(right) == 1:
                yield right[0], [text for _, text in found]


def test_guessing_without_reading_answers_few_questions() -> None:
    found = list(choices())
    assert len(found) > 40
    for place in range(3):
        assert sum(right == place for right, _ in found) < 0.45 * len(found)
    longest = [len(texts[right]) == max(map(len, texts)) for right, texts in found]
    assert sum(longest) < 0.45 * len(found), "the right choice is too often the longest"
    shortest = [len(texts[right]) == min(map(len, texts)) for right, texts in found]
    assert sum(shortest) < 0.45 * len(found), "the right choice is too often the shortest"


# The eleven figures of the text that the book follows, which are lost: page and heading.
FIGURES = [("network", None), ("lstm-cells/index", None)]
FIGURES += [
    (f"training/{parameter.lower().replace(' ', '-')}", f"{level} {parameter}")
    for parameter, levels in [
        ("Learning Rate", ("Low", "High", "Medium")),
        ("Batch Size", ("Low", "High", "Medium")),
        ("Noise", ("No", "Some", "High")),
    ]
    for level in levels
]


@pytest.mark.parametrize(("name", "heading"), FIGURES)
def test_every_lost_figure_is_back(name: str, heading: str | None) -> None:
    tokens = (
        [token for _, token in THE_BOOK.pages[name].parts]
        if heading is None
        else THE_BOOK.pages[name].sections[heading]
    )
    found = [cell_of(token, 1) for token in tokens if is_cell(token)]
    assert any("figure.caption" in cell.figure for cell in found)


def headings_from(name: str, book: Book = THE_BOOK) -> Iterator[str]:
    """The headings of a page and of the pages in its tables of contents, in reading order."""
    parts = book.pages[name].parts
    for index, (line, token) in enumerate(parts):
        if token.type == "heading_open":
            yield parts[index + 1][1].content
        elif token.info.strip() == "{toctree}":
            for entry in entries(directive_of(token, line).body):
                yield from headings_from(book.resolve(name, entry), book)


# Modules whose functions compute no equation.
WITHOUT = {
    "diagrams": "it draws",
    "plots": "it draws",
    "sweep": "it runs what it is given",
    "experiment": "it calls the others",
}


def test_every_module_that_computes_shows_its_equations() -> None:
    """Beside the source, on its page of the API."""
    pages = {path.stem: path.read_text("utf-8") for path in (BOOK / "reference/api").glob("*.md")}
    assert {name for name, text in pages.items() if "\nequations:\n" not in text} == set(WITHOUT)


def test_headings_follow_the_text() -> None:
    assert missing_in_order(HEADINGS, headings_from("index")) is None


@pytest.mark.parametrize("found", [["a", "c", "b"], ["a", "c"], []], ids=str)
def test_headings_out_of_order_are_found(found: list[str]) -> None:
    assert missing_in_order(["a", "b", "c"], iter(["a", "x", "b", "c"])) is None
    assert missing_in_order(["a", "b", "c"], iter(found)) is not None


def test_a_chapter_may_be_added_anywhere() -> None:
    toctree = "```{{toctree}}\n{}\n```\n"
    new = Page("# Momentum\n\n## The idea\n", "training/momentum")
    for name in ("index", "training/index", "lstm-cells/index"):
        page = THE_BOOK.pages[name]
        text = page.text + toctree.format("/training/momentum")
        book = THE_BOOK.with_page(new).with_page(Page(text, name))
        assert "Momentum" in list(headings_from("index", book))
        assert missing_in_order(HEADINGS, headings_from("index", book)) is None


# --- Every rule can fail --------------------------------------------------------------------------

FRONT = """---
file_format: mystnb
kernelspec:
  name: python3
  display_name: Python 3
myst:
  html_meta:
    description: A page.
---
# Title
"""
DRAWS = "import matplotlib.pyplot as plt\n\nplt.plot([1, 2]);\n"
IMPORTS = """import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from lstm_ref import plots
from lstm_ref.plots import panels
"""
DESCRIBED = """---
mystnb:
  image:
    alt: A line rises from left to right.
  figure:
    caption: Two values.
    name: two-values
---
"""


def fenced(cell: str) -> str:
    return f"\n```{{code-cell}} ipython3\n{cell}```\n"


def with_cells(*codes: str) -> str:
    return FRONT + "".join(fenced(code) for code in codes)


def exercise(name: str, solves: str) -> str:
    solution = f"```{{solution-start}} {solves}\n```\nSo.\n```{{solution-end}}\n```\n"
    return f"```{{exercise}} Why?\n:label: {name}\n\nSay why.\n```\n{solution}"


CHAPTER_TEXT = f"""
After this page you can tell a good page from a bad one. A {{term}}`gate` has a number, {{glue:text}}`area`.

```{{math}}
:label: eq-x

x = 1
```

**Predict.** What will x be?

**Explain.** It is 1, by {{eq}}`eq-x`; the gate, {{numref}}`two-values` and {{cite:t}}`gers2000` say more.

{exercise("ex-a", "ex-a")}
{exercise("ex-b", "ex-b")}
## Recall

:::{{recall}} One?
:number: 1

Yes.
:::

:::{{recall}} Two?
- [x] Yes.
- [ ] No.

So it is.
:::

:::{{recall}} Three?
:text: yes | y

So it is.
:::

## Where to read on

- {{doc}}`/index` and {{doc}}`other`, or [its end](other.md#the-end).
"""
GLUES = (
    ":tags: [remove-cell]\n\nfrom myst_nb import glue\n\n"
    'glue("area", f"{np.pi:.3f}", display=False)\n'
)
GOOD = (
    FRONT
    + CHAPTER_TEXT
    + "".join(
        fenced(cell)
        for cell in (
            "import numpy as np\n\nrng = np.random.default_rng(23)\nnp.full(2, np.pi)\n",
            GLUES,
            DESCRIBED + DRAWS,
            ":tags: [raises-exception]\n\n1 / 0\n",
        )
    )
    + "\nThe seed was 23.\n"
)
INDEX = "# Book\n\n```{toctree}\nfolder/page\nThe other <folder/other>\nreference/glossary\n```\n"
GLOSSARY = "# Glossary\n\n```{glossary}\ngate\n  A number.\n\ncell state\n  A memory.\n```\n"


@functools.cache
def book_with(text: str, name: str = "folder/page") -> tuple[Page, Book]:
    """A page in a small book."""
    page = Page(text, name)
    others = {
        "index": INDEX,
        "folder/other": "# Other\n\n(a-place)=\n## The end\n",
        "reference/glossary": GLOSSARY,
    }
    pages = {other: Page(content, other) for other, content in others.items()} | {name: page}
    return page, Book(pages, "@article{gers2000,\n title = {Learning to forget}}")


def chapter(old: str, new: str) -> str:
    assert old in CHAPTER_TEXT
    return FRONT + CHAPTER_TEXT.replace(old, new)


BAD = [  # rule, page, complaint, on which line
    (form.readable, with_cells("1\n").replace("mystnb", "myst"), "without file_format", 1),
    (form.front_matter, with_cells("1\n").replace("display_name", "title"), "display_name", 1),
    (form.front_matter, with_cells("1\n").replace("python3", "python2"), "'python2'; write py", 1),
    (form.front_matter, with_cells("1\n").replace("kernelspec", "jupytext"), "a jupytext block", 1),
    (form.front_matter, "# Title\n", "description is missing", 1),
    (form.readable, FRONT.replace("A page.", "A page: no YAML"), "stands in quotes", 8),
    (
        form.front_matter,
        with_cells("1\n").replace("kernelspec:\n  name: python3\n  display_name:", "kernelspec:"),
        "kernelspec.name",
        1,
    ),
    (form.every_cell_executes, f"````{{note}}\n{fenced('1')}````\n", "inside something", 3),
    (form.every_cell_executes, ":::{note}\n```{code-cell}\n1\n```\n:::\n", "inside some", 2),
    (form.every_cell_executes, "- item\n  ```{code-cell}\n  1\n  ```\n", "inside something", 2),
    (form.every_cell_executes, with_cells(":tags: [skip-execution]\n1\n"), "skip-execution", 12),
    (form.labelled_equations, chapter(":label: eq-x", ""), "an equation without a label", 14),
    (form.labelled_equations, FRONT + "\n$$\nx\n$$\n", "an equation without a label", 12),
    (form.labelled_equations, FRONT + "\n\\begin{align}\nx\n\\end{align}\n", "without a label", 12),
    (form.headings, FRONT + "# Two\n", "2 titles", 11),
    (form.headings, FRONT.replace("# Title", "## Part"), "0 titles", 1),
    (form.headings, FRONT + "### Deep\n", "level 3 below one of 1", 11),
    (words.no_markup, FRONT + "\nA length $x of 1.\n", "'$' would be shown", 12),
    (form.closed, FRONT + "\n:::{note}\nSo.\n", "the {note} is not closed; end it", 12),
    (form.closed, FRONT + "\n```{code-cell}\nx = 1\n", "the {code-cell} is not closed", 12),
    (form.closed, FRONT + "\n::::{note}\nOf:\n:::{tip}\nSo.\n::::\n", "the {tip} is", 14),
    (form.closed, FRONT + "\n```python", "the block of code is not closed", 12),
    (form.closed, FRONT + "\n```{code-cell}\nx = 1\n" + fenced("2\n"), "the {code-cell} is", 12),
    (form.executed, FRONT + "\n```python\nimport pandas\n```\n", "Python that never runs", 12),
    (cells.known_options, with_cells(":tag: [hide-input]\n1\n"), "did you mean tags", 12),
    (cells.known_options, with_cells(":tags: hide-input\n1\n"), "tags are a list", 12),
    (
        cells.known_options,
        with_cells("1\n").replace("ipython3", "python3 :tags: [hide-input]"),
        "options have lines of their own",
        12,
    ),
    (
        cells.known_options,
        with_cells(DESCRIBED.replace("figure:\n", "figure: A line.\n") + DRAWS).replace(
            "    caption: Two values.\n    name: two-values\n", ""
        ),
        "figure is 'A line.'",
        12,
    ),
    (cells.known_options, with_cells(":tags: [hide-inputs]\n1\n"), "did you mean hide-input", 12),
    (cells.short_cells, with_cells("x = 1\n" * (cells.LONGEST + 1)), "26 lines", 12),
    (cells.short_cells, with_cells("# short\n# " + "x" * 75 + "\n"), "77 columns", 14),
    (cells.allowed_imports, with_cells("import torch.nn\n"), "imports torch.nn", 13),
    (cells.allowed_imports, with_cells("x = 1\nimport math\n"), "imports math", 14),
    (cells.allowed_imports, with_cells("from urllib import request\n"), "another machine", 13),
    (cells.allowed_imports, with_cells("def f():\n    from scipy import x\n"), "imports scipy", 14),
    (cells.allowed_imports, with_cells("from . import helper\n"), "imports .", 13),
    (cells.allowed_imports, with_cells("from myst_nb import glue\n"), "imports myst_nb", 13),
    (cells.allowed_imports, with_cells(":tags: [remove-cell]\n\nimport os\n"), "imports os", 15),
    (cells.no_files, with_cells("text = open('data.txt').read()\n"), "open() reaches outside", 13),
    (cells.no_files, with_cells("x = np.load('data.npy')\n"), "np.load() reaches outside", 13),
    (cells.no_files, with_cells("figure.savefig('a.svg')\n"), "figure.savefig() reaches", 13),
    (cells.no_files, with_cells("__import__('os')\n"), "__import__() reaches", 13),
    (cells.no_files, with_cells("x.dump('x.npy')\n"), "x.dump() reaches outside", 13),
    (cells.no_files, with_cells("np.lib.format.open_memmap('x')\n"), "open_memmap() reaches", 13),
    (cells.no_files, with_cells("eval('1')\n"), "eval() reaches outside", 13),
    (cells.seeded_generators, with_cells("rng = np.random.default_rng()\n"), "without a seed", 13),
    (
        cells.seeded_generators,
        with_cells("r = np.random.default_rng(None)\n"),
        "without a seed",
        13,
    ),
    (cells.seeded_generators, with_cells("r = default_rng(seed=None)\n"), "without a seed", 13),
    (
        cells.seeded_generators,
        with_cells("x = np.random.normal(3)\n"),
        "methods are random, standard_normal",
        13,
    ),
    (cells.seeded_generators, with_cells("numpy.random.seed(1)\n"), "hidden global state", 13),
    (cells.seeded_generators, with_cells("draw = np.random.random\n"), "hidden global", 13),
    (cells.seeded_generators, with_cells("make = np.random.default_rng\n"), "another name", 13),
    (cells.seeded_generators, with_cells("from numpy.random import rand\n"), "hidden global", 13),
    (cells.ruff, with_cells("x = 1\n", "x + y\n"), "F821", 17),
    (cells.ruff, with_cells("x = 2\nimport math\n"), "F401", 14),
    (cells.ruff, with_cells("x = (\n"), "ruff", 13),
    (cells.ruff, with_cells("x = 1\n", "x = [1,2]\n"), "+x = [1, 2]", 16),
    (cells.ruff, with_cells("x = 1\n", "x = [1,2]\n"), "not in ruff's format", 16),
    (
        figures.alternative_texts,
        with_cells(DESCRIBED.replace("A line rises from left to right.", "Two values.") + DRAWS),
        "repeats the caption",
        12,
    ),
    (
        figures.alternative_texts,
        with_cells(DESCRIBED.replace("A line rises from left to right.", "img/line.svg") + DRAWS),
        "a file name",
        12,
    ),
    (
        figures.alternative_texts,
        with_cells(DESCRIBED.replace("alt: A line rises from left to right.", "alt: Line") + DRAWS),
        "of 1 word(s)",
        12,
    ),
    (figures.alternative_texts, FRONT + "\nHere: ![](line.svg)\n", "without an alternative", 12),
    (
        figures.alternative_texts,
        FRONT + "\n```{figure} line.svg\nA line.\n```\n",
        "without an alt",
        12,
    ),
    (
        figures.alternative_texts,
        FRONT + "\n```{figure} line.svg\n:alt: A line that rises.\n:name: fig-a\n```\n",
        "without a caption",
        12,
    ),
    (
        figures.alternative_texts,
        FRONT + "\n```{figure} line.svg\n:alt: A line that rises.\n\nA line.\n```\n",
        "without a name",
        12,
    ),
    (figures.alternative_texts, FRONT + "\nHere:\n<img src='a.svg'>\n", "without an alt", 13),
    (figures.alternative_texts, FRONT + "\n```{raw} html\n<img src='a.svg'>\n```\n", "an alt", 13),
    (figures.alternative_texts, FRONT + "\n```{raw} html\n<svg><path/></svg>\n```\n", "<svg>", 13),
    *(
        (figures.unstyled, with_cells(IMPORTS, code), complaint, 21)
        for code, complaint in (
            ("ax = plots.curves(x)\n", "changes the figure of lstm_ref.plots.curves; give names"),
            ("plots.curves(x).set_ylim(0, 1)\n", "changes the figure of lstm_ref.plots.curves"),
            (
                "for ax in panels(x):\n    ax.grid()\n",
                "changes the figure of lstm_ref.plots.panels",
            ),
            (
                "plots.curves(x, plots.COLOURS)\n",
                "chooses colours; give names and data to lstm_ref",
            ),
            ("figure, ax = plt.subplots()\n", "styles a figure by plt; give names and data"),
            ("plt.plot(x, color='red')\n", "styles a figure by plt"),
            ("plt.plot(x, 'r--')\n", "styles a figure by plt"),
            ("line = plt.plot(x)\n", "styles a figure by plt"),
            ("plt.rcParams['lines.linewidth'] = 3\n", "styles a figure by plt"),
            ("Figure()\n", "styles a figure by Figure"),
        )
    ),
    (words.plain_words, FRONT + "It is so,\nas you can see.\n", "says 'as you can see'", 12),
    (words.plain_words, FRONT + "```{note}\nThis is simply so.\n```\n", "says 'simply'", 12),
    (words.plain_words, FRONT + "```{note}\n:class: to-come\n\nSoon.\n```\n", "'to-come'", 11),
    (words.no_markup, FRONT + "\nA :term:`gate`.\n", "':term:' would be shown", 12),
    (words.no_markup, FRONT + "\nA {term} `gate`.\n", "'{term}' would be shown", 12),
    (words.no_markup, FRONT + "\nIt is {glue:text}'x'.\n", "'{glue:text}' would be", 12),
    (words.no_markup, FRONT + "\nSee\n[@gers2000].\n", "'[@gers2000' would", 13),
    (words.no_markup, FRONT + "\nIt is \\(x\\).\n", "would be shown as it stands", 12),
    (words.no_markup, FRONT + "\nThe `gate is open.\n", "'`' would be shown", 12),
    (words.no_markup, FRONT + "\n##Part\n", "'##' would be shown", 12),
    (words.no_markup, FRONT + "\nSee [this text][nowhere].\n", "'][nowhere]' would be", 12),
    (words.spelling, FRONT + "\nThe\nbehavior of a gate.\n", "behavior, write behaviour", 13),
    (words.spelling, FRONT + "\nOne occurence.\n", "occurence, write occurrence", 12),
    (words.spelling, FRONT.replace("A page.", "A colorful page."), "colorful", 1),
    (
        words.spelling,
        with_cells(DESCRIBED.replace("rises", "rises, neighbor") + DRAWS),
        "neighbor",
        12,
    ),
    (words.spelling, with_cells("# one occurence\n"), "occurence, write occurrence", 13),
    (form.anatomy, chapter("After this", "On this"), "does not open with", 12),
    (form.anatomy, chapter(":label: eq-x", ""), "no labelled equation", 1),
    (form.anatomy, chapter("Predict.", "Look."), "no guess is asked for", 1),
    (form.anatomy, chapter("Explain.", "So."), "no guess is asked for", 1),
    (form.anatomy, chapter(exercise("ex-b", "ex-b"), ""), "1 exercises", 1),
    (form.anatomy, chapter(exercise("ex-b", "ex-b"), 3 * exercise("c", "c")), "4 ex", 1),
    (form.anatomy, chapter("start} ex-b", "start} ex-a"), "without a solution", 35),
    (form.anatomy, chapter("start} ex-a", "start} ex-c"), "{solution-start} ex-a", 24),
    (form.anatomy, chapter("start} ex-a", "start} ex-aa"), "ex-aa; did you mean ex-a", 29),
    (form.anatomy, chapter(":label: ex-b", ""), "an exercise without a label", 35),
    (
        form.anatomy,
        chapter(
            exercise("ex-b", "ex-b"),
            exercise("ex-b", "ex-b").replace("```{solution-end}\n```\n", ""),
        ),
        "without its other end",
        40,
    ),
    (form.anatomy, chapter(":::{recall} Three?", ":::{note}"), "2 questions", 1),
    (form.anatomy, chapter("## Recall", "## Quiz"), "0 questions under", 1),
    (form.anatomy, chapter("## Where to", "## What to"), "no heading ## Where to read on", 1),
    (cells.runs, with_cells("x = 1\n", "assert x == 2\n"), "AssertionError", 17),
    (cells.runs, with_cells("import numpy as np\n\nnp.log(np.zeros(1))\n"), "RuntimeWarning", 15),
    (cells.runs, with_cells("open('README.md')\n"), "FileNotFoundError", 13),
    (cells.runs, with_cells(":tags: [remove-cell]\nx = 1\n", "x\n"), "which no reader gets", 18),
    (cells.runs, with_cells(":tags: [raises-exception]\nx = 1\n"), "should raise", 12),
    (
        cells.runs,
        with_cells("import socket\n\nsocket.create_connection(('192.0.2.1', 80), 1)\n"),
        "must not use the network",
        15,
    ),
    (cells.plain_python, with_cells("%matplotlib inline\nx = 1\n"), "'%matplotlib inline' is", 13),
    (cells.plain_python, with_cells("x = 1\n!pip install numpy\n"), "a command of notebooks", 14),
    (cells.narrow_outputs, with_cells("print('x' * 42)\nprint('x' * 43)\n"), "of 43 char", 12),
    (cells.no_objects, with_cells(DRAWS.replace(";", "")), "shows list beside its figure", 12),
    (
        cells.no_objects,
        with_cells("import numpy as np\n\nprint([np.float64(1)])\n"),
        "shows np.float64(…)",
        12,
    ),
    (
        cells.no_objects,
        with_cells(
            GLUES.replace('f"{np.pi:.3f}"', "np.sin(1.0)").replace(
                "\n\nfrom", "\n\nimport numpy as np\nfrom"
            )
        ),
        "area is glued as np.float64(…)",
        1,
    ),
    (
        cells.quiet,
        with_cells("import sys\n\nsys.stderr.write('0 %')\n"),
        "writes to stderr: '0 %'",
        12,
    ),
    (cells.no_objects, with_cells("print(object())\n"), "shows the object <object object at", 12),
    (cells.no_objects, with_cells(DRAWS.replace("]);", "])[0].axes")), "shows Axes beside", 12),
    (figures.described_figures, with_cells(DRAWS), "image.alt, figure.caption, figure.name", 12),
    (
        figures.described_figures,
        with_cells(DESCRIBED.replace("name:", "tag:") + DRAWS),
        "figure.name",
        12,
    ),
    (
        figures.described_figures,
        with_cells(DESCRIBED.replace("alt: A", "alt: # ") + DRAWS),
        "image.alt",
        12,
    ),
    (figures.described_figures, with_cells(DESCRIBED + DRAWS + "plt.figure()\n"), "2 figures", 12),
    (figures.described_figures, with_cells(DESCRIBED + "x = 1\n"), "makes none", 12),
    (
        words.typed_numbers,
        GOOD + "\nAs long as\n3.142 ells.\n",
        "3.142 is what a cell printed",
        109,
    ),
    (
        words.typed_numbers,
        with_cells("print(7 * 191)\n") + "\nThere are 1,337 of them.\n",
        "1337",
        16,
    ),
    (
        words.typed_numbers,
        with_cells("round(7 / 11, 3)\n") + "\n```{note}\nIt is 0.636.\n```\n",
        "0.636",
        17,
    ),
    (
        words.typed_numbers,
        with_cells(GLUES.replace("]\n\n", "]\n\nimport numpy as np\n\n")) + "\nIt is 3.142\n",
        "3.142",
        22,
    ),
    *(
        (
            words.typed_numbers,
            with_cells("print(0.846344 / 2)\n") + f"\nIt is {written}.\n",
            says,
            16,
        )
        for written, says in (
            ("0.423", "0.423 is what a cell printed, rounded"),
            ("42.3 %", "42.3 is what a cell printed, as a share"),
        )
    ),
    (words.known_terms, chapter("{term}`gate`", "{term}`door`"), "the glossary lacks 'door'", 12),
    (words.known_terms, FRONT + "\nTwo {term}`doors <door>`.\n", "the glossary lacks 'door'", 12),
    (words.linked_terms, chapter("{term}`gate`", "gate"), "write {term}`gate`", 12),
    (
        words.linked_terms,
        FRONT + "\nThe\nCell\nstates and `gate`.\n",
        "{term}`Cell states <cell state>`",
        13,
    ),
    (
        links.roles,
        chapter("{doc}`other`", "{doc}`/other`"),
        "no page other; did you mean folder/other",
        69,
    ),
    (links.roles, chapter("{eq}`eq-x`", "{eq}`eq-y`"), "nothing is labelled eq-y", 22),
    (links.roles, chapter("`two-values`", "`tow-values`"), "nothing is labelled tow-values", 22),
    (links.roles, chapter("`gers2000`", "`gers2001`"), "did you mean gers2000?", 22),
    (links.roles, chapter("{eq}`eq-x`", "{numref}`eq-x`"), "write {eq}`eq-x`", 22),
    (links.roles, GOOD.replace("{numref}`two", "{eq}`two"), "write {numref} or {ref}`two-", 22),
    (links.roles, chapter("{doc}`other`", "{doc}`other.md`"), "a page without .md", 69),
    (links.roles, chapter("{eq}`eq-x`", "{func}`lstm_ref.rnn.stop`"), "has no lstm_ref.rnn.s", 22),
    (links.roles, chapter("{eq}`eq-x`", "{py:func}`lstm_ref.rnn.stop`"), "has no lstm_ref.r", 22),
    (links.roles, GOOD.replace("`area`", "`area:.2f`"), "the form belongs to the cell", 12),
    (links.roles, chapter("`gers2000`", "`hochreiter1997`"), "add the work there", 22),
    (links.own_files, FRONT + "\nHere: ![A cat.](https://cat.example/c.png)\n", "asks another", 12),
    (links.own_files, FRONT + "\n<iframe src='//cat.example'></iframe>\n", "//cat.example;", 12),
    (links.roles, chapter("`area`", "`erea`"), "no cell glues erea", 12),
    (links.addresses, chapter("other.md#the-end", "others.md"), "no file others.md", 69),
    (links.addresses, chapter("other.md#the-end", "other.html"), "no file other.html", 69),
    (links.addresses, chapter("other.md#the-end", 'others.md "x"'), "no file others.md", 69),
    (links.addresses, chapter("#the-end", "#the-start"), "no heading or label the-start", 69),
    (links.addresses, FRONT + "\n[A](project:#no-where)\n", "no heading or label no-where", 12),
    (links.addresses, FRONT + "\nSo <a href='nowhere.html'>this</a>.\n", "no page folder/now", 12),
    (links.contents, FRONT + "```{toctree}\nnowhere\n```\n", "no page folder/nowhere", 11),
    (
        links.own_labels,
        FRONT + "\n(a-place)=\n## Here\n",
        "also that of folder/other.md, line 3",
        12,
    ),
]
RULES = [*FIRST, *STATIC, *CHAPTER, *RUNNING]


def complaints_of(rule, text: str) -> list[tuple[int, str]]:
    page, book = book_with(text)
    return list(rule(page) if rule in RULES else rule(page, book))


@pytest.mark.parametrize(
    "rule", [*RULES, *IN_BOOK, *RUNNING_IN_BOOK], ids=lambda rule: rule.__name__
)
def test_a_good_page_passes(rule) -> None:
    assert complaints_of(rule, GOOD) == []


@pytest.mark.parametrize(
    ("rule", "text", "complaint", "line"),
    [pytest.param(*bad, id=f"{bad[0].__name__}-{n}") for n, bad in enumerate(BAD)],
)
def test_a_bad_page_is_found(rule, text: str, complaint: str, line: int) -> None:
    found = [n for n, message in complaints_of(rule, text) if complaint in message]
    assert found == [line], text_of(complaints_of(rule, text))


@pytest.mark.parametrize(
    "code",
    [
        "plots.curves({'c': x}, y='value');\n",
        "def draw(x):\n    panels({'c': x})\n\n\ndraw(x)\n",
        "plt.plot(x, x)\nplt.xlabel('a')\nplt.show()\n",
        ":tags: [remove-cell]\n\nax = plots.curves(x)\n",
    ],
)
def test_names_and_data_are_no_styling(code: str) -> None:
    assert complaints_of(figures.unstyled, with_cells(IMPORTS, code)) == []


def test_of_a_cell_that_is_no_python_nothing_else_is_said() -> None:
    found = complaints_of(cells.ruff, with_cells(DRAWS, "x = (\n"))
    assert [line for line, _ in found] == [19] * len(found)
    assert all("invalid-syntax" in message for _, message in found)


def test_a_page_is_read_with_a_mark_of_its_encoding_and_in_no_other(tmp_path) -> None:
    page = tmp_path / "page.md"
    page.write_bytes(b"\xef\xbb\xbf# A page\n")
    assert Book.read(tmp_path).pages["page"].text == "# A page\n"
    page.write_bytes("# Größe\n".encode("cp1252"))
    with pytest.raises(SystemExit, match=r"^page.md: .*; save it as UTF-8$"):
        Book.read(tmp_path)


def test_every_rule_has_a_bad_page() -> None:
    assert {rule for rule, *_ in BAD} == {*RULES, *IN_BOOK, *RUNNING_IN_BOOK}


def test_of_a_page_that_cannot_be_read_nothing_else_is_said() -> None:
    cells_of_two = "\n```{code-cell}\nx = 1\n" + fenced("pandas\n")
    for text in (FRONT + cells_of_two, with_cells("pandas\n").replace("mystnb", "myst")):
        page, book = book_with(text)
        assert len(check(page, book)) == 1


def test_what_a_new_page_has_still_to_do_is_said() -> None:
    assert [text_of(to_do(THE_BOOK.pages[name], THE_BOOK)) for name in ("network", "index")] == [
        "",
        "",
    ]
    text = _new_page.page_text(TEMPLATE, "Momentum", "momentum") + "\nTODO: the rest.\n"
    page = Page(text, "training/momentum")
    found = to_do(page, THE_BOOK.with_page(page))
    assert [line for line, says in found if "say in the description" in says] == [1]
    assert [says for line, says in found if line == text.count("\n")] == ["says TODO"]
    assert "book/index.md lacks a line" in text_of(found)
    (kept,) = [re.findall(r"\d+", says) for _, says in found if "the template's words" in says]
    lines = enumerate(text.splitlines(), 1)
    notes = {str(n) for n, line in lines if line.startswith("*") and line[1] != "*"}
    assert notes and notes <= set(kept)


def test_the_slowest_cell_of_a_page_over_budget_is_named(capsys) -> None:
    page = Page(with_cells("x = 1\n", "import time\n\ntime.sleep(0.2)\n"))
    with unittest.mock.patch("_check.__main__.BUDGET", 0.1):
        report(page, [], [])
    assert re.search(
        r"over the budget of 0.1 s: 0.\d s of it in the cell of line 16", capsys.readouterr().out
    )


def test_an_error_shows_the_lines_of_the_page_and_no_others() -> None:
    text = with_cells(
        "import numpy as np\n\n\ndef f(x):\n    return np.log(x)\n\n\nf([[1], [1, 2]])\n"
    )
    ((line, message),) = complaints_of(cells.runs, text)
    shown = re.findall(r"File (.+), line (\d+), in (.+)\n +(\S.+)", message)
    assert shown == [
        ('"the page"', "20", "<module>", "f([[1], [1, 2]])"),
        ('"the page"', "17", "f", "return np.log(x)"),
    ]
    assert line == 20 and "ValueError: setting an array element" in message


def test_a_cell_that_does_not_end_is_given_up(monkeypatch) -> None:
    monkeypatch.setattr(running, "LIMIT", 2)
    page = Page(with_cells("x = 1\n", "while x:\n    pass\n"))
    assert next(cells.runs(page))[0] == 16
    assert "had not ended after 2 s" in page.outcome.error


def test_a_page_in_no_table_of_contents_is_found() -> None:
    page, book = book_with(GOOD, "folder/hidden")
    assert "no table of contents names this page" in text_of(links.contents(page, book))


# --- What Sphinx says ------------------------------------------------------------------------------

# As in a build; it is extensions of others that ask for it.
AS_IN_A_BUILD = pytest.mark.filterwarnings(
    "ignore:.*BuildEnvironment.app:PendingDeprecationWarning"
)


@pytest.fixture(scope="module")
def read():
    """Sphinx's own reading of a page; what it sets for the kernels of a build is taken back."""
    with unittest.mock.patch.dict(os.environ), markup.reader() as rule:
        yield rule


@AS_IN_A_BUILD
@pytest.mark.parametrize("name", NAMES)
def test_sphinx_reads_a_page_without_a_warning(name: str, read) -> None:
    assert text_of(read(THE_BOOK.pages[name])) == ""


@AS_IN_A_BUILD
def test_what_stops_sphinx_is_a_complaint_too(read) -> None:
    text = TEMPLATE.replace(":tags: [remove-cell]", ":tags: remove-cell", 1)
    (first, *_) = read(Page(text, "chapter-template"))
    assert first[0] == 1 and first[1].startswith("Sphinx stops: NotebookValidationError")


@AS_IN_A_BUILD
@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("```{exercise}", "```{excercise}", "Unknown directive type: 'excercise'; did you mean ex"),
        ("{term}`", "{trem}`", 'text role "trem"'),
        (":tolerance:", ":tolerence:", "Unknown option key: 'tolerence'"),
        (":number: ", ":number: about ", "`:number:` expected a number"),
        ("- [x] ", "- [ ] ", "expected right and wrong choices, got 0"),
        (r"\sigma", r"\sgima", 'wrong TeX: 0: Unknown command "\\sgima"'),
    ],
)
def test_what_sphinx_refuses_is_found_where_it_stands(old: str, new: str, says: str, read) -> None:
    text = TEMPLATE.replace(old, new, 1)
    ((line, message),) = read(Page(text, "chapter-template"))
    assert message.startswith("Sphinx: ") and says in message
    changed = text[: text.index(new)].count("\n") + 1
    assert changed - 2 <= line <= changed  # the line, or that of the directive that it is in


# --- The command ----------------------------------------------------------------------------------


@AS_IN_A_BUILD
def test_a_large_number_is_no_rounding_of_another() -> None:
    page = with_cells("print(f'{2.0**200:.20e} {2**120}')\n") + "\nIt is 0.423.\n"
    assert complaints_of(words.typed_numbers, page) == []


def test_a_new_term_is_one_for_all_pages(monkeypatch, capsys) -> None:
    glossary = THE_BOOK.pages["reference/glossary"].text
    new = glossary.replace("\nactivation\n", "\nshort memory\n  It forgets.\n\nactivation\n", 1)
    other = Page(TEMPLATE + "\nHere is short memory.\n", "chapter-template")
    book = THE_BOOK.with_page(Page(new, "reference/glossary")).with_page(other)
    monkeypatch.setattr(Book, "read", lambda: book)
    with unittest.mock.patch.dict(os.environ):
        assert main(["book/reference/glossary.md"]) == 1
    line = TEMPLATE.count("\n") + 2
    assert f"book/chapter-template.md:{line}: " in capsys.readouterr().out


def test_all_that_is_wrong_with_a_page_is_found_at_once() -> None:
    text = GOOD.replace("## Where to", "## What to").replace("`gers2000`", "`gers2001`")
    found = check(*book_with(text))
    assert [line for line, _ in found] == [1, 22]
    assert check(*book_with(GOOD)) == []


@AS_IN_A_BUILD
def test_the_command_names_file_and_line(monkeypatch, capsys) -> None:
    text = THE_BOOK.pages["contributing"].text
    book = THE_BOOK.with_page(Page(text + "\nThe behavior.\n", "contributing"))
    monkeypatch.setattr(Book, "read", lambda: book)
    with unittest.mock.patch.dict(os.environ):
        assert main(["book/contributing.md"]) == 1
    first, last = capsys.readouterr().out.splitlines()
    line = text.count("\n") + 2
    assert first.startswith(f"book/contributing.md:{line}: spelling: behavior, write behaviour")
    assert last.startswith("book/contributing.md: 1 to mend; it executes in ")


@pytest.mark.parametrize("given", ["book/training/noise.md", "training/noise", "training/noise.md"])
def test_a_page_is_found_by_its_path(given: str, monkeypatch) -> None:
    monkeypatch.chdir(BOOK.parent)
    assert name_of(given, THE_BOOK) == "training/noise"


def test_the_command_says_what_it_needs() -> None:
    for arguments, message in (([], "which page?"), (["book/nowhere.md"], "is no page")):
        with pytest.raises(SystemExit, match=message):
            main(arguments)
