"""What a page can link to: the other pages, their labels and headings, the glossary, the literature."""

from __future__ import annotations

import functools
import itertools
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from .page import Page

BOOK = Path(__file__).parents[1]
NOT_CHAPTERS = {"index", "contributing"}
TEMPLATE = "chapter-template"  # of a new page


def is_chapter(name: str) -> bool:
    """Return whether a page must have all parts of a chapter."""
    return name not in NOT_CHAPTERS and not name.startswith("reference/")


def text_of(path: Path) -> str:
    """Return what is written in a file; some editors begin it with a mark of its encoding."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise SystemExit(f"{path.name}: {error}; save it as UTF-8") from None


@dataclass(frozen=True)
class Book:
    """All pages by name, and the text of the bibliography."""

    pages: dict[str, Page]
    literature: str
    root: Path = BOOK

    @classmethod
    def read(cls, root: Path = BOOK) -> Book:
        names = sorted(path.relative_to(root).as_posix() for path in root.rglob("[!_]*.md"))
        texts = ((name.removesuffix(".md"), root / name) for name in names if name[0] != "_")
        pages = {name: Page(text_of(path), name) for name, path in texts}
        bib = root / "reference" / "references.bib"
        return cls(pages, bib.read_text(encoding="utf-8") if bib.exists() else "", root)

    def with_page(self, page: Page) -> Book:
        return Book(self.pages | {page.name: page}, self.literature, self.root)

    @functools.cached_property
    def terms(self) -> set[str]:
        """The terms of the glossary, in small letters."""
        bodies = [d.body for p in self.pages.values() for d in p.directives if d.name == "glossary"]
        lines = [line for body in bodies for line in body.splitlines()]
        return {line.strip().lower() for line in lines if line[:1].strip()}

    @functools.cached_property
    def labels(self) -> dict[str, list[tuple[str, int]]]:
        """Where each label stands: page and line."""
        found = defaultdict(list)
        for name, page in self.pages.items():
            for line, label in page.labels:
                found[label].append((name, line))
        return dict(found)

    @functools.cached_property
    def equations(self) -> set[str]:
        """The labels of all equations."""
        return {label for page in self.pages.values() for label in page.equations}

    @functools.cached_property
    def cited(self) -> set[str]:
        """The keys of the bibliography."""
        return set(re.findall(r"^@\w+\{\s*([^,\s]+)", self.literature, re.MULTILINE))

    @functools.cached_property
    def listed(self) -> set[str]:
        """The pages that some table of contents names."""
        return {
            self.resolve(name, entry)
            for name, page in self.pages.items()
            for directive in page.directives
            if directive.name == "toctree"
            for entry in entries(directive.body)
        }

    def resolve(self, name: str, target: str) -> str:
        """Return the name of the page that `target`, written on the page `name`, means."""
        target = target.removesuffix(".md")
        parts = [] if target.startswith("/") else name.split("/")[:-1]
        for part in target.strip("/").split("/"):
            if part == "..":
                parts = parts[:-1]
            elif part != ".":
                parts = [*parts, part]
        return "/".join(parts)


def entries(toctree: str) -> list[str]:
    """Return the pages that a table of contents names."""
    lines = (line.strip() for line in toctree.splitlines())
    return [line.rpartition("<")[2].rstrip("> ") for line in lines if line]


def anchors(page: Page) -> set[str]:
    """Return the anchors that a page's headings make."""
    tokens = [token for _, token in page.parts]
    pairs = itertools.pairwise(tokens)
    titles = [inner.content for outer, inner in pairs if outer.type == "heading_open"]
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}
