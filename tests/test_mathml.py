"""What the font must hold is kept by page: an edit reads the page that changed, and no other."""

from types import SimpleNamespace

import pytest
from docutils import nodes

import mathml


def page(*equations, words="Words"):
    document = SimpleNamespace(astext=lambda: words)
    found = {nodes.math: [nodes.math(tex, tex) for tex in equations]}
    document.findall = lambda kind: found.get(kind, [])
    return document


@pytest.fixture
def book():
    """An environment with two pages."""
    env = SimpleNamespace()
    for env.docname, equations in (("one", ["x^2"]), ("two", [r"\sqrt{y}"])):
        read = mathml.Characters.process_doc
        read(None, SimpleNamespace(env=env), page(*equations, words=env.docname))
    return env


def test_each_page_has_its_characters(book):
    used, scripts, prose = mathml.characters_of(book)["one"]
    assert "2" in used
    assert scripts == {"2"} and prose == set("one")
    assert "√" in mathml.characters_of(book)["two"][0]


def test_a_page_that_is_read_anew_leaves_nothing_behind(book):
    mathml.Characters.clear_doc(None, None, book, "one")
    assert set(mathml.characters_of(book)) == {"two"}


def test_processes_of_a_parallel_build_are_merged(book):
    other = SimpleNamespace()
    mathml.characters_of(other).update({"three": ({"z"}, set(), set()), "two": (set(),) * 3})
    mathml.Characters.merge_other(None, None, book, {"three"}, other)
    assert set(mathml.characters_of(book)) == {"one", "two", "three"}
    assert "√" in mathml.characters_of(book)["two"][0]


def test_the_font_gets_what_all_pages_use(book, monkeypatch):
    given = []
    monkeypatch.setattr(mathml.math_font, "write", lambda *what: given.append(what) or set())
    app = SimpleNamespace(config=SimpleNamespace(mathml_font_folder="here"))
    mathml.write_font(app, book)
    ((folder, used, scripts, prose),) = given
    assert folder == "here" and {"2", "√"} <= used and scripts == {"2"}
    assert prose == set("onetwo")


def test_a_prime_stands_beside_its_letter():
    for tex, name in ((r"\sigma'", "<mi>σ</mi>"), (r"\text{tanh}'", "<mtext>tanh</mtext>")):
        assert f'<mrow>{name}<mo lspace="0" rspace="0">′</mo></mrow>' in mathml.mathml(tex, False)
    assert "<msup><mi>x</mi><mn>2</mn></msup>" in mathml.mathml("x^2", False)
    both = mathml.mathml("a'^t", False)
    assert "<msup>" in both and "′" in both, "a prime with another superscript stays one"


def test_a_root_is_no_lower_than_a_digit():
    strut = '<mspace height="0.8em" depth="0.15em"></mspace>'
    assert f"<msqrt>{strut}<mi>s</mi></msqrt>" in mathml.mathml(r"\sqrt s", False)


def test_a_tilde_is_the_one_that_every_browser_draws_close_to_its_letter():
    assert '<mi>c</mi><mo stretchy="false">~</mo></mover>' in mathml.mathml(r"\tilde c", False)
