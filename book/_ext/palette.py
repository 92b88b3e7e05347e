"""The colours of the figures: their names, and what they are on a light and on a dark page.

Contrast with the page is 3.3:1 or more. Colours that meet in one figure differ by 22 or more (CIE
1976) for normal, deutan and protan sight; even so no figure tells things apart by colour alone.
"""

from pathlib import Path

COLOURS = {  # name: (what Matplotlib draws, `lstm_ref.plots.COLOURS`; what a dark page shows instead)
    "x": ("#3a96c4", "#a3d8fb"),
    "a": ("#0f5094", "#7e8ed0"),
    "c": ("#b455ea", "#9a80ff"),
    "i": ("#3f9b74", "#5ce7b4"),
    "f": ("#a10c2e", "#f8566a"),
    "o": ("#c27a35", "#fabd50"),
    "candidate": ("#037180", "#00bbc2"),
    "prediction": ("#e0350f", "#fd5f30"),
    "muted": ("#868c98", "#737b8a"),
    "grid": ("#dfe2e8", "#2c323d"),
    "paper": ("#ffffff", "#14181f"),
    "ink": ("#1f2430", "#e6e8ec"),  # also the target, which is drawn dashed
}
VARIABLES = {light: f"var(--fig-{name})" for name, (light, _) in COLOURS.items()}
VARIABLES["#000000"] = VARIABLES[COLOURS["ink"][0]]
# Where the reader forces colours, lines and text take these; a figure's own colours stay.
FORCED = """
  --fig-paper: Canvas;
  --fig-ink: CanvasText;
  --fig-muted: CanvasText;
  --fig-grid: GrayText;
}
"""


def write(folder: Path) -> None:
    """Write the palette as CSS variables."""
    folder.mkdir(parents=True, exist_ok=True)
    blocks = []
    for column, selector in enumerate((":root", 'html[data-theme="dark"]')):
        lines = (f"  --fig-{name}: {pair[column]};" for name, pair in COLOURS.items())
        blocks.append(f"{selector} {{\n" + "\n".join(lines) + "\n}\n")
    light, dark = (block.partition(" {")[2] for block in blocks)
    for media, block in {
        "print": light,  # paper is white: a dark page is printed in the light colours
        "(forced-colors: active) and (prefers-color-scheme: light)": light,
        "(forced-colors: active) and (prefers-color-scheme: dark)": dark,
        "(forced-colors: active)": FORCED,
    }.items():
        blocks.append(f"@media {media} {{\nhtml[data-theme] {{{block}}}\n")
    (folder / "palette.css").write_text("".join(blocks))
