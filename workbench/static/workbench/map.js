// The map: points written straight into the picture's pixels, so that fifty thousand move without a hitch.

import { choosing } from "./lasso.js";
import { get } from "./server.js";
import { PALETTE, colouring } from "./map_colours.js";
import { counted, word } from "./words.js";

const canvas = document.getElementById("map");
const pen = canvas.getContext("2d");
const tip = document.getElementById("tip");
const legend = document.getElementById("legend");
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
const NEAR = 14; // CSS pixels around the pointer in which a point is found
const TRAVEL = 450; // milliseconds from before to after
const LINES = 1500; // movements drawn at most: the longest
const LISTED = 60; // chosen terms named at most
const view = { scale: 1, x: 0, y: 0 };
let data, colours, chosen = new Set();
let share = 1; // 0: before, 1: after
let pending = 0;

const scaleOf = () => canvas.width / canvas.clientWidth;
const place = (which, point, axis) => data[which][2 * point + axis];
const lerp = (point, axis) => {
  const after = place("after", point, axis);
  return data.before && share < 1 ? place("before", point, axis) * (1 - share) + after * share : after;
};
const screen = (point) => [lerp(point, 0) * view.scale + view.x, lerp(point, 1) * view.scale + view.y];

// Where all points are now, before the view: x, y, x, y …
function placed() {
  if (data.placed?.share !== share) {
    const at = Float32Array.from({ length: 2 * data.terms.length }, (_, place) => lerp(place >> 1, place & 1));
    data.placed = { share, at };
  }
  return data.placed.at;
}

function fit() {
  const all = [0, 1].map((axis) => Float64Array.from(data.terms, (_, point) => lerp(point, axis)).sort());
  const at = (axis, part) => all[axis][Math.round(part * (all[axis].length - 1))];
  const [left, right, top, bottom] = [at(0, 0.005), at(0, 0.995), at(1, 0.005), at(1, 0.995)];
  view.scale = 0.94 * Math.min(canvas.width / (right - left || 1), canvas.height / (bottom - top || 1));
  view.x = canvas.width / 2 - (view.scale * (left + right)) / 2;
  view.y = canvas.height / 2 - (view.scale * (top + bottom)) / 2;
}

function draw() {
  pending = 0;
  const { width, height } = canvas;
  if (!width || !height) return; // not laid out, or no longer: the observer of its size draws it then
  const picture = pen.createImageData(width, height);
  const pixels = new Uint32Array(picture.data.buffer);
  const size = Math.round(scaleOf() * Math.min(6, 2.5 + view.scale / 40));
  const ring = PALETTE.chosen();
  const here = placed();
  const dot = (point, side, colour) => {
    const left = Math.round(here[2 * point] * view.scale + view.x - side / 2);
    const top = Math.round(here[2 * point + 1] * view.scale + view.y - side / 2);
    if (left < 0 || top < 0 || left + side > width || top + side > height) return;
    for (let y = top; y < top + side; y += 1) {
      for (let at = y * width + left, end = at + side; at < end; at += 1) pixels[at] = colour;
    }
  };
  for (const point of colours.order) if (!chosen.has(point)) dot(point, size, colours.of(point));
  for (const point of chosen) dot(point, size + 2, ring);
  for (const point of chosen) dot(point, size, colours.of(point));
  pen.putImageData(picture, 0, 0);
  if (data.moved && document.getElementById("movement")?.checked) lines();
  lasso.draw(pen);
}

const redraw = () => (pending ||= requestAnimationFrame(draw));

function lines() {
  pen.strokeStyle = PALETTE.line();
  pen.lineWidth = scaleOf();
  pen.beginPath();
  for (const point of data.moved) {
    pen.moveTo(place("before", point, 0) * view.scale + view.x, place("before", point, 1) * view.scale + view.y);
    pen.lineTo(place("after", point, 0) * view.scale + view.x, place("after", point, 1) * view.scale + view.y);
  }
  pen.stroke();
}

function longest() {
  const far = (point) => Math.hypot(...[0, 1].map((axis) => place("after", point, axis) - place("before", point, axis)));
  return data.terms.map((_, point) => [far(point), point]).sort((one, other) => other[0] - one[0]).slice(0, LINES).map(([, point]) => point);
}

function zoom(by, x = canvas.width / 2, y = canvas.height / 2) {
  view.x = x - (x - view.x) * by;
  view.y = y - (y - view.y) * by;
  view.scale *= by;
  redraw();
}

function pan(x, y) {
  view.x += x;
  view.y += y;
  redraw();
}

function nearest(x, y) {
  let found = -1, least = (NEAR * scaleOf()) ** 2;
  for (let point = 0; point < data.terms.length; point += 1) {
    const [px, py] = screen(point);
    const far = (px - x) ** 2 + (py - y) ** 2;
    if (far < least) [found, least] = [point, far];
  }
  return found;
}

