/* How search results are ordered, and announced. Part of language_data.js, which only the search page loads.
   The numbers are Sphinx's own where `score` does not change them. */
var Scorer = {
  objNameMatch: 11, objPartialMatch: 6, objPrio: { 0: 15, 1: 5, 2: -5 }, objPrioDefault: 0,
  title: 15, partialTitle: 7, term: 5, partialTerm: 2,

  score(result) {
    const [docname, title, anchor, description, score, , kind] = result;
    const index = Search._index;
    const query = (new URLSearchParams(location.search).get("q") || "").trim();
    const { words, stem } = bookWords;
    const page = index.docnames.indexOf(docname);
    // They come in the order of the words, without them: those are in the index already.
    if (typeof index.weights === "string") {
      const all = [...new Set([index.terms, index.titleterms].flatMap(Object.keys))].sort();
      const letters = index.weights.split(" ");
      index.weights = Object.fromEntries(all.map((word, k) => [word, letters[k]]));
    }
    if (description === null) result[3] = index.descriptions[page] || null;
    // passage.js looks for it there; a page that its title found already is listed once.
    const own = index.titles[page].toLowerCase();
    const entitled = own.includes(bookWords.sought) && bookWords.sought.length >= own.length / 2;
    if (kind === "text" && !anchor && !entitled) result[2] = `?find=${encodeURIComponent(query)}`;

    if (kind === "title") return title === index.titles[page] && score > 15 ? 20 : score; // this very page
    if (kind === "index") return (score / 100) * 12; // the glossary's definition
    if (kind === "object") {
      const name = title.toLowerCase(), asked = query.toLowerCase();
      if (name !== asked && !name.endsWith(`.${asked}`)) return 2;
      // A word that the glossary or a page's title has, "loss" or "network", rarely means the code's name.
      const word = Object.hasOwn(index.indexentries, asked) || index.titles.some((t) => t.toLowerCase() === asked);
      return word ? 3 : 30;
    }
    const terms = words.map(stem);
    // A page that is named in the query, "how does the output gate work", is meant rather than others.
    const named = docname.includes("reference/") ? [] : splitQuery(index.titles[page].toLowerCase()).map(stem);
    let weight = named.every((term) => terms.includes(term)) ? NAMED * named.length : 0;
    for (const term of terms) {
      if (!Object.hasOwn(index.weights, term)) return score / 2; // only part of a word was found
      const pages = [index.terms, index.titleterms].flatMap((of) => (Object.hasOwn(of, term) ? of[term] : []));
      weight += index.weights[term].charCodeAt(pages.indexOf(page)) - 48 || 0;
    }
    return weight / 5;
  },
};

/* What each word of a page's title is worth there, when the query has them all: more than most words weigh anywhere. */
const NAMED = 15;

/* The index has no letters of formulas: they are sought by what they stand for. */
const SYMBOLS = {
  "σ": "sigmoid", "∂": "backward gradient", "η": "learning rate", "θ": "theta", "∘": "element by element", "⊙": "element by element", "ρ": "rho", "ε": "epsilon", "∑": "sum",
};
const splitWords = splitQuery;
splitQuery = (query) => splitWords(query.replace(/\p{Letter}|\p{Symbol}/gu, (letter) => (SYMBOLS[letter] ? ` ${SYMBOLS[letter]} ` : letter)));

/* A question is sought by its words that say something, in the book's spelling. */
const bookWords = {
  words: [],
  unknown: [],
  sought: "",
  empty: new Set("am can could did do does had has have how i me mean means my our should so than too what when where which who why work works would you your".split(" ")),
  stemmer: null,
  stem: (word) => (bookWords.stemmer ??= new Stemmer()).stemWord(word),
  says: (word) => !stopwords.has(word) && !bookWords.empty.has(word) && !/^\d+$/.test(word),

  /** Return how many letters have to be changed, put in or left out to make one word of the other. */
  distance(one, other) {
    let row = [...other, ""].map((_, k) => k);
    [...one].forEach((letter, n) => {
      let before = n + 1;
      const next = [before];
      [...other].forEach((another, k) => {
        before = Math.min(row[k] + (letter !== another), row[k + 1] + 1, before + 1);
        next.push(before);
      });
      row = next;
    });
    return row.at(-1);
  },

  /** Return the query as it is sought: a title or term of the glossary, if it is one, or words that the book has. */
  translate(query) {
    const { stem, says, distance } = bookWords;
    const { terms, titleterms, alltitles, indexentries } = Search._index;
    const names = [...Object.keys(indexentries), ...Object.keys(alltitles)];
    const spoken = [...new Set(names.flatMap((name) => splitQuery(name.toLowerCase())))];
    const stems = [...Object.keys(terms), ...Object.keys(titleterms)];
    const spelt = (word) => {
      const term = stem(word);
      if (stems.some((known) => known === term || (term.length > 2 && known.includes(term)))) return word;
      const near = spoken.map((known) => [distance(word, known), known]).sort(([a], [b]) => a - b)[0];
      return word.length > 4 && near?.[0] < 3 ? near[1] : [];
    };
    const meant = (words) => words.filter(says).map(stem).join(" ");
    const asked = splitQuery(query.toLowerCase()).filter(says);
    const found = asked.flatMap(spelt);
    bookWords.words = found.length ? found : asked;
    bookWords.unknown = found.length ? asked.filter((word) => !found.includes(word)) : [];
    if (!bookWords.words.length) return query;
    if ([...query].some((letter) => SYMBOLS[letter])) return query; // pages with formulas are meant, and no definition
    const name = names.find((one) => meant(splitQuery(one.toLowerCase())) === meant(bookWords.words));
    return name ?? bookWords.words.join(" ");
  },
};

/* Sphinx writes how many pages it found into a paragraph that nobody hears of. */
_ready(() => {
  const { query } = Search;
  const results = document.getElementById("search-results");
  Search.query = (asked) => {
    const sought = bookWords.translate(asked);
    bookWords.sought = sought.toLowerCase();
    const { unknown, words } = bookWords;
    if (unknown.length) {
      const told = `No page has “${unknown.join("”, “")}”: shown is what was found for “${words.join(" ")}”.`;
      results?.before(Object.assign(document.createElement("p"), { className: "search-instead", textContent: told }));
    }
    return query(sought);
  };
  if (!results) return;
  const hear = () => results.querySelector(".search-summary")?.setAttribute("role", "status");
  new MutationObserver(hear).observe(results, { childList: true });
  hear();
});
