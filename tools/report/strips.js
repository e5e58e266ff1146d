/* Strips over time: one row for each series, all with the same time axis. */
const LEFT = 170, RIGHT = 64, ROW = 34, GAP = 7, AXIS = 24;

const time = {
  first: trace.base,
  last: trace.base + Math.max(1, trace.buckets) * trace.width,
  from: 0,
  to: 0,
  width: 1000,
  all() {
    this.from = this.first;
    this.to = this.last;
  },
  at(x) {
    const part =
        Math.min(1, Math.max(0, (x - LEFT) / (this.width - LEFT - RIGHT)));
    return this.from + part * (this.to - this.from);
  },
  x(tick) {
    return LEFT +
        (tick - this.from) / (this.to - this.from) *
        (this.width - LEFT - RIGHT);
  },
  zoom(factor, about) {
    const span = Math.min(
        this.last - this.first,
        Math.max(8 * trace.width, (this.to - this.from) * factor));
    const part = (about - this.from) / (this.to - this.from);
    this.from = about - part * span;
    this.to = this.from + span;
    this.move(0);
  },
  move(ticks) {
    const span = this.to - this.from;
    this.from =
        Math.min(this.last - span, Math.max(this.first, this.from + ticks));
    this.to = this.from + span;
  },
};
time.all();

const strips = [];
const redrawTime = () => strips.forEach((strip) => strip.redraw());

/* A level holds until it is said anew. */
function spread(series) {
  let held = 0;
  return series.value.map((said) => {
    held = said ? said - 1 : held;
    return held;
  });
}

const seriesOf = (name) =>
    trace.series.filter((s) => s.group === name)
        .map((s) => ({...s, value: s.level ? spread(s) : s.value}));

/* What falls into the pixel column that begins at x. */
function column(series, x) {
  const first = Math.floor((time.at(x) - trace.base) / trace.width);
  const next = Math.floor((time.at(x + 1) - trace.base) / trace.width);
  let sum = 0;
  for (let i = first; i < Math.max(first + 1, next); i++) {
    const value = series.value[i] || 0;
    sum = series.level ? Math.max(sum, value) : sum + value;
  }
  return sum;
}

/* Ticks of the buckets that column() adds up. */
function columnTicks(x) {
  const first = Math.floor((time.at(x) - trace.base) / trace.width);
  const next = Math.floor((time.at(x + 1) - trace.base) / trace.width);
  return Math.max(1, next - first) * trace.width;
}

function drawTimeAxis(context, width, y) {
  const step =
      stepFor(time.to - time.from, Math.max(2, (width - 240) / 120), 10);
  context.fillStyle = colour("soft");
  context.strokeStyle = colour("line");
  context.textAlign = "center";
  for (let t = Math.ceil(time.from / step) * step; t <= time.to; t += step) {
    const x = Math.round(time.x(t)) + .5;
    context.beginPath();
    context.moveTo(x, 0);
    context.lineTo(x, y + 4);
    context.stroke();
    context.fillText(brief(t), x, y + 13);
  }
  context.textAlign = "right";
  context.fillText("tick", LEFT - 12, y + 13);
}

function drawStrip(context, width, series, top) {
  const tall = ROW - 4, base = top + ROW - 2;
  const values = [];
  for (let x = LEFT; x < width - RIGHT; x++) values.push(column(series, x));
  const most = Math.max(1, ...values);
  context.fillStyle = colour("empty");
  context.fillRect(LEFT, base, width - LEFT - RIGHT, 1);
  context.fillStyle = colour(series.colour);
  values.forEach((value, i) => {
    if (value)
      context.fillRect(
          LEFT + i, base - Math.max(1.5, value / most * tall), 1,
          Math.max(1.5, value / most * tall));
  });
  context.fillStyle = colour("ink");
  context.textAlign = "right";
  let name = series.name;
  while (context.measureText(name).width > LEFT - 16)
    name = name.slice(0, -2) + "\u2026";
  context.fillText(name, LEFT - 12, top + ROW / 2 + 1);
  context.fillStyle = colour("soft");
  context.textAlign = "left";
  context.fillText(
      series.show ? series.show(most) : brief(most), width - RIGHT + 6,
      top + 8);
}

function tipOfTime(rows, event) {
  const bucket =
      Math.floor((time.at(event.offsetX) - trace.base) / trace.width);
  const start = trace.base + bucket * trace.width;
  const lines = rows.map((series) => {
    const value = series.value[bucket] || 0;
    return (series.show ? series.show(value) : group(value)).padStart(10) +
        "  " + series.name;
  });
  return `ticks ${group(start)} to ${group(start + trace.width - 1)}\n` +
      lines.join("\n");
}

const zoomButtons = (range, apply) => {
  const button = (text, title, act) => make("button", {
    textContent: text,
    title,
    onclick: () => {
      act();
      apply();
    }
  });
  const middle = () => range.focus || (range.from + range.to) / 2;
  return make(
      "span", {className: "buttons"},
      button("\u2212", "zoom out", () => range.zoom(2, middle())),
      button("+", "zoom in", () => range.zoom(.5, middle())),
      button(
          "\u25c2", "earlier, lower",
          () => range.move((range.from - range.to) / 4)),
      button(
          "\u25b8", "later, higher",
          () => range.move((range.to - range.from) / 4)),
      button("all", "show all", () => range.all()));
};

