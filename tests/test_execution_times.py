"""The table of execution times: the numbers, the order, the budget, and where they do not reach."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from docutils import nodes

import execution_times


@pytest.fixture
def app(tmp_path):
    """As much of Sphinx as the table asks."""
    taken = {"quick": 0.2468, "slow": 6.0, "deep/cached": 4.0}
    data = {name: {"exec_data": {"runtime": seconds}} for name, seconds in taken.items()}
    titles = {name: nodes.title("", f"The <{name}> page") for name in taken}
    return SimpleNamespace(
        env=SimpleNamespace(nb_metadata=data | {"no-cells": {}}, titles=titles),
        builder=SimpleNamespace(format="html", get_relative_uri=lambda a, b: f"../{b}.html"),
        config=SimpleNamespace(execution_times_file=str(tmp_path / "times.json")),
    )


def test_the_slowest_page_comes_first_with_its_share_of_the_budget(app):
    context = {"body": f"<p>before</p>{execution_times.PLACE}"}
    execution_times.put_in(app, "reference/execution-times", "page.html", context, None)
    rows = context["body"].split("<tr>")[2:]
    assert [row.split("</a>")[0].rpartition(">")[2] for row in rows] == [
        "The &lt;slow&gt; page",
        "The &lt;deep/cached&gt; page",
        "The &lt;quick&gt; page",
    ]
    assert "<td>6.0</td><td>120%, over</td>" in rows[0]
    assert '<a href="../deep/cached.html">' in rows[1] and "<td>80%</td>" in rows[1]
    assert "<td>0.2</td><td>5%</td>" in rows[2]


def test_a_page_without_the_table_stays_as_it_is(app):
    context = {"body": "<p>before</p>"}
    execution_times.put_in(app, "index", "page.html", context, None)
    assert context == {"body": "<p>before</p>"}


def test_the_page_is_written_anew_only_when_the_table_is_another(app):
    app.env.found_docs = {"index", "reference/execution-times"}
    assert execution_times.pages_with_table(app, app.env) == {"reference/execution-times"}
    assert execution_times.pages_with_table(app, app.env) == set()
    app.env.titles["slow"] = nodes.title("", "Another title")
    assert execution_times.pages_with_table(app, app.env) == {"reference/execution-times"}
    app.env.nb_metadata["slow"] = {"exec_data": {"runtime": 7.0}}
    assert execution_times.pages_with_table(app, app.env) == {"reference/execution-times"}


def test_the_numbers_are_kept_beside_the_site(app):
    execution_times.keep(app, None)
    kept = json.loads(Path(app.config.execution_times_file).read_text(encoding="utf-8"))
    assert kept == {"deep/cached": 4.0, "quick": 0.25, "slow": 6.0}


def test_the_table_holds_no_word_that_a_search_could_find():
    (node,) = execution_times.ExecutionTimes.run(None)
    assert node.astext() == execution_times.PLACE and node.astext().startswith("<!--")
