/* Makes one update after the other by the list that a page is made of, and shows each of its stages on the page. */

(() => {
const isNode = typeof module !== "undefined", { numbers, double, floating, running, typed, written } = isNode ? require("./numbers.js") : window.explainer || {};
const MOST = 20000, BEFORE = "#"; // updates of a run; the number of an update in a row

/* --- a run: each state as the decimals of floats, so that any of them is there again as it was */

const run = (list, start = {}) => {
  const { names, given, course } = list, { next, stages, counted, samples, loss } = course;
  const carried = new Set(next.map(([to]) => names[to])), none = new Set(), size = samples?.size, inEpoch = samples ? samples.numbers.length / size : 1;
  const states = [{}], losses = [];
  let ended = null;

  const whole = counted.length ? null : numbers(list);
  const filled = (tree, step) => (Array.isArray(tree) ? tree.map((each) => filled(each, step)) : tree === BEFORE ? String(step) : tree);
  const listAt = (k) => {
    if (whole) return whole;
    const rows = [...list.rows], equations = [...list.equations];
    for (const [tree, step, places] of counted) {
      for (const each of places) equations[each] = [rows.length, ...equations[each].slice(1)];
      rows.push(filled(tree, step + k));
    }
    return numbers({ ...list, rows, equations });
  };
  const batch = (k) => {
    if (!samples) return [];
    const order = samples.orders[Math.floor(k / inEpoch) % samples.orders.length], from = (k % inEpoch) * size;
    return order.slice(from, from + size);
  };
  const of = (stated) => (typeof stated === "number" ? start[names[stated]] ?? given[stated] : stated);
  const givenAt = (k) => {
    const found = { ...start, ...states[k] };
    batch(k).forEach((sample, slot) => samples.slots[slot].forEach((to, index) => { found[names[to]] = of(samples.numbers[sample][index]); }));
    return found;
  };
  let last = { k: -1 };
  const at = (k) => {
    if (last.k !== k) {
      last = { k, reading: listAt(k)(givenAt(k), k ? carried : none) };
      losses[k] = double(last.reading.value(names[loss])) ?? (last.reading.shown(names[loss]).wrong === "tiny" ? 0 : undefined);
    }
    return last.reading;
  };
  /* Is there a state after so many updates? */
  const reaches = (k) => {
    while (!ended && states.length <= Math.min(k, MOST)) {
      const reading = at(states.length - 1), state = {}, followed = reading.shown(names[loss]);
      if (["large", "none"].includes(followed.wrong)) { ended = followed; return false; }
      for (const [to, from] of next) {
        const value = double(reading.value(names[from]));
        if (value === undefined) {
          const shown = reading.shown(names[from]);
          ended = shown.wrong ? shown : { wrong: "large", at: names[from] };
          return false;
        }
        state[names[to]] = String(value);
      }
      states.push(state);
    }
    return k < states.length;
  };
  return {
    at, reaches, batch, inEpoch, losses, givenAt,
    ended: () => ended, reached: () => states.length - 1, state: (k) => ({ ...states[k] }), along: (name) => states.map((each) => each[name]),
  };
};

/* What a quantity comes to at the numbers of a state, as some of them move alone, in plain floats. */
const alone = (list, wanted, moved) => {
  const { values, place, run } = floating(list, [wanted], moved), to = place(wanted), from = moved.map(place);
  return (given) => {
    for (const [each, digits] of Object.entries(given)) values[place(each)] = Number(digits);
    return (...moves) => { moves.forEach((value, index) => { values[from[index]] = value; }); run(); return values[to]; };
  };
};

if (isNode) { module.exports = { run, alone }; return; }
const live = window.explainer?.live;
if (!live?.list.course) return;

/* --- what is on the page */

const { list, page, dock, el, copy, says, symbolOf } = live, { course: { stages }, names } = list, SVG = "http://www.w3.org/2000/svg";
const words = (key, slots = {}) => {
  const made = el("span", {}, ...copy(says(`steps.${key}`)));
  for (const slot of made.querySelectorAll("[data-slot]")) slot.replaceChildren(...(slots[slot.dataset.slot] || []));
  return made;
};
const text = (key) => words(key).textContent.trim();
const whole = (count) => [running(String(count), list)];
const symbol = (name) => { const known = says(`of ${name}`); return known ? copy(known) : symbolOf(name); };
const isStill = matchMedia("(prefers-reduced-motion: reduce)");

const places = new Map(names.map((name) => [name, []]));
const prefix = `${list.example}:`;
for (const each of page.querySelectorAll(`[data-ref^="${CSS.escape(prefix)}"]`)) {
  const { ref, within } = each.dataset, name = (within || ref.slice(prefix.length)).replace(/^[~*]/, "");
  places.get(name)?.push(within ? each.closest(".ex-step, .ex-formula, p, td") || each : each);
}
let lit = [];
/* A derivation that is closed shows only what is in its summary. */
const inSight = (each) => {
  const summary = each.closest("details:not([open])")?.querySelector("summary");
  return !summary ? [each] : summary.contains(each) ? [summary] : [];
};
const light = (targets) => {
  for (const each of lit) each.classList.remove("ex-lit");
  lit = [...new Set(targets.flatMap((name) => places.get(name) || []).flatMap(inSight))];
  for (const each of lit) each.classList.add("ex-lit");
};
const follow = () => {
  const [first] = lit.filter((each) => each.matches(".ex-step, .ex-formula, summary"));
  if (!first) return;
  const { top, bottom } = first.getBoundingClientRect(), free = dock.getBoundingClientRect().top;
  if (top < 60 || bottom > free) scrollBy({ top: top - free / 3, behavior: isStill.matches ? "auto" : "smooth" });
};

const order = new Map(stages.flatMap(([, , all], index) => all.map((place) => [place, index])));
const after = Math.min(...stages[stages.length - 1][2]); // what comes behind belongs to the last stage
const stageOf = names.map((_, place) => order.get(place) ?? (place > after ? stages.length - 1 : -1));
const hidden = (shown) => new Set(names.filter((_, place) => stageOf[place] > shown));

/* --- what grows with the run */

const WIDTH = 220, HEIGHT = 120, SIDE = 120, CELLS = 40, PLOTTED = 400;
const drawn = (width, height, key, inside) => {
  const made = document.createElementNS(SVG, "svg");
  for (const [name, value] of Object.entries({ viewBox: `-4 -4 ${width + 8} ${height + 8}`, width: width + 8, height: height + 8, class: "ex-grows", role: "img", "aria-label": text(key) })) made.setAttribute(name, value);
  made.innerHTML = `<rect class="ex-frame" width="${width}" height="${height}"/>${inside}`;
  return made;
};
const path = (points, classes) => `<path class="ex-line ${classes}" d="${points.map(([x, y], index) => `${index ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("")}"/>`;
/* A loss that is asked for is not in it. */
const curve = (k, isTold) => {
  const losses = going.losses.slice(0, going.reached() + Number(isTold || k < going.reached())), { inEpoch } = going;
  const known = [...losses.entries()].filter(([, each]) => Number.isFinite(each)), sizes = known.map(([, each]) => each);
  const low = Math.min(0, ...sizes), high = sizes.length ? Math.max(...sizes) : 0, means = [];
  for (let from = 0; from + inEpoch <= losses.length; from += inEpoch) means.push([from + (inEpoch - 1) / 2, losses.slice(from, from + inEpoch).reduce((sum, each) => sum + each, 0) / inEpoch]);
  const place = ([x, y]) => [(x / Math.max(losses.length - 1, 1)) * WIDTH, HEIGHT - ((y - low) / (high - low || 1)) * HEIGHT];
  const thinned = (points) => points.filter((_, index) => index % Math.ceil(points.length / PLOTTED) === 0 || index === points.length - 1).map(place);
  const each = inEpoch > 1 && losses.length > PLOTTED ? "" : path(thinned(known), inEpoch > 1 ? "k-rate" : "k-loss"), whole = means.filter(([, mean]) => Number.isFinite(mean));
  const now = known.filter(([index]) => index === k).map(place).map(([x, y]) => `<circle class="ex-now" cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="3.5"/>`);
  const top = sizes.length ? running(written(String(Number(high.toPrecision(2)))), list) : "";
  return drawn(WIDTH, HEIGHT, "curve", `${each}${inEpoch > 1 && whole.length ? path(thinned(whole), "k-loss") : ""}${now}<text x="${WIDTH - 3}" y="11" text-anchor="end">${top}</text>`);
};
const movable = list.course.next.filter(([to]) => live.inputs.some((each) => each.dataset.input === names[to]));
let chosen = 0, moves = null; // the parameter that moves alone
const { plane } = list.course, [across1, up1, out] = plane ? plane.of.map((place) => names[place]) : [];
let field = null;
const boundary = (k) => {
  const { points } = going, targets = points.map(([, , y]) => y);
  const middle = (Math.min(...targets) + Math.max(...targets)) / 2, o = field(going.givenAt(k));
  const [across, up] = [0, 1].map((axis) => { const all = points.map((each) => each[axis]), low = Math.min(...all), far = Math.max(...all) - low || 1; return [low - far / 4, far * 1.5]; });
  const place = (x, y) => [((x - across[0]) / across[1]) * SIDE, SIDE - ((y - up[0]) / up[1]) * SIDE], grid = [];
  for (let j = 0; j <= CELLS; j += 1) grid.push(Array.from({ length: CELLS + 1 }, (_, i) => o(across[0] + (across[1] * i) / CELLS, up[0] + (up[1] * j) / CELLS) - middle));
  let lines = "";
  for (let j = 0; j < CELLS; j += 1) {
    for (let i = 0; i < CELLS; i += 1) {
      const cut = [[i, j, i + 1, j], [i + 1, j, i + 1, j + 1], [i, j + 1, i + 1, j + 1], [i, j, i, j + 1]].flatMap(([a, b, c, d]) => {
        const one = grid[b][a], other = grid[d][c], part = one / (one - other);
        return one > 0 === other > 0 ? [] : [`${(((a + part * (c - a)) / CELLS) * SIDE).toFixed(1)} ${(SIDE - ((b + part * (d - b)) / CELLS) * SIDE).toFixed(1)}`];
      });
      for (let index = 0; index + 1 < cut.length; index += 2) lines += `M${cut[index]}L${cut[index + 1]}`;
    }
  }
  const now = going.batch(k), marks = points.map(([x, y, target], index) => {
    const [at, height] = place(x, y), d = target > middle ? `M${at - 3.5} ${height}a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0` : `M${at - 3} ${height - 3}l6 6m0-6l-6 6`;
    return `<path class="ex-line ${target > middle ? "k-target" : "k-weight"}${now.includes(index) ? " ex-now" : ""}" d="${d}"/>`;
  });
  return drawn(SIDE, SIDE, "boundary", `<path class="ex-line k-loss" d="${lines}"/>${marks.join("")}`);
};
/* As far as the run has come on both sides, and some more. */
const slice = (k, isUpdated) => {
  const [to, from] = movable[chosen], name = names[to], own = double(going.at(k).value(name)), next = double(going.at(k).value(names[from]));
  const been = going.along(name).map((digits) => Number(digits ?? live.current(name))).concat(isUpdated ? next : []);
  const low = Math.min(...been), reach = Math.max(...been) - low, beside = Math.max(1, Math.abs(own) / 2, reach / 2), width = reach + 2 * beside;
  moves ||= alone(list, names[list.course.loss], [name]);
  const loss = moves(going.givenAt(k)), points = Array.from({ length: CELLS * 2 + 1 }, (_, index) => low - beside + (width * index) / (CELLS * 2)).map((value) => [value, loss(value)]);
  const known = points.filter(([, each]) => Number.isFinite(each)), sizes = known.map(([, each]) => each), floor = Math.min(0, ...sizes), high = Math.max(...sizes);
  const place = ([value, each]) => [((value - low + beside) / width) * SIDE, SIDE - ((each - floor) / (high - floor || 1)) * SIDE];
  const mark = (value, kind, size) => { const [x, y] = place([value, loss(value)]); return Number.isFinite(y) ? `<circle class="${kind}" cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${size}"/>` : ""; };
  const made = drawn(SIDE, SIDE, "slice", `${known.length > 1 ? path(known.map(place), "k-loss") : ""}${isUpdated ? mark(next, "ex-next", 6) : ""}${mark(own, "ex-now", 3.5)}`);
  made.setAttribute("aria-label", words("slice", { quantity: symbol(name) }).textContent);
  return [made, el("span", { ariaHidden: "true" }, ...symbol(name))];
};
const begin = () => {
  going = run(list, live.start());
  moves = null;
  field = plane && alone(list, out, [across1, up1]);
  const first = going.at(0), value = (stated) => (typeof stated === "number" ? double(first.value(names[stated])) : Number(stated));
  going.points = plane && plane.points.map((each) => each.map(value));
};

/* --- where the run is */

let going = null, position = 0, timer = 0, panel = null, question = null;
const S = stages.length, update = () => Math.floor(position / S), stage = () => position % S;
const asks = () => (panel.ask.value === "none" ? null : panel.ask.value);

const show = (isAsking, isQuiet) => {
  const k = update(), shown = stage() - (isAsking ? 1 : 0), isHiding = Boolean(asks());
  const reading = going.at(k);
  live.show(k || isHiding ? { reading, carried: going.state(k) } : null, isHiding ? hidden(shown) : new Set(), isQuiet);
  light(isAsking ? [] : stages[shown][2].map((place) => names[place]));
  return reading;
};
const where = (reading, isAsking) => {
  const k = update(), [kind, asked] = stages[stage()], { samples } = list.course;
  const parts = [words(samples ? "epoch" : "update", { number: whole(k + 1), epoch: whole(Math.floor(k / going.inEpoch) + 1) })];
  if (samples) parts.push(el("span", {}, going.batch(k).map((each) => samples.names[each]).join(", ")));
  parts.push(words(kind));
  if (!isAsking) {
    for (const place of asked) {
      const name = names[place], { text: digits, exact, wrong } = reading.shown(name);
      parts.push(el("span", { className: "ex-together" }, ...symbol(name), wrong ? "" : ` ${exact ? "=" : "≈"} ${running(digits, list)}`));
    }
  }
  return parts.flatMap((part, index) => (index ? [" · ", part] : [part]));
};
const tell = (isQuiet = false) => {
  const reading = show(Boolean(question), isQuiet), ended = going.ended(), shown = stage() - (question ? 1 : 0);
  panel.status.setAttribute("aria-live", isQuiet ? "off" : "polite");
  panel.status.replaceChildren(...where(reading, Boolean(question)));
  const which = reading.broken(), broken = which ? reading.shown(which) : update() === going.reached() && ended;
  const notes = update() >= MOST ? words("full", { number: whole(MOST) }) : broken ? live.said(broken.wrong === "open" ? "left" : broken.wrong, symbol(broken.at)) : "";
  if (panel.notes.textContent !== (notes.textContent ?? notes)) panel.notes.replaceChildren(notes); // or it is read out again
  panel.pictures.replaceChildren(curve(update(), !asks() || stageOf[list.course.loss] <= shown), ...(plane ? [boundary(update())] : []));
  panel.other.hidden = !movable.length || Boolean(asks()); // it shows signs
  if (!panel.other.hidden) panel.other.replaceChildren(...slice(update(), shown === S - 1));
  const isHeld = [panel.back, panel.restart].includes(document.activeElement);
  panel.back.disabled = panel.restart.disabled = !position && !question;
  if (isHeld && panel.back.disabled) panel.forward.focus({ preventScroll: true }); // a button that is disabled would lose it
  panel.history.max = Math.max(going.reached(), 1);
  panel.history.value = update();
  panel.history.setAttribute("aria-valuetext", words("update", { number: whole(update() + 1) }).textContent);
};

const stopped = () => {
  if (!timer) return;
  clearTimeout(timer);
  timer = 0;
  panel.play.replaceChildren(words("play"));
};
const move = (to) => {
  const isThere = going.reaches(Math.floor(Math.max(to, 0) / S));
  position = isThere ? Math.max(to, 0) : going.reached() * S + S - 1;
  question = null;
  return isThere;
};
const byStage = (to) => {
  const isForward = to === position + 1 && !question;
  if (move(to) && isForward) ask();
  tell();
  if (!question) follow();
  panel.asking.replaceChildren(...(question ? question.parts : []));
};

const SPEEDS = [[1, 2000], [1, 700], [S, 400], [S, 0]];
const play = () => {
  const [by, pause] = SPEEDS[panel.speed.value], isByStage = by === 1, isTelling = isByStage && Boolean(question), began = performance.now();
  let isThere = move(position + (isByStage ? Number(!question) : S - stage()));
  while (isThere && !pause && performance.now() - began < 12) isThere = move(position + S);
  if (isByStage && isThere && !isTelling) ask();
  if (!isThere || question) stopped();
  tell(Boolean(timer));
  if (isByStage && !question) follow();
  panel.asking.replaceChildren(...(question ? question.parts : []));
  if (timer) timer = setTimeout(play, pause);
};

/* --- what is asked for before it is shown */

const NEAR = 0.01;
const ask = () => {
  const how = asks(), [kind, asked] = stages[stage()], name = names[asked[update() % asked.length]], shown = going.at(update()).shown(name);
  if (!how || shown.wrong || (how === "sign" && kind !== "backward")) return;
  const told = () => [...symbol(name), ` ${shown.exact ? "=" : "≈"} ${running(shown.text, list)}`];
  const answered = (isRight) => {
    question = null;
    tell();
    follow();
    panel.asking.replaceChildren(el("p", { role: "status" }, words(isRight ? "right" : "wrong", { quantity: told() })));
    panel.forward.focus({ preventScroll: true });
  };
  const answer = (key, does) => el("button", { type: "button", onclick: does }, ...copy(says(key)));
  const parts = [el("p", { id: "ex-asked", role: "status" }, words(how === "sign" ? "which" : "what", { quantity: symbol(name) }))];
  if (how === "sign") {
    const sign = Math.sign(Number(shown.text));
    parts.push(el("div", { className: "ex-acts" }, ...[["steps.positive", 1], ["steps.negative", -1], ["steps.zero", 0]].map(([key, value]) => answer(key, () => answered(value === sign)))));
  } else {
    const field = el("input", { type: "text", inputMode: "decimal", autocomplete: "off" }), error = el("p", { className: "ex-error", role: "alert" });
    field.setAttribute("aria-labelledby", "ex-asked");
    const check = () => {
      const { text: digits, wrong } = typed(field.value), right = Number(shown.text), said = Number(digits);
      error.replaceChildren(...(wrong ? copy(says(wrong)) : []));
      if (!wrong) answered(Math.abs(said - right) <= NEAR * Math.abs(right) || Number(right.toPrecision(2)) === said);
    };
    field.onkeydown = (event) => { if (event.key === "Enter") { event.preventDefault(); check(); } }; // the button that gets the focus would be pressed too
    parts.push(el("div", { className: "ex-acts" }, field, answer("steps.check", check)), error);
  }
  question = { parts };
};

/* --- the panel */

const choice = (key, values) => {
  const select = el("select", {}, ...values.map(([value, label]) => el("option", { value }, text(label))));
  return [select, el("label", { className: "ex-choose" }, words(key), select)];
};
const made = () => {
  const act = (key, does) => el("button", { type: "button", onclick: () => { stopped(); does(); } }, words(key));
  const restart = act("restart", () => byStage(0)), back = act("back", () => byStage(position - 1)), forward = act("next", () => byStage(position + (question ? 0 : 1)));
  const sample = act(list.course.samples ? "sample" : "another", () => byStage((update() + 1) * S));
  const epoch = act("round", () => byStage((Math.floor(update() / going.inEpoch) + 1) * going.inEpoch * S));
  const toggle = el("button", { type: "button" }, words("play"));
  toggle.onclick = () => {
    if (timer) { stopped(); tell(); return; }
    toggle.replaceChildren(words("pause"));
    timer = setTimeout(play, SPEEDS[speed.value][1]);
  };
  const [speed, speeds] = choice("speed", [[0, "slow"], [1, "brisk"], [2, "updates"], [3, "fast"]]);
  speed.value = "1";
  const [ask, asked] = choice("ask", [["none", "none"], ["sign", "sign"], ["number", "number"]]);
  ask.onchange = () => { stopped(); move(position); tell(); asking.replaceChildren(); };
  const asking = el("div", {});
  const history = el("input", { type: "range", min: 0, max: 1, value: 0, oninput: () => { stopped(); byStage(Number(history.value) * S); } });
  const status = el("p", { role: "status" }), notes = el("p", { className: "ex-error", role: "alert" });
  const close = act("close", () => { shell.hidden = true; live.show(null); light([]); asking.replaceChildren(); live.opener.hidden = false; live.opener.focus(); });
  const bar = el("div", { className: "ex-acts" }, restart, back, forward, sample, ...(list.course.samples ? [epoch] : []), toggle, speeds, asked, close);
  const pictures = el("div", { className: "ex-charts" });
  const other = el("button", { type: "button", className: "ex-alone", title: text("parameter"), onclick: () => { chosen = (chosen + 1) % movable.length; moves = null; tell(true); } });
  const shell = el("section", { className: "ex-panel", id: "ex-steps" }, el("div", { className: "ex-growing" }, pictures, other), status, notes, asking, bar,
    el("label", { className: "ex-choose ex-history" }, words("history"), history), el("p", {}, words("told")));
  shell.setAttribute("aria-label", text("open"));
  shell.onkeydown = (event) => { if (event.key === "Escape") close.click(); };
  dock.append(shell);
  return { shell, asking, pictures, other, status, notes, restart, back, forward, play: toggle, speed, ask, history, close };
};
live.trains = () => {
  live.close();
  panel ||= made();
  panel.shell.hidden = false;
  live.opener.hidden = true;
  if (!going) begin();
  tell();
  panel.asking.replaceChildren(...(question ? question.parts : []));
  panel.forward.focus({ preventScroll: true });
};

live.renewed = () => {
  going = question = null;
  position = 0;
  if (!panel || panel.shell.hidden) return;
  stopped();
  begin();
  tell();
};
live.opens = () => { if (panel && !panel.shell.hidden) panel.close.click(); };
live.trains();
})();
