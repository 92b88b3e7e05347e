"""How long each page took to execute, as a table: the directive ``execution-times``.

The numbers are measured, so two builds differ in them. They are put in as the page is written, and
so reach neither the search index nor any other page: that one page is all that differs.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective

BUDGET = 5.0  # seconds that a page may take
PLACE = "<!-- execution times -->"
HEAD = "<thead><tr><th>Page</th><th>Seconds</th><th>Budget used</th></tr></thead>"


class ExecutionTimes(SphinxDirective):
    """Say where the table goes."""

    def run(self) -> list[nodes.Node]:
        return [nodes.raw("", PLACE, format="html")]


def seconds(env: BuildEnvironment) -> dict[str, float]:
    """Return how long each page with cells took, when it was last executed."""
    data = getattr(env, "nb_metadata", {})
    found = {name: (one.get("exec_data") or {}).get("runtime") for name, one in data.items()}
    return {name: round(taken, 2) for name, taken in sorted(found.items()) if taken is not None}


def table(app: Sphinx, page: str) -> str:
    """Return the table, the slowest page first."""
    rows = []
    for name, taken in sorted(seconds(app.env).items(), key=lambda item: (-item[1], item[0])):
        link = escape(app.builder.get_relative_uri(page, name))
        title = escape(app.env.titles[name].astext())
        used = f"{taken / BUDGET:.0%}" + (", over" if taken > BUDGET else "")
        row = f'<td><a href="{link}">{title}</a></td><td>{taken:.1f}</td><td>{used}</td>'
        rows.append(f"<tr>{row}</tr>")
    body = "<tbody>" + "\n".join(rows) + "</tbody>"
    return f'<div class="pst-scrollable-table-container measured"><table class="table">{HEAD}{body}</table></div>'


def put_in(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    if PLACE in context.get("body", ""):
        context["body"] = context["body"].replace(PLACE, table(app, page))


def pages_with_table(app: Sphinx, env: BuildEnvironment) -> Iterable[str]:
    """Write the page anew when the table is another one: an edit of prose leaves it as it is."""
    now = {name: (env.titles[name].astext(), taken) for name, taken in seconds(env).items()}
    before, env.execution_times = getattr(env, "execution_times", None), now
    return env.found_docs & ({"reference/execution-times"} if now != before else set())


def keep(app: Sphinx, error: Exception | None) -> None:
    """Leave the numbers beside the site, for the comment on a pull request."""
    if error is None and app.builder.format == "html":
        numbers = json.dumps(seconds(app.env), indent=1, sort_keys=True)
        Path(app.config.execution_times_file).write_text(numbers + "\n", encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_config_value("execution_times_file", None, "")
    app.add_directive("execution-times", ExecutionTimes)
    app.connect("html-page-context", put_in)
    app.connect("env-updated", pages_with_table)
    app.connect("build-finished", keep)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
