/* A digit is drawn or chosen, and a trained network answers. Words are the page's; weights and images are downloads/mnist.js. */

(() => {
"use strict";

const box = document.querySelector(".ex-draw");
const { mark, minus } = box.dataset;

const element = (name, has, ...inside) => {
  const made = Object.assign(document.createElement(name), has);
  made.append(...inside);
  return made;
};
const shape = (name, has, ...inside) => {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(has)) made.setAttribute(key, value);
  made.append(...inside);
  return made;
};
const said = (key, slots = {}) => {
  const words = element("span", {}, ...[...box.querySelector(`[data-say="${key}"]`).cloneNode(true).childNodes]);
  for (const slot of words.querySelectorAll("[data-slot]")) slot.append(slots[slot.dataset.slot] ?? "");
  return words;
};
const number = (value, places) => value.toFixed(places).replace(/^-(?=[0.]*$)/, "").replace("-", minus).replace(".", mark);
const signed = (value, places) => (Number(value.toFixed(places)) > 0 ? "+" : "") + number(value, places);
const NEAR = 0.0005; // to 0 or 1: such a probability is not called either
const share = (value) =>
  (value > 1 - NEAR ? `>\u00a0${number(0.999, 3)}` : value < NEAR ? `<\u00a0${number(0.001, 3)}` : number(value, 3));
const button = (does, ...label) => element("button", { type: "button", onclick: does }, ...label);

const set = typeof explainerNetwork === "undefined" ? null : explainerNetwork;
if (!set) return void box.prepend(element("p", { role: "alert" }, said("missing")));
const { SIDE, PEN, MOST, largest, forward, ofLoss, ofLead, votes, changed, inked, centred } = explainerDigits;
const network = explainerDigits.network(set), { layers } = network, known = explainerDigits.images(set.images, SIDE * SIDE);
const labels = [...set.labels].map(Number), count = labels.length;

/* Squares in a grid, whose area is the size of a value: filled where it is positive, hollow where it is negative. */
const square = (x, y, side) => {
  const [left, top, long] = [x + 0.5 - side / 2, y + 0.5 - side / 2, side].map((each) => each.toFixed(3));
  return `M${left} ${top}h${long}v${long}h-${long}z`;
};
const squares = (values, columns, most, fits, thick = 0) => {
  let path = "";
  values.forEach((value, at) => {
    const side = Math.sqrt(Math.abs(value) / most) * 0.94 - thick;
    if (fits(value) && side > 0.08) path += square(at % columns, Math.floor(at / columns), side);
  });
  return path;
};
const HOLLOW = 0.18;

const grid = (columns, rows, ...kinds) => {
  const paths = Object.fromEntries(kinds.map((kind) => [kind, shape("path", { class: `ex-${kind}` })]));
  const picture = shape("svg", { class: "ex-cells", viewBox: `0 0 ${columns} ${rows}`, role: "img" }, ...Object.values(paths));
  const draw = (kind, values, most, fits = (value) => value > 0) =>
    paths[kind].setAttribute("d", squares(values, columns, most || 1, fits, kind === "hollow" ? HOLLOW : 0));
  return { picture, draw, columns };
};
const figure = (key, { picture }) => {
  const title = element("strong", {}, said(key)), told = element("span");
  picture.setAttribute("aria-label", title.textContent);
  return { told, made: element("figure", {}, picture, element("figcaption", {}, title, " ", told)) };
};
const size = (values) => values.reduce((most, each) => Math.max(most, Math.abs(each)), 0);

/* What is drawn on: the ink of an image, and lines over it. */
const lines = shape("path", { class: "ex-line", "stroke-width": 2 * PEN }), start = shape("path", { class: "ex-ink" });
const surface = shape("svg", { class: "ex-surface", viewBox: `0 0 ${SIDE} ${SIDE}`, role: "img" }, start, lines);
const reply = element("div", { role: "status", ariaLive: "polite" }), grids = {}, told = {}, figures = [];
const add = (name, made) => {
  const { told: words, made: whole } = figure(name, made);
  [grids[name], told[name]] = [made, words];
  figures.push(whole);
};
add("sees", grid(SIDE, SIDE, "ink"));
add("first", grid(16, layers[0].rows / 16, "silent", "filled"));
add("second", grid(16, layers[1].rows / 16, "silent", "filled"));
add("ink", grid(SIDE, SIDE, "under", "filled", "hollow"));
add("slope", grid(SIDE, SIDE, "under", "filled", "hollow"));

const bars = Array.from({ length: layers.at(-1).rows }, (_, digit) => {
  const [bar, value, sign] = [element("i"), element("td", { className: "ex-number" }), element("td", { ariaHidden: "true" })];
  const drawn = element("td", {}, element("div", { className: "ex-bar" }, bar));
  return { bar, value, sign, row: element("tr", {}, element("th", { scope: "row" }, String(digit)), drawn, value, sign) };
});
const table = element("table", { className: "ex-bars" }, element("caption", {}, said("bars")),
  element("tbody", {}, ...bars.map(({ row }) => row)));

/* --- what is shown now: an image of the set, or none; strokes; ink that is neither */
const now = { image: -1, strokes: [], moved: null, note: [] };

const ink = () => {
  if (now.moved) return now.moved;
  if (now.image >= 0) return inked(now.strokes, known[now.image]);
  return now.strokes.length ? centred(now.strokes) : new Float64Array(SIDE * SIDE);
};

const head = element("tr"), body = element("tbody"), opening = element("p"), sum = element("p");
const spoke = element("div", { className: "ex-votes" }, opening, element("div", { className: "ex-scroll" },
  element("table", { className: "ex-table" }, element("thead", {}, head), body)), sum);
const speakers = (passed, slots) => {
  const all = votes(network, passed).sort((one, another) => another.vote - one.vote);
  const to = [slots.answer, slots.other].map((digit) => said("weight", { digit }));
  const names = [said("neuron"), said("activation"), ...to, said("vote", slots)];
  const lead = number(passed.logits[passed.answer] - passed.logits[passed.other], 2);
  head.replaceChildren(...names.map((name) => element("th", { scope: "col", className: "ex-number" }, name)));
  body.replaceChildren(...[...all.slice(0, 3), ...all.slice(-3)].filter(({ vote }) => vote).map((each) => {
    const numbers = [each.activation, each.own, each.its].map((value) => number(value, 2));
    const cells = [each.neuron + 1, ...numbers, signed(each.vote, 2)];
    return element("tr", {}, ...cells.map((cell) => element("td", { className: "ex-number" }, cell)));
  }));
  opening.replaceChildren(said("votes", slots));
  sum.replaceChildren(said("lead", { ...slots, lead }));
};

const layerOf = (name, values) => {
  const firing = values.filter((each) => each > 0).length;
  grids[name].draw("filled", values, size(values));
  grids[name].draw("silent", values.map((each) => (each > 0 ? 0 : 1)), 40);
  told[name].replaceChildren(said("fires", { count: firing, total: values.length }));
};

const course = (stroke) =>
  `M${stroke.map((place) => place.map((each) => each.toFixed(2)).join(" ")).join("L")}${stroke[1] ? "" : "h0"}`;
const show = () => {
  const image = ink(), isEmpty = !size(image), passed = forward(network, image), { answer, other, probabilities } = passed;
  const slots = { answer, other };
  start.setAttribute("d", squares(now.moved || known[now.image] || [], SIDE, MOST, (value) => value > 0));
  lines.setAttribute("d", now.moved ? "" : now.strokes.map(course).join(""));
  grids.sees.draw("ink", image, MOST);
  bars.forEach(({ bar, value, sign, row }, digit) => {
    bar.style.inlineSize = `${100 * probabilities[digit]}%`;
    value.textContent = share(probabilities[digit]);
    row.className = digit === answer ? "ex-first" : "";
    sign.textContent = digit === answer ? "◀" : "";
  });
  layerOf("first", passed.values[1]);
  layerOf("second", passed.values[2]);
  const lead = ofLead(network, passed).map((each, pixel) => each * image[pixel]);
  const slope = ofLoss(network, passed).map((each) => -each);
  for (const [name, values] of [["ink", lead], ["slope", slope]]) {
    grids[name].draw("under", image, MOST);
    grids[name].draw("filled", values, size(values));
    grids[name].draw("hollow", values, size(values), (value) => value < 0);
  }
  const strongest = largest(slope.map(Math.abs));
  told.sees.replaceChildren(said("sees.how"));
  told.ink.replaceChildren(said("ink.key", slots));
  const place = { row: Math.floor(strongest / SIDE) + 1, column: (strongest % SIDE) + 1 };
  told.slope.replaceChildren(said("slope.key", slots), " ", said("strongest", place));
  speakers(passed, slots);
  return { ...passed, isEmpty, gradient: slope.map((each) => -each), image };
};

/* What it is, and what the network answers, for all who see it and for all who hear it. */
const tell = () => {
  const { isEmpty, answer, other, probabilities } = show(), label = labels[now.image];
  const isPlain = !now.strokes.length && !now.moved;
  const slots = { answer, other, probability: share(probabilities[answer]), next: share(probabilities[other]) };
  const key = now.image < 0 ? "of.strokes" : now.strokes.length ? "of.both" : "of.image";
  const what = said(key, { number: now.image + 1, count: now.image < 0 ? now.strokes.length : count, label });
  const judged = now.image >= 0 && isPlain ? [" ", said(answer === label ? "right" : "wrong")] : [];
  const parts = isEmpty ? [[said("empty", slots)]] : [[what], now.note, [said("answer", slots), ...judged]];
  surface.setAttribute("aria-label", isEmpty ? said("surface").textContent : what.textContent);
  reply.replaceChildren(...parts.filter((part) => part.length).map((part) => element("p", {}, ...part)));
  change.disabled = isEmpty;
};

let chosen = false; // has the reader chosen what is there?
const put = (image, strokes = [], moved = null, note = []) => {
  Object.assign(now, { image, strokes, moved, note });
  field.value = image >= 0 ? image + 1 : "";
  field.removeAttribute("aria-invalid");
  chosen = true;
  tell();
};
const next = (fits) => {
  for (let step = 1; step <= count; step++) {
    const image = (now.image + step + count) % count;
    if (fits(image)) return void put(image);
  }
};

const field = element("input", { type: "number", min: 1, max: count, step: 1, inputMode: "numeric" });
field.oninput = () => {
  const asked = Number(field.value);
  if (Number.isInteger(asked) && asked >= 1 && asked <= count) return put(asked - 1);
  field.setAttribute("aria-invalid", "true");
  reply.replaceChildren(element("p", {}, said("no.image", { first: 1, last: count })));
};

const change = button(() => {
  const seen = show(), found = changed(network, seen.image, seen);
  if (!found) return void reply.replaceChildren(element("p", {}, said("unchanged", { most: MOST })));
  put(now.image, now.strokes, found.ink, [said("changed", { step: found.step, most: MOST, answer: seen.answer })]);
}, said("change"));

/* --- drawing */
let pointer = null;
const point = ({ clientX, clientY }) => {
  const { left, top, width, height } = surface.getBoundingClientRect();
  return [((clientX - left) / width) * SIDE, ((clientY - top) / height) * SIDE];
};
surface.onpointerdown = (event) => {
  if (pointer !== null || event.button) return;
  event.preventDefault();
  pointer = event.pointerId;
  surface.setPointerCapture(pointer);
  if (now.moved || !chosen) { // what nobody would draw on: the first image, and one that has been changed
    Object.assign(now, { image: -1, strokes: [], moved: null });
    field.value = "";
  }
  chosen = true;
  now.note = [];
  now.strokes = [...now.strokes, [point(event)]];
  show();
};
surface.onpointermove = (event) => {
  if (event.pointerId !== pointer) return;
  now.strokes.at(-1).push(...(event.getCoalescedEvents?.() ?? []).map(point), point(event));
  show();
};
surface.onpointerup = surface.onpointercancel = (event) => {
  if (event.pointerId !== pointer) return;
  pointer = null;
  tell();
};

const digits = element("fieldset", {}, element("legend", {}, said("pick")),
  element("div", {}, ...bars.map((_, digit) => button(() => next((image) => labels[image] === digit), String(digit)))));
const mistaken = button(() => next((image) => forward(network, known[image]).answer !== labels[image]), said("mistaken"));
const clear = button(() => put(-1), said("clear")), undo = button(() => put(now.image, now.strokes.slice(0, -1)), said("undo"));
const controls = element("div", { className: "ex-controls" }, digits,
  element("p", {}, element("label", {}, said("number", { count }), " ", field), " ", mistaken, " ", change));
const [sees, first, second, ...ofPixels] = figures, hidden = [first, second];
const sheet = element("div", {}, element("p", {}, said("hint")), surface, element("p", {}, clear, " ", undo));
box.querySelector(".ex-without").replaceWith(
  element("div", { className: "ex-desk" }, sheet, element("div", {}, reply, table)), controls,
  element("div", { className: "ex-seen" }, sees, element("div", {}, ...hidden), ...ofPixels), spoke);
put(box.dataset.first - 1);
chosen = false;
})();
