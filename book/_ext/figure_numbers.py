"""Figures, tables and exercises numbered in the order of reading, from an outline of each page.

Sphinx numbers those of a page's subpages before what stands below its table of contents; a reader
comes to them afterwards. And after any edit it loads every page it has ever read, whole, to count
them: an outline, kept with the environment, holds what is counted and nothing else.
"""

from functools import wraps
from inspect import unwrap
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.environment.collectors import EnvironmentCollector
from sphinx.environment.collectors.toctree import TocTreeCollector

# Sphinx's own, also where `nox -s live` loads this file anew over what it put in its place.
UPSTREAM = unwrap(TocTreeCollector.assign_figure_numbers)
NAMES = (nodes.caption, nodes.title, nodes.literal_block)  # by which Sphinx knows what has a number


class Outlines(EnvironmentCollector):
    """Keep an outline of each page, and its exercises without it."""

    def clear_doc(self, app: Sphinx, env: BuildEnvironment, docname: str) -> None:
        outlines_of(env).pop(docname, None)

    def merge_other(
        self, app: Sphinx, env: BuildEnvironment, docnames: set[str], other: BuildEnvironment
    ) -> None:
        outlines_of(env).update({name: outlines_of(other)[name] for name in docnames})

    def process_doc(self, app: Sphinx, doctree: nodes.document) -> None:
        page = nodes.Element("", *outline(doctree, app.env))
        last = page.children[-1] if page.children else page
        for contents in list(page.findall(addnodes.toctree)):
            contents.parent.remove(contents)
            (last if isinstance(last, nodes.section) else page).append(contents)
        outlines_of(app.env)[app.env.docname] = cut_off(page)
        for entry in getattr(app.env, "sphinx_exercise_registry", {}).values():
            if entry["docname"] == app.env.docname:
                entry["node"] = cut_off(entry["node"].deepcopy())


def cut_off(copy: nodes.Element) -> nodes.Element:
    """Let a copy forget which page it is of.

    Upstream flaw (docutils): a copied node refers to its document, so that whatever keeps the copy
    keeps all of the page; with the exercises that doubled what every build loads and saves.
    """
    for part in copy.findall():
        part.document = None
    return copy


def outlines_of(env: BuildEnvironment) -> dict[str, nodes.Element]:
    if not hasattr(env, "figure_outlines"):
        env.figure_outlines = {}
    return env.figure_outlines


def outline(node: nodes.Element, env: BuildEnvironment) -> list[nodes.Node]:
    """Return of a node's contents the sections, tables of contents and what is counted."""
    kept: list[nodes.Node] = []
    domains = [*env.domains.sorted()]
    for child in node.children:
        if not isinstance(child, nodes.Element):
            continue
        within = outline(child, env)
        if isinstance(child, nodes.section | addnodes.toctree) or any(
            domain.get_enumerable_node_type(child) for domain in domains
        ):
            names = [part.deepcopy() for part in child.children if isinstance(part, NAMES)]
            copy = child.copy()
            copy.extend([*names, *within])
            kept.append(copy)
        else:
            kept.extend(within)
    return kept


@wraps(UPSTREAM)
def assign(self: TocTreeCollector, env: BuildEnvironment) -> list[str]:
    """Count as Sphinx does, on the outlines."""
    outlines = outlines_of(env)
    env.get_doctree = outlines.__getitem__
    try:
        return UPSTREAM(self, env)
    finally:
        del env.get_doctree  # the method itself again


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_env_collector(Outlines)
    TocTreeCollector.assign_figure_numbers = assign
    return {"parallel_read_safe": True, "parallel_write_safe": True, "env_version": 2}
