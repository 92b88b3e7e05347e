// A page arrives with only what is near the window laid out (book.css): with all of it a phone would be busy for seconds.
// The rest follows at once at the reader's first sign, while they still are at the top, so that nothing moves under their hand.
(() => {
  const { classList } = document.documentElement;
  const layOut = () => classList.remove("arriving");
  // No move of the pointer: Chromium makes one itself when a page arrives under it.
  const signs = ["pointerdown", "touchstart", "wheel", "keydown", "focusin", "scroll", "resize"];
  for (const sign of signs) addEventListener(sign, layOut, { once: true, passive: true });

  // Until then each part is as high as what it holds, measured while the browser has nothing else to do: what stands in
  // it then has its place, for all that ask without a sign. From the last to the first: a section after its cells.
  const next = window.requestIdleCallback ?? setTimeout;
  addEventListener("load", () => {
    const parts = [...document.querySelectorAll(".bd-article :is(section, .cell, div.math)")];
    const measure = () => {
      const part = parts.pop();
      if (!part || !classList.contains("arriving")) return;
      const edges = [...part.children].flatMap((child) => {
        const [{ top, bottom, height }, style] = [child.getBoundingClientRect(), getComputedStyle(child)];
        return height ? [top - parseFloat(style.marginTop), bottom + parseFloat(style.marginBottom)] : [];
      });
      if (edges.length) part.style.containIntrinsicBlockSize = `auto ${Math.max(...edges) - Math.min(...edges)}px`;
      next(measure);
    };
    next(measure);
  });
})();
