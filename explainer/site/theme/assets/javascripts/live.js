/* Lets a reader change the numbers of a page: every number that follows from them is worked out anew by numbers.js. */

(() => {
const box = document.querySelector(".ex-live"), { numbers, parts, running, typed, written } = window.explainer || {};
if (!box || !numbers) return;
const list = JSON.parse(box.querySelector("[data-live]").dataset.live), lastOf = {};
/* An operand is told as a step from that of the equation before in the same row. */
list.equations = list.equations.map(([row, ...steps]) => [row, ...(lastOf[row] = steps.map((step, place) => step + (lastOf[row]?.[place] ?? 0)))]);
const at = numbers(list), own = at({}), page = box.closest("article") || document.body;
const authors = new Map(list.given.map((text, index) => [list.names[index], written(text)]));
const inputs = [...box.querySelectorAll("[data-input]")], says = (key) => box.querySelector(`[data-say="${key}"]`);
const prefix = `${list.example}:`, KEY = "numbers";
let changed = {}, state = own, run = null; // a run of updates has other numbers, of which some may be hidden

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
  const { ref, within: line = "", place = "", digits } = element.dataset, name = ref.slice(prefix.length);
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
  if (run?.hidden.has(name) && !shown.wrong) return { ...shown, cut: true };
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
  const { element } = each, isNumber = !shown.wrong && !shown.cut;
  const text = isNumber ? running(shown.text, list) : shown.wrong ? NONE : CUT;
  const told = isNumber && encloses(shown.text, place) ? `(${text})` : text;
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
const instead = new Map(); // what is told in place of a paragraph, and when
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
  for (const frame of new Set(block.claims.map(({ frame }) => frame))) {
    const others = instead.get(frame) || [], told = untrue.has(frame) ? others.find(({ condition }) => condition && state.holds(condition)) : null;
    frame.classList.toggle("ex-authors", untrue.has(frame));
    if (others[0]) for (const each of [frame, ...others.map(({ element }) => element)]) each.classList.toggle("ex-untold", each !== (told?.element || frame));
  }
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
  const isChanged = Object.keys(changed).length > 0 || Boolean(run);
  state = run ? run.state : isChanged ? at(changed) : own;
  lines.clear();
  if (page.classList.contains("ex-is-changed") !== isChanged) page.classList.toggle("ex-is-changed", isChanged);
  clearTimeout(moving);
  stop(resting);
  moving = 0;
  if (!isMoving) return settle();
  for (const block of blocks.values()) if (block.isSeen || !observer) follow(block);
  live.panel?.tell(isChanged, state.broken());
  page.dispatchEvent(new Event("ex-moved"));
  moving = setTimeout(rest, PAUSE);
};
const waitingBlocks = () => [...blocks.values()].filter((each) => each.at !== state);
const settled = () => {
  live.panel?.tell(Object.keys(changed).length > 0, list.names.find((name) => state.shown(name).wrong));
  keep();
  page.dispatchEvent(new Event("ex-worked"));
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

/* --- the address */

const keep = () => {
  const address = new URL(location.href), text = Object.entries(changed).map(([name, value]) => `${name}:${value}`).join(" ");
  if ((address.searchParams.get(KEY) || "") === text) return; // a browser takes only so many addresses a second
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
/* By the reader: whatever ran from other numbers is over. */
const renewed = (isMoving) => { run = null; works(isMoving); live.renewed?.(); };
const change = (name, text, isMoving) => {
  take(name, text);
  live.panel?.show(name);
  isAtOnce ||= !isMoving;
  if (!waiting) waiting = requestAnimationFrame(() => { const isWhole = isAtOnce; waiting = 0; isAtOnce = false; renewed(!isWhole); });
};
const current = (name) => changed[name] ?? authors.get(name);

/* --- what is loaded when it is asked for: fields and sliders, and what makes updates */

const source = document.currentScript.src, loading = new Set(); // by the first of two clicks, and again by the next one where it has failed
const load = (name) => {
  if (loading.has(name)) return;
  loading.add(name);
  document.head.append(el("script", { src: source.replace("live.js", name), onerror: () => loading.delete(name) }));
};
const button = el("button", { type: "button", className: "ex-change", onclick: () => (live.changes ? live.changes() : load("panel.js")) }, said("open"));
const opener = el("button", { type: "button", className: "ex-train", onclick: () => (live.trains ? live.trains() : load("steps.js")) });
const dock = el("div", { className: "ex-dock" }, button);
page.append(dock);
if (list.course) {
  opener.append(...copy(says("steps.open")));
  dock.append(opener);
}
/* For the page's other scripts. `show` puts numbers in place of the reader's, or takes them away again. */
const live = window.explainer.live = {
  list, page, dock, button, opener, inputs, authors, blocks, el, copy, says, said, spoken, symbolOf, put, follow, hurry, current, change,
  start: () => ({ ...changed }),
  reset: () => { changed = {}; renewed(); },
  shown: (name) => state.shown(name),
  broken: () => state.broken(),
  /* Which number may be changed at this place, if any. */
  given: (element) => { const name = found.get(element)?.name; return names.has(name) ? name : ""; },
  /* Why a number is not the author's: the reader has changed it, or an update has. */
  whose: (name) => (run && name in run.carried ? "carried" : name in changed ? "changed" : ""),
  show: (now, hidden, isMoving) => {
    run = now && { state: hidden.size || run?.hidden.size ? { ...now.reading } : now.reading, carried: now.carried, hidden };
    works(isMoving);
  },
  close: () => { if (live.panel && !live.panel.shell.hidden) live.panel.shell.querySelector(".ex-close").click(); },
};

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
/* Paragraphs of which one is told, by what is so, stand in one place: it is as high as the highest. */
for (const mark of page.querySelectorAll(".ex-otherwise > [data-otherwise]")) {
  const element = mark.parentElement, frame = element.previousElementSibling;
  const box = frame.matches(".ex-told") ? frame : el("div", { className: "ex-told" }), first = box.firstElementChild || frame;
  if (!box.isConnected) { frame.before(box); box.append(frame); }
  box.append(element);
  element.hidden = false;
  element.classList.add("ex-untold");
  instead.set(first, [...(instead.get(first) || []), { element, condition: JSON.parse(mark.dataset.otherwise || "null") }]);
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
Object.assign(live, fromAddress());
if (live.isAsked) {
  works();
  load("panel.js");
}
})();
