"""The rules of the code cells: short, in ruff's style, and runnable for whoever copies them."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator

from .book import BOOK
from .links import similar
from .page import Cell, Complaint, Page, mapping

NOTEBOOK = "book/page.ipynb"
LONGEST = 25
COLUMNS = 76  # what a page shows without scrolling sideways, at 1280 px
PRINTED = 42  # what a phone shows of an output without scrolling sideways
MAY_IMPORT = {"lstm_ref", "matplotlib", "numpy"}

# What reads or writes a file, or asks another machine. (Modules that do are no allowed import.)
FILES = {"open", "input", "fromfile", "genfromtxt", "imread", "imsave", "load", "loadtxt", "memmap"}
FILES |= {"open_memmap", "dump", "print_png", "print_svg", "print_pdf", "eval", "exec"}
FILES |= {"save", "savefig", "savetxt", "savez", "savez_compressed", "tofile", "DataSource"}
NETWORK = {"http", "httpx", "requests", "socket", "ssl", "urllib", "urllib3", "ftplib", "aiohttp"}
# All of numpy.random that draws nothing from a hidden, global state.
SEEDED = {"default_rng", "Generator", "SeedSequence", "BitGenerator"}
SEEDED |= {"MT19937", "PCG64", "PCG64DXSM", "Philox", "SFC64"}
TYPES = {"Generator", "BitGenerator"}  # which are made of another, that has a seed
SEED = "make one generator in the first cell, rng = np.random.default_rng(1)"
# What MyST-NB, nbclient and `_ext/beside.py` know.
TAGS = {"beside", "hide-input", "hide-output", "hide-cell", "remove-cell", "remove-input"}
TAGS |= {"remove-output", "raises-exception"}
OPTIONS = {"tags", "mystnb"}
SCALAR = re.compile(r"\bnp\.\w+\(")  # what NumPy says of one number
# What Python says of an object that has no other form; an address differs at every build.
OBJECT = re.compile(r"<[^<>\n]* at 0x[0-9a-f]+>|<(?:Axes|Figure|Text|matplotlib\.)[^\n]*>")


def known_options(page: Page) -> Iterator[Complaint]:
    """A misspelt option or tag would do nothing."""
    for cell in page.cells:
        if cell.argument.partition(" ")[2]:
            yield (
                cell.line,
                f"{cell.argument!r} behind {{code-cell}}; options have lines of their own",
            )
        for name in set(cell.metadata) - OPTIONS:
            yield cell.line, f"no option is called {name}; {similar(name, OPTIONS)}"
        if "tags" in cell.metadata and not cell.tags:
            yield cell.line, "tags are a list; write `:tags: [hide-input]`"
        for tag in {str(tag) for tag in cell.tags} - TAGS:
            yield cell.line, f"no tag is called {tag}; {similar(tag, TAGS)}"
        options = cell.metadata.get("mystnb", {})
        for name, one in {"mystnb": options, **mapping(options)}.items():
            if not isinstance(one, dict):
                how = "its parts stand below it, indented, as in chapter-template.md"
                yield cell.line, f"{name} is {one!r}; {how} (and quote a text with a colon)"


def short_cells(page: Page) -> Iterator[Complaint]:
    """A cell is one idea, and as wide as a page."""
    for cell in page.cells:
        lines = cell.code.splitlines()
        if len(lines) > LONGEST:
            yield (
                cell.line,
                f"a cell of {len(lines)} lines, at most {LONGEST} are allowed; split it",
            )
        for number, line in enumerate(lines):
            if len(line) > COLUMNS:
                wide = f"{len(line)} columns, at most {COLUMNS} are allowed; break the line"
                yield cell.first + number, wide


def plain_python(page: Page) -> Iterator[Complaint]:
    """A reader also takes the page as a script."""
    for cell in page.cells:
        if cell.nodes:
            continue
        for number, line in enumerate(cell.code.splitlines()):
            if line.lstrip().startswith(("%", "!")):
                how = "a command of notebooks, and no Python; leave it out"
                yield cell.first + number, f"{line.strip()!r} is {how}"


def imported(cell: Cell) -> Iterator[tuple[int, str]]:
    for line, node in cell.nodes:
        if isinstance(node, ast.Import):
            yield from ((line, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield line, "." if node.level else node.module or ""


def allowed_imports(page: Page) -> Iterator[Complaint]:
    """What a reader copies needs the package, what it depends on, and nothing else."""
    for cell in page.cells:
        for line, name in imported(cell):
            root = name.partition(".")[0]
            if root in MAY_IMPORT or (name == "myst_nb" and not cell.is_copied):
                continue
            why = ", which asks another machine" if root in NETWORK else ""
            yield line, f"imports {name}{why}; a page imports only {', '.join(sorted(MAY_IMPORT))}"


def no_files(page: Page) -> Iterator[Complaint]:
    """A cell reads and writes no file: a copy of it runs anywhere, and leaves nothing behind."""
    for cell in page.cells:
        for line, node in cell.nodes:
            if not isinstance(node, ast.Call):
                continue
            name = called(node).rpartition(".")[2]
            if name in FILES or name in ("__import__", "import_module"):
                yield line, f"{called(node)}() reaches outside the page; compute the data in a cell"


def called(call: ast.Call) -> str:
    """Return the dotted name of what is called, or nothing."""
    return dotted(call.func)


def dotted(node: ast.AST) -> str:
    """Return a name with what stands before its dots, or nothing."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts, node = [node.attr, *parts], node.value
    return ".".join([node.id, *parts]) if isinstance(node, ast.Name) else ""


