"""Figures are numbered from outlines of the pages as Sphinx numbers them, but in the order of reading."""

import importlib
import inspect
from io import StringIO

import pytest
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment.collectors.toctree import TocTreeCollector

import figure_numbers

# sphinx-exercise 1.2 uses names that Sphinx 9 calls outdated.
OUTDATED = "ignore:.*is deprecated. Check CHANGES:sphinx.deprecation.RemovedInSphinx11Warning"
pytestmark = pytest.mark.filterwarnings(OUTDATED)

PAGES = {
    "index": """# Book

```{toctree}
:numbered:
one
two
```
""",
    "one": """# One

:::{figure} a.svg
:name: first
A caption.
:::

> :::{table} In a quote
> | a |
> | - |
> | b |
> :::

## Deeper

```{code-block} python
:caption: Code
:name: code
a = 1
```

```{code-block} python
a = 2
```

```{exercise} Halve it
:label: ex-one
How?
```
""",
    "two": """# Two

:::{figure} a.svg
:name: second
Another.
:::

:::{figure} a.svg
:::
""",
}


@pytest.fixture
def build(tmp_path):
    """Build a book of two pages, after a change in them, and return its environment."""
    (tmp_path / "a.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    for name, text in PAGES.items():
        (tmp_path / f"{name}.md").write_text(text)

    def build(**change):
        for name, text in change.items():
            (tmp_path / f"{name}.md").write_text(text)
        settings = {
            "extensions": ["myst_nb", "sphinx_exercise", "figure_numbers"],
            "nb_execution_mode": "off",
            "myst_enable_extensions": ["colon_fence"],
            "numfig": True,
            "suppress_warnings": ["app"],
        }
        out, trees, said = tmp_path / "out", tmp_path / "trees", StringIO()
        app = Sphinx(tmp_path, None, out, trees, "dummy", settings, status=None, warning=said)
        app.build()
        assert said.getvalue() == ""
        return app.env

    return build


def numbers(env):
    """Return the numbers that the environment holds, and those that Sphinx itself would give."""
    kept = env.toc_fignumbers
    figure_numbers.UPSTREAM(TocTreeCollector(), env)
    return kept, env.toc_fignumbers


def test_numbers_are_those_of_sphinx(build):
    ours, sphinx = numbers(build())
    assert ours == sphinx
    assert ours["one"]["figure"]["first"] == (1, 1)
    assert ours["one"]["code-block"]["code"] == (1, 1)
    assert ours["two"]["figure"] == {"second": (2, 1)}
    assert "ex-one" in ours["one"]["exercise"]


def test_numbers_follow_an_edit(build):
    build()
    more = PAGES["one"] + "\n:::{figure} a.svg\n:name: third\nMore.\n:::\n"
    ours, sphinx = numbers(build(one=more, index=PAGES["index"].replace(":numbered:\n", "")))
    assert ours == sphinx
    assert ours["one"]["figure"] == {"first": (1,), "third": (2,)}
    assert ours["two"]["figure"] == {"second": (3,)}


def test_the_extension_may_be_loaded_anew_within_a_process(build):
    """`nox -s live` does so for every build."""
    build()
    importlib.reload(figure_numbers)
    ours, sphinx = numbers(build(two=PAGES["two"] + "\nMore.\n"))
    assert ours == sphinx


def test_a_page_s_own_come_before_those_of_its_subpages(build):
    own = "\n## After\n\n:::{figure} a.svg\n:name: own\nOwn.\n:::\n"
    part = "# Part\n\n## Before\n\n```{toctree}\none\ntwo\n```\n" + own
    index = PAGES["index"].replace("one\ntwo\n", "part\n")
    ours = numbers(build(index=index, part=part))[0]
    found = {name: of["figure"] for name, of in ours.items()}
    assert found == {"part": {"own": (1, 1)}, "one": {"first": (1, 2)}, "two": {"second": (1, 3)}}


def test_an_outline_holds_nothing_else(build):
    env = build()
    outline = figure_numbers.outlines_of(env)["two"]
    assert not list(outline.findall(nodes.image))
    assert len(list(outline.findall(nodes.Element))) < len(
        list(env.get_doctree("two").findall(nodes.Element))
    )


def test_the_environment_holds_on_to_no_page(build):
    env = build()
    exercises = [entry["node"] for entry in env.sphinx_exercise_registry.values()]
    assert exercises
    for kept in [*exercises, *figure_numbers.outlines_of(env).values()]:
        assert {node.document for node in kept.findall()} == {None}


def test_upstream_still_loads_every_page():
    """When Sphinx no longer does, this extension can go."""
    assert "env.get_doctree(" in inspect.getsource(figure_numbers.UPSTREAM)
