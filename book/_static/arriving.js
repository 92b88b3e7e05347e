// A page arrives with only what is near the window laid out (book.css): with all of it a phone would be busy for seconds.
// The rest follows at once at the reader's first sign, while they still are at the top, so that nothing moves under their hand.
(() => {
  const { classList } = document.documentElement;
  const layOut = () => classList.remove("arriving");
  // No move of the pointer: Chromium makes one itself when a page arrives under it.
  const signs = ["pointerdown", "touchstart", "wheel", "keydown", "focusin", "scroll", "resize"];
  for (const sign of signs) addEventListener(sign, layOut, { once: true, passive: true });

  // Without a sign it follows part by part, some seconds later and while the browser has nothing else to do: a screen reader
  // takes in the whole page though its reader touches nothing. From the last to the first: a section after its cells.
  const next = window.requestIdleCallback ?? setTimeout;
  const parts = [...document.querySelectorAll(".bd-article :is(section, .cell, div.math)")];
  const show = () => {
    const part = parts.pop();
    if (!part || !classList.contains("arriving")) return layOut();
    part.style.contentVisibility = "visible";
    part.getBoundingClientRect(); // now, and not together with the next
    next(show);
  };
  setTimeout(() => next(show), 10000);
})();
