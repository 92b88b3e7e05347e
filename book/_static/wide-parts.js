// The theme lets the keyboard reach what is wider than the page, and looks again when the window
// changes; what a reader unfolds has its width only then.
document.addEventListener("toggle", () => window.dispatchEvent(new Event("resize")), true);
