"""An equation and the code that is the equation, or both and the figure that shows them, side by side.

The tag `beside` on a cell puts the equations and the cells directly above it to its left. A narrow
page shows the same one below the other, in the order in which they are written.
"""

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

logger = logging.getLogger(__name__)


class Beside(SphinxTransform):
    """Wrap each such cell with what stands above it."""

    default_priority = 900  # after targets have found the equations that they name

    def apply(self, **kwargs: Any) -> None:
        for cell in list(self.document.findall(is_beside)):
            parent, end = cell.parent, cell.parent.index(cell)
            start = end
            while start > 0 and stands_left(parent[start - 1]):
                start -= 1
            above = parent[start:end]
            needed, words = {nodes.math_block}, "an equation"
            if "figure" in cell["cell_metadata"].get("mystnb", {}):
                needed, words = needed | {nodes.container}, "an equation and a code cell"
            if not needed <= {type(node) for node in above}:
                found = [node.tagname for node in above] or "none"
                logger.warning(
                    "tag beside: expected %s directly above the cell, with no text between them, "
                    "got %s",
                    words,
                    found,
                    location=cell,
                )
                continue
            left = nodes.container("", *above, classes=["beside-left"])
            # `full-width`: the theme hides the page's contents while what is wide passes them.
            parent[start : end + 1] = [
                nodes.container("", left, cell, classes=["beside", "full-width"])
            ]


def is_beside(node: nodes.Node) -> bool:
    return isinstance(node, nodes.container) and "tag_beside" in node["classes"]


def stands_left(node: nodes.Node) -> bool:
    """Whether a node is an equation, the target before it, or a cell."""
    if isinstance(node, nodes.container):
        return "cell" in node["classes"] and not is_beside(node)
    return isinstance(node, nodes.math_block | nodes.target)


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_transform(Beside)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
