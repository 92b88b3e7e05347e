"""The form of the book's pages, and that each runs as its reader would run it.

Every rule is a function that takes a page and returns what is wrong with it; every rule has a page
that breaks it, so that none of them can pass by looking away.
"""

from __future__ import annotations

import ast
import functools
import itertools
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.colon_fence import colon_fence_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

ROOT = Path(__file__).parents[1]
BOOK = ROOT / "book"
LONGEST_CELL = 25
COLUMNS = 76  # what a page shows without scrolling sideways, at 1280 px
MAY_IMPORT = {"lstm_ref", "matplotlib", "numpy", *sys.stdlib_module_names}

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


# --- Reading a page -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cell:
    """A code cell: its code, its metadata and the line of the page on which it starts."""

    code: str
    metadata: dict[str, Any]
    line: int

    @property
    def tags(self) -> list[str]:
        return self.metadata.get("tags", [])

    @property
    def is_copied(self) -> bool:
        """Whether a reader gets the cell: a removed one only hands numbers to the prose."""
        return "remove-cell" not in self.tags


@dataclass(frozen=True)
class Page:
    """A page of the book."""

    front: dict[str, Any]
    tokens: list[Token]

    @classmethod
    def of(cls, text: str) -> Page:
        markdown = MarkdownIt("commonmark").use(front_matter_plugin).use(colon_fence_plugin)
        tokens = markdown.parse(text)
        has_front = tokens and tokens[0].type == "front_matter"
        return cls(yaml.safe_load(tokens[0].content) if has_front else {}, tokens)

    @functools.cached_property
    def cells(self) -> list[Cell]:
        return [cell_of(t) for t in self.tokens if t.level == 0 and is_cell(t)]

    @functools.cached_property
    def prose(self) -> list[str]:
        """What is written between the cells: paragraphs, headings, and the text in directives."""
        words = ("inline", "fence", "colon_fence")
        return [t.content for t in self.tokens if t.type in words and not is_cell(t)]

    @functools.cached_property
    def sections(self) -> dict[str, list[Token]]:
        """What stands under each heading, down to the next heading of any level."""
        found: dict[str, list[Token]] = {}
        heading = ""
        for index, token in enumerate(self.tokens):
            if token.type == "heading_open":
                heading = self.tokens[index + 1].content
            found.setdefault(heading, []).append(token)
        return found

    def directives(self, name: str) -> list[Token]:
        return [t for t in self.tokens if directive(t) == name]

    @functools.cached_property
    def outcome(self) -> Outcome:
        return run([cell for cell in self.cells if cell.is_copied])


def is_cell(token: Token) -> bool:
    return token.type == "fence" and token.info.strip().startswith("{code-cell}")


def directive(token: Token) -> str:
    """Return the name of the directive that a fence is, or nothing."""
    named = re.match(r"\{([\w-]+)\}", token.info.strip())
    return named[1] if named and token.type in ("fence", "colon_fence") else ""


def cell_of(token: Token) -> Cell:
    """Split a cell into its options (``:key: value`` lines, or YAML between ``---``) and its code."""
    lines = token.content.splitlines()
    if lines and lines[0] == "---":
        end = lines.index("---", 1)
        options, code = lines[1:end], lines[end + 1 :]
    else:
        end = next((n for n, line in enumerate(lines) if not line.startswith(":")), len(lines))
        options, code = [line[1:] for line in lines[:end]], lines[end:]
    metadata = yaml.safe_load("\n".join(options)) or {}
    return Cell("\n".join(code).strip("\n") + "\n", metadata, (token.map or [0])[0] + 1)


# --- Running a page -------------------------------------------------------------------------------

# Runs in a process of its own; hands back how many figures each cell left open.
HARNESS = r"""
import json, sys, warnings

LOCAL = ("127.0.0.1", "::1", "localhost", None)

def stay_home(event, args):
    address = args[1] if event == "socket.connect" else args
    if event in ("socket.connect", "socket.getaddrinfo") and isinstance(address, tuple):
        if address[0] not in LOCAL:
            raise RuntimeError(f"a page must not use the network: {address[0]!r}")

sys.addaudithook(stay_home)
warnings.simplefilter("error")
warnings.filterwarnings("ignore", "FigureCanvasAgg is non-interactive")  # what plt.show() says

cells_file, figures_file = sys.argv[1:]
with open(cells_file, encoding="utf-8") as file:
    cells = json.load(file)
figures = []
for cell in cells:
    code = compile(cell["code"], f"<cell at line {cell['line']}>", "exec")
    try:
        exec(code, globals())
    except Exception as error:
        if not cell["raises"]:
            raise
        print(f"{type(error).__name__}: {error}")
    else:
        if cell["raises"]:
            raise AssertionError(f"the cell at line {cell['line']} should raise and did not")
    count = 0
    if "matplotlib.pyplot" in sys.modules:
        count = len(sys.modules["matplotlib.pyplot"].get_fignums())
        sys.modules["matplotlib.pyplot"].close("all")
    figures.append(count)
with open(figures_file, "w", encoding="utf-8") as file:
    json.dump(figures, file)
"""


