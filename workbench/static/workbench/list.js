// The list view: rows by arrow keys, pairs chosen for one answer, and the number that has to be typed first.

import { onKeys } from "./keys.js";
import { counted, word } from "./words.js";

const boxes = () => [...document.querySelectorAll(".choosable input[name=pair]:not(:disabled)")];
const rows = () => [...document.querySelectorAll(".pair-list a.pair-terms")];

function count() {
  const chosen = boxes().filter((box) => box.checked).length;
  const said = document.getElementById("chosen");
  if (!said) return;
  said.textContent = chosen ? counted("chosen", chosen) : word("choose");
  document.getElementById("choose-all").checked = chosen > 0 && chosen === boxes().length;
}

document.addEventListener("change", (event) => {
  if (event.target.id === "choose-all") for (const box of boxes()) box.checked = event.target.checked;
  if (event.target.type === "checkbox") count();
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form.list")) return;
  const chosen = boxes().filter((box) => box.checked).length;
  const typed = form.querySelector("[name=typed]");
  if (chosen && typed.value.trim() === String(chosen)) return;
  event.preventDefault();
  document.getElementById("chosen").textContent = chosen ? counted("type_number", chosen) : word("choose");
  (chosen ? typed : boxes()[0])?.focus();
});

function step(by) {
  const all = rows();
  const here = document.activeElement.closest?.("li");
  const place = all.findIndex((row) => row.closest("li") === here);
  const next = all[Math.max(0, Math.min(all.length - 1, place + by))];
  next?.focus();
}

function toggle() {
  const box = document.activeElement.closest?.(".pair-list li")?.querySelector("input[name=pair]:not(:disabled)");
  if (!box || document.activeElement === box) return false;
  box.checked = !box.checked;
  count();
  return true;
}

onKeys({
  page: (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    if (event.key === "ArrowDown") step(1);
    else if (event.key === "ArrowUp") step(-1);
    else if (event.key !== " " || !toggle()) return false;
    event.preventDefault();
    return true;
  },
});

// The filter that is saved is the one that is shown.
document.body.addEventListener("htmx:pushedIntoHistory", () => {
  document.getElementById("filter-query").value = location.search.slice(1);
  count();
});
count();
