// Suggestions from the target vocabulary under the correction field: an ARIA combobox whose text stays free.

import { fragment, get, Unreached } from "./server.js";

const AGAIN = 3000;
const field = () => document.getElementById("correction");
const list = () => document.getElementById("suggestions");
let timer;
let asked = 0;

export function closeSuggestions() {
  clearTimeout(timer);
  asked += 1;
  if (!list()) return;
  list().hidden = true;
  list().replaceChildren();
  field().setAttribute("aria-expanded", "false");
  field().removeAttribute("aria-activedescendant");
}

async function suggest() {
  const input = field();
  const typed = input.value.trim();
  if (!typed) return closeSuggestions();
  const mine = ++asked;
  const answer = await get(`${input.dataset.terms}&q=${encodeURIComponent(typed)}`).catch((error) => error);
  if (mine !== asked || input !== field()) return;
  if (answer instanceof Unreached) timer = setTimeout(suggest, AGAIN);
  if (answer instanceof Error) return;
  list().replaceChildren(fragment(answer.text));
  const some = list().children.length > 0;
  list().hidden = !some;
  input.setAttribute("aria-expanded", String(some));
  input.removeAttribute("aria-activedescendant");
}

const active = () => list()?.querySelector("[aria-selected=true]");

function move(step) {
  const options = [...list().children];
  if (!options.length) return;
  const now = options.indexOf(active());
  const next = (now + step + options.length + (now < 0 && step < 0 ? 1 : 0)) % options.length;
  options.forEach((option, index) => option.setAttribute("aria-selected", String(index === next)));
  options[next].scrollIntoView({ block: "nearest" });
  field().setAttribute("aria-activedescendant", options[next].id);
}

function take(option) {
  field().value = option.textContent;
  field().dispatchEvent(new Event("input", { bubbles: true })); // a draft is kept of it, as if it were typed
  closeSuggestions();
  field().focus();
}

// True when the key was used up by the list.
export function suggestionKey(event) {
  if (list().hidden) return false;
  if (event.key === "ArrowDown") move(1);
  else if (event.key === "ArrowUp") move(-1);
  else if (event.key === "Escape") closeSuggestions();
  else if (event.key === "Enter" && active() && !event.ctrlKey && !event.metaKey) take(active());
  else return false;
  event.preventDefault();
  return true;
}

document.addEventListener("input", (event) => {
  if (event.target.id !== "correction") return;
  clearTimeout(timer);
  timer = setTimeout(suggest, 120);
});
document.addEventListener("mousedown", (event) => {
  const option = event.target.closest("#suggestions [role=option]");
  if (!option) return;
  event.preventDefault();
  take(option);
});
document.addEventListener("focusout", (event) => {
  if (event.target.id === "correction") setTimeout(() => document.activeElement !== field() && closeSuggestions(), 100);
});
