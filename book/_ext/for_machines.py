"""The book for programs: a site map, llms.txt, and each page's Markdown source beside the page.

sphinx-sitemap 2.9 lists the pages in the order in which parallel processes happen to end, and on an
incremental build the rewritten ones only: its list is not the same twice.
"""

import inspect
import re
from importlib import import_module
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from docutils import nodes
from myst_nb.core.variables import format_plain_text
from myst_nb.ext.glue.crossref import read_glue_cache
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

import install
from api_entries import reading_order

INSTALL = re.compile(r"^```\{install\}\n(:offline:\n)?```$", re.MULTILINE)
INCLUDE = re.compile(r"^```\{include\} (\S+)\n```$", re.MULTILINE)
BIBLIOGRAPHY = re.compile(r"^```\{bibliography\}\n(:.*\n)*```$", re.MULTILINE)
MEASURED = re.compile(r"^```\{execution-times\}\n```$", re.MULTILINE)
GLUED = re.compile(r"\{glue:text\}`([^`:]+):?([^`]*)`")


def read(app: Sphinx, doctree: nodes.document) -> None:
    """Keep what a page says of itself: its description, for search engines and for the lists."""
    for meta in doctree.findall(nodes.meta):
        if meta.get("name") == "description":
            app.env.metadata[app.env.docname]["description"] = meta["content"]


def markdown(env: BuildEnvironment, docname: str) -> str:
    """Return the source of a page, with the numbers that its cells computed and the line to install.

    An API page, whose text is in the package, has the module's source too. What a page takes from
    other files stands in its place: a program has this file alone.
    """
    path = Path(env.doc2path(docname))
    values = read_glue_cache(env.mystnb_config.output_folder, docname)

    def value(role: re.Match[str]) -> str:
        name, form = role.groups()
        return (
            format_plain_text(values[name]["data"]["text/plain"], form)
            if name in values
            else role[0]
        )

    def line(block: re.Match[str]) -> str:
        command = install.command(env.config.html_baseurl)
        return f"```sh\n{install.offline_command() if block[1] else command}\n```"

    def works(block: re.Match[str]) -> str:
        files = [Path(env.srcdir, name) for name in env.config.bibtex_bibfiles]
        entries = "\n".join(file.read_text(encoding="utf-8").strip() for file in files)
        return f"```bibtex\n{entries}\n```"

    def included(block: re.Match[str]) -> str:
        return (path.parent / block[1]).read_text(encoding="utf-8").rstrip("\n")

    text = GLUED.sub(value, path.read_text(encoding="utf-8"))
    text = INCLUDE.sub(included, INSTALL.sub(line, text))
    text = BIBLIOGRAPHY.sub(works, text)
    text = MEASURED.sub(f"(See [the page]({path.stem}.html): they are measured.)", text)
    for name, entry in env.domains.python_domain.objects.items():
        if entry.docname == docname and entry.objtype == "module":
            text += f"\n```python\n{inspect.getsource(import_module(name))}```\n"
    return text


def offer(app: Sphinx, docname: str, template: str, context: Any, doctree: Any) -> None:
    """Write the Markdown beside the page, and say so in its head; `page-source.html` says it below."""
    if not doctree:
        return
    target = Path(app.outdir, f"{docname}.md")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(markdown(app.env, docname), encoding="utf-8", newline="\n")
    link = f'<link rel="alternate" type="text/markdown" title="Markdown" href="{target.name}">\n'
    context["metatags"] += link
    context["markdown_source"] = target.name


def write_lists(app: Sphinx, error: Exception | None) -> None:
    """Write sitemap.xml and llms.txt, which name every page."""
    if error or app.builder.format != "html":
        return
    env, address, out = app.env, app.config.html_baseurl, Path(app.outdir)
    pages = reading_order(env)
    urls = "".join(
        f"<url><loc>{escape(address + app.builder.get_target_uri(page))}</loc></url>\n"
        for page in pages
    )
    head = '<?xml version="1.0" encoding="utf-8"?>\n'
    start = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    (out / "sitemap.xml").write_text(f"{head}{start}{urls}</urlset>\n", encoding="utf-8")

    about = env.metadata[app.config.root_doc].get("description", "")
    lines = [f"# {app.config.project}", "", f"> {about}", "", "## Pages", ""]
    for page in pages:
        told = env.metadata[page].get("description", "")
        lines.append(f"- [{env.titles[page].astext()}]({address}{page}.md): {told}")
    (out / "llms.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("doctree-read", read)
    app.connect("html-page-context", offer)
    app.connect("build-finished", write_lists)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
