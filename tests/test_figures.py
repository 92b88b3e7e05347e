"""The book's figures within its pages: what becomes of the SVG that Matplotlib writes."""

import re
from io import BytesIO
from xml.etree import ElementTree

import matplotlib
import numpy as np
import pytest
from fontTools.ttLib import TTFont
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

import inline_svg
import math_font
import palette
import svg_cells
from lstm_ref import diagrams, plots

STYLE = {"svg.fonttype": "none", "text.color": "1f2430"}


def written(figure) -> str:
    """Return the SVG of a figure."""
    out = BytesIO()
    figure.savefig(out, format="svg", metadata={"Date": None})
    plt.close(figure)
    return out.getvalue().decode()


@matplotlib.rc_context(STYLE)
def svg(draw) -> str:
    """Return the SVG of axes on which `draw` has drawn."""
    figure = Figure(figsize=(2, 1))
    draw(figure.subplots())
    return written(figure)


@matplotlib.rc_context(STYLE)
def heat_map(values, **options) -> str:
    """Return the SVG of a heat map of the package."""
    return written(plots.heat_map(values, **options)[0].figure)


def test_a_figure_has_no_style_attribute_and_no_style_element():
    text, _ = inline_svg.inline(svg(lambda ax: ax.plot([0, 1], color="#3a96c4")), "a line", "p-")
    assert "style" not in text
    assert 'stroke="var(--fig-x)"' in text
    assert text.startswith("<svg ")
    assert 'aria-label="a line" ' in text or text.split(">")[0].endswith('aria-label="a line"')


def test_a_figure_is_as_wide_as_its_points_say():
    root = ElementTree.fromstring(inline_svg.inline(svg(lambda ax: None), "nothing", "p-")[0])
    assert (root.get("width"), root.get("height")) == (
        "209",
        "104",
    )  # 144 and 72 points, times 1.45


def test_a_symbol_is_drawn_in_the_letters_of_the_equations_and_grows_on_a_phone():
    text, _ = inline_svg.inline(
        svg(lambda ax: ax.text(0, 0, "W", fontsize=10, fontstyle="italic")), "a letter", "p-"
    )
    (symbol,) = (line for line in text.split("<text") if "\U0001d44a" in line)
    assert 'font-family="Book Math, math"' in symbol
    assert 'font-size="calc(10px * var(--fig-text))"' in symbol


@pytest.mark.parametrize(
    ("numbers", "short"),
    [
        ("M 0 244.55952  L 417.35952 -0.004 z ", "M0 244.6L417.4 -0z"),
        ("12.3", "12.3"),
        ("C 1.005 2.999 3 4 5 6", "C1 3 3 4 5 6"),
    ],
)
def test_coordinates_are_rounded_to_a_tenth_of_a_point(numbers, short):
    assert inline_svg.short(numbers) == short


def test_what_changes_nothing_is_left_out():
    text, _ = inline_svg.inline(svg(lambda ax: ax.set_title("two  words")), "a title", "p-")
    assert "two  words" in text and ">1.0<" in text
    assert not re.search(r"<g\s*/>|<g></g>|rotate\(-?0 |>\s+<", text)


def test_the_cells_of_a_picture_are_found():
    red, blue, clear = [255, 0, 0, 255], [0, 0, 255, 255], [0, 0, 0, 0]
    picture = np.array([[red, blue], [red, clear]], np.uint8).repeat(3, 0).repeat(2, 1)
    paths = svg_cells.shapes(picture)
    assert paths == {"#ff0000": "M0 0h2v3h-2zM0 3h2v3h-2z", "#0000ff": "M2 0h2v3h-2z"}


def test_shades_that_no_eye_tells_apart_are_one():
    picture = np.array([[[101, 101, 101, 255], [104, 102, 105, 255]]], np.uint8)
    assert svg_cells.shapes(picture) == {"#686868": "M0 0h2v1h-2z"}


def test_a_heat_map_keeps_the_colours_of_its_scale():
    """Rounded each by itself, channels make one grey greenish and its neighbour pink."""
    scale = matplotlib.colormaps["cividis"]
    picture = scale(np.arange(256), bytes=True)[None]
    colours = [tuple(int(c[k : k + 2], 16) for k in (1, 3, 5)) for c in svg_cells.shapes(picture)]
    own = {tuple(map(int, colour[:3])) for colour in picture[0]}
    assert set(colours) <= own and len(colours) == 2 * svg_cells.LEVELS + 1
    assert colours[0] == tuple(picture[0, 0, :3]) and colours[-1] == tuple(picture[0, -1, :3])


def test_a_photograph_is_refused():
    noise = np.random.default_rng(0).integers(256, size=(80, 80, 4), dtype=np.uint8)
    with pytest.raises(ValueError, match="expected at most 5000 cells"):
        svg_cells.shapes(noise)


def test_a_picture_in_a_figure_becomes_shapes_where_it_stood():
    text, _ = inline_svg.inline(
        svg(lambda ax: ax.imshow([[0, 1], [1, 0]], cmap="gray")), "four squares", "p-"
    )
    assert "data:" not in text
    assert "<image" not in text
    root = ElementTree.fromstring(text)
    paths = {path.get("fill"): path.get("d") for path in root.iter(f"{{{inline_svg.SVG}}}path")}
    black, white = (
        sum(int(w) * int(h) for w, h in re.findall(r"h(\d+)v(\d+)", paths[colour]))
        for colour in ("#000000", "#ffffff")
    )
    assert black == pytest.approx(white, rel=0.05)


