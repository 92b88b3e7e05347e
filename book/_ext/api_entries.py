"""Every entry of the API pages: its equation, its source, and the chapters that use it.

A page gives the equations of its functions in its front matter, under `equations`: the label of one
that a chapter has, or TeX where none has it.
"""

import ast
import dataclasses
import importlib
import inspect
import json
import textwrap
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinx.util.nodes import make_refnode
from sphinx.writers.html5 import HTML5Translator

from api_links import Use, resolve

logger = logging.getLogger(__name__)
WITH_SOURCE = ("function", "class", "exception")


class Details(nodes.General, nodes.Element):
    """HTML's own `<details>`: the source, open where it stands under its equation."""


def visit_details(self: HTML5Translator, node: Details) -> None:
    state = " open" if node["open"] else ""
    self.body.append(f'<details class="source"{state}>\n<summary>Source</summary>\n')


def depart_details(self: HTML5Translator, node: Details) -> None:
    self.body.append("</details>\n")


def code_of(thing: Any) -> str:
    """Return the code of a function or class without docstrings, with the helpers that it calls."""
    code = textwrap.dedent(inspect.getsource(thing))
    tree = ast.parse(code)
    lines: list[str | None] = list(code.split("\n"))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node):
            first = node.body[0]
            if len(node.body) > 1:  # else nothing would be left
                after = lines[first.end_lineno : node.body[1].lineno - 1]
                blank = next((k for k, line in enumerate(after) if line), len(after))
                for k in range(first.lineno - 1, (first.end_lineno or 0) + blank):
                    lines[k] = None
    module = importlib.import_module(thing.__module__)
    named = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    parts = ["\n".join(line for line in lines if line is not None).strip()]
    for name, helper in vars(module).items():
        own = inspect.isfunction(helper) and helper.__module__ == module.__name__
        if own and name.startswith("_") and name in named and helper is not thing:
            parts.append(code_of(helper))
    return "\n\n\n".join(dict.fromkeys(parts))


def look_up(name: str, module: str) -> Any:
    thing: Any = importlib.import_module(module)
    for part in name.removeprefix(f"{module}.").split("."):
        thing = getattr(thing, part)
    return thing


def entries(doctree: nodes.document) -> list[tuple[str, addnodes.desc_signature, addnodes.desc]]:
    """Return the full name, signature and description of every Python object on a page."""
    return [
        (f"{signature['module']}.{signature['fullname']}", signature, desc)
        for desc in doctree.findall(addnodes.desc)
        if desc["domain"] == "py"
        for signature in desc.findall(addnodes.desc_signature)
        if signature.parent is desc and signature.get("module")
    ]


def sources(thing: Any, kind: str) -> list[str]:
    """Return the code of a function or class, or that of the functions of which a value is made."""
    parts = [thing] if kind in WITH_SOURCE else []
    if dataclasses.is_dataclass(thing) and kind == "data":
        parts = [part for part in vars(thing).values() if inspect.isfunction(part)]
    return [code_of(part) for part in parts]


def is_literal(value: Any) -> bool:
    """Return whether what Python shows of a value could be typed."""
    try:
        ast.literal_eval(repr(value))
    except (SyntaxError, ValueError):
        return False
    return True


def add_source(app: Sphinx, doctree: nodes.document) -> None:
    """Put the source at the end of each entry, and take out a value that nobody could type."""
    for name, signature, desc in entries(doctree):
        thing = look_up(name, signature["module"])
        if desc["objtype"] == "data" and not is_literal(thing):
            for shown in list(signature.findall(addnodes.desc_annotation)):
                signature.remove(shown)
        if code := sources(thing, desc["objtype"]):
            source = "\n\n\n".join(code)
            block = nodes.literal_block(source, source, language="python", classes=["no-search"])
            desc[-1] += Details("", block, open=False)


def labels(env: BuildEnvironment, docname: str) -> dict[str, list[str]]:
    """Return which equations a page wants beside which of its functions."""
    given = env.metadata.get(docname, {}).get("equations", "{}")
    return json.loads(given) if isinstance(given, str) else given


