"""sphinx-autobuild, with Sphinx and all it needs imported once: ``nox -s live``.

sphinx-autobuild starts a new Python for each build, which spends most of a small edit's time on
imports. Here the first build runs in this process and imports all that it needs; where processes
fork, the worker of each later build inherits that.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

from sphinx.cmd import build as sphinx_build
from sphinx_autobuild import __main__ as autobuild
from sphinx_autobuild import build

ROOT = Path(__file__).parents[1]


def run(command: Sequence[str], *, check: bool) -> None:
    """Build in this process (after the first build, a fork of it), as `python -m sphinx build` would."""
    for name, module in list(sys.modules.items()):  # what an edit may have changed
        file = getattr(module, "__file__", None)
        ours = file and Path(file).is_relative_to(ROOT) and "site-packages" not in file
        if ours and name != "__main__":
            del sys.modules[name]
    while True:
        begun = time.time()
        code = sphinx_build.main(command[4:])
        # The first build takes minutes, and nobody watches yet what is saved meanwhile.
        if not any(path.stat().st_mtime > begun for path in (ROOT / "book").rglob("*.md")):
            break
    if code:
        raise build.subprocess.CalledProcessError(code, command)


def main(arguments: Sequence[str]) -> None:
    """Build, serve, and build again at each change."""
    error = build.subprocess.CalledProcessError
    build.subprocess = SimpleNamespace(run=run, CalledProcessError=error)
    autobuild.main(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
