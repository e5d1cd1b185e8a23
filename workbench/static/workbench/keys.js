// Keys are printed on what they press: whatever carries data-key answers to it. Single letters are dead while a field
// has the focus, and where the reviewer has switched them off.

const dialogs = () => document.querySelector("dialog[open]");

export function inField(target) {
  return target.matches("input:not([type=checkbox], [type=radio], [type=button]), textarea, select");
}

const movesRadio = (event) => event.key.startsWith("Arrow") && event.target.matches("[type=radio]");

export const lettersOn = () => document.body.dataset.letters !== "off";

function bound(key) {
  const found = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)];
  return found.find((element) => element.checkVisibility()) ?? found[0];
}

function press(element) {
  const field = element.dataset.focus && document.getElementById(element.dataset.focus);
  if (field) field.focus();
  else element.click();
}

// A key that is no single letter, digit or sign stays alive: `?` opens help even when letters are off.
export function pageKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const key = event.key.toLowerCase();
  if (key !== "?" && !lettersOn()) return false;
  const element = key.length === 1 || key.startsWith("arrow") ? bound(key) : null;
  if (!element) return false;
  event.preventDefault();
  press(element);
  return true;
}

export const isUndo = (event) =>
  (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "z";

// call(event) gets what is left to the page: keys outside fields that no radio button needs, no dialog open, no repeat.
export function onKeys({ field, page }) {
  document.addEventListener("keydown", (event) => {
    if (dialogs() || event.isComposing || event.repeat || movesRadio(event)) return;
    if (inField(event.target)) field?.(event);
    else if (!page?.(event)) pageKey(event);
  });
}

for (const opener of document.querySelectorAll("[data-opens]")) {
  opener.addEventListener("click", () => document.getElementById(opener.dataset.opens).showModal());
}
