/* Maps of addresses, as grids that are read like a book: each cell a range,
   as dark as it was used, its colour what it is. */
const PAGE = 4096, COLUMNS = 64, ROWS = 16, SPACE = 2 ** 32;
const KERNEL = 0xc0000000, WINDOW = 0xff400000, WINDOW_END = 0xff800000,
      FIXED = 0xfffe0000;

/* Records of six numbers each, as objects. */
const chunksOf = (map, names) => {
  const chunks = [];
  for (let i = 0; i < map.chunk.length; i += 6) {
    const chunk = {start: map.chunk[i] * PAGE, size: map.pages * PAGE};
    names.forEach((name, n) => {
      chunk[name] = map.chunk[i + 1 + n];
    });
    chunks.push(chunk);
  }
  return chunks;
};

const linearKinds = {
  user: ["user pages", "fill"],
  identity: ["linear = physical", "other"],
  direct: ["direct map (physical = linear \u2212 0xc0000000)", "read"],
  vmalloc: ["vmalloc, ioremap: mapped page by page", "write"],
  window: ["pkmap: window for high memory", "table"],
  fixed: ["fixmap", "walk"],
  unmapped: ["nothing mapped there: faults only", "fault"],
};

function linearKind(chunk) {
  if (!chunk.frame)
    return chunk.faults      ? "unmapped" :
        chunk.start < KERNEL ? "user" :
                               "vmalloc";
  const physical = (chunk.frame - 1) * PAGE;
  if (chunk.start < KERNEL)
    return physical === chunk.start ? "identity" : "user";
  if (chunk.start >= FIXED) return "fixed";
  if (physical === chunk.start - KERNEL) return "direct";
  return chunk.start >= WINDOW && chunk.start < WINDOW_END ? "window" :
                                                             "vmalloc";
}

const frameKinds = {
  table: ["page tables (read by walks)", "table"],
  dma: ["reached by DMA", "dma"],
  write: ["written", "write"],
  read: ["only read", "read"],
};

const frameKind = (chunk) => chunk.tables ? "table" :
    chunk.dmaReads + chunk.dmaWrites      ? "dma" :
    chunk.writes                          ? "write" :
                                            "read";

const zones = [
  ["DMA zone", 0, 16 * 2 ** 20],
  ["normal zone", 16 * 2 ** 20, 896 * 2 ** 20],
  ["high memory", 896 * 2 ** 20, 0xe0000000],
  ["devices, flash", 0xe0000000, SPACE],
];

/* One contiguous part of the linear addresses for each kind that is there;
   the gap is what lies between the direct map and the pages behind it. */
function linearRegions(chunks) {
  const found = {};
  for (const chunk of chunks) {
    const region = found[chunk.kind] || {
      kind: chunk.kind,
      start: chunk.start,
      end: 0,
      pages: 0,
      reads: 0,
      writes: 0,
      misses: 0,
      faults: 0
    };
    found[chunk.kind] = region;
    region.end = chunk.start + chunk.size;
    region.pages += chunk.size / PAGE;
    for (const name of ["reads", "writes", "misses", "faults"])
      region[name] += chunk[name];
  }
  const {direct, vmalloc} = found;
  if (direct && vmalloc && vmalloc.start > direct.end)
    found.gap = {
      kind: "gap",
      start: direct.end,
      end: vmalloc.start,
      pages: 0,
      reads: 0,
      writes: 0,
      misses: 0,
      faults: 0
    };
  return Object.values(found).sort((a, b) => a.start - b.start);
}

/* What of the address space is shown; `cell` is a power of two, `focus` the
   address that was used most. */
function makeView(end) {
  const whole = 2 ** Math.ceil(Math.log2(Math.max(end, PAGE * COLUMNS)));
  const most = Math.max(PAGE, whole / (COLUMNS * ROWS));
  return {
    start: 0,
    cell: most,
    rows: 0,
    focus: 0,
    fit(start, cell) {
      this.cell = Math.min(most, Math.max(PAGE, cell));
      const row = this.cell * COLUMNS;
      const shown = Math.min(ROWS, Math.ceil(end / row)) * row;
      this.start = Math.max(
          0,
          Math.min(
              Math.floor(start / row) * row,
              Math.ceil(end / row) * row - shown));
      this.rows = shown / row;
    },
    get from() {
      return this.start;
    },
    get to() {
      return this.start + this.rows * COLUMNS * this.cell;
    },
    all() {
      this.fit(0, most);
    },
    zoom(factor, about) {
      const cell = this.cell * (factor > 1 ? 4 : .25);
      const kept = Math.min(most, Math.max(PAGE, cell));
      this.fit(about - kept * COLUMNS * ROWS / 2, cell);
    },
    move(size) {
      this.fit(this.start + size, this.cell);
    },
    show(start, stop) {
      const size = Math.max(PAGE, (stop - start) / (COLUMNS * ROWS));
      this.fit(start, 2 ** Math.ceil(Math.log2(size)));
    },
  };
}

