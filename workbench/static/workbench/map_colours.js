// What a point's colour says: a category of its own hue, or a step from pale to strong. Each is named in the legend.

import { word } from "./words.js";

const HUES = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b8860b", "#56b4e9", "#7a4fd0", "#a33b3b", "#5f8a00", "#008b8b", "#8c6d46", "#d1478c"];
const GREY = "#8a8f98";
const STEPS = ["#9db7c4", "#7fa2b0", "#d9a441", "#d9722e", "#c22b2b"];
const style = (name) => getComputedStyle(document.body).getPropertyValue(name).trim();

function packed(css) {
  const [red, green, blue] = [1, 3, 5].map((from) => Number.parseInt(css.slice(from, from + 2), 16));
  return (0xff000000 | (blue << 16) | (green << 8) | red) >>> 0;
}

const dark = () => matchMedia("(prefers-color-scheme: dark)").matches;
export const PALETTE = { chosen: () => packed(dark() ? "#ffffff" : "#000000"), line: () => style("--ink-2") };

function numbered(names, of, colours) {
  const counts = new Array(names.length).fill(0);
  for (const number of of) counts[number] += 1;
  const pixels = colours.map(packed);
  const legend = names.map((name, number) => ({ name, css: colours[number], count: counts[number] })).filter((row) => row.count);
  const order = of.map((_, point) => point); // who is drawn last is seen
  return { of: (point) => pixels[of[point]], legend, order };
}

export function colouring(data, by) {
  if (by === "suspicion") {
    const of = data.suspicion.map((value) => (value === null ? 0 : 1 + Math.min(4, Math.floor(5 * value))));
    const names = [word("unscored"), "0 – 0.2", "0.2 – 0.4", "0.4 – 0.6", "0.6 – 0.8", "0.8 – 1"];
    const found = numbered(names, of, [GREY, ...STEPS]);
    found.order.sort((one, other) => of[one] - of[other]);
    return found;
  }
  if (by === "round") {
    const rounds = [...new Set(data.round.filter((round) => round !== null))].sort((one, other) => one - other);
    const of = data.round.map((round) => (round === null ? 0 : 1 + rounds.indexOf(round)));
    const names = [word("untrained"), ...rounds.map((round) => `${word("round")} ${round}`)];
    const found = numbered(names, of, [GREY, ...rounds.map((_, place) => HUES[place % HUES.length])]);
    found.order.sort((one, other) => of[one] - of[other]);
    return found;
  }
  const { names, of } = data[by];
  const colours = names.map((name, place) => (name === "…" ? GREY : HUES[place % HUES.length]));
  return numbered(names.map((name) => (name === "…" ? word("others") : name)), of, colours);
}
