"""The page that a server shows for an address that leads nowhere, from whatever folder it was asked."""

from typing import Any
from urllib.parse import urlsplit

from sphinx.application import Sphinx
from sphinx.config import Config

DESCRIPTION = "There is no page at this address; the search and the contents know those that are."
BODY = """\
<h1>Page not found</h1>
<p>There is no page at this address. It may have been renamed. <a href="{root}index.html">The front page</a> leads
to all others, and the <a href="{root}search.html">search</a> finds words, symbols and names of the code.</p>
"""


def configure(app: Sphinx, config: Config) -> None:
    """Set what sphinx-notfound-page reads: all addresses of this page start at the site's own."""
    root = config.notfound_urls_prefix = urlsplit(config.html_baseurl).path or "/"
    config.notfound_context = {"title": "Page not found", "body": BODY.format(root=root)}


def complete(app: Sphinx, pagename: str, template: str, context: Any, doctree: Any) -> None:
    """Tell scripts where the site starts, and search engines what this is."""
    if pagename == app.config.notfound_pagename:
        context["content_root"] = app.config.notfound_urls_prefix
        context["metatags"] = (
            f'<meta name="description" content="{DESCRIPTION}">\n'
            '<meta name="robots" content="noindex">\n'
        )


def setup(app: Sphinx) -> dict[str, Any]:
    app.setup_extension("notfound.extension")
    app.connect("config-inited", configure, priority=400)
    app.connect("html-page-context", complete)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