def test_a_dark_page_has_its_own_shades_of_what_is_white_at_zero():
    values = np.array([[-1.0, 0.0, 0.5, 1.0]])
    text, _ = inline_svg.inline(heat_map(values, label="state"), "four", "p-")
    cells = text.split("shape-rendering")[1].partition("</g>")[0]
    assert set(re.findall(r"shade(-?\d+)", cells)) == {"-16", "0", "8", "16"}
    assert set(re.findall(r"shade(-?\d+)", text)) == {str(k) for k in range(-16, 17)}  # its scale
    shades = palette.shades_of_dark()
    assert (shades[-16], shades[0], shades[16]) == ("#c8e2ff", "#14181f", "#ffc9cc")
    assert shades[0] == palette.COLOURS["paper"][1]


def test_what_runs_between_two_limits_keeps_its_colours_on_a_dark_page():
    drawn = heat_map(np.eye(3), limits=(0, 1), label="gate")
    assert "shade" not in inline_svg.inline(drawn, "a diagonal", "p-")[0]


def test_upstream_still_writes_pictures_and_style_attributes():
    """The day this fails, `svg_cells` or a part of `inline_svg` is no longer needed."""
    text = svg(lambda ax: ax.imshow([[0, 1], [1, 0]]))
    assert "data:image/png" in text
    assert 'style="' in text
    assert "<style" in text


def test_the_palette_has_every_colour_of_the_package():
    assert {*plots.COLOURS.values(), diagrams.QUIET} <= set(palette.VARIABLES)


def luminance(colour):
    """WCAG 2.2, relative luminance."""
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))


def contrast(colour, ground):
    low, high = sorted(map(luminance, (colour, ground)))
    return (high + 0.05) / (low + 0.05)


def test_words_of_a_figure_have_the_contrast_of_words(tmp_path):
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    palette.write(tmp_path)
    light, dark = (tmp_path / "palette.css").read_text().split("}")[:2]
    for css, paper, panel in ((light, "#ffffff", "#f7f7f8"), (dark, "#14181f", "#1c2027")):
        colours = dict(re.findall(r"--fig-([\w-]+): (#\w+);", css))
        for name in set(palette.COLOURS) - {"grid", "paper"}:
            words = colours.get(f"{name}-words", colours[name])
            assert min(contrast(words, paper), contrast(words, panel)) >= 4.5, name
            assert contrast(colours[name], paper) >= 3.3, name


def test_words_have_a_colour_of_their_own_and_lines_that_of_their_quantity():
    def draw(ax):
        ax.plot([0, 1], color=plots.COLOURS["x"])
        ax.text(0, 0, "x", color=plots.COLOURS["x"])
        ax.text(0, 1, "a", color=plots.COLOURS["a"])

    text, _ = inline_svg.inline(svg(draw), "a line with its name", "p-")
    root = ElementTree.fromstring(text)
    words = {t.text: t.get("fill") for t in root.iter(f"{{{inline_svg.SVG}}}text")}
    assert (words["x"], words["a"]) == ("var(--fig-x-words)", "var(--fig-a)")
    assert 'stroke="var(--fig-x)"' in text


def test_the_palette_has_colours_for_paper_and_for_forced_colours(tmp_path):
    palette.write(tmp_path)
    css = (tmp_path / "palette.css").read_text()
    ink = dict.fromkeys(re.findall(r"(?:^|\n)(@media [^{]+|[^@{}\n][^{}\n]*) \{", css))
    assert list(ink)[:2] == [":root", 'html[data-theme="dark"]']
    parts = css.split("@media ")
    assert "--fig-ink: #1f2430" in next(part for part in parts if part.startswith("print"))
    dark = "(forced-colors: active) and (prefers-color-scheme: dark)"
    assert "--fig-x: #a3d8fb" in next(part for part in parts if part.startswith(dark))
    assert "--fig-ink: CanvasText" in parts[-1]
    assert css.count("{") == css.count("}")


def test_the_mathematics_font_has_script_forms_for_the_characters_of_scripts_only(tmp_path):
    assert math_font.write(tmp_path, {"x", "t", "∑", "🐌"}, {"t"}, {"é"}) == {"🐌"}
    font = TTFont(tmp_path / "stix-two-math.woff2")
    known = font.getBestCmap()
    assert {ord(c) for c in "∑é𝑥a"} <= set(known)
    assert ord("è") not in known
    table = font["GSUB"].table
    forms = {
        name
        for record in table.FeatureList.FeatureRecord
        if record.FeatureTag == "ssty"
        for index in record.Feature.LookupListIndex
        for part in table.LookupList.Lookup[index].SubTable
        for name in part.alternates
    }
    assert forms == {known[ord(c)] for c in "t𝑡"}
    assert "fpgm" not in font


def test_no_root_sign_is_wider_than_the_smallest(tmp_path):
    """A browser reserves the width of the widest behind every root."""
    math_font.write(tmp_path, {"√"}, set(), set())
    font = TTFont(tmp_path / "stix-two-math.woff2")
    root, table = font.getBestCmap()[ord("√")], font["MATH"].table.MathVariants
    made = table.VertGlyphConstruction[table.VertGlyphCoverage.glyphs.index(root)]
    names = [record.VariantGlyph for record in made.MathGlyphVariantRecord]
    names += [part.glyph for part in made.GlyphAssembly.PartRecords]
    assert len(set(names)) > 4
    assert {font["hmtx"][name][0] for name in names} == {font["hmtx"][root][0]}
    assert max(font["glyf"][name].xMax for name in names) == font["glyf"][root].xMax
