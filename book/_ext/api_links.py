"""Link the names of `lstm_ref` in every code cell to the API pages, and remember who uses what.

What a name is follows from the imports and, for `net.theta`, from the package's own annotations.
sphinx-codeautolink 0.19 does this too, but does not fit: it stops at sections without a title, which
exercises have, and on an incremental build it forgets the pages that it does not read. jedi knows
more, at 60 seconds for the book.
"""

import ast
import importlib
import inspect
import re
from typing import Any, NamedTuple, get_args, get_origin, get_type_hints

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.writers.html5 import HTML5Translator

PACKAGE = "lstm_ref"
# What HTML writes for one character of code, or a tag, which stands for none.
PIECE = re.compile(r"<[^>]+>|&[^;]+;|.", re.DOTALL)


class Link(NamedTuple):
    """A name of the package in a page's code: its line and columns, and what it is."""

    line: int
    start: int
    end: int
    target: str


class Use(NamedTuple):
    """A place that uses a name: the page, and the section in it."""

    docname: str
    anchor: str


class Known(NamedTuple):
    """What is known of an expression: its full name, and itself or else its type."""

    target: str = ""
    itself: Any = None
    type: Any = None


def member(of: Known, name: str) -> Known:
    """Return what is known of an attribute."""
    if of.itself is not None and of.target:  # a module, or a class
        found = getattr(of.itself, name, None)
        return Known(f"{of.target}.{name}", found) if found is not None else Known()
    kind = of.type
    if not inspect.isclass(kind) or kind.__module__.partition(".")[0] != PACKAGE:
        return Known()
    found = inspect.getattr_static(kind, name, None)
    hints = get_type_hints(kind)
    if found is None and name not in hints:
        return Known()
    target = f"{kind.__module__}.{kind.__qualname__}.{name}"
    if inspect.isfunction(found):
        return Known(target, found)
    getter = getattr(found, "fget", getattr(found, "func", None))
    return Known(target, type=get_type_hints(getter).get("return") if getter else hints.get(name))


def result(function: Known) -> Known:
    """Return what is known of what a call returns."""
    if inspect.isclass(function.itself):
        return Known(type=function.itself)
    if inspect.isfunction(function.itself) and function.target:
        return Known(type=get_type_hints(function.itself).get("return"))
    return Known()


def part(of: Known, index: int) -> Known:
    """Return what is known of one part of a tuple."""
    fields = getattr(of.type, "_fields", ())
    if index < len(fields):
        return member(of, fields[index])._replace(target="")
    given = get_args(of.type)
    if get_origin(of.type) is tuple and given:
        return Known(type=given[0] if given[-1] is ... else given[index : index + 1][0])
    return Known()


class Reader(ast.NodeVisitor):
    """Reads code as it runs, from top to bottom, and collects the names of the package."""

    def __init__(self) -> None:
        self.names: dict[str, Known] = {}
        self.links: list[Link] = []

    def what(self, node: ast.expr) -> Known:
        """Return what is known of an expression."""
        match node:
            case ast.Name():
                return self.names.get(node.id, Known())
            case ast.Attribute():
                return member(self.what(node.value), node.attr)
            case ast.Call():
                return result(self.what(node.func))
            case ast.Subscript(value=value, slice=ast.Constant(value=int(index))) if index >= 0:
                return part(self.what(value), index)
        return Known()

    def bind(self, target: ast.expr, known: Known) -> None:
        """Take an assignment into account."""
        if isinstance(target, ast.Name):
            # A variable is not the package's name: it is not linked, but its attributes are.
            self.names[target.id] = known._replace(target="") if known.type else Known()
        elif isinstance(target, ast.Tuple):
            for index, item in enumerate(target.elts):
                self.bind(item, part(known, index))

    def add(self, line: int, start: int, end: int, known: Known) -> None:
        if known.target.partition(".")[0] == PACKAGE:
            self.links.append(Link(line, start, end, known.target))

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        if (node.module or "").partition(".")[0] != PACKAGE:
            return
        for alias in node.names:
            above = importlib.import_module(node.module or "")
            target = f"{node.module}.{alias.name}"
            if not hasattr(above, alias.name):  # a module that nobody has imported yet
                importlib.import_module(target)
            known = Known(target, getattr(above, alias.name))
            self.names[alias.asname or alias.name] = known
            self.add(alias.lineno, alias.col_offset, alias.col_offset + len(alias.name), known)

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self.add(node.lineno, node.col_offset, node.end_col_offset or 0, self.what(node))

    def visit_Attribute(self, node: ast.Attribute) -> None:
        known = self.what(node)
        end = node.end_col_offset or 0
        whole = isinstance(node.value, ast.Name) and self.what(node.value).target
        if known.target and whole and node.lineno == node.end_lineno:
            self.add(node.lineno, node.col_offset, end, known)  # `network.init` is one name
        else:
            self.visit(node.value)
            self.add(node.end_lineno or 0, end - len(node.attr), end, known)

    def visit_Assign(self, node: ast.Assign) -> None:
        self.visit(node.value)
        for target in node.targets:
            self.visit(target)
            self.bind(target, self.what(node.value))

    def visit_For(self, node: ast.For) -> None:
        self.visit(node.iter)
        self.bind(node.target, part(self.what(node.iter), 0))
        for statement in [*node.body, *node.orelse]:
            self.visit(statement)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        outside = dict(self.names)
        self.names.pop(node.name, None)
        for argument in ast.walk(node.args):
            if isinstance(argument, ast.arg):
                self.names.pop(argument.arg, None)
        self.generic_visit(node)
        self.names = outside
        self.names.pop(node.name, None)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        outside = dict(self.names)
        for argument in node.args.args:
            self.names.pop(argument.arg, None)
        self.generic_visit(node)
        self.names = outside

    def comprehension(self, node: Any) -> None:
        outside = dict(self.names)
        for generator in node.generators:
            self.visit(generator.iter)
            self.bind(generator.target, part(self.what(generator.iter), 0))
            for condition in generator.ifs:
                self.visit(condition)
        for name in ("key", "value", "elt"):
            if hasattr(node, name):
                self.visit(getattr(node, name))
        self.names = outside

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = comprehension


