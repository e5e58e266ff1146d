/* The page: what is shown, in which order, under which words. */
const page = document.getElementById("page");
const totals = trace.totals;
const recorded = trace.recorded.split(",").map((word) => word.split("+")[0]);
const knows = (event) => totals.by_event[event] > 0;
const theme = location.hash.slice(1);
if (theme === "dark" || theme === "light")
  document.documentElement.dataset.theme = theme;
document.title = "pagewalk report: " + trace.path;

function section(title, why, ...content) {
  page.append(make(
      "section", {},
      make("div", {className: "head"}, make("h2", {textContent: title})),
      make("p", {className: "why", textContent: why}), ...content));
}

/* A section with strips over time carries the buttons that zoom them. */
function timeSection(title, why, ...content) {
  section(title, why, ...content);
  page.lastChild.firstChild.append(zoomButtons(time, redrawTime));
}

const paint = (rows, names) =>
    rows.map((series, i) => ({...series, colour: names[i % names.length]}));

const seriesTable = (title, rows) => table(
    title, [["series", ""], ["total or highest", "number"]],
    rows.map((series) => [series.name, series.total]));

function showHead() {
  const seconds = (trace.last_tick - trace.first_tick) / trace.ticks_per_second;
  page.append(
      make("h1", {textContent: "What the memory system did in " + trace.path}),
      make("div", {
        className: "soft",
        textContent: `CPU ${trace.cpu}, TLB ${trace.tlb}; ticks ${
                         group(trace.first_tick)} to ` +
            `${group(trace.last_tick)}, ${
                         seconds.toFixed(3)} s of the machine; ` +
            `recorded: ${trace.recorded}`
      }),
      make("div", {
        className: "soft",
        textContent:
            "In every picture: drag moves, Ctrl and the wheel (the wheel alone " +
            "after a click) zooms, a double click zooms into a map or shows all of " +
            "the time. All times zoom together."
      }));
  if (trace.loss)
    page.append(make("div", {
      className: "warning",
      textContent: "The trace is not whole: " + trace.loss
    }));
  const shown = (number) => number < 1e8 ? group(number) : brief(number);
  const tile = (event, name, number) => make(
      "div", {
        className:
            "tile" + (knows(event) || recorded.includes(event) ? "" : " absent")
      },
      make("b", {
        textContent: knows(event) || recorded.includes(event) ? shown(number) :
                                                                "not recorded"
      }),
      make("span", {textContent: name}));
  page.append(make(
      "div", {className: "tiles"},
      tile("tlb", "TLB misses", totals.data_misses + totals.code_misses),
      tile("walk", "page walks", totals.walks),
      tile("fault", "page faults", totals.page_faults),
      tile("mem", "reads and writes", totals.reads + totals.writes),
      tile("dma", "DMA cycles", totals.by_event.dma),
      tile("mmio", "MMIO cycles", totals.by_event.mmio),
      tile("port", "port cycles", totals.by_event.port),
      tile("irq", "interrupts and returns", totals.by_event.irq),
      tile("probe", "probed calls, returns", totals.by_event.probe)));
}

function showLinear() {
  const chunks =
      chunksOf(trace.linear, ["reads", "writes", "misses", "faults", "frame"]);
  chunks.forEach((chunk) => {
    chunk.kind = linearKind(chunk);
  });
  if (!chunks.length) return;
  const sum = (cell, name) =>
      cell.chunks.reduce((n, chunk) => n + chunk[name], 0);
  const regions = linearRegions(chunks);
  const nameOf = (kind) =>
      kind === "gap" ? "gap: nothing mapped" : linearKinds[kind][0];
  section(
      "Where in the 4 GiB of linear addresses the guest was",
      "Read it like a book, lowest address first. The darker a cell, the more " +
          "it was used; its colour says how it is mapped. The buttons go to where " +
          "something is.",
      drawMap({
        chunks,
        kinds: linearKinds,
        end: SPACE,
        heats: {
          "accesses": (c) => c.reads + c.writes,
          "TLB misses": (c) => c.misses,
          "page faults": (c) => c.faults,
        },
        places: regions.filter((r) => r.kind !== "unmapped")
                    .map(
                        (r) =>
                            [{
                              window: "pkmap",
                              fixed: "fixmap",
                              direct: "direct map"
                            }[r.kind] ||
                                 r.kind,
                             r.start, r.end]),
        tip: (cell) => `${linearKinds[cell.kind][0]}\n` +
            `pages in use: ${
                           group(cell.chunks.length * trace.linear.pages)}\n` +
            `${group(sum(cell, "reads"))} reads, ${
                           group(sum(cell, "writes"))} writes\n` +
            `${group(sum(cell, "misses"))} TLB misses, ` +
            `${group(sum(cell, "faults"))} page faults`
      }),
      table(
          "The ranges in numbers",
          [
            ["range", ""], ["from", "code"], ["to", "code"],
            ["pages in use", "number"], ["reads", "number"],
            ["writes", "number"], ["TLB misses", "number"],
            ["page faults", "number"]
          ],
          regions.map(
              (r) =>
                  [nameOf(r.kind), hex(r.start), hex(r.end - 1), r.pages,
                   r.reads, r.writes, r.misses, r.faults])));
}

