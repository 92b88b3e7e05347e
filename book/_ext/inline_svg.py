"""Put a page's SVG figures into its HTML, where they follow the page's colours and fonts.

An `<img>` cannot know whether the page around it is light or dark. Inline, each colour of the
palette becomes a CSS variable.
"""

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

import math_font
import palette
import svg_cells

logger = logging.getLogger(__name__)
SVG = "http://www.w3.org/2000/svg"
NUMBER = re.compile(r"-?\d+\.\d+")
HREF = "{http://www.w3.org/1999/xlink}href"
SCALE = 1.45  # CSS pixels to a Matplotlib point at full size: 10.5 points are read as 15 pixels
# Groups of which the style sheet speaks, named by `gid` in Matplotlib.
STYLED = ("curtain", "diagram")
ElementTree.register_namespace("", SVG)


def short(numbers: str) -> str:
    """Return coordinates, in points, to a tenth of a point, and without spare blanks."""
    rounded = NUMBER.sub(lambda match: f"{float(match[0]):.1f}".removesuffix(".0"), numbers)
    return re.sub(r"\s*([A-Za-z])\s*", r"\1", " ".join(rounded.split()))


def for_words(variable: re.Match[str]) -> str:
    """Return the variable of a colour that words are to be read in."""
    return f"var(--fig-{variable[1]}{'-words' * (variable[1] in palette.WORDS)})"


def tidy(root: ElementTree.Element) -> None:
    """Leave out groups that hold nothing, and blanks that are not seen; from the innermost outwards."""
    for parent in reversed(list(root.iter())):
        for child in list(parent):
            if child.tag in (f"{{{SVG}}}g", f"{{{SVG}}}defs") and not (len(child) or child.attrib):
                parent.remove(child)
        if len(parent) and parent.tag != f"{{{SVG}}}text":
            parent.text = None
            for child in parent:
                child.tail = None


def inline(text: str, alt: str, prefix: str) -> tuple[str, set[str]]:
    """Return an SVG file as an element of a page, and its colours that the palette lacks.

    Ids that nothing refers to are dropped, the others get `prefix`: no two figures share one.
    """
    root = ElementTree.fromstring(text)
    used = set(re.findall(r'(?:href="|url\()#([^")]+)', text))
    unknown: set[str] = set()

    def colour(match: re.Match[str]) -> str:
        value = match[0].lower()
        if value not in palette.VARIABLES:
            unknown.add(value)
        return palette.VARIABLES.get(value, value)

    for parent in root.iter():
        for child in list(parent):
            # Upstream flaw (Matplotlib): its `<style>*{...}` would style the whole page.
            if child.tag in (f"{{{SVG}}}metadata", f"{{{SVG}}}style", f"{{{SVG}}}title"):
                parent.remove(child)
            elif child.get(HREF, "").startswith("data:image/png"):
                parent[list(parent).index(child)] = svg_cells.group(child, SVG, child.get(HREF, ""))
    for element in root.iter():
        name = element.attrib.pop("id", None)
        if name in used:
            element.set("id", prefix + name)
        elif name in STYLED:
            element.set("class", name)
        if target := element.attrib.pop(HREF, None):
            element.set("href", f"#{prefix}{target[1:]}" if target.startswith("#") else target)
        if clip := element.get("clip-path"):
            element.set("clip-path", clip.replace("url(#", f"url(#{prefix}"))
        if style := element.attrib.pop("style", None):
            style = re.sub(r"#[0-9a-fA-F]{6}\b", colour, style)
            if element.tag == f"{{{SVG}}}text":
                style = re.sub(r"var\(--fig-(\w+)\)", for_words, style)
            style = re.sub(r"font-family: [^;]+;? ?", "", style)  # the page's own
            if "font-style: italic" in style and element.text:  # a symbol, as in the equations
                element.text = element.text.translate(math_font.ITALIC)
                style = style.replace("font-style: italic", "font-family: Book Math, math")
            # CSS enlarges the text of a figure that a phone shrinks.
            scaled = r"font-size: calc(\1px * var(--fig-text))"
            style = re.sub(r"font-size: ([\d.]+)px", scaled, style)
            # As attributes, which a strict content security policy does not ask about.
            for declaration in filter(
                str.strip, style.replace("url(#", f"url(#{prefix}").split(";")
            ):
                name, _, value = declaration.partition(":")
                element.set(name.strip(), value.strip())
        for name in ("d", "x", "y"):
            if value := element.get(name):
                element.set(name, short(value))
        if re.match(r"rotate\(-?0 ", element.get("transform", "")):  # by nothing
            del element.attrib["transform"]
    tidy(root)
    width, height = (float(number) for number in root.get("viewBox", "").split()[2:])
    size = {"width": f"{SCALE * width:.0f}", "height": f"{SCALE * height:.0f}"}
    root.attrib |= size | {"class": "plot"}
    root.attrib |= {"role": "img", "aria-label": alt}
    root.attrib.pop("version", None)
    return ElementTree.tostring(root, encoding="unicode"), unknown


class InlineSvg(SphinxPostTransform):
    """Replace each SVG image by its text."""

    default_priority = 900  # after MyST-NB has chosen among an output's formats
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        images = list(self.document.findall(lambda node: isinstance(node, nodes.image)))
        for number, node in enumerate(images, 1):
            if not node["uri"].endswith(".svg"):
                continue
            path = Path(self.env.srcdir, node["uri"])
            alt = node.get("alt", "")
            # Upstream flaw (docutils): without alt text the file's path would be read aloud.
            if not alt:
                logger.warning("a figure without `mystnb: image: alt`", location=node)
            svg, unknown = inline(path.read_text(encoding="utf-8"), alt, f"plot{number}-")
            if unknown:
                logger.warning("not in plots.COLOURS: %s", sorted(unknown), location=node)
            # The search skips it: words on axes run together in its index.
            node.replace_self(drawing("", svg, format="html", classes=["no-search"]))


class drawing(nodes.raw):
    """The text of a drawing, with nothing around it."""


def visit(self: HTML5Translator, node: drawing) -> None:
    self.body.append(node.astext())
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_node(drawing, html=(visit, None))
    app.add_post_transform(InlineSvg)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
