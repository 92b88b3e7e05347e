"""What the book's own extensions add to its pages, on a site of three small ones."""

import ast
import importlib
import inspect
import json
import pkgutil
import re
from collections import defaultdict
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import matplotlib
import pytest
from docutils import nodes
from matplotlib.figure import Figure
from PIL import Image
from selectolax.lexbor import LexborHTMLParser
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinxext.opengraph import _social_cards as opengraph_cards

import api_entries
import api_links
import code_search
import for_machines
import lstm_ref
import native_details
import social_cards

BOOK = Path(__file__).parents[1] / "book"

INDEX = """---
myst:
  html_meta:
    description: "A book & its code."
---
# The book

```{toctree}
chapter
other
words
api
```
"""
CHAPTER = """---
file_format: mystnb
kernelspec:
  name: python3
  display_name: Python 3
language_info:
  name: python
  pygments_lexer: ipython3
myst:
  html_meta:
    description: "About the forget gate."
---
# Forget Gate

A {term}`gate` has a bias $b_{f}$, and $W_{ix}$ is a weight.

```{math}
:label: eq-step

c^t = f^t
```

## The code

```{code-cell} python3
import numpy as np

from lstm_ref import lstm, network as n
from lstm_ref.optimizers import rmsprop

size = "é<&", n.init(np.random.default_rng(0), 1, 2, 1).theta.size
state, step = lstm.step(params, x, before)
```

```{code-cell} python3
net = n.init(rng, 1, 2, 1)
net.with_theta(net.theta), step.c, lstm.step, rmsprop(0.1)
```
"""
OTHER = """# Other

The forget gate has a bias: bias, bias. See {term}`gate` and {term}`memory`.

Marks ($a$, “$b$”) and $c$-th; $d$ and $e$.
"""
WORDS = """# Words

```{glossary}
gate
  A number from 0 to 1, written $f$, that multiplies the {term}`memory`.

  More of it.

memory
  What is kept, "so" & so.
```
"""
API = """---
equations:
  step: [eq-step]
  tanh: ['a = \\tanh z']
---
# The API

```{eval-rst}
.. automodule:: lstm_ref.lstm
   :members: step, Params
.. automodule:: lstm_ref.network
   :members: init, Network
.. automodule:: lstm_ref.optimizers
   :members: rmsprop
.. automodule:: lstm_ref.activations
   :members: tanh, sigmoid
.. automodule:: lstm_ref.datasets
   :members: ABAB
```
"""
PAGES = {"index": INDEX, "chapter": CHAPTER, "other": OTHER, "words": WORDS, "api": API}
pytestmark = [
    # ziafont, imported for its font, asks for a file in a way that Python 3.11 calls outdated,
    pytest.mark.filterwarnings("ignore:path is deprecated:DeprecationWarning"),
    # and sphinx-notfound-page 1.1 for a table of contents in one that Sphinx does.
    pytest.mark.filterwarnings("ignore:'tags' will become a required:PendingDeprecationWarning"),
]
EXTENSIONS = """
myst_nb sphinx.ext.autodoc numpydoc mathml api_links api_entries code_search
glossary_tips for_machines social_cards not_found
""".split()


