"""The colours of the figures: their names, and what they are on a light and on a dark page.

Contrast with the page is 3.3:1 or more. Colours that meet in one figure differ by 22 or more (CIE
1976) for normal, deutan and protan sight; even so no figure tells things apart by colour alone.
"""

from pathlib import Path

import numpy as np

COLOURS = {  # name: (what Matplotlib draws, `lstm_ref.plots.COLOURS`; what a dark page shows instead)
    "x": ("#3a96c4", "#a3d8fb"),
    "a": ("#0f5094", "#7e8ed0"),
    "c": ("#b455ea", "#9a80ff"),
    "i": ("#3f9b74", "#5ce7b4"),
    "f": ("#a10c2e", "#f8566a"),
    "o": ("#c27a35", "#fabd50"),
    "candidate": ("#037180", "#00bbc2"),
    "prediction": ("#e0350f", "#fd5f30"),
    "muted": ("#868c98", "#8b94a3"),
    "quiet": ("#687080", "#9ca5b4"),  # muted words
    "grid": ("#dfe2e8", "#2c323d"),
    "paper": ("#ffffff", "#14181f"),
    "ink": ("#1f2430", "#e6e8ec"),  # also the target, which is drawn dashed
}
# Words are thinner than lines: 4.5:1, also on the grey ground of a diagram. The others have that.
WORDS = {  # name: on a light page; on a dark one all colours do
    "x": "#2e779c",
    "c": "#9c4aca",
    "i": "#337d5d",
    "o": "#9d632b",
    "prediction": "#d4320e",
    "muted": COLOURS["quiet"][0],
}
VARIABLES = {light: f"var(--fig-{name})" for name, (light, _) in COLOURS.items()}
VARIABLES["#000000"] = VARIABLES[COLOURS["ink"][0]]
# A heat map is white at zero; on a dark page zero is as dark as the page. Between these, from -1 to 1:
DARK = COLOURS["paper"][1]
SHADES = {-1.0: "#c8e2ff", -0.6: "#3f86d0", 0.0: DARK, 0.6: "#d0404f", 1.0: "#ffc9cc"}
LEVELS = 16  # on each side of zero
# Where the reader forces colours, lines and text take these; a figure's own colours stay.
FORCED = """
  --fig-paper: Canvas;
  --fig-ink: CanvasText;
  --fig-muted: CanvasText;
  --fig-muted-words: CanvasText;
  --fig-grid: GrayText;
}
"""


def shades_of_dark() -> dict[int, str]:
    """Return the colour of each level on a dark page, from below zero to above it."""
    channels = [[int(colour[k : k + 2], 16) for colour in SHADES.values()] for k in (1, 3, 5)]
    found = {}
    for k in range(-LEVELS, LEVELS + 1):
        mixed = (round(float(np.interp(k / LEVELS, [*SHADES], each))) for each in channels)
        found[k] = "#" + "".join(f"{value:02x}" for value in mixed)
    return found


def write(folder: Path) -> None:
    """Write the palette as CSS variables, and the shades of heat maps on a dark page."""
    folder.mkdir(parents=True, exist_ok=True)
    blocks = []
    for column, selector in enumerate((":root", 'html[data-theme="dark"]')):
        colours = {name: pair[column] for name, pair in COLOURS.items()}
        colours |= {f"{name}-words": colours[name] if column else WORDS[name] for name in WORDS}
        lines = (f"  --fig-{name}: {colour};" for name, colour in colours.items())
        blocks.append(f"{selector} {{\n" + "\n".join(lines) + "\n}\n")
    shades = (f".shade{k} {{ fill: {colour}; }}" for k, colour in shades_of_dark().items())
    rules = "\n".join(f'html[data-theme="dark"] {shade}' for shade in shades)
    light, dark = (block.partition(" {")[2] for block in blocks)
    blocks.append(f"@media not print {{\n{rules}\n}}\n")
    for media, block in {
        "print": light,  # paper is white: a dark page is printed in the light colours
        "(forced-colors: active) and (prefers-color-scheme: light)": light,
        "(forced-colors: active) and (prefers-color-scheme: dark)": dark,
        "(forced-colors: active)": FORCED,
    }.items():
        blocks.append(f"@media {media} {{\nhtml[data-theme] {{{block}}}\n")
    (folder / "palette.css").write_text("".join(blocks))
