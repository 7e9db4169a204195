/* Judges typed numbers. */

(() => {
const abs = (value) => (value < 0n ? -value : value);

/* Exact: units · 10^place. */
const decimal = (text) => {
  const [, whole, part, power = 0] = /^([+-]?\d*)\.?(\d*)(?:e([+-]?\d+))?$/.exec(text);
  return { units: BigInt(whole + part), place: power - part.length };
};

const read = (typed) => {
  let text = typed.replace(/[٠-٩۰-۹０-９]/g, (each) => each.charCodeAt() & 15).replace(/[\s\u200b\u2060'’]|^.*[=≈]/g, "")
    .replace(/[‐-―−﹣－⁻]/g, "-").replace(/[．。]/g, ".").replace(/[，٫]/g, ",");
  if (!text) return { wrong: "empty" };
  text = text.replace(/-?[⁰-⁹¹²³]+$/, (power) => `^${power.normalize("NFKC")}`)
    .replace(/[×x*·⋅∙]10(?:\^|\*\*)[({]?([+-]?\d+)[)}]?$/i, "e$1").toLowerCase();
  const [, number, power = ""] = /^([+-]?[\d.,]*\d[\d.,]*)(e[+-]?\d{1,9})?$/.exec(text) || [];
  if (!number) return { wrong: "text" };
  if (number.length > 60 || Math.abs(power.slice(1)) > 60) return { wrong: "far" };
  const readings = number.split(/[.,]/).length < 3 ? [number.replace(",", ".")] : [];
  const grouped = /^([+-]?[1-9]\d{0,2}(?=([.,]))(?:\2\d{3})+)(?:(?!\2)[.,](\d+))?$/.exec(number);
  if (grouped) readings.push(`${grouped[1].replace(/[.,]/g, "")}.${grouped[3] || ""}`);
  return readings[0] ? { numbers: readings.map((each) => decimal(each + power)) } : { wrong: "marks" };
};

const size = ({ units }) => String(abs(units)).length;
const first = (number) => number.place + size(number) - 1;

const at = ({ units, place }, to, half = 2n) => {
  if (place >= to) return { units: units * 10n ** BigInt(place - to), place: to };
  const unit = 10n ** BigInt(to - place);
  return { units: ((abs(units) + (half && unit / half)) / unit) * (units < 0n ? -1n : 1n), place: to };
};

const apart = (one, other, place = Math.min(one.place, other.place)) => abs(at(one, place).units - at(other, place).units);
const same = (...two) => !apart(...two);
const asked = (value, digits) => first(value) - digits + 1;

const gives = (number, value, digits) => {
  const place = asked(value, digits);
  return same(number, at(value, place)) || (number.place < place && same(number, at(value, Math.max(number.place, value.place))));
};
const isShort = (number, value, digits) => number.units && number.place > asked(value, digits) && same(number, at(value, number.place));

const TWO = { "+": (a, b) => a + b, "-": (a, b) => a - b, "*": (a, b) => a * b, "/": (a, b) => a / b, "^": Math.pow, max: Math.max };
const calculated = (formula, names) => {
  const stack = [];
  for (const word of formula.split(" ")) {
    stack.push(TWO[word] ? TWO[word](...stack.splice(-2)) : Math[word] ? Math[word](stack.pop()) : +(names[word[0]]?.[word.slice(1)] ?? word));
  }
  return stack[0];
};

const carried = ({ formulas, digits }, setting, field, before) => {
  const used = (formulas[field]?.match(/f\d+/g) || []).map((word) => word.slice(1));
  const from = used.find((place) => before[place] && !gives(before[place], decimal(setting.right[place]), digits));
  const typed = setting.right.map((value, place) => (before[place] ? `${before[place].units}e${before[place].place}` : value));
  const value = from === undefined ? 0 : calculated(formulas[field], { k: setting.told, f: typed });
  return isFinite(value) && value && { from, value: decimal(value.toExponential(12)) };
};

const judged = (task, setting, field, typed, before) => {
  const { digits } = task, right = decimal(setting.right[field]), place = asked(right, digits);
  const named = (fits) => {
    const slips = setting.wrong.flatMap((row, slip) => (row[field] && fits(typed, decimal(row[field]), digits) ? [slip] : []));
    return slips.length && { is: slips[1] ? "slips.several" : "slip", slips };
  };
  if (gives(typed, right, digits)) return { is: "right" };
  if (typed.place < place && same(typed, right, place)) return { is: "right.loose" };
  const follows = carried(task, setting, field, before);
  if (follows && gives(typed, follows.value, digits)) return { is: "carried", from: follows.from };
  const slip = named(gives);
  if (slip) return slip;
  if (isShort(typed, right, digits)) return { is: "few" };
  if (typed.place <= place && same(typed, at(right, typed.place, 0n))) return { is: "cut" };
  const shift = first(right) - first(typed);
  if (typed.units && shift && gives({ ...typed, place: typed.place + shift }, right, digits)) return { is: "power" };
  if (typed.place <= place && apart(typed, right, place) <= 2n) return { is: "near" };
  return (size(typed) > 1 && named(isShort)) || { is: "unknown" };
};

const isRight = ({ is }) => /^right/.test(is);
const judge = (task, setting, field, typed, before = []) => {
  const { wrong, numbers } = read(typed);
  if (wrong) return { is: wrong };
  const all = numbers.map((number) => ({ ...judged(task, setting, field, number, before), number }));
  return all.find(isRight) || all.find(({ is }) => is !== "unknown") || all[0];
};

const unpacked = ([told, right, wrong]) => ({ told, right, wrong: wrong.split(";").map((row) => row.split(",")) });

if (typeof module !== "undefined") return (module.exports = { read, judge, unpacked });

const says = document.querySelector(".ex-says"), { mark, minus, group } = says.dataset, source = document.currentScript.src;

const el = (tag, has, ...inside) => {
  const made = Object.assign(document.createElement(tag), has);
  made.append(...inside);
  return made;
};
const copy = (from) => [...from.cloneNode(true).childNodes];
const para = (...inside) => el("p", {}, ...inside);

const said = (key, slots = {}) => {
  const words = el("span", {}, ...copy(says.querySelector(`[data-say="${key}"]`)));
  for (const slot of words.querySelectorAll("[data-slot]")) slot.append(...(slots[slot.dataset.slot] || []));
  return words;
};

const load = (name, then) => (window.explainer?.fresh ? then() : document.head.append(el("script", { src: source.replace("exercises.js", name), onload: then, onerror: then })));

const button = (does, ...label) => el("button", { type: does ? "button" : "submit", onclick: does }, ...label);

const replies = (before) => before.insertAdjacentElement("beforebegin", el("div", { role: "status" }));

const solved = () => { try { return JSON.parse(localStorage.explainer) || {}; } catch { return {}; } };
const keep = (all) => { try { localStorage.explainer = JSON.stringify(all); } catch {} };

const progress = (box, index) => {
  const id = location.pathname + box.className + index, line = para(), clear = () => { keep({}); location.reload(); };
  const show = () => line.replaceChildren(...(solved()[id] ? [said("done"), " ", button(clear, said("clear"))] : []));
  box.append(line);
  show();
  return () => { keep({ ...solved(), [id]: 1 }); show(); };
};

const exercise = (box, index) => {
  const task = JSON.parse(box.dataset.exercise), settings = task.settings.map(unpacked), [own] = settings, { one } = task;
  const [told, names, lines] = ["told", "field", "line"].map((kind) => [...box.querySelectorAll(`[data-${kind}]`)]);
  const solution = box.querySelector("details"), form = el("form"), reply = replies(solution);
  const finished = progress(box, index), tell = (...parts) => reply.replaceChildren(...parts.map((part) => para(...part)));
  const part = (field, kind) => copy(lines[field].querySelector(`[data-${kind}]`));
  const shown = (text) => text.replace(".", mark).replace(/^-?\d{5,}/, (all) => all.replace(/\B(?=(\d{3})+$)/g, group)).replace("-", minus);
  let now = own, stage = 0, before = [], chosen = 0;
  const of = (place) => (one ? chosen : place);

  const inputs = (one ? names.slice(0, 1) : names).map((name) => {
    const sign = el("span"), symbol = el("span", {}, ...copy(name)), oninput = () => { stage = 0; sign.textContent = ""; input.ariaInvalid = null; };
    const input = el("input", { autocomplete: "off", spellcheck: false, oninput, sign, symbol });
    form.append(para(el("label", {}, symbol, " = ", input), sign));
    return input;
  });
  const verdict = (place) => judge(task, now, of(place), inputs[place].value, before);

  const [input] = inputs, choose = (name, field) => {
    const onchange = () => { chosen = field; input.symbol.replaceChildren(...copy(name)); input.oninput(); tell(); };
    return el("label", {}, el("input", { type: "radio", name: `ex-${index}`, checked: !field, ariaLabel: name.textContent, onchange }), ...copy(name));
  };
  if (one) box.querySelector(".ex-options").replaceWith(el("fieldset", {}, el("legend", {}, said("choose")), ...names.map(choose)));

  const answer = (field, { is, slips, from }) => {
    reply.append(para(said(is, { other: names[from] ? copy(names[from]) : [], count: [task.digits] })));
    if (slips) {
      const list = el("ul", {}, ...slips.map((slip) => el("li", {}, ...copy(box.querySelector(`[data-slip="${slip}"]`)))));
      reply.append(list, para(said("where"), " ", ...part(task.made[slips[0]], "formula")));
    } else if (is === "unknown") reply.append(para(said("begin"), " ", ...copy(lines[field])));
  };

  const check = () => {
    const last = Math.max(inputs.findLastIndex(({ value }) => value), 0);
    let wrong = false;
    before = [];
    tell();
    inputs.forEach((input, place) => {
      if (!input.value && place !== last) return;
      const found = verdict(place), good = isRight(found);
      before[place] = found.number;
      if (input.value) input.ariaInvalid = !good, input.sign.textContent = good ? "✓" : "✗";
      if (!good && !wrong) input.focus();
      if (good ? !wrong && place === last : !wrong || found.is === "carried") answer(of(place), found);
      wrong ||= !good;
    });
    if (wrong || one) return;
    if (task.several ? inputs.every(({ value }) => value) : !inputs[last + 1]) finished();
    else reply.append(para(said("next")));
  };

  const hint = () => {
    const field = of(Math.max(inputs.findIndex((_, each) => !isRight(verdict(each))), 0)), { right } = now;
    const begin = right[field].match(/[^1-9]*./).map(shown);
    const begins = said("begins", { quantity: copy(names[field]), begin });
    tell(...[part(field, "sentence"), part(field, "formula"), [begins]].slice(0, ++stage));
    if (stage < 4) return;
    if (now !== own) reply.append(...right.map((value, place) => para(...copy(names[place]), ` ${"≈="[+(size(decimal(value)) < task.digits + 8)]} ${shown(value)}`)));
    else solution.open = true;
  };

  const turn = (next) => {
    const old = now.told;
    now = next || own;
    now.told.forEach((text, each) => { if (text !== old[each]) told[each].textContent = shown(text); });
    for (const input of inputs) { input.value = ""; input.oninput(); }
    solution.hidden = now !== own;
    tell([said("numbers")]);
    input.focus();
  };

  const another = () => {
    const next = settings[settings.indexOf(now) + 1], { fresh } = box.dataset;
    if (next || !fresh) turn(next);
    else load("numbers.js", () => load("fresh.js", () => turn(window.explainer?.fresh?.(fresh, settings))));
  };

  form.append(para(button(null, said("check")), " ", button(hint, said("hint")), " ", ...(settings[1] ? [button(another, said("another"))] : [])));
  form.onsubmit = () => { check(); return false; };
  reply.before(form);
};

const choice = (box, index) => {
  const solution = box.querySelector("details"), reply = replies(solution), finished = progress(box, index);
  solution.hidden = true;
  box.querySelectorAll(".ex-options > li").forEach((option, place, all) => {
    option.replaceChildren(button(() => {
      const good = place === +box.dataset.choice;
      for (const each of all) each.firstChild.ariaPressed = each === option;
      reply.replaceChildren(para(good ? "✓ " : "✗ ", said(`choice.${good ? "right" : "wrong"}`)));
      solution.hidden = false;
      if (good) { solution.open = true; finished(); }
    }, ...copy(option)));
  });
};

document.querySelectorAll(".ex-exercise").forEach(exercise);
document.querySelectorAll(".ex-choice").forEach(choice);
})();
