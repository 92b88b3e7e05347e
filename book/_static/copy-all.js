/* Copies the code of all cells of a page, in their order, as they stand there. */
(() => {
  "use strict";
  const line = document.querySelector(".page-code");
  const button = document.createElement("button");
  const said = document.createElement("span");
  button.type = "button";
  button.textContent = "copy all";
  said.setAttribute("role", "status");
  button.addEventListener("click", () => {
    const cells = document.querySelectorAll(".cell_input .highlight pre");
    ClipboardJS.copy([...cells].map((cell) => cell.textContent.trim()).join("\n\n\n") + "\n");
    button.focus({ preventScroll: true }); // it was left in a field that is no more
    said.textContent = "copied";
    setTimeout(() => { said.textContent = ""; }, 3000);
  });
  line.append(", ", button, " ", said);
})();
