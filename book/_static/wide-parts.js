// What scrolls in its own box is within the keyboard's reach. A box is measured when it is shown, or
// changes its size: measured all at once they would lay out the whole page before a reader sees any of it.
(() => {
  const boxes = "pre, div.math, .cell_output > .output, .pst-scrollable-table-container";
  const measure = (box) => {
    const wide = box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight;
    if (wide) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  };
  const sizes = new ResizeObserver((seen) => seen.forEach(({ target }) => measure(target)));
  document.querySelectorAll(boxes).forEach((box) => sizes.observe(box));
})();
