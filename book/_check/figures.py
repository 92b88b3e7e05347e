"""The rules of figures: a caption that says what one means, an alternative text that says what is seen."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .page import Complaint, Page

KEYS = ("image.alt", "figure.caption", "figure.name")
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
    for block in page.blocks:
        for match in re.finditer(r"!\[(.*?)\]\(", block.raw, re.DOTALL):
            yield from faults(block.at(match.start()), match[1].strip(), "", needed=True)


def faults(line: int, alt: str, caption: str, *, needed: bool) -> Iterator[Complaint]:
    if needed and not alt:
        yield line, "an image without an alternative text; say what is seen"
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
            yield cell.line, f"a figure without {', '.join(missing)}; add `mystnb:` to the cell"
        if not count and cell.figure:
            yield cell.line, "describes a figure and makes none; delete its `mystnb:` or draw"
