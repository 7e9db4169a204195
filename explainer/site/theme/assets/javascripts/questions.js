/* Questions with choices, and so many of them at a time. All words are the page's. */

(() => {
"use strict";

const element = (name, ...inside) => {
  const made = document.createElement(name);
  made.append(...inside);
  return made;
};
const copy = (from) => [...from.cloneNode(true).childNodes];

const said = (key, slots = {}) => {
  const words = element("span", ...copy(document.querySelector(`.ex-sayings [data-say="${key}"]`)));
  for (const slot of words.querySelectorAll("[data-slot]")) slot.append(slots[slot.dataset.slot]);
  return words;
};

const button = (does, ...label) => Object.assign(element("button", ...label), { type: does ? "button" : "submit", onclick: does });

/* One key for all that is kept on this device, exercises and questions alike. */
const kept = () => { try { return JSON.parse(localStorage.explainer) || {}; } catch { return {}; } };
const keep = (more) => { try { localStorage.explainer = JSON.stringify({ ...kept(), ...more }); } catch {} };
const clear = () => { try { delete localStorage.explainer; } catch {} location.reload(); };
const key = (box) => location.pathname + (box.id || box.className);

const quiz = document.querySelector(".ex-quiz");
const first = new Map(); // of each question that has been answered: was the first answer right?

const asked = (box, index) => {
  const [words, options, answers] = ["p", "ul", "details"].map((name) => box.querySelector(`:scope > ${name}`));
  const reasons = answers.querySelectorAll(".ex-why");
  const reply = Object.assign(element("div"), { role: "status", ariaLive: "polite" });
  const set = element("fieldset", element("legend", ...words.childNodes)), done = element("p");
  const signs = [...options.children].map((option, place) => {
    const ariaLabel = option.textContent; // a formula alone is no name to every reader of screens
    const input = Object.assign(element("input"), { type: "radio", name: `ex-question-${index}`, value: place, ariaLabel });
    const sign = element("span");
    set.append(element("div", element("label", input, element("span", ...option.childNodes), sign)));
    input.onchange = () => reply.replaceChildren();
    return sign;
  });
  const form = element("form", set, element("p", button(null, said("exercise.check"))));
  const show = () => done.replaceChildren(...(kept()[key(box)] ? [said("exercise.done")] : []));
  form.onsubmit = (event) => {
    event.preventDefault();
    const chosen = set.querySelector(":checked");
    if (!chosen) return reply.replaceChildren(element("p", said("question.none")));
    const place = Number(chosen.value), good = place === Number(box.dataset.right);
    signs.forEach((sign, each) => { sign.textContent = each === place ? " " + (good ? "✓" : "✗") : ""; });
    reply.replaceChildren(element("p", ...copy(reasons[place])));
    answers.hidden = false;
    if (!first.has(box)) first.set(box, good);
    if (good) keep({ [key(box)]: 1 });
    show();
    box.dispatchEvent(new Event("answered"));
  };
  answers.hidden = true;
  words.remove();
  options.replaceWith(form);
  answers.before(reply);
  if (!quiz) done.append(" ", button(clear, said("exercise.clear")));
  box.append(done);
  show();
};

/* So many at a time, from an order in which every round begins where the one before ended. */
const drawn = (boxes) => {
  const count = Number(quiz.dataset.count), order = quiz.dataset.order.split(" ").map((place) => boxes[place]);
  const asking = element("div"), rest = Object.assign(element("div"), { hidden: true }), score = element("p"), solved = element("p");
  let round = kept()[key(quiz)] || 0, now = [];

  const tell = () => {
    const right = now.filter((box) => first.get(box)).length, all = boxes.filter((box) => kept()[key(box)]).length;
    const whole = now.every((box) => first.has(box));
    score.replaceChildren(...(now.some((box) => first.has(box)) ? [said("quiz.score", { right, count })] : []));
    score.className = whole ? "ex-whole" : "";
    solved.replaceChildren(
      ...(all ? [said("quiz.solved", { right: all, count: boxes.length }), " ", button(clear, said("exercise.clear"))] : []));
  };
  const draw = () => {
    now = order.map((_, place) => order[(round * count + place) % order.length]).slice(0, count);
    rest.append(...boxes);
    asking.append(...now);
    for (const box of now) {
      first.delete(box);
      box.querySelector("form").reset();
      box.querySelector("[role=status]").replaceChildren();
      box.querySelectorAll("label > span + span").forEach((sign) => { sign.textContent = ""; });
      Object.assign(box.querySelector("details"), { hidden: true, open: false });
    }
    tell();
  };
  const others = () => {
    round += 1;
    keep({ [key(quiz)]: round });
    draw();
    now[0].querySelector("input").focus();
  };

  for (const box of boxes) box.addEventListener("answered", tell);
  const status = Object.assign(element("div", score), { role: "status", ariaLive: "polite" });
  quiz.append(asking, status, element("p", button(others, said("quiz.others"))), solved, rest);
  draw();
};

const boxes = [...document.querySelectorAll(".ex-question")];
boxes.forEach(asked);
if (quiz) drawn(boxes);
})();
