// What was typed but not sent outlives a lapsed claim, a reload and an ended session: kept per pair in this tab.

const FIELDS = ["correction", "note", "confidence"];
const owner = document.body.dataset.owner ?? "";
const name = (card) => `tertium-draft:${owner}:${card.dataset.pair}`;
const field = (card, which) => card.querySelector("form.decide").elements[which];

export function keepDraft(card) {
  const typed = Object.fromEntries(FIELDS.map((which) => [which, field(card, which).value]));
  const emptied = FIELDS.some((which) => field(card, which).defaultValue && !typed[which]);
  if (emptied || FIELDS.some((which) => typed[which])) sessionStorage.setItem(name(card), JSON.stringify(typed));
  else sessionStorage.removeItem(name(card));
}

export function restoreDraft(card) {
  const kept = sessionStorage.getItem(name(card));
  if (!kept) return;
  const typed = JSON.parse(kept);
  for (const which of FIELDS) field(card, which).value = typed[which] ?? "";
}

export function draftOf(pair, typed) {
  sessionStorage.setItem(`tertium-draft:${owner}:${pair}`, JSON.stringify(typed));
}

export function dropDraft(card) {
  sessionStorage.removeItem(name(card));
}

document.addEventListener("input", (event) => {
  const card = event.target.closest(".card");
  if (card && FIELDS.includes(event.target.name)) keepDraft(card);
});
