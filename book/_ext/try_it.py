"""What readers move themselves: windows, cells, networks; `try-it.js` and others make the boxes.

They are not seen without a script: the page around them does the same in cells, for every reader.
"""

import ast
import json
from typing import Any, ClassVar

import numpy as np
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

from lstm_ref import datasets, experiment


class try_it_node(nodes.General, nodes.Element):
    """A box: its `kind`, the `numbers` to begin with, and the `scripts` that it needs."""


class Box(SphinxDirective):
    """A box with some numbers; its text says how to use it."""

    has_content = True
    scripts: ClassVar = ("lstm", "try-it")  # which its own needs

    def run(self) -> list[nodes.Node]:
        return self.box(None)  # it begins with numbers of its own

    def box(self, numbers: Any) -> list[nodes.Node]:
        # Six digits: a float32 has seventeen, most of which say nothing, and a page is to be light.
        short = json.loads(json.dumps(numbers), parse_float=lambda one: float(f"{float(one):.6g}"))
        data = json.dumps(short, separators=(",", ":"))
        node = try_it_node(kind=self.name, numbers=data, scripts=[*self.scripts, self.name])
        self.set_source_info(node)
        self.state.nested_parse(self.content, self.content_offset, node)
        return [node]


class TryIt(Box):
    """A box for the numbers that the page has glued under this name."""

    required_arguments = 1
    expected: str  # what the glued list must hold

    @staticmethod
    def shapes(H: int) -> list[tuple[int, ...]]:
        """Return the shape of each of its parts, for so many units."""
        raise NotImplementedError

    def run(self) -> list[nodes.Node]:
        (name,) = self.arguments
        found, _ = self.state.inline_text(f"{{glue:text}}`{name}`", self.lineno)
        text = "".join(node.astext() for node in found)
        expected = f"{self.name} {name!r}: expected a glued list {self.expected}"
        try:
            numbers = ast.literal_eval(text)
            got = [np.array(part, dtype=float).shape for part in numbers]
        except (SyntaxError, TypeError, ValueError):
            raise self.error(f"{expected}, got {text!r}") from None
        units = got[0][1] if got and len(got[0]) == 3 else 0
        if got != self.shapes(units):
            raise self.error(f"{expected}, got {', '.join(map(str, got))}")
        return self.box(numbers)


class TryStep(TryIt):
    """A small cell to take through time: its weights, an input, and the state to begin with."""

    expected = "[W, x, a, c] of shapes (4, H, H + 2), (), (H,), (H,)"

    @staticmethod
    def shapes(H: int) -> list[tuple[int, ...]]:
        return [(4, H, H + 2), (), (H,), (H,)]


class TryRun(TryIt):
    """A trained network to run freely: the weights of its one layer, and the row of its head."""

    expected = "[W, head] of shapes (4, H, H + 2), (H + 1,)"

    @staticmethod
    def shapes(H: int) -> list[tuple[int, ...]]:
        return [(4, H, H + 2), (H + 1,)]


class TryHold(TryIt):
    """A network trained on the composite function, to hold its gates, and the unit to watch."""

    expected = "[W, head, unit] of shapes (4, H, H + 2), (H + 1,), ()"

    @staticmethod
    def shapes(H: int) -> list[tuple[int, ...]]:
        return [*TryRun.shapes(H), ()]

    def box(self, numbers: Any) -> list[nodes.Node]:
        W, _, unit = numbers
        if unit not in range(len(W[0])):
            raise self.error(f"{self.name}: expected a unit from 0 to {len(W[0]) - 1}, got {unit}")
        return super().box(numbers)


class TryWindow(Box):
    """A window to slide over a sequence."""


class TryBack(Box):
    """An error to send back through time."""

    scripts: ClassVar = ("try-it",)


class TryGates(Box):
    """A unit whose gates the reader sets."""

    scripts: ClassVar = ("try-it",)


class TryTrain(Box):
    """The experiment of the parameter pages, in the browser; its settings are those of the package."""

    option_spec: ClassVar = {"learning-rate": float}  # another one to begin with
    rates = (1e-4, 2.5e-4, 5e-4, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0)

    def run(self) -> list[nodes.Node]:
        # Not by their signatures: autodoc puts the source of a default in its place there.
        settings = experiment.train.__kwdefaults__
        windows = datasets.function_windows.__kwdefaults__["windows"]
        names = ("learning_rate", "batch_size", "noise", "units")
        numbers = {name: settings[name] for name in names}
        rate = self.options.get("learning-rate", numbers["learning_rate"])
        if rate not in self.rates:
            raise self.error(f"{self.name}: expected a learning rate of {self.rates}, got {rate}")
        numbers |= {"learning_rate": rate, "learning_rates": self.rates}
        numbers |= {"window": experiment.WINDOW, "distance": experiment.STEP}
        return self.box(numbers | {"period": experiment.PERIOD, "windows": windows})


def visit(self: HTML5Translator, node: try_it_node) -> None:
    given = {"CLASS": f"try-it {node['kind']}", "data-numbers": node["numbers"], "hidden": ""}
    self.body.append(self.starttag(node, "div", "", **given))


def add_script(app: Sphinx, page: str, template: str, context: Any, doctree: Any) -> None:
    """Load what the page's boxes need, and no script where there is none."""
    boxes = doctree.findall(try_it_node) if doctree else ()
    for script in dict.fromkeys(script for box in boxes for script in box["scripts"]):
        app.add_js_file(f"{script}.js", loading_method="defer")


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_directive("try-step", TryStep)
    app.add_directive("try-run", TryRun)
    app.add_directive("try-hold", TryHold)
    app.add_directive("try-train", TryTrain)
    app.add_directive("try-window", TryWindow)
    app.add_directive("try-back", TryBack)
    app.add_directive("try-gates", TryGates)
    app.add_node(try_it_node, html=(visit, lambda self, _: self.body.append("</div>\n")))
    app.connect("html-page-context", add_script)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
