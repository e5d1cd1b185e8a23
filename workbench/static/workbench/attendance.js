// Claims are renewed while somebody is there: a page that is left alone gives its pairs back to the others.

import { heartbeat } from "./stage.js";

const HEARTBEAT = 60000;
const LEFT_ALONE = 15 * 60000;
let touched = Date.now();

const alone = () => Date.now() - touched > LEFT_ALONE;

function touch() {
  if (alone()) heartbeat();
  touched = Date.now();
}

for (const kind of ["keydown", "pointerdown", "pointermove", "wheel"]) addEventListener(kind, touch, { capture: true, passive: true });
setInterval(() => alone() || heartbeat(), HEARTBEAT);
