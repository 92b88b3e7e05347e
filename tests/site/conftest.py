"""The published site, a server for it and a browser: what the tests of this folder share.

They run apart from the other tests (`nox -s site`, after `nox -s book`), because they test what a
reader gets, `build/site`, and not the sources. `--site FOLDER` tests another. The wheel of the site is
installed: its scripts are held against it.
"""

import gzip
import re
import shutil
import sys
import threading
from dataclasses import dataclass, field
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import sync_playwright
from selectolax.lexbor import LexborHTMLParser

ROOT = Path(__file__).parents[2]
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css",
    ".js": "text/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".xml": "application/xml",
    ".txt": "text/plain; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
    ".py": "text/x-python; charset=utf-8",
    ".ipynb": "application/json",
    ".png": "image/png",
    ".woff2": "font/woff2",
}
PACKED = {".png", ".woff2", ".whl", ".zip"}  # no server would compress these once more
MODES = ("light", "dark")
WIDTHS = (1280, 360)


def pytest_addoption(parser):
    parser.addoption("--site", default="build/site", help="the folder of the published site")


def pytest_configure(config):
    folder = ROOT / config.getoption("--site")
    if not (folder / "index.html").is_file():
        raise pytest.UsageError(f"no site in {folder}: build it first, with: nox -s book")


def pytest_generate_tests(metafunc):
    """Run a test that asks for a `page` on each page of the site, and so on."""
    if "page" in metafunc.fixturenames:
        site = Site(ROOT / metafunc.config.getoption("--site"))
        metafunc.parametrize("page", site.pages, scope="session")
    for name, values in (("mode", MODES), ("width", WIDTHS)):
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, values, scope="session")


@pytest.hookimpl(optionalhook=True)  # there is one with pytest-xdist only
def pytest_xdist_make_scheduler(config, log):
    """Keep the tests of one page in one process, which then opens it once for all of them.

    Upstream flaw (pytest-xdist 3.8 with pytest 9.2): `--dist loadgroup` loses the groups' names.
    """
    from xdist.scheduler import LoadScopeScheduling

    class ByPage(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            page = re.search(r"\[([\w/-]+\.html)[-\]]", nodeid)
            return page[1] if page else nodeid

    return ByPage(config, log)


@dataclass
class Site:
    """A folder that holds a site, read without a browser."""

    folder: Path
    _parsed: dict = field(default_factory=dict)

    @cached_property
    def pages(self):
        """All pages, each as `training/forward.html`."""
        found = self.folder.rglob("*.html")
        return sorted(path.relative_to(self.folder).as_posix() for path in found)

    def parsed(self, page):
        """Return a page as a tree."""
        if page not in self._parsed:
            text = (self.folder / page).read_text(encoding="utf-8")
            self._parsed[page] = LexborHTMLParser(text)
        return self._parsed[page]

    @cached_property
    def chapters(self):
        """The pages that are read in order: those that have a next or a previous one."""
        way = "link[rel=next], link[rel=prev]"
        return [page for page in self.pages if self.parsed(page).css_first(way)]

    @cached_property
    def address(self):
        """Where the site will stand, such as `https://example.org/name/`, by its front page."""
        link = self.parsed("index.html").css_first("link[rel=canonical]")
        return link.attributes["href"].removesuffix("index.html") if link else ""

    @property
    def path(self):
        """The path of that address, such as `/name/`."""
        return urlsplit(self.address).path or "/name/"


class Server(ThreadingHTTPServer):
    """Serves a folder under a path as GitHub Pages does: compressed, and 404.html for what is not there."""

    daemon_threads = True

    def __init__(self, folder, path):
        super().__init__(("127.0.0.1", 0), Handler)
        self.folder, self.path = folder, path
        self.origin = f"http://127.0.0.1:{self.server_port}"
        self.base = self.origin + path
        self.sent = []  # (path, bytes on the wire), in order
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, *given):
        if not isinstance(sys.exception(), ConnectionError):  # a browser may leave at any time
            super().handle_error(*given)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        server, asked = self.server, unquote(urlsplit(self.path).path)
        status, file = 404, server.folder / "404.html"
        if asked.startswith(server.path):
            there = server.folder / asked.removeprefix(server.path)
            there = there / "index.html" if there.is_dir() else there
            if there.is_file():
                status, file = 200, there
        body = file.read_bytes() if file.is_file() else b""
        self.send_response(status)
        self.send_header("Content-Type", TYPES.get(file.suffix, "application/octet-stream"))
        if file.suffix not in PACKED:
            body = gzip.compress(body, 6, mtime=0)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        server.sent.append((asked, len(body)))

    def log_message(self, *_):
        pass


