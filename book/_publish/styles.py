"""The style sheets as one, without the rules for what no page and no script names."""

import posixpath
import re
from pathlib import Path

import lightningcss

NAME = re.compile(r"[.#](-?[_a-zA-Z][\w-]*)")
URL = re.compile(r"""url\(\s*["']?([^"')]+)["']?\s*\)""")
DEFINED = re.compile(r"(--[\w-]+)\s*:")
READ = re.compile(r"var\(\s*(--[\w-]+)")
IMPORT = re.compile(r"""@import\s+["']([^"']+)["']\s*;""")
BUNDLE = "_static/site.css"
FOLDER = posixpath.dirname(BUNDLE)


def read(html: Path, sheet: str) -> str:
    """Return a style sheet as it would be written in the folder of the bundle."""
    css = (html / sheet).read_text(encoding="utf-8")

    def imported(match: re.Match[str]) -> str:
        return read(html, posixpath.normpath(posixpath.join(posixpath.dirname(sheet), match[1])))

    def moved(match: re.Match[str]) -> str:
        if match[1].startswith(("data:", "#")):
            return match[0]
        path = posixpath.join(posixpath.dirname(sheet), match[1])
        return f'url("{posixpath.relpath(path, FOLDER)}")'

    return IMPORT.sub(imported, URL.sub(moved, css))


def attributes(styles: dict[str, str]) -> str:
    """Return the classes that stand for style attributes, and win over a page's rules as these do."""
    return "".join(f":root {f'.{name}' * 4} {{ {css} }}\n" for name, css in sorted(styles.items()))


def bundle(css: str, used: set[str]) -> str:
    """Return a style sheet, minified, without the rules for classes and ids that are not `used`.

    Nor does it define a variable that neither it nor `used` names.
    """
    unused = set(NAME.findall(css)) - used
    size = -1
    while size != len(css):  # a variable may be used by another that is not
        size = len(css)
        unused |= set(DEFINED.findall(css)) - set(READ.findall(css)) - used
        css = lightningcss.process_stylesheet(css, filename="site.css", unused_symbols=unused)
    return css


def font(css: str, family: str) -> str | None:
    """Return the address of a font, with its version, from the site's root."""
    for rule in re.findall(r"@font-face\s*{[^}]*}", css):
        if re.search(rf"font-family:\s*[\"']?{family}[\"';]", rule) and (url := URL.search(rule)):
            return posixpath.normpath(posixpath.join(FOLDER, url[1]))
    return None


def files(css: str) -> set[str]:
    """Return the paths from the site's root of the files that the bundle asks for."""
    urls = (url.partition("?")[0] for url in URL.findall(css) if not url.startswith(("data:", "#")))
    return {posixpath.normpath(posixpath.join(FOLDER, url)) for url in urls}
