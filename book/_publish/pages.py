"""What a page loads, and the page rewritten to load bundles of it, under a policy."""

import hashlib
import posixpath
import re
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import rjsmin
from selectolax.lexbor import LexborHTMLParser, LexborNode

CHARSET = '<meta charset="utf-8">'
# Upstream flaw (pydata-sphinx-theme): a screen reader says of these only that they are dialogs.
DIALOGS = {
    "pst-search-dialog": "Search",
    "pst-primary-sidebar-modal": "Contents of the book",
    "pst-secondary-sidebar-modal": "On this page",
}
# As a link it would fail where the site is opened from a folder: browsers refuse to preload there.
EARLY = (
    'location.protocol==="file:"||document.head.append(Object.assign(document.createElement("link"),'
    '{rel:"preload",as:"font",type:"font/woff2",crossOrigin:"",href:"%s"}))'
)
# What runs the scripts of a page.
LATE: str = rjsmin.jsmin(Path(__file__).with_name("late.js").read_text(encoding="utf-8"))
SETTING = "DOCUMENTATION_OPTIONS."  # how an inline script begins that tells the others something


@dataclass
class Found:
    """What a page loads and names. Paths are those from the site's root; inline scripts are text."""

    scripts: list[str] = field(default_factory=list)
    sheets: list[str] = field(default_factory=list)
    files: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    styles: dict[str, str] = field(default_factory=dict)


def from_root(address: str, page: str, root: str) -> str:
    """Return the path from the site's root of what a page calls `address`.

    `root` is the page's `data-content_root`: an address that starts with `/` starts with it.
    """
    path = address.partition("?")[0].partition("#")[0]
    if path.startswith("/"):
        return path.removeprefix(root)
    return posixpath.normpath(posixpath.join(posixpath.dirname(page), path))


def class_of(style: str) -> str:
    """Return the name of the class that stands for a style attribute."""
    return "s-" + hashlib.sha256(style.encode()).hexdigest()[:8]


def _script(node: LexborNode, page: str, root: str) -> str | None:
    """Return a script's path, or the text of a setting; None for one that stays in its page."""
    if source := node.attributes.get("src"):
        return from_root(source, page, root)
    text = node.text().strip()
    return text if text.startswith(SETTING) else None


def _root(tree: LexborHTMLParser, page: str) -> str:
    root = tree.root.attributes.get("data-content_root") if tree.root else None
    if root is None:
        raise ValueError(f"{page}: <html> has no data-content_root, is it a page of the book?")
    return root.removeprefix("./")


def find(html: str, page: str) -> Found:
    """Return what a page loads and names; `page` is its path from the site's root."""
    tree, found = LexborHTMLParser(html), Found()
    root = _root(tree, page)
    for node in tree.css("script"):
        if script := _script(node, page, root):
            found.scripts.append(script)
    for node in tree.css('link[rel="stylesheet"]'):
        found.sheets.append(from_root(node.attributes["href"] or "", page, root))
    for node in tree.css(":not(script)[src], link:not([rel=stylesheet])[href], a[href]"):
        address = node.attributes.get("src") or node.attributes.get("href") or ""
        if not re.match(r"[a-z]+:|#", address):
            found.files.add(from_root(address, page, root))
    for node in tree.css("[class], [id]"):
        found.names |= {*(node.attributes.get("class") or "").split(), node.id or ""}
    found.names |= set(re.findall(r"var\((--[\w-]+)", html))
    for node in tree.css("[style]"):
        style = node.attributes["style"] or ""
        found.styles[class_of(style)] = style
    return found


