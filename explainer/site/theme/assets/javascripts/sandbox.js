/* The sandbox: settings, a training to watch, and each of its steps worked out. Words and data are the page's. */

(() => {
const box = document.querySelector(".ex-sandbox");
const { compose, training, numbers, worked, symbol, formula, running, ...kit } = window.explainer;
const page = JSON.parse(box.querySelector("[data-sandbox]").dataset.sandbox), { vocabulary, limits } = page;
page.collapse = vocabulary.collapse;

const el = (tag, has = {}, ...inside) => {
  const made = Object.assign(document.createElement(tag), has);
  made.append(...inside);
  return made;
};
const shape = (tag, has, ...inside) => {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [key, value] of Object.entries(has)) made.setAttribute(key, value);
  made.append(...inside);
  return made;
};
const said = (key, slots = {}) => {
  const words = el("span", {}, ...[...box.querySelector(`[data-say="${key}"]`).cloneNode(true).childNodes]);
  for (const slot of words.querySelectorAll("[data-slot]")) slot.append(slots[slot.dataset.slot] ?? "");
  return words;
};
const text = (key, slots) => said(key, slots).textContent;
const count = (value) => running(String(value), page);
const short = (value, digits = 3) => (Number.isFinite(value) ? running(Number(value.toPrecision(digits)).toString().replace("+", ""), page) : "–");
const math = (markup) => document.createRange().createContextualFragment(markup);
const button = (key, does) => el("button", { type: "button", onclick: does }, said(key));
const isCalm = matchMedia("(prefers-reduced-motion: reduce)");

/* --- settings */

let { chosen, isAsked, isWhole } = kit.fromAddress(new URLSearchParams(location.search), page), run = null, made = null, opened = null;
const errors = {}, fields = {};
const labelled = (key, field, error) => {
  field.id = `ex-sandbox-${key}`;
  const label = el("label", { htmlFor: field.id }, said(key));
  if (!error) return el("p", {}, label, field);
  errors[key] = el("span", { id: `${field.id}-error`, className: "ex-error", role: "alert" });
  field.setAttribute("aria-describedby", errors[key].id);
  return el("p", {}, label, field, errors[key]);
};
const tell = (key, words) => {
  errors[key].replaceChildren(...(words ? [words] : []));
  if (words) fields[key].setAttribute("aria-invalid", "true");
  else fields[key].removeAttribute("aria-invalid");
};
const select = (key, options, get, set) => {
  const field = el("select", { onchange: () => { set(field.value); changed(); } }, ...options.map(([value, words]) => el("option", { value }, words)));
  fields[key] = field;
  field.show = () => { field.value = get(); };
  return field;
};
const entry = (key, has, get, read) => {
  const field = el("input", { type: "text", inputMode: "decimal", autocomplete: "off", spellcheck: false, ...has, oninput: () => { const wrong = read(field.value); tell(key, wrong); if (!wrong) changed(); } });
  fields[key] = field;
  field.show = () => { field.value = get(); tell(key); };
  return field;
};
const neurons = (layer) => [...Array(limits.hidden[layer] + 1).keys()].map((each) => [String(each), each ? count(each) : text("nothing")]);
const named = (names) => names.map((name) => [name, text(`is.${name}`)]);
const layerField = (layer) => (value) => {
  const hidden = [chosen.hidden[0] || 0, chosen.hidden[1] || 0];
  hidden[layer] = Number(value);
  chosen.hidden = hidden[0] ? hidden.filter(Boolean) : [];
};
const typedField = el("textarea", { rows: 5, spellcheck: false, oninput: () => { chosen.typed = typedField.value; changed(); } });
fields.typed = typedField;
const whole = (low, high, set) => (entered) => {
  const value = kit.whole(entered.trim(), low, high);
  if (value === null) return said("wrong.whole", { low: count(low), high: count(high) });
  set(value);
};
const plainRate = () => running(chosen.rate, { ...page, group: "" });
const controls = [
  labelled("data", select("data", [...Object.keys(page.data), "typed"].map((name) => [name, text(`data.${name}`)]), () => chosen.data, (value) => {
    if (value === "typed" && !chosen.typed) chosen.typed = page.data[chosen.data].map(kit.lineOf).join("\n");
    chosen.data = value;
  })),
  labelled("first", select("first", neurons(0), () => String(chosen.hidden[0] || 0), layerField(0))),
  labelled("second", select("second", neurons(1), () => String(chosen.hidden[1] || 0), layerField(1))),
  labelled("hidden", select("hidden", named(page.activations), () => chosen.act, (value) => { chosen.act = value; })),
  labelled("loss", select("loss", named(page.losses), () => chosen.loss, (value) => { chosen.loss = value; })),
  labelled("output", select("output", named([...page.activations, "softmax"]), () => page.collapse[chosen.loss]?.[0] || chosen.out, (value) => { chosen.out = value; })),
  labelled("start", entry("start", { inputMode: "numeric" }, () => String(chosen.seed), whole(1, kit.SEEDS, (value) => { chosen.seed = value; })), true),
  labelled("rate", entry("rate", {}, plainRate, (entered) => {
    const { text: rate, wrong } = kit.rateOf(entered);
    if (wrong) return said(`wrong.${wrong}`, { most: count(1000) });
    chosen.rate = rate;
  }), true),
];
const typedBox = el("div", { className: "ex-typed" }, labelled("typed", typedField, true),
  el("p", {}, said("typed.hint", { example: "0.5 -1 : 1", inputs: count(limits.inputs), outputs: count(limits.outputs), most: count(limits.samples) })));
const notes = el("p", { className: "ex-error", role: "alert" });

const showSettings = (but) => {
  for (const [key, field] of Object.entries(fields)) if (field !== but && field.show) field.show();
  if (typedField !== but) typedField.value = chosen.typed;
  typedBox.hidden = chosen.data !== "typed";
  fields.second.disabled = !chosen.hidden.length;
  fields.hidden.disabled = !chosen.hidden.length;
  fields.output.disabled = Boolean(page.collapse[chosen.loss]);
  for (const option of fields.output.options) option.hidden = option.value === "softmax" && !fields.output.disabled;
};

/* --- the address, here and in the links to other languages */

const keep = () => {
  chosen.step = run ? run.step : 0;
  const pairs = kit.toAddress(chosen);
  for (const [link, set] of [[location, (there) => history.replaceState(history.state, "", there)], ...[...document.querySelectorAll("a[hreflang]")].map((each) => [each, (there) => { each.href = there; }])]) {
    const there = new URL(link.href);
    for (const key of [...there.searchParams.keys()]) if (key in kit.DEFAULTS) there.searchParams.delete(key);
    for (const [key, value] of pairs) there.searchParams.set(key, value);
    try { set(there); } catch { /* a browser may refuse it to a file of a folder */ }
  }
};

/* --- pictures */

const picture = (key, width, height, kind) => {
  const drawn = shape("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", class: `ex-picture ${kind}` }), how = el("span");
  drawn.setAttribute("aria-label", text(key));
  return { drawn, how, figure: el("figure", {}, drawn, el("figcaption", {}, el("strong", {}, said(key)), " ", how)) };
};
const network = picture("network", 320, 240, "ex-net"), plane = picture("plane", 240, 240, "ex-plane"), curve = picture("curve", 320, 240, "ex-losses");
const mark = (kind, x, y, size = 6) => (kind ? shape("circle", { class: "k-target ex-dot", cx: x, cy: y, r: size }) : shape("path", { class: "k-weight ex-cross", d: `M${x - size} ${y - size}l${2 * size} ${2 * size}m0 ${-2 * size}l${-2 * size} ${2 * size}` }));

