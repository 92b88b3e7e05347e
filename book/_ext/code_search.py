"""Search that knows symbols and code names, and ranks pages by how much they are about a word.

It is Sphinx's own search, which needs no server and no network. Added are: symbols are found as they
are typed, `W_ix` as it stands in code and `W_{ix}` as in an equation; each word has a weight on each
page (Okapi BM25, with words in titles counted more often); a page is shown with its description.
"""

import math
import re
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.search import IndexBuilder
from sphinx.search.en import SearchEnglish
from sphinx.util.index_entries import split_index_msg

SUBSCRIPT = re.compile(r"(?<=\w)_\{(?:\\\w+\{)?(\w+)\}{1,2}")  # also _{\text{...}}
IN_TITLE, IN_HEADING = 12, 4  # as how many words of the text a word of a title counts
SATURATION, LENGTH = 1.2, 0.6  # of BM25: how soon more of a word adds nothing; how long pages pay
# Where a word counts less than in a chapter: names of the API are found as such.
LESS = {"reference/api": 0.75, "chapter-template": 0.4, "contributing": 0.6}


class BookSearch(SearchEnglish):
    """English, and the names of mathematics and code."""

    lang = "en-GB"
    js_splitter_code = r"""
function splitQuery(query) {
  return query.replace(/_\{(\w+)\}/g, "_$1").split(/[^\p{Letter}\p{Number}_]+/gu).filter(Boolean);
}
const English = Stemmer;
window.Stemmer = function () {
  const english = new English();
  this.stemWord = (word) => (word.includes("_") ? word : english.stemWord(word));
};
"""

    def split(self, input: str) -> list[str]:
        """Return the words of a text; W_{ix} is one."""
        return super().split(SUBSCRIPT.sub(r"_\1", input))

    def word_filter(self, word: str) -> bool:
        """Leave out what begins with a digit: the end of a number, or of a weight of the cell."""
        return super().word_filter(word) and not word[0].isdigit()

    def stem(self, word: str) -> str:
        """Return the stem of a word; a name has none: W_y is not W_i."""
        return word.lower() if "_" in word else super().stem(word)


def count(doctree: nodes.document, language: SearchEnglish) -> dict[str, int]:
    """Return how often a page has each word; one in a heading counts as several."""
    words: Counter[str] = Counter()
    headings = 0

    def walk(node: nodes.Node) -> None:
        nonlocal headings
        if isinstance(node, nodes.Text):
            in_title = isinstance(node.parent, nodes.title)
            times = 1 if not in_title else IN_TITLE if headings == 1 else IN_HEADING
            for word in language.split(node.astext()):
                words[word] += times
        elif isinstance(node, nodes.title):
            headings += 1
        elif isinstance(node, nodes.comment | nodes.raw | nodes.image) or (
            isinstance(node, nodes.Element) and "no-search" in node["classes"]
        ):
            return
        for child in node.children:
            walk(child)

    walk(doctree)
    counts: Counter[str] = Counter()
    for word, times in words.items():  # each word's stem is found once: that is the slow part
        counts[language.stem(word).lower()] += times
    return dict(counts)


def weigh(counts: dict[str, dict[str, int]]) -> dict[str, dict[str, float]]:
    """Return the weight of each word on each page: BM25."""
    lengths = {docname: sum(words.values()) for docname, words in counts.items()}
    mean = sum(lengths.values()) / max(len(lengths), 1)
    pages = Counter(word for words in counts.values() for word in words)
    weights: dict[str, dict[str, float]] = {}
    for docname, words in counts.items():
        worth = min((less for where, less in LESS.items() if docname.startswith(where)), default=1)
        short = SATURATION * (1 - LENGTH + LENGTH * lengths[docname] / mean)
        for word, times in words.items():
            rare = math.log(1 + (len(counts) - pages[word] + 0.5) / (pages[word] + 0.5))
            weights.setdefault(word, {})[docname] = worth * rare * times / (times + short)
    return weights


def read(app: Sphinx, doctree: nodes.document) -> None:
    app.env.metadata[app.env.docname]["word_counts"] = count(doctree, BookSearch({}))


def extend_index(app: Sphinx) -> list[Any]:
    """Let the index that Sphinx is about to write hold weights and descriptions too."""
    indexer: IndexBuilder | None = getattr(app.builder, "indexer", None)
    if indexer is not None:
        keep_entries(indexer, app.env)
        freeze = indexer.freeze
        indexer.freeze = lambda: extended(freeze(), app.env)
    return []


def keep_entries(indexer: IndexBuilder, env: BuildEnvironment) -> None:
    """Put in the terms of the pages that this build does not write anew.

    Upstream flaw (Sphinx 9.0): they are lost from the index with the first edit.
    """
    for docname, entries in env.domains.index_domain.entries.items():
        found = set()
        for kind, value, target, main, _ in entries:
            with suppress(ValueError):
                found |= {(name, target or "", main) for name in split_index_msg(kind, value)}
        indexer._index_entries.setdefault(docname, sorted(found))


def extended(index: dict[str, Any], env: BuildEnvironment) -> dict[str, Any]:
    """Return the index with `weights`: of each word, in their order, a letter a page, "0" to "~"."""
    docnames: list[str] = list(index["docnames"])
    for kind in ("terms", "titleterms"):  # Sphinx keeps words of which an edit took the last
        index[kind] = {word: pages for word, pages in index[kind].items() if pages != []}
    weights = weigh({name: env.metadata[name].get("word_counts", {}) for name in docnames})
    most = max((w for of_page in weights.values() for w in of_page.values()), default=1.0)
    letters = []
    for word in sorted({*index["terms"], *index["titleterms"]}):
        of_page = weights.get(word, {})
        pages: list[int] = []
        for kind in ("terms", "titleterms"):
            found = index[kind].get(word, [])
            pages += [found] if isinstance(found, int) else found
        letters.append(
            "".join(chr(48 + round(78 * of_page.get(docnames[page], 0) / most)) for page in pages)
        )
    # What `for_machines` keeps.
    descriptions = [env.metadata[name].get("description", "") for name in docnames]
    return index | {"weights": " ".join(letters), "descriptions": descriptions}


def setup(app: Sphinx) -> dict[str, Any]:
    app.config.html_search_scorer = str(Path(__file__).with_suffix(".js"))
    app.config.html_show_search_summary = False  # it fetches pages, which a folder on disk forbids
    app.add_search_language(BookSearch)
    app.connect("doctree-read", read)
    app.connect("html-collect-pages", extend_index)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
