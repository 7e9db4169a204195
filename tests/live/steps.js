/* Reads { list, start, updates, asked, moved }: goes so many updates forward, back, and forward again, and prints states, and numbers at those asked for. */
const { double } = require("../../explainer/site/theme/assets/javascripts/numbers.js");
const { run, alone } = require("../../explainer/site/theme/assets/javascripts/steps.js");

const { list, start, updates, asked, moved } = JSON.parse(require("fs").readFileSync(0, "utf8"));
const going = run(list, start);
const strings = (k) => list.names.map((name) => { const shown = going.at(k).shown(name); return shown.wrong || `${shown.exact ? "=" : "≈"} ${shown.text}`; }).join(" ");
const reached = [], forward = [], back = [], again = [];
for (let k = 0; k <= updates && going.reaches(k); k += 1) forward.push(strings(k));
for (let k = forward.length - 1; k >= 0; k -= 1) back.unshift(strings(k));
const other = run(list, start);
other.reaches(updates); // all at once
for (let k = 0; k < forward.length; k += 1) { reached.push(going.state(k)); again.push(other.state(k)); }
const values = Object.fromEntries(asked.map((k) => [k, Object.fromEntries(list.names.map((name) => [name, double(going.at(k).value(name))]))]));
const given = Object.fromEntries(asked.map((k) => [k, going.givenAt(k)]));
const losses = Object.fromEntries(moved.map(([k, name, to]) => [`${k} ${name} ${to}`, alone(list, list.names[list.course.loss], [name])(going.givenAt(k))(to)])); // as one parameter moves alone
process.stdout.write(JSON.stringify({ alone: losses, forward, back, states: reached, again, values, given, ended: going.ended(), losses: going.losses }));
