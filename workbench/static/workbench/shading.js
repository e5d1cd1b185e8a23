// Which words carry the similarity, on demand: a worker is asked, and the terms are replaced when it has answered.

import { fragment, get, post, Refused, SignedOut, Unreached } from "./server.js";
import { holds } from "./stage.js";
import { say, word } from "./words.js";

const AGAIN = 5000;

function replace(card, html) {
  const now = card.querySelector(".terms");
  const focused = now.contains(document.activeElement);
  now.replaceWith(fragment(html));
  if (focused) card.focus({ preventScroll: true });
  follow(card);
}

function follow(card) {
  const { poll, pause } = card.querySelector(".terms").dataset;
  if (poll) setTimeout(() => look(card, poll), 1000 * Number(pause));
}

async function look(card, address) {
  if (!holds(card)) return;
  try {
    replace(card, (await get(address)).text);
  } catch (error) {
    if (error instanceof Unreached) setTimeout(() => look(card, address), AGAIN);
    else if (!(error instanceof SignedOut) && !(error instanceof Refused)) throw error;
  }
}

document.addEventListener("submit", async (event) => {
  if (!event.target.matches("form.which-words")) return;
  event.preventDefault();
  const card = event.target.closest(".card");
  const button = event.target.querySelector("button");
  if (button.getAttribute("aria-disabled")) return;
  button.setAttribute("aria-disabled", "true");
  say(word("asking"));
  try {
    replace(card, (await post(event.target.action)).text);
    say("");
  } catch (error) {
    button.removeAttribute("aria-disabled");
    if (!(error instanceof Unreached || error instanceof Refused || error instanceof SignedOut)) throw error;
    say(error instanceof Unreached ? word("unasked") : error.message);
  }
});