def seeded_generators(page: Page) -> Iterator[Complaint]:
    """Every run draws the same numbers."""
    for cell in page.cells:
        functions = {node.func for _, node in cell.nodes if isinstance(node, ast.Call)}
        for line, node in cell.nodes:
            if isinstance(node, ast.ImportFrom) and node.module == "numpy.random":
                for alias in node.names:
                    if alias.name not in SEEDED:
                        yield line, f"numpy.random.{alias.name} has a hidden global state; {SEED}"
            if isinstance(node, ast.Attribute):
                name = dotted(node)
                drawn = re.fullmatch(r"(?:np|numpy)\.random\.(\w+)", name)
                if drawn and drawn[1] not in SEEDED:
                    methods = "whose methods are random, standard_normal, integers, …"
                    yield line, f"{name} has a hidden global state; {SEED}, {methods}"
                elif drawn and node not in functions and drawn[1] not in TYPES:
                    yield line, f"{name} is given another name, which hides its seed; {SEED}"
            if not isinstance(node, ast.Call):
                continue
            name = called(node)
            given = [*node.args, *(keyword.value for keyword in node.keywords)]
            empty = all(isinstance(one, ast.Constant) and one.value is None for one in given)
            if name.rpartition(".")[2] in SEEDED - TYPES and empty:
                yield line, f"{name}() without a seed draws other numbers in every build; {SEED}"


def ruff(page: Page) -> Iterator[Complaint]:
    """Ruff passes, linter and formatter; it sees the cells as one notebook, so names carry over."""
    blank = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    cells = [blank | {"source": cell.code.removesuffix("\n")} for cell in page.cells]
    notebook = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4})

    def run(*command: str) -> subprocess.CompletedProcess[str]:
        style = ["--quiet", "--no-cache", "--line-length", str(COLUMNS)]
        return subprocess.run(
            [sys.executable, "-m", "ruff", *command, *style, "--stdin-filename", NOTEBOOK, "-"],
            check=False,
            cwd=BOOK.parent,  # where pyproject.toml is
            input=notebook,
            capture_output=True,
            encoding="utf-8",
        )

    checked = run("check", "--output-format=json")
    if checked.returncode not in (0, 1):
        raise RuntimeError(f"ruff failed: {checked.stderr}")
    findings = json.loads(checked.stdout)
    wrong = [found for found in findings if found["code"] == "invalid-syntax"]
    findings = wrong or findings  # what else is said of what is no Python misleads
    for found in findings:
        cell = page.cells[(found.get("cell") or 1) - 1]
        hint = (found.get("fix") or {}).get("message")
        line = cell.first + found["location"]["row"] - 1
        yield line, f"ruff {found['code']}: {found['message']}" + (f"; {hint}" if hint else "")
    if wrong:
        return  # it has no format
    changes = run("format", "--diff").stdout
    for change in re.split(r"^--- .*?:cell ", changes, flags=re.MULTILINE)[1:]:
        number, _, diff = change.partition("\n")
        body = "\n".join(line for line in diff.splitlines() if line[:3] != "+++")
        if body:  # ruff lists the cells that stay as they are, too
            where = page.cells[int(number) - 1].line
            yield where, f"not in ruff's format; it would be\n{body}"


def runs(page: Page) -> Iterator[Complaint]:
    """The page runs from top to bottom."""
    if error := page.outcome.error:
        unknown = re.search(r"NameError: name '(\w+)' is not defined", error)
        hidden = {
            node.id
            for cell in page.cells
            if not cell.is_copied
            for _, node in cell.nodes
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        }
        if unknown and unknown[1] in hidden:
            error += f"\n{unknown[1]} is set in a remove-cell cell, which no reader gets; move it"
        yield page.outcome.line or 1, f"here the page stops\n{error}"


def no_objects(page: Page) -> Iterator[Complaint]:
    """What a cell shows means something to its reader."""
    outcome = page.outcome
    parts = zip(page.cells, outcome.printed, outcome.figures, outcome.left, strict=False)
    for cell, printed, figures, left in parts:
        if not cell.is_copied:
            continue
        if figures and left:
            yield cell.line, f"shows {left} beside its figure; end the cell in a semicolon"
        elif found := OBJECT.search(printed):
            end = "end the cell in a semicolon, or print what the object holds"
            yield cell.line, f"shows the object {found[0]}; {end}"
        elif found := SCALAR.search(printed):
            yield cell.line, f"shows {found[0]}…); format it, as in print(f'{{x:.3f}}')"
    for name, value in outcome.glued.items():
        if found := SCALAR.search(value):
            yield 1, f"{name} is glued as {found[0]}…); format it: glue(…, f'{{x:.3f}}')"


def quiet(page: Page) -> Iterator[Complaint]:
    """Nothing is said on stderr, which fails the build: above all no progress."""
    for cell, said in zip(page.cells, page.outcome.stderr, strict=False):
        if said:
            yield cell.line, f"writes to stderr: {said!r}; give a sweep progress=False"


def narrow_outputs(page: Page) -> Iterator[Complaint]:
    """What a cell prints can be read on a phone: a number that is cut there looks whole."""
    for cell, widest in zip(page.cells, page.outcome.columns, strict=False):
        if widest > PRINTED and cell.is_copied and "raises-exception" not in cell.tags:
            yield (
                cell.line,
                f"prints a line of {widest} characters, a phone shows {PRINTED}; break it",
            )