function showPhysical() {
  const chunks = chunksOf(
      trace.physical, ["reads", "writes", "dmaReads", "dmaWrites", "tables"]);
  if (!chunks.length) return;
  chunks.forEach((chunk) => {
    chunk.kind = frameKind(chunk);
  });
  const sum = (list, name) => list.reduce((n, chunk) => n + chunk[name], 0);
  /* What devices answer at the top is no memory: the map ends below. */
  const inMemory = chunks.filter((chunk) => chunk.start < zones[3][1]);
  if (!inMemory.length) return;
  const last = inMemory[inMemory.length - 1];
  const there = zones.filter(([, from]) => from < last.start + last.size);
  section(
      "Which physical memory was used, and for what",
      "Page frames by their use; a frame that walks read entries from is a page " +
          "table or directory, whatever else it was.",
      drawMap({
        chunks: inMemory,
        kinds: frameKinds,
        end: last.start + last.size,
        heats: {
          "all": (c) =>
              c.reads + c.writes + c.dmaReads + c.dmaWrites + c.tables,
          "reads": (c) => c.reads,
          "writes": (c) => c.writes,
          "DMA": (c) => c.dmaReads + c.dmaWrites,
          "page tables": (c) => c.tables,
        },
        places: there.map(
            ([name, from,
              to]) => [name, from, Math.min(to, last.start + last.size)]),
        tip: (cell) => `${group(sum(cell.chunks, "reads"))} reads, ` +
            `${group(sum(cell.chunks, "writes"))} writes\n` +
            `${group(sum(cell.chunks, "dmaReads"))} DMA reads, ` +
            `${group(sum(cell.chunks, "dmaWrites"))} DMA writes\n` +
            `${group(sum(cell.chunks, "tables"))} entries read by walks`
      }),
      table(
          "The zones in numbers",
          [
            ["zone", ""], ["from", "code"], ["frames in use", "number"],
            ["reads", "number"], ["writes", "number"], ["DMA cycles", "number"],
            ["page tables", "number"], ["entries read by walks", "number"]
          ],
          zones.map(([name, from, to]) => {
            const of = chunks.filter((c) => c.start >= from && c.start < to);
            return [
              name, hex(from), of.length * trace.physical.pages,
              sum(of, "reads"), sum(of, "writes"),
              sum(of, "dmaReads") + sum(of, "dmaWrites"),
              of.filter((c) => c.tables).length, sum(of, "tables")
            ];
          })));
}

function showTlb() {
  const rows = paint(
      seriesOf("tlb"),
      ["miss", "write", "fill", "evict", "flush", "walk", "level"]);
  if (!knows("tlb") && !knows("walk")) return;
  const flushes = Object.entries(totals)
                      .filter(([name, n]) => name.startsWith("flushes_") && n)
                      .map(([name, n]) => ["flushes, " + name.slice(8), n]);
  timeSection(
      "When translations were missing, made and thrown away",
      "TLB events and page walks over time; the height of a row is its highest " +
          "bucket, written at its right.",
      drawStrips(rows),
      table("TLB in numbers", [["what", ""], ["count", "number"]], [
        ["misses, data", totals.data_misses],
        ["misses, code", totals.code_misses], ["fills", totals.fills],
        ["evictions", totals.evictions], ...flushes,
        ["page walks", totals.walks],
        ["page walks that were refused", totals.walks_refused]
      ]));
  const sets = seriesOf("set");
  if (!knows("tlb")) return;
  const slots = trace.banks.flatMap(
      (bank) => bank.slot.map(
          (slot, i) =>
              [bank.name, Math.floor(i / bank.ways), i % bank.ways, slot[1],
               slot[2], share(slot[0], trace.last_tick - trace.first_tick),
               slot[3] ? hex(slot[4]) : "empty", slot[3] ? hex(slot[5]) : ""]));
  timeSection(
      "Which sets and ways of the TLB were filled",
      "Above, how much of the time each slot held a translation. Below, fills " +
          "of the data TLB by set over time: an even row is a loop over many pages, " +
          "a single dark one a conflict.",
      make(
          "div", {className: "banks"},
          ...trace.banks.filter((bank) => bank.slot.length).map(drawBank)),
      make("p", {}), sets.length > 1 ? drawSets(sets) : null,
      table(
          "The slots in numbers",
          [
            ["bank", ""], ["set", "number"], ["way", "number"],
            ["fills", "number"], ["evictions", "number"], ["held", "number"],
            ["page at the end", "code"], ["frame", "code"]
          ],
          slots));
}

