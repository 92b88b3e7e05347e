/* How search results are ordered, and announced. Part of language_data.js, which only the search page loads.
   The numbers are Sphinx's own where `score` does not change them. */
var Scorer = {
  objNameMatch: 11, objPartialMatch: 6, objPrio: { 0: 15, 1: 5, 2: -5 }, objPrioDefault: 0,
  title: 15, partialTitle: 7, term: 5, partialTerm: 2,

  score(result) {
    const [docname, title, anchor, description, score, , kind] = result;
    const index = Search._index;
    const query = (new URLSearchParams(location.search).get("q") || "").trim();
    const page = index.docnames.indexOf(docname);
    // They come in the order of the words, without them: those are in the index already.
    if (typeof index.weights === "string") {
      const words = [...new Set([index.terms, index.titleterms].flatMap(Object.keys))].sort();
      const letters = index.weights.split(" ");
      index.weights = Object.fromEntries(words.map((word, k) => [word, letters[k]]));
    }
    if (description === null) result[3] = index.descriptions[page] || null;
    if (kind === "text" && !anchor) result[2] = `?find=${encodeURIComponent(query)}`; // passage.js looks for it there

    if (kind === "title") return title === index.titles[page] && score > 15 ? 20 : score; // this very page
    if (kind === "index") return (score / 100) * 12; // the glossary's definition
    if (kind === "object") {
      const name = title.toLowerCase(), asked = query.toLowerCase();
      if (name !== asked && !name.endsWith(`.${asked}`)) return 2;
      // A word that the glossary or a page's title has, "loss" or "network", rarely means the code's name.
      const word = Object.hasOwn(index.indexentries, asked) || index.titles.some((t) => t.toLowerCase() === asked);
      return word ? 3 : 30;
    }
    const stemmer = new Stemmer();
    let weight = 0;
    for (const word of splitQuery(query.toLowerCase())) {
      const term = stemmer.stemWord(word);
      if (!Object.hasOwn(index.weights, term)) return score / 2; // only part of a word was found
      const pages = [index.terms, index.titleterms].flatMap((of) => (Object.hasOwn(of, term) ? of[term] : []));
      weight += index.weights[term].charCodeAt(pages.indexOf(page)) - 48 || 0;
    }
    return weight / 5;
  },
};

/* The index has no letters of formulas: they are sought by what they stand for. */
const SYMBOLS = { "σ": "sigmoid", "∂": "gradient", "η": "learning rate", "θ": "theta", "∘": "element" };
const splitWords = splitQuery;
splitQuery = (query) => splitWords(query.replace(/[σ∂ηθ∘]/g, (symbol) => ` ${SYMBOLS[symbol]} `));

/* Sphinx writes how many pages it found into a paragraph that nobody hears of. */
_ready(() => {
  const results = document.getElementById("search-results");
  if (!results) return;
  const hear = () => results.querySelector(".search-summary")?.setAttribute("role", "status");
  new MutationObserver(hear).observe(results, { childList: true });
  hear();
});
