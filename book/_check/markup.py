"""What Sphinx itself says of a page's markup: it reads the page as a build does, and executes nothing."""

from __future__ import annotations

import contextlib
import io
import re
import tempfile
from collections.abc import Callable, Iterator
from typing import Any

from docutils.parsers.rst.directives import _directives
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from .book import BOOK
from .links import similar
from .page import Complaint, Page

SETTINGS = {
    "nb_execution_mode": "off",
    "suppress_warnings": ["app"],  # of a test, in whose process others have started Sphinx
}
COLOURS = re.compile(r"\x1b\[[\d;]*m")
SAID = re.compile(r"^(?:.*\.md(?::(\d+))?: )?(?:WARNING|ERROR|CRITICAL): (.+)$", re.MULTILINE)
CATEGORY = re.compile(r"(?: \[[\w.-]+\])+$")
# Of a cell that has not run: its language, and what it would have glued.
NOT_RUN = re.compile(r"No source code lexer found|No key '")
GLUED = re.compile(r"\{glue:text\}`[^`]*`")


@contextlib.contextmanager
def reader() -> Iterator[Callable[[Page], list[Complaint]]]:
    """Start Sphinx, which takes seconds, and hand out the rule of all pages."""
    said = io.StringIO()
    with tempfile.TemporaryDirectory() as folder, patch_docutils(), docutils_namespace():
        places = (BOOK, BOOK, f"{folder}/html", f"{folder}/doctrees")
        app = Sphinx(*places, "dummy", SETTINGS, status=None, warning=said, freshenv=True)
        app.project.discover(app.config.exclude_patterns, app.config.include_patterns)
        texts: dict[str, str] = {}

        def given(app: Sphinx, name: str, source: list[str]) -> None:
            source[0] = texts[name]

        app.connect("source-read", given)

        def markup(page: Page) -> list[Complaint]:
            texts[page.name] = GLUED.sub("1", page.text)
            said.truncate(said.seek(0))
            app.events.emit("env-purge-doc", app.env, page.name)
            app.env.clear_doc(page.name)
            app.builder.read_doc(page.name)
            return list(complaints(COLOURS.sub("", said.getvalue()), app))

        yield markup


def complaints(said: str, app: Any) -> Iterator[Complaint]:
    """Yield what Sphinx wrote, with a hint where a name is misspelt."""
    for line, message in SAID.findall(said):
        if NOT_RUN.search(message):
            continue
        message = CATEGORY.sub("", message)
        if unknown := re.search(r"Unknown directive type: '([^']+)'", message):
            message += f"; {similar(unknown[1], set(_directives))}"
        yield int(line or 1), f"Sphinx: {message}"