function showFaults() {
  if (!knows("fault")) return;
  const why = (fault) => fault[4] !== 14 ?
      "" :
      (fault[5] & 4 ? "user " : "supervisor ") +
          (fault[5] & 16    ? "fetch" :
               fault[5] & 2 ? "write" :
                              "read") +
          ", " + (fault[5] & 1 ? "page protected" : "page not present");
  timeSection(
      "When page faults and other exceptions came",
      "Page faults by their cause, as the error code says it.",
      drawStrips(paint(seriesOf("fault"), ["fault", "flush", "other"])),
      table(
          `The first ${trace.faults.length} of ${
              totals.by_event.fault} exceptions`,
          [
            ["tick", "number"], ["EIP", "code"], ["function", "code"],
            ["CPL", "number"], ["exception", ""], ["error code", "code"],
            ["address", "code"], ["cause", ""]
          ],
          trace.faults.map(
              (f) =>
                  [f[0], hex(f[1]), f[7], f[2], f[3] || "#" + f[4],
                   hex(f[5], 4), f[4] === 14 ? hex(f[6]) : "", why(f)])));
}

function showHeap() {
  if (!trace.heap.length) return;
  const withShow = (rows) => rows.map((s) => ({...s, show: bytes}));
  const sized = withShow(seriesOf("bytes")).filter((s) => s.total);
  const objects = seriesOf("objects")
                      .filter((s) => s.total)
                      .map((s) => ({...s, name: s.name + ", objects"}));
  timeSection(
      "What the guest's allocators had handed out",
      "Bytes alive, then objects alive, by the function that handed them out. " +
          "Bytes are known where an argument is named size or order; an object " +
          "that one allocator passes on belongs to the outermost.",
      drawStrips([...paint(sized, ["write"]), ...paint(objects, ["level"])]),
      table(
          "The allocators in numbers",
          [
            ["function", "code"], ["calls", "number"], ["returned 0", "number"],
            ["bytes asked", "number"], ["objects alive at the end", "number"],
            ["bytes alive at the end", "number"], ["most bytes alive", "number"]
          ],
          trace.heap));
}

function showDevices() {
  const groups = [["dma", "DMA"], ["mmio", "MMIO"], ["port", "port"]];
  for (const [name, word] of groups) {
    const rows = seriesOf(name).sort((a, b) => b.total - a.total);
    if (!rows.length) continue;
    timeSection(
        `Which devices had ${word} cycles, and when`,
        name === "dma" ?
            "Cycles of other bus masters, which pass by the MMU; " +
                `${bytes(totals.bytes_by_dma)} in all.` :
            name === "mmio" ?
            "Memory cycles that a device answered." :
            "Cycles of IN and OUT, which never touch the page tables.",
        drawStrips(
            paint(rows.slice(0, 12).map((s) => ({...s, colour: ""})), ["level"])
                .map((s) => ({
                       ...s,
                       colour: s.name.endsWith("writes") ? "write" : "read"
                     }))),
        seriesTable(`All ${rows.length} in numbers`, rows));
  }
}

function showInterrupts() {
  const rows = seriesOf("irq").sort((a, b) => a.name < b.name ? -1 : 1);
  if (!rows.length) return;
  const colours = {device: "level", program: "write", exception: "fault"};
  timeSection(
      "When interrupts were delivered",
      "By vector: those of devices, " +
          "exceptions, and those that the program asked for.",
      drawStrips(rows.slice(0, 16).map(
          (s) => ({...s, colour: colours[s.name.split(", ")[1]] || "other"}))),
      seriesTable("Interrupts in numbers", rows));
}

