"""Equations as MathML: browsers draw it without a script, and screen readers can read it."""

import html
import re
from functools import cache
from typing import Any

from docutils import nodes
from math_core import LatexError, LatexToMathML
from selectolax.lexbor import LexborHTMLParser
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.environment.collectors import EnvironmentCollector
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

import math_font

logger = logging.getLogger(__name__)
DISPLAYSTYLE = re.compile(r'(<(?!math\b|mstyle\b|mtable\b)\w+) displaystyle="(true|false)"')
OPENING, CLOSING = re.compile(r"[(\[“‘]+$"), re.compile(r"[^\w\s(\[“‘]+")
PRIME = re.compile(r"<msup>((?:<mrow>)?<(mi|mtext)>[^<]*</\2>(?:</mrow>)?)<mo>([′″])</mo></msup>")
SCRIPTS = ":is(msub, msup, msubsup) > :not(:first-child)"  # as in book.css, which asks for "ssty"


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
    # Upstream flaw (W3C checker): MathML Core allows this anywhere, it only on a few elements.
    text = DISPLAYSTYLE.sub(r'\1 class="displaystyle-\2"', text)
    # Upstream flaw (math-core 0.9): an `<mspace/>` of no width before each operator's name.
    text = text.replace("<mspace/>", "")
    # Chromium draws a prime beside a letter at its height, and one above it too small and too high.
    text = PRIME.sub(r'<mrow>\1<mo lspace="0" rspace="0">\3</mo></mrow>', text)
    # WebKit draws this tilde high above its letter, and the other one where it belongs.
    text = text.replace('<mo stretchy="false">˜</mo>', '<mo stretchy="false">~</mo>')
    # A root is as high as what stands in it, but no lower than a digit: else √s is one sign.
    return text.replace("<msqrt>", '<msqrt><mspace height="0.8em" depth="0.15em"></mspace>')


class Characters(EnvironmentCollector):
    """What each page needs of the font, found when the page is read: wrong TeX stops the build.

    Kept by page, so that an edit costs what the page holds, not what the book holds.
    """

    def clear_doc(self, app: Sphinx, env: BuildEnvironment, docname: str) -> None:
        characters_of(env).pop(docname, None)

    def merge_other(
        self, app: Sphinx, env: BuildEnvironment, docnames: set[str], other: BuildEnvironment
    ) -> None:
        characters_of(env).update({name: characters_of(other)[name] for name in docnames})

    def process_doc(self, app: Sphinx, doctree: nodes.document) -> None:
        used: set[str] = set()
        in_scripts: set[str] = set()
        for node in (*doctree.findall(nodes.math), *doctree.findall(nodes.math_block)):
            try:
                text = mathml(node.astext(), isinstance(node, nodes.math_block))
                used |= set(html.unescape(re.sub(r"<[^>]+>", "", text)))
                for script in LexborHTMLParser(text).css(SCRIPTS):
                    in_scripts |= set(script.text())
                if "<msqrt" in text or "<mroot" in text:
                    used.add("√")  # which the browser draws, and the text does not hold
            except LatexError as error:
                logger.error("wrong TeX: %s in %s", error, node.astext(), location=node)
        found = (used, in_scripts, set(doctree.astext()))
        characters_of(app.env)[app.env.docname] = found


def characters_of(env: BuildEnvironment) -> dict[str, tuple[set[str], set[str], set[str]]]:
    """Return, by page, the characters of equations, of their scripts, and of the prose."""
    if not hasattr(env, "mathml_characters"):
        env.mathml_characters = {}
    return env.mathml_characters


def write_font(app: Sphinx, env: BuildEnvironment) -> None:
    """Write the font with the characters that the book uses."""
    sets = zip(*characters_of(env).values(), strict=True)
    used, in_scripts, prose = (set().union(*parts) for parts in sets)
    if missing := math_font.write(app.config.mathml_font_folder, used, in_scripts, prose):
        logger.error("the math font has no glyph for %s", sorted(missing))


class Together(SphinxPostTransform):
    """Keep a formula and the marks that touch it on one line; a browser would part them."""

    default_priority = 900

    def run(self, **kwargs: Any) -> None:
        for math in list(self.document.findall(nodes.math)):
            parent, at = math.parent, math.parent.index(math)
            before, after = (parent[k] if 0 <= k < len(parent) else None for k in (at - 1, at + 1))
            opening = OPENING.search(before) if isinstance(before, nodes.Text) else None
            closing = CLOSING.match(after) if isinstance(after, nodes.Text) else None
            if not (opening or closing):
                continue
            together = nodes.inline(classes=["together"])
            parent[at] = together
            together.append(math)
            if closing:
                together.append(nodes.Text(closing[0]))
                parent[at + 1] = nodes.Text(after[closing.end() :])
            if opening:
                together.insert(0, nodes.Text(opening[0]))
                parent[at - 1] = nodes.Text(before[: opening.start()])


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
    """Return the node's MathML, or the TeX itself where `Characters` has complained."""
    try:
        return mathml(node.astext(), block)
    except LatexError:
        return f"<code>{html.escape(node.astext())}</code>"


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_config_value("mathml_font_folder", None, "")
    app.add_html_math_renderer("mathml", (visit_math, None), (visit_math_block, None))
    app.add_env_collector(Characters)
    app.add_post_transform(Together)
    app.connect("env-updated", write_font)
    return {"parallel_read_safe": True, "parallel_write_safe": True, "env_version": 1}
