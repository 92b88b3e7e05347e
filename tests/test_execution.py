"""How the book's cells are run, and when they are run again."""

import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from nbclient import NotebookClient
from nbformat import v4

import execution

BOOK = Path(__file__).parents[1] / "book"


MODULE = '''"""The module."""

class A:
    """A class."""

    b = 1


def f(x):
    """Return x."""
    return x  # as it is
'''


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("The module.", "A module.", True),
        ("A class.", "The class.", True),
        ("Return x.", "Give x back.", True),
        ("as it is", "unchanged", True),
        ("return x ", "return  x ", True),
        ("return x", "return -x", False),
        ("b = 1", "b = 2", False),
        ("def f(x)", "def f(x=0)", False),
        ("return x", "'x'; return x", False),
    ],
)
def test_cells_run_again_after_a_change_in_what_runs(tmp_path, monkeypatch, old, new, same):
    package = tmp_path / "lstm_ref"
    package.mkdir()
    spec = SimpleNamespace(submodule_search_locations=[str(package)])
    monkeypatch.setattr(execution.importlib.util, "find_spec", lambda name: spec)
    (package / "a.py").write_text(MODULE)
    before = execution.cache_path(tmp_path)
    (package / "a.py").write_text(MODULE.replace(old, new))
    assert (execution.cache_path(tmp_path) == before) is same


COUNT = """
from io import BytesIO

from matplotlib import pyplot
from matplotlib.figure import Figure
draw, drawn = Figure.draw, []
Figure.draw = lambda *args: drawn.append(draw(*args))
"""


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Return a function that runs cells as the book does, and returns what the last one printed."""
    for name in ("IPYTHONDIR", "MATPLOTLIBRC", "PYTHONHASHSEED"):
        monkeypatch.setenv(name, "")
    execution.prepare_kernel(tmp_path)

    def run(*cells):
        notebook = v4.new_notebook(cells=[v4.new_code_cell(cell) for cell in cells])
        done = NotebookClient(notebook, kernel_name="python3", timeout=60).execute()
        return done.cells[-1].outputs[0].text

    return run


SHOWN = "pyplot.plot([1, 2]);"
SAVED = """
drawn_to_be_shown = len(drawn)
pyplot.plot([1, 2])
pyplot.gcf().savefig(BytesIO(), format="svg")
pyplot.close()
print(drawn_to_be_shown, len(drawn) - drawn_to_be_shown)
"""


def test_a_line_that_is_printed_slowly_stays_one_line(run):
    assert run("import time\nprint(1, end=' ')\ntime.sleep(1)\nprint(2)") == "1 2\n"


def test_a_cell_draws_its_figure_as_often_as_a_file_asks(run):
    shown, saved = run(COUNT, SHOWN, SAVED).split()
    assert shown == saved


def test_upstream_still_draws_a_figure_that_no_page_shows(run):
    """The day this fails, the kernel's profile need not stop it."""
    before = "del pyplot.matplotlib.backends.backend_agg.FigureCanvasAgg.draw_idle"
    shown, saved = map(int, run(COUNT, before, SHOWN, SAVED).split())
    assert shown == saved + 1


PAGE = """---
file_format: mystnb
kernelspec: {{name: python3, display_name: Python 3}}
---
# Page

```{{code-cell}} python3
print(6 * {})
```
"""


def test_a_cell_that_fails_fails_the_build_and_stops_no_other_page(tmp_path):
    """The book's settings, and the flags of `nox -s book`."""
    settings = (BOOK / "conf.py").read_text("utf-8")
    found = re.findall(r"^nb_execution_(?!cache_path).*$", settings, re.M)
    assert any('mode = "cache"' in line for line in found)
    (tmp_path / "conf.py").write_text("\n".join(['extensions = ["myst_nb"]', *found]))
    (tmp_path / "index.md").write_text("# Book\n\n```{toctree}\nbroken\nwhole\n```\n")
    (tmp_path / "broken.md").write_text(PAGE.format("(1 / 0)"))
    (tmp_path / "whole.md").write_text(PAGE.format(7))
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", tmp_path, tmp_path / "html"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1
    said = re.sub(r"\x1b\[\d+(;\d+)*m", "", done.stderr)
    assert "broken.md: WARNING: Executing notebook failed" in said
    assert "----> 1 print(6 * (1 / 0))" in said
    assert "\nZeroDivisionError: division by zero\n" in said
    assert "whole.md" not in said
    assert ">42\n<" in (tmp_path / "html" / "whole.html").read_text("utf-8")
