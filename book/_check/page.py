"""Reading a page: its cells, its directives and its prose, each with the line on which it stands."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.colon_fence import colon_fence_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.front_matter import front_matter_plugin
from mdit_py_plugins.myst_blocks import myst_block_plugin

from .running import Outcome, run

Complaint = tuple[int, str]  # the line, and what is wrong with it

MARKDOWN = MarkdownIt("commonmark").enable("table")
for plugin in (front_matter_plugin, colon_fence_plugin, myst_block_plugin, dollarmath_plugin):
    MARKDOWN.use(plugin)
MARKDOWN.use(amsmath_plugin)

# Directives whose body is no prose, and those whose argument is.
LITERAL = {"code-cell", "math", "toctree", "bibliography", "eval-rst", "include", "raw", "code"}
LITERAL |= {"code-block", "literalinclude", "button-ref", "solution-start", "solution-end"}
TITLED = {"admonition", "exercise", "grid-item-card", "recall"}

ROLE = re.compile(r"\{([\w:+-]+)\}(`+)(.+?)\2(?!`)", re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]*)(?:\s+\"[^\"]*\")?\)")
NOT_PROSE = re.compile(  # roles, code, mathematics, addresses, targets of links
    rf"{ROLE.pattern}|(?P<ticks>`+).+?(?P=ticks)(?!`)|(?<!\\)(?P<dollars>\$+).+?(?<!\\)(?P=dollars)"
    rf"|<\w+:[^>]*>|{LINK.pattern}",
    re.DOTALL,
)


def mapping(value: Any) -> dict[str, Any]:
    """Return what YAML made, if it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}


@dataclass(frozen=True)
class Cell:
    """A code cell: its code, its metadata, and the lines on which it and its code start."""

    code: str
    metadata: dict[str, Any]
    line: int
    first: int
    argument: str = "python3"  # what stands behind `{code-cell}`

    @property
    def tags(self) -> list[str]:
        tags = self.metadata.get("tags")
        return tags if isinstance(tags, list) else []

    @property
    def is_copied(self) -> bool:
        """Whether a reader gets the cell: a removed one only hands numbers to the prose."""
        return "remove-cell" not in self.tags

    @functools.cached_property
    def nodes(self) -> list[tuple[int, ast.AST]]:
        """All parts of the code with their lines in the page; none if it is no Python."""
        try:
            tree = ast.parse(self.code)
        except SyntaxError:  # ruff says where
            return []
        return [(self.first + getattr(node, "lineno", 1) - 1, node) for node in ast.walk(tree)]

    @functools.cached_property
    def figure(self) -> dict[str, str]:
        """What the metadata say of a figure: image.alt, figure.caption and figure.name."""
        options = mapping(self.metadata.get("mystnb"))
        keys = (("image", "alt"), ("figure", "caption"), ("figure", "name"))
        given = {f"{a}.{b}": str(mapping(options.get(a)).get(b) or "") for a, b in keys}
        return {key: value.strip() for key, value in given.items() if value.strip()}


@dataclass(frozen=True)
class Directive:
    """A directive: its name, what stands behind the name, its options and its body."""

    name: str
    argument: str
    options: dict[str, Any]
    body: str
    line: int
    first: int  # the line on which the body starts


@dataclass(frozen=True)
class Block:
    """A paragraph, heading, table cell, title or caption; `text` has blanks for what is no prose."""

    line: int
    raw: str
    is_running: bool = True  # text that one reads along, no heading, title or caption

    @functools.cached_property
    def text(self) -> str:
        return NOT_PROSE.sub(lambda match: re.sub(r"[^\n]", "\0", match[0]), self.raw)

    def at(self, position: int) -> int:
        """Return the line of a position in the text."""
        return self.line + self.raw.count("\n", 0, position)

    @property
    def roles(self) -> Iterator[tuple[int, str, str]]:
        """Position, name and content of each role."""
        return ((m.start(), m[1], " ".join(m[3].split())) for m in ROLE.finditer(self.raw))

    @property
    def links(self) -> Iterator[tuple[int, str]]:
        """Position and target of each link."""
        return ((match.start(), match[1]) for match in LINK.finditer(self.raw))


