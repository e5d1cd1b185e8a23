// How a page talks to its server. Three ways of failing: no answer, no session, and an answer that says no.

import { word } from "./words.js";

const PATIENCE = 20000;
const NOT_NOW = new Set([408, 429, 502, 503, 504]);

export class Unreached extends Error {} // nobody answered: the same request may be sent again
export class SignedOut extends Error {} // the window is on its way to the sign-in page
export class Refused extends Error {} // the message is a sentence for the reviewer

// The cookie is newer than the page's field when somebody has signed in again in another tab.
function token() {
  const cookie = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
  return cookie?.[1] ?? document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
}

function leave(response) {
  const signIn = new URL(response.headers.get("HX-Redirect") ?? "/sign-in/", location.href);
  signIn.searchParams.set("next", location.pathname + location.search);
  dispatchEvent(new Event("leaving"));
  location.assign(signIn);
  throw new SignedOut();
}

// The status and the whole text of an answer: one that breaks off in the middle is none.
async function ask(url, options) {
  let response;
  let text;
  try {
    response = await fetch(url, {
      ...options,
      headers: { "X-Requested-With": "fetch", ...options.headers },
      credentials: "same-origin",
      signal: AbortSignal.timeout(PATIENCE),
    });
    text = await response.text();
  } catch {
    throw new Unreached(word("unreached"));
  }
  if (response.status === 401) leave(response);
  if (NOT_NOW.has(response.status)) throw new Unreached(word("unreached"));
  if (response.status === 422) throw new Refused(text);
  if (!response.ok && response.status !== 410) throw new Refused(word("refused", { status: response.status }));
  return { status: response.status, text };
}

export const get = (url) => ask(url, { method: "GET" });
export const post = (url, body = new FormData()) =>
  ask(url, { method: "POST", body, headers: { "X-CSRFToken": token() } });

// For a page that closes: nobody waits for the answer.
export function tell(url) {
  const body = new FormData();
  body.set("csrfmiddlewaretoken", token());
  navigator.sendBeacon(url, body);
}

export function fragment(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return holder.content;
}
