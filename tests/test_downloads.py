"""What a page offers to take along: a script and a notebook that say nothing of when and where."""

import importlib.metadata
import re
import subprocess
import sys
from pathlib import Path

import jupytext
import nbformat
import pytest
from nbformat import v4
from selectolax.lexbor import LexborHTMLParser

EXTENSIONS = Path(__file__).parents[1] / "book" / "_ext"

PAGE = """\
---
file_format: mystnb
kernelspec:
  name: python3
  display_name: Python 3
---
# A *page*

Prose on $x_1$ and {term}`gate`, see {doc}`other`.

## First

```{math}
:label: eq-x

x = 1
```

```{code-cell} python3


x = 1
print("one"); print("two")
```

```{code-cell} python3
:tags: [remove-cell]

hidden = x
```

From {eq}`eq-x`:

## Second

Only words.

## Third

```{code-cell} python3
---
tags: [hide-input]
mystnb:
  figure:
    caption: "A dot, see {eq}`eq-x`."
    name: fig-dot
---
from IPython.display import SVG

SVG("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'/>")
```

```{exercise} Easy
:label: ex-easy

Look at {numref}`fig-dot`.
```

```{solution-start} ex-easy
:label: sol-easy
```

```{code-cell} python3
x + 1
```

```{solution-end}
```

:::{recall} How many?
:number: 1

Just one.
:::
"""
OTHER = """\
# Other

```{glossary}
gate
  A number.
```

```{install}
```

```{install}
:offline:
```
"""
SITE = "https://example.org/book/"
WHEEL = f"wheels/lstm_ref-{importlib.metadata.version('lstm-ref')}-py3-none-any.whl"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Build a book of two pages, and return where it is."""
    source = tmp_path_factory.mktemp("downloads") / "source"
    (source / "part").mkdir(parents=True)
    (source / "index.md").write_text("# Book\n\n```{toctree}\npart/page\npart/other\n```\n")
    (source / "part" / "page.md").write_text(PAGE)
    (source / "part" / "other.md").write_text(OTHER)
    out = source.with_name("html")
    settings = {"html_baseurl": SITE, "numfig": True, "nb_execution_mode": "cache"}
    settings |= {"extensions": ["myst_nb", "sphinx_exercise", "recall", "downloads"]}
    settings |= {"myst_enable_extensions": ["colon_fence", "dollarmath"]}
    settings |= {"nb_execution_cache_path": str(source.with_name("cache"))}
    lines = ["import sys", f"sys.path.insert(0, {str(EXTENSIONS)!r})"]
    lines += [f"{name} = {value!r}" for name, value in settings.items()]
    (source / "conf.py").write_text("\n".join(lines))
    # Upstream flaw (jupyter-cache): it leaves its database open, so a process of its own.
    build = [sys.executable, "-m", "sphinx", "-E", "-W", "-d", out / "trees", source, out]
    for _ in range(2):  # the second time from the cache
        subprocess.run(build, check=True)
    return out


@pytest.fixture(scope="module")
def notebook(built):
    return nbformat.read(built / "part" / "page.ipynb", as_version=4)


@pytest.fixture(scope="module")
def script(built):
    return (built / "part" / "page.py").read_text()


def test_the_script_is_the_code_under_its_headings(script):
    cells = jupytext.reads(script, "py:percent").cells
    head, *cells = [(cell.cell_type, cell.source) for cell in cells]
    assert cells == [
        ("code", 'x = 1\nprint("one"); print("two")'),
        ("markdown", "## Third"),
        ("code", PAGE.split("---\n")[4].split("```")[0].strip()),
        ("code", "x + 1"),
        ("code", "import matplotlib.pyplot as plt\n\nplt.show()"),
    ]
    kind, text = head
    assert kind == "markdown"
    assert text.startswith(f"# A page\n\nFrom {SITE}part/page.html\\\n")
    assert "MIT licence" in text
    assert f'python -m pip install "lstm-ref[plots,sweep] @ {SITE}{WHEEL}"' in text
    assert f'python -m pip install "./{WHEEL}[plots,sweep]"' in text
    assert "jupytext" not in script


def test_the_notebook_is_the_page(notebook):
    nbformat.validate(notebook)
    assert [cell.cell_type[0] for cell in notebook.cells] == list("mcmcmcm")
    first, code, second, figure, third, _, last = notebook.cells
    assert first.source.startswith("# A page\n\nFrom")
    assert first.source.endswith(
        f"Prose on $x_1$ and [gate]({SITE}part/other.html#term-gate), see "
        f"[Other]({SITE}part/other.html).\n\n## First\n\n$$\nx = 1 \\tag{{1}}\n$$"
    )
    assert second.source == "From (1):\n\n## Second\n\nOnly words.\n\n## Third"
    assert third.source == (
        "**Figure 1.** A dot, see (1).\n\n**Exercise 1 (Easy)**\n\nLook at Fig. 1.\n\n"
        "**Solution to Exercise 1 (Easy)**"
    )
    assert figure.metadata == {"jupyter": {"source_hidden": True}}
    assert code.metadata == {}
    assert [re.sub(r"\s+", " ", part) for part in last.source.split("\n\n")] == [
        "How many?",
        "<details><summary>Answer</summary>",
        "**1**",
        "Just one.",
        "</details>",
    ]


def test_the_notebook_has_the_outputs(notebook):
    _, code, _, figure, _, solution, _ = notebook.cells
    assert code.outputs == [v4.new_output("stream", text="one\ntwo\n")]
    (output,) = figure.outputs
    assert output.data["image/svg+xml"].startswith("<svg")
    assert (code.execution_count, figure.execution_count, output.execution_count) == (1, 2, 2)
    assert solution.outputs[0].data == {"text/plain": "2"}


def test_the_notebook_does_not_tell_when_and_where(built, notebook):
    assert [cell.id for cell in notebook.cells] == [f"cell-{n}" for n in range(7)]
    assert notebook.metadata == {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        "language_info": {"name": "python"},
    }
    text = (built / "part" / "page.ipynb").read_text()
    assert str(built.parent) not in text
    assert "execution" not in text.replace("execution_count", "")


def test_script_and_notebook_hold_the_same_cells(notebook, script):
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    cells = jupytext.reads(script, "py:percent").cells
    assert [cell.source for cell in cells if cell.cell_type == "code"][:-1] == code


def test_the_page_links_to_both(built):
    page = LexborHTMLParser((built / "part" / "page.html").read_text())
    links = page.css("h1 + .page-code a")
    assert [(a.text(), a.attributes["href"], a.attributes["download"]) for a in links] == [
        ("script", "page.py", "part-page.py"),
        ("notebook", "page.ipynb", "part-page.ipynb"),
    ]
    assert page.css('script[defer][src*="copy-all.js"]')


def test_a_page_without_code_offers_none(built):
    assert not (built / "part" / "other.py").exists()
    assert "page-code" not in (built / "part" / "other.html").read_text()


def test_upstream_still_writes_notebooks_without_outputs(built):
    """The day this fails, `downloads.executed` need not ask the cache."""
    written = nbformat.read(built.parent / "jupyter_execute" / "part" / "page.ipynb", 4)
    assert not any(cell.get("outputs") for cell in written.cells)


def test_the_package_is_installed_from_the_site_or_its_folder(built):
    page = LexborHTMLParser((built / "part" / "other.html").read_text())
    assert [block.text().strip() for block in page.css("pre")] == [
        f'python -m pip install "lstm-ref[plots,sweep] @ {SITE}{WHEEL}"',
        f'python -m pip install "./{WHEEL}[plots,sweep]"',
    ]
