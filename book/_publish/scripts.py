"""The scripts as bundles: one that every page loads, one for what a page loads beside it."""

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

import rjsmin

BUNDLE = "_static/site.js"
# A file that does nothing on a page without this class.
NEEDS = {"_static/design-tabs.js": "sd-tab-set"}
# A page's own name is for a switch between versions, which this book has not.
UNUSED = "DOCUMENTATION_OPTIONS.pagename"
BLURS = "scripts/sphinx-book-theme.js"
MEASURES = "scripts/pydata-sphinx-theme.js"
# How the pydata theme starts each of its parts, and what lets those wait that look where things are.
READY = '"loading"!=document.readyState?e()'
LATER = "/getBounding|offsetHeight/.test(e)?requestAnimationFrame(()=>setTimeout(e)):"
BOXES = r'\["pre",[^]]+\]\.join\(", "\)'


def shared(pages: Iterable[list[str]]) -> list[str]:
    """Return what all pages load, in their order."""
    first, *others = pages
    rest = [set(page) for page in others]
    return [item for item in dict.fromkeys(first) if all(item in page for page in rest)]


def is_needed(script: str, names: set[str]) -> bool:
    """Tell whether a script does anything on pages with these classes and ids."""
    return not script.startswith(UNUSED) and NEEDS.get(script, script) in {script, *names}


def bundles(pages: Iterable[list[str]]) -> dict[str, list[str]]:
    """Return the scripts of each bundle by its path: what all pages load, then what some load."""
    pages = list(pages)
    found = {BUNDLE: shared(pages)}
    for page in pages:
        if rest := [script for script in dict.fromkeys(page) if script not in found[BUNDLE]]:
            key = hashlib.sha256("\n".join(rest).encode()).hexdigest()[:8]
            found[f"_static/page-{key}.js"] = rest
    return found


def of_page(page: list[str], bundles: dict[str, list[str]]) -> list[str]:
    """Return the bundles that a page loads in place of its scripts."""
    rest = [script for script in dict.fromkeys(page) if script not in bundles[BUNDLE]]
    return [path for path, parts in bundles.items() if path == BUNDLE or parts == rest]


def text(html: Path, script: str) -> str:
    """Return a script, given by its path from the site's root, or the script itself; minified."""
    source = (html / script).read_text(encoding="utf-8") if script.endswith(".js") else script
    # Upstream flaw (both themes): they tell the console, on every page, what they have done.
    source = re.sub(r"\bconsole\.(log|info|debug)\((?!\))", "void(", source)
    if script.endswith(BLURS):
        # Upstream flaw (sphinx-book-theme): what opens something loses the keyboard's focus.
        source = source.replace("t.blur()", "0")
    if script.endswith(MEASURES):
        # Upstream flaw (pydata-sphinx-theme): it measures all that may be wide, hidden or not, while
        # the page loads. `wide-parts.js` measures what is shown.
        source = re.sub(BOXES, '"none-of-them"', source)
        # And where things are, before anything is seen: a reader sees the page first, and it does
        # not stand still. (What only listens, as for the key that opens the search, listens at once.)
        source = source.replace(READY, LATER + READY)
    small: str = rjsmin.jsmin(source, keep_bang_comments=True)  # in which licences stand
    return small


def bundle(html: Path, scripts: list[str]) -> str:
    """Return scripts one after the other.

    The semicolon before the first keeps its "use strict" from holding for the others too.
    """
    return "".join(f";{text(html, script)}\n" for script in scripts)


def words(source: str) -> set[str]:
    """Return what may be the name of a class or id in a script."""
    return set(re.findall(r"[\w-]+", source))
