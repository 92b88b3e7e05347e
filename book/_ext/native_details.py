"""Solutions and hidden cells as HTML's own `<details>`: they open without JavaScript, and print."""

import re
from html import escape
from typing import Any

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator
from sphinx_exercise.nodes import solution_node


def visit_solution(self: HTML5Translator, node: nodes.Element) -> None:
    """Write a box that the reader opens.

    Upstream flaw (sphinx-exercise): its dropdown needs JavaScript.
    """
    title, *content = node.children
    self.body.append(self.starttag(node, "details"))
    self.body.append(f"<summary>{escape(title.astext())}</summary>\n")
    for child in content:
        child.walkabout(self)
    self.body.append("</details>\n")
    raise nodes.SkipNode


def visit_hidden_cell(self: HTML5Translator, node: nodes.Element) -> None:
    """Write the box around a hidden cell.

    Upstream flaw (MyST-NB): `<p>` in `<summary>`, and an aria-label unlike the text that is seen.
    """
    classes = " ".join(["hide", *node["classes"]])
    show, hide = map(escape, prompts(node))
    label = f'<span class="collapsed">{show}</span><span class="expanded">{hide}</span>'
    self.body.append(f'<details class="{classes}">\n<summary>{label}</summary>\n')


def prompts(node: nodes.Element) -> list[str]:
    """Return what stands on the box while it is shut, and while it is open: what it is the code of."""
    if any("cell_output" in part["classes"] for part in node.parent.findall(nodes.container)):
        of_figure = " of the figure" * any(node.parent.findall(nodes.figure))
        return [node["prompt_show"] + of_figure, node["prompt_hide"] + of_figure]
    what = "check" if re.search(r"^ *assert ", node.astext(), re.M) else "computation"
    return [f"Show the {what}", f"Hide the {what}"]


def depart_hidden_cell(self: HTML5Translator, node: nodes.Element) -> None:
    self.body.append("</details>\n")


def drop_repeated_ids(app: Sphinx, doctree: nodes.document) -> None:
    """Unwrap exercises.

    Upstream flaw (sphinx-exercise): each holds a section, and all of these have the same id.
    """
    for section in list(doctree.findall(nodes.section)):
        if section["ids"] in (["exercise-content"], ["solution-content"]):
            section["ids"] = []  # docutils would hand them to the first child
            section.replace_self(section.children)


def setup(app: Sphinx) -> dict[str, Any]:
    app.setup_extension("sphinx_exercise")
    app.setup_extension("myst_nb")
    app.add_node(solution_node, override=True, html=(visit_solution, None))
    app.add_node(HideCodeCellNode, override=True, html=(visit_hidden_cell, depart_hidden_cell))
    app.connect("doctree-read", drop_repeated_ids, priority=100)  # before who reads ids
    return {"parallel_read_safe": True, "parallel_write_safe": True}
