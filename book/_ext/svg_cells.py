"""The coloured cells of a figure as shapes: Matplotlib writes a picture, as a `data:` address.

A strict content security policy refuses such addresses. The shapes are also the smaller file, and
sharp at any size.
"""

import base64
import itertools
from io import BytesIO
from xml.etree.ElementTree import Element, SubElement

import matplotlib
import numpy as np
from PIL import Image

import palette

STEP = 8  # of 256 a channel: no eye sees it, and a colour bar has a quarter of the shades
LIMIT = 5000  # cells; a photograph has more
# The colours on both sides of a white zero, as `plots.heat_map` draws them.
DIVERGING = matplotlib.colormaps["RdBu_r"](range(256), bytes=True)[:, :3].astype(int)


def edges(same: np.ndarray) -> list[int]:
    """Return where lines begin that are not the `same` as the one before, and where all end."""
    return [0, *(int(k) + 1 for k in np.flatnonzero(~same)), len(same) + 1]


def shapes(picture: np.ndarray) -> dict[str, str]:
    """Return the path of each colour of a picture `(rows, columns, RGBA)`, in its pixels."""
    whole = picture.astype(int)
    whole[..., :3] = np.minimum(255, (whole[..., :3] + STEP // 2) // STEP * STEP)
    rows = edges((whole[1:] == whole[:-1]).all((1, 2)))
    columns = edges((whole[:, 1:] == whole[:, :-1]).all((0, 2)))
    cells = whole[rows[:-1]][:, columns[:-1]]
    if cells.shape[0] * cells.shape[1] > LIMIT:
        raise ValueError(f"a picture of {cells.shape[:2]} cells, expected at most {LIMIT} cells")
    paths: dict[str, str] = {}
    for row, top, bottom in zip(cells, rows[:-1], rows[1:], strict=True):
        starts = edges((row[1:] == row[:-1]).all(1))
        for start, end in itertools.pairwise(starts):
            red, green, blue, alpha = row[start]
            if alpha:
                left, width = columns[start], columns[end] - columns[start]
                cell = f"M{left} {top}h{width}v{bottom - top}h{-width}z"
                colour = f"#{red:02x}{green:02x}{blue:02x}"
                paths[colour] = paths.get(colour, "") + cell
    return paths


def diverges(picture: np.ndarray) -> bool:
    """Return whether all colours are shades of red and blue on both sides of white.

    A scale has a few between two of the map's own, where Matplotlib has smoothed its edges.
    """
    colours = np.unique(picture[picture[..., 3] > 0][:, :3].astype(int), axis=0)
    off = np.abs(colours[:, None] - DIVERGING).max(axis=2).min(axis=1)
    return bool((off <= STEP).all())


def level(colour: str) -> int:
    """Return how far a shade of red or blue is from white, by which a dark page has its own."""
    channels = [int(colour[k : k + 2], 16) for k in (1, 3, 5)]
    place = int(np.abs(DIVERGING - channels).sum(axis=1).argmin()) / (len(DIVERGING) - 1)
    return round((2 * place - 1) * palette.LEVELS)


def group(image: Element, namespace: str, href: str) -> Element:
    """Return what shows the same as an SVG image whose address is `data:image/png;base64,...`."""
    data = base64.b64decode(href.partition(",")[2])
    picture = np.asarray(Image.open(BytesIO(data)).convert("RGBA"))
    x, y, width, height = (float(image.get(k, "0")) for k in ("x", "y", "width", "height"))
    scale = f"scale({width / picture.shape[1]:.5g} {height / picture.shape[0]:.5g})"
    place = f"{image.get('transform', '')} translate({x:g} {y:g}) {scale}".strip()
    made = Element(f"{{{namespace}}}g", {"transform": place, "shape-rendering": "crispEdges"})
    both_ways = diverges(picture)
    for colour, path in shapes(picture).items():
        shade = {"class": f"shade{level(colour)}"} if both_ways else {}
        SubElement(made, f"{{{namespace}}}path", {"fill": colour, "d": path} | shade)
    return made
