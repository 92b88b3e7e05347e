"""What a link to a page looks like where it is shared: title, description and a picture of its own.

sphinxext-opengraph writes the tags. The picture is ours: that of sphinxext-opengraph 0.13 is named by
a hash of the folder in which its own picture lies, so that two builds would differ.
"""

import hashlib
from pathlib import Path
from textwrap import fill
from typing import Any

import numpy as np
from matplotlib import style
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image
from sphinx.application import Sphinx
from sphinx.config import Config

import palette

WIDTH, HEIGHT = 1200, 630  # pixels: what the Open Graph protocol's readers expect
COLOURS = {name: light for name, (light, _) in palette.COLOURS.items()}


@style.context("default")  # and not the style of the pages' figures
def draw(path: Path, book: str, title: str, description: str) -> None:
    """Draw a card: the words, and below them values that are read and how a network goes on."""
    figure = Figure(figsize=(WIDTH / 100, HEIGHT / 100), dpi=100, facecolor=COLOURS["paper"])
    canvas = FigureCanvasAgg(figure)
    serif, sans = "STIXGeneral", "DejaVu Sans"  # both come with Matplotlib
    at: Any = {"va": "top", "color": COLOURS["ink"]}
    figure.text(0.06, 0.9, book, fontsize=26, family=serif, **at | {"color": COLOURS["a"]})
    figure.text(0.06, 0.78, fill(title, 34), fontsize=52, family=serif, linespacing=1.1, **at)
    lower = 0.60 if len(title) <= 34 else 0.48
    figure.text(0.06, lower, fill(description, 66), fontsize=21, family=sans, linespacing=1.5, **at)
    ax = figure.add_axes((0, 0.02, 1, 0.17))
    ax.set_axis_off()
    ax.margins(x=0, y=0.1)
    t = np.arange(0, 60, 0.1)
    wave = (np.sin(0.4 * t) + np.sin(1.2 * t)) / 1.5
    ax.plot(t[:360], wave[:360], color=COLOURS["x"], linewidth=5)
    ax.plot(t[359:], wave[359:], color=COLOURS["prediction"], linewidth=5)
    canvas.draw()
    picture = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    few_colours = picture.quantize(48, method=Image.Quantize.FASTOCTREE)  # a quarter of the bytes
    few_colours.save(path, compress_level=9)


def add_card(app: Sphinx, docname: str, template: str, context: Any, doctree: Any) -> None:
    """Draw a page's card, unless an earlier build has, and tell sphinxext-opengraph where it is."""
    if not doctree:
        return
    title = app.env.titles[docname].astext()
    about = app.env.metadata[docname].get("description", "")
    words = (app.config.project, title, about)
    key = hashlib.sha256("\0".join(words).encode() + Path(__file__).read_bytes()).hexdigest()[:8]
    name = f"_images/cards/{docname.replace('/', '-')}-{key}.png"
    path = Path(app.outdir, name)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draw(path, *words)
    context["meta"] = (context.get("meta") or {}) | {
        "og:image": app.config.html_baseurl + name,
        "og:image:width": str(WIDTH),
        "og:image:height": str(HEIGHT),
        "og:image:alt": f"{title}. {about}",
        "og:description": about,
    }


def configure(app: Sphinx, config: Config) -> None:
    config.ogp_site_url = config.html_baseurl
    config.ogp_social_cards = {"enable": False}
    config.ogp_custom_meta_tags = ('<meta name="twitter:card" content="summary_large_image">',)


def setup(app: Sphinx) -> dict[str, Any]:
    app.setup_extension("sphinxext.opengraph")
    app.connect("config-inited", configure)
    app.connect("html-page-context", add_card, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