const places = (layers) => layers.map((units, layer) => [...Array(units)].map((_, unit) => [30 + (260 * layer) / (layers.length - 1), 120 + (unit - (units - 1) / 2) * Math.min(56, 216 / units)]));
let edges = [], nodes = [];
const drawNetwork = () => {
  const at = places(made.network.layers), radius = Math.max(...made.network.layers) > 5 ? 10 : 14;
  edges = at.slice(1).flatMap((column, layer) => column.flatMap(([x, y]) => at[layer].map(([fromX, fromY]) => shape("path", { d: `M${fromX} ${fromY}L${x} ${y}`, class: "ex-edge k-weight" }))));
  nodes = at.flatMap((column, layer) => column.map(([x, y]) => {
    const value = shape("text", { x, y: y + 3.5, class: `ex-amount ${layer ? "k-activation" : "k-input"}` });
    return { value, parts: [shape("circle", { cx: x, cy: y, r: radius, class: `ex-node ${layer ? "k-activation" : "k-input"}` }), value] };
  }));
  network.drawn.replaceChildren(...edges, ...nodes.flatMap(({ parts }) => parts));
};
const tiny = (value) => (!Number.isFinite(value) || Math.abs(value) >= 9999 ? "…" : Math.abs(value) < 9.95 ? value.toFixed(1) : value.toFixed(0)).replace(/^-(0\.0|0)$/, "$1").replace("-", "−").replace(".", page.mark);
const showNetwork = () => {
  const parameters = run.parameters(), sample = run.step % made.samples.length, most = Math.max(...edges.map((_, index) => Math.abs(parameters[index])), 1e-9);
  edges.forEach((edge, index) => {
    edge.setAttribute("stroke-width", (0.5 + (5 * Math.abs(parameters[index])) / most).toFixed(2));
    edge.setAttribute("stroke-dasharray", parameters[index] < 0 ? "5 4" : "none");
  });
  const values = run.units(made.samples[sample].inputs.map(Number), parameters);
  nodes.forEach(({ value }, index) => { value.textContent = tiny(values[index]); });
  network.how.replaceChildren(said("network.how", { sample: count(sample + 1) }));
};

