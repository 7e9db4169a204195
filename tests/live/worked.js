/* Reads { networks, vocabulary, patterns, between, format } and prints each network's lines, quantity by quantity, as MathML. */
const folder = "../../explainer/site/theme/assets/javascripts/";
const { compose } = require(`${folder}composer.js`), { numbers } = require(`${folder}numbers.js`), { worked, formula } = require(`${folder}worked.js`);

const { networks, vocabulary, format, ...shapes } = JSON.parse(require("fs").readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(networks.map((network) => {
  const composed = compose(network, vocabulary), lines = worked(composed, numbers(composed.document)({}), shapes, format);
  return Object.fromEntries([...composed.stated.keys()].map((name) => [name, formula(name, lines(name))]));
})));
