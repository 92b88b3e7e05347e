"""Check pages, and say what is wrong with them: ``nox -s check-page -- PATH``."""

from __future__ import annotations

import sys
from pathlib import Path

from . import markup, words
from .book import BOOK, Book
from .page import Complaint, Page
from .rules import check, to_do

BUDGET = 5.0  # seconds that a page may take to execute
GLOSSARY = "reference/glossary"


def name_of(given: str, book: Book) -> str:
    """Return the name of the page that a path means, from anywhere in the repository."""
    path = Path(given)
    for base in (Path.cwd(), BOOK):
        for file in (base / path, (base / path).with_suffix(".md")):
            if file.is_file() and file.resolve().is_relative_to(BOOK):
                name = file.resolve().relative_to(BOOK).as_posix().removesuffix(".md")
                if name in book.pages:
                    return name
    raise SystemExit(f"{given} is no page; give a path such as book/training/noise.md")


def main(paths: list[str]) -> int:
    """Check the pages and return how many have something wrong with them."""
    if not paths:
        raise SystemExit("which page? nox -s check-page -- book/training/noise.md")
    book = Book.read()
    names = [name_of(path, book) for path in paths]
    failed = 0
    with markup.reader() as read:
        for name in names:
            page = book.pages[name]
            complaints = check(page, book, read)
            report(page, complaints, to_do(page, book))
            failed += bool(complaints)
    if GLOSSARY in names:  # a new term is one for all pages
        for name in sorted(book.pages.keys() - set(names)):
            unlinked = list(words.linked_terms(book.pages[name], book))
            report_lines(book.pages[name], unlinked)
            failed += bool(unlinked)
    return failed


def report_lines(page: Page, complaints: list[Complaint]) -> None:
    """Say what is wrong with a page, as editors and terminals link it."""
    for line, message in complaints:
        print(f"book/{page.name}.md:{line}: {message}")


def report(page: Page, complaints: list[Complaint], left: list[Complaint]) -> None:
    """Say what is wrong with a page, how much that is, and how long the page takes."""
    report_lines(page, complaints)
    report_lines(page, [(line, f"to do: {message}") for line, message in left])
    seconds = page.outcome.seconds
    over = ""
    if seconds > BUDGET:
        slow, cell = max(zip(page.outcome.times, page.cells, strict=True), key=lambda pair: pair[0])
        over = (
            f", over the budget of {BUDGET:g} s: {slow:.1f} s of it in the cell of line {cell.line}"
        )
    state = f"{len(complaints)} to mend" if complaints else "nothing to mend"
    if left:
        state += f", {len(left)} to do"
    ran = f"it executes in {seconds:.1f} s{over}" if not page.outcome.error else "it does not run"
    print(f"book/{page.name}.md: {state}; {ran}")


if __name__ == "__main__":
    sys.exit(min(main(sys.argv[1:]), 1))