const CELLS = 30, EDGE = 240;
let scale = null, cells = null;
const middle = () => { const all = made.samples.map(({ target }) => Number(target[0])); return (Math.min(...all) + Math.max(...all)) / 2; };
const drawPlane = () => {
  plane.figure.hidden = made.network.layers[0] !== 2;
  if (plane.figure.hidden) return;
  const points = made.samples.map(({ inputs }) => inputs.map(Number)), ends = [0, 1].map((axis) => {
    const all = points.map((point) => point[axis]), low = Math.min(...all), reach = Math.max(...all) - low || 1;
    return [low - 0.2 * reach, 1.4 * reach];
  });
  scale = { to: ([x, y]) => [(EDGE * (x - ends[0][0])) / ends[0][1], EDGE - (EDGE * (y - ends[1][0])) / ends[1][1]], from: (x, y) => [ends[0][0] + x * ends[0][1], ends[1][0] + y * ends[1][1]] };
  cells = shape("path", { class: "ex-area" });
  const marks = made.samples.map(({ inputs, target }) => mark(Number(target[0]) > middle(), ...scale.to(inputs.map(Number))));
  const [zeroX, zeroY] = scale.to([0, 0]), axes = shape("path", { class: "ex-axis", d: `M${zeroX} 0V${EDGE}M0 ${zeroY}H${EDGE}` });
  plane.drawn.replaceChildren(cells, axes, shape("rect", { class: "ex-frame", x: 0.5, y: 0.5, width: EDGE - 1, height: EDGE - 1 }), ...marks);
  plane.how.replaceChildren(said("plane.how"));
};
const showPlane = () => {
  if (plane.figure.hidden) return;
  const parameters = run.parameters(), level = middle(), side = EDGE / CELLS;
  let path = "";
  for (let row = 0; row < CELLS; row += 1) {
    for (let column = 0; column < CELLS; column += 1) {
      const [answer] = run.ask(scale.from((column + 0.5) / CELLS, 1 - (row + 0.5) / CELLS), row + column ? null : parameters);
      if (answer > level) path += `M${column * side} ${row * side}h${side}v${side}h-${side}z`;
    }
  }
  cells.setAttribute("d", path);
};
const line = shape("path", { class: "ex-line k-loss" }), ticks = [shape("text", { x: 4, y: 14 }), shape("text", { x: 4, y: 234 }), shape("text", { x: 316, y: 234, "text-anchor": "end" })];
curve.drawn.append(shape("path", { class: "ex-axis", d: "M4 20V218H316" }), line, ...ticks);
const showCurve = () => {
  const losses = run.losses, most = Math.max(...losses) || 1, every = Math.ceil(losses.length / 300);
  const points = losses.filter((_, index) => index % every === 0 || index === losses.length - 1);
  line.setAttribute("d", `M${points.map((loss, index) => `${(4 + (312 * index) / Math.max(points.length - 1, 1)).toFixed(1)} ${(218 - (190 * loss) / most).toFixed(1)}`).join("L")}${points[1] === undefined ? "h1" : ""}`);
  ticks.forEach((tick, index) => { tick.textContent = [short(most), "0", count(losses.length - 1)][index]; });
  curve.how.replaceChildren(said("curve.how", { loss: short(losses.at(-1)) }));
};

/* --- samples and answers */

const body = el("tbody"), cellsOf = (texts) => texts.map((each) => running(each, page)).join("; ");
const answers = el("table", { className: "ex-table" }, el("caption", {}, said("answers")),
  el("thead", {}, el("tr", {}, ...["sample", "inputs", "target", "answer"].map((key) => el("th", { scope: "col", className: "ex-number" }, said(key))))), body);
let told = [];
const drawAnswers = () => {
  told = made.samples.map(() => el("td", { className: "ex-number" }));
  body.replaceChildren(...made.samples.map(({ inputs, target }, index) => el("tr", {}, el("th", { scope: "row", className: "ex-number" }, count(index + 1)),
    ...[inputs, target].map((each) => el("td", { className: "ex-number" }, cellsOf(each))), told[index])));
};
const showAnswers = () => {
  const parameters = run.parameters();
  made.samples.forEach(({ inputs }, index) => { told[index].textContent = run.ask(inputs.map(Number), parameters).map((each) => short(each)).join("; "); });
};