def build(folder, pages=None, extensions=EXTENSIONS, **settings):
    """Build pages and return what was said; what an earlier build left in the folder is used."""
    source = folder / "source"
    source.mkdir(exist_ok=True)
    for name, text in (pages or {}).items():
        (source / f"{name}.md").write_text(text, encoding="utf-8")
    said = StringIO()
    settings = {
        "project": "Small",
        "language": "en-GB",
        "extensions": extensions,
        "nb_execution_mode": "off",
        "default_role": "code",
        "numpydoc_show_class_members": False,
        "myst_enable_extensions": ["dollarmath"],
        "html_math_renderer": "mathml",
        "mathml_font_folder": folder / "static",
        "html_baseurl": "https://example.org/small/",
        "suppress_warnings": ["app"],  # several builds share the process
        "smartquotes": False,
    } | settings
    (folder / "static").mkdir(exist_ok=True)
    html, trees = folder / "html", folder / "trees"
    app = Sphinx(source, None, html, trees, "html", settings, status=None, warning=said, parallel=2)
    app.build()
    return said.getvalue()


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The folder of the site, built without a warning."""
    folder = tmp_path_factory.mktemp("site")
    assert build(folder, PAGES) == ""
    return folder / "html"


def page(site, name):
    return LexborHTMLParser((site / f"{name}.html").read_text(encoding="utf-8"))


def words(node):
    return re.sub(r"\s+", " ", node.text()).strip()


# --- Formulas in the text ----------------------------------------------------------------------------


def test_marks_stay_with_their_formula(site):
    last = page(site, "other").css("p")[-1]
    assert [words(part) for part in last.css(".together")] == ["(a,", "“b”)", "c-", "e."]
    assert words(last) == "Marks (a, “b”) and c-th; d and e."


# --- Code that links to the API ---------------------------------------------------------------------


def test_every_name_of_the_package_in_a_cell_is_a_link(site):
    first, second = page(site, "chapter").css("div.cell_input pre")
    found = {words(a): a.attributes["href"] for a in first.css("a.api")}
    assert found == {
        "lstm": "api.html#module-lstm_ref.lstm",
        "network": "api.html#module-lstm_ref.network",
        "rmsprop": "api.html#lstm_ref.optimizers.rmsprop",
        "n.init": "api.html#lstm_ref.network.init",
        "theta": "api.html#lstm_ref.network.Network",
        "lstm.step": "api.html#lstm_ref.lstm.step",
    }
    # What a variable is follows from the cells above; what no entry documents, from its class.
    assert [words(a) for a in second.css("a.api")] == [
        "n.init",
        "with_theta",
        "theta",
        "lstm.step",
        "rmsprop",
    ]


def test_linked_code_reads_as_it_was_written(site):
    cells = re.findall(r"^```\{code-cell\} python3\n(.*?)^```", CHAPTER, re.DOTALL | re.MULTILINE)
    shown = [pre.text() for pre in page(site, "chapter").css("div.cell_input pre")]
    assert shown == cells
    text = (site / "chapter.html").read_text(encoding="utf-8")
    for pre in re.findall(r"<pre>(.*?)</pre>", text, re.DOTALL):
        ElementTree.fromstring(f"<pre>{pre}</pre>")  # links and spans are nested


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("import numpy as np\nnp.init", []),
        ("from lstm_ref import lstm\nlstm.nothing", ["lstm", "lstm"]),
        ("from lstm_ref import lstm\ndef f(lstm):\n    return lstm.step", ["lstm"]),
        ("from lstm_ref import lstm\nf = lambda lstm: lstm.step", ["lstm"]),
        ("from lstm_ref import lstm\nlstm = 1\nlstm.step", ["lstm"]),
        ("from lstm_ref import lstm as cell\ncell.step", ["lstm", "lstm.step"]),
        (
            "from lstm_ref.gradcheck import Table\nfor row in Table([]):\n    row",
            ["gradcheck.Table"] * 2,
        ),
        ("from lstm_ref import network\n[n.theta for n in nets]", ["network"]),
        ("not python", []),
    ],
)
def test_a_name_is_what_the_code_says(code, found):
    (links,) = api_links.find([code])
    assert [link.target.removeprefix("lstm_ref.") for link in links] == found


def test_columns_are_characters_and_not_bytes():
    (links,) = api_links.find(["from lstm_ref import lstm\n'é', lstm.init"])
    assert (links[1].start, links[1].end) == (5, 14)


def test_a_use_in_a_solution_leads_to_the_section_around_it():
    block = nodes.literal_block()
    solution = nodes.section("", block, ids=["solution-content"])  # as sphinx-exercise makes it
    nodes.section("", nodes.title("", "Exercises"), solution, ids=["exercises"])
    assert api_links.section_of(block) == "exercises"


def cells(path):
    """Return the code of a page's cells, without their options."""
    text = path.read_text(encoding="utf-8")
    found = re.findall(r"^```\{code-cell\}[^\n]*\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    return [
        re.sub(r"\A(---\n.*?\n---\n|(:[\w-]+:[^\n]*\n)+)", "", c, flags=re.DOTALL) for c in found
    ]


WITH_CELLS = [path for path in sorted(BOOK.rglob("[!_]*.md")) if cells(path)]


