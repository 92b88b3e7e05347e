"""How the book's cells are run: what a build prepares before it forks."""

from types import SimpleNamespace

import pytest
from jupyter_cache import get_cache
from jupyter_cache.cache import db
from nbclient import NotebookClient
from nbformat import v4
from sqlalchemy import create_engine, event, inspect
from sqlalchemy.exc import OperationalError

import execution


def test_the_cache_is_there_before_two_processes_ask_for_it(tmp_path):
    folder = tmp_path / "cache"
    execution.create_cache(SimpleNamespace(config=SimpleNamespace(nb_execution_cache_path=folder)))
    engine = get_cache(folder).db
    assert "settings" in inspect(engine).get_table_names()
    engine.dispose()


def test_upstream_still_fails_when_two_processes_create_a_cache(tmp_path, monkeypatch):
    """The day this fails, `execution.create_cache` is no longer needed."""
    ours, theirs = (create_engine(f"sqlite:///{tmp_path / db.DB_NAME}") for _ in range(2))

    def another_process(target, connection, **options):
        db.OrmBase.metadata.create_all(theirs)

    monkeypatch.setattr(db, "create_engine", lambda url: ours)
    event.listen(db.OrmBase.metadata, "before_create", another_process, once=True)
    with pytest.raises(OperationalError, match="already exists"):
        db.create_db(tmp_path)
    ours.dispose()
    theirs.dispose()


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
pyplot.gcf().savefig(BytesIO(), format="svg", bbox_inches="tight")
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
