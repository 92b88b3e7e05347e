"""Give the bibliography's entries a role that browsers know."""

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator


def visit(self: HTML5Translator, node: nodes.citation) -> None:
    """Write an entry. Upstream flaw (docutils): the role doc-biblioentry has been withdrawn."""
    HTML5Translator.visit_citation(self, node)
    self.body[-1] = self.body[-1].replace('role="doc-biblioentry"', 'role="listitem"')


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_node(nodes.citation, override=True, html=(visit, HTML5Translator.depart_citation))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
