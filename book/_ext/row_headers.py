"""Let the first column of a table of libraries head its rows, for which Markdown has no mark.

A screen reader then says of a cell what it is about. (Not so in tables of symbols: axe 4 takes a
header that is only a formula for empty.)
"""

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx


def head_rows(app: Sphinx, doctree: nodes.document) -> None:
    for table in doctree.findall(nodes.table):
        if "libraries" in table["classes"]:
            next(table.findall(nodes.colspec))["stub"] = True


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("doctree-read", head_rows)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
