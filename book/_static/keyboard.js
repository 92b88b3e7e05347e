// For the keyboard and the ear: what the scripts of the theme and of its copy buttons leave out.
(() => {
  const root = document.documentElement;

  // A copy leaves the focus in a field that is then removed, and is seen, not heard.
  const told = Object.assign(document.createElement("p"), { className: "heard" });
  told.setAttribute("role", "status");
  document.body.append(told);
  document.addEventListener("click", ({ target }) => {
    const button = target.closest?.(".copybtn");
    if (!button) return;
    button.focus({ preventScroll: true });
    told.textContent = "Copied";
    setTimeout(() => { told.textContent = ""; }, 3000);
  });

  // Links, for readers without JavaScript; here they are buttons that say whether their sidebar is shown.
  for (const toggle of document.querySelectorAll(".sidebar-toggle")) {
    const sidebar = document.querySelector(toggle.hash);
    if (!sidebar) continue;
    const tell = () => toggle.setAttribute("aria-expanded", sidebar.checkVisibility({ visibilityProperty: true }));
    toggle.setAttribute("role", "button");
    toggle.addEventListener("keydown", (event) => {
      if (event.key !== " ") return;
      event.preventDefault();
      toggle.click();
    });
    new ResizeObserver(tell).observe(sidebar);
    sidebar.addEventListener("transitionend", tell);
    tell();
  }

  for (const dialog of document.querySelectorAll("dialog")) {
    if (!dialog.id.includes("sidebar")) continue;
    const close = Object.assign(document.createElement("button"), { type: "button", className: "close-dialog", textContent: "Close" });
    close.addEventListener("click", () => close.closest("dialog").close());
    dialog.prepend(close); // the theme carries it along with the sidebar's parts
    // From a link to a place on this page reading goes on there, and not at the toggle.
    dialog.addEventListener("click", ({ target }) => {
      const place = document.getElementById(target.closest("a[href^='#']")?.hash.slice(1));
      if (!place) return;
      const heading = place.querySelector("h1, h2, h3, h4") ?? place;
      heading.tabIndex = -1;
      dialog.addEventListener("close", () => setTimeout(() => heading.focus({ preventScroll: true })), { once: true });
    });
  }

  // Of the three colour modes one is chosen.
  const modes = document.querySelectorAll("#colour-modes button");
  const press = () => modes.forEach((mode) => mode.setAttribute("aria-pressed", mode.dataset.mode === root.dataset.mode));
  new MutationObserver(press).observe(root, { attributeFilter: ["data-mode"] });
  press();
})();
