/* Says where a number comes from: a card with what the page itself says of a quantity, the same quantity lit wherever it stands,
   a network that follows the text, and lines reduced to symbols or numbers. Formulas are copied from the page, never printed. */

(() => {
const box = document.querySelector(".ex-where");
if (!box) return;
const page = box.closest("article") || document.body, all = (selector, within = page) => [...within.querySelectorAll(selector)];
const WAIT = 300, GAP = 8, UPDATED = /#e?\d+$/, SAMPLE = /@\d+/g; // how long a pointer rests, or is on its way to the card
const ASKED = "[data-ref], [data-is]", AUTHORS_OWN = ".ex-exercise, .ex-choice, .ex-question, .ex-live", [HERE, FROM, INTO] = ["ex-here", "ex-from", "ex-into"];
const isWide = matchMedia("(min-width: 1220px)"), isPhone = matchMedia("(max-width: 44.984375em)");

const el = (tag, has = {}, ...inside) => {
  const made = Object.assign(document.createElement(tag), has);
  made.append(...inside);
  return made;
};
const said = (key, slots) => {
  const words = el("span", {}, ...box.querySelector(`[data-say="${key}"]`).cloneNode(true).childNodes);
  for (const slot of all("[data-slot]", words)) slot.append(slots[slot.dataset.slot]);
  return words;
};
const inMath = (...inside) => {
  const math = document.createElementNS("http://www.w3.org/1998/Math/MathML", "math");
  math.append(...inside);
  return el("span", { className: "ex-math" }, math);
};
const copy = (element) => {
  const made = element.cloneNode(true);
  for (const each of [made, ...all("*", made)]) each.classList.remove(HERE, FROM, INTO);
  return made;
};
const kept = (key, value) => {
  try { return value === undefined ? localStorage.getItem(key) : localStorage.setItem(key, value); } catch { return null; } // a reader may forbid it
};

/* --- quantities, and what each is made of */

const quantities = new Map(), refOf = ({ dataset }) => dataset.ref || dataset.is, list = window.explainer?.live?.list || {};
for (const [example, { names = [], kinds, made = [], given = [], measured = [] }] of Object.entries(JSON.parse(document.querySelector("[data-where]")?.dataset.where || "{}"))) {
  const listed = list.example === example ? list.names : [], start = listed.length;
  const found = [...listed, ...names].map((name, at) => {
    const ref = `${example}:${name}`, isGiven = at < start ? at < list.given.length : given.includes(at - start);
    const each = { ref, name, kind: kinds[at], isGiven, isMeasured: measured.includes(at - start), isPartial: name.includes("/"), from: new Set(), into: new Set() };
    quantities.set(ref, each);
    return each;
  });
  const link = (target, operands) => operands.forEach((each) => { target.from.add(each); each.into.add(target); });
  if (start) list.equations.forEach(([, ...places], at) => link(found[list.given.length + at], places.map((place) => found[place])));
  made.forEach((places, at) => link(found[start + at], places.map((place) => found[start + place])));
}
const reached = (from, way, isOnIt = () => true) => {
  const found = new Set(), next = [from];
  while (next.length) for (const each of next.pop()[way]) if (!found.has(each) && isOnIt(each)) { found.add(each); next.push(each); }
  return [...found];
};
/* Of a derivative, the two quantities in its name. */
const sides = ({ ref }) => {
  const [, example, of, by, step = ""] = /^([^:]*:)d(.+)\/d(.+?)(?:\.[a-z]+)?(#\d+)?$/.exec(ref);
  return [of, by].map((name) => quantities.get(example + name + step) || quantities.get(example + name));
};

/* --- where each stands */

const isOurs = (element) => quantities.has(refOf(element)) && !element.closest(AUTHORS_OWN);
const elements = all(ASKED).filter(isOurs), places = new Map(), shapes = new Map();
for (const each of elements) {
  const into = each.closest("svg") ? shapes : places, ref = refOf(each);
  into.set(ref, [...(into.get(ref) || []), each]);
}
const figures = all("svg.ex-network").filter((each) => each.querySelector(".ex-node[data-is]"));
for (const line of figures.flatMap((each) => all(".ex-edge[data-is]", each))) { // what is hit is wider than the line
  const grip = line.cloneNode();
  grip.setAttribute("class", "ex-grip");
  line.before(grip);
}
const symbolOf = (ref) => {
  const found = places.get(ref)?.find((each) => each.dataset.is) || page.querySelector(`.ex-live [data-is="${CSS.escape(ref)}"]`);
  return found && copy(found);
};
const formulas = new Map();
for (const formula of all(".ex-formula > math")) {
  const target = formula.querySelector("[data-is]")?.dataset.is;
  if (target && !formula.closest(AUTHORS_OWN) && !formulas.has(target)) formulas.set(target, formula);
}
/* A step that is left to the reader is not told before it is opened. */
const isLeft = (formula) => {
  const closed = formula.closest("details:not([open])");
  return closed && !closed.querySelector("summary [data-ref]");
};

/* --- what is lit */

/* Its own shapes, else those of another step or sample, else those of a matrix's entries. */
const shaped = ({ ref }) => {
  const first = ref.replace(UPDATED, ""), found = [ref, first, first.replace(SAMPLE, "")].find((other) => shapes.has(other));
  return found ? [found] : [...shapes.keys()].filter((other) => other.startsWith(`${first}_`));
};
/* In a figure: what stands for the quantity, the way to it, and the way on from it. */
const traced = (each) => {
  if (each.isPartial) {
    const [of, by] = sides(each);
    if (!of || !by) return [[], [], []];
    const before = reached(of, "from");
    return [[], [by, of, ...reached(by, "into", (other) => !other.isPartial && before.includes(other))], []];
  }
  const step = UPDATED.exec(each.name)?.[0], isAlike = ({ isPartial, name }) => !isPartial && UPDATED.exec(name)?.[0] === step;
  const own = shaped(each).length ? [each] : [...each.into].filter((other) => isAlike(other) && other.from.size === 1); // z and the neuron that it is in
  return [own, reached(each, "from", isAlike), reached(each, "into", isAlike)];
};
let lit = new Map();
const light = (each) => {
  for (const [element, kind] of lit) element.classList.remove(kind);
  lit = new Map();
  if (!each) return;
  const mark = (kind, found = []) => { for (const element of found) if (!lit.has(element)) { lit.set(element, kind); element.classList.add(kind); } };
  const [own, before, after] = traced(each);
  for (const [kind, near, far] of [[HERE, [each], [each, ...own]], [FROM, each.from, before], [INTO, each.into, after]]) {
    for (const other of near) mark(kind, places.get(other.ref));
    for (const ref of far.flatMap(shaped)) mark(kind, shapes.get(ref));
  }
};

/* --- the card */

const words = (symbol, { isPartial, kind }) => {
  const fraction = isPartial && symbol && (symbol.localName === "mfrac" ? symbol : symbol.querySelector("mfrac"));
  if (!fraction) return said(`kind ${kind}`);
  const [of, by] = [...fraction.children].map((side) => inMath(...[...copy(side).childNodes].slice(1))); // without its ∂
  return said("partial", { of, by });
};
const whose = ({ ref, name }) => (ref === `${list.example}:${name}` && window.explainer?.live?.whose(name)) || "";
const origin = (each) => {
  if (each.isGiven) return { changed: "changed", carried: "follows" }[whose(each)] || "given";
  if (each.isMeasured) return "measured";
  return reached(each, "from").some(whose) ? "follows" : "proven";
};
const valueOf = (ref) => {
  const found = [...(places.get(ref) || []), ...(shapes.get(ref) || [])].filter(({ dataset, textContent }) => dataset.ref && !dataset.within && textContent[0] !== "(");
  const text = found.find(({ localName }) => localName !== "mrow");
  return text ? [el("span", { className: "num" }, text.textContent)] : found.slice(0, 1).map((each) => inMath(copy(each)));
};
const chips = (key, className, found) => {
  const buttons = [...found].flatMap((each) => {
    const symbol = symbolOf(each.ref);
    const ask = () => { card.focus({ preventScroll: true }); isPinned = true; tell(each); }; // the card may get smaller than where the pointer is
    return symbol ? [el("button", { type: "button", className, ariaLabel: symbol.textContent, onclick: ask }, inMath(symbol))] : [];
  });
  return buttons.length ? [el("div", { className: "ex-chips" }, said(key), ...buttons)] : [];
};
const about = (each) => {
  const { ref, isGiven } = each, symbol = symbolOf(ref), formula = formulas.get(ref), step = formula?.closest("[id]"), value = formula ? [] : valueOf(ref);
  const link = el("a", { href: `#${step?.id}` }, said("place"));
  link.onclick = () => { for (let over = formula; (over = over.parentElement.closest("details")); ) over.open = true; shut(); };
  return [
    el("p", { className: "ex-name", id: "ex-origin" }, ...(symbol ? [inMath(symbol), " "] : []), words(symbol, each)),
    ...(formula && !isLeft(formula) ? [el("div", { className: "ex-lines" }, arranged(copy(formula), () => true))] : []),
    ...(value.length ? [el("p", { className: "ex-lines" }, ...(symbol ? [inMath(copy(symbol)), isGiven ? " = " : " "] : []), ...value)] : []),
    el("p", { className: "ex-provenance" }, said(origin(each)), ...(formula || isGiven || each.isMeasured ? [] : [" ", said("elsewhere")])),
    ...chips("made_of", FROM, each.from),
    ...chips("goes_into", INTO, each.into),
    ...(step && page.contains(step) ? [el("p", { className: "ex-place" }, link)] : []),
  ];
};

const body = el("div", { id: "ex-origin-body" }), hint = el("p", { className: "ex-keys" }, said("keys"));
const close = el("button", { type: "button", className: "ex-close", ariaLabel: said("close").textContent, onclick: () => shut(true) }, "×");
const card = el("div", { className: "ex-origin md-typeset", hidden: true, tabIndex: -1, role: "dialog" }, body, hint, close);
card.setAttribute("aria-labelledby", "ex-origin");
card.setAttribute("aria-describedby", body.id);
document.body.append(card);
let anchor = null, shown = null, opener = null, isPinned = false, timer = 0, down = null;

/* Beside the formula or the figure, if there is room, else below or above the number itself. */
const place = () => {
  const { left, right, top, bottom } = anchor.getBoundingClientRect(), view = document.documentElement.clientWidth;
  card.classList.toggle("ex-above", top + bottom > innerHeight);
  const { offsetWidth: width, offsetHeight: height } = card, low = innerHeight - height - GAP;
  const whole = anchor.closest("svg, math[display]")?.getBoundingClientRect(), isBeside = whole?.right + width + 3 * GAP < view;
  const x = isBeside ? whole.right + 2 * GAP : Math.max(GAP, Math.min((left + right - width) / 2, view - width - GAP));
  const y = isBeside ? Math.min(whole.top, low) : bottom + GAP < low || top + bottom < innerHeight ? bottom + GAP : top - height - GAP;
  Object.assign(card.style, isPhone.matches ? { left: "", top: "" } : { left: `${scrollX + x}px`, top: `${scrollY + Math.max(y, GAP)}px` });
};
const tell = (each) => {
  shown = each;
  body.replaceChildren(...about(each));
  card.hidden = false;
  light(each);
  place();
};
const open = (element, isHeld = false, from = null) => {
  clearTimeout(timer);
  [anchor, isPinned, opener] = [element, isHeld, from];
  hint.hidden = !opener;
  body.ariaLive = null;
  tell(quantities.get(refOf(element)));
  if (opener) card.focus({ preventScroll: true });
};
const shut = (isBack) => {
  clearTimeout(timer);
  if (!shown) return;
  if (isBack && card.contains(document.activeElement)) opener?.focus({ preventScroll: true });
  card.hidden = true;
  light();
  shown = opener = null;
  isPinned = false;
};

const asked = (target) => {
  const found = target.closest?.(ASKED);
  return found && isOurs(found) && !card.contains(found) ? found : null;
};
document.addEventListener("pointerover", ({ target, pointerType, buttons }) => {
  if (pointerType !== "mouse" || isPinned) return;
  clearTimeout(timer);
  const found = asked(target);
  if (found && !buttons && !(shown && found === anchor)) timer = setTimeout(open, WAIT, found);
  else if (!found && shown && !card.contains(target)) timer = setTimeout(shut, 2 * WAIT);
});
document.addEventListener("pointerdown", (event) => {
  down = event;
  clearTimeout(timer);
  if (!card.contains(event.target)) shut();
}, true);
document.addEventListener("click", ({ target, clientX, clientY }) => {
  const inside = card.contains(target) && target.closest(ASKED), isDragged = down && Math.hypot(down.clientX - clientX, down.clientY - clientY) > 4;
  if (inside && quantities.has(refOf(inside)) && !target.closest("button")) tell(quantities.get(refOf(inside)));
  if (asked(target) && !isDragged && !target.closest("a, button, summary, label") && getSelection().isCollapsed) open(asked(target), true);
});
addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !shown) return;
  event.preventDefault();
  event.stopPropagation();
  shut(true);
}, true);
addEventListener("resize", () => { if (shown) place(); });
for (const kind of ["ex-moved", "ex-worked"]) page.addEventListener(kind, () => { if (shown) tell(shown); });

