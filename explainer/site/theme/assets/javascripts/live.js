/* Lets a reader change the numbers of a page: every number that follows from them is worked out anew by numbers.js. */

(() => {
const box = document.querySelector(".ex-live"), { numbers, parts, running, typed, written } = window.explainer || {};
if (!box || !numbers) return;
const list = JSON.parse(box.querySelector("[data-live]").dataset.live), at = numbers(list), own = at({}), page = box.closest("article") || document.body;
const authors = new Map(list.given.map((text, index) => [list.names[index], written(text)]));
const inputs = [...box.querySelectorAll("[data-input]")], says = (key) => box.querySelector(`[data-say="${key}"]`);
const prefix = `${list.example}:`, KEY = "numbers";
let changed = {}, state = own, panel = null;

const el = (tag, has = {}, ...inside) => {
  const made = Object.assign(document.createElement(tag), has);
  made.append(...inside);
  return made;
};
const math = (tag, text, has = {}) => {
  const made = document.createElementNS("http://www.w3.org/1998/Math/MathML", tag);
  for (const [name, value] of Object.entries(has)) made.setAttribute(name, value);
  made.append(text);
  return made;
};
/* Without another node, of which styles would have to be found anew. */
const write = (element, text) => {
  if (element.firstChild?.nodeType === 3 && !element.firstChild.nextSibling) element.firstChild.data = text;
  else element.textContent = text;
};
const copy = (from) => [...from.cloneNode(true).childNodes];
const said = (key, quantity = []) => {
  const words = el("span", {}, ...copy(says(key)));
  for (const slot of words.querySelectorAll("[data-slot]")) slot.replaceChildren(...quantity);
  return words;
};
/* Words for an attribute: a formula's letters as they are read. */
const spoken = (key, quantity) => said(key, quantity).textContent.replace(/\s+/g, " ").trim();
const symbolOf = (name) => {
  const known = inputs.find((each) => each.dataset.input === name);
  return known ? copy(known) : [el("code", {}, name)];
};

/* --- the numbers on the page */

const NONE = "–", CUT = "…", SIGNS = "=≈";
const AUTHORS_OWN = ".ex-exercise, .ex-choice, .ex-question, .ex-live";
const places = [...page.querySelectorAll(`[data-ref^="${CSS.escape(prefix)}"]`)].filter((each) => !each.closest(AUTHORS_OWN)).map((element) => {
  const { ref, line = "", place = "", digits } = element.dataset, name = ref.slice(prefix.length);
  return { element, name, line, place, digits: Number(digits) || undefined, isKnown: list.names.includes(name) };
});
const lines = new Map(), ownLines = new Map(); // now, and at the author's numbers: another formula would stand there
const lineOf = (line) => {
  if (!lines.has(line)) {
    const name = line.replace(/^[~*]/, ""), chain = line[0] === "*" ? list.nested[name] : undefined;
    const worked = (at) => at.line(name, chain, line[0] === "~"), found = worked(state);
    if (state === own) ownLines.set(line, found);
    const before = ownLines.get(line);
    lines.set(line, before && (before.by !== found.by || before.pieces !== found.pieces) ? { operands: null } : found);
  }
  return lines.get(line).operands;
};
const shownAt = ({ name, line, digits }) => {
  const shown = state.shown(name, digits);
  return line && !shown.wrong ? lineOf(line)?.get(name) || { ...shown, cut: true } : shown;
};
const encloses = (text, place) => (text[0] === "-" && place) || (text.includes("e") && place.includes("r"));

/* Most numbers keep their shape from one step to the next: then only digits change. */
const inMath = (each, shown, place) => {
  const { element } = each, isNumber = !shown.wrong && !shown.cut;
  const { negative, digits, exponent } = isNumber ? parts(shown.text, list) : {}, enclosed = isNumber && encloses(shown.text, place);
  const shape = isNumber ? `${enclosed ? "(" : ""}${negative ? "-" : ""}${exponent === null ? "" : exponent < 0 ? "e-" : "e"}` : "";
  const digitsIn = element.querySelectorAll("mn");
  if (isNumber && each.shape === shape) {
    digitsIn[0].firstChild.data = digits;
    if (exponent !== null) digitsIn[2].firstChild.data = String(Math.abs(exponent));
    return;
  }
  each.shape = isNumber ? shape : null;
  if (!isNumber) return element.replaceChildren(math("mtext", shown.wrong ? NONE : CUT));
  const bracket = (sign) => math("mo", sign, { stretchy: "false" });
  const minus = () => math("mo", "−", { form: "prefix", lspace: "0", rspace: "0" }), inside = [];
  if (negative) inside.push(minus());
  inside.push(math("mn", digits));
  if (exponent !== null) {
    const power = math("msup", ""), raised = math("mrow", "");
    if (exponent < 0) raised.append(minus());
    raised.append(math("mn", String(Math.abs(exponent))));
    power.replaceChildren(math("mn", "10"), raised);
    inside.push(math("mo", list.times, { lspace: "0.2222em", rspace: "0.2222em" }), power);
  }
  element.replaceChildren(...(enclosed ? [bracket("("), ...inside, bracket(")")] : inside));
};
/* In a figure a number keeps its place, and its type becomes smaller where it is longer than there is room. */
const fitted = (each, long) => {
  each.long ??= each.element.textContent.length + 2;
  each.size ??= Number(each.element.getAttribute("font-size"));
  each.element.setAttribute("font-size", each.size * Math.min(1, Math.max(0.6, each.long / long)));
};
const inText = (each, shown, place) => {
  const { element } = each;
  const text = shown.wrong ? NONE : running(shown.text, list);
  const told = !shown.wrong && encloses(shown.text, place) ? `(${text})` : text;
  if (element.localName === "text") fitted(each, told.length);
  write(element, told);
};

/* A sign between two sides, and the numbers behind it as far as the next one. */
const relations = [];
const signed = (element, numbers) => {
  const rule = () => SIGNS[Number(numbers.some((each) => !each.shown?.exact))];
  if (numbers.length) relations.push({ element, rule, numbers, sign: element.textContent.trim() });
};
const found = new Map(places.map((each) => [each.element, each]));
const collect = () => {
  for (const formula of page.querySelectorAll("math")) {
    let sign = null, numbers = [];
    for (const each of formula.querySelectorAll("mo, [data-ref]")) {
      if (found.has(each)) numbers.push(found.get(each));
      else if (each.localName === "mo" && SIGNS.includes(each.textContent) && each.textContent) {
        if (sign) signed(sign, numbers);
        [sign, numbers] = [each, []];
      }
    }
    if (sign) signed(sign, numbers);
  }
  for (const each of places) {
    const before = each.element.localName === "text" ? each.element.previousElementSibling : each.element.previousSibling;
    if (before?.nodeType === 3 && /[=≈]\s*$/.test(before.data)) {
      const sign = el("span", {}, /[=≈]/.exec(before.data.slice(-3))[0]), end = before.data.search(/[=≈]\s*$/), rest = before.data.slice(end + 1);
      before.data = before.data.slice(0, end);
      before.after(sign, rest);
      signed(sign, [each]);
    } else if (before?.classList?.contains("ex-sign") && SIGNS.includes(before.textContent)) signed(before, [each]);
  }
};

const looked = (each) => {
  const shown = shownAt(each);
  each.shown = shown;
  return shown.wrong || `${shown.text} ${shown.cut || ""}`;
};
/* The numbers of a block, and the signs between them. */
const blocks = new Map();
const BLOCKS = ".ex-formula, figcaption, .ex-figure, p, li, tr, dd, summary";
const blockOf = (element) => {
  const block = element.closest(BLOCKS) || element;
  if (!blocks.has(block)) blocks.set(block, { places: [], relations: [], claims: [], at: own, isSeen: false });
  return blocks.get(block);
};
const put = (each, shown) => (each.element.localName === "mrow" ? inMath : inText)(each, shown, each.place);
const follow = (block) => {
  if (block.at === state) return;
  block.at = state;
  for (const each of block.places) {
    const key = looked(each);
    if (each.key === key) continue;
    put(each, each.shown);
    each.key = key;
    if ((key === each.first) === each.isMarked) each.element.classList.toggle("ex-changed", (each.isMarked = !each.isMarked));
  }
  for (const each of block.relations) {
    const sign = each.rule();
    if (sign !== each.now) write(each.element, (each.now = sign));
  }
  const untrue = new Set(block.claims.filter(({ condition }) => !condition || !state.holds(condition)).map(({ frame }) => frame));
  for (const { frame } of block.claims) if (frame.classList.contains("ex-authors") !== untrue.has(frame)) frame.classList.toggle("ex-authors");
};
/* A move changes what is in view; the rest follows as soon as nothing moves. */
const observer = window.IntersectionObserver && new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    const block = blocks.get(target);
    block.isSeen = isIntersecting;
    if (isIntersecting) follow(block);
  }
}, { rootMargin: "100px" });
const PAUSE = 150;
let moving = 0, resting = 0;
const idle = window.requestIdleCallback ? (does) => requestIdleCallback(does, { timeout: 400 }) : (does) => setTimeout(() => does(), 1);
const stop = window.requestIdleCallback ? (which) => cancelIdleCallback(which) : clearTimeout;