@dataclass(frozen=True)
class Outcome:
    """What came of running a page: an error or none, and how many figures each cell made."""

    error: str
    figures: list[int]


def run(cells: list[Cell]) -> Outcome:
    """Run cells as a reader does: a fresh process, an empty folder; warnings are errors."""
    given = [
        {"code": cell.code, "line": cell.line, "raises": "raises-exception" in cell.tags}
        for cell in cells
    ]
    with tempfile.TemporaryDirectory() as folder:
        cells_file, figures_file = Path(folder, "cells.json"), Path(folder, "figures.json")
        cells_file.write_text(json.dumps(given), encoding="utf-8")
        empty = Path(folder, "empty")
        empty.mkdir()
        python = [sys.executable, "-P", "-W", "error"]
        done = subprocess.run(
            [*python, "-c", HARNESS, str(cells_file), str(figures_file)],
            check=False,
            cwd=empty,
            env=os.environ | {"MPLBACKEND": "agg", "PYTHONUTF8": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
        )
        if done.returncode:
            return Outcome(done.stderr or f"exit code {done.returncode}", [])
        return Outcome("", json.loads(figures_file.read_text(encoding="utf-8")))


# --- The rules ------------------------------------------------------------------------------------


def front_matter(page: Page) -> Iterator[str]:
    """A page with cells says so and names its kernel; no tool may rewrite the page on saving."""
    if page.cells and page.front.get("file_format") != "mystnb":
        yield "front matter: without file_format: mystnb the cells would be shown and never run"
    if page.cells and not page.front.get("kernelspec", {}).get("display_name"):
        yield "front matter: kernelspec.display_name is missing"
    if "jupytext" in page.front:
        yield "front matter: a jupytext block rewrites its version on every save"


def every_cell_executes(page: Page) -> Iterator[str]:
    """A cell inside another directive, or tagged so, would be shown and never run."""
    for token in page.tokens:
        nested = token.level > 0 if is_cell(token) else "{code-cell}" in token.content
        if nested and token.type in ("fence", "colon_fence", "code_block", "html_block"):
            yield f"line {(token.map or [0])[0] + 1}: a code cell stands inside something else"
    for cell in page.cells:
        if "skip-execution" in cell.tags:
            yield f"line {cell.line}: the cell is tagged skip-execution"


def short_cells(page: Page) -> Iterator[str]:
    """A cell is one idea."""
    for cell in page.cells:
        if (length := cell.code.count("\n")) > LONGEST_CELL:
            yield f"line {cell.line}: {length} lines, at most {LONGEST_CELL} are allowed"


def allowed_imports(page: Page) -> Iterator[str]:
    """What a reader copies needs the package, what it depends on, and nothing else."""
    for cell in filter(lambda cell: cell.is_copied, page.cells):
        for node in ast.walk(ast.parse(cell.code)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = ["." if node.level else node.module or ""]
            for name in names:
                if name.partition(".")[0] not in MAY_IMPORT:
                    yield f"line {cell.line}: imports {name}"


def ruff(page: Page) -> Iterator[str]:
    """Ruff passes, linter and formatter; it sees the cells as one notebook, so names carry over."""
    blank = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    cells = [blank | {"source": cell.code.removesuffix("\n")} for cell in page.cells]
    notebook = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4})
    name = ["--stdin-filename", "book/page.ipynb", "-"]
    source = ["--quiet", "--no-cache", "--line-length", str(COLUMNS), *name]
    for command in (["check", "--output-format=concise"], ["format", "--diff"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, *source],
            check=False,
            cwd=ROOT,
            input=notebook,
            capture_output=True,
            encoding="utf-8",
        )
        if done.returncode:
            yield (done.stdout + done.stderr).strip()