function cellsOf(chunks, view, heat) {
  const cells = new Map();
  for (const chunk of chunks) {
    if (chunk.start + chunk.size <= view.start || chunk.start >= view.to)
      continue;
    const first =
        Math.max(0, Math.floor((chunk.start - view.start) / view.cell));
    const next = Math.ceil((chunk.start + chunk.size - view.start) / view.cell);
    for (let i = first; i < Math.min(next, view.rows * COLUMNS); i++) {
      const cell = cells.get(i) || {heat: 0, best: -1, kind: "", chunks: []};
      const value = heat(chunk);
      cell.heat += value;
      cell.chunks.push(chunk);
      if (value > cell.best) {
        cell.best = value;
        cell.kind = chunk.kind;
      }
      cells.set(i, cell);
    }
  }
  return cells;
}

/* Dragging moves a map by rows, the wheel and double clicks zoom it. */
function listen(element, view, {address, tall, redraw, tell}) {
  let dragged = null;
  const zoomAt = (factor, at) => {
    view.zoom(factor, view.start + (at + .5) * view.cell);
    redraw();
  };

  element.tabIndex = 0;
  element.style.outline = "none";
  element.addEventListener("mousemove", (event) => {
    const rows = dragged !== null && event.buttons ?
        Math.round((dragged - event.offsetY) / tall) :
        0;
    if (rows) {
      view.move(rows * COLUMNS * view.cell);
      dragged = event.offsetY;
      redraw();
    }
    tell(event, address(event));
  });
  element.addEventListener("mousedown", (event) => {
    dragged = event.offsetY;
  });
  element.addEventListener("mouseup", () => {
    dragged = null;
  });
  element.addEventListener("mouseleave", () => {
    tip.hidden = true;
    dragged = null;
  });
  element.addEventListener("dblclick", (event) => {
    const at = address(event);
    if (at >= 0) zoomAt(.5, at);
  });
  element.addEventListener("wheel", (event) => {
    const at = address(event);
    const meant = event.ctrlKey || event.shiftKey || element.matches(":focus");
    if (at < 0 || !meant) return;
    event.preventDefault();
    zoomAt(event.deltaY > 0 ? 2 : .5, at);
  }, {passive: false});
}

/* `map`: {chunks, kinds, heats: {name: function}, end, places, tip} */
function drawMap(map) {
  const view = makeView(map.end);
  view.all();
  let heat = Object.values(map.heats)[0];
  let cells = new Map();
  const tall = 20, left = 92, bar = 26;
  const height = () => bar + view.rows * tall + 6;
  let wide = 10;

  /* What is used most is drawn last, over its neighbours. */
  const use = (chunk) => chunk.frame === 0 ? 0 : heat(chunk);
  const inBar = [...map.chunks].sort((a, b) => use(a) - use(b));
  const drawBar = (context, width) => {
    context.fillStyle = colour("empty");
    context.fillRect(left, 0, width - left, 12);
    for (const chunk of inBar) {
      context.fillStyle = colour(map.kinds[chunk.kind][1]);
      context.fillRect(
          left + chunk.start / map.end * (width - left), 0,
          Math.max(1.5, chunk.size / map.end * (width - left)), 12);
    }
    const from = left + view.from / map.end * (width - left);
    const to = left + Math.min(1, view.to / map.end) * (width - left);
    context.strokeStyle = colour("ink");
    context.strokeRect(from + .5, .5, Math.max(3, to - from - 1), 15);
    context.fillStyle = colour("soft");
    context.textAlign = "right";
    context.fillText("all of it", left - 10, 7);
  };
  const draw = (context, width) => {
    cells = cellsOf(map.chunks, view, heat);
    wide = (width - left) / COLUMNS;
    let most = 1;
    cells.forEach((cell, at) => {
      if (cell.heat >= most) view.focus = view.start + (at + .5) * view.cell;
      most = Math.max(most, cell.heat);
    });
    drawBar(context, width);
    for (let row = 0; row < view.rows; row++) {
      const start = view.start + row * COLUMNS * view.cell;
      context.fillStyle = colour("soft");
      context.textAlign = "right";
      context.fillText(hex(start), left - 10, bar + row * tall + tall / 2);
      for (let i = 0; i < COLUMNS; i++) {
        const cell = cells.get(row * COLUMNS + i);
        context.globalAlpha = 1;
        context.fillStyle = colour("empty");
        context.fillRect(left + i * wide, bar + row * tall, wide - 1, tall - 1);
        if (!cell) continue;
        context.fillStyle = colour(map.kinds[cell.kind][1]);
        context.globalAlpha = cell.heat ?
            .3 + .7 * Math.log1p(cell.heat) / Math.log1p(most) :
            .16;
        context.fillRect(left + i * wide, bar + row * tall, wide - 1, tall - 1);
        context.globalAlpha = 1;
      }
    }
  };
  const picture = canvas(height, draw);
  const size = make("span", {className: "soft"});
  const redraw = () => {
    size.textContent = "a cell is " + bytes(view.cell);
    picture.redraw();
  };
  const address = (event) => {
    const x = Math.floor((event.offsetX - left) / wide);
    const y = Math.floor((event.offsetY - bar) / tall);
    return x < 0 || x >= COLUMNS || y < 0 || y >= view.rows ? -1 :
                                                              y * COLUMNS + x;
  };
  listen(picture.element, view, {
    address,
    tall,
    redraw,
    tell: (event, at) => {
      const start = view.start + at * view.cell;
      showTip(
          event,
          at >= 0 &&
              `${hex(start)} to ${hex(start + view.cell - 1)}\n` +
                  (cells.has(at) ? map.tip(cells.get(at)) : "not used"));
    }
  });

  const heats = Object.keys(map.heats).map((name) => make("button", {
                                             textContent: name,
                                             onclick: (event) => {
                                               heats.forEach((button) => {
                                                 button.className = "";
                                               });
                                               event.target.className = "on";
                                               heat = map.heats[name];
                                               redraw();
                                             }
                                           }));
  heats[0].className = "on";
  const places = map.places.map(([name, start, stop]) => make("button", {
                                  textContent: name,
                                  title: `${hex(start)} to ${hex(stop - 1)}`,
                                  onclick: () => {
                                    view.show(start, stop);
                                    redraw();
                                  }
                                }));
  const used = new Set(map.chunks.map((chunk) => chunk.kind));
  size.textContent = "a cell is " + bytes(view.cell);
  return make(
      "div", {},
      make(
          "p", {className: "legend"},
          make("span", {className: "buttons"}, ...heats),
          make("span", {className: "buttons"}, ...places),
          zoomButtons(view, redraw), size),
      picture.element,
      legend(Object.entries(map.kinds)
                 .filter(([kind]) => used.has(kind))
                 .map(([, row]) => row)));
}