const works = (isMoving) => {
  const isChanged = Object.keys(changed).length > 0;
  state = isChanged ? at(changed) : own;
  lines.clear();
  if (page.classList.contains("ex-is-changed") !== isChanged) page.classList.toggle("ex-is-changed", isChanged);
  clearTimeout(moving);
  stop(resting);
  moving = 0;
  if (!isMoving) return settle();
  for (const block of blocks.values()) if (block.isSeen || !observer) follow(block);
  panel?.tell(isChanged, state.broken());
  moving = setTimeout(rest, PAUSE);
};
const waitingBlocks = () => [...blocks.values()].filter((each) => each.at !== state);
const settled = () => {
  panel?.tell(Object.keys(changed).length > 0, list.names.find((name) => state.shown(name).wrong));
  keep();
};
const settle = () => { waitingBlocks().forEach(follow); settled(); };
const rest = () => {
  moving = 0;
  const left = waitingBlocks();
  const some = (deadline) => {
    while (left.length && (!deadline || deadline.didTimeout || deadline.timeRemaining() > 1)) follow(left.pop());
    if (left.length) resting = idle(some);
    else settled();
  };
  resting = idle(some);
};
const hurry = () => { if (moving || waitingBlocks().length) { clearTimeout(moving); stop(resting); moving = 0; settle(); } };
addEventListener("beforeprint", hurry);
addEventListener("pagehide", hurry);
addEventListener("keydown", (event) => { if ((event.ctrlKey || event.metaKey) && "fgpa".includes(event.key)) hurry(); }); // searches, prints, takes all

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
  const all = [...blocks].filter(([element]) => element.matches(BLOCKS) && !element.matches(".ex-figure"));
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

