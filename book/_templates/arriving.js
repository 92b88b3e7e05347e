{#- Stands in the head of every page, before anything is shown.

A page arrives with only what is near the window laid out (book.css): with all of it a phone would be busy for seconds. The
rest follows at once at the reader's first sign. Nothing waits where a reader is to stand in the middle of a page. -#}
(() => {
  const { classList } = document.documentElement;
  const arrival = performance.getEntriesByType("navigation")[0];
  const midway = location.hash || location.search || arrival?.name.includes(":~:text=");
  if (midway || arrival?.type !== "navigate") return;
  classList.add("arriving");

  {# Who has begun to scroll keeps the line that is in the middle of the window. -#}
  const layOut = () => {
    const seen = scrollY > 0 && document.elementFromPoint(innerWidth / 2, innerHeight / 2);
    const top = seen && seen.getBoundingClientRect().top;
    classList.remove("arriving");
    if (seen) scrollBy({ top: seen.getBoundingClientRect().top - top, behavior: "instant" });
  };
  {# No move of the pointer: Chromium makes one itself when a page arrives under it. -#}
  const signs = ["pointerdown", "touchstart", "wheel", "keydown", "focusin", "scroll", "resize"];
  const atOnce = () => {
    for (const sign of signs) removeEventListener(sign, atOnce);
    if (classList.contains("arriving")) layOut();
  };
  for (const sign of signs) addEventListener(sign, atOnce, { passive: true });

  {# Without a sign it follows part by part, some seconds later and while the browser has nothing else to do: a screen reader
  takes in the whole page though its reader touches nothing. From the last to the first: a section after its cells. -#}
  const next = window.requestIdleCallback ?? setTimeout;
  addEventListener("load", () => setTimeout(() => {
    const parts = [...document.querySelectorAll(".bd-article :is(section, .cell, div.math)")];
    const show = () => {
      const part = parts.pop();
      if (!part || !classList.contains("arriving")) return atOnce();
      part.style.contentVisibility = "visible";
      part.getBoundingClientRect(); {#- now, and not together with the next #}
      next(show);
    };
    next(show);
  }, 10000));
})();
