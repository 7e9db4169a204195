/* A trained network, and images of digits. Neither knows of a page: the arithmetic of draw.js. */

var explainerDigits = (() => {
"use strict";
const SIDE = 28, BOX = 20, PEN = 1.15; // in pixels: an image, what a digit in it has to fit into, and half the width of a line
const MOST = 255; // ink of a pixel

/* --- the network */

const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const floats = (text) => new Float32Array(bytes(text).buffer);

/* Whole numbers of so many bits each, one after the other. */
const integers = (packed, bits) => {
  const found = new Int16Array(Math.floor((packed.length * 8) / bits)), half = 1 << (bits - 1);
  for (let index = 0, at = 0, held = 0, buffer = 0; index < found.length; index++) {
    while (held < bits) { buffer = ((buffer & ((1 << held) - 1)) << 8) | packed[at++]; held += 8; }
    held -= bits;
    found[index] = ((buffer >> held) & (2 * half - 1)) - half;
  }
  return found;
};

/* Images one after the other; after a 0 stands how many pixels are 0. */
const images = (text, size) => {
  const found = [], packed = bytes(text);
  for (let at = 0; at < packed.length;) {
    const image = new Float64Array(size);
    for (let pixel = 0; pixel < size;) {
      const value = packed[at++];
      if (value) image[pixel++] = value; else pixel += packed[at++];
    }
    found.push(image);
  }
  return found;
};

const network = ({ sizes, mean, deviation, bits, weights, scales, biases }) => {
  const whole = integers(bytes(weights), bits), [units, shifts] = [floats(scales), floats(biases)];
  let at = 0, row = 0;
  const layers = sizes.slice(1).map((rows, layer) => {
    const columns = sizes[layer], from = row, numbers = new Float64Array(rows * columns);
    for (let each = 0; each < numbers.length; each++) numbers[each] = whole[at++] * units[from + Math.floor(each / columns)];
    row += rows;
    return { rows, columns, weights: numbers, biases: shifts.slice(from, row) };
  });
  return { layers, mean, deviation };
};

const largest = (values, but = -1) =>
  values.reduce((best, value, index) => (index !== but && (best < 0 || value > values[best]) ? index : best), -1);

/* Every layer's values for the ink of an image, from 0 to 255; the last are the logits. */
const forward = ({ layers, mean, deviation }, ink) => {
  const values = [Float64Array.from(ink, (each) => (each / MOST - mean) / deviation)];
  layers.forEach(({ rows, columns, weights, biases }, layer) => {
    const before = values[layer], sums = new Float64Array(rows);
    for (let row = 0, at = 0; row < rows; row++) {
      let sum = biases[row];
      for (let column = 0; column < columns; column++) sum += weights[at++] * before[column];
      sums[row] = layer < layers.length - 1 ? Math.max(sum, 0) : sum;
    }
    values.push(sums);
  });
  const logits = values[layers.length], most = Math.max(...logits), powers = logits.map((each) => Math.exp(each - most));
  const total = powers.reduce((sum, each) => sum + each, 0), answer = largest(logits);
  return { values, logits, probabilities: powers.map((each) => each / total), answer, other: largest(logits, answer) };
};

/* The derivative by the ink of each pixel, from that by each logit. */
const backward = ({ layers, deviation }, { values }, delta) => {
  for (let layer = layers.length - 1; layer >= 0; layer--) {
    const { rows, columns, weights } = layers[layer], below = new Float64Array(columns);
    for (let row = 0; row < rows; row++) {
      if (!delta[row]) continue;
      for (let column = 0, at = row * columns; column < columns; column++) below[column] += weights[at++] * delta[row];
    }
    delta = layer ? below.map((each, column) => (values[layer][column] > 0 ? each : 0)) : below;
  }
  return delta.map((each) => each / deviation / MOST);
};

/* Of the loss −ln p of the answer: p − 1 for the answer, taken from the others, since it may be too near to 0. */
const ofLoss = (network, passed) => {
  const { probabilities, answer } = passed, delta = Float64Array.from(probabilities);
  delta[answer] = -delta.reduce((sum, each, digit) => (digit === answer ? sum : sum + each), 0);
  return backward(network, passed, delta);
};

/* Of how far the answer is ahead of another digit. */
const ofLead = (network, passed) => {
  const delta = new Float64Array(passed.logits.length);
  [delta[passed.answer], delta[passed.other]] = [1, -1];
  return backward(network, passed, delta);
};

/* What each neuron of the last hidden layer adds to that. */
const votes = ({ layers }, { values, answer, other }) => {
  const { columns, weights } = layers.at(-1), before = values[layers.length - 1];
  return Array.from(before, (activation, neuron) => {
    const [own, its] = [answer, other].map((digit) => weights[digit * columns + neuron]);
    return { neuron, activation, own, its, vote: activation * (own - its) };
  });
};

/* The smallest step of all pixels, each with or against its derivative, after which the answer is another. */
const changed = (network, ink, { answer, gradient }) => {
  for (let step = 1; step <= MOST; step++) {
    const moved = ink.map((each, pixel) => Math.min(Math.max(each + step * Math.sign(gradient[pixel]), 0), MOST));
    if (forward(network, moved).answer !== answer) return { step, ink: moved };
  }
  return null;
};

/* --- from strokes to an image. A stroke is a list of points, in pixels of the image. */

const away = (x, y, [ax, ay], [bx, by]) => {
  const [dx, dy] = [bx - ax, by - ay], length = dx * dx + dy * dy;
  const part = length ? Math.min(Math.max(((x - ax) * dx + (y - ay) * dy) / length, 0), 1) : 0;
  return Math.hypot(x - ax - part * dx, y - ay - part * dy);
};

const inked = (strokes, onto = new Float64Array(SIDE * SIDE)) => onto.map((before, pixel) => {
  const [x, y] = [(pixel % SIDE) + 0.5, Math.floor(pixel / SIDE) + 0.5];
  let nearest = Infinity;
  for (const stroke of strokes) {
    for (let at = 0; at < stroke.length; at++) nearest = Math.min(nearest, away(x, y, stroke[Math.max(at - 1, 0)], stroke[at]));
  }
  return Math.max(before, Math.round(MOST * Math.min(Math.max(PEN + 0.5 - nearest, 0), 1)));
});

const placed = (strokes, scale, dx, dy) => strokes.map((stroke) => stroke.map(([x, y]) => [x * scale + dx, y * scale + dy]));

/* As MNIST's images were made: the longer side takes 20 pixels, and the centre of mass comes to the centre of 28 by 28. */
const centred = (strokes) => {
  const points = strokes.flat(), [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const longer = Math.max(right - left, bottom - top), scale = longer ? (BOX - 2 * PEN) / longer : 0, middle = SIDE / 2;
  const moved = placed(strokes, scale, middle - (scale * (left + right)) / 2, middle - (scale * (top + bottom)) / 2);
  const ink = inked(moved);
  let [mass, x, y] = [0, 0, 0];
  ink.forEach((each, pixel) => { mass += each; x += each * ((pixel % SIDE) + 0.5); y += each * (Math.floor(pixel / SIDE) + 0.5); });
  return inked(placed(moved, 1, middle - x / mass, middle - y / mass));
};

const digits = { SIDE, PEN, MOST, network, images, largest, forward, ofLoss, ofLead, votes, changed, inked, centred };
if (typeof module !== "undefined") module.exports = digits;
return digits;
})();