@pytest.mark.parametrize("path", WITH_CELLS, ids=lambda path: path.relative_to(BOOK).as_posix())
def test_no_name_of_a_module_is_missed(path):
    blocks = cells(path)
    links = {link.target for block in api_links.find(blocks) for link in block}
    missed = set()
    for module in pkgutil.iter_modules(lstm_ref.__path__):
        public = vars(importlib.import_module(f"lstm_ref.{module.name}"))
        for name in re.findall(rf"(?<![\w.]){module.name}\.([a-zA-Z]\w*)", "\n".join(blocks)):
            if getattr(public.get(name), "__module__", None) == f"lstm_ref.{module.name}":
                missed |= {f"lstm_ref.{module.name}.{name}"} - links
    assert missed == set()


# --- The API's entries ------------------------------------------------------------------------------


def entry(site, name):
    return page(site, "api").css_first(f'dt[id="lstm_ref.{name}"]').parent


def test_an_entry_shows_its_equation_and_its_source_below(site):
    step = entry(site, "lstm.step")
    assert words(step.css_first(".math math")) == "ct=ft"
    link = step.css_first(".equation-source a")
    assert words(link) == "Equation 1 of Forget Gate"
    assert link.attributes["href"] == "chapter.html#equation-eq-step"
    source = step.css_first("details.source")
    assert "open" in source.attributes
    code = source.css_first("pre").text()
    assert code.startswith("def step(params: Params, x: Array, state: State)")
    assert '"""' not in code
    ast.parse(code)
    assert "open" not in entry(site, "network.init").css_first("details.source").attributes


def test_an_equation_of_no_chapter_may_be_given_on_the_page(site):
    tanh = entry(site, "activations.tanh")
    assert words(tanh.css_first(".math math")) == "a=tanh\u2061z"
    assert tanh.css_first(".equation-source") is None


def test_a_value_shows_what_it_is_made_of(site):
    """And not as `Activation(name='tanh', function=<ufunc 'tanh'>, ...)`, which nobody can type."""
    sigmoid = entry(site, "activations.sigmoid")
    assert "=" not in words(sigmoid.css_first("dt"))
    code = ast.parse(sigmoid.css_first("details.source pre").text())
    assert [node.name for node in code.body] == ["_sigmoid", "_sigmoid_backward"]
    assert entry(site, "datasets.ABAB").css_first("details.source") is None


@pytest.mark.parametrize(("value", "typed"), [("abab", True), ({"a": 1}, True), (len, False)])
def test_a_value_that_could_be_typed_is_shown(value, typed):
    assert api_entries.is_literal(value) == typed


@pytest.mark.parametrize(
    ("code", "output", "what"),
    [
        ("assert a == 1", None, "check"),
        ("for a in b:\n    assert a == 1", None, "check"),
        ("a = 1  # I assert that", None, "computation"),
        ("assert a == 1\nprint(a)", nodes.literal_block("1", "1"), "source"),
        ("assert a == 1\ndraw(a)", nodes.figure(), "source of the figure"),
    ],
)
def test_a_folded_cell_says_what_it_holds(code, output, what):
    said = {"prompt_show": "Show the source", "prompt_hide": "Hide the source"}
    fold = nodes.container("", nodes.literal_block(code, code), **said)
    cell = nodes.container("", fold, classes=["cell"])
    if output is not None:
        cell += nodes.container("", output, classes=["cell_output"])
    assert native_details.prompts(fold) == [f"Show the {what}", f"Hide the {what}"]


def test_an_entry_names_the_chapters_that_use_it(site):
    for name in ("lstm.step", "optimizers.rmsprop", "network.Network.with_theta"):
        (line,) = entry(site, name).css(".used-in")[-1:]
        assert words(line) == "Used in Forget Gate"
        assert line.css_first("a").attributes["href"] == "chapter.html#the-code"
    assert entry(site, "lstm.Params.shape").css_first(".used-in") is None


def test_a_source_brings_the_helpers_that_it_calls():
    from lstm_ref import lstm

    code = api_entries.code_of(lstm.forward)
    assert [node.name for node in ast.parse(code).body] == ["forward", "_forward", "_aligned"]


def test_an_equation_that_does_not_exist_is_named(tmp_path):
    said = build(tmp_path, PAGES | {"api": API.replace("eq-step", "eq-none")})
    assert "no equation has the label 'eq-none'" in said


