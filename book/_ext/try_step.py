"""A small LSTM cell that the reader takes through time himself: `try-step.js` makes the box.

It is empty without a script: the page around it does the same steps in cells, for every reader.
"""

import ast
import json
from typing import Any

import numpy as np
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

EXPECTED = "expected a glued list [W, x, a, c] of shapes (4, H, 1 + H + 1), (), (H,), (H,)"


class try_step_node(nodes.General, nodes.Element):
    """The box: `cell` holds the numbers to begin with."""


class TryStep(SphinxDirective):
    """A box for the cell that the page has glued under this name."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        (name,) = self.arguments
        found, _ = self.state.inline_text(f"{{glue:text}}`{name}`", self.lineno)
        text = "".join(node.astext() for node in found)
        try:
            cell = ast.literal_eval(text)
            W, x, a_prev, c_prev = (np.array(part, dtype=float) for part in cell)
        except (SyntaxError, TypeError, ValueError):
            raise self.error(f"try-step {name!r}: {EXPECTED}, got {text!r}") from None
        units = a_prev.size
        shapes = [(4, units, units + 2), (), (units,), (units,)]
        got = [part.shape for part in (W, x, a_prev, c_prev)]
        if got != shapes:
            raise self.error(f"try-step {name!r}: {EXPECTED}, got {', '.join(map(str, got))}")
        node = try_step_node(cell=json.dumps(cell))
        self.set_source_info(node)
        return [node]


def visit(self: HTML5Translator, node: try_step_node) -> None:
    attributes = {"CLASS": "try-step", "data-cell": node["cell"], "hidden": ""}
    self.body.append(self.starttag(node, "div", "", **attributes))


def add_script(app: Sphinx, page: str, template: str, context: Any, doctree: Any) -> None:
    """Load the script only where there is such a box."""
    if doctree and next(iter(doctree.findall(try_step_node)), None):
        app.add_js_file("try-step.js", loading_method="defer")


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_directive("try-step", TryStep)
    app.add_node(try_step_node, html=(visit, lambda self, _: self.body.append("</div>\n")))
    app.connect("html-page-context", add_script)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
