/* What a reader has chosen in the sandbox: from an address and back, as a network with its samples, and as an example's file. */

(() => {
const { typed, written } = typeof module === "undefined" ? window.explainer : require("./numbers.js");
const DEFAULTS = { data: "xor", hidden: [4], act: "tanh", out: "sigmoid", loss: "binary_cross_entropy", seed: 1, rate: "0.5", step: 0, typed: "" };
const KEYS = ["data", "hidden", "act", "out", "loss", "seed", "rate", "step", "typed"];
const SEEDS = 9999, STEPS = 20000, RATE = 1000, FARTHEST = 1e6, LONGEST = 10; // digits of a typed number

const whole = (text, least, most) => (/^\d{1,6}$/.test(text) && Number(text) >= least && Number(text) <= most ? Number(text) : null);
const decimal = (entered) => {
  const { text, wrong } = typed(entered);
  if (wrong) return { wrong };
  const plain = written(text);
  return Math.abs(plain) <= FARTHEST && plain.replace(/\D/g, "").length <= LONGEST ? { text: plain } : { wrong: "far" };
};
const rateOf = (entered) => {
  const { text, wrong } = decimal(entered);
  return wrong ? { wrong } : Number(text) > 0 && Number(text) <= RATE ? { text } : { wrong: "rate" };
};

/* --- typed samples, a line for each: inputs, a colon, targets */

const samplesOf = (text, { inputs, outputs, samples }) => {
  const lines = text.split(/[\n|]/).map((line) => line.trim()).filter(Boolean), found = [];
  if (!lines.length || lines.length > samples) return { wrong: "count" };
  for (const [index, line] of lines.entries()) {
    const wrong = (is) => ({ wrong: is, line: index + 1 }), sides = line.split(/[:：]/).map((side) => side.trim().split(/[\s;；]+/).filter(Boolean));
    if (sides.length !== 2 || !sides[0].length || !sides[1].length || sides[0].length > inputs || sides[1].length > outputs) return wrong("form");
    const read = sides.map((side) => side.map(decimal));
    if (read.flat().some((each) => each.wrong)) return wrong("number");
    const [own, target] = read.map((side) => side.map((each) => each.text)), [first] = found;
    if (first && (first.inputs.length !== own.length || first.target.length !== target.length)) return wrong("alike");
    found.push({ inputs: own, target });
  }
  return { samples: found };
};
const lineOf = ({ inputs, target }) => `${inputs.join(" ")} : ${target.join(" ")}`;

/* A number's complement to one, without the dust of floats. */
const others = (text) => written((1 - text).toFixed((text.split(".")[1] || "").length));

/* What is trained: with the categorical cross-entropy, a single target is the share of the first of two classes. */
const fits = (samples, loss) => {
  const isShare = (text) => Number(text) >= 0 && Number(text) <= 1;
  if (loss.startsWith("categorical")) {
    const both = samples.map(({ inputs, target }) => ({ inputs, target: target.length > 1 ? target : [target[0], others(target[0])] }));
    return both.every(({ target }) => target.every(isShare) && others(target[0]) === target[1]) ? both : null;
  }
  return !loss.startsWith("binary") || samples.every(({ target }) => target.every(isShare)) ? samples : null;
};

/* --- a start: whole numbers up to the last division, so that it is the same in every browser */

const drawn = (seed) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};
const PLACES = 2;
const start = (layers, seed) => {
  const next = drawn(seed), weights = [];
  for (let layer = 1; layer < layers.length; layer += 1) {
    const reach = Math.sqrt(6 / layers[layer - 1]);
    for (let count = layers[layer] * layers[layer - 1]; count; count -= 1) weights.push(decimalOf((2 * next() - 1) * reach, PLACES));
  }
  return { weights, biases: layers.slice(1).flatMap((count) => Array(count).fill("0")) };
};
const decimalOf = (value, places) => written(value.toFixed(places));

/* { network, samples } of settings; or what is wrong with what was typed. */
const made = (chosen, { data, limits, collapse }) => {
  const found = chosen.data === "typed" ? samplesOf(chosen.typed, limits) : { samples: data[chosen.data] };
  if (found.wrong) return found;
  const samples = fits(found.samples, chosen.loss);
  if (!samples) return { wrong: "targets" };
  const layers = [samples[0].inputs.length, ...chosen.hidden, samples[0].target.length], last = collapse[chosen.loss]?.[0] || chosen.out;
  const activations = [...chosen.hidden.map(() => chosen.act), last];
  return { samples, network: { layers, activations, loss: chosen.loss, rate: chosen.rate, ...start(layers, chosen.seed) } };
};

/* --- the address. What does not fit is left out, and told. */

const toAddress = (chosen) => {
  const texts = { ...chosen, hidden: chosen.hidden.join("-") || "0", typed: chosen.data === "typed" ? chosen.typed.split(/\n/).map((line) => line.trim()).filter(Boolean).join("|") : "" };
  return KEYS.map((key) => [key, String(texts[key])]).filter(([key, text]) => text && !(key === "step" && text === "0"));
};
const fromAddress = (parameters, page) => {
  const { limits, activations, losses, data } = page, chosen = { ...DEFAULTS }, asked = KEYS.filter((key) => parameters.has(key));
  const one = (list) => (text) => (list.includes(text) ? text : null);
  const reads = {
    data: one([...Object.keys(data), "typed"]), act: one(activations), out: one(activations), loss: one(losses),
    seed: (text) => whole(text, 1, SEEDS), step: (text) => whole(text, 0, STEPS),
    rate: (text) => rateOf(text).text ?? null,
    hidden: (text) => {
      if (text === "0") return [];
      const counts = text.split("-").map((count, layer) => whole(count, 1, limits.hidden[layer] ?? 0));
      return counts.includes(null) ? null : counts;
    },
    typed: (text) => (text.length <= 4000 && samplesOf(text, limits).samples ? text.replaceAll("|", "\n") : null),
  };
  let isWhole = true;
  for (const key of asked) {
    const value = reads[key](parameters.get(key));
    if (value === null) isWhole = false;
    else chosen[key] = value;
  }
  if (made(chosen, page).wrong) {
    isWhole = false;
    if (chosen.data === "typed") chosen.data = DEFAULTS.data;
    if (made(chosen, page).wrong) chosen.loss = DEFAULTS.loss;
  }
  return { chosen, isAsked: asked.length > 0, isWhole };
};

/* --- an example's file, which works out one step */

const MOST = 1e12; // of a weight that is worked out by hand
const rounded = (parameters, places = 4) => (parameters.every((value) => Math.abs(value) < MOST) ? [...parameters].map((value) => decimalOf(value, places)) : null);
const ofStep = ({ network, samples }, parameters, step) => {
  const texts = rounded(parameters), count = network.weights.length;
  return texts && { ...network, weights: texts.slice(0, count), biases: texts.slice(count), ...samples[step % samples.length] };
};
const toml = ({ network, samples }, one, step, address) => {
  const list = (texts) => `[${texts.join(", ")}]`, names = (texts) => list(texts.map((text) => `"${text}"`)), name = (index) => `sample ${index + 1}`;
  return [
    `# Step ${step + 1} of a training. Its settings: ${address}`, "",
    "[network]", `layers = ${list(network.layers)}`, `activation = ${names(network.activations)}`, `loss = "${network.loss}"`, "",
    "[parameters]", `weights = ${list(one.weights)}`, `biases = ${list(one.biases)}`, "",
    ...samples.flatMap(({ inputs, target }, index) => ["[[data.samples]]", `name = "${name(index)}"`, `inputs = ${list(inputs)}`, `target = ${list(target)}`, ""]),
    "[walkthrough]", `samples = ["${name(step % samples.length)}"]`, "",
    "[training]", `learning_rate = ${network.rate}`, "steps = 1", "",
  ].join("\n");
};

const all = { DEFAULTS, SEEDS, STEPS, whole, rateOf, samplesOf, lineOf, made, toAddress, fromAddress, ofStep, toml };
if (typeof module !== "undefined") module.exports = all;
else window.explainer = { ...window.explainer, ...all };
})();