def runs(page: Page) -> Iterator[str]:
    """The page runs from top to bottom."""
    if page.outcome.error:
        yield page.outcome.error


def described_figures(page: Page) -> Iterator[str]:
    """Whoever makes a figure says what is seen (alt) and what it means (caption); so do no others."""
    if page.outcome.error:
        yield "the page does not run"
    copied = [cell for cell in page.cells if cell.is_copied]
    for cell, count in zip(copied, page.outcome.figures, strict=False):
        options = cell.metadata.get("mystnb", {})
        given = {
            "image.alt": options.get("image", {}).get("alt"),
            "figure.caption": options.get("figure", {}).get("caption"),
            "figure.name": options.get("figure", {}).get("name"),
        }
        missing = [key for key, value in given.items() if not str(value or "").strip()]
        if count > 1:
            yield f"line {cell.line}: {count} figures share one caption"
        if count and missing:
            yield f"line {cell.line}: a figure without {', '.join(missing)}"
        if count and not missing and given["image.alt"] == given["figure.caption"]:
            yield f"line {cell.line}: the alt text repeats the caption"
        if not count and len(missing) < len(given):
            yield f"line {cell.line}: describes a figure and makes none"


def plain_words(page: Page) -> Iterator[str]:
    """What is obvious to the writer need not be to the reader, and "to come" is not a page."""
    for text in page.prose:
        for phrase in re.findall(r"as you can see|obviously|simply|of course|to-come", text, re.I):
            yield f"says {phrase!r}: {text[:60]!r}"


def anatomy(page: Page) -> Iterator[str]:
    """A chapter has every part that CONTRIBUTING.md names."""
    paragraphs = [
        inner.content
        for outer, inner in itertools.pairwise(page.tokens)
        if outer.type == "paragraph_open"
    ]
    if not paragraphs or not paragraphs[0].startswith("After this page you can"):
        yield "does not open with what the reader will be able to do"
    if not any(":label:" in equation.content for equation in page.directives("math")):
        yield "no labelled equation"
    starts = [text.partition("**")[2].partition("**")[0] for text in paragraphs if text[:2] == "**"]
    if missing_in_order(["Predict.", "Explain."], iter(starts)):
        yield "no guess is asked for and explained: **Predict.**, later **Explain.**"
    labels = [re.search(r":label: (\S+)", t.content) for t in page.directives("exercise")]
    exercises = {label[1] for label in labels if label}
    solved = {t.info.split()[-1] for t in page.directives("solution-start")}
    if not 2 <= len(labels) <= 3:
        yield f"{len(labels)} exercises, two or three are asked for"
    if exercises != solved or len(exercises) < len(labels):
        yield f"without a solution of their own: {sorted(exercises ^ solved)}"
    recall = [t for t in page.sections.get("Recall", []) if directive(t) == "dropdown"]
    if not 3 <= len(recall) <= 5:
        yield f"{len(recall)} questions under Recall, three to five are asked for"
    if "Where to read on" not in page.sections:
        yield "no heading Where to read on"


Rule = Callable[[Page], Iterator[str]]
STATIC: list[Rule] = [
    front_matter,
    every_cell_executes,
    short_cells,
    allowed_imports,
    ruff,
    plain_words,
]
RUNNING: list[Rule] = [runs, described_figures]


# --- Every page keeps them ------------------------------------------------------------------------

ALL = sorted(path.relative_to(BOOK).as_posix() for path in BOOK.rglob("[!_]*.md"))


@functools.cache
def page(name: str) -> Page:
    return Page.of((BOOK / name).read_text(encoding="utf-8"))


CHAPTERS = [
    name
    for name in ALL
    if not name.startswith("reference/") and name not in ("index.md", "contributing.md")
]


def test_there_are_pages_with_cells() -> None:
    with_cells = [name for name in ALL if page(name).cells]
    assert {"introduction.md", "chapter-template.md"} <= set(with_cells)