def rewrite(html: str, page: str, scripts: list[str], sheet: str, font: str | None = None) -> str:
    """Return the page with these scripts and this sheet in place of those that it loads.

    The font is asked for at once, so that no line moves when it comes.
    """
    tree = LexborHTMLParser(html)
    root = _root(tree, page)
    if refused := tree.css_first('[src^="data:"], [href^="data:"]'):
        raise ValueError(
            f"{page}: <{refused.tag}> holds its picture as a data: address, which the policy "
            "refuses: make it a file, or let inline_svg.py make shapes of it"
        )
    for node in tree.css("[style]"):
        # A policy that allows style attributes allows any; a class does the same under a strict one.
        name = class_of(node.attributes["style"] or "")
        node.attrs["class"] = f"{node.attributes.get('class') or ''} {name}".strip()
        del node.attrs["style"]
    name_parts(tree)
    for node in tree.css("script"):
        if _script(node, page, root) is not None:
            node.decompose()
        elif "type" not in node.attributes:
            node.inner_html = rjsmin.jsmin(node.text())
    for node in tree.css('link[rel="stylesheet"]'):
        node.decompose()
    early = EARLY % f"{root}{font}" if font else ""
    policy = content_security_policy(tree, [early, LATE] if font else [LATE])
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    link = f'<link rel="stylesheet" href="{root}{sheet}">'
    if font:
        link = f"<script>{early}</script>\n{link}"
    asked = 'rel="preload" as="script" fetchpriority="low"'  # after what the first sight needs
    ahead = (f'<link {asked} href="{root}{script}">' for script in scripts)
    tags = [link, *ahead, f"<script>{LATE}</script>"]
    text = tree.html or ""
    for place, new in (
        (CHARSET, f"{CHARSET}\n    {meta}"),
        ("</head>", "\n".join([*tags, "</head>"])),
    ):
        if place not in text:
            raise ValueError(f"{page}: expected {place} on the page, found none")
        text = text.replace(place, new, 1)
    return text


def name_parts(tree: LexborHTMLParser) -> None:
    """Tell screen readers what the theme and the extensions leave to the eye."""
    for node in tree.css("dialog"):
        if node.id in DIALOGS:
            node.attrs["aria-label"] = DIALOGS[node.id]
    for node in tree.css("nav.bd-docs-nav li > details > summary"):  # an arrow that opens a chapter
        if link := node.parent.parent.css_first("a"):
            node.attrs["aria-label"] = f"Pages of {link.text().strip()}"
    for node in tree.css('nav.bd-docs-nav a.current[href="#"]'):
        node.attrs["aria-current"] = "page"
    for node in tree.css("a.headerlink"):  # which is called "#"; and its heading "The idea #"
        node.attrs["aria-label"] = node.attributes.get("title")
        if re.fullmatch("h[1-6]", node.parent.tag):
            words = node.parent.text().removesuffix(node.text()).strip()
            node.parent.attrs["aria-label"] = words
            node.attrs["aria-label"] = f"Link to {words}"
    for node in tree.css(".exercise > .admonition-title"):
        node.attrs["role"], node.attrs["aria-level"] = "heading", "3"
    for node in tree.css(".cell_output:not(:has(figure, svg, table))"):
        node.attrs["role"], node.attrs["aria-label"] = "group", "Output"


def _hashes(nodes: list[LexborNode], texts: Iterable[str] = ()) -> list[str]:
    texts = sorted({*texts, *(node.text() for node in nodes)})
    return [f"'sha256-{b64encode(hashlib.sha256(t.encode()).digest()).decode()}'" for t in texts]


def content_security_policy(tree: LexborHTMLParser, scripts: Iterable[str] = ()) -> str:
    """Return the strictest policy under which a page works: the site itself, inline parts by hash.

    `scripts` are inline ones that the page will get.
    """
    inline = [node for node in tree.css("script:not([src])") if node.attributes.get("type") is None]
    sources = {
        "default-src": ["'self'"],  # also for what Firefox fetches ahead, by rel=next
        "script-src": ["'self'", *_hashes(inline, scripts)],
        "style-src": ["'self'", *_hashes(tree.css("style"))],
        "object-src": ["'none'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
    }
    return "; ".join(f"{name} {' '.join(values)}" for name, values in sources.items())
