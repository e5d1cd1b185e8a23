// Practice: the keys of the review card, sent the plain way, since each answer is explained on a page of its own.

import { agrees, fieldKey } from "./deciding.js";
import { onKeys } from "./keys.js";

onKeys({ field: fieldKey });
document.querySelector("form.decide")?.addEventListener("submit", (event) => {
  if (!agrees(event.target, event.submitter?.value ?? "corrected")) event.preventDefault();
});
document.getElementById("go-on")?.focus();
document.body.dataset.ready = "yes";
