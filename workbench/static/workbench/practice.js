// Practice: the keys of the review card, sent the plain way, since each answer is explained on a page of its own.

import { onKeys } from "./keys.js";
import { suggestionKey } from "./typeahead.js";

const form = document.querySelector("form.decide");
const correction = form?.querySelector("[name=correction]");

onKeys({
  field: (event) => {
    if (event.target === correction && suggestionKey(event)) return;
    if (event.key === "Escape") document.querySelector(".card").focus();
  },
});
form?.addEventListener("submit", (event) => {
  const wantsText = (event.submitter?.value ?? "corrected") === "corrected";
  if (!wantsText || correction.value.trim()) return;
  event.preventDefault();
  correction.focus();
});
document.getElementById("told")?.querySelector("a, button").focus();