@dataclass(frozen=True)
class Page:
    """A page of the book: its text, and its name within `book/`, without the `.md`."""

    text: str
    name: str = "page"

    @functools.cached_property
    def parts(self) -> list[tuple[int, Token]]:
        """What the page consists of, with its line, into the bodies of directives."""
        return list(walk(self.text))

    @functools.cached_property
    def front(self) -> dict[str, Any]:
        for _, token in self.parts[:1]:
            if token.type == "front_matter":
                try:
                    found = yaml.safe_load(token.content)
                except yaml.YAMLError as error:
                    mark = getattr(error, "problem_mark", None)  # counted from 0, after the ---
                    says = getattr(error, "problem", None) or str(error)
                    return {"error": " ".join(says.split()), "line": mark.line + 2 if mark else 1}
                return found if isinstance(found, dict) else {}
        return {}

    @property
    def description(self) -> str:
        """What the front matter says of the page, for search engines and social cards."""
        return str(
            mapping(mapping(self.front.get("myst")).get("html_meta")).get("description") or ""
        )

    @functools.cached_property
    def cells(self) -> list[Cell]:
        return [cell_of(t, n) for n, t in self.parts if is_cell(t) and t.meta["depth"] == 0]

    @functools.cached_property
    def directives(self) -> list[Directive]:
        return [directive_of(t, line) for line, t in self.parts if directive(t)]

    @functools.cached_property
    def blocks(self) -> list[Block]:
        """The prose, in order: what a reader reads, between the equations and the cells."""
        found, heading = [], False
        for line, token in self.parts:
            if token.type == "inline":
                found.append(Block(line, token.content, not heading))
            elif directive(token) in TITLED:
                given = directive_of(token, line)
                answer = str(given.options.get("number") or "")  # of a recall question, often glued
                found += [Block(line, text, False) for text in (given.argument, answer) if text]
            elif is_cell(token) and (caption := cell_of(token, line).figure.get("figure.caption")):
                found.append(Block(line, caption, False))
            heading = token.type == "heading_open"
        return found

    @functools.cached_property
    def html(self) -> list[tuple[int, str]]:
        """What is typed as HTML, and where."""
        raw = [(d.first, d.body) for d in self.directives if d.name == "raw"]
        found = [(line, token.content) for line, token in self.parts if token.type == "html_block"]
        return raw + found + [(block.line, block.text) for block in self.blocks]

    @functools.cached_property
    def labels(self) -> list[tuple[int, str]]:
        """What other pages can refer to, and where it is: equations, figures, exercises, targets."""
        keys = ("label", "name")
        found = [
            (d.line, str(d.options[k])) for d in self.directives for k in keys if k in d.options
        ]
        found += [
            (c.line, c.figure["figure.name"]) for c in self.cells if "figure.name" in c.figure
        ]
        for line, token in self.parts:
            if token.type == "myst_target":
                found.append((line, token.content))
            elif token.type == "math_block_label":
                found.append((line, token.info))
        return found

    @functools.cached_property
    def equations(self) -> set[str]:
        """The labels that `{eq}` refers to, and no other role."""
        found = {str(d.options.get("label")) for d in self.directives if d.name == "math"}
        return found | {t.info for _, t in self.parts if t.type == "math_block_label"}

    @functools.cached_property
    def sections(self) -> dict[str, list[Token]]:
        """What stands under each heading, down to the next heading of any level."""
        found: dict[str, list[Token]] = {}
        heading = ""
        for index, (_, token) in enumerate(self.parts):
            if token.type == "heading_open":
                heading = self.parts[index + 1][1].content
            if token.meta["depth"] == 0:
                found.setdefault(heading, []).append(token)
        return found

    @functools.cached_property
    def outcome(self) -> Outcome:
        """What comes of running the page, once for all rules."""
        return run(self.cells)


def walk(text: str, first: int = 1, depth: int = 0) -> Iterator[tuple[int, Token]]:
    """Yield all tokens of a text with their lines, those of directives' bodies after each."""
    line = first
    for token in MARKDOWN.parse(text):
        line = first + token.map[0] if token.map else line
        token.meta["depth"] = depth + token.level
        yield line, token
        if (name := directive(token)) and name not in LITERAL:
            inner = directive_of(token, line)
            yield from walk(inner.body, inner.first, depth + 1)


def directive(token: Token) -> str:
    """Return the name of the directive that a fence is, or nothing."""
    named = re.match(r"\{([\w:-]+)\}", token.info.strip())
    return named[1] if named and token.type in ("fence", "colon_fence") else ""


def is_cell(token: Token) -> bool:
    return token.type == "fence" and directive(token) == "code-cell"


def split(content: str) -> tuple[list[str], list[str], int]:
    """Split a directive's content into its options, its body and the number of lines before it.

    Options are lines `:key: value`, and those indented below one, or YAML between two `---`.
    """
    lines = content.splitlines()
    if lines and lines[0].strip() == "---":
        end = next((n for n, line in enumerate(lines[1:], 1) if line.strip() == "---"), 0)
        return lines[1:end], lines[end + 1 :], end + 1
    end = 0
    while end < len(lines) and (lines[end].startswith(":") or (end and lines[end][:1] == " ")):
        end += 1
    return [line.removeprefix(":") for line in lines[:end]], lines[end:], end


def options_of(lines: list[str]) -> dict[str, Any]:
    try:
        found = yaml.safe_load("\n".join(lines))
    except yaml.YAMLError:  # such as a value with a colon; Sphinx takes it as text
        found = dict(line.split(":", 1) for line in lines if ":" in line)
    return found if isinstance(found, dict) else {}


def directive_of(token: Token, line: int) -> Directive:
    options, body, skipped = split(token.content)
    name = directive(token)
    argument = token.info.strip().removeprefix(f"{{{name}}}").strip()
    given = options_of(options)
    return Directive(name, argument, given, "\n".join(body), line, line + 1 + skipped)


def cell_of(token: Token, line: int) -> Cell:
    options, body, skipped = split(token.content)
    blank = next((n for n, text in enumerate(body) if text.strip()), 0)
    code = "\n".join(body).strip("\n") + "\n"
    argument = token.info.strip().removeprefix("{code-cell}").strip()
    return Cell(code, options_of(options), line, line + 1 + skipped + blank, argument)
