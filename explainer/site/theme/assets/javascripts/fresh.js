/* Sets an exercise in numbers that nobody has had: what is told, what is right, and what every slip gives, as explainer/exercises does. */

(() => {
const FAR = 4, NEAR = 9; // as in settings.py
const GUARD = 6, WHOLE = 12, SMALLEST = -3, BEYOND = 8, BEYOND_OF_SLIPS = 3, TRIES = 240; // as in exercise.py
const ONCE = 60; // tries with numbers moved so often
const { floating, numbers, written } = typeof module === "undefined" ? window.explainer : require("./numbers.js");

const list = (digits, rows, given, equations) => ({ digits, names: [...Array(given.length + equations.length).keys()], given, rows, equations, short: [] });
const rounded = (text, digits) => numbers(list(digits, [text], [], [[0]]))().shown(0);
const key = ({ number: { minus, units, place } }) => `${minus}${units}e${place}`;
const same = (one, other) => key(one) === key(other);
const exponent = (text) => Number(Number(text).toExponential().split("e")[1]);

/* A number of about the same size and with as many digits: neither none nor one. */
const moved = (text, random) => {
  const between = (low, high) => low + Math.floor(random() * (high - low + 1)), isUp = random() < 0.5;
  const [mantissa, power = 0] = written(text).split("e"), [whole, part = ""] = mantissa.split("."), units = BigInt(whole + part), end = power - part.length;
  if (!units) return String(isUp ? between(2, NEAR) : -between(2, NEAR));
  const first = exponent(text), isAlone = /^-?[1-9]0*$/.test(units), place = isAlone ? first : end < 0 ? first - 1 : 0;
  const low = Math.min(end, place), at = (value, to) => value * 10n ** BigInt(to - low), number = at(units, end), step = at(BigInt(between(1, isAlone ? FAR : NEAR)), place);
  const hides = (value) => !value || (low <= 0 && [1n, -1n].some((one) => value === at(one, 0)));
  const [found, other] = isUp ? [number + step, number - step] : [number - step, number + step];
  return written(`${hides(found) ? other : found}e${low}`);
};

/* Cut off after so many digits, so that it is rounded to fewer as the number is. */
const cut = ({ number: { minus, units, place }, exact }, digits) => {
  if (units === "0") return units;
  const kept = exact && units.length <= digits ? units : units.slice(0, digits).padEnd(digits, "0"), sign = minus ? "-" : "";
  const end = place + units.length - kept.length, first = end + kept.length - 1, padded = kept.padStart(1 - end, "0");
  if (first < -6 || first >= 12) return `${sign}${kept[0]}.${kept.slice(1)}e${first}`;
  return sign + (end < 0 ? `${padded.slice(0, end)}.${padded.slice(end)}` : kept + "0".repeat(end));
};

/* What is told, with as many digits as it takes for the right ones to come out, and the steps from there; or nothing. */
const told = ({ digits, known, right, fields }, before, steps) => {
  if (before.broken() !== undefined) return null;
  const one = (place, count) => {
    const shown = before.shown(place, WHOLE);
    if (!shown.exact) return before.shown(place, count);
    return shown.number.units.length > WHOLE ? rounded(shown.text, count) : shown;
  };
  const wanted = right.map((place) => before.shown(place));
  for (let more = 0; more <= GUARD; more += 1) {
    const found = known.map((place) => one(place, digits + more));
    if ([...found, ...wanted].some(({ wrong }) => wrong)) return null;
    const state = steps(found.map(({ text }) => text)), made = fields.map((place) => state.shown(place));
    if (made.every((shown, field) => !shown.wrong && same(shown, wanted[field]))) return { found, state };
  }
  return null;
};

/* Has it only numbers such as people like to calculate with, unless the example's own are no better? */
const isReadable = (texts, right, own) => {
  const isSmall = (text, its) => Number(text) && exponent(text) < Math.min(SMALLEST, exponent(Number(its) ? its : text));
  const hides = (text, its) => [0, 1].some((hiding) => Math.abs(text) === hiding && Math.abs(its) !== hiding);
  const isBad = (text, its) => hides(text, its) || (text.includes("e") && text !== its) || isSmall(text, its);
  return !texts.some((text, place) => isBad(text, own.told[place])) && right.every((text, field) => Number(text) && !isSmall(text, own.right[field]));
};

/* What comes of the steps for somebody who keeps so few digits on the way. */
const onTheWay = ({ digits, rows, given, known, steps, own, fields }, found, keeping) => {
  const values = found.map((shown, place) => (known[place] < given.length ? shown : rounded(shown.text, keeping))), last = [];
  for (const [row, ...places] of steps.slice(0, own)) {
    const operands = places.map((place) => values[place]), at = values.length;
    const shown = (count) => {
      const made = operands.every(Boolean) && numbers(list(count, rows, operands.map(({ text }) => text), [[row, ...places.keys()]]))().shown(places.length);
      return made && !made.wrong ? made : null;
    };
    last[at] = shown(digits);
    values[at] = shown(keeping);
  }
  return fields.map((place) => last[place]);
};

const maker = (data) => {
  const { digits, rows, given, way, known, steps, own, fields, slips } = data, nothing = known.map(() => "0"), most = 2 * digits + 15;
  const begun = list(digits, rows, given, way), before = numbers(begun), plain = floating(begun, [...known, ...data.right]);
  const first = numbers(list(digits, rows, nothing, steps.slice(0, own))), all = numbers(list(digits, rows, nothing, steps));

  /* Most of what is unreadable can be seen in plain floats. */
  const isTiny = (changed, { told: texts, right }) => {
    given.forEach((text, place) => { plain.values[place] = changed[place] ?? text; });
    plain.run();
    const tiny = (place, its) => Number(its) && Math.abs(plain.values[place]) < 0.9 * 10 ** Math.min(SMALLEST, exponent(its)) && plain.values[place];
    return texts.some((its, at) => tiny(known[data.told[at]], its)) || right.some((its, field) => tiny(data.right[field], its));
  };

  /* Do all slips show, and are there no two that more digits would part? */
  const isFair = (state) => fields.every((right, field) => {
    const seen = new Map();
    return slips.every((places) => {
      const place = places[field], shown = place && state.shown(place);
      if (!place || (shown.wrong && shown.wrong !== "open")) return true;
      if (shown.wrong || same(shown, state.shown(right))) return false;
      const like = seen.get(key(shown)) ?? place;
      seen.set(key(shown), like);
      return like === place || same(state.shown(like, most), state.shown(place, most));
    });
  });
  /* The set that comes of given numbers, if it is a fair one, and another than those that there are. */
  const tried = (changed, sets) => {
    const { found, state } = (!isTiny(changed, sets[0]) && told(data, before(changed), first)) || {};
    if (!found) return null;
    const texts = data.told.map((place) => found[place].text), right = fields.map((place) => cut(state.shown(place, most), digits + BEYOND));
    if (!isReadable(texts, right, sets[0]) || sets.some((each) => String(each.told) === String(texts))) return null;
    const worked = all(found.map(({ text }) => text));
    if (!isFair(worked)) return null;
    const of = (place) => (place && !worked.shown(place).wrong ? cut(worked.shown(place, most), digits + BEYOND_OF_SLIPS) : "");
    const onWay = (keeping) => onTheWay(data, found, keeping).map((shown, field) => (shown && !same(shown, worked.shown(fields[field])) ? shown.text : ""));
    return { told: texts, right, wrong: slips.map((places) => (places.map ? places.map(of) : onWay(places))) };
  };
  const far = (text, random, times) => (times ? far(moved(text, random), random, times - 1) : text);
  return { tried, drawn: (random, times) => Object.fromEntries(data.moves.map((place) => [place, far(given[place], random, times)])) };
};

const makers = new Map();
/* One more set after those that there are, if one is found: farther from the example's numbers when those near them are used up. */
const fresh = (text, sets, random = Math.random) => {
  if (!makers.has(text)) makers.set(text, maker(JSON.parse(text)));
  const { tried, drawn } = makers.get(text);
  for (let each = 0; each < TRIES; each += 1) {
    const found = tried(drawn(random, 1 + Math.floor(each / ONCE)), sets);
    if (found) { sets.push(found); return found; }
  }
};

if (typeof module === "undefined") window.explainer.fresh = fresh;
else module.exports = { fresh, maker };
})();