def test_entries_need_the_links(tmp_path):
    others = [name for name in EXTENSIONS if name not in ("api_links", "for_machines")]
    with pytest.raises(ExtensionError, match="name both in `extensions`"):
        build(tmp_path, PAGES, others)


def test_an_entry_changes_with_the_chapters(tmp_path):
    build(tmp_path, PAGES)
    changed = CHAPTER.replace("rmsprop(0.1)", "1").replace("import rmsprop", "import sgd")
    assert build(tmp_path, {"chapter": changed}) == ""
    html = tmp_path / "html"
    assert entry(html, "optimizers.rmsprop").css_first(".used-in") is None
    assert words(entry(html, "lstm.step").css_first(".used-in")) == "Used in Forget Gate"
    # What was not read again has kept its links.
    build(tmp_path, {"other": OTHER + "\nMore.\n"})
    assert len(page(html, "chapter").css("a.api")) > 5


# --- Search -----------------------------------------------------------------------------------------


def index_of(html):
    text = (html / "searchindex.js").read_text(encoding="utf-8")
    return json.loads(text.removeprefix("Search.setIndex(").removesuffix(")"))


@pytest.fixture(scope="module")
def index(site):
    return index_of(site)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (r"W_{ix} x + b_{\text{out}}", ["W_ix", "x", "b_out"]),
        ("lstm.hold_gate(params)", ["lstm", "hold_gate", "params"]),
        ("x_ {1}", ["x_", "1"]),
    ],
)
def test_symbols_are_words(text, found):
    assert code_search.BookSearch({}).split(text) == found


def test_names_have_no_stem():
    stem = code_search.BookSearch({}).stem
    assert [stem(word) for word in ("W_y", "hold_gate", "gates")] == ["w_y", "hold_gate", "gate"]


@pytest.mark.parametrize(("word", "found"), [("w_i", True), ("gate", True), ("1e", False)])
def test_the_end_of_a_number_is_no_word(word, found):
    assert code_search.BookSearch({}).word_filter(word) is found


def test_symbols_of_equations_are_in_the_index(index):
    chapter = index["docnames"].index("chapter")
    for symbol in ("w_ix", "b_f"):
        found = index["terms"][symbol]
        assert chapter in ([found] if isinstance(found, int) else found)


def test_each_word_has_a_weight_on_each_page(index):
    words = sorted({*index["terms"], *index["titleterms"]})
    weights = dict(zip(words, index["weights"].split(" "), strict=True))
    for word, letters in weights.items():
        pages = []
        for kind in ("terms", "titleterms"):
            found = index[kind].get(word, [])
            pages += [found] if isinstance(found, int) else found
        assert len(letters) == len(pages), word
    # Three times in the text of one page, once in the title of the other.
    chapter, other = (index["docnames"].index(name) for name in ("chapter", "other"))
    at = {}
    for word in ("forget", "bias"):
        kinds = (index["terms"].get(word, []), index["titleterms"].get(word, []))
        pages = [p for found in kinds for p in ([found] if isinstance(found, int) else found)]
        at[word] = dict(zip(pages, weights[word], strict=True))
    assert at["forget"][chapter] > at["forget"][other]
    assert at["bias"][other] > at["bias"][chapter]


def test_weights_are_those_of_bm25():
    counts = {"a": {"gate": 3, "x": 1}, "b": {"x": 4}}  # both of the mean length
    weights = code_search.weigh(counts)
    assert weights["gate"]["a"] == pytest.approx(0.6931 * 3 / (3 + 1.2), abs=1e-4)  # log 2
    assert weights["x"]["b"] == pytest.approx(0.1823 * 4 / (4 + 1.2), abs=1e-4)  # log 1.2


def test_the_index_describes_its_pages(index):
    described = dict(zip(index["docnames"], index["descriptions"], strict=True))
    assert described["chapter"] == "About the forget gate."


def test_words_of_a_figure_are_seen_and_not_searched(tmp_path):
    """On an axis they run together: 0123time."""
    source = tmp_path / "source"
    source.mkdir()
    figure = Figure()
    figure.text(0.5, 0.5, "onlyhere")
    with matplotlib.rc_context({"svg.fonttype": "none"}):
        figure.savefig(source / "line.svg")
    pages = {"index": "# Words\n\nBelow.\n\n![A line.](line.svg)\n"}
    assert build(tmp_path, pages, [*EXTENSIONS, "inline_svg"]) == ""
    (drawn,) = page(tmp_path / "html", "index").css("svg[role=img]")
    assert "onlyhere" in drawn.text() and drawn.parent.tag == "p"
    terms = index_of(tmp_path / "html")["terms"]
    assert "Below" in terms and not any(word.startswith("only") for word in terms)


