/* What a reader changes numbers with: fields and sliders, and the numbers themselves. Loaded by live.js when it is asked for. */

(() => {
const { live, running, typed } = window.explainer;
const { list, page, dock, button, inputs, authors, blocks, el, copy, says, said, spoken, symbolOf, put, follow, hurry, current, change } = live;

const places10 = (text) => (text.includes("e") ? 12 : (text.split(".")[1] || "").length);
const stepOf = (name) => Math.min(10 ** -places10(authors.get(name)), 0.1 * 10 ** Math.floor(Math.log10(Math.abs(authors.get(name)) || 1)));
const rounded = (value, step) => String(Number(value.toFixed(Math.min(20, Math.max(0, Math.ceil(-Math.log10(step) - 1e-9))))));

const control = (listed) => {
  const name = listed.dataset.input, symbol = copy(listed), step = stepOf(name), reach = Math.ceil(Math.max(2 * Math.abs(authors.get(name)), 1) / step) * step;
  const error = el("p", { id: `ex-live-${inputs.indexOf(listed)}`, className: "ex-error", role: "alert" });
  const field = el("input", { type: "text", inputMode: "decimal", autocomplete: "off", spellcheck: false, ariaLabel: spoken("field", copy(listed)) });
  const slider = el("input", { type: "range", min: -reach, max: reach, step: step, ariaLabel: spoken("slider", copy(listed)) });
  field.setAttribute("aria-describedby", error.id);
  field.oninput = () => {
    const { text, wrong } = typed(field.value);
    error.replaceChildren(...(wrong ? copy(says(wrong)) : []));
    field.setAttribute("aria-invalid", Boolean(wrong));
    if (wrong) return;
    change(name, text);
  };
  field.onchange = () => { if (!typed(field.value).wrong) show(); };
  slider.oninput = () => change(name, rounded(Number(slider.value), step), true);
  slider.onchange = hurry;
  const show = () => {
    const text = current(name);
    if (document.activeElement !== field) {
      field.value = running(text, { ...list, group: "" }).replace(/[^\S]/g, "");
      if (error.firstChild) error.replaceChildren();
      field.removeAttribute("aria-invalid");
    }
    slider.value = Number(text);
    slider.setAttribute("aria-valuetext", running(text, list));
    field.classList.toggle("ex-changed", live.whose(name) === "changed");
  };
  return { name, show, row: el("div", { className: "ex-control" }, el("span", { ariaHidden: "true" }, ...symbol), slider, field, error) };
};

const opened = () => {
  const controls = inputs.map(control), status = el("p", { role: "status" }), notes = el("p", { className: "ex-error", role: "alert" });
  const reset = el("button", { type: "button", onclick: () => { live.reset(); controls.forEach(({ show }) => show()); } }, said("reset"));
  const close = el("button", { type: "button", className: "ex-close", onclick: () => { shell.hidden = true; button.hidden = false; page.classList.remove("ex-is-live"); button.focus(); } }, said("close"));
  const rows = el("div", { className: "ex-controls", role: "group" }, ...controls.map(({ row }) => row));
  rows.setAttribute("aria-label", spoken("open"));
  const shell = el("section", { className: "ex-panel", id: "ex-panel", hidden: true }, el("div", { className: "ex-bar" }, status, notes, reset, close), rows);
  shell.setAttribute("aria-label", spoken("open"));
  shell.onkeydown = (event) => { if (event.key === "Escape") close.click(); };
  dock.append(shell);
  let last = "";
  return {
    shell,
    show: (name) => controls.find((each) => each.name === name)?.show(),
    tell: (isChanged, which) => {
      reset.disabled = !isChanged;
      const broken = which && live.shown(which);
      const key = broken ? `${broken.wrong} ${broken.at}` : String(isChanged);
      if (key === last) return;
      last = key;
      status.replaceChildren(...(isChanged ? [said("changed")] : []));
      notes.replaceChildren(...(broken ? [said(broken.wrong === "open" ? "left" : broken.wrong, symbolOf(broken.at))] : []));
    },
    all: () => controls.forEach(({ show }) => show()),
    note: (key) => notes.replaceChildren(said(key)),
  };
};
const open = () => {
  live.opens?.();
  const panel = live.panel ||= opened();
  panel.shell.hidden = false;
  button.hidden = true;
  page.classList.add("ex-is-live");
  width = page.clientWidth;
  roomFor();
  widths?.observe(page);
  if (document.fonts?.status === "loading") document.fonts.ready.then(roomFor);
  panel.all();
  panel.tell(Object.keys(live.start()).length > 0, live.broken());
};

/* --- a number that is dragged */

page.addEventListener("pointerdown", (event) => {
  const element = event.target.closest?.(".num[data-ref]"), name = live.given(element);
  if (!name || !page.classList.contains("ex-is-live") || event.button) return;
  event.preventDefault();
  const start = event.clientX, from = Number(current(name)), step = stepOf(name);
  const move = (moved) => change(name, rounded(from + Math.round((moved.clientX - start) / 4) * step, step), true);
  const end = () => { hurry(); removeEventListener("pointermove", move); removeEventListener("pointerup", end); removeEventListener("pointercancel", end); };
  addEventListener("pointermove", move);
  addEventListener("pointerup", end);
  addEventListener("pointercancel", end);
});

/* --- room: nothing may move up or down while numbers change, so each block gets what its longest numbers would need */

const held = []; // what has a size of its own for that
const hold = (element, property, size) => { element.style[property] = `${Math.ceil(size * 100) / 100}px`; held.push([element, property]); };
const longest = ({ name, line, digits }) => {
  if (authors.has(name)) return { text: `-${authors.get(name).replace("-", "")}88`, exact: true };
  return { text: `-8.${"8".repeat((digits || list.digits) + (line ? 5 : -1))}e-88`, exact: false };
};
const insideOf = (element) => {
  const { boxSizing, paddingTop, paddingBottom, borderTopWidth, borderBottomWidth } = getComputedStyle(element), { height } = element.getBoundingClientRect();
  if (boxSizing === "border-box" || !height) return height;
  return height - [paddingTop, paddingBottom, borderTopWidth, borderBottomWidth].reduce((sum, each) => sum + parseFloat(each), 0);
};
const roomFor = () => {
  for (const [element, property] of held.splice(0)) element.style[property] = "";
  const all = [...blocks].filter(([element]) => !element.matches(".ex-figure, [data-ref]"));
  const growing = all.filter(([element]) => !element.matches("tr")), rows = new Set(growing.map(([element]) => element.closest(".ex-row")).filter(Boolean));
  const tables = new Set([...blocks.keys()].map((element) => element.closest("table")).filter(Boolean));
  const columns = [...tables].flatMap((table) => [...(table.rows[0]?.cells || [])].map((cell) => [cell, cell.getBoundingClientRect().width]));
  const cells = [...tables].flatMap((table) => [...table.querySelectorAll("td")]).filter((cell) => cell.querySelector(".num[data-ref]"));
  const onOneLine = cells.filter((cell) => cell.getBoundingClientRect().height < 2 * parseFloat(getComputedStyle(cell).lineHeight) + 1);
  for (const [, block] of growing) for (const each of block.places) { put(each, longest(each)); each.key = null; }
  const heights = growing.map(([element]) => insideOf(element));
  const shares = [...rows].flatMap((row) => [...row.children].map((part) => [part, part.getBoundingClientRect().width]));
  for (const [, block] of growing) { block.at = null; follow(block); }
  growing.forEach(([element], index) => { if (heights[index] && element.localName !== "summary") hold(element, "minHeight", heights[index]); });
  for (const [part, width] of shares) hold(part, "minWidth", width);
  for (const [cell, width] of columns) if (width) hold(cell, "minWidth", width);
  for (const cell of onOneLine) { cell.style.whiteSpace = "nowrap"; held.push([cell, "whiteSpace"]); }
};
let width = 0;
const widths = window.ResizeObserver && new ResizeObserver(() => {
  if (width === page.clientWidth || !page.classList.contains("ex-is-live")) return;
  width = page.clientWidth;
  roomFor();
});
page.addEventListener("toggle", () => { if (page.classList.contains("ex-is-live")) roomFor(); }, true); // what was closed has had no height

live.changes = () => {
  open();
  live.panel.shell.querySelector("input").focus({ preventScroll: true });
};
if (live.isAsked) open();
else live.changes();
if (!live.isWhole) live.panel.note("ignored");
})();
