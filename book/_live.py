"""sphinx-autobuild, with Sphinx and all it needs imported once: ``nox -s live``.

sphinx-autobuild starts a new Python for each build, which spends most of a small edit's time on
imports. Where processes fork, its worker inherits what this one has imported.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

from sphinx.cmd import build as sphinx_build
from sphinx_autobuild import __main__ as autobuild
from sphinx_autobuild import build

ROOT = Path(__file__).parents[1]
SLOW = """brotli fontTools.subset IPython jupytext math_core matplotlib.pyplot myst_nb nbclient
notfound.extension numpydoc selectolax.lexbor sphinx.builders.html sphinx.ext.autodoc
sphinx_book_theme sphinx_copybutton sphinx_design sphinx_exercise sphinx_markdown_builder
sphinxcontrib.bibtex sphinxext.opengraph sqlalchemy""".split()


def run(command: Sequence[str], *, check: bool) -> None:
    """Build in this process, a fork made for this build, as `python -m sphinx build` would."""
    for name, module in list(sys.modules.items()):  # what an edit may have changed
        file = getattr(module, "__file__", None)
        ours = file and Path(file).is_relative_to(ROOT) and "site-packages" not in file
        if ours and name != "__main__":
            del sys.modules[name]
    if code := sphinx_build.main(command[4:]):
        raise build.subprocess.CalledProcessError(code, command)


def main(arguments: Sequence[str]) -> None:
    """Import what is slow to import, then serve."""
    for name in SLOW:
        importlib.import_module(name)
    error = build.subprocess.CalledProcessError
    build.subprocess = SimpleNamespace(run=run, CalledProcessError=error)
    autobuild.main(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
