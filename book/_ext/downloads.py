"""What a reader takes along from each page: its code as one script, and the page as a notebook.

They lie beside the page, under its name. Without JavaScript they are two links; with it,
`copy-all.js` shows a button that copies the code, in a place that was kept for it.
"""

from contextlib import suppress
from html import escape
from pathlib import Path
from typing import Any

import jupytext
import nbformat
from docutils import nodes
from jupyter_cache import get_cache
from myst_nb.core.utils import coalesce_streams
from nbformat import NotebookNode, v4
from sphinx.application import Sphinx

import install
import plain_markdown

LICENCE = "Code: MIT licence. Text and figures: CC BY 4.0."
COPY = '<span class="copy-all">, <button type="button">copy all</button> <span role="status"></span></span>'
IMPORT_PYPLOT = "import matplotlib.pyplot as plt"
# Jupyter's names for what the page folds.
FOLDS = {"hide-input": "source_hidden", "hide-output": "outputs_hidden"}


def executed(app: Sphinx, docname: str) -> NotebookNode:
    """Return a page as it was run.

    Upstream flaw (MyST-NB): what it writes itself lacks the outputs that come from the cache.
    """
    folder = Path(app.env.mystnb_config.output_folder)
    notebook = nbformat.read(folder / f"{docname}.ipynb", as_version=4)
    with suppress(KeyError):  # a page that was not run
        cache = get_cache(app.config.nb_execution_cache_path)
        _, notebook = cache.merge_match_into_notebook(notebook)
    for cell in notebook.cells:
        cell.source = cell.source.strip("\n")  # as the page shows it
    return notebook


def header(app: Sphinx, title: str, address: str) -> str:
    """Return what a download says of itself."""
    line, offline = install.command(app.config.html_baseurl), install.offline_command()
    where = "or, in the folder of the unpacked site"
    return (
        f"# {title}\n\nFrom {address}\\\n{LICENCE}\\\nTo run this: `{line}`\\\n{where}: `{offline}`"
    )


def notebook(head: str, parts: list[Any], cells: list[NotebookNode]) -> NotebookNode:
    """Return the page as a notebook that says nothing of when and where it was made."""
    made = []
    for part in parts:
        if isinstance(part, str):
            made.append(v4.new_markdown_cell(part))
            continue
        count = 1 + sum(cell.cell_type == "code" for cell in made)
        outputs = coalesce_streams(cells[part].get("outputs", []))
        for output in outputs:
            if "execution_count" in output:
                output.execution_count = count
        tags = cells[part].metadata.get("tags", [])
        folds = {FOLDS[tag]: True for tag in tags if tag in FOLDS}
        made.append(v4.new_code_cell(cells[part].source, execution_count=count, outputs=outputs))
        made[-1].metadata = {"jupyter": folds} if folds else {}
    # The title is the first line of the page.
    made[0].source = "\n\n".join([head, *made[0].source.split("\n\n", 1)[1:]])
    for number, cell in enumerate(made):
        cell.id = f"cell-{number}"
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    result = v4.new_notebook(cells=made, nbformat_minor=5)
    result.metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    result = nbformat.from_dict(result)
    nbformat.validate(result)
    return result


def script(head: str, page: nodes.document, cells: list[NotebookNode]) -> str:
    """Return the page's code, under its headings, in the percent format."""
    made, heading, draws = [v4.new_markdown_cell(head)], None, False
    for node in page.findall():
        if isinstance(node, nodes.title) and isinstance(node.parent, nodes.section):
            heading = v4.new_markdown_cell(f"## {node.astext()}")
        elif plain_markdown.is_cell(node):
            made += [heading] if heading and len(made) > 1 else []
            heading = None
            cell = cells[node["cell_index"]]
            made.append(v4.new_code_cell(cell.source))
            draws |= any("image/svg+xml" in output.get("data", ()) for output in cell.outputs)
    if draws:  # Jupyter shows a figure by itself, a script does not
        known = any(IMPORT_PYPLOT in cell.source for cell in made)
        made.append(v4.new_code_cell("plt.show()" if known else f"{IMPORT_PYPLOT}\n\nplt.show()"))
    without_header = {"notebook_metadata_filter": "-all", "cell_metadata_filter": "-all"}
    result = v4.new_notebook(cells=made, metadata={"jupytext": without_header})
    return jupytext.writes(result, "py:percent")


def add_downloads(app: Sphinx, docname: str, template: str, context: Any, doctree: Any) -> None:
    """Write both beside the page, and say so on it."""
    if not doctree or not next(doctree.findall(plain_markdown.is_cell), None):
        return
    address = app.config.html_baseurl + app.builder.get_target_uri(docname)
    head = header(app, next(doctree.findall(nodes.title)).astext(), address)
    cells = executed(app, docname).cells
    parts = plain_markdown.parts(doctree, app.builder, docname, address)
    target = Path(app.outdir, docname)
    target.parent.mkdir(parents=True, exist_ok=True)
    texts = {".py": script(head, doctree, cells)}
    texts[".ipynb"] = nbformat.writes(notebook(head, parts, cells)) + "\n"
    links = []
    for (suffix, text), name in zip(texts.items(), ("script", "notebook"), strict=True):
        Path(f"{target}{suffix}").write_text(text, encoding="utf-8", newline="\n")
        saved = docname.removesuffix("/index").replace("/", "-") + suffix
        link = escape(target.name + suffix)
        links.append(f'<a href="{link}" download="{escape(saved)}">{name}</a>')
    line = f'<p class="page-code">The code of this page: {", ".join(links)}{COPY}</p>\n'
    body = context["body"]
    if docname == app.config.root_doc:  # the front page is a poster first
        context["body"] = body + line
    else:
        context["body"] = body.replace("</h1>", f"</h1>\n{line}", 1)
    app.add_js_file("copy-all.js", loading_method="defer")


def setup(app: Sphinx) -> dict[str, Any]:
    app.setup_extension("sphinx_markdown_builder")  # for its settings
    app.setup_extension("install")
    app.connect("html-page-context", add_downloads)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
