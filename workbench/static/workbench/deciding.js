// A card's form, in review and in practice alike: no verdict passes over a correction that is typed, and keys within its
// fields save or leave them.

import { suggestionKey } from "./typeahead.js";
import { say, word } from "./words.js";

const typed = (form) => form.elements.correction.value.trim() !== "";

// Whether the form may be sent with this decision; where not, the focus and a sentence show what is in the way.
export function agrees(form, decision) {
  if (typed(form) === (decision === "corrected") || decision === "wrong_form") return true;
  form.elements.correction.focus();
  if (typed(form)) say(word("typed"));
  return false;
}

export function fieldKey(event) {
  const card = event.target.closest(".card");
  const inCorrection = event.target.id === "correction";
  if (!card || (inCorrection && suggestionKey(event))) return;
  if (event.key === "Escape") card.focus();
  if (event.key !== "Enter" || !(inCorrection || event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  const form = card.querySelector("form.decide");
  if (typed(form)) form.requestSubmit(form.querySelector("[value=corrected]"));
  else if (!inCorrection) {
    card.focus();
    say(word("note_kept"));
  }
}
