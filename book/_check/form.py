"""The rules of a page's form: its front matter, its parts, its equations."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from .book import TEMPLATE, Book
from .links import similar
from .page import LITERAL, Block, Complaint, Page, directive, is_cell, mapping


def readable(page: Page) -> Iterator[Complaint]:
    """Sphinx can read the front matter, and knows by it that the page has cells."""
    if "error" in page.front:
        hint = "a value with a colon in it stands in quotes"
        yield page.front["line"], f"the front matter is no YAML: {page.front['error']}; {hint}"
    elif page.cells and page.front.get("file_format") != "mystnb":
        yield 1, "front matter: without file_format: mystnb the cells would be shown and never run"


def front_matter(page: Page) -> Iterator[Complaint]:
    """A page says what it is; one with cells names their kernel; no tool rewrites it on saving."""
    kernel = mapping(page.front.get("kernelspec"))
    for key, value in (("name", "python3"), ("display_name", "Python 3")):
        if page.cells and kernel.get(key) != value:
            yield 1, f"front matter: kernelspec.{key} is {kernel.get(key)!r}; write {value}"
    if "jupytext" in page.front:
        yield 1, "front matter: a jupytext block rewrites its version on every save; delete it"
    if not page.description.strip():
        yield 1, "front matter: myst.html_meta.description is missing; say the page in one sentence"


def every_cell_executes(page: Page) -> Iterator[Complaint]:
    """A cell inside another directive, or tagged so, would be shown and never run."""
    for line, token in page.parts:
        hidden = "{code-cell}" in token.content and not is_cell(token)
        literal = token.type in ("code_block", "html_block") or directive(token) in LITERAL
        if (is_cell(token) and token.meta["depth"] > 0) or (hidden and literal):
            yield line, "a code cell stands inside something else, where it never runs; move it out"
    for cell in page.cells:
        if "skip-execution" in cell.tags:
            yield cell.line, "the cell is tagged skip-execution; every cell runs"


def labelled_equations(page: Page) -> Iterator[Complaint]:
    """An equation has a number and a link."""
    for one in page.directives:
        if one.name == "math" and not one.options.get("label"):
            yield one.line, "an equation without a label; add a line `:label: eq-PAGE-NAME`"
    for line, token in page.parts:
        if token.type in ("math_block", "amsmath"):
            yield (
                line,
                "an equation without a label; write it as ```{math} with `:label: eq-PAGE-NAME`",
            )


def headings(page: Page) -> Iterator[Complaint]:
    """One title, and no level left out: screen readers walk from heading to heading."""
    found = [(line, int(t.tag[1])) for line, t in page.parts if t.type == "heading_open"]
    titles = [line for line, level in found if level == 1]
    if len(titles) != 1:
        yield (titles or [1])[-1], f"{len(titles)} titles `# …`, one is asked for"
    for (_, above), (line, level) in itertools.pairwise(found):
        if level > above + 1:
            yield line, f"a heading of level {level} below one of {above}; leave no level out"


def closed(page: Page) -> Iterator[Complaint]:
    """What begins ends: all that follows would belong to it."""
    lines = page.text.splitlines()
    for line, token in page.parts:
        if token.type not in ("fence", "colon_fence"):
            continue
        begin, end = token.map
        last = lines[line + end - begin - 2].strip()
        open_end = end == begin + 1 or last.strip(token.markup[0]) or len(last) < len(token.markup)
        # It has swallowed the first line of the next one: that line ends nothing.
        if open_end or re.search(rf"^{re.escape(token.markup)}+\S", token.content, re.MULTILINE):
            what = f"{{{name}}}" if (name := directive(token)) else "block of code"
            longer = "or give what stands around it a longer fence"
            yield line, f"the {what} is not closed; end it with a line {token.markup}, {longer}"


def executed(page: Page) -> Iterator[Complaint]:
    """Python on a page is run: what is only shown may be wrong."""
    for line, token in page.parts:
        if token.type == "fence" and token.info.strip() in ("python", "py", "python3"):
            yield line, "Python that never runs; write ```{code-cell} python3"


def anatomy(page: Page) -> Iterator[Complaint]:
    """A chapter has every part that CONTRIBUTING.md names."""
    tops = [(line, token) for line, token in page.parts if token.meta["depth"] <= 1]
    paragraphs = [
        (line, inner.content)
        for (line, outer), (_, inner) in itertools.pairwise(tops)
        if outer.type == "paragraph_open"
    ]
    if not paragraphs or not paragraphs[0][1].startswith("After this page you can"):
        line = paragraphs[0][0] if paragraphs else 1
        yield (
            line,
            "does not open with what the reader will be able to do: After this page you can …",
        )
    if not any(d.name == "math" and d.options.get("label") for d in page.directives):
        yield 1, "no labelled equation"
    bold = [
        text.partition("**")[2].partition("**")[0] for _, text in paragraphs if text[:2] == "**"
    ]
    if missing_in_order(["Predict.", "Explain."], iter(bold)):
        yield 1, "no guess is asked for and explained: **Predict.**, later **Explain.**"
    exercises = [d for d in page.directives if d.name == "exercise"]
    solved = {d.argument: d.line for d in page.directives if d.name == "solution-start"}
    if not 2 <= len(exercises) <= 3:
        yield 1, f"{len(exercises)} exercises, two or three are asked for"
    for one in exercises:
        if not (label := str(one.options.get("label") or "")):
            yield one.line, "an exercise without a label; add a line `:label: ex-PAGE-NAME`"
        elif label not in solved:
            yield one.line, f"an exercise without a solution; write one: {{solution-start}} {label}"
    asked = {str(one.options.get("label")) for one in exercises}
    for label, line in solved.items():
        if label not in asked:
            yield line, f"a solution of no exercise of this page: {label}; {similar(label, asked)}"
    for name, line in ended(page):
        yield (
            line,
            f"a {{solution-{name}}} without its other end; a solution is what stands between",
        )
    recall = [t for t in page.sections.get("Recall", []) if directive(t) == "recall"]
    if not 3 <= len(recall) <= 5:
        yield 1, f"{len(recall)} questions under ## Recall, three to five are asked for"
    if "Where to read on" not in page.sections:
        yield 1, "no heading ## Where to read on"


def own_words(page: Page, book: Book) -> Iterator[Complaint]:
    """What `new-page` wrote is replaced, bit by bit."""
    if "what its reader will be able to do, in one sentence" in page.description:
        yield 1, "front matter: say in the description what the reader will be able to do"
    given = {prose(block) for block in book.pages[TEMPLATE].blocks}
    texts = [block for block in page.blocks if block.is_running and len(prose(block)) > 40]
    if lines := [block.line for block in texts if prose(block) in given]:
        where = ", ".join(map(str, lines))
        yield lines[0], f"replace the template's words by your own, on lines {where}"
    for block in page.blocks:
        for match in re.finditer(r"\b(TODO|FIXME)\b", block.text):
            yield block.at(match.start()), f"says {match[0]}"


def prose(block: Block) -> str:
    """Return a text without its roles and mathematics: a new page's labels are its own."""
    return re.sub("\0+", "", block.text)


def ended(page: Page) -> Iterator[tuple[str, int]]:
    """Yield each end of a solution that has no other."""
    begun = 0
    for one in page.directives:
        if one.name == "solution-start":
            if begun:
                yield "start", begun
            begun = one.line
        elif one.name == "solution-end":
            if not begun:
                yield "end", one.line
            begun = 0
    if begun:
        yield "start", begun


def missing_in_order(wanted: list[str], found: Iterator[str]) -> str | None:
    """Return the first of the wanted that is not found after the one before it."""
    return next((one for one in wanted if one not in found), None)
