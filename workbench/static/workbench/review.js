// The focus view: the next pair is here before it is asked for, answers are saved behind it, and a failed save comes back.

import { fragment, inOrder, post, Refused } from "./server.js";
import { closeSuggestions, suggestionKey } from "./typeahead.js";

const AHEAD = 2;
const HEARTBEAT = 60000;
const stage = document.getElementById("stage");
const said = document.getElementById("said");
const helpDialog = document.getElementById("keys");
const keysOn = document.getElementById("keys-on");
let ready = []; // cards that wait off the page, first to be shown first
let fetching = null;
let exhausted = !current();

function current() {
  return stage.querySelector(".card");
}

function say(text) {
  said.textContent = text;
  said.title = text;
}

function show(node) {
  closeSuggestions();
  stage.replaceChildren(node);
  const focusable = stage.querySelector("[tabindex='-1']");
  focusable?.focus({ preventScroll: true });
  if (stage.getBoundingClientRect().top < 0) stage.scrollIntoView({ block: "start" });
}

function cardFrom(html) {
  return fragment(html).querySelector(".card");
}

function prefetch() {
  if (fetching || exhausted || ready.length >= AHEAD) return fetching;
  const held = [current(), ...ready].filter(Boolean).map((card) => card.dataset.pair);
  const body = new FormData();
  body.set("holding", held.join(","));
  fetching = post(stage.dataset.next, body)
    .then(async (response) => {
      if (response.status === 204) exhausted = true;
      else ready.push(cardFrom(await response.text()));
    })
    .catch((error) => {
      if (!(error instanceof Refused)) throw error;
      if (!current()) say(error.message);
    })
    .finally(() => {
      fetching = null;
      if (!exhausted && ready.length && ready.length < AHEAD) prefetch();
    });
  return fetching;
}

async function advance() {
  if (!ready.length && !exhausted) {
    const wait = document.createElement("p");
    wait.className = "waiting";
    wait.textContent = "The next pair is on its way …";
    show(wait);
    await prefetch();
    if (current()) return;
  }
  const next = ready.shift();
  if (next) show(next);
  else show(document.getElementById(exhausted ? "nothing-left" : "not-fetched").content.cloneNode(true));
  if (next) prefetch();
}

function refresh(html) {
  for (const part of [...fragment(html).children]) document.getElementById(part.id)?.replaceWith(part);
}

function comeBack(card, sentence) {
  const now = current();
  if (now && now !== card) ready.unshift(now);
  show(card);
  const error = card.querySelector(".card-error");
  error.textContent = sentence;
  error.hidden = false;
  say("Not saved.");
}

function answer(form, decision) {
  const card = form.closest(".card");
  const body = new FormData(form);
  body.set("decision", decision);
  card.querySelector(".card-error").hidden = true;
  const label = form.querySelector(`.decision[value="${decision}"] span`).textContent;
  const terms = [...card.querySelectorAll(".term-text")].map((term) => term.textContent.trim()).join(" – ");
  say(`${label}: ${terms}`);
  inOrder(() => post(form.action, body))
    .then(async (response) => refresh(await response.text()))
    .catch((error) => {
      if (!(error instanceof Refused)) throw error;
      comeBack(card, error.message);
    });
  advance();
}

function choose(form, decision) {
  const correction = form.querySelector("[name=correction]");
  const typed = correction.value.trim() !== "";
  if (typed === (decision === "corrected") || decision === "wrong_form") return answer(form, decision);
  correction.focus();
  if (typed) say("A correction is in the field. Press Enter to save it, or clear the field first.");
  return undefined;
}

async function undo() {
  const form = document.getElementById("undo");
  try {
    const response = await inOrder(() => post(form.action, new FormData(form)));
    if (response.status === 204) return say("There is nothing to undo.");
    const card = cardFrom(await response.text());
    const now = current();
    ready = ready.filter((waiting) => waiting.dataset.pair !== card.dataset.pair);
    if (now && now.dataset.pair !== card.dataset.pair) ready.unshift(now);
    show(card);
    return say("Your last answer is taken back.");
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return say(error.message);
  }
}

async function heartbeat() {
  for (const card of [current(), ...ready]) {
    if (!card?.dataset.renew) continue;
    const response = await post(card.dataset.renew).catch(() => null);
    if (response?.status !== 410) continue;
    if (card === current()) say("Your hold on this pair has lapsed. Your answer still counts.");
    else ready = ready.filter((waiting) => waiting !== card);
  }
}

function fieldKey(event, form) {
  if (event.target.id === "correction" && suggestionKey(event)) return;
  if (event.key === "Escape") return current().focus();
  const inCorrection = event.target.id === "correction";
  if (event.key !== "Enter" || !(inCorrection || event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  if (form.querySelector("[name=correction]").value.trim()) answer(form, "corrected");
  else if (!inCorrection) {
    current().focus();
    say("The note is kept. Now press the key of your decision.");
  }
}

function cardKey(event, form) {
  const key = event.key.toLowerCase();
  if (key === "?") return helpDialog.showModal();
  if (!form || !keysOn.checked) return undefined;
  if (key === "m") {
    event.preventDefault();
    return form.querySelector("[name=note]").focus();
  }
  const button = form.querySelector(`.decision[data-key="${CSS.escape(key)}"]`);
  if (!button) return undefined;
  event.preventDefault();
  return choose(form, button.value);
}

document.addEventListener("keydown", (event) => {
  if (helpDialog.open || event.isComposing || event.repeat) return;
  const inField = event.target.matches("input:not([type=checkbox]), textarea, select");
  const form = current()?.querySelector("form.decide");
  if (inField && form) return fieldKey(event, form);
  if ((event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "z") {
    event.preventDefault();
    return undo();
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
  return cardKey(event, form);
});

document.addEventListener("submit", (event) => {
  if (event.target.id === "undo") {
    event.preventDefault();
    undo();
  } else if (event.target.matches("form.decide")) {
    event.preventDefault();
    choose(event.target, event.submitter?.value ?? "corrected");
  }
});

document.getElementById("help-button").addEventListener("click", () => helpDialog.showModal());
keysOn.checked = localStorage.getItem("tertium-keys") !== "off";
keysOn.addEventListener("change", () => localStorage.setItem("tertium-keys", keysOn.checked ? "on" : "off"));
setInterval(heartbeat, HEARTBEAT);
prefetch();