/* --- by keyboard: one stop for each formula, table and figure, and arrows from there on */

const isSeen = (each) => each.getClientRects().length > 0;
card.addEventListener("keydown", (event) => {
  const by = opener && { ArrowRight: 1, ArrowLeft: -1 }[event.key], stops = all("a, button", card);
  if (by) {
    const seen = elements.filter(isSeen), next = seen[seen.indexOf(anchor) + by];
    event.preventDefault();
    if (!next) return;
    anchor = next;
    next.scrollIntoView({ block: "nearest", inline: "nearest" });
    body.ariaLive = "polite";
    tell(quantities.get(refOf(next)));
  } else if (event.key === "Tab" && (event.shiftKey ? [card, stops[0]] : [stops.at(-1)]).includes(document.activeElement)) {
    event.preventDefault();
    shut(true);
  }
});
for (const group of all(".ex-formula, .ex-scroll, figure.ex-figure")) {
  const own = elements.filter((each) => group.contains(each)), symbol = group.matches(".ex-formula") && own.length && symbolOf(refOf(own[0]));
  if (!own.length) continue;
  const stop = el("button", { type: "button", className: "ex-stop", ariaHasPopup: "dialog" }, said("stop"), ...(symbol ? [" ", inMath(symbol)] : []));
  stop.onclick = () => open(own.find(isSeen) || own[0], true, stop);
  (group.closest(".ex-row") || group).before(stop);
}

