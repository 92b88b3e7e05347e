"""What Sphinx itself says of a page's markup: it reads the page as a build does, and executes nothing."""

from __future__ import annotations

import contextlib
import io
import re
import tempfile
from collections.abc import Callable, Iterator

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
GLUED = re.compile(r"\{glue:text\}`([^`]*)`")
PLAIN = re.compile(r"[\w .,%−+-]+")  # a value that is no markup


@contextlib.contextmanager
def reader() -> Iterator[Callable[[Page], list[Complaint]]]:
    """Start Sphinx, which takes seconds, and hand out the rule of all pages."""
    said = io.StringIO()
    with tempfile.TemporaryDirectory() as folder, patch_docutils(), docutils_namespace():
        places = (BOOK, BOOK, f"{folder}/html", f"{folder}/doctrees")
        try:
            app = Sphinx(*places, "dummy", SETTINGS, status=None, warning=said, freshenv=True)
        except Exception as error:  # of a broken bibliography, say, which is then named
            raise SystemExit(f"Sphinx does not start: {stops(error)}") from error
        begun = said.getvalue()
        app.project.discover(app.config.exclude_patterns, app.config.include_patterns)
        texts: dict[str, str] = {}

        def given(app: Sphinx, name: str, source: list[str]) -> None:
            source[0] = texts[name]

        app.connect("source-read", given)

        def markup(page: Page) -> list[Complaint]:
            def value(role: re.Match[str]) -> str:
                found = page.outcome.glued.get(role[1], "1")
                return found if PLAIN.fullmatch(found) else "1"

            texts[page.name] = GLUED.sub(value, page.text)
            said.truncate(said.seek(0))
            app.events.emit("env-purge-doc", app.env, page.name)
            app.env.clear_doc(page.name)
            found: list[Complaint] = []
            try:
                app.builder.read_doc(page.name)
            except Exception as error:  # some extensions stop where they should complain
                found = [(1, f"Sphinx stops: {stops(error)}")]
            return found + list(complaints(COLOURS.sub("", begun + said.getvalue())))

        yield markup


def stops(error: Exception) -> str:
    """Return what an error says, on one line."""
    return f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"


def complaints(said: str) -> Iterator[Complaint]:
    """Yield what Sphinx wrote, with a hint where a name is misspelt.

    (docutils has no public list of its directives, to which extensions add theirs.)
    """
    for line, message in SAID.findall(said):
        if NOT_RUN.search(message):
            continue
        message = CATEGORY.sub("", message)
        if unknown := re.search(r"Unknown directive type: '([^']+)'", message):
            message += f"; {similar(unknown[1], set(_directives))}"
        yield int(line or 1), f"Sphinx: {message}"
