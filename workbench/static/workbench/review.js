// The focus view: answers are saved behind the next pair, a refused save comes back, and undo takes back the last one.

import "./attendance.js";
import { agrees, fieldKey } from "./deciding.js";
import { dropDraft, draftOf, keepDraft } from "./drafts.js";
import { isUndo, onKeys } from "./keys.js";
import { afterLast, leftOver, onChange, send, takeBack, waiting } from "./outbox.js";
import { fragment, post, Refused, SignedOut } from "./server.js";
import { advance, cardFrom, comeBack, current, forget, prefetch, secondsShown, takenBack, turn } from "./stage.js";
import { counted, say, word } from "./words.js";

const PAUSE = 400; // without a letter: what is typed then is meant for the card on screen
let early = -PAUSE; // when a card came back unasked, or a letter was last typed that no card was there for, or on from there
const connection = document.getElementById("connection");
const sent = new Map(); // answer → its card, until the server has it

function quietly(error) {
  if (!(error instanceof SignedOut)) throw error;
}

function refresh(html) {
  for (const part of [...fragment(html).children]) document.getElementById(part.id)?.replaceWith(part);
}

function answer(form, decision) {
  const card = form.closest(".card");
  const body = new FormData(form);
  body.set("decision", decision);
  body.set("seconds", secondsShown().toFixed(1));
  body.delete("csrfmiddlewaretoken");
  card.querySelector(".card-error").hidden = true;
  const label = form.querySelector(`.decision[value="${decision}"] .label`).textContent;
  const terms = [...card.querySelectorAll(".term-text")].map((term) => term.textContent.trim()).join(" – ");
  say(`${label}: ${terms}`);
  const item = { url: form.action, fields: [...body], pair: card.dataset.pair, label: terms, card: card.dataset.page };
  sent.set(item, card);
  send(item)
    .then((response) => {
      sent.delete(item);
      dropDraft(card);
      refresh(response.text);
    })
    .catch((error) => {
      sent.delete(item);
      if (!(error instanceof Refused)) return quietly(error);
      early = performance.now();
      return comeBack(card, error.message, terms);
    });
  forget(card);
  return advance();
}

async function undo() {
  const unsent = takeBack((item) => sent.has(item));
  if (unsent) {
    takenBack(sent.get(unsent));
    sent.delete(unsent);
    return say(word("taken_back"));
  }
  const form = document.getElementById("undo");
  try {
    const response = await afterLast(() => post(form.action), word("undo_unreached"));
    if (!response) return; // the refused answer has come back by itself
    if (response.status === 204) return say(word("nothing_to_undo"));
    takenBack(cardFrom(response.text));
    refresh(response.text);
    return say(word("taken_back"));
  } catch (error) {
    if (!(error instanceof Refused)) return quietly(error);
    return say(error.message);
  }
}

// Who types a correction before the card is there must not answer it with the rest of the word.
function outran(event) {
  if (event.key.length > 1 || event.ctrlKey || event.metaKey || event.altKey) return false;
  const now = performance.now();
  const still = current() && now - early < PAUSE;
  if (still || !current()) early = now;
  return still;
}

onKeys({
  field: fieldKey,
  page: (event) => {
    if (!isUndo(event)) return outran(event);
    event.preventDefault();
    undo();
    return true;
  },
});

document.addEventListener("submit", (event) => {
  if (event.target.id === "undo") {
    event.preventDefault();
    undo();
  } else if (event.target.matches("form.decide")) {
    event.preventDefault();
    const decision = event.submitter?.value ?? "corrected";
    if (agrees(event.target, decision)) answer(event.target, decision);
  }
});
document.addEventListener("click", (event) => {
  const arrow = event.target.closest("[data-turn]");
  if (arrow) turn(Number(arrow.dataset.turn));
});

// A connection that is gone is said once, with what waits for it.
onChange((count, tries) => {
  connection.hidden = tries === 0 || count === 0;
  if (!connection.hidden) connection.textContent = counted("unsent", count);
  if (tries === 0) prefetch();
});
addEventListener("leaving", () => current() && keepDraft(current()));

function lost({ item }, sentence) {
  draftOf(item.pair, Object.fromEntries(item.fields));
  const line = document.getElementById("came-back").content.cloneNode(true);
  line.querySelector("a").href = item.card;
  line.querySelector("a").textContent = item.label;
  line.querySelector("span").textContent = sentence;
  document.getElementById("returned").append(line);
}

const unsentBefore = leftOver();
for (const kept of unsentBefore) {
  send(kept.item, kept.key)
    .then((response) => {
      refresh(response.text);
      if (!waiting()) say(word("sent_late"));
    })
    .catch((error) => (error instanceof Refused ? lost(kept, error.message) : quietly(error)));
}
// The server does not know yet that the pair it shows has an answer.
if (unsentBefore.some(({ item }) => item.pair === current()?.dataset.pair)) advance();
prefetch();
document.body.dataset.ready = "yes";
