/* Copies the code of all cells of a page, in their order, as they stand there. */
(() => {
  "use strict";
  const place = document.querySelector(".copy-all");
  const button = place.querySelector("button");
  const said = place.querySelector("span");
  button.addEventListener("click", () => {
    const cells = document.querySelectorAll(".cell_input .highlight pre");
    ClipboardJS.copy([...cells].map((cell) => cell.textContent.trim()).join("\n\n\n") + "\n");
    button.focus({ preventScroll: true }); // it was left in a field that is no more
    said.textContent = "copied";
    setTimeout(() => { said.textContent = ""; }, 3000);
  });
  place.classList.add("ready");
})();