/* --- training */

const status = el("p", { className: "ex-at" }), speaking = el("p", { role: "status", className: "ex-spoken" });
const show = () => {
  showNetwork();
  showPlane();
  showCurve();
  showAnswers();
  const { step } = run, epoch = Math.floor(step / made.samples.length);
  status.replaceChildren(said("at", { step: count(step), epoch: count(epoch), loss: short(run.losses.at(-1)) }), page.space,
    said(step >= kit.STEPS ? "last" : "next", { sample: count((step % made.samples.length) + 1), most: count(kit.STEPS) }));
  back.disabled = restart.disabled = !step;
  forth.disabled = epochs.disabled = play.disabled = step >= kit.STEPS;
};
const settle = () => {
  show();
  fields.goto.value = String(run.step);
  tell("goto");
  if (opened) work();
  if (saved.open) save();
  keep();
  speaking.textContent = status.textContent;
};
const go = (step) => {
  stop();
  const wanted = Math.min(Math.max(step, 0), kit.STEPS), isThere = run.to(wanted);
  notes.replaceChildren(...(isThere ? [] : [said("stopped", { step: count(run.step) })]));
  settle();
};
let frame = 0, last = 0;
const PACES = { slow: 500, fast: 0, fastest: 0 };
const tick = (time) => {
  frame = requestAnimationFrame(tick);
  const pace = Math.max(PACES[speed.value], isCalm.matches ? 500 : 0);
  if (time - last < pace) return;
  last = time;
  const until = performance.now() + 10, epoch = run.step + made.samples.length;
  const wants = { slow: () => false, fast: () => run.step < epoch, fastest: () => performance.now() < until }[speed.value];
  let isGoing = true;
  do isGoing = run.step < kit.STEPS && run.next(); while (isGoing && wants());
  if (!isGoing) {
    if (run.step < kit.STEPS) notes.replaceChildren(said("stopped", { step: count(run.step) }));
    return void (stop(), settle());
  }
  show();
};
const stop = () => {
  if (!frame) return;
  cancelAnimationFrame(frame);
  frame = 0;
  play.replaceChildren(said("play"));
};
const back = button("back", () => go(run.step - 1)), forth = button("step", () => go(run.step + 1));
const epochs = button("epoch", () => go((Math.floor(run.step / made.samples.length) + 1) * made.samples.length));
const restart = button("restart", () => go(0));
const play = button("play", () => {
  if (frame) return void (stop(), settle());
  play.replaceChildren(said("pause"));
  frame = requestAnimationFrame(tick);
});
const speed = el("select", {}, ...Object.keys(PACES).map((key) => el("option", { value: key }, text(key))));
speed.value = "fast";
const gotoField = el("input", { type: "text", inputMode: "numeric", autocomplete: "off" });
fields.goto = gotoField;
gotoField.onchange = () => {
  const wrong = whole(0, kit.STEPS, go)(gotoField.value);
  if (wrong) tell("goto", wrong);
};

/* --- a step worked out */

