// Stands in every page: its scripts run once the page is first shown, in their order, so that a phone shows it sooner.
// They come meanwhile, each for a link, which goes when its script has run. Nothing waits where a reader is to stand in the
// middle of a page (arriving.js): a box that grows there would move what they read.
addEventListener("DOMContentLoaded", () => {
  // What a reader opens before the scripts that can open it are there opens then.
  let asked;
  const note = (event) => {
    const opener = event.target.closest(".sidebar-toggle, .search-button__button");
    if (!opener) return;
    event.preventDefault();
    asked = opener;
  };
  document.addEventListener("click", note);
  const ended = () => {
    if (document.querySelector('link[as="script"]')) return;
    document.removeEventListener("click", note);
    if (asked) requestAnimationFrame(() => setTimeout(() => asked.click())); // what measures (scripts.py) comes before
  };
  const run = () => {
    for (const link of document.querySelectorAll('link[as="script"]')) {
      const script = Object.assign(document.createElement("script"), { src: link.href, async: false });
      script.onload = script.onerror = () => { link.remove(); ended(); };
      document.head.append(script);
    }
  };
  if (document.documentElement.classList.contains("arriving")) requestAnimationFrame(() => setTimeout(run));
  else run();
});
