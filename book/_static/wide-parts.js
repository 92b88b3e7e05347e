// What scrolls in its own box is within the keyboard's reach. A box is measured when it is shown, or
// changes its size: measured all at once they would lay out the whole page before a reader sees any of it.
(() => {
  const boxes = "pre, .cell_output > .output, .pst-scrollable-table-container";
  const measure = (box) => {
    const wide = box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight;
    if (wide) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  };
  const sizes = new ResizeObserver((seen) => seen.forEach(({ target }) => measure(target)));
  document.querySelectorAll(boxes).forEach((box) => sizes.observe(box));
})();

// A page arrives with only what is in sight laid out (book.css). The rest follows part by part, while the browser has
// nothing else to do, so that no part is without its size when a reader comes to it.
addEventListener("load", () => {
  const parts = [...document.querySelectorAll(".bd-article :is(section, .cell, div.math)")];
  const next = window.requestIdleCallback ?? setTimeout;
  const layOut = () => {
    const part = parts.shift();
    if (!part) return document.documentElement.classList.remove("arriving");
    part.style.contentVisibility = "visible";
    next(layOut);
  };
  next(layOut);
});
