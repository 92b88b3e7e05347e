"""A page as plain Markdown with a mark for each code cell, for readers that do not know MyST.

sphinx-markdown-builder does the work; here is what Jupyter reads differently or it does not know.
"""

import re
from typing import Any
from urllib.parse import urljoin

from docutils import nodes
from sphinx.builders import Builder
from sphinx_markdown_builder.contexts import WrappedContext
from sphinx_markdown_builder.translator import MarkdownTranslator

MARK = "\x00"


def is_cell(node: nodes.Node) -> bool:
    """Tell whether a node of a page is a code cell, with what it gave."""
    return isinstance(node, nodes.container) and node.get("nb_element") == "cell_code"


class PlainMarkdown(MarkdownTranslator):
    """Markdown with TeX between dollars; links are those of the published page."""

    def __init__(self, page: nodes.document, builder: Builder, docname: str, address: str) -> None:
        super().__init__(page, builder)
        self.address = address
        self.numbers = builder.env.toc_fignumbers.get(docname, {})

    def number(self, kind: str, node: nodes.Element) -> str:
        """Return a number, or nothing on a page that is in no table of contents."""
        found = self.numbers.get(kind, {}).get(next(iter(node["ids"]), ""), ())
        return ".".join(map(str, found))

    def visit_container(self, node: nodes.Element) -> None:
        if not is_cell(node):
            return
        self.add(f"{MARK}{node['cell_index']}{MARK}", 2, 2)
        for caption in node.findall(nodes.caption):
            if number := self.number("figure", caption.parent):
                self.add(f"**Figure {number}.** ")
            for child in caption.children:
                child.walkabout(self)
            self.ensure_eol(2)
        raise nodes.SkipNode

    def visit_title(self, node: nodes.Element) -> None:
        if isinstance(node.parent, nodes.section):
            return super().visit_title(node)
        text = node.astext()
        if "%s" in node.get("title", ""):  # an exercise
            text = node["title"] % self.number("exercise", node.parent) + text
        self.add(f"**{' '.join(text.split())}**", 2, 2)
        raise nodes.SkipNode

    def depart_title(self, node: nodes.Element) -> None:
        self._pop_context(node)

    def visit_math_block(self, node: nodes.Element) -> None:
        tag = rf" \tag{{{node['number']}}}" if node.get("number") else ""
        self.add(f"$$\n{node.astext().strip()}{tag}\n$$", 2, 2)
        raise nodes.SkipNode

    def visit_reference(self, node: nodes.Element) -> None:
        target = node.get("refuri", "#")
        # A notebook has no anchors of its own: what points into the same page is only text.
        ends = ("", "") if target.startswith("#") else ("[", f"]({urljoin(self.address, target)})")
        self._push_context(WrappedContext(*ends))

    def depart_reference(self, node: nodes.Element) -> None:
        self._pop_context(node)

    def visit_recall_answer(self, node: nodes.Element) -> None:
        self.add("<details><summary>Answer</summary>", 2, 2)

    def depart_recall_answer(self, node: nodes.Element) -> None:
        self.add("</details>", 2, 2)

    def visit_target(self, node: nodes.Element) -> None:
        raise nodes.SkipNode

    visit_raw = visit_target  # HTML: a figure outside a cell, say
    visit_try_it_node = visit_target

    def unknown_visit(self, node: nodes.Node) -> None:
        """Read through what groups other nodes."""

    def unknown_departure(self, node: nodes.Node) -> None:
        pass


def parts(page: nodes.document, builder: Builder, docname: str, address: str) -> list[Any]:
    """Return a page's Markdown (a text) and the index of each cell (a number), in order."""
    translator = PlainMarkdown(page, builder, docname, address)
    page.walkabout(translator)
    found = re.split(f"{MARK}(\\d+){MARK}", translator.astext())
    return [int(part) if k % 2 else part.strip() for k, part in enumerate(found) if part.strip()]
