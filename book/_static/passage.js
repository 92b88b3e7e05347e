// The search leads to a page (code_search.js): the reader wants the passage. It is the first that holds the phrase, or most of
// its words; one that stands open comes before one that is folded. A plural finds its singular too.
(() => {
  const phrase = new URLSearchParams(location.search).get("find")?.trim().toLowerCase();
  if (!phrase) return;
  const words = new Set(phrase.split(/\s+/).map((word) => word.replace(/(\w\w)s$/, "$1")));
  const worth = (passage) => {
    const text = passage.textContent.replace(/\s+/g, " ").toLowerCase();
    const found = [...words].filter((word) => text.includes(word)).length + text.includes(phrase);
    return found - (passage.closest("details:not([open])") ? 0.5 : 0);
  };
  const show = () => {
    let [best, most] = [null, 0.5];
    for (const passage of document.querySelectorAll(".bd-article :is(h1, h2, h3, h4, p, dt, tr, pre)")) {
      const found = worth(passage);
      if (found > most) [best, most] = [passage, found];
    }
    // A reader who comes back, or reloads, stands where they stood.
    if (!best || performance.getEntriesByType("navigation")[0]?.type !== "navigate") return;
    for (let fold; (fold = best.closest("details:not([open])")); ) fold.open = true;
    best.classList.add("found");
    best.tabIndex = -1;
    best.focus({ preventScroll: true });
    best.scrollIntoView({ block: "center" });
  };
  if (document.readyState === "complete") show();
  else addEventListener("load", show);
})();
