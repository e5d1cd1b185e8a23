// Pointers on the map: one drags it or draws the lasso, two or the wheel zoom.

const STEP = 1.0015;

export function choosing(canvas, { at, pan, zoom, redraw, hover, choose }) {
  const button = document.getElementById("lasso");
  const down = new Map(); // pointer → where it is
  let line = []; // corners of the lasso

  const drawing = (event) => button.getAttribute("aria-pressed") === "true" || event.shiftKey;
  button.addEventListener("click", () => {
    const on = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(on));
    canvas.classList.toggle("drawing", on);
  });

  function inside(x, y) {
    let odd = false;
    for (let here = 0, before = line.length - 1; here < line.length; before = here, here += 1) {
      const [hx, hy] = line[here], [bx, by] = line[before];
      if (hy > y !== by > y && x < ((bx - hx) * (y - hy)) / (by - hy) + hx) odd = !odd;
    }
    return odd;
  }

  const spread = ([one, other]) => Math.hypot(one[0] - other[0], one[1] - other[1]);

  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    down.set(event.pointerId, at(event));
    line = down.size === 1 && drawing(event) ? [at(event)] : [];
  });
  canvas.addEventListener("pointermove", (event) => {
    const former = down.get(event.pointerId);
    if (!former) return hover(event);
    const now = at(event);
    const apart = down.size === 2 ? spread([...down.values()]) : 0;
    down.set(event.pointerId, now);
    if (apart) return zoom(spread([...down.values()]) / apart, ...now);
    if (line.length) {
      line.push(now);
      return redraw();
    }
    return pan(now[0] - former[0], now[1] - former[1]);
  });
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, (event) => {
      down.delete(event.pointerId);
      const closed = line.length > 2 && end === "pointerup";
      if (closed) choose(inside);
      line = [];
      redraw();
    });
  }
  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoom(STEP ** -event.deltaY, ...at(event));
  }, { passive: false });

  return {
    draw(pen) {
      if (line.length < 2) return;
      pen.strokeStyle = getComputedStyle(canvas).color;
      pen.lineWidth = 2;
      pen.beginPath();
      for (const corner of line) pen.lineTo(...corner);
      pen.closePath();
      pen.stroke();
    },
  };
}