def find(blocks: list[str]) -> list[list[Link]]:
    """Return the package's names in each block of one page's code, line 0 being its first."""
    reader = Reader()
    found = []
    for block in blocks:
        reader.links = []
        try:
            reader.visit(ast.parse(block))
        except SyntaxError:  # the cell's execution complains
            reader.links = []
        lines = block.split("\n")
        found.append([in_characters(link, lines[link.line - 1]) for link in reader.links])
    return found


def in_characters(link: Link, line: str) -> Link:
    """Return a link with its columns in characters: Python counts bytes."""
    start, end = (len(line.encode()[:column].decode()) for column in (link.start, link.end))
    return Link(link.line - 1, start, end, link.target)


def cells_of(doctree: nodes.document) -> list[nodes.literal_block]:
    """Return the code of a page's cells, in order; a removed cell is not on the page."""
    return [
        block
        for cell in doctree.findall(nodes.container)
        if "cell_input" in cell["classes"]
        for block in cell.findall(nodes.literal_block)
    ]


def section_of(node: Any) -> str:
    """Return the anchor of the section with a title that a node stands in."""
    while node is not None:
        if isinstance(node, nodes.section) and isinstance(node[0], nodes.title):
            return str(node["ids"][0])
        node = node.parent  # also out of a solution, which is a section without one
    return ""


def read(app: Sphinx, doctree: nodes.document) -> None:
    """Find the names in a page's cells; what is found stays in the page's tree."""
    uses: dict[str, Use] = {}
    blocks = cells_of(doctree)
    for block, links in zip(blocks, find([block.astext() for block in blocks]), strict=True):
        block["api_links"] = links
        for link in links:
            uses.setdefault(link.target, Use(app.env.docname, section_of(block)))
    app.env.metadata[app.env.docname]["api_uses"] = uses


def resolve(env: BuildEnvironment, target: str) -> str:
    """Return the documented name that says most about `target`: itself, its class, or none."""
    objects = env.domains.python_domain.objects
    parent = target.rpartition(".")[0]
    return target if target in objects else parent if parent in objects else ""


def with_links(html: str, links: list[tuple[Link, str]]) -> str:
    """Put links into highlighted code: around whole `<span>`s, so that tags stay nested."""
    starts = {(link.line, link.start): url for link, url in links}
    ends = {(link.line, link.end) for link, _ in links}
    head, pre, body = html.partition("<pre>")
    body, close, tail = body.rpartition("</pre>")
    out: list[str] = []
    place = 0, 0
    open_link = False
    for piece in PIECE.findall(body):
        if open_link and place in ends and piece != "</span>":
            out.append("</a>")
            open_link = False
        if place in starts and not open_link and piece not in ("<span>", "</span>"):
            out.append(f'<a class="api" href="{starts.pop(place)}">')
            open_link = True
        out.append(piece)
        if piece == "\n":
            place = place[0] + 1, 0
        elif len(piece) == 1 or piece[0] == "&":
            place = place[0], place[1] + 1
    return head + pre + "".join(out) + "</a>" * open_link + close + tail


def visit_literal_block(self: HTML5Translator, node: nodes.literal_block) -> None:
    try:
        HTML5Translator.visit_literal_block(self, node)
    except nodes.SkipNode:
        if found := node.get("api_links"):
            self.body[-1] = with_links(self.body[-1], urls(self, found))
        raise


def urls(self: HTML5Translator, found: list[Link]) -> list[tuple[Link, str]]:
    """Return each link with its address; what the API pages do not document has none."""
    env, builder = self.builder.env, self.builder
    links, seen = [], set()
    for link in found:
        name = resolve(env, link.target)
        if name and name not in seen:
            seen.add(name)
            entry = env.domains.python_domain.objects[name]
            page = builder.get_relative_uri(builder.current_docname, entry.docname)
            links.append((link, f"{page}#{entry.node_id}"))
    return links


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_node(
        nodes.literal_block,
        override=True,
        html=(visit_literal_block, HTML5Translator.depart_literal_block),
    )
    app.connect("doctree-read", read)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
