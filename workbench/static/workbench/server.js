// How the page talks to the server: form posts in the order in which they were made, and a plain sentence when one fails.

const token = () => document.querySelector("[name=csrfmiddlewaretoken]").value;

export class Refused extends Error {}

export async function post(url, body = new FormData()) {
  let response;
  try {
    response = await fetch(url, {
      method: "POST",
      body,
      headers: { "X-CSRFToken": token(), "X-Requested-With": "fetch" },
      credentials: "same-origin",
      signal: AbortSignal.timeout(20000),
    });
  } catch {
    throw new Refused("The server could not be reached. Nothing is lost: check the connection and answer again.");
  }
  if (response.redirected) {
    throw new Refused("You have been signed out. Sign in again in another tab, then answer again.");
  }
  if (response.status === 422) throw new Refused(await response.text());
  if (!response.ok && response.status !== 410) {
    throw new Refused(`The server refused this (${response.status}). Answer again, or reload the page.`);
  }
  return response;
}

export function fragment(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return holder.content;
}

// One save after the other, so that the server sees answers and undos in the reviewer's order.
let line = Promise.resolve();
let waiting = 0;

export function inOrder(work) {
  waiting += 1;
  const done = line.then(work).finally(() => (waiting -= 1));
  line = done.catch(() => {});
  return done;
}

window.addEventListener("beforeunload", (event) => {
  if (waiting) event.preventDefault();
});
