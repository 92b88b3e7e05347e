"""The font of equations and headings: STIX Two Math (SIL Open Font License), cut to what is used.

Without a math font brackets do not grow on Linux. It comes from the package ziamath, which ships
it, so git holds no binary; its licence travels in the font's own name table.
"""

import hashlib
import importlib.metadata
import importlib.util
import string
from io import BytesIO
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

# Headings are words: ASCII, the dashes and quotes of prose, and the accented letters that the text has.
WORDS = {chr(code) for code in (*range(0x20, 0x7F), *range(0x2010, 0x2027))}
ACCENTED = {chr(code) for code in range(0xA0, 0x100)}
# In the figures, italic letters become those of the equations.
ITALIC = {
    ord(letter): chr(0x1D434 + k)
    for k, letter in enumerate(string.ascii_uppercase + string.ascii_lowercase)
} | {ord("h"): "ℎ"}
FIGURES = set(ITALIC.values()) | {"−"}
INVISIBLE = {chr(code) for code in (*range(0x2061, 0x2065), 0xFE00)} | {"\n"}

CSS = """\
/* STIX Two Math, Copyright 2001-2020 The STIX Fonts Project Authors, SIL Open Font License 1.1 */
@font-face {{
  font-family: "Book Math";
  src: url("stix-two-math.woff2?v={key}") format("woff2");
  font-display: swap;
}}
"""


def source() -> bytes:
    """Return the whole font; the package is found and not imported, which takes a while."""
    spec = importlib.util.find_spec("ziamath")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("the font of the equations comes from ziamath: install it")
    return Path(spec.origin).with_name("fonts").joinpath("STIXTwoMath-Regular.ttf").read_bytes()


def keep_script_forms(font: TTFont, characters: set[str]) -> None:
    """Drop the forms for sub- and superscripts that no equation can ask for: they double a font."""
    table, names = font["GSUB"].table, font.getBestCmap()
    known = {names[ord(character)] for character in characters if ord(character) in names}
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag != "ssty":
            continue
        for index in record.Feature.LookupListIndex:
            for forms in table.LookupList.Lookup[index].SubTable:
                alternates = getattr(forms, "ExtSubTable", forms).alternates
                for name in alternates.keys() - known:
                    del alternates[name]


def even_roots(font: TTFont) -> None:
    """Make the taller root signs as wide as the smallest.

    Upstream flaw (Chromium): a root takes the room of the widest, and leaves a gap behind it.
    """
    root, table = font.getBestCmap()[ord("√")], font["MATH"].table.MathVariants
    made = table.VertGlyphConstruction[table.VertGlyphCoverage.glyphs.index(root)]
    names = {record.VariantGlyph for record in made.MathGlyphVariantRecord}
    names |= {part.glyph for part in made.GlyphAssembly.PartRecords}
    width, _ = font["hmtx"][root]
    for name in names:
        glyph = font["glyf"][name]
        glyph.coordinates.scale((width / font["hmtx"][name][0], 1))
        glyph.coordinates.toInt()
        glyph.recalcBounds(font["glyf"])
        font["hmtx"][name] = (width, glyph.xMin)


def reduced(characters: set[str], in_scripts: set[str]) -> bytes:
    """Return the font with these characters only, as WOFF2: the same bytes for the same input."""
    font = TTFont(BytesIO(source()), recalcTimestamp=False)
    even_roots(font)
    # A single letter of an equation is drawn as its italic one.
    keep_script_forms(font, in_scripts | {c.translate(ITALIC) for c in in_scripts})
    # Hints are for coarse screens, and a quarter of the file.
    options = subset.Options(
        notdef_outline=True, hinting=False, name_IDs=[0, 1, 2, 4, 5, 6, 13, 14]
    )
    options.layout_features = ["ssty", "dtls", "flac", "kern"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[ord(character) for character in characters])
    subsetter.subset(font)
    font.flavor = "woff2"
    out = BytesIO()
    font.save(out)
    return out.getvalue()


def write(folder: Path, used: set[str], in_scripts: set[str], text: set[str]) -> set[str]:
    """Write font and style sheet, and return the characters that the font does not have.

    `used` are the characters of the equations, `in_scripts` those of their sub- and superscripts,
    `text` those of the prose. Nothing is written where an earlier build has left the same.
    """
    characters = (used | WORDS | FIGURES | (text & ACCENTED)) - INVISIBLE
    what = [importlib.metadata.version("ziamath"), *sorted(characters), "/", *sorted(in_scripts)]
    key = hashlib.sha256("".join([*what, Path(__file__).read_text()]).encode()).hexdigest()[:8]
    css = folder / "math-font.css"
    if not css.exists() or css.read_text() != CSS.format(key=key):
        (folder / "stix-two-math.woff2").write_bytes(reduced(characters, in_scripts))
        css.write_text(CSS.format(key=key))
    known = TTFont(BytesIO(source()), lazy=True).getBestCmap()
    return {character for character in used - INVISIBLE if ord(character) not in known}
