"""All rules, in the order in which a page is checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from . import cells, figures, form, links, words
from .book import Book, is_chapter
from .page import Complaint, Page

Rule = Callable[[Page], Iterator[Complaint]]
BookRule = Callable[[Page, Book], Iterator[Complaint]]

STATIC: list[Rule] = [
    form.front_matter,
    form.every_cell_executes,
    form.labelled_equations,
    form.closed,
    cells.known_options,
    cells.short_cells,
    cells.plain_python,
    cells.allowed_imports,
    cells.no_files,
    cells.seeded_generators,
    cells.ruff,
    figures.alternative_texts,
    figures.unstyled,
    links.own_files,
    words.plain_words,
    words.no_markup,
    words.spelling,
]
CHAPTER: list[Rule] = [form.headings, form.anatomy]
IN_BOOK: list[BookRule] = [
    words.known_terms,
    words.linked_terms,
    links.addresses,
    links.contents,
    links.own_labels,
]
RUNNING: list[Rule] = [
    cells.runs,
    cells.narrow_outputs,
    cells.no_objects,
    cells.quiet,
    figures.described_figures,
    words.typed_numbers,
]
RUNNING_IN_BOOK: list[BookRule] = [links.roles]


def check(page: Page, book: Book) -> list[Complaint]:
    """Return all that is wrong with a page, by line."""
    rules = STATIC + CHAPTER * is_chapter(page.name) + RUNNING
    found = [complaint for rule in rules for complaint in rule(page)]
    found += [c for rule in IN_BOOK + RUNNING_IN_BOOK for c in rule(page, book)]
    return sorted(set(found))
