// A button that prints the page: the browser's own dialogue saves it as PDF too. Without scripts there is no button.

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
