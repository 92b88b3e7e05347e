"""A page made from the template is in the navigation, passes every check, and builds."""

import shutil
import subprocess
import sys

import pytest

import _new_page
from _check.book import BOOK, Book
from _check.rules import IN_BOOK, check


@pytest.fixture
def book(tmp_path):
    """A copy of the book."""
    ignored = shutil.ignore_patterns("__pycache__")
    return shutil.copytree(BOOK, tmp_path / "book", ignore=ignored)


def write(files):
    for path, text in files.items():
        path.write_text(text, encoding="utf-8")


def test_a_new_page_passes_every_check(book):
    write(_new_page.plan("training/invented", "Momentum: and more", book))
    made = Book.read(book)
    assert check(made.pages["training/invented"], made) == []
    assert "training/invented" in made.listed
    assert made.pages["training/invented"].text.count("template") == 0
    for rule in IN_BOOK:
        assert list(rule(made.pages["training/index"], made)) == []


def test_a_new_chapter_stands_among_the_chapters(book):
    write(_new_page.plan("invented", "Gated Recurrent Unit", book))
    first = _new_page.TOCTREE.search((book / "index.md").read_text())[0]
    assert first.splitlines()[-2] == "invented"


def test_labels_of_pages_with_the_same_last_name_differ(book):
    write(_new_page.plan("lstm-cells/learning-rate", "Learning Rate", book))
    text = (book / "lstm-cells" / "learning-rate.md").read_text()
    assert "eq-lstm-cells-learning-rate-" in text and "eq-learning-rate-" not in text


@pytest.mark.parametrize(
    ("name", "title", "message"),
    [
        ("training/noise", "Noise", "exists; choose another path"),
        ("training/Momentum", "Momentum", "is no path for a page"),
        ("../momentum", "Momentum", "is no path for a page"),
        ("training/", "Momentum", "is no path for a page"),
        ("_static/momentum", "Momentum", "is no path for a page"),
        ("nowhere/momentum", "Momentum", "the chapters are: ['lstm-cells', 'training']"),
        ("training/invented", " ", "needs a title"),
        ("training/invented", "Two\nlines", "needs a title"),
    ],
)
def test_a_bad_request_is_refused(name, title, message, book):
    before = {path: path.read_bytes() for path in book.rglob("*.md")}
    with pytest.raises(_new_page.Refused) as refusal:
        _new_page.plan(name, title, book)
    assert message in str(refusal.value)
    assert {path: path.read_bytes() for path in book.rglob("*.md")} == before


def test_the_command_writes_both_files_and_says_so(book):
    def run(*arguments):
        command = [sys.executable, book / "_new_page.py", *arguments]
        return subprocess.run(command, check=False, capture_output=True, encoding="utf-8")

    done = run("training/invented", "Momentum")
    assert "book/training/invented.md is there, the last entry in a table of" in done.stdout
    assert (book / "training" / "invented.md").read_text().count("\n# Momentum\n") == 1
    again = run("training/invented", "Momentum")
    assert again.returncode == 1 and "exists; choose another path" in again.stderr
    assert "takes a path and a title" in run("training/invented").stderr
