"""The rules of links: what a page refers to is there, and the page itself can be found."""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Iterator
from difflib import get_close_matches

from .book import Book, anchors, entries
from .page import Complaint, Page

FIGURES = ("numref", "eq", "ref")
PYTHON = ("func", "class", "meth", "attr", "mod", "data", "exc")


def similar(name: str, known: set[str], otherwise: str = "write it as its target spells it") -> str:
    close = get_close_matches(name, sorted(known), n=2, cutoff=0.5)
    return f"did you mean {' or '.join(close)}?" if close else otherwise


def exists(name: str) -> bool:
    """Return whether the package has something of this dotted name."""
    try:
        pkgutil.resolve_name(name.removesuffix("()"))
    except (AttributeError, ImportError, ValueError):
        return False
    return True


def roles(page: Page, book: Book) -> Iterator[Complaint]:
    """What a role names exists."""
    labels, glued = set(book.labels), set(page.outcome.glued)
    for block in page.blocks:
        for position, role, content in block.roles:
            line = block.at(position)
            target = re.sub(r".*<(.+)>", r"\1", content, flags=re.DOTALL)
            if role == "doc" and (name := book.resolve(page.name, target)) not in book.pages:
                yield line, f"no page {name}; {similar(name, set(book.pages))}"
            if role == "doc" and target.endswith(".md"):
                yield line, f"{{doc}} takes a page without .md: {target.removesuffix('.md')}"
            if role in FIGURES and target not in labels:
                yield line, f"nothing is labelled {target}; {similar(target, labels)}"
            elif role in FIGURES and (role == "eq") != (target in book.equations):
                right = "{eq}" if role != "eq" else "{numref} or {ref}"
                yield line, f"{{{role}}} does not refer to {target}; write {right}`{target}`"
            if role.removeprefix("py:") in PYTHON and not exists(target.lstrip("~")):
                yield line, f"lstm_ref has no {target}; an API page lists what it has"
            if role.startswith("cite"):
                for key in re.split(r"\s*,\s*", target):
                    if key not in book.cited:
                        where = "reference/references.bib"
                        add = "add the work there"
                        yield line, f"{where} lacks {key}; {similar(key, book.cited, add)}"
            if role.startswith("glue") and not page.outcome.error and target not in glued:
                own = target.partition(":")[0] in glued
                form = f"the form belongs to the cell: glue(…, f'{{x:{target.partition(':')[2]}}}')"
                yield line, f"no cell glues {target}; {form if own else similar(target, glued)}"


def own_files(page: Page) -> Iterator[Complaint]:
    """Nothing is fetched from another site while a page is read."""
    for match in re.finditer(
        r"(?:!\[[^\]]*\]\(|\bsrc\s*=\s*[\"']?)\s*((?:https?:)?//[^\s\"')>]+)", page.text
    ):
        line = page.text.count("\n", 0, match.start()) + 1
        yield line, f"asks another site for {match[1]}; draw it in a cell"


def addresses(page: Page, book: Book) -> Iterator[Complaint]:
    """A link to a file or a heading leads somewhere; those to other sites a weekly job follows."""
    for block in page.blocks:
        for position, address in block.links:
            address = address.removeprefix("project:")
            if re.match(r"[a-z][a-z+.-]*:", address):
                continue
            file, _, anchor = address.partition("#")
            line = block.at(position)
            name = book.resolve(page.name, file) if file else page.name
            if name not in book.pages:
                if not (book.root / book.resolve(page.name, file)).is_file():
                    yield line, f"no file {address}; a path is relative to this page's folder"
            elif anchor and anchor not in anchors(book.pages[name]) | set(book.labels):
                known = anchors(book.pages[name])
                yield line, f"no heading or label {anchor} in {name}; {similar(anchor, known)}"
    for line, text in page.html:
        for match in re.finditer(r"<a\b[^>]*\bhref\s*=\s*[\"']?([^\"'\s>#]+)\.html\b", text):
            if (name := book.resolve(page.name, match[1])) not in book.pages and ":" not in name:
                where = line + text.count("\n", 0, match.start())
                yield where, f"no page {name}; {similar(name, set(book.pages))}"


def contents(page: Page, book: Book) -> Iterator[Complaint]:
    """A table of contents names pages that exist, and every page is in one."""
    for directive in page.directives:
        if directive.name == "toctree":
            for entry in entries(directive.body):
                if (name := book.resolve(page.name, entry)) not in book.pages:
                    yield directive.line, f"no page {name}; {similar(name, set(book.pages))}"
    if page.name not in book.listed | {"index"}:
        yield 1, "no table of contents names this page; add it to a {toctree} of its folder's index"


def on_the_front_page(page: Page, book: Book) -> Iterator[Complaint]:
    """The front page says of each chapter what its reader will be able to do."""
    named = {
        book.resolve("index", content)
        for block in book.pages["index"].blocks
        for _, role, content in block.roles
        if role == "doc"
    }
    if page.name not in named:
        yield 1, f"book/index.md lacks a line under Chapters, with {{doc}}`{page.name}`"


def own_labels(page: Page, book: Book) -> Iterator[Complaint]:
    """A label is given once in the whole book."""
    for line, label in page.labels:
        others = [place for place in book.labels[label] if place != (page.name, line)]
        if others:
            name, other = others[0]
            yield (
                line,
                f"the label {label} is also that of {name}.md, line {other}; rename this one",
            )
