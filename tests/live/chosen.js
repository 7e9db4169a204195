/* Reads { page, addresses } and prints, of each address, what the sandbox makes of it: settings, the example's file, and its strings. */
const folder = "../../explainer/site/theme/assets/javascripts/";
const { compose, training } = require(`${folder}composer.js`), { numbers } = require(`${folder}numbers.js`), kit = require(`${folder}chosen.js`);

const { page, addresses } = JSON.parse(require("fs").readFileSync(0, "utf8"));
page.collapse = page.vocabulary.collapse;
const text = ({ text: digits, exact, wrong }) => (wrong ? `!${wrong}` : `${exact ? "=" : "≈"} ${digits}`);
process.stdout.write(JSON.stringify(addresses.map((address) => {
  const { chosen, isAsked, isWhole } = kit.fromAddress(new URLSearchParams(address), page), made = kit.made(chosen, page);
  const run = training(made.network, made.samples, page.vocabulary);
  run.to(chosen.step);
  const one = kit.ofStep(made, run.parameters(), run.step), kept = new URLSearchParams(kit.toAddress(chosen)).toString();
  const again = kit.fromAddress(new URLSearchParams(kept), page);
  const { document } = compose(one, page.vocabulary), state = numbers(document)({});
  const shown = Object.fromEntries(document.names.map((name) => [name, text(state.shown(name))]));
  return { chosen, isAsked, isWhole, kept, again, layers: made.network.layers, weights: made.network.weights, toml: kit.toml(made, one, run.step, `https://e.org/?${kept}`), shown };
})));