/* --- symbols, numbers, or both */

/* A formula of these rows only; the first has the name. */
const arranged = (formula, isWanted) => {
  const rows = formula.firstElementChild.localName === "mtable" ? [...formula.firstElementChild.children] : [];
  const named = rows.find((row) => row.firstElementChild.firstChild), first = rows.find(isWanted);
  for (const row of rows) row.classList.toggle("ex-left-out", !isWanted(row));
  if (named && named !== first) first.firstElementChild.append(...named.firstElementChild.childNodes);
  return formula;
};
const choices = page.querySelector(".ex-switch"), KEY = `ex-lines ${location.pathname}`;
const hasNumbers = (row) => Boolean(row.querySelector("[data-ref]"));
const reducible = all(".ex-step .ex-formula > math").filter((formula) => {
  const rows = [...formula.firstElementChild.children], isMixed = (row) => hasNumbers(row) && row.querySelector(".ex-left [data-is]");
  return !formula.closest(AUTHORS_OWN) && formula.firstElementChild.localName === "mtable" && new Set(rows.map(hasNumbers)).size > 1 && !rows.some(isMixed);
});
const reduce = (to) => { for (const formula of reducible) arranged(formula, (row) => to === "both" || hasNumbers(row) === (to === "numbers")); };
if (choices) {
  choices.classList.add("ex-on");
  choices.onchange = ({ target }) => {
    const before = choices.getBoundingClientRect().top;
    reduce(target.value);
    scrollBy(0, choices.getBoundingClientRect().top - before);
    kept(KEY, target.value);
  };
  const wanted = all("input", choices).find(({ value }) => value === kept(KEY));
  if (wanted) { wanted.checked = true; reduce(wanted.value); }
}

