/* Reads { list, settings, nested } and prints each setting's strings, as tests/live/proven.py does. */
const { numbers } = require("../../explainer/site/theme/assets/javascripts/numbers.js");

const { list, settings, nested, asked } = JSON.parse(require("fs").readFileSync(0, "utf8"));
const at = numbers(list);
const text = (shown) => (shown.wrong ? `!${shown.wrong}` : `${shown.exact ? "=" : "≈"} ${shown.text}`);
const one = (given) => {
  const state = at(given), found = {}, lines = {};
  for (const name of list.names) {
    found[name] = asked.map((digits) => text(state.shown(name, digits || undefined)));
    if (found[name][0][0] === "!") return { wrong: state.shown(name).wrong, at: state.shown(name).at };
  }
  for (const [name, equations] of Object.entries(nested)) {
    const { operands, by } = state.line(name, equations);
    lines[name] = [by, operands ? Object.fromEntries([...operands].map(([each, shown]) => [each, text(shown)])) : null];
  }
  return { found, lines };
};
const started = process.hrtime.bigint();
const results = settings.map((given) => { try { return one(given); } catch (error) { return { crash: String(error.stack) }; } });
process.stdout.write(JSON.stringify({ results, milliseconds: Number(process.hrtime.bigint() - started) / 1e6 }));
