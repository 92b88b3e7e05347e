"""The live session builds in a process that has Sphinx loaded, and loads anew what was edited."""

import os
import subprocess
import sys
import time
import types
from types import SimpleNamespace

import pytest
from jinja2 import Environment, FileSystemLoader
from sphinx_autobuild import build

import _live


@pytest.fixture
def builder(monkeypatch):
    """sphinx-autobuild's builder as `nox -s live` has it, and what it builds."""
    built = []

    def sphinx(arguments):
        built.append((arguments, "edited" in sys.modules, "numpy" in sys.modules))
        return int("broken" in arguments)

    monkeypatch.setattr(_live.sphinx_build, "main", sphinx)
    error = subprocess.CalledProcessError
    replaced = SimpleNamespace(run=_live.run, CalledProcessError=error)
    monkeypatch.setattr(build, "subprocess", replaced)
    edited = types.ModuleType("edited")
    edited.__file__ = str(_live.ROOT / "lstm_ref" / "edited.py")
    monkeypatch.setitem(sys.modules, "edited", edited)
    monkeypatch.setitem(sys.modules, "numpy", types.ModuleType("numpy"))
    kept = dict(sys.modules)
    yield lambda *arguments: make(arguments)(changed_paths=()), built
    sys.modules.update(kept)


def make(arguments):
    nothing = {"url_host": "localhost", "pre_build_commands": [], "post_build_commands": []}
    return build.Builder(list(arguments), **nothing)


def test_a_build_is_one_call_in_this_process(builder):
    call, built = builder
    call("-n", "book", "build/live")
    assert built == [(["-n", "book", "build/live"], False, True)]


def test_what_is_saved_during_a_build_is_built_too(builder, monkeypatch, tmp_path):
    call, built = builder
    page = tmp_path / "book" / "page.md"
    page.parent.mkdir()
    page.write_text("# Page")
    monkeypatch.setattr(_live, "ROOT", tmp_path)
    sphinx = _live.sphinx_build.main

    def saved_meanwhile(arguments):
        if not built:
            later = time.time() + 0.01
            os.utime(page, (later, later))
            time.sleep(0.02)
        return sphinx(arguments)

    monkeypatch.setattr(_live.sphinx_build, "main", saved_meanwhile)
    os.utime(page, (0, 0))
    call("-n", "book", "build/live")
    assert len(built) == 2


def test_a_failed_build_is_reported_and_serving_goes_on(builder, capsys):
    call, _ = builder
    call("broken")
    assert "exited with exit code: 1" in capsys.readouterr().out


def test_the_footer_offers_no_file_that_is_not_served():
    """Only `_publish` writes the zip file; `nox -s live` sets `live` for the templates."""
    templates = Environment(loader=FileSystemLoader(_live.ROOT / "book" / "_templates"))
    footer = templates.get_template("take-along.html")
    assert 'href="recurrent-neural-networks.zip"' in footer.render(pathto=lambda page, _: page)
    assert footer.render(pathto=None, live="1").strip() == ""
    known = footer.render(pathto=None, live="1", repository="https://example.org/book")
    assert 'href="https://example.org/book/issues"' in known
    assert '"-A", "live=1"' in (_live.ROOT / "noxfile.py").read_text("utf-8")
