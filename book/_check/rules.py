"""All rules, in the order in which a page is checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from . import cells, figures, form, links, words
from .book import TEMPLATE, Book, is_chapter
from .page import Complaint, Page

Rule = Callable[[Page], Iterator[Complaint]]
BookRule = Callable[[Page, Book], Iterator[Complaint]]

FIRST: list[Rule] = [form.readable, form.closed]  # what they find explains all that follows
STATIC: list[Rule] = [
    form.front_matter,
    form.every_cell_executes,
    form.executed,
    form.labelled_equations,
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
# What a new page has still to do: nothing is wrong with it.
TO_DO: list[BookRule] = [form.own_words, links.on_the_front_page]


def check(page: Page, book: Book, read: Rule = lambda page: iter(())) -> list[Complaint]:
    """Return all that is wrong with a page, by line; `read` is what Sphinx says of it."""
    if found := [complaint for rule in FIRST for complaint in rule(page)]:
        return sorted(found)
    rules = STATIC + CHAPTER * is_chapter(page.name) + RUNNING
    found = [complaint for rule in [*rules, read] for complaint in rule(page)]
    found += [c for rule in IN_BOOK + RUNNING_IN_BOOK for c in rule(page, book)]
    return sorted(set(found))


def to_do(page: Page, book: Book) -> list[Complaint]:
    """Return what is still to be written, by line."""
    if page.name == TEMPLATE or not is_chapter(page.name):
        return []
    return sorted(complaint for rule in TO_DO for complaint in rule(page, book))
