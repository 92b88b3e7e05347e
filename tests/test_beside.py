"""The tag `beside`: an equation and its code, or both and the figure, stand side by side."""

from io import StringIO

import pytest
from docutils import nodes
from sphinx.testing.util import SphinxTestApp

CONF = """
extensions = ["myst_nb", "beside"]
nb_execution_mode = "off"
"""
MATHS = "```{math}\n:label: eq-one\n\na = b\n```\n"
LINE = "```{code-cell} python3\na = b\n```\n"
CODE = "```{code-cell} python3\n:tags: [beside]\n\na = b\n```\n"
FIGURE = """```{code-cell} python3
---
tags: [beside]
mystnb:
  figure:
    caption: "What is drawn."
---
draw(a)
```
"""
FRONT = """---
file_format: mystnb
kernelspec:
  name: python3
  display_name: Python 3
---
# Title

Words before.

"""


@pytest.fixture
def read(tmp_path):
    """Return what Sphinx makes of a page: its doctree, and what it warned of."""

    def page(text):
        (tmp_path / "conf.py").write_text(CONF, encoding="utf-8")
        (tmp_path / "index.md").write_text(FRONT + text, encoding="utf-8")
        warnings = StringIO()
        app = SphinxTestApp("dummy", srcdir=tmp_path, warning=warnings, freshenv=True)
        app.build()
        doctree = app.env.get_doctree("index")
        app.cleanup()
        return doctree, warnings.getvalue()

    return page


def wrapped(doctree):
    return [n for n in doctree.findall(nodes.container) if "beside" in n["classes"]]


def test_the_equation_and_the_code_stand_left_of_the_figure(read):
    doctree, warnings = read(MATHS + LINE + FIGURE + "\nWords after {eq}`eq-one`.\n")
    (block,) = wrapped(doctree)
    left, figure = block
    assert left["classes"] == ["beside-left"]
    assert [type(n) for n in left if not isinstance(n, nodes.target)] == [
        nodes.math_block,
        nodes.container,
    ]
    assert "tag_beside" in figure["classes"]
    section = block.parent
    before, after = section[section.index(block) - 1], section[section.index(block) + 1]
    assert (before.astext(), after.astext()[:11]) == ("Words before.", "Words after")
    assert "beside" not in warnings
    assert "eq-one" not in warnings  # the reference still finds its equation


def test_the_equation_stands_left_of_its_code(read):
    doctree, warnings = read(MATHS + CODE)
    (block,) = wrapped(doctree)
    left, code = block
    assert [n.astext() for n in left if isinstance(n, nodes.math_block)] == ["a = b"]
    assert code.astext() == "a = b"
    assert "beside" not in warnings


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (FIGURE, "an equation and a code cell directly above the cell, with no text"),
        (LINE + FIGURE, "got ['container']"),
        (MATHS + FIGURE, "got ['target', 'math_block']"),
        (MATHS + LINE + "\nWords.\n\n" + FIGURE, "got none"),
        (LINE + CODE, "expected an equation directly above the cell"),
        (MATHS + "\nWords.\n\n" + CODE, "got none"),
    ],
)
def test_a_cell_without_what_belongs_beside_it_is_left_where_it_is(read, text, found):
    doctree, warnings = read(text)
    assert wrapped(doctree) == []
    assert "tag beside: expected an equation" in warnings
    assert found in warnings
