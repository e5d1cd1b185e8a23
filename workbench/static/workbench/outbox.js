// Saves on their way: one after the other in the reviewer's order, tried until the server answers, and kept in the
// browser meanwhile, so that neither a lost connection nor an ended session loses an answer.

import { post, Refused, SignedOut, Unreached } from "./server.js";

const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 15000;
const ABANDONED = 60000; // a tab stamps what it holds at least this often while it tries
const owner = document.body.dataset.owner ?? "";
const prefix = `tertium-unsent:${owner}:`;
const jobs = [];
let tries = 0;
let busy = false;
let sequence = 0;
let listener = () => {};

function tab() {
  let name = sessionStorage.getItem("tertium-tab");
  if (!name) {
    name = Math.random().toString(36).slice(2);
    sessionStorage.setItem("tertium-tab", name);
  }
  return name;
}

function keep(job) {
  if (!job.item) return;
  localStorage.setItem(job.key, JSON.stringify({ ...job.item, tab: tab(), at: Date.now() }));
}

function drop(job) {
  jobs.splice(jobs.indexOf(job), 1);
  if (job.item) localStorage.removeItem(job.key);
}

function pause() {
  const time = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (tries - 1));
  return new Promise((resolve) => {
    setTimeout(resolve, time);
    addEventListener("online", resolve, { once: true });
  });
}

async function drain() {
  if (busy) return;
  busy = true;
  while (jobs.length) {
    const job = jobs[0];
    job.tried = true;
    jobs.forEach(keep);
    try {
      const response = await job.run();
      tries = 0;
      drop(job);
      job.resolve(response);
    } catch (error) {
      if (error instanceof SignedOut) return; // what is kept is sent after the next sign-in
      if (error instanceof Unreached) {
        tries += 1;
        listener(jobs.length, tries);
        await pause();
        continue;
      }
      tries = 0;
      drop(job);
      job.refused = true;
      job.reject(error);
      if (!(error instanceof Refused)) throw error;
    }
    listener(jobs.length, tries);
  }
  busy = false;
}

function line(job) {
  return new Promise((resolve, reject) => {
    jobs.push(Object.assign(job, { resolve, reject, tried: false }));
    keep(job);
    if (tries) listener(jobs.length, tries);
    drain();
  });
}

function body(fields) {
  const form = new FormData();
  for (const [name, value] of fields) form.append(name, value);
  return form;
}

// item: {url, fields, pair, label}; plain values, so that it can be kept.
export function send(item, key = `${prefix}${Date.now()}-${(sequence += 1)}`) {
  return line({ item, key, run: () => post(item.url, body(item.fields)) });
}

// Taking back the last save: it waits for all of them, and is not tried again but refused in a sentence. Where that last
// one is refused itself, nothing is done, and null is the answer.
export function afterLast(work, sentence) {
  const last = jobs.at(-1);
  const tried = () =>
    work().catch((error) => Promise.reject(error instanceof Unreached ? new Refused(sentence) : error));
  return line({ run: async () => (last?.refused ? null : tried()) });
}

export const waiting = () => jobs.length;

// Pairs whose answers have not arrived yet: for the server they are still the reviewer's own open ones.
export const unsaved = () => jobs.filter((job) => job.item?.pair).map((job) => job.item.pair);

// The last save, when it has not left yet: the page can take it back without asking the server, if it is one of its own.
export function takeBack(own) {
  const last = jobs.at(-1);
  if (!last?.item || last.tried || !own(last.item)) return null;
  drop(last);
  return last.item;
}

// What an earlier page of this reviewer could not send.
export function leftOver() {
  const found = [];
  for (const key of Object.keys(localStorage).filter((name) => name.startsWith(prefix)).sort()) {
    const { tab: whose, at, ...item } = JSON.parse(localStorage.getItem(key));
    if (whose === tab() || Date.now() - at > ABANDONED) found.push({ key, item });
  }
  return found;
}

export function onChange(call) {
  listener = call;
}

let leaving = false;
addEventListener("leaving", () => (leaving = true));
addEventListener("beforeunload", (event) => {
  if (jobs.length && !leaving) event.preventDefault();
});