@pytest.mark.parametrize("rule", STATIC, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("name", ALL)
def test_form(name: str, rule: Rule) -> None:
    assert "\n".join(rule(page(name))) == ""


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_has_all_its_parts(name: str) -> None:
    assert "\n".join(anatomy(page(name))) == ""


# The eleven figures of the text that the book follows, which are lost: page and heading.
FIGURES = [("network.md", None), ("lstm-cells/index.md", None)]
FIGURES += [
    (f"training/{parameter.lower().replace(' ', '-')}.md", f"{level} {parameter}")
    for parameter, levels in [
        ("Learning Rate", ("Low", "High", "Medium")),
        ("Batch Size", ("Low", "High", "Medium")),
        ("Noise", ("No", "Some", "High")),
    ]
    for level in levels
]


@pytest.mark.parametrize(("name", "heading"), FIGURES)
def test_every_lost_figure_is_back(name: str, heading: str | None) -> None:
    tokens = page(name).tokens if heading is None else page(name).sections[heading]
    cells = [cell_of(token) for token in tokens if is_cell(token)]
    assert any("figure" in cell.metadata.get("mystnb", {}) for cell in cells)


@pytest.mark.parametrize("name", [name for name in ALL if page(name).cells])
def test_runs_in_a_fresh_process(name: str) -> None:
    for rule in RUNNING:
        assert "\n".join(rule(page(name))) == ""


def headings_from(name: str) -> Iterator[str]:
    """The headings of a page and of the pages in its tables of contents, in reading order."""
    tokens = page(name).tokens
    for index, token in enumerate(tokens):
        if token.type == "heading_open":
            yield tokens[index + 1].content
        elif token.type in ("fence", "colon_fence") and token.info.strip() == "{toctree}":
            for entry in token.content.split("\n"):
                target = entry.rpartition("<")[2].rstrip("> ").strip()
                below = (BOOK / name).parent / f"{target}.md"
                if target and not entry.startswith(":") and below.is_file():
                    yield from headings_from(below.relative_to(BOOK).as_posix())


def missing_in_order(wanted: list[str], found: Iterator[str]) -> str | None:
    """Return the first of the wanted headings that is not found after the one before it."""
    return next((heading for heading in wanted if heading not in found), None)


def test_headings_follow_the_text() -> None:
    assert missing_in_order(HEADINGS, headings_from("index.md")) is None


@pytest.mark.parametrize("found", [["a", "c", "b"], ["a", "c"], []], ids=str)
def test_headings_out_of_order_are_found(found: list[str]) -> None:
    assert missing_in_order(["a", "b", "c"], iter(["a", "x", "b", "c"])) is None
    assert missing_in_order(["a", "b", "c"], iter(found)) is not None


# --- Every rule can fail --------------------------------------------------------------------------

FRONT = """---
file_format: mystnb
kernelspec:
  name: python3
  display_name: Python 3
---
# Title
"""
DRAWS = "import matplotlib.pyplot as plt\n\nplt.plot([1, 2]);\n"
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


def with_cells(*cells: str) -> str:
    return FRONT + "".join(fenced(cell) for cell in cells)


def exercise(name: str, solves: str) -> str:
    solution = f"```{{solution-start}} {solves}\n```\nSo.\n```{{solution-end}}\n```\n"
    return f"```{{exercise}} Why?\n:label: {name}\n\nSay why.\n```\n{solution}"


CHAPTER = f"""
After this page you can tell a good page from a bad one.

```{{math}}
:label: eq-x

x = 1
```

**Predict.** What will x be?

**Explain.** It is 1.

{exercise("ex-a", "ex-a")}
{exercise("ex-b", "ex-b")}
## Recall

```{{dropdown}} One?
Yes.
```

```{{dropdown}} Two?
Yes.
```

```{{dropdown}} Three?
Yes.
```

## Where to read on
"""
GOOD = (
    FRONT
    + CHAPTER
    + "".join(
        fenced(cell)
        for cell in (
            "import math\n",
            ':tags: [remove-cell]\n\nfrom myst_nb import glue\n\nglue("tau", math.tau)\n',
            "import numpy as np\n\nnp.full(2, math.pi)\n",
            DESCRIBED + DRAWS,
            ":tags: [raises-exception]\n\n1 / 0\n",
        )
    )
)
BAD: list[tuple[Rule, str, str]] = [
    (front_matter, with_cells("1\n").replace("mystnb", "myst"), "without file_format"),
    (front_matter, with_cells("1\n").replace("display_name", "title"), "display_name is missing"),
    (front_matter, with_cells("1\n").replace("kernelspec", "jupytext"), "a jupytext block"),
    (every_cell_executes, f"````{{note}}\n{fenced('1')}````\n", "inside something"),
    (every_cell_executes, ":::{note}\n```{code-cell}\n1\n```\n:::\n", "inside something"),
    (every_cell_executes, "- item\n  ```{code-cell}\n  1\n  ```\n", "inside something"),
    (every_cell_executes, with_cells(":tags: [skip-execution]\n1\n"), "skip-execution"),
    (short_cells, with_cells("x = 1\n" * (LONGEST_CELL + 1)), "26 lines"),
    (allowed_imports, with_cells("import torch.nn\n"), "imports torch.nn"),
    (allowed_imports, with_cells("def f():\n    from scipy import special\n"), "imports scipy"),
    (allowed_imports, with_cells("from . import helper\n"), "imports ."),
    (ruff, with_cells("x = 1\n", "x + y\n"), "F821"),
    (ruff, with_cells("import math\n"), "F401"),
    (ruff, with_cells("x = [1,2]\n"), "[1, 2]"),
    (plain_words, FRONT + "As you can see, it works.\n", "says 'As you can see'"),
    (plain_words, FRONT + "```{note}\nThis is simply so.\n```\n", "says 'simply'"),
    (plain_words, FRONT + "```{note}\n:class: to-come\n\nSoon.\n```\n", "says 'to-come'"),
    (anatomy, FRONT + CHAPTER.replace("After this", "On this"), "does not open with"),
    (anatomy, FRONT + CHAPTER.replace(":label: eq-x", ""), "no labelled equation"),
    (anatomy, FRONT + CHAPTER.replace("Predict.", "Look."), "no guess is asked for"),
    (anatomy, FRONT + CHAPTER.replace("Explain.", "So."), "no guess is asked for"),
    (anatomy, FRONT + CHAPTER.replace(exercise("ex-b", "ex-b"), ""), "1 exercises"),
    (anatomy, FRONT + CHAPTER.replace(exercise("ex-b", "ex-b"), 3 * exercise("c", "c")), "4 ex"),
    (anatomy, FRONT + CHAPTER.replace("start} ex-b", "start} ex-a"), "without a solution"),
    (anatomy, FRONT + CHAPTER.replace("label: ex-b", "label: ex-a"), "without a solution"),
    (anatomy, FRONT + CHAPTER.replace("```{dropdown} Two?\nYes.\n```", ""), "2 questions"),
    (anatomy, FRONT + CHAPTER.replace("## Recall", "## Quiz"), "0 questions under Recall"),
    (anatomy, FRONT + CHAPTER.replace("## Where to", "## What to"), "no heading Where to read on"),
    (runs, with_cells("x = 1\n", "assert x == 2\n"), "AssertionError"),
    (runs, with_cells("import numpy as np\n\nnp.log(np.zeros(1))\n"), "RuntimeWarning"),
    (runs, with_cells("open('README.md')\n"), "FileNotFoundError"),
    (runs, with_cells(":tags: [remove-cell]\nx = 1\n", "x\n"), "NameError"),
    (runs, with_cells(":tags: [raises-exception]\nx = 1\n"), "should raise"),
    (
        runs,
        with_cells("import socket\n\nsocket.create_connection(('192.0.2.1', 80), 1)\n"),
        "must not use the network",
    ),
    (described_figures, with_cells(DRAWS), "image.alt, figure.caption, figure.name"),
    (described_figures, with_cells(DESCRIBED.replace("name:", "tag:") + DRAWS), "figure.name"),
    (described_figures, with_cells(DESCRIBED.replace("alt: A", "alt: # ") + DRAWS), "image.alt"),
    (described_figures, with_cells(DESCRIBED + DRAWS + "plt.figure()\n"), "2 figures"),
    (described_figures, with_cells(DESCRIBED + "x = 1\n"), "makes none"),
    (
        described_figures,
        with_cells(DESCRIBED.replace("A line rises from left to right.", "Two values.") + DRAWS),
        "repeats the caption",
    ),
]


@pytest.mark.parametrize("rule", [*STATIC, *RUNNING, anatomy], ids=lambda rule: rule.__name__)
def test_a_good_page_passes(rule: Rule) -> None:
    assert "\n".join(rule(Page.of(GOOD))) == ""


@pytest.mark.parametrize(
    ("rule", "text", "complaint"),
    [pytest.param(*bad, id=f"{bad[0].__name__}-{n}") for n, bad in enumerate(BAD)],
)
def test_a_bad_page_is_found(rule: Rule, text: str, complaint: str) -> None:
    assert complaint in "\n".join(rule(Page.of(text)))


def test_every_rule_has_a_bad_page() -> None:
    assert {rule for rule, *_ in BAD} == {*STATIC, *RUNNING, anatomy}