def test_a_word_that_an_edit_took_is_no_entry(index):
    env = SimpleNamespace(metadata=defaultdict(lambda: {"word_counts": {"a": 1}}))
    kept = dict(list(index["terms"].items())[:2])
    given = {"docnames": index["docnames"], "titleterms": {}, "terms": kept | {"gone": []}}
    assert code_search.extended(given, env)["terms"] == kept


@pytest.mark.parametrize("ours", [True, False], ids=["ours", "upstream's"])
def test_terms_stay_in_the_index_when_another_page_is_edited(tmp_path, ours):
    """The day the second fails, `code_search.keep_entries` is no longer needed."""
    extensions = [name for name in EXTENSIONS if ours or name != "code_search"]
    pages = {"index": "# All\n\n```{toctree}\nterms\nother\n```", "other": "# Other"}
    pages["terms"] = "# Terms\n\n```{glossary}\nforget gate\n  What it is.\n```"
    assert build(tmp_path, pages, extensions) == ""
    assert "forget gate" in index_of(tmp_path / "html")["indexentries"]
    assert build(tmp_path, {"other": "# Another"}, extensions) == ""
    assert ("forget gate" in index_of(tmp_path / "html")["indexentries"]) is ours


def test_nothing_is_fetched_for_a_result(site):
    options = (site / "_static" / "documentation_options.js").read_text(encoding="utf-8")
    assert "SHOW_SEARCH_SUMMARY: false" in options


def test_the_search_page_has_our_scorer_and_splitter(site):
    code = (site / "_static" / "language_data.js").read_text(encoding="utf-8")
    assert "index.weights" in code
    assert "function splitQuery" in code
    assert code.index("EnglishStemmer") < code.index("const English = Stemmer")


# --- The glossary's terms ---------------------------------------------------------------------------


def test_a_term_brings_its_definition(site):
    (term,) = page(site, "chapter").css("p .term")
    link, tip = term.css_first("a"), term.css_first("[role=tooltip]")
    assert link.attributes["href"] == "words.html#term-gate"
    assert link.attributes["aria-describedby"] == tip.attributes["id"]
    assert words(tip) == "A number from 0 to 1, written f, that multiplies the memory."
    assert tip.css_first("math") is not None
    assert tip.css_first("a") is None


def test_each_definition_has_an_id_of_its_own(site):
    tips = page(site, "other").css(".tip")
    assert len({tip.attributes["id"] for tip in tips}) == len(tips) == 2
    assert words(tips[1]) == 'What is kept, "so" & so.'


def test_the_glossary_itself_has_no_tips(site):
    assert page(site, "words").css(".tip") == []


# --- For machines -----------------------------------------------------------------------------------


def test_each_page_has_its_markdown_beside_it(site):
    assert (site / "chapter.md").read_text(encoding="utf-8") == CHAPTER
    link = page(site, "chapter").css_first('link[rel="alternate"][type="text/markdown"]')
    assert link.attributes["href"] == "chapter.md"


def test_the_markdown_says_the_numbers_that_cells_computed(tmp_path):
    head = CHAPTER.partition("# Forget Gate")[0]
    text = """# Glue

```{code-cell} python3
from myst_nb import glue

glue("word", f"{20 / 3:.2f}", display=False)
glue("number", 20 / 3, display=False)
```

It is {glue:text}`word`, or {glue:text}`number:.1f`.
"""
    build(tmp_path, {"index": head + text}, nb_execution_mode="force")
    assert "It is 6.67, or 6.7.\n" in (tmp_path / "html" / "index.md").read_text(encoding="utf-8")