function showLines() {
  const of = (name) => new Map(seriesOf(name).map((s) => [s.name, s]));
  const raises = of("raise"), taken = of("taken");
  const colours = {IRQ: "level", DREQ: "dma", DACK: "write"};
  const number = (s) => Number(s.name.replace(/\D+/, ""));
  const kind = (s) => s.name.replace(/\d+/, "");
  const kinds = Object.keys(colours);
  const rows =
      seriesOf("line")
          .filter((s) => raises.has(s.name) && taken.has(s.name))
          .map((s) => ({
                 ...s,
                 colour: colours[kind(s)],
                 raises: raises.get(s.name),
                 taken: taken.get(s.name)
               }))
          .sort(
              (a, b) => kinds.indexOf(kind(a)) - kinds.indexOf(kind(b)) ||
                  number(a) - number(b));
  if (!rows.length) return;
  timeSection(
      "When devices asked: IRQ, DREQ and DACK lines",
      "As a logic analyser shows them: the stronger, the more of the time a " +
          "line was high; a mark below where it was raised, and at the right how " +
          "often. pagewalk trace export --format vcd has each edge, for gtkwave.",
      drawLines(rows),
      table(
          "The lines in numbers",
          [
            ["line", ""], ["raised", "number"], ["acknowledged", "number"],
            ["ticks high", "number"], ["of the time", "number"]
          ],
          rows.map(
              (row) =>
                  [row.name, row.raises.total,
                   kind(row) === "IRQ" ? row.taken.total : "", row.total,
                   share(row.total, trace.last_tick - trace.first_tick)])));
}

function showHot() {
  if (!trace.hot.length) return;
  const rows = trace.hot.map(
      ([number, reads, writes, misses, faults, frame]) =>
          ({start: number * PAGE, reads, writes, misses, faults, frame}));
  const shown = rows.slice(0, 20), tall = 19, left = 110, right = 330;
  const most =
      Math.max(...shown.map((row) => row.reads + row.writes + row.misses));
  const picture = canvas(() => shown.length * tall, (context, width) => {
    const scale = (width - left - right) / most;
    shown.forEach((row, i) => {
      let x = left;
      for (const name of ["reads", "writes", "misses"]) {
        context.fillStyle =
            colour({reads: "read", writes: "write", misses: "miss"}[name]);
        context.fillRect(x, i * tall + 3, row[name] * scale, tall - 6);
        x += row[name] * scale;
      }
      context.fillStyle = colour("ink");
      context.textAlign = "right";
      context.fillText(hex(row.start), left - 10, i * tall + tall / 2);
      context.fillStyle = colour("soft");
      context.textAlign = "left";
      context.fillText(
          `${group(row.reads + row.writes)} accesses, ` +
              `${group(row.misses)} misses, ${
                  linearKinds[linearKind(row)][0].split(/[:,(]/)[0]}`,
          x + 8, i * tall + tall / 2);
    });
  });
  section(
      "The pages that were used most",
      "Linear pages of 4 KiB, by reads, writes and TLB misses.",
      picture.element,
      legend([["reads", "read"], ["writes", "write"], ["TLB misses", "miss"]]),
      table(
          `The first ${rows.length} in numbers`,
          [
            ["page", "code"], ["frame", "code"], ["mapped as", ""],
            ["reads", "number"], ["writes", "number"], ["TLB misses", "number"],
            ["misses per 1000 accesses", "number"]
          ],
          rows.map(
              (row) =>
                  [hex(row.start), row.frame ? hex((row.frame - 1) * PAGE) : "",
                   linearKinds[linearKind(row)][0], row.reads, row.writes,
                   row.misses,
                   row.reads + row.writes ?
                       (1000 * row.misses / (row.reads + row.writes))
                           .toFixed(2) :
                       ""])));
}

function showMemory() {
  if (!knows("mem")) return;
  timeSection(
      "How busy memory was", "Data reads and writes over time.",
      drawStrips(paint(seriesOf("mem"), ["read", "write"])),
      seriesTable("Reads and writes in numbers", seriesOf("mem")));
}

showHead();
if (!totals.events)
  page.append(
      make("p", {className: "why", textContent: "The trace holds no events."}));
showLinear();
showPhysical();
showTlb();
showFaults();
showHeap();
showDevices();
showHot();
showInterrupts();
showLines();
showMemory();
page.append(make("p", {
  className: "soft",
  textContent:
      `${group(totals.events)} events, in ${trace.buckets} buckets of ` +
      `${group(trace.width)} ticks. Made by pagewalk trace report.`
}));
redrawAll();
