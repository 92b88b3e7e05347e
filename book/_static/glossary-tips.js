// A glossary term's definition: beside the word, gone with Escape, and shown by the first tap where there is no hover.
// Without this script it appears at the bottom of the window (book.css).
(() => {
  const shown = () => document.querySelectorAll(".term:is(:hover, :focus-within)"); // one by the pointer, one by the keyboard

  const place = (term) => {
    document.documentElement.classList.remove("arriving"); // a part that waits would hold the definition in itself
    const tip = term.querySelector(".tip");
    if (innerWidth < 768) return; // a phone shows it at the bottom, above the thumb
    const word = term.querySelector("a").getClientRects()[0];
    tip.style.margin = 0;
    tip.style.right = "auto";
    tip.style.left = `${Math.max(8, Math.min(word.left, innerWidth - tip.offsetWidth - 8))}px`;
    const below = word.bottom + tip.offsetHeight < innerHeight;
    tip.style.top = below ? `${word.bottom}px` : "auto";
    tip.style.bottom = below ? "auto" : `${innerHeight - word.top}px`;
  };

  for (const term of document.querySelectorAll(".term")) {
    const again = () => { term.classList.remove("dismissed"); place(term); };
    const back = () => term.classList.remove("dismissed");
    term.addEventListener("mouseenter", again);
    term.addEventListener("focusin", again);
    term.addEventListener("mouseleave", back);
    term.addEventListener("focusout", back);
    let seen = false; // whether the definition was there before the finger came
    const link = term.querySelector("a");
    link.addEventListener("pointerdown", () => { seen = document.activeElement === link; });
    link.addEventListener("click", (event) => {
      if (event.pointerType !== "touch" || seen) return;
      event.preventDefault();
      link.focus();
    });
  }
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") shown().forEach((term) => term.classList.add("dismissed"));
  });
  document.addEventListener("scroll", () => shown().forEach(place), { passive: true });
})();