@dataclass
class Visit:
    """What was heard and seen while a page was open."""

    where: str  # says which page, in which mode, at which width: every message begins with it
    console: list = field(default_factory=list)
    asked: list = field(default_factory=list)
    failed: list = field(default_factory=list)
    sent: list = field(default_factory=list)
    seen: dict = field(default_factory=dict)  # what the tests looked up, by name

    def listen(self, tab):
        """Note all that the tab says and asks for, from now on."""
        tab.on("console", lambda m: self.console.append(f"{m.type}: {m.text}"))
        tab.on("pageerror", lambda error: self.console.append(f"uncaught: {error}"))
        tab.on("request", lambda request: self.asked.append(request.url))
        tab.on("requestfailed", lambda r: self.failed.append(f"{r.failure}: {r.url}"))
        tab.on(
            "response",
            lambda r: self.failed.append(f"{r.status}: {r.url}") if r.status >= 400 else None,
        )


@pytest.fixture(scope="session")
def site(pytestconfig):
    """The published site."""
    return Site(ROOT / pytestconfig.getoption("--site"))


@pytest.fixture(scope="session")
def serve():
    """Serve a folder under a path: `serve(folder, "/name/")`, until the tests end."""
    servers = []

    def serve(folder, path="/"):
        servers.append(Server(Path(folder), path))
        return servers[-1]

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def server(site, serve):
    """The published site, under the path of its address."""
    return serve(site.folder, site.path)


def machine_s_chromium():
    """The path of the machine's Chromium, if it has one."""
    return next(filter(None, map(shutil.which, ("chromium-headless-shell", "chromium"))), None)


@pytest.fixture(scope="session")
def browser():
    """The machine's Chromium, or else the one that Playwright brings."""
    with sync_playwright() as playwright:
        quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
        chromium = playwright.chromium.launch(
            executable_path=machine_s_chromium(),
            args=[*quiet, "--disable-gpu", "--no-first-run"],
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def ready():
    """Wait for a page: its scripts run when it is shown, and take their links away (late.js)."""
    there = "() => document.readyState === 'complete' && !document.querySelector('link[as=script]')"
    return lambda tab: tab.wait_for_function(there)


@pytest.fixture(scope="session")
def open_tab(browser, ready):
    """Open a page of a server (or any address) in a fresh tab, whose `visit` notes what is heard.

    Takes `mode`, `width` and the options of a Playwright context; the caller closes `tab.context`.
    Once its scripts have run a key is pressed, as a reader would, unless it is to be `still`.
    """

    def open_tab(base, page, *, mode="light", width=1280, still=False, **options):
        size = {"width": width, "height": 900 if width > 600 else 740}
        context = browser.new_context(viewport=size, color_scheme=mode, **options)
        context.set_default_timeout(30_000)
        tab = context.new_page()
        tab.visit = Visit(f"{page}, {mode}, {width} px")
        tab.visit.listen(tab)
        tab.goto(base + page)
        if options.get("java_script_enabled", True):
            ready(tab)
        if not still:
            tab.keyboard.press("Shift")
        return tab

    return open_tab


@pytest.fixture
def reader(open_tab, server):
    """Open a page as a reader would: `reader("index.html", width=360)`.

    A test that asked for this fails too if the console said anything meanwhile.
    """
    tabs = []

    def reader(page, *, base=None, **options):
        tabs.append(open_tab(base or server.base, page, **options))
        return tabs[-1]

    yield reader
    for tab in tabs:
        tab.context.close()
    said = [f"{tab.visit.where}: {words}" for tab in tabs for words in tab.visit.console]
    assert not said, "\n".join(["the console should stay silent, it said:", *said])
