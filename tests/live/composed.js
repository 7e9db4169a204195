/* Reads { networks, vocabulary } and prints each network's document, and what is asked of its training. */
const { compose, straight, training } = require("../../explainer/site/theme/assets/javascripts/composer.js");

const { networks, vocabulary, steps } = JSON.parse(require("fs").readFileSync(0, "utf8"));
const one = (network) => {
  const { document, stated } = compose(network, vocabulary), { values, place, run } = straight(document, [...stated.keys()]);
  run();
  return { document, values: document.names.map((name) => values[place.get(name)]) };
};
const trained = ({ samples, ...network }) => {
  const found = training(network, samples, vocabulary), start = [...found.parameters()];
  found.to(steps);
  const end = [...found.parameters()], losses = [...found.losses];
  found.to(Math.max(steps - 7, 0));
  found.to(steps);
  const again = [...found.parameters()];
  found.to(0);
  return { start, end, losses, again, back: [...found.parameters()] };
};
process.stdout.write(JSON.stringify(networks.map((network) => (network.samples ? trained(network) : one(network)))));