/* Rows of {name, value, colour, level, show}. */
function drawStrips(rows) {
  const height = () => rows.length * (ROW + GAP) + AXIS;
  const strip = canvas(height, (context, width) => {
    time.width = width;
    drawTimeAxis(context, width, height() - AXIS);
    rows.forEach(
        (series, i) => drawStrip(context, width, series, i * (ROW + GAP)));
  });
  strips.push(strip);
  zoomable(strip.element, time, redrawTime);
  strip.element.addEventListener(
      "mousemove",
      (event) =>
          showTip(event, event.offsetX > LEFT && tipOfTime(rows, event)));
  strip.element.addEventListener("mouseleave", () => {
    tip.hidden = true;
  });
  return strip.element;
}

/* One thin row for each set, as dark as it was filled. */
function drawSets(rows) {
  const tall = Math.max(6, Math.min(14, 260 / rows.length));
  const height = () => rows.length * tall + AXIS;
  const strip = canvas(height, (context, width) => {
    time.width = width;
    const all = rows.map((series) => {
      const values = [];
      for (let x = LEFT; x < width - RIGHT; x += 2)
        values.push(column(series, x) + column(series, x + 1));
      return values;
    });
    const most = Math.max(1, ...all.map((values) => Math.max(...values)));
    drawTimeAxis(context, width, height() - AXIS);
    all.forEach((values, i) => {
      context.fillStyle = colour("empty");
      context.globalAlpha = 1;
      context.fillRect(LEFT, i * tall, width - LEFT - RIGHT, tall - 1);
      context.fillStyle = colour("fill");
      values.forEach((value, at) => {
        context.globalAlpha =
            value && .15 + .85 * Math.log1p(value) / Math.log1p(most);
        context.fillRect(LEFT + 2 * at, i * tall, 2, tall - 1);
      });
      context.globalAlpha = 1;
      context.fillStyle = colour("soft");
      context.textAlign = "right";
      if (tall > 9 || i % 4 === 0)
        context.fillText(rows[i].name, LEFT - 12, i * tall + tall / 2);
    });
  });
  strips.push(strip);
  zoomable(strip.element, time, redrawTime);
  strip.element.addEventListener("mousemove", (event) => {
    const series = rows[Math.floor(event.offsetY / tall)];
    showTip(
        event, series && event.offsetX > LEFT && tipOfTime([series], event));
  });
  strip.element.addEventListener("mouseleave", () => {
    tip.hidden = true;
  });
  return strip.element;
}

/* Lines as a logic analyser shows them: as strong as they were high for of a
   pixel's time, and a mark below where one was raised. Rows of {name, colour,
   value: ticks high, raises, taken}. */
function drawLines(rows) {
  const tall = 25, foot = 8;
  const height = () => rows.length * tall + AXIS;
  const drawLine = (context, width, row, top) => {
    const base = top + tall - foot;
    context.fillStyle = colour("empty");
    context.fillRect(LEFT, base, width - LEFT - RIGHT, 1);
    for (let x = LEFT; x < width - RIGHT; x++) {
      const high = Math.min(1, column(row, x) / columnTicks(x));
      context.fillStyle = colour(row.colour);
      context.globalAlpha = high && .4 + .6 * high;
      context.fillRect(x, top + 3, 1, base - top - 3);
      context.fillStyle = colour("ink");
      context.globalAlpha = column(row.raises, x) ? 1 : 0;
      context.fillRect(x, base + 2, 1, 4);
    }
    context.globalAlpha = 1;
    context.textAlign = "right";
    context.fillText(row.name, LEFT - 12, top + tall / 2);
    context.fillStyle = colour("soft");
    context.textAlign = "left";
    context.fillText(
        brief(row.raises.total) + "\u00d7", width - RIGHT + 6, top + tall / 2);
  };
  const tell = (event) => {
    const row = rows[Math.floor(event.offsetY / tall)];
    if (!row || event.offsetX <= LEFT) return false;
    const bucket =
        Math.floor((time.at(event.offsetX) - trace.base) / trace.width);
    const start = trace.base + bucket * trace.width;
    return `${row.name} in ticks ${group(start)} to ` +
        `${group(start + trace.width - 1)}\n` +
        `high for ${group(row.value[bucket] || 0)} of ${group(trace.width)}, ` +
        `raised ${group(row.raises.value[bucket] || 0)} times` +
        (row.taken.total ?
             `,\nacknowledged ${group(row.taken.value[bucket] || 0)} times` :
             "");
  };
  const strip = canvas(height, (context, width) => {
    time.width = width;
    drawTimeAxis(context, width, height() - AXIS);
    rows.forEach((row, i) => drawLine(context, width, row, i * tall));
  });
  strips.push(strip);
  zoomable(strip.element, time, redrawTime);
  strip.element.addEventListener(
      "mousemove", (event) => showTip(event, tell(event)));
  strip.element.addEventListener("mouseleave", () => {
    tip.hidden = true;
  });
  return strip.element;
}
