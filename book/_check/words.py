"""The rules of the prose: its words, its terms, its numbers, its spelling."""

from __future__ import annotations

import json
import re
import subprocess
import sysconfig
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from .book import BOOK, Book, is_chapter
from .page import Block, Complaint, Page

HOLLOW = re.compile(r"\b(as you can see|obviously|simply|of course)\b", re.IGNORECASE)

EVERYDAY = {"loop", "update"}  # terms that are ordinary words too: `for` loops, a cell's update


def plain_words(page: Page) -> Iterator[Complaint]:
    """What is obvious to the writer need not be to the reader, and "to come" is not a page."""
    for block in page.blocks:
        for match in HOLLOW.finditer(block.text):
            yield block.at(match.start()), f"says {match[0]!r}; delete it, or say why it is so"
    for directive in page.directives:
        if "to-come" in str(directive.options.get("class", "")):
            yield directive.line, "says 'to-come'; a page is published when it is written"


# What is written for another system, or not quite for this one, and would be shown as it stands.
MARKUP = re.compile(
    r"\]\[[\w -]+\]|:[\w:]+:(?=[`\0])|\{[\w:-]+\}|\\[(\[]|^\.\. [\w-]+::|\[@\w+|`+|^#+(?=\w)|^-(?=[a-z])"
    r"|(?<!\\)\$",
    re.MULTILINE,
)


def no_markup(page: Page) -> Iterator[Complaint]:
    """A reader sees no markup."""
    for block in page.blocks:
        for match in MARKUP.finditer(block.text):
            like = "chapter-template.md shows how roles, links, equations and lists are written"
            yield block.at(match.start()), f"{match[0]!r} would be shown as it stands; {like}"


# --- Terms ----------------------------------------------------------------------------------------


def known_terms(page: Page, book: Book) -> Iterator[Complaint]:
    """A term that is linked is in the glossary."""
    for block in page.blocks:
        for position, term in linked(block):
            if term not in book.terms:
                add = "add it to book/reference/glossary.md, or link to one that is there"
                yield block.at(position), f"the glossary lacks {term!r}; {add}"


def linked_terms(page: Page, book: Book) -> Iterator[Complaint]:
    """A chapter's first use of a term, in running text, links to the glossary."""
    if not is_chapter(page.name):
        return
    terms = book.terms - EVERYDAY
    forms = {form: term for term in terms for form in (term, plural(term))}
    words = "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))
    pattern = rf"(?<![\w-])(?<!code )({words})(?![\w-])"
    finder = re.compile(pattern.replace(r"\ ", r"\s+"), re.IGNORECASE)
    seen: set[str] = set()
    for block in page.blocks:
        if not block.is_running:
            continue
        plain = [
            (match.start(), forms[" ".join(match[0].lower().split())], " ".join(match[0].split()))
            for match in finder.finditer(block.text)
        ]
        for position, term, written in sorted(plain + [(*link, "") for link in linked(block)]):
            if term not in seen and written:
                same = written.lower() == term
                link = f"{{term}}`{written}`" if same else f"{{term}}`{written} <{term}>`"
                yield block.at(position), f"the first use of {term!r} is no link; write {link}"
            seen.add(term)


def linked(block: Block) -> Iterator[tuple[int, str]]:
    """Yield the positions and terms of a text's links to the glossary."""
    for position, role, content in block.roles:
        if role == "term":
            yield position, re.sub(r".*<(.+)>", r"\1", content).lower()


def plural(term: str) -> str:
    if term.endswith("y"):
        return term[:-1] + "ies"
    return term + ("es" if term.endswith(("s", "h", "x")) else "s")


# --- Numbers --------------------------------------------------------------------------------------

NUMBER = re.compile(r"(?<![\w.,])\d(?:[\d,]*\d)?(?:\.\d+)?(?:e[-+−]?\d+)?(?![\w]|[.,]\d)")


def numbers(text: str) -> Iterator[tuple[int, Decimal]]:
    """Yield the numbers in a text that have two significant digits or more, and where they are."""
    for match in NUMBER.finditer(text):
        written = match[0].replace(",", "").replace("−", "-")
        digits = re.sub(r"e.*", "", written).replace(".", "").lstrip("0")
        if "." not in written:
            digits = digits.rstrip("0")
        if len(digits) >= 2:
            yield match.start(), Decimal(written).normalize()


def typed_numbers(page: Page) -> Iterator[Complaint]:
    """Prose retypes no number that a cell printed; what the code states itself is an input."""
    printed = "\n".join([*page.outcome.printed, *page.outcome.glued.values()])
    computed = {number for _, number in numbers(printed)}
    stated = {number for cell in page.cells for _, number in numbers(cell.code)}
    for block in page.blocks:
        for position, number in numbers(block.text):
            share = re.match(r"[\d.,]+\s?%", block.text[position:]) is not None
            how = printed_as(number, computed - stated, share)
            if number not in stated and how is not None:
                advice = "glue it in: glue() in a remove-cell cell, {glue:text}`name` here"
                yield block.at(position), f"{number:f} is what a cell printed{how}; {advice}"


def printed_as(number: Decimal, computed: set[Decimal], share: bool) -> str | None:
    """Return how a number comes of one that a cell printed; rounded, if three digits are left."""
    if number in computed:
        return ""
    exponent = number.as_tuple().exponent
    if len(number.as_tuple().digits) < 3 or not isinstance(exponent, int) or exponent >= 0:
        return None
    place = Decimal(1).scaleb(exponent)
    computed = {one for one in computed if abs(one) < 10**9}  # larger ones have no such place
    if any(one.quantize(place) == number for one in computed):
        return ", rounded"
    if share and any((100 * one).quantize(place) == number for one in computed if abs(one) < 1):
        return ", as a share"
    return None


# --- Spelling -------------------------------------------------------------------------------------


def spelling(page: Page) -> Iterator[Complaint]:
    """Prose is spelt the British way, code as its library spells; pyproject.toml lists exceptions."""
    prose = [""] * (page.text.count("\n") + 2)
    prose[0] = page.description
    for block in page.blocks:
        for number, line in enumerate(block.text.split("\n"), block.line - 1):
            prose[number] += " " + line.replace("\0", "·")
    for cell in page.cells:
        prose[cell.line - 1] += " " + cell.figure.get("image.alt", "")
    yield from typos("\n".join(prose), "en-gb")
    code = [""] * (page.text.count("\n") + 2)
    for cell in page.cells:
        for number, line in enumerate(cell.code.splitlines(), cell.first - 1):
            code[number] = line
    yield from typos("\n".join(code), "en")


def typos(text: str, locale: str) -> Iterator[Complaint]:
    command = [Path(sysconfig.get_path("scripts"), "typos"), "-", "--format", "json"]
    done = subprocess.run(
        [*command, "--locale", locale, "--config", BOOK.parent / "pyproject.toml"],
        check=False,
        input=text,
        capture_output=True,
        encoding="utf-8",
    )
    if done.returncode not in (0, 2):
        raise RuntimeError(f"typos failed: {done.stderr}")
    for line in done.stdout.splitlines():
        found = json.loads(line)
        if found["type"] == "typo":
            better = " or ".join(found["corrections"]) or "another word"
            listed = "if it is right, list it in pyproject.toml, tool.typos"
            yield found["line_num"], f"spelling: {found['typo']}, write {better}; {listed}"
