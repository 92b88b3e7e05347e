"""The books that the benchmark builds: as many chapters as asked for, all in the navigation."""

import importlib.util

import pytest

from _check import links
from _check.book import BOOK, Book

spec = importlib.util.spec_from_file_location("b", BOOK.parent / "benchmarks" / "building.py")
building = importlib.util.module_from_spec(spec)
spec.loader.exec_module(building)


@pytest.mark.parametrize("chapters", building.SIZES)
def test_a_generated_book_is_whole(chapters, tmp_path):
    book = Book.read(building.make(tmp_path, chapters))
    names = [name for name in book.pages if name.rpartition("/")[2].startswith("chapter-")]
    assert len(names) == chapters
    for rule in (links.contents, links.own_labels):
        for page in book.pages.values():
            assert list(rule(page, book)) == []
    codes = {tuple(cell.code for cell in book.pages[name].cells) for name in names}
    assert len(codes) == chapters  # no two share a place in the execution cache
