/* Reads { data or text, sets, seed, count }: prints what is drawn and what becomes of it, or all sets when there are so many more. */
const { fresh, maker } = require("../../explainer/site/theme/assets/javascripts/fresh.js");

const { data, text, sets, seed, count } = JSON.parse(require("fs").readFileSync(0, "utf8"));
let state = seed;
const random = () => (state = (state * 48271) % 2147483647) / 2147483647;
const each = (does) => [...Array(count)].map(does);
if (data) {
  const { tried, drawn } = maker(data);
  process.stdout.write(JSON.stringify(each(() => { const given = drawn(random, 1); return { given, set: sets.length ? tried(given, sets) : null }; })));
} else {
  each(() => fresh(text, sets, random));
  process.stdout.write(JSON.stringify(sets));
}
