/* The numbers, and how numbers are shown. */
const trace = JSON.parse(document.getElementById("numbers").textContent);

const group = (n) =>
    String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, "\u2009");

const hex = (n, digits = 8) =>
    "0x" + Math.round(n).toString(16).padStart(digits, "0");

function brief(n) {
  const units = [[1e9, "G"], [1e6, "M"], [1e3, "k"]];
  for (const [size, letter] of units) {
    if (n >= size) return (n / size).toFixed(n < 10 * size ? 1 : 0) + letter;
  }
  return String(Math.round(n));
}

function bytes(n) {
  const units = [[2 ** 30, "GiB"], [2 ** 20, "MiB"], [2 ** 10, "KiB"]];
  for (const [size, name] of units) {
    if (n >= size)
      return (n / size).toFixed(n % size && n < 100 * size ? 1 : 0) + " " +
          name;
  }
  return n + " B";
}

const share = (part, whole) =>
    whole ? (100 * part / whole).toFixed(2) + " %" : "";

/* An element with properties and children; text is never taken for HTML. */
function make(tag, properties, ...children) {
  const element = document.createElement(tag);
  Object.assign(element, properties);
  element.append(...children.filter((child) => child !== null));
  return element;
}

const colour = (name) =>
    getComputedStyle(document.documentElement).getPropertyValue("--" + name);

/* Round steps for an axis of ticks, or of addresses. */
function stepFor(span, wanted, base) {
  if (base === 2) return 2 ** Math.ceil(Math.log2(span / wanted));
  const power = 10 ** Math.floor(Math.log10(span / wanted));
  return power * [1, 2, 5, 10].find((times) => times * power * wanted >= span);
}

/* A table under a fold. Columns: [title, kind], kind "number", "code", "". */
function table(title, columns, rows) {
  const cell = (tag, text, kind) =>
      make(tag, {className: kind, textContent: text});
  const head =
      make("tr", {}, ...columns.map(([t, kind]) => cell("th", t, kind)));
  const details = make("details", {}, make("summary", {textContent: title}));
  const fill = () => {
    if (!details.open || details.children.length > 1) return;
    details.append(make(
        "div", {className: "scroll"},
        make(
            "table", {}, make("thead", {}, head),
            make(
                "tbody", {},
                ...rows.map(
                    (row) => make(
                        "tr", {},
                        ...row.map(
                            (text, i) => cell(
                                "td",
                                typeof text === "number" ? group(text) : text,
                                columns[i][1]))))))));
  };
  details.addEventListener("toggle", fill);
  return details;
}

const tip = document.getElementById("tip");

function showTip(event, text) {
  tip.hidden = !text;
  if (!text) return;
  tip.textContent = text;
  const right = event.clientX + 16 + tip.offsetWidth > innerWidth;
  const low = event.clientY + 16 + tip.offsetHeight > innerHeight;
  tip.style.left = event.clientX + (right ? -12 - tip.offsetWidth : 14) + "px";
  tip.style.top = event.clientY + (low ? -12 - tip.offsetHeight : 14) + "px";
}

/* A canvas that is drawn sharply, again whenever its width or the theme
   changes. `draw(context, width)` gets pixels of the page. */
const canvases = [];

function canvas(height, draw, fixedWidth) {
  const element = make("canvas", {});
  const redraw = () => {
    const width = fixedWidth || element.clientWidth || 1200;
    const sharp = devicePixelRatio || 1;
    element.width = Math.round(width * sharp);
    element.height = Math.round(height() * sharp);
    element.style.height = height() + "px";
    if (fixedWidth) element.style.width = fixedWidth + "px";
    const context = element.getContext("2d");
    context.scale(sharp, sharp);
    context.clearRect(0, 0, width, height());
    context.font = '11px system-ui, "DejaVu Sans", sans-serif';
    context.textBaseline = "middle";
    draw(context, width);
  };
  canvases.push(redraw);
  return {element, redraw};
}

const redrawAll = () => canvases.forEach((redraw) => redraw());

addEventListener("resize", redrawAll);
matchMedia("(prefers-color-scheme: dark)")
    .addEventListener("change", redrawAll);

/* Wheel zooms about the pointer, dragging moves, a double click shows all. */
function zoomable(element, range, apply) {
  let from = null;
  element.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.shiftKey && !event.altKey &&
        !element.matches(":focus"))
      return;
    event.preventDefault();
    range.zoom(
        Math.exp(event.deltaY / 300 || event.deltaX / 300),
        range.at(event.offsetX));
    apply();
  }, {passive: false});
  element.tabIndex = 0;
  element.style.outline = "none";
  element.addEventListener("pointerdown", (event) => {
    element.setPointerCapture(event.pointerId);
    from = event.offsetX;
  });
  element.addEventListener("pointermove", (event) => {
    if (from === null || !event.buttons) return;
    range.move(range.at(from) - range.at(event.offsetX));
    from = event.offsetX;
    apply();
  });
  element.addEventListener("pointerup", () => {
    from = null;
  });
  element.addEventListener("dblclick", () => {
    range.all();
    apply();
  });
}
