"""Show a glossary term's definition where the term is linked, on hover and on keyboard focus.

The definition stands in the page itself, hidden until its link is pointed at: no script is needed.
`glossary-tips.js` moves it beside the word, and lets Escape and touch work as one expects.
"""

from html import escape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

import mathml


def as_html(node: nodes.Node) -> str:
    """Return a definition as text and mathematics, without its links to other terms."""
    if isinstance(node, nodes.Text):
        return escape(node.astext())
    if isinstance(node, nodes.math):
        return mathml.mathml(node.astext(), block=False)
    return "".join(as_html(child) for child in node.children)


def read(app: Sphinx, doctree: nodes.document) -> None:
    """Keep the definitions of a glossary, by the anchor of their term."""
    found: dict[str, str] = {}
    for item in doctree.findall(nodes.definition_list_item):
        paragraph = next(item.findall(nodes.paragraph), None)
        for term in item.findall(nodes.term):
            if paragraph is not None:
                found |= {name: as_html(paragraph) for name in term["ids"] if name[:5] == "term-"}
    if found:
        app.env.metadata[app.env.docname]["definitions"] = found


def definition(self: HTML5Translator, node: nodes.reference) -> str:
    """Return the definition of the term that a link leads to, or nothing."""
    page, _, anchor = node.get("refuri", "").partition("#")
    if not anchor.startswith("term-") or not page:  # the glossary itself needs no tips
        return ""
    everywhere: dict[str, str] = {}
    for metadata in self.builder.env.metadata.values():
        everywhere |= metadata.get("definitions", {})
    return everywhere.get(anchor, "")


def visit_reference(self: HTML5Translator, node: nodes.reference) -> None:
    HTML5Translator.visit_reference(self, node)
    if tip := definition(self, node):
        number = self.tips = getattr(self, "tips", 0) + 1
        node["tip"] = f'<span class="tip" role="tooltip" id="tip-{number}">{tip}</span></span>'
        link = self.body[-1].replace("<a ", f'<a aria-describedby="tip-{number}" ', 1)
        self.body[-1] = f'<span class="term">{link}'


def depart_reference(self: HTML5Translator, node: nodes.reference) -> None:
    HTML5Translator.depart_reference(self, node)
    if "tip" in node:
        self.body.append(node["tip"])


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_node(nodes.reference, override=True, html=(visit_reference, depart_reference))
    app.connect("doctree-read", read)
    app.add_js_file("glossary-tips.js", loading_method="defer")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
