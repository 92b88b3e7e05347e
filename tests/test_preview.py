"""The comment on a pull request says what changed, and shows nothing that a stranger made up."""

import importlib.util
import json

import pytest

from _check.book import BOOK

spec = importlib.util.spec_from_file_location("preview", BOOK.parent / ".ci" / "preview.py")
preview = importlib.util.module_from_spec(spec)
spec.loader.exec_module(preview)

FACTS = {
    "changed": ["training/noise"],
    "gone": ["old"],
    "seconds": {"input": 1.25, "training/noise": 6},
}
ADDRESS = "https://example.org/run/1"


def page(article, around="navigation"):
    return f"<html>{around}<article class='bd-article'>{article}</article>{around}</html>"


def test_the_report_names_pages_whose_article_differs(tmp_path):
    for site, pages in {
        "site": {"a": page("1"), "b": page("2", "new title"), "t/c": page("3"), "t/d": page("4")},
        "base": {"a": page("1"), "b": page("2"), "t/c": page("other"), "e": page("5")},
    }.items():
        pages[preview.MEASURED] = page(f"took {len(pages)} seconds")
        for name, text in pages.items():
            path = tmp_path / site / f"{name}.html"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    times, facts = tmp_path / "times.json", tmp_path / "preview" / "facts.json"
    times.write_text('{"a": 1.5}')
    preview.report(tmp_path / "site", tmp_path / "base", times, facts)
    expected = {"changed": ["t/c", "t/d"], "gone": ["e"], "seconds": {"a": 1.5}}
    assert json.loads(facts.read_text()) == expected


def test_the_comment_shows_pages_and_seconds():
    lines = preview.comment(FACTS, ADDRESS).splitlines()
    assert lines[0] == preview.MARK
    assert {"- `training/noise`", "- `old`, removed", "| `input` | 1.2 |"} <= set(lines)
    assert "| `training/noise` | 6.0 **over** |" in lines
    assert f"[this run]({ADDRESS})" in lines[1]
    assert "- none" in preview.comment(FACTS | {"changed": [], "gone": []}, ADDRESS)


def test_a_large_change_has_a_comment_too():
    """GitHub refuses a comment of more than 65,536 letters."""
    names = [f"{'a' * 110}-{k}" for k in range(1000)]
    facts = {"changed": names, "gone": names, "seconds": dict.fromkeys(names, 6.0)}
    text = preview.comment(facts, ADDRESS)
    assert len(text) < 65_536
    assert "\nand 1900 more\n" in text
    assert text.endswith("\nand 900 more\n")


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"changed": ["`</details> @everybody"]}, "expected names of pages"),
        ({"changed": ["a" * 121]}, "expected names of pages"),
        ({"changed": ["a"] * 5001}, "expected a list of at most"),
        ({"changed": "training"}, "expected a list of at most"),
        ({"gone": [1]}, "expected names of pages"),
        ({"seconds": {"[link](https://example.org)": 1.0}}, "expected names of pages"),
        ({"seconds": {"input": "1 | [x](y)"}}, "expected seconds from 0"),
        ({"seconds": {"input": float("nan")}}, "expected seconds from 0"),
        ({"seconds": {"input": True}}, "expected seconds from 0"),
        ({"seconds": []}, "expected seconds by page"),
        ({"more": 1}, "expected changed, gone and seconds"),
    ],
)
def test_facts_of_another_form_are_refused(changed, message):
    with pytest.raises(ValueError, match=message):
        preview.comment(FACTS | changed, ADDRESS)


@pytest.fixture
def hub(monkeypatch):
    """GitHub, as far as it is asked: what it answers, and what it was told."""
    answers, told = {}, []

    def github(path, *options):
        told.append((path, options))
        return answers.get(path.partition("?")[0], [])

    monkeypatch.setattr(preview, "github", github)
    return answers, told


def post():
    preview.post(FACTS, "owner/book", "somebody:topic", "abc", ADDRESS)


def test_a_comment_is_made_once_and_then_renewed(hub):
    answers, told = hub
    answers["repos/owner/book/pulls"] = [{"number": 7, "head": {"sha": "abc"}}]
    post()
    assert told[0][1] == ("-X", "GET", "-f", "head=somebody:topic")
    assert told[-1][0] == "repos/owner/book/issues/7/comments"
    stranger = {"id": 1, "body": preview.MARK, "user": {"login": "somebody"}}
    own = {"id": 2, "body": preview.MARK + "\nold", "user": {"login": "github-actions[bot]"}}
    answers["repos/owner/book/issues/7/comments"] = [stranger, own]
    post()
    assert told[-1][0] == "repos/owner/book/issues/comments/2"
    assert told[-1][1][:2] == ("-X", "PATCH")


def test_a_commit_of_no_open_pull_request_gets_no_comment(hub, capsys):
    answers, told = hub
    answers["repos/owner/book/pulls"] = [{"number": 7, "head": {"sha": "another"}}]
    post()
    assert len(told) == 1
    assert "0 open pull requests have this commit" in capsys.readouterr().out