/* --- the network stays in view */

const AWAY = "ex-network", screen = el("div"), toggle = el("button", { type: "button" }), footer = document.querySelector(".md-footer");
const beside = el("aside", { className: "ex-companion", hidden: true, ariaLabel: said("network").textContent }, screen, toggle), seen = new Set();
const steps = new Map([...formulas].map(([ref, formula]) => [formula.closest(".ex-step"), quantities.get(ref)])), isAway = () => kept(AWAY) === "away";
let drawn = null, followed = null;
const draw = (figure) => {
  const made = copy(drawn = figure);
  made.removeAttribute("role");
  made.ariaHidden = "true";
  screen.replaceChildren(made);
  followed = null;
  if (screen.clientWidth / made.viewBox.baseVal.width >= 0.75) return;
  made.classList.add("ex-small"); // its numbers would be too small to read: without them the lines have no gaps
  for (const line of all(".ex-edge, .ex-grip", made)) line.setAttribute("d", line.getAttribute("d").replace(/(?!^)M/g, "L"));
};
const follow = () => {
  const far = (step) => { const { top, bottom } = step.getBoundingClientRect(), line = innerHeight * 0.4; return Math.max(top - line, line - bottom, 0); };
  const each = isWide.matches && !seen.has(footer) && steps.get([...seen].filter((step) => steps.has(step)).sort((one, other) => far(one) - far(other))[0]);
  const own = each ? figures.filter((figure) => !figure.matches(".ex-chain, .ex-sweep") && refOf(figure.querySelector("[data-is]")).split(":")[0] === each.ref.split(":")[0]) : [];
  const figure = own.findLast((found) => found.querySelector(".ex-value")) || own[0];
  beside.hidden = !figure || own.some((found) => seen.has(found));
  if (!beside.hidden) {
    screen.hidden = isAway();
    toggle.replaceChildren(said(isAway() ? "show" : "hide"));
    if (!isAway() && drawn !== figure) draw(figure);
    if (!isAway() && followed !== each) {
      const [own, way] = traced(followed = each), marks = new Map();
      for (const ref of (each.isPartial ? way : [...each.from]).flatMap(shaped)) marks.set(ref, FROM);
      for (const ref of own.flatMap(shaped)) marks.set(ref, HERE);
      for (const shape of all(ASKED, screen)) { shape.classList.remove(HERE, FROM); if (marks.has(refOf(shape))) shape.classList.add(marks.get(refOf(shape))); }
    }
  }
  document.body.style.setProperty("--ex-companion", `${beside.offsetHeight}px`);
};
steps.delete(null);
if (figures.length && document.querySelector(".md-sidebar--secondary:not([hidden])")) {
  document.body.append(beside);
  const watch = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) seen[isIntersecting ? "add" : "delete"](target);
    follow();
  });
  for (const each of [...steps.keys(), ...figures, ...(footer ? [footer] : [])]) watch.observe(each);
  let waiting = 0;
  const anew = () => { drawn = null; follow(); };
  addEventListener("scroll", () => { waiting ||= requestAnimationFrame(() => { waiting = 0; follow(); }); }, { passive: true });
  addEventListener("resize", anew);
  page.addEventListener("ex-worked", anew);
  toggle.onclick = () => { kept(AWAY, isAway() ? "" : "away"); anew(); };
}
})();