const legend = (rows) => make(
    "div", {className: "legend"},
    ...rows.map(
        ([text, name]) => make(
            "span", {}, make("i", {style: `background: var(--${name})`}),
            text)));

/* Sets from left to right, ways from top to bottom. */
function drawBank(bank) {
  const span = Math.max(1, trace.last_tick - trace.first_tick);
  const wide = Math.max(5, Math.min(34, Math.floor(560 / bank.sets)));
  const tall = Math.max(4, Math.min(22, Math.floor(400 / bank.ways)));
  const left = 46, top = 16;
  const picture = canvas(() => top + bank.ways * tall + 2, (context) => {
    context.fillStyle = colour("soft");
    context.textAlign = "left";
    context.fillText(
        bank.sets > 1 ? `set 0 to ${bank.sets - 1}` : "one set", left, 7);
    context.textAlign = "right";
    bank.slot.forEach((slot, i) => {
      const x = left + Math.floor(i / bank.ways) * wide;
      const y = top + i % bank.ways * tall;
      context.globalAlpha = 1;
      context.fillStyle = colour("empty");
      context.fillRect(x, y, wide - 1, tall - 1);
      context.globalAlpha = Math.min(1, slot[0] / span);
      context.fillStyle = colour("level");
      context.fillRect(x, y, wide - 1, tall - 1);
      context.globalAlpha = 1;
      context.fillStyle = colour("soft");
      if (i < bank.ways && (tall > 10 || i % 8 === 0))
        context.fillText("way " + i, left - 4, y + tall / 2);
    });
  }, Math.max(90, left + bank.sets * wide + 2));
  picture.element.addEventListener("mousemove", (event) => {
    const set = Math.floor((event.offsetX - left) / wide);
    const way = Math.floor((event.offsetY - top) / tall);
    const slot = set >= 0 && set < bank.sets && way >= 0 && way < bank.ways &&
        bank.slot[set * bank.ways + way];
    showTip(
        event,
        slot &&
            `set ${set}, way ${way}\n` +
                `held a page ${share(slot[0], span)} of the time\n` +
                `${group(slot[1])} fills, ${group(slot[2])} evictions\n` +
                (slot[3] ? `at the end ${hex(slot[4])} \u2192 ${hex(slot[5])}` :
                           "empty at the end"));
  });
  picture.element.addEventListener("mouseleave", () => {
    tip.hidden = true;
  });
  return make("div", {}, make("h3", {textContent: bank.name}), picture.element);
}
