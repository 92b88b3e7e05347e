"""The theme's icon font, cut to the icons that the pages show."""

import re
from io import BytesIO

from fontTools import subset
from fontTools.ttLib import TTFont

ICON = re.compile(r'--fa:"([^"])"')
FACE = re.compile(r'@font-face\{[^}]*url\("?[^)"]*/(fa-(\w+)-\d+\.woff2)"?\)[^}]*\}')


def without_unused(css: str, used: set[str]) -> tuple[str, set[str]]:
    """Return a minified style sheet without the icon fonts of which no icon is used, and the files left."""
    kept = set()

    def face(match: re.Match[str]) -> str:
        if f"fa-{match[2]}" not in used:
            return ""
        kept.add(match[1])
        return match[0]

    return FACE.sub(face, css), kept


def reduced(font: bytes, css: str) -> bytes:
    """Return a WOFF2 font with the icons of a purged style sheet only."""
    whole = TTFont(BytesIO(font), recalcTimestamp=False)
    options = subset.Options(hinting=False, layout_features=[], glyph_names=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[ord(icon) for icon in ICON.findall(css)])
    subsetter.subset(whole)
    whole.flavor = "woff2"
    out = BytesIO()
    whole.save(out)
    return out.getvalue()