const panel = el("section", { className: "ex-opened", hidden: true });
const ofNow = () => kit.ofStep(made, run.parameters(), run.step);
const totalsOf = (stated) => [...stated.keys()].filter((name) => name.startsWith("dL/"));
const factors = (stated, name, known) => {
  const wanted = new Set(), queue = [name];
  while (queue.length) {
    for (const each of stated.get(queue.pop()).operands) if (each.includes("/") && !known.has(each) && !wanted.has(each)) { wanted.add(each); queue.push(each); }
  }
  return [...stated.keys()].filter((each) => wanted.has(each));
};
const work = () => {
  const one = ofNow(), { step } = run, title = el("h3", {}, said("opened", { step: count(step + 1), sample: count((step % made.samples.length) + 1) }));
  const close = button("close", () => { panel.hidden = true; opened = null; open.setAttribute("aria-expanded", "false"); open.focus(); });
  panel.hidden = false;
  if (!one) return panel.replaceChildren(title, el("p", {}, said("large")), close);
  const composed = compose(one, vocabulary), { stated, learnt } = composed, state = numbers(composed.document)({}), lines = worked(composed, state, page, page);
  const lined = (name) => el("div", { className: "ex-step" }, el("div", { className: "ex-formula" }, math(formula(name, lines(name)))));
  const lazy = (kind, summary, inside, isOpen) => {
    const made = el("details", { className: kind, open: isOpen }, el("summary", {}, summary));
    const fill = () => { if (made.open && !made.children[1]) made.append(...inside()); };
    made.ontoggle = fill;
    if (isOpen) fill();
    return made;
  };
  const wereOpen = opened || { forward: true };
  const group = (key, inside) => {
    const made = lazy("ex-group", said(key), inside, Boolean(wereOpen[key]));
    made.addEventListener("toggle", () => { if (opened) opened[key] = made.open; });
    return made;
  };
  const names = [...stated.keys()], totals = totalsOf(stated), referred = new Set(totals.flatMap((name) => stated.get(name).operands)), chains = new Set(learnt.map((name) => `dL/d${name}`));
  const listed = totals.filter((name) => chains.has(name) || referred.has(name));
  const derivation = (name, index) => {
    const [result] = lines(name).slice(-1), known = new Set(listed.slice(0, index));
    const found = lazy("ex-derivation", math(formula(name, [result]).replace('display="block"', "")), () => [...factors(stated, name, known), name].map(lined));
    found.firstChild.ariaLabel = found.firstChild.textContent;
    return found;
  };
  panel.replaceChildren(
    title, el("p", {}, ...(step ? [said("rounded"), page.space] : []), said("calculated")),
    group("forward", () => names.filter((name) => !name.includes("/") && !name.includes("#")).map(lined)),
    group("backward", () => listed.map(derivation)),
    group("update", () => learnt.map((name) => lined(`${name}#1`))),
    group("after", () => names.filter((name) => name.includes("#1") && !learnt.includes(name.slice(0, -2))).map(lined)),
    close,
  );
  opened = wereOpen;
  open.setAttribute("aria-expanded", "true");
};
const open = button("open", () => { stop(); settle(); work(); panel.scrollIntoView({ block: "nearest" }); });
open.setAttribute("aria-expanded", "false");

/* --- and saved */

const listing = el("code"), link = el("a", { className: "ex-download" }), filed = el("div", {});
const saved = el("details", { className: "ex-saved" }, el("summary", {}, said("save")), filed);
const FILE = "sandbox.toml";
let address = "";
const save = () => {
  const one = ofNow();
  if (!one) return filed.replaceChildren(el("p", {}, said("large")));
  listing.textContent = kit.toml(made, one, run.step, location.href);
  URL.revokeObjectURL(address);
  link.href = address = URL.createObjectURL(new Blob([listing.textContent], { type: "application/toml" }));
  filed.replaceChildren(el("p", {}, said("saved")), el("p", {}, link), el("pre", {}, listing));
};
link.download = FILE;
link.append(said("download", { file: FILE }));
saved.ontoggle = () => {
  if (!saved.open) return;
  if (!frame) return void save(); // what is opened stays open
  stop();
  settle();
};

/* --- all of it */

const changed = (step = 0) => {
  stop();
  showSettings(document.activeElement);
  const found = kit.made(chosen, page), isTyped = chosen.data === "typed";
  if (found.wrong && !isTyped) { chosen.loss = kit.DEFAULTS.loss; return changed(); }
  tell("typed", found.wrong && said(`wrong.${found.wrong}`, { line: found.line && count(found.line), most: count(limits.samples), inputs: count(limits.inputs), outputs: count(limits.outputs) }));
  if (found.wrong) return;
  made = found;
  notes.replaceChildren();
  run = training(made.network, made.samples, vocabulary);
  if (step && !run.to(step)) notes.replaceChildren(said("stopped", { step: count(run.step) }));
  drawNetwork();
  drawPlane();
  drawAnswers();
  if (isShown) settle();
  else show();
};
let isShown = false;
const legend = (key) => el("legend", {}, said(key));
const speedField = labelled("speed", speed), gotoBox = labelled("goto", gotoField, true);
box.querySelector(".ex-without").replaceWith(
  el("fieldset", { className: "ex-chosen" }, legend("settings"), ...controls, typedBox), notes,
  el("fieldset", { className: "ex-running" }, legend("training"), el("p", { className: "ex-buttons" }, play, forth, epochs, back, restart), el("div", { className: "ex-pace" }, speedField, gotoBox)),
  status, speaking,
  el("div", { className: "ex-pictures" }, plane.figure, network.figure, curve.figure),
  el("p", { className: "ex-buttons" }, open), panel, saved, el("div", { className: "ex-scroll" }, answers),
);
changed(chosen.step);
isShown = true;
gotoField.value = String(run.step);
if (isAsked) keep();
if (!isWhole) notes.replaceChildren(said("ignored"));
})();
