"""Equations as MathML: browsers draw it without a script, and screen readers can read it."""

import html
import re
from functools import cache
from typing import Any

from docutils import nodes
from math_core import LatexError, LatexToMathML
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

import math_font

logger = logging.getLogger(__name__)


@cache
def converter() -> LatexToMathML:
    """Return the one converter; a process of a parallel build makes its own."""
    return LatexToMathML(fancy_error=False)


@cache
def mathml(tex: str, block: bool) -> str:
    """Return TeX as MathML."""
    text = converter().convert_with_local_state(tex, displaystyle=block)
    # Upstream flaw (math-core 0.9): HTML knows no scriptlevel on mtable; 0 changes nothing.
    text = text.replace(' scriptlevel="0"', "")
    # Upstream flaw (math-core 0.9): an `<mspace/>` of no width before each operator's name.
    return text.replace("<mspace/>", "")


def check_and_write_font(app: Sphinx, env: BuildEnvironment) -> None:
    """Convert every equation once: wrong TeX stops the build, the font gets what is used."""
    used: set[str] = set()
    for docname in sorted(env.found_docs):
        doctree = env.get_doctree(docname)
        for node in (*doctree.findall(nodes.math), *doctree.findall(nodes.math_block)):
            try:
                text = mathml(node.astext(), isinstance(node, nodes.math_block))
                used |= set(html.unescape(re.sub(r"<[^>]+>", "", text)))
                if "<msqrt" in text or "<mroot" in text:
                    used.add("√")  # which the browser draws, and the text does not hold
            except LatexError as error:
                logger.error("wrong TeX: %s in %s", error, node.astext(), location=node)
    if missing := math_font.write(app.config.mathml_font_folder, used):
        logger.error("the math font has no glyph for %s", sorted(missing))


def visit_math(self: HTML5Translator, node: nodes.math) -> None:
    self.body.append(visible(node, block=False))
    raise nodes.SkipNode


def visit_math_block(self: HTML5Translator, node: nodes.math_block) -> None:
    text = visible(node, block=True)
    # A phone scrolls what is wide, and what scrolls must be within a keyboard's reach.
    wide = {"tabindex": "0"} if len(re.sub(r"<[^>]+>", "", text)) > 24 else {}
    self.body.append(self.starttag(node, "div", CLASS="math", **wide))
    self.body.append(text)
    if node["number"]:
        self.body.append(f'<span class="eqno">({get_node_equation_number(self, node)})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append("</div>\n")
    raise nodes.SkipNode


def visible(node: nodes.Element, *, block: bool) -> str:
    """Return the node's MathML, or the TeX itself where `check_and_write_font` has complained."""
    try:
        return mathml(node.astext(), block)
    except LatexError:
        return f"<code>{html.escape(node.astext())}</code>"


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_config_value("mathml_font_folder", None, "")
    app.add_html_math_renderer("mathml", (visit_math, None), (visit_math_block, None))
    app.connect("env-updated", check_and_write_font)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
