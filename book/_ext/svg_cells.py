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
LEVELS = 32  # on each side of the middle of a scale of colours: its own, so that greys stay greys
LIMIT = 5000  # cells; a photograph has more
# The scales of `plots.heat_map`; the first is white at zero, and a dark page has shades of its own.
SCALES = [
    matplotlib.colormaps[name](range(256), bytes=True)[:, :3].astype(int)
    for name in ("RdBu_r", "cividis")
]
DIVERGING = SCALES[0]


def scale_of(colours: np.ndarray) -> np.ndarray | None:
    """Return the scale that has all these colours `(N, 3)`, if one has.

    A few lie between two of its own, where Matplotlib has smoothed the edges of a colour bar.
    """
    for scale in SCALES:
        off = np.abs(colours[:, None] - scale).max(axis=2).min(axis=1)
        if (off <= STEP).all():
            return scale
    return None


def seen(picture: np.ndarray) -> np.ndarray:
    """Return the colours of a picture `(rows, columns, RGBA)` that can be seen."""
    colours: np.ndarray = np.unique(picture[picture[..., 3] > 0][:, :3].astype(int), axis=0)
    return colours


def coarse(picture: np.ndarray) -> np.ndarray:
    """Return a picture in few colours, of its scale if it has one."""
    whole = picture.astype(int)
    scale = scale_of(seen(picture))
    if scale is None:
        whole[..., :3] = np.minimum(255, (whole[..., :3] + STEP // 2) // STEP * STEP)
        return whole
    colours, which = np.unique(whole.reshape(-1, 4), axis=0, return_inverse=True)
    places = np.abs(colours[:, None, :3] - scale).max(axis=2).argmin(axis=1)
    middle = (len(scale) - 1) / 2
    levels = np.rint((places / middle - 1) * LEVELS) / LEVELS
    colours[:, :3] = scale[np.rint(middle * (1 + levels)).astype(int)]
    return colours[which].reshape(whole.shape)


def edges(same: np.ndarray) -> list[int]:
    """Return where lines begin that are not the `same` as the one before, and where all end."""
    return [0, *(int(k) + 1 for k in np.flatnonzero(~same)), len(same) + 1]


def shapes(picture: np.ndarray) -> dict[str, str]:
    """Return the path of each colour of a picture `(rows, columns, RGBA)`, in its pixels."""
    whole = coarse(picture)
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
    both_ways = scale_of(seen(picture)) is DIVERGING
    for colour, path in shapes(picture).items():
        shade = {"class": f"shade{level(colour)}"} if both_ways else {}
        SubElement(made, f"{{{namespace}}}path", {"fill": colour, "d": path} | shade)
    return made
