/* The lines of a composed step, as derivation/lines.py has them: symbols, then numbers, then the result, as MathML. */

(() => {
const { parts } = typeof module === "undefined" ? window.explainer : require("./numbers.js");
const KINDS = { w: "weight", b: "bias", x: "input", y: "target", z: "preactivation", h: "activation", o: "activation", L: "loss", e: "rate", d: "gradient" };
const kind = (name) => KINDS[name[0]];
const MINUS = '<mo form="prefix" lspace="0" rspace="0">−</mo>';

/* w_1, L#1, dL/dw_1 */
const plain = (name) => {
  const [, letter, index, after] = /^([a-zA-Z]+)(?:_(\d+))?(#1)?$/.exec(name), base = `<mi>${letter === "eta" ? "η" : letter}</mi>`;
  const below = index && `<mn>${index}</mn>`, prime = '<mo class="ex-prime">′</mo>';
  if (below) return after ? `<msubsup>${base}${below}${prime}</msubsup>` : `<msub>${base}${below}</msub>`;
  return after ? `<msup>${base}${prime}</msup>` : base;
};
const symbol = (name) => {
  const [of, by] = name.split("/"), partial = (part) => `<mrow><mo>∂</mo>${plain(part.slice(1))}</mrow>`;
  return `<mrow class="k-${kind(name)}">${by ? `<mfrac>${partial(of)}${partial(by)}</mfrac>` : plain(name)}</mrow>`;
};

const number = ({ text, wrong }, name, format, place = "") => {
  if (wrong) return "<mtext>–</mtext>";
  const { negative, digits, exponent } = parts(text, format), power = exponent === null ? "" : `<mo lspace="0.2222em" rspace="0.2222em">${format.times}</mo><msup><mn>10</mn>`
    + `<mrow>${exponent < 0 ? MINUS : ""}<mn>${Math.abs(exponent)}</mn></mrow></msup>`;
  const inside = `${negative ? MINUS : ""}<mn>${digits}</mn>${power}`, isEnclosed = (negative && place) || (power && place.includes("r"));
  const bracket = (sign) => (isEnclosed ? `<mo stretchy="false">${sign}</mo>` : "");
  return `<mrow class="num k-${kind(name)}">${bracket("(")}${inside}${bracket(")")}</mrow>`;
};

/* { composed, state, patterns, between, format }: what follows the symbol of a quantity, line by line, [relation, MathML]. */
const worked = ({ stated, forms }, state, { patterns, between }, format) => {
  const key = ({ name, operands, fixed }) => [name, operands.length, ...fixed].join(" ");
  const isSum = ({ name }) => name === "affine" || name === "sum_of_products";
  const written = (equation, isNumbers, put) => {
    if (!isSum(equation)) return patterns[key(equation)][Number(isNumbers)].replace(/\{(\d+)([fr]*)\}/g, (_, place, stands) => put(equation.operands[place], stands));
    let place = 0;
    return equation.fixed.map((length) => {
      const factors = equation.operands.slice(place, place + length), first = place;
      place += length;
      const sign = isNumbers ? between.times : factors.some((each) => each.includes("/")) ? between.dot : between.beside;
      return factors.map((each, index) => put(each, first + index ? "f" : "")).join(sign);
    }).join(between.plus);
  };
  const isSymbol = (equation) => !isSum(equation) && patterns[key(equation)][0] === "{0}" || (isSum(equation) && equation.operands.length === 1);

  return (name) => {
    const result = state.shown(name), equation = stated.get(name), found = [["=", written(equation, false, symbol)]];
    if (equation.name === "one") return found;
    if (equation.operands.length && !isSymbol(equation)) {
      const { by, operands } = state.line(name), short = by === "short" && forms.get(name);
      if (short) found.push(["=", written(short, false, symbol)]);
      if (operands) {
        const isExact = [...operands.values()].every(({ exact }) => exact);
        found.push([state.relation({ exact: isExact }), written(short || equation, true, (each, place) => number(operands.get(each), each, format, place))]);
      }
    }
    return [...found, [result.wrong ? "=" : state.relation(result), number(result, name, format)]];
  };
};

const formula = (name, lines) => {
  const relation = ([sign, right]) => `<mo>${sign}</mo>${right}`;
  if (lines.length === 1) return `<math display="block"><mrow>${symbol(name)}${relation(lines[0])}</mrow></math>`;
  const rows = lines.map((line, index) => `<mtr><mtd class="ex-right">${index ? "" : symbol(name)}</mtd><mtd class="ex-left">${relation(line)}</mtd></mtr>`);
  return `<math display="block"><mtable displaystyle="true">${rows.join("")}</mtable></math>`;
};

const all = { worked, symbol, number, formula };
if (typeof module !== "undefined") module.exports = all;
else window.explainer = { ...window.explainer, ...all };
})();
