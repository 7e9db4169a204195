/* Exercises: takes a typed number, and says what it is. Right values, and what each slip would give, were computed when the page
   was made; what is said are sentences of the page, in its language. Without this script an exercise is its solution to open. */

(() => {
  "use strict";

  /* ---- numbers: exact decimals, as { negative, units, place }: units times ten to the power of place ---- */

  const SPACES = /[\s\u00a0\u2000-\u200b\u202f\u205f\u2060\u3000\ufeff]/g;
  const MINUS = /[\u2010-\u2015\u2212\ufe63\uff0d]/g;
  const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";
  const LONGEST = 60;
  const ZEROS = [0x660, 0x6f0, 0x966, 0xff10]; // of Arabic, Persian, Devanagari and full-width digits

  const digit = (letter) => {
    const zero = ZEROS.find((first) => letter.codePointAt(0) >= first && letter.codePointAt(0) < first + 10);
    return zero === undefined ? letter : String(letter.codePointAt(0) - zero);
  };

  const decimal = (text) => {
    const [, sign, whole, part = "", power = "0"] = /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/.exec(text);
    return { negative: sign === "-", units: BigInt(whole + part || 0), place: Number(power) - part.length };
  };

  /* What is typed, as the numbers that it may be: a mark with three digits after it may part thousands. */
  const read = (typed) => {
    let text = [...typed.replace(SPACES, "")].map(digit).join("").replace(MINUS, "-").replace(/[\uff0e\u066b]/g, (mark) => (mark === "．" ? "." : ","))
      .replace(/，/g, ",").replace(/^.*[=≈]/, "").replace(/['’]/g, "");
    if (!text) return { wrong: "empty" };
    text = text.replace(/[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+$/, (power) => `^${[...power].map((each) => (each === "⁻" ? "-" : each === "⁺" ? "" : RAISED.indexOf(each))).join("")}`)
      .replace(/^([+-]?)10\^/, "$11e").replace(/(?:[×x*·⋅∙]|\\times|\\cdot)10(?:\^|\*\*)?[({]?([+-]?\d+)[)}]?$/i, "e$1").replace(/E/, "e");
    const [, number, power = ""] = /^([^e]*)(e[+-]?\d{1,9})?$/.exec(text) || [];
    if (number === undefined || !/^[+-]?[\d.,]*\d[\d.,]*$/.test(number)) return { wrong: "text" };
    if (number.length > LONGEST || Math.abs(Number(power.slice(1))) > LONGEST) return { wrong: "far" };
    const marks = number.match(/[.,]/g) || [];
    if (new Set(marks).size > 1) return { wrong: "marks" };
    const grouped = /^[+-]?\d{1,3}(?:[.,]\d{3})+$/.test(number) && !/^[+-]?0/.test(number);
    if (marks.length > 1 && !grouped) return { wrong: "marks" };
    const whole = grouped ? [decimal(number.replace(/[.,]/g, "") + power)] : [];
    return { numbers: marks.length > 1 ? whole : [decimal(number.replace(",", ".") + power), ...whole] };
  };

  const TEN = 10n;
  const scaled = ({ units, place }, to) => units * TEN ** BigInt(place - to);
  const size = ({ units }) => String(units).length;
  const first = (number) => number.place + size(number) - 1; // the place of its first digit

  /* Rounded to a place, ties away from zero; or cut off there. */
  const at = (number, place, cut) => {
    if (number.place >= place) return { ...number, units: scaled(number, place), place };
    const unit = TEN ** BigInt(place - number.place);
    return { ...number, units: (number.units + (cut ? 0n : unit / 2n)) / unit, place };
  };

  const same = (one, other, anySign) => {
    const place = Math.min(one.place, other.place);
    const [a, b] = [scaled(one, place), scaled(other, place)];
    return a === b && (anySign || one.negative === other.negative || a === 0n);
  };

  /* The place to which a number is asked for, with so many digits; of what is rounded up to a power of ten, one more. */
  const asked = (value, digits) => first(value) - digits + 1;
  const printed = (value, digits) => at(value, asked(value, digits));

  /* Is it this value, rounded where it ends, and not before it was asked to? Noughts at its end may be left out. */
  const gives = (number, value, digits) => {
    const place = asked(value, digits);
    return same(number, printed(value, digits)) || (number.place < place && same(number, at(value, Math.max(number.place, value.place))));
  };

  const isShort = (number, value, digits) =>
    number.units !== 0n && size(number) < digits && number.place > asked(value, digits) && same(number, at(value, number.place));

  const units = (number, value, place) => {
    const own = scaled(at(number, place), place) * (number.negative === value.negative ? 1n : -1n) - scaled(at(value, place), place);
    return own < 0n ? -own : own;
  };

  /* ---- formulas in postfix order, from what is told and what was typed ---- */

  const FUNCTIONS = { ...Object.fromEntries(["exp", "log", "sqrt", "tanh", "sin", "cos", "abs", "sign"].map((name) => [name, Math[name]])),
    relu: (value) => Math.max(value, 0), is_positive: (value) => Number(value > 0) };
  const OPERATORS = { "+": (a, b) => a + b, "-": (a, b) => a - b, "*": (a, b) => a * b, "/": (a, b) => a / b, "^": (a, b) => a ** b };

  const calculated = (formula, told, typed) => {
    const stack = [];
    for (const word of formula.split(" ")) {
      if (OPERATORS[word]) stack.push(OPERATORS[word](...stack.splice(-2)));
      else if (FUNCTIONS[word]) stack.push(FUNCTIONS[word](stack.pop()));
      else stack.push(Number(word[0] === "k" ? told[word.slice(1)] : word[0] === "f" ? typed[word.slice(1)] : word));
    }
    return stack[0];
  };

  const number = ({ negative, units: whole, place }) => Number(`${negative ? "-" : ""}${whole}e${place}`);

  /* What a step comes to from what was typed for the steps before, where that was wrong. */
  const carried = (task, setting, field, before) => {
    const formula = task.formulas[field];
    const used = [...new Set(formula.match(/f\d+/g))].map((word) => Number(word.slice(1)));
    const off = used.find((place) => before[place] && !gives(before[place], decimal(setting.right[place]), task.digits));
    if (off === undefined) return null;
    const typed = setting.right.map((right, place) => (before[place] ? number(before[place]) : Number(right)));
    const value = calculated(formula, setting.told, typed);
    return Number.isFinite(value) && value ? { from: off, value: decimal(value.toExponential(12)) } : null;
  };

  /* What a number is that was typed for a step: `before` are those of the steps before it. */
  const judged = (task, setting, field, typed, before = []) => {
    const right = decimal(setting.right[field]);
    const { digits } = task;
    if (gives(typed, right, digits)) return { is: "right" };
    if (typed.place < asked(right, digits) && same(printed(typed, digits), printed(right, digits))) return { is: "right.loose" };
    if (isShort(typed, right, digits)) return { is: "few" };
    const follows = carried(task, setting, field, before);
    if (follows && gives(typed, follows.value, digits)) return { is: "carried", from: follows.from };
    const slips = setting.wrong.flatMap((values, slip) => (values[field] && gives(typed, decimal(values[field]), digits) ? [slip] : []));
    if (slips.length) return { is: slips.length > 1 ? "slips.several" : "slip", slips };
    if (size(typed) >= Math.min(digits, 2) && typed.place <= asked(right, digits) && same(typed, at(right, typed.place, true))) return { is: "cut" };
    const moved = { ...typed, place: typed.place + first(right) - first(typed) };
    if (typed.units && first(right) !== first(typed) && gives(moved, right, digits)) return { is: "power" };
    if (typed.place <= asked(right, digits) && units(typed, right, asked(right, digits)) <= 2n) return { is: "near" };
    const short = setting.wrong.flatMap((values, slip) => (size(typed) > 1 && values[field] && isShort(typed, decimal(values[field]), digits) ? [slip] : []));
    if (short.length) return { is: short.length > 1 ? "slips.several" : "slip", slips: short };
    return { is: "unknown" };
  };

  /* What is typed may be read in two ways: the one that means something is meant. */
  const judge = (task, setting, field, typed, before) => {
    const found = read(typed);
    if (found.wrong) return { is: found.wrong };
    const all = found.numbers.map((each) => ({ ...judged(task, setting, field, each, before), number: each }));
    return all.find(({ is }) => is !== "unknown") || all[0];
  };

  const unpacked = ([told, right, wrong]) => ({ told, right, wrong: wrong ? wrong.split(";").map((row) => row.split(",")) : [] });

  if (typeof module !== "undefined") {
    module.exports = { read, judge, unpacked };
    return;
  }

  /* ---- on the page ---- */

  const says = document.querySelector(".ex-says");
  if (!says) return;
  const { mark, minus } = says.dataset;
  const inLanguage = (text) => text.replace("-", minus).replace(".", mark);

  const element = (name, className, ...inside) => {
    const made = document.createElement(name);
    made.className = className;
    made.append(...inside);
    return made;
  };
  const copy = (from) => (from ? [...from.cloneNode(true).childNodes] : []);

  /* A sentence of the page, with what belongs in it. */
  const said = (key, slots = {}) => {
    const words = element("span", "", ...copy(says.querySelector(`[data-say="${key}"]`)));
    for (const slot of words.querySelectorAll("[data-slot]")) slot.replaceChildren(...(slots[slot.dataset.slot] || []));
    return words;
  };

  /* What is done is kept on this device, if it keeps anything. */
  const KEY = "explainer:done";
  const done = () => { try { return JSON.parse(localStorage.getItem(KEY)) || {}; } catch { return {}; } };
  const keep = (all) => { try { localStorage.setItem(KEY, JSON.stringify(all)); } catch { /* it keeps nothing */ } };
  const folder = new URL(document.querySelector("#__config") ? JSON.parse(document.querySelector("#__config").textContent).base : ".", location).pathname;
  const page = location.pathname.slice(folder.length);

  const button = (key, does) => {
    const made = element("button", "ex-button", said(key));
    made.type = "button";
    made.addEventListener("click", does);
    return made;
  };

  const progress = (place, box) => {
    const line = element("p", "ex-done");
    const id = `${page}#${place}`;
    const show = () => {
      const solved = done()[id];
      line.replaceChildren(...(solved ? [said("done"), " ", button("clear", () => { keep({}); document.dispatchEvent(new Event("ex-cleared")); })] : []));
    };
    document.addEventListener("ex-cleared", show);
    show();
    box.append(line);
    return () => { keep({ ...done(), [id]: 1 }); show(); };
  };

  const exercise = (box, place) => {
    const task = JSON.parse(box.dataset.exercise);
    const settings = task.settings.map(unpacked);
    const told = box.querySelectorAll("[data-told]");
    const [lines, names, names_of_fields] = ["line", "slip", "field"].map((kind) => box.querySelectorAll(`[data-${kind}]`));
    const solution = box.querySelector("details");
    let current = 0, stage = 0;
    const before = [];
    const form = element("form", "ex-form");
    const reply = element("div", "ex-reply");
    reply.setAttribute("role", "status");
    reply.setAttribute("aria-live", "polite");
    const tell = (...parts) => reply.replaceChildren(...parts.map((part) => element("p", "", ...[part].flat())));
    const line = (field) => copy(lines[field].querySelector("[data-formula]"));
    const sentence = (field) => copy(lines[field].querySelector("[data-sentence]"));

    const fields = [...names_of_fields].map((name, field) => {
      const input = element("input", "ex-input");
      Object.assign(input, { type: "text", id: `ex-${place}-${field}`, autocomplete: "off", spellcheck: false });
      input.setAttribute("inputmode", "text");
      const label = element("label", "", ...copy(name), " = ");
      label.htmlFor = input.id;
      const sign = element("span", "ex-sign");
      form.append(element("p", "ex-field", label, input, " ", sign));
      return { input, sign };
    });

    const mean = (field, { is, slips, from }) => {
      const slot = { quantity: copy(names_of_fields[field]), count: [String(task.digits)] };
      if (slips) {
        const list = element("ul", "", ...slips.map((slip) => element("li", "", ...copy(names[slip]))));
        reply.replaceChildren(element("p", "", said(is, slot)), list, element("p", "", said("where"), " ", ...line(task.made[slips[0]])));
      } else if (is === "carried") tell(said(is, { ...slot, other: copy(names_of_fields[from]) }));
      else if (is === "unknown") tell(said(is, slot), [said("begin"), " ", ...sentence(field), " ", ...line(field)]);
      else tell(said(is, slot));
    };

    const finished = progress(place, box);
    const check = () => {
      let last = null;
      for (const [field, { input, sign }] of fields.entries()) {
        const verdict = judge(task, settings[current], field, input.value, before);
        before[field] = verdict.number;
        const good = verdict.is === "right" || verdict.is === "right.loose";
        input.setAttribute("aria-invalid", String(Boolean(input.value) && !good));
        sign.textContent = input.value ? (good ? "✓" : "✗") : "";
        if (!good && !last && (input.value || field === fields.length - 1)) last = [field, verdict];
        if (good && field === fields.length - 1) {
          tell(said(verdict.is, { quantity: copy(names_of_fields[field]), count: [String(task.digits)] }));
          finished();
          return;
        }
      }
      if (last) {
        mean(...last);
        fields[last[0]].input.focus();
      }
    };

    /* Three hints for the first step that is not right yet: what to do, the formula, how the result begins. */
    const hint = () => {
      const open = fields.findIndex(({ input }, field) => !judge(task, settings[current], field, input.value, before).is.startsWith("right"));
      const field = open < 0 ? fields.length - 1 : open;
      const right = settings[current].right[field];
      const begin = [inLanguage(right.slice(0, right.search(/[1-9]/) + 1))];
      const stages = [sentence(field), line(field), [said("begins", { quantity: copy(names_of_fields[field]), begin })]];
      if (stage < stages.length) tell(...stages.slice(0, ++stage));
      else if (solution) solution.open = true;
    };

    const another = () => {
      current = (current + 1) % settings.length;
      stage = 0;
      for (const [index, cell] of told.entries()) {
        cell.textContent = inLanguage(settings[current].told[index]);
        for (const name of ["data-ref", "class"]) cell.removeAttribute(name);
      }
      for (const [field, { input, sign }] of fields.entries()) {
        input.value = sign.textContent = "";
        input.removeAttribute("aria-invalid");
        before[field] = undefined;
      }
      solution.hidden = current > 0;
      tell(said("numbers"));
      fields[0].input.focus();
    };

    const submit = element("button", "ex-button ex-main", said("check"));
    form.append(element("p", "ex-buttons", submit, " ", button("hint", hint), " ", button("another", another)));
    form.addEventListener("submit", (event) => { event.preventDefault(); check(); });
    for (const { input } of fields) input.addEventListener("input", () => { stage = 0; });
    solution.before(form, reply);
  };

  /* Say first, then look. */
  const choice = (box, place) => {
    const reply = element("div", "ex-reply");
    reply.setAttribute("role", "status");
    reply.setAttribute("aria-live", "polite");
    const finished = progress(place, box);
    const options = [...box.querySelectorAll(".ex-options > li")];
    const solution = box.querySelector("details");
    solution.hidden = true;
    options.forEach((option, index) => {
      const made = element("button", "ex-button", ...copy(option));
      made.type = "button";
      made.addEventListener("click", () => {
        const good = index === Number(box.dataset.right);
        for (const each of options) each.querySelector("button").setAttribute("aria-pressed", String(each === option));
        reply.replaceChildren(element("p", "", good ? "✓ " : "✗ ", said(good ? "choice.right" : "choice.wrong")));
        solution.hidden = false;
        if (good) { solution.open = true; finished(); }
      });
      option.replaceChildren(made);
    });
    solution.before(reply);
  };

  document.querySelectorAll(".ex-exercise, .ex-choice").forEach((box, place) => (box.matches(".ex-choice") ? choice : exercise)(box, place));
})();