/* --- the address */

const keep = () => {
  const address = new URL(location.href), text = Object.entries(changed).map(([name, value]) => `${name}:${value}`).join(" ");
  if (text) address.searchParams.set(KEY, text);
  else address.searchParams.delete(KEY);
  history.replaceState(history.state, "", address);
  for (const link of document.querySelectorAll("a[hreflang]")) {
    const there = new URL(link.href);
    if (text) there.searchParams.set(KEY, text);
    else there.searchParams.delete(KEY);
    link.href = there;
  }
};
const names = new Set(inputs.map((each) => each.dataset.input));
const fromAddress = () => {
  const asked = (new URLSearchParams(location.search).get(KEY) || "").slice(0, 5000).split(" ").filter(Boolean);
  let isWhole = true;
  for (const item of asked) {
    const end = item.lastIndexOf(":"), name = item.slice(0, end), value = typed(item.slice(end + 1));
    if (names.has(name) && !value.wrong) take(name, value.text);
    else isWhole = false;
  }
  return { isAsked: asked.length > 0, isWhole };
};

const take = (name, text) => {
  const value = written(text);
  if (value === authors.get(name)) delete changed[name];
  else changed[name] = value;
};
let waiting = 0, isAtOnce = false;
const change = (name, text, isMoving) => {
  take(name, text);
  panel?.show(name);
  isAtOnce ||= !isMoving;
  if (!waiting) waiting = requestAnimationFrame(() => { const isWhole = isAtOnce; waiting = 0; isAtOnce = false; works(!isWhole); });
};
const current = (name) => changed[name] ?? authors.get(name);

