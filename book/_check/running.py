"""Running a page as its reader does: in a fresh process, in an empty folder, warnings as errors."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .page import Cell

STYLE = Path(__file__).parents[1] / "_style"
LIMIT = 120  # seconds: what takes longer does not end

# Runs in a process of its own. The cells that a reader gets share one namespace; the others, which
# glue numbers, see a copy of it: no cell that is copied may need what they make.
HARNESS = r"""
import ast, contextlib, io, json, linecache, sys, time, traceback, types, warnings

LOCAL = ("127.0.0.1", "::1", "localhost", None)

def stay_home(event, args):
    address = args[1] if event == "socket.connect" else args
    if event in ("socket.connect", "socket.getaddrinfo") and isinstance(address, tuple):
        if address[0] not in LOCAL:
            raise RuntimeError(f"a page must not use the network: {address[0]!r}")

sys.addaudithook(stay_home)
warnings.simplefilter("error")
warnings.filterwarnings("ignore", "FigureCanvasAgg is non-interactive")  # what plt.show() says

glued = {}
sys.modules["myst_nb"] = types.ModuleType("myst_nb")
sys.modules["myst_nb"].glue = lambda name, value, display=True: glued.update(
    {name: value if isinstance(value, str) else repr(value)}  # as a page shows it
)

cells_file, outcome_file = sys.argv[1:]
with open(cells_file, encoding="utf-8") as file:
    cells = json.load(file)
outcome = {"line": 0, "glued": glued}
outcome |= {name: [] for name in ("figures", "printed", "columns", "left", "stderr", "times")}

def hand_back():
    with open(outcome_file, "w", encoding="utf-8") as file:
        json.dump(outcome, file)

# The cells are compiled as lines of one page, and an error shows those alone.
PAGE = "the page"
lines = {}
for cell in cells:
    lines |= dict(enumerate(cell["code"].splitlines(keepends=True), cell["first"]))
lines = [lines.get(number, "\n") for number in range(1, max(lines, default=0) + 1)]
linecache.cache[PAGE] = (0, None, lines, PAGE)

def show(kind, error, trace):
    frames = [frame for frame in traceback.extract_tb(trace) if frame.filename == PAGE]
    if frames:
        outcome["line"] = frames[0].lineno
        hand_back()
    said = traceback.format_list(frames) + traceback.format_exception_only(error)
    sys.stderr.write("".join(said))

sys.excepthook = show
page, hidden = {"__name__": "__main__"}, {}
start = time.perf_counter()
for cell in cells:
    begun = time.perf_counter()
    outcome["line"] = cell["line"]
    hand_back()  # so that whoever sees an error knows where
    tree = compile("\n" * (cell["first"] - 1) + cell["code"], PAGE, "exec", ast.PyCF_ONLY_AST)
    last = None
    if tree.body and isinstance(tree.body[-1], ast.Expr) and cell["code"].rstrip()[-1] != ";":
        last = ast.Expression(tree.body.pop().value)
    hidden |= page
    space = page if cell["copied"] else hidden
    printed, said, value = io.StringIO(), io.StringIO(), None
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(said):
            exec(compile(tree, PAGE, "exec"), space)
            value = eval(compile(last, PAGE, "eval"), space) if last else None
            if value is not None:
                print(repr(value))
    except Exception as error:
        if not cell["raises"]:
            raise
        print(f"{type(error).__name__}: {error}", file=printed)
    else:
        if cell["raises"]:
            raise AssertionError(f"the cell at line {cell['line']} should raise and did not")
    count = 0
    if "matplotlib.pyplot" in sys.modules:
        count = len(sys.modules["matplotlib.pyplot"].get_fignums())
        sys.modules["matplotlib.pyplot"].close("all")
    outcome["figures"].append(count)
    outcome["left"].append("" if value is None else type(value).__name__)
    outcome["stderr"].append(said.getvalue()[:40])
    outcome["printed"].append(printed.getvalue())
    shown = printed.getvalue()
    if hasattr(value, "_repr_html_"):  # a page shows it as a table
        shown = shown.removesuffix(f"{value!r}\n")
    outcome["columns"].append(max(map(len, shown.splitlines()), default=0))
    outcome["times"].append(time.perf_counter() - begun)
outcome["seconds"] = time.perf_counter() - start
hand_back()
"""


@dataclass(frozen=True)
class Outcome:
    """What came of running a page: an error or none and, of each cell, what it shows."""

    error: str = ""
    line: int = 0  # of the cell that failed
    figures: list[int] = field(default_factory=list)
    printed: list[str] = field(default_factory=list)
    columns: list[int] = field(default_factory=list)
    left: list[str] = field(default_factory=list)  # the type of what the last line is worth
    stderr: list[str] = field(default_factory=list)
    glued: dict[str, str] = field(default_factory=dict)
    times: list[float] = field(default_factory=list)  # the seconds of each cell
    seconds: float = 0.0


def run(cells: list[Cell]) -> Outcome:
    """Run cells in order."""
    given = [
        {
            "code": c.code,
            "line": c.line,
            "first": c.first,
            "raises": "raises-exception" in c.tags,
            "copied": c.is_copied,
        }
        for c in cells
    ]
    with tempfile.TemporaryDirectory() as folder:
        cells_file, outcome_file = Path(folder, "cells.json"), Path(folder, "outcome.json")
        cells_file.write_text(json.dumps(given), encoding="utf-8")
        empty = Path(folder, "empty")
        empty.mkdir()
        settings = {"MPLBACKEND": "agg", "MATPLOTLIBRC": str(STYLE / "matplotlibrc")}
        error = ""
        try:
            done = subprocess.run(
                [sys.executable, "-P", "-W", "error", "-c", HARNESS, cells_file, outcome_file],
                check=False,
                cwd=empty,
                env=os.environ | settings | {"PYTHONUTF8": "1", "PYTHONHASHSEED": "0"},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                encoding="utf-8",
                timeout=LIMIT,
            )
            if done.returncode:
                error = done.stderr.strip() or f"exit code {done.returncode}"
        except subprocess.TimeoutExpired:
            error = f"the cell had not ended after {LIMIT} s, counted from the page's beginning"
        found = Outcome()
        if outcome_file.exists():
            found = Outcome(**json.loads(outcome_file.read_text(encoding="utf-8")))
        return Outcome(**(asdict(found) | {"error": error}))
