// The cards: one on screen, the next ones behind it, fetched before they are asked for.

import { dropDraft, keepDraft, restoreDraft } from "./drafts.js";
import { inField } from "./keys.js";
import { unsaved, waiting } from "./outbox.js";
import { fragment, post, Refused, SignedOut, tell, Unreached } from "./server.js";
import { closeSuggestions } from "./typeahead.js";
import { say, word } from "./words.js";

const AHEAD = 2;
const AGAIN = 3000;
const stage = document.getElementById("stage");
let ready = []; // cards that wait off the page, first to be shown first
let fetching = null;
let exhausted = !current();
let again;
let shownAt = performance.now();

export const secondsShown = () => (performance.now() - shownAt) / 1000;

export function current() {
  return stage.querySelector(".card");
}

const here = () => [current(), ...ready].filter(Boolean);

export function cardFrom(html) {
  return fragment(html).querySelector(".card");
}

// Whether a card that nobody waits for just now may take the focus: not from a link or a button that somebody went to.
const free = () => document.activeElement === document.body || stage.contains(document.activeElement);

function show(node, focus = true) {
  closeSuggestions();
  stage.replaceChildren(node);
  if (current()) restoreDraft(current());
  for (const part of document.querySelectorAll("[data-of]")) part.hidden = part.dataset.of !== current()?.dataset.pair;
  if (focus) stage.querySelector("[tabindex='-1']")?.focus({ preventScroll: true });
  if (stage.getBoundingClientRect().top < 0) stage.scrollIntoView({ block: "start" });
  shownAt = performance.now();
}

// Puts a card on screen and the one that was there behind it.
function showFirst(card, focus) {
  const now = current();
  if (now && now.dataset.pair !== card.dataset.pair) ready.unshift(now);
  show(card, focus);
}

export function prefetch() {
  if (fetching || exhausted || ready.length >= AHEAD) return fetching;
  if (ready.length && waiting()) return null; // saves go first: the outbox calls again when they are through
  clearTimeout(again);
  const body = new FormData();
  body.set("holding", [...here().map((card) => card.dataset.pair), ...unsaved()].join(","));
  fetching = post(stage.dataset.next, body)
    .then(arrived)
    .catch(missed)
    .finally(() => {
      fetching = null;
      if (!exhausted && ready.length && ready.length < AHEAD && !again) prefetch();
    });
  return fetching;
}

function arrived(response) {
  again = undefined;
  const card = response.status === 204 ? null : cardFrom(response.text);
  if (!card) exhausted = true;
  else if (!here().some(({ dataset }) => dataset.pair === card.dataset.pair)) ready.push(card); // else it came back meanwhile
  if (!current() && !exhausted && stage.querySelector("[data-wants-card]")) advance(free());
}

function missed(error) {
  if (error instanceof SignedOut) return;
  if (error instanceof Unreached) again = setTimeout(() => prefetch(), AGAIN);
  else if (!(error instanceof Refused)) throw error;
  if (!current()) say(error.message);
}

function template(name) {
  return document.getElementById(name).content.cloneNode(true);
}

export async function advance(focus = true) {
  if (!ready.length && !exhausted) {
    show(template("on-its-way"), focus);
    await (fetching ?? prefetch());
    if (current()) return;
    focus = free();
  }
  const next = ready.shift();
  show(next ?? template(exhausted ? "nothing-left" : "not-fetched"), focus);
  if (next) prefetch();
}

// Arrows walk through the cards that the page holds; none is answered by that.
export function turn(step) {
  const now = current();
  if (!now || !ready.length) return say(word("no_other"));
  if (step > 0) ready.push(now);
  const next = step > 0 ? ready.shift() : ready.pop();
  if (step < 0) ready.unshift(now);
  return show(next);
}

function returns(card) {
  keepDraft(card);
  ready = ready.filter((waiting) => waiting.dataset.pair !== card.dataset.pair);
}

// What was taken back is shown at once, as it was asked for.
export function takenBack(card) {
  returns(card);
  showFirst(card);
}

// An answer that was refused comes without being asked for: it leaves the focus to whoever types, and is the next then.
export function comeBack(card, sentence, label) {
  returns(card);
  const error = card.querySelector(".card-error");
  error.textContent = sentence;
  error.hidden = false;
  const typing = current() && inField(document.activeElement);
  if (typing) ready.unshift(card);
  else showFirst(card, free());
  say(typing ? word("not_saved_next", { pair: label }) : word("not_saved"));
}

export function forget(card) {
  dropDraft(card);
  ready = ready.filter((waiting) => waiting !== card);
}

export const holds = (card) => here().includes(card);

const held = () => here().filter((card) => card.dataset.renew);

export async function heartbeat() {
  for (const card of held()) {
    const response = await post(card.dataset.renew).catch((error) => {
      if (error instanceof Unreached || error instanceof Refused || error instanceof SignedOut) return null;
      throw error;
    });
    if (response?.status !== 410) continue;
    if (card === current()) say(word("lapsed"));
    else ready = ready.filter((waiting) => waiting !== card);
  }
}

const refused = (card) => !card.querySelector(".card-error").hidden;

// Others need not wait for pairs that this page will not show any more, except for one whose answer is still to be saved.
addEventListener("pagehide", () => {
  for (const card of ready) if (card.dataset.release && !refused(card)) tell(card.dataset.release);
});

if (current()) restoreDraft(current());