/* --- the panel */

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
    field.classList.toggle("ex-changed", name in changed);
  };
  return { name, show, row: el("div", { className: "ex-control" }, el("span", { ariaHidden: "true" }, ...symbol), slider, field, error) };
};

const opened = () => {
  const controls = inputs.map(control), status = el("p", { role: "status" }), notes = el("p", { className: "ex-error", role: "alert" });
  const reset = el("button", { type: "button", onclick: () => { changed = {}; works(); controls.forEach(({ show }) => show()); } }, said("reset"));
  const close = el("button", { type: "button", onclick: () => { shell.hidden = true; button.hidden = false; page.classList.remove("ex-is-live"); button.focus(); } }, said("close"));
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
      const broken = which && state.shown(which);
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
  panel ||= opened();
  panel.shell.hidden = false;
  button.hidden = true;
  page.classList.add("ex-is-live");
  width = page.clientWidth;
  roomFor();
  widths?.observe(page);
  if (document.fonts?.status === "loading") document.fonts.ready.then(roomFor);
  panel.all();
  panel.tell(Object.keys(changed).length > 0, state.broken());
};
const button = el("button", { type: "button", className: "ex-change" }, said("open"));
button.onclick = () => { open(); panel.shell.querySelector("input").focus({ preventScroll: true }); };
const dock = el("div", { className: "ex-dock" }, button);
page.append(dock);

/* --- a number that is dragged */

page.addEventListener("pointerdown", (event) => {
  const element = event.target.closest?.(".num[data-ref]"), name = found.get(element)?.name;
  if (!names.has(name) || !page.classList.contains("ex-is-live") || event.button) return;
  event.preventDefault();
  const start = event.clientX, from = Number(current(name)), step = stepOf(name);
  const move = (moved) => change(name, rounded(from + Math.round((moved.clientX - start) / 4) * step, step), true);
  const end = () => { hurry(); removeEventListener("pointermove", move); removeEventListener("pointerup", end); removeEventListener("pointercancel", end); };
  addEventListener("pointermove", move);
  addEventListener("pointerup", end);
  addEventListener("pointercancel", end);
});

collect();
/* What is not printed as the list has it belongs to something else: it stays the author's. */
const plain = (text) => text.replace(/[⁰¹²³⁴⁵⁶⁷⁸⁹]/g, (each) => "⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(each)).replace(/⁻/g, "−").replace(/[\s()]/g, "");
for (const each of places) {
  if (!each.isKnown) continue;
  each.key = each.first = looked(each);
  each.isMarked = false;
  each.isKnown = !each.shown.wrong && !each.shown.cut && plain(running(each.shown.text, list)) === plain(each.element.textContent);
}
for (const each of places) if (each.isKnown) blockOf(each.element).places.push(each);
for (const each of relations) {
  each.now = each.sign;
  if (each.rule() === each.sign && each.numbers.every(({ isKnown }) => isKnown)) blockOf(each.element).relations.push(each);
}
/* A sentence that claims what is not so, or what is not worked out here, is about the author's numbers. */
for (const claim of page.querySelectorAll("[data-claims]")) {
  const frame = claim.closest("p, li, td, dd"), condition = JSON.parse(claim.dataset.claims || "null");
  if (!frame) continue;
  blockOf(claim).claims.push({ frame, condition });
  if (!condition) frame.classList.add("ex-authors");
}
if (observer) for (const block of blocks.keys()) observer.observe(block);
for (const each of places) {
  if (names.has(each.name)) each.element.classList.add("ex-given");
  if (!each.isKnown) each.element.classList.add("ex-authors");
}
for (const figure of page.querySelectorAll(".ex-curve, .ex-points")) figure.closest("figure").classList.add("ex-authors");
const { isAsked, isWhole } = fromAddress();
if (isAsked) {
  open();
  works();
  panel.all();
  if (!isWhole) panel.note("ignored");
}
})();