def equations(app: Sphinx, docname: str, name: str) -> list[nodes.Node]:
    """Return a function's equations, those of a chapter each with a link to it."""
    found: list[nodes.Node] = []
    for label in labels(app.env, docname).get(name.rpartition(".")[2], []):
        math = app.env.domains.math_domain
        if not label.startswith("eq-"):
            found.append(nodes.math_block(label, label, number=None, label=None, nowrap=False))
            continue
        if label not in math.equations:
            logger.warning("equations: no equation has the label %r", label, location=docname)
            continue
        chapter, number = math.equations[label]
        for block in app.env.get_doctree(chapter).findall(nodes.math_block):
            if block.get("label") == label:
                copy = block.copy()
                copy += [child.deepcopy() for child in block.children]
                copy.attributes |= {"ids": [], "names": [], "number": None, "label": None}
                title = app.env.titles[chapter].astext()
                text = nodes.inline("", f"Equation {number} of {title}")
                anchor = nodes.make_id(f"equation-{label}")
                link = make_refnode(app.builder, docname, chapter, anchor, text)
                found += [copy, nodes.paragraph("", "", link, classes=["equation-source"])]
    return found


def used_by_name(env: BuildEnvironment) -> dict[str, list[Use]]:
    """Return where each name is used: the first place of each page, in the order of the book."""
    order = {docname: k for k, docname in enumerate(reading_order(env))}
    found: dict[str, dict[str, Use]] = {}
    for docname in sorted(env.metadata, key=lambda name: (order.get(name, len(order)), name)):
        for target, use in env.metadata[docname].get("api_uses", {}).items():
            if name := resolve(env, target):
                found.setdefault(name, {}).setdefault(docname, use)
    return {name: list(uses.values()) for name, uses in found.items()}


def reading_order(env: BuildEnvironment, root: str = "") -> list[str]:
    """Return the pages as the table of contents has them."""
    root = root or env.config.root_doc
    below = env.toctree_includes.get(root, [])
    return [root, *(page for child in below for page in reading_order(env, child))]


def complete(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put equations and chapters into the entries, once all pages have been read."""
    for name, _, desc in entries(doctree):
        content = desc[-1]
        source = next((child for child in content if isinstance(child, Details)), None)
        at = content.index(source) if source is not None else len(content)
        if shown := equations(app, docname, name):
            content[at:at] = shown
            if source is not None:
                source["open"] = True
        content += chapters(app, docname, app.env.api_used.get(name, []))
    modules = {name for name, entry in objects(app.env, docname) if entry.objtype == "module"}
    title = next(doctree.findall(nodes.title), None)
    if modules and title is not None:
        places = [app.env.api_used.get(name, []) for name, _ in objects(app.env, docname)]
        first = {use.docname: use for uses in reversed(places) for use in uses}
        ordered = [first[page] for page in reading_order(app.env) if page in first]
        at = title.parent.index(title) + 1
        title.parent[at:at] = chapters(app, docname, ordered)


def chapters(app: Sphinx, docname: str, places: list[Use]) -> list[nodes.Node]:
    """Return one line with a link to each place, or nothing."""
    line = nodes.paragraph("", "Used in ", classes=["used-in"])
    for k, use in enumerate(places):
        title = nodes.inline("", app.env.titles[use.docname].astext())
        line += [nodes.Text(", ")] if k else []
        line += make_refnode(app.builder, docname, use.docname, use.anchor, title)
    return [line] if places else []


def objects(env: BuildEnvironment, docname: str) -> list[tuple[str, Any]]:
    """Return the names that a page documents, each with the domain's entry."""
    found = env.domains.python_domain.objects
    return [(name, entry) for name, entry in found.items() if entry.docname == docname]


def outdated(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Write those API pages again whose chapters or equations are no longer what they show."""
    docs = {entry.docname for entry in env.domains.python_domain.objects.values()}
    math = env.domains.math_domain.equations
    env.api_used = used_by_name(env)
    now = {
        docname: (
            [(name, env.api_used.get(name)) for name, _ in objects(env, docname)],
            [(label, math.get(label)) for all_ in labels(env, docname).values() for label in all_],
        )
        for docname in sorted(docs)
    }
    before = getattr(env, "api_shown", {})
    env.api_shown = now
    return [docname for docname, shown in now.items() if before.get(docname) != shown]


def setup(app: Sphinx) -> dict[str, Any]:
    if "api_links" not in app.extensions:
        raise ExtensionError("api_entries shows what api_links found: name both in `extensions`")
    app.add_node(Details, html=(visit_details, depart_details))
    app.connect("doctree-read", add_source)
    app.connect("env-updated", outdated)
    app.connect("doctree-resolved", complete)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
