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

// A page arrives with only what is near the window laid out (book.css); a part is drawn for good when it comes near.
// The others are measured one by one while the browser has nothing else to do, so that the page has its height before a
// reader moves in it. Drawn as well, each would cost a frame of the whole page, and a phone is busy with that for seconds.
addEventListener("load", () => {
  const parts = [...document.querySelectorAll(".arriving .bd-article :is(section, .cell, div.math)")]
    .filter((part) => getComputedStyle(part).contentVisibility === "auto");
  const near = new IntersectionObserver((seen) => {
    for (const { isIntersecting, target } of seen) if (isIntersecting) target.style.contentVisibility = "visible";
  }, { rootMargin: "100%" });
  parts.forEach((part) => near.observe(part));

  // A link within the page needs the true height of all that stands above its target.
  addEventListener("hashchange", () => {
    document.documentElement.classList.remove("arriving");
    document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView({ behavior: "instant" });
  }, { once: true });

  const next = window.requestIdleCallback ?? setTimeout;
  const measure = () => {
    const part = parts.pop(); // from the last to the first: a section comes after the cells in it
    if (!part) return document.documentElement.classList.add("arrived");
    const edges = [...part.children].flatMap((child) => {
      const [{ top, bottom, height }, style] = [child.getBoundingClientRect(), getComputedStyle(child)];
      return height ? [top - parseFloat(style.marginTop), bottom + parseFloat(style.marginBottom)] : [];
    });
    if (edges.length) part.style.containIntrinsicBlockSize = `auto ${Math.max(...edges) - Math.min(...edges)}px`;
    next(measure);
  };
  next(measure);
});