def test_the_markdown_of_a_page_holds_what_it_takes_from_other_files(tmp_path):
    source, work = tmp_path / "source", "@misc{a2020, title = {T}}"
    source.mkdir()
    (tmp_path / "more.txt").write_text("Included `text`.\n", encoding="utf-8")
    (source / "works.bib").write_text(f"{work}\n", encoding="utf-8")
    text = "```{include} ../more.txt\n```\n\n```{bibliography}\n:all:\n```\n\n"
    (source / "all.md").write_text(f"{text}```{{execution-times}}\n```\n", encoding="utf-8")
    env = SimpleNamespace(
        srcdir=source,
        doc2path=lambda docname: source / f"{docname}.md",
        mystnb_config=SimpleNamespace(output_folder=tmp_path),
        config=SimpleNamespace(html_baseurl="", bibtex_bibfiles=["works.bib"]),
        domains=SimpleNamespace(python_domain=SimpleNamespace(objects={})),
    )
    times = "(See [the page](all.html): they are measured.)"
    wanted = f"Included `text`.\n\n```bibtex\n{work}\n```\n\n{times}\n"
    assert for_machines.markdown(env, "all") == wanted


def test_the_markdown_of_an_api_page_holds_the_code(site):
    text = (site / "api.md").read_text(encoding="utf-8")
    assert text.startswith(API)
    assert "def hold_gate(" in text


def test_the_lists_name_every_page_in_the_order_of_the_book(site):
    urls = [f"https://example.org/small/{name}.html" for name in PAGES]
    root = ElementTree.parse(site / "sitemap.xml").getroot()
    assert [location.text for location in root.findall(".//{*}loc")] == urls
    lines = (site / "llms.txt").read_text(encoding="utf-8").splitlines()
    assert lines[:3] == ["# Small", "", "> A book & its code."]
    line = "- [Forget Gate](https://example.org/small/chapter.md): About the forget gate."
    assert line in lines
    assert sum(line.startswith("- [") for line in lines) == len(PAGES)


def test_the_lists_are_whole_after_one_page_has_changed(tmp_path):
    build(tmp_path, PAGES)
    before = (tmp_path / "html" / "sitemap.xml").read_bytes()
    build(tmp_path, {"other": OTHER + "\nMore.\n"})
    assert (tmp_path / "html" / "sitemap.xml").read_bytes() == before


def test_each_page_has_a_card_of_its_own(site):
    head = page(site, "chapter").css_first("head")
    tags = {
        m.attributes.get("property"): m.attributes["content"] for m in head.css("meta[property]")
    }
    address = "https://example.org/small/"
    assert tags["og:url"] == f"{address}chapter.html"
    assert tags["og:title"] == "Forget Gate"
    assert tags["og:description"] == "About the forget gate."
    assert tags["og:image:alt"] == "Forget Gate. About the forget gate."
    assert tags["og:image"].startswith(f"{address}_images/cards/chapter-")
    with Image.open(site / tags["og:image"].removeprefix(address)) as card:
        assert (
            card.size == (1200, 630) == (int(tags["og:image:width"]), int(tags["og:image:height"]))
        )
    assert len(list((site / "_images" / "cards").iterdir())) == len(PAGES)


def test_a_card_is_the_same_bytes_whatever_the_style_of_the_figures(tmp_path):
    for name, constrained in {"one.png": False, "two.png": True}.items():
        with matplotlib.rc_context({"figure.constrained_layout.use": constrained}):
            social_cards.draw(
                tmp_path / name, "Book", "A title that is so long that it takes two", "So."
            )
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()
    assert (tmp_path / "one.png").stat().st_size < 40_000


def test_upstream_still_names_cards_by_a_folder():
    """The day this fails, sphinxext-opengraph's own cards may do."""
    source = inspect.getsource(opengraph_cards.create_social_card)
    assert "str(config_social)" in source


def test_the_page_for_wrong_addresses_works_in_any_folder(site):
    text = (site / "404.html").read_text(encoding="utf-8")
    lost = page(site, "404")
    assert lost.css_first("html").attributes["data-content_root"] == "/small/"
    assert len(lost.css('meta[name="description"]')) == 1
    addresses = re.findall(r'(?:href|src|action)="([^"]+)"', text)
    own = [address for address in addresses if not address.startswith(("#", "https://"))]
    assert len(own) > 5
    assert [address for address in own if not address.startswith("/small/")] == []


def test_every_page_names_its_address(site):
    link = page(site, "chapter").css_first('link[rel="canonical"]')
    assert link.attributes["href"] == "https://example.org/small/chapter.html"
