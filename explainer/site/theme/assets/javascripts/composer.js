/* A small network's list of equations, as `compose` states it for one sample and one update; and a training by that list in floats.

Formulas of rows, and their partials, come with the page (live/vocabulary.py). Only sums of products are made here. */

(() => {
const OUTPUT = -1;
const key = (name, count, fixed) => [name, count, ...fixed].join(" ");
const total = (terms) => terms.reduce((sum, term) => ["+", sum, term]);
const product = (factors) => factors.reduce((found, factor) => ["*", found, factor]);
const sumOfProducts = (lengths) => {
  let place = 0;
  return total(lengths.map((length) => product([...Array(length)].map(() => place++))));
};
const by = (of, operand) => `d${of}/d${operand}`;
const numbered = (letter, count, from = 1) => [...Array(count)].map((_, index) => `${letter}_${index + from}`);

/* { layers, activations, loss, weights, biases, inputs, target, rate }, of texts where there are numbers, as document() of
   live/printed.py has it, with what each equation is: { name, fixed, operands } by its target. */
const compose = (network, { rows, collapse }, digits = 4) => {
  const { layers, activations, loss } = network, outputs = layers.at(-1), stated = new Map(), stations = new Set();
  const weights = numbered("w", network.weights.length), biases = numbered("b", network.biases.length), learnt = [...weights, ...biases];
  const inputs = numbered("x", layers[0]), targets = outputs === 1 ? ["y"] : numbered("y", outputs);
  const state = (target, name, operands, fixed = []) => {
    if (!stated.has(target)) stated.set(target, { name, operands, fixed });
    return target;
  };

  const forward = (after) => {
    let below = inputs, neuron = 0, weight = 0;
    activations.forEach((activation, layer) => {
      const first = neuron + 1, isLast = layer === activations.length - 1, out = (unit) => (isLast ? `o_${unit + 1}` : `h_${first + unit}`) + after;
      const sum = () => {
        const operands = [...below.flatMap((each) => [weights[weight++] + after, each]), biases[neuron++] + after];
        return state(`z_${neuron}${after}`, "affine", operands, [...below.map(() => 2), 1]);
      };
      const units = [...Array(layers[layer + 1]).keys()];
      if (activation === "softmax") {
        const sums = units.map(sum);
        below = units.map((unit) => state(out(unit), activation, sums, [unit]));
      } else below = units.map((unit) => { const z = sum(); return state(out(unit), activation, [z]); });
      if (!after) below.forEach((each) => stations.add(each));
    });
    state(`L${after}`, loss, targets.flatMap((each, unit) => [each, below[unit]]));
  };

  /* As differentiate.py: partials of each equation, then between neighbouring stations, then of the loss. */
  const backward = () => {
    const isLearnt = new Set(learnt), needed = new Set(learnt), order = [...stated.keys()];
    for (const target of order) if (stated.get(target).operands.some((each) => needed.has(each))) needed.add(target);
    const isStation = (name) => stations.has(name) || isLearnt.has(name) || name === "L";
    const local = (target, operand, place) => {
      const { name, operands, fixed } = stated.get(target), [row, taken, its] = rows[key(name, operands.length, fixed)][1][place];
      const sibling = (other) => order.find((each) => { const it = stated.get(each); return it.name === name && it.operands.join() === operands.join() && it.fixed.join() === other.join(); });
      return state(by(target, operand), row, taken.map((each) => (each === OUTPUT ? target : Array.isArray(each) ? sibling(each) : operands[each])), its);
    };
    const sum = (name, terms) => state(name, "sum_of_products", terms.flat(), terms.map(({ length }) => length));
    const paths = (target) => {
      const found = new Map(), add = (station, path) => found.set(station, [...(found.get(station) || []), path]);
      stated.get(target).operands.forEach((operand, place) => {
        if (!needed.has(operand)) return;
        const step = local(target, operand, place);
        if (isStation(operand)) add(operand, [step]);
        else for (const [station, each] of paths(operand)) for (const path of each) add(station, [step, ...path]);
      });
      return found;
    };
    const isItself = (terms, name) => terms.length === 1 && terms[0].length === 1 && (!name || terms[0][0] === name);
    const above = order.filter(isStation), below = new Map(), heads = new Map([["L", [[]]]]);
    for (const target of [...above].reverse()) {
      for (const [station, terms] of paths(target)) {
        const step = isItself(terms) ? terms : [[sum(by(target, station), terms)]];
        for (const path of step) below.set(station, [...(below.get(station) || []), [target, path]]);
      }
    }
    for (const station of [...above.slice(0, -1).reverse(), ...learnt]) {
      const terms = below.get(station).map(([target, path]) => [...(heads.get(target).length === 1 ? heads.get(target)[0] : [by("L", target)]), ...path]);
      heads.set(station, terms);
      if (!isItself(terms, by("L", station))) sum(by("L", station), terms);
    }
  };

  /* As identities.py: where loss and last activation collapse. */
  const shortForms = () => {
    const [activation, ofLoss, slope, ofActivation] = collapse[loss] || [], forms = [];
    if (activation !== activations.at(-1)) return forms;
    for (const after of ["", "#1"]) {
      const outs = targets.map((_, unit) => `o_${unit + 1}${after}`), first = stated.get(outs[0]).operands;
      const sums = first.length > 1 ? first : outs.flatMap((each) => stated.get(each).operands);
      forms.push([`L${after}`, ofLoss, targets.flatMap((each, unit) => [each, sums[unit]])]);
      outs.forEach((out, unit) => {
        const z = sums[unit], chains = outs.map((each) => [by("L", each), by(each, z)]).filter((chain) => chain.every((each) => stated.has(each)));
        if (slope && stated.has(by("L", out))) forms.push([by("L", out), slope, [targets[unit], z]]);
        if (ofActivation && stated.has(by(out, z))) forms.push([by(out, z), ofActivation, [z]]);
        if (chains.length) {
          state(by("L", z), "sum_of_products", chains.flat(), chains.map(() => 2));
          forms.push([by("L", z), "difference", [out, targets[unit]]]);
        }
      });
    }
    return forms;
  };

  forward("");
  backward();
  for (const name of learnt) state(`${name}#1`, "sgd_update", [name, "eta", by("L", name)]);
  forward("#1");
  const forms = shortForms();
  const names = [...learnt, ...inputs, ...targets, "eta", ...stated.keys()], place = new Map(names.map((name, index) => [name, index])), texts = new Map();
  const row = (name, operands, fixed) => {
    const text = JSON.stringify(name === "sum_of_products" ? sumOfProducts(fixed) : rows[key(name, operands.length, fixed)][0]);
    if (!texts.has(text)) texts.set(text, texts.size);
    return [texts.get(text), ...operands.map((each) => place.get(each))];
  };
  const equations = [...stated.values()].map(({ name, operands, fixed }) => row(name, operands, fixed));
  const short = forms.map(([target, name, operands]) => [place.get(target), ...row(name, operands, [])]);
  const given = [...network.weights, ...network.biases, ...network.inputs, ...network.target, network.rate];
  return { document: { digits, names, given, rows: [...texts.keys()].map((text) => JSON.parse(text)), equations, short }, stated, learnt, inputs, targets,
    forms: new Map(forms.map(([target, name, operands]) => [target, { name, operands, fixed: [] }])) };
};

/* --- the same list in floats, as one straight run of instructions: what it does, where to, and two or three places */

const DOES = ["+", "-", "*", "/", "neg", "exp", "log", "tanh", "relu", "is_positive"];
const apply = (does, a, b) => {
  switch (does) {
    case 0: return a + b;
    case 1: return a - b;
    case 2: return a * b;
    case 3: return a / b;
    case 4: return -a;
    case 5: return Math.exp(a);
    case 6: return Math.log(a);
    case 7: return Math.tanh(a);
    case 8: return Math.max(a, 0);
    case 9: return Number(a > 0);
    default: throw new RangeError("an instruction that is not in DOES");
  }
};
const constant = (text) => { const [above, below = 1] = text.split("/"); return above / below; };

/* What computes `wanted`, and all that they need, from the numbers in `values`, which has a place for each name. Short forms are
   taken where there are any: they keep their digits where an output is all but 0 or 1. */
const straight = ({ names, given, rows, equations, short }, wanted) => {
  const values = new Float64Array(names.length + 1000 + equations.length * 64), constants = new Map(), code = [], first = given.length;
  const place = new Map(names.map((name, index) => [name, index])), shorter = new Map(short.map(([target, ...stated]) => [target, stated]));
  let free = names.length;
  given.forEach((text, index) => { values[index] = Number(text); });
  const at = (text) => {
    if (!constants.has(text)) { constants.set(text, free); values[free++] = constant(text); }
    return constants.get(text);
  };
  const compile = (tree, operands, to) => {
    if (typeof tree === "number") return operands[tree];
    if (typeof tree === "string") return at(tree);
    const [does, ...parts] = tree, target = to ?? free++;
    if (does === "^") {
      const base = compile(parts[0], operands);
      let found = base;
      for (let count = 1; count < Number(parts[1]); count += 1) { const next = count + 1 < Number(parts[1]) ? free++ : target; code.push(["*", next, found, base]); found = next; }
      return found;
    }
    code.push([does, target, ...parts.map((each) => compile(each, operands))]);
    return target;
  };
  const done = new Set();
  const need = (index) => {
    if (index < first || done.has(index)) return;
    done.add(index);
    const [row, ...operands] = shorter.get(index) || equations[index - first];
    operands.forEach(need);
    const found = compile(rows[row], operands, index);
    if (found !== index) code.push(["+", index, found, at("0")]);
  };
  for (const name of wanted) need(place.get(name));
  const [does, to, a, b] = [0, 1, 2, 3].map((part) => Int32Array.from(code, (step) => (part ? step[part] ?? step[2] : DOES.indexOf(step[0]))));
  const run = () => { for (let step = 0; step < does.length; step += 1) values[to[step]] = apply(does[step], values[a[step]], values[b[step]]); };
  return { values, place, run };
};

/* A training, one sample at each step, in order. `samples` are { inputs, target } of numbers' texts. It goes back by what it has
   kept of its way, and on again by the same steps, so each is the same to the bit. */
const EVERY = 256; // steps between what is kept
const training = (network, samples, vocabulary) => {
  const made = compose({ ...network, ...samples[0] }, vocabulary), { learnt, inputs, targets } = made;
  const one = straight(made.document, [...learnt.map((name) => `${name}#1`), "L"]), told = straight(made.document, ["L"]);
  const count = learnt.length, outs = targets.map((_, unit) => `o_${unit + 1}`);
  const data = samples.map((sample) => Float64Array.from([...sample.inputs, ...sample.target], Number)), from = count;
  const moved = learnt.map((name) => one.place.get(`${name}#1`)), start = one.values.slice(0, count);
  let step = 0, kept = [start.slice()], losses = [];
  const parameters = () => one.values.slice(0, count);
  const loss = () => {
    told.values.set(parameters());
    return data.reduce((sum, sample) => { told.values.set(sample, from); told.run(); return sum + told.values[told.place.get("L")]; }, 0) / data.length;
  };
  losses.push(loss());
  /* One step; or none and false, where the numbers would grow beyond all floats. */
  const next = () => {
    const before = parameters(), isEnd = (step + 1) % data.length === 0, epoch = (step + 1) / data.length;
    one.values.set(data[step % data.length], from);
    one.run();
    const after = moved.map((place) => one.values[place]);
    one.values.set(after);
    const isNew = isEnd && losses.length === epoch, now = isNew ? loss() : 0;
    if (!Number.isFinite(now) || after.some((value) => !Number.isFinite(value))) { one.values.set(before); return false; }
    step += 1;
    if (isNew) losses.push(now);
    if (step % EVERY === 0 && kept.length === step / EVERY) kept.push(parameters());
    return true;
  };
  const to = (wanted) => {
    if (wanted < step) {
      step = Math.floor(wanted / EVERY) * EVERY;
      one.values.set(kept[wanted < EVERY ? 0 : Math.floor(wanted / EVERY)]);
    }
    while (step < wanted && next());
    return step === wanted;
  };
  /* What neurons give for some inputs, with these parameters, or with those of the last call. */
  const asking = (names) => {
    const asked = straight(made.document, names), places = names.map((name) => asked.place.get(name));
    return (values, parametersNow) => {
      if (parametersNow) asked.values.set(parametersNow);
      asked.values.set(values, from);
      asked.run();
      return places.map((place) => asked.values[place]);
    };
  };
  const units = [...inputs, ...[...made.stated.keys()].filter((name) => /^[ho]_\d+$/.test(name))];
  return { ...made, samples, next, to, loss, parameters, ask: asking(outs), units: asking(units), get step() { return step; }, get losses() { return losses.slice(0, Math.floor(step / data.length) + 1); } };
};

const all = { compose, straight, training };
if (typeof module !== "undefined") module.exports = all;
else window.explainer = { ...window.explainer, ...all };
})();
