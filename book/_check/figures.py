"""The rules of figures: a caption that says what one means, an alternative text that says what is seen.

And a cell that says what is drawn, not how it looks.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from .page import Complaint, Page

KEYS = ("image.alt", "figure.caption", "figure.name")
DRAWN_BY = ("lstm_ref.plots.", "lstm_ref.diagrams.")
# What Matplotlib draws and names by itself, in the style of the book.
PLAIN = {f"matplotlib.pyplot.{name}" for name in ("plot", "scatter", "bar", "hist", "imshow")}
WORDS = {f"matplotlib.pyplot.{name}" for name in ("xlabel", "ylabel", "title", "show")}
INSTEAD = "give names and data to lstm_ref.plots, and put there what it lacks"
PLAINLY = "plain plt.plot(x, y) and plt.xlabel(name) may stay"
# What is typed as HTML, in a paragraph, a block of its own or a {raw} directive.
TYPED = re.compile(r"<(img|svg)\b(?![^>]*\balt\s*=)[^>]*>", re.IGNORECASE)
FILE = re.compile(r"\S+\.(svg|png|jpe?g|webp|gif|avif|pdf)", re.IGNORECASE)


def alternative_texts(page: Page) -> Iterator[Complaint]:
    """An alternative text says what is seen: it is no file name and no second caption."""
    for cell in page.cells:
        alt = cell.figure.get("image.alt", "")
        yield from faults(cell.line, alt, cell.figure.get("figure.caption", ""), needed=False)
    for directive in page.directives:
        if directive.name in ("figure", "image"):
            alt = str(directive.options.get("alt") or "").strip()
            yield from faults(directive.line, alt, directive.body.strip(), needed=True)
        if directive.name == "figure":
            if not directive.body.strip():
                yield (
                    directive.line,
                    "a figure without a caption; say below its options what it means",
                )
            if "name" not in directive.options:
                yield directive.line, "a figure without a name; add `:name: fig-…`, and refer to it"
    for line, text in page.html:
        for match in TYPED.finditer(text):
            where = line + text.count("\n", 0, match.start())
            if match[1].lower() == "img":
                yield where, "an image without an alternative text; say what is seen"
            else:
                yield where, f"{match[0]} types a drawing; draw it in a cell"
    for block in page.blocks:
        for match in re.finditer(r"!\[(.*?)\]\(", block.raw, re.DOTALL):
            yield from faults(block.at(match.start()), match[1].strip(), "", needed=True)


def faults(line: int, alt: str, caption: str, *, needed: bool) -> Iterator[Complaint]:
    if needed and not alt:
        yield line, "an image without an alternative text; say what is seen"
    if 0 < len(alt.split()) < 3:
        yield line, f"an alternative text of {len(alt.split())} word(s); say what is seen"
    if FILE.fullmatch(alt):
        yield line, f"the alt text is a file name, {alt}; say what is seen"
    if alt and alt == caption:
        yield line, "the alt text repeats the caption; say what is seen"


def described_figures(page: Page) -> Iterator[Complaint]:
    """Whoever makes a figure says what is seen (alt) and what it means (caption); so do no others."""
    copied = [cell for cell in page.cells if cell.is_copied]
    counts = [n for c, n in zip(page.cells, page.outcome.figures, strict=False) if c.is_copied]
    for cell, count in zip(copied, counts, strict=False):
        missing = [key for key in KEYS if key not in cell.figure]
        if count > 1:
            yield cell.line, f"{count} figures share one caption; make one figure in a cell"
        if count and missing:
            where = (
                "beside the others" if cell.figure else "in `mystnb:` (quote a text with a colon)"
            )
            yield cell.line, f"a figure without {', '.join(missing)}; add it {where}"
        if not count and cell.figure:
            yield cell.line, "describes a figure and makes none; delete its `mystnb:` or draw"


def unstyled(page: Page) -> Iterator[Complaint]:
    """A cell says what a figure shows; how it looks is settled once, in the package."""
    names = {
        name: path for cell in page.cells for _, node in cell.nodes for name, path in bound(node)
    }
    for cell in filter(lambda cell: cell.is_copied, page.cells):
        alone = {node.value for _, node in cell.nodes if isinstance(node, ast.Expr)}
        found, plain = set(), set()
        for line, node in cell.nodes:
            if not isinstance(node, ast.Call):
                continue
            root, path = origin(node.func, names)
            if path.startswith(DRAWN_BY) and node not in alone:
                found.add((line, f"changes the figure of {path}; {INSTEAD}"))
            text = any(isinstance(a, ast.Constant) and isinstance(a.value, str) for a in node.args)
            if (
                node in alone
                and not node.keywords
                and (path in WORDS or (path in PLAIN and not text))
            ):
                plain.add(root)
        for line, node in cell.nodes:
            root, path = origin(node, names)
            if path == "lstm_ref.plots.COLOURS":
                found.add((line, f"chooses colours; {INSTEAD}"))
            if node is root and path.startswith("matplotlib") and root not in plain:
                found.add((line, f"styles a figure by {ast.unparse(node)}; {INSTEAD}; {PLAINLY}"))
        yield from sorted(found)


def bound(node: ast.AST) -> Iterator[tuple[str, str]]:
    """Name and origin of what an import makes known."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            first = alias.name.partition(".")[0]
            yield (alias.asname, alias.name) if alias.asname else (first, first)
    if isinstance(node, ast.ImportFrom):
        yield from (
            (alias.asname or alias.name, f"{node.module}.{alias.name}") for alias in node.names
        )


def origin(node: ast.AST, names: dict[str, str]) -> tuple[ast.AST | None, str]:
    """Return the first name in a dotted one, and the whole with what that name stands for."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts, node = [node.attr, *parts], node.value
    if isinstance(node, ast.Name) and node.id in names:
        return node, ".".join([names[node.id], *parts])
    return None, ""