function about(point) {
  const doubt = data.suspicion[point];
  const parts = [data.language.names[data.language.of[point]], data.families[point]];
  parts.push(doubt === null ? word("unscored") : `${word("suspicion")} ${doubt.toFixed(2)}`);
  if (data.round[point] !== null) parts.push(`${word("round")} ${data.round[point]}`);
  return ` · ${parts.join(" · ")}`;
}

function hover(event) {
  const [x, y] = at(event);
  const point = nearest(x, y);
  tip.hidden = point < 0;
  if (tip.hidden) return;
  tip.replaceChildren(Object.assign(document.createElement("bdi"), { textContent: data.texts[point] }), about(point));
  const [px, py] = screen(point).map((value) => value / scaleOf());
  tip.style.insetInlineStart = `${Math.min(px + 10, Math.max(0, canvas.clientWidth - tip.offsetWidth - 8))}px`;
  tip.style.insetBlockStart = `${py + 10 + tip.offsetHeight > canvas.clientHeight ? py - tip.offsetHeight - 8 : py + 10}px`;
}

function at(event) {
  const box = canvas.getBoundingClientRect();
  return [(event.clientX - box.left) * scaleOf(), (event.clientY - box.top) * scaleOf()];
}

function choose(points) {
  chosen = new Set(points);
  document.getElementById("chosen").textContent = chosen.size ? counted("chosen", chosen.size) : word("chosen_none");
  const named = [...chosen].slice(0, LISTED).map((point) => {
    const item = document.createElement("li");
    item.lang = data.language.names[data.language.of[point]];
    item.dir = "auto";
    item.textContent = data.texts[point];
    return item;
  });
  if (chosen.size > LISTED) named.push(Object.assign(document.createElement("li"), { textContent: "…" }));
  document.getElementById("chosen-terms").replaceChildren(...named);
  const field = document.querySelector("#to-queue [name=terms]");
  if (field) field.value = [...chosen].map((point) => data.terms[point]).join(",");
  redraw();
}

function explain() {
  colours = colouring(data, document.getElementById("colour").value);
  legend.replaceChildren(
    ...colours.legend.map(({ name, css, count }) => {
      const item = document.createElement("li");
      const mark = document.createElement("span");
      mark.className = "map-mark";
      mark.style.backgroundColor = css;
      item.append(mark, `${name} `, Object.assign(document.createElement("small"), { textContent: count.toLocaleString(document.documentElement.lang) }));
      return item;
    }),
  );
  redraw();
}

function travel(goal) {
  const from = share, begun = performance.now();
  const step = (now) => {
    const part = still ? 1 : Math.min(1, (now - begun) / TRAVEL);
    share = from + (goal - from) * part;
    draw();
    if (part < 1) requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
}

function resize() {
  const ratio = Math.min(2, devicePixelRatio || 1);
  const former = canvas.width;
  canvas.width = Math.round(canvas.clientWidth * ratio);
  canvas.height = Math.round(canvas.clientHeight * ratio);
  if (view.scale === 1 || former !== canvas.width) fit();
  redraw();
}

const KEYS = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] };
function key(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (KEYS[event.key]) pan(...KEYS[event.key]);
  else if (event.key === "+" || event.key === "=") zoom(1.5);
  else if (event.key === "-") zoom(1 / 1.5);
  else if (event.key === "Escape") choose([]);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function inView() {
  const inside = (point) => {
    const [x, y] = screen(point);
    return x >= 0 && y >= 0 && x < canvas.width && y < canvas.height;
  };
  choose(data.terms.map((_, point) => point).filter(inside));
}

const lasso = choosing(canvas, {
  at, pan, zoom, redraw,
  hover: (event) => data && hover(event),
  choose: (inside) => choose(data.terms.map((_, point) => point).filter((point) => inside(...screen(point)))),
});

async function open() {
  try {
    data = JSON.parse((await get(canvas.dataset.points)).text);
  } catch {
    legend.textContent = word("refused");
    return;
  }
  if (data.before) data.moved = longest();
  resize();
  explain();
  choose([]);
  new ResizeObserver(resize).observe(canvas);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", explain);
  document.getElementById("colour").addEventListener("change", explain);
  document.getElementById("movement")?.addEventListener("change", redraw);
  for (const radio of document.querySelectorAll("[name=when]")) radio.addEventListener("change", () => travel(radio.value === "after" ? 1 : 0));
  for (const button of document.querySelectorAll("[data-zoom]")) button.addEventListener("click", () => zoom(Number(button.dataset.zoom)));
  document.getElementById("whole").addEventListener("click", () => (fit(), redraw()));
  document.getElementById("in-view").addEventListener("click", inView);
  canvas.addEventListener("keydown", key);
  canvas.addEventListener("pointerleave", () => (tip.hidden = true));
  canvas.dataset.ready = "yes";
}
open();
