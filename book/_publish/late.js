// Stands in every page: its scripts run once the page is first shown, in their order, so that a phone shows it sooner.
// They come meanwhile, each for a link, which goes when its script has run. Nothing waits where a reader is to stand in the
// middle of a page (layout.html): a box that grows there would move what they read.
addEventListener("DOMContentLoaded", () => {
  const run = () => {
    for (const link of document.querySelectorAll('link[as="script"]')) {
      const script = Object.assign(document.createElement("script"), { src: link.href, async: false });
      script.onload = () => link.remove();
      document.head.append(script);
    }
  };
  if (document.documentElement.classList.contains("arriving")) requestAnimationFrame(() => setTimeout(run));
  else run();
});
