"""The line that installs the package: from the site that is read, or from its folder on disk.

The package is on no index: the site carries its wheel (`book/_publish`). Neither the version nor the
address is typed anywhere.
"""

import importlib.metadata
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

EXTRAS = "[plots,sweep]"


def wheel() -> str:
    """Return where the wheel lies, from the root of the site."""
    return f"wheels/lstm_ref-{importlib.metadata.version('lstm-ref')}-py3-none-any.whl"


def command(site: str) -> str:
    """Return the line for whoever reads the site at this address."""
    return f'python -m pip install "lstm-ref{EXTRAS} @ {site}{wheel()}"'


def offline_command() -> str:
    """Return the line for whoever has the site as a folder, and stands in it."""
    return f'python -m pip install "./{wheel()}{EXTRAS}"'


class Install(SphinxDirective):
    """The line as a block with a copy button; `:offline:` for the folder on disk."""

    option_spec: ClassVar = {"offline": directives.flag}

    def run(self) -> list[nodes.Node]:
        offline = "offline" in self.options
        line = offline_command() if offline else command(self.config.html_baseurl)
        return [nodes.literal_block(line, line, language="sh")]


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_directive("install", Install)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
