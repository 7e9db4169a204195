"""What one step of a drag costs in a browser, and a training by a page's own list."""

from __future__ import annotations

import statistics
import time
from typing import Any

WARM = 20  # steps before the clock counts

# Moves a slider by one step at each frame; a step is what the event and its frame do, and then the layout that follows from both,
# as a browser does it once a frame.
STEPS = """async ([name, count]) => {
  const inputs = [...document.querySelectorAll("[data-input]")].map((each) => each.dataset.input);
  const slider = document.querySelectorAll(".ex-control input[type=range]")[inputs.indexOf(name)], step = Number(slider.step);
  const frame = window.requestAnimationFrame, times = [];
  const clocked = (does) => {
    const start = performance.now();
    does();
    times[times.length - 1] += performance.now() - start;
  };
  window.requestAnimationFrame = (does) => frame((now) => clocked(() => does(now)));
  for (let count0 = 0; count0 < count; count0 += 1) {
    slider.value = Number(slider.value) + (count0 % 40 < 20 ? step : -step);
    times.push(0);
    clocked(() => slider.dispatchEvent(new Event("input")));
    await new Promise((done) => frame(() => { clocked(() => document.body.getBoundingClientRect()); frame(done); }));
  }
  window.requestAnimationFrame = frame;
  return times;
}"""

# Samples one at a time, each with an update. What an update gives is what the next one begins with.
EPOCHS = """([epochs, samples]) => {
  const { list } = window.explainer.live, { names } = list;
  const learnt = names.filter((name) => /^[wb]_/.test(name) && names.includes(`${name}#1`));
  const { values, place, run } = window.explainer.floating(list, learnt.map((name) => `${name}#1`));
  const to = learnt.map(place), from = learnt.map((name) => place(`${name}#1`)), into = ["x_1", "x_2", "y"].map(place);
  const start = values.slice();
  const times = [];
  for (let again = 0; again < 5; again += 1) {
    values.set(start);
    const began = performance.now();
    for (let epoch = 0; epoch < epochs; epoch += 1) {
      for (const sample of samples) {
        into.forEach((at, index) => { values[at] = sample[index]; });
        run();
        to.forEach((at, index) => { values[at] = values[from[index]]; });
      }
    }
    times.push(performance.now() - began);
  }
  return [Math.min(...times), Object.fromEntries(learnt.map((name, index) => [name, values[to[index]]]))];
}"""


def drag_steps(page: Any, name: str, count: int = 100, places: int = 4) -> list[float]:
    """The median of so many steps, in milliseconds, at several places of the page: what is in view is what counts."""
    found = []
    for place in range(places):
        page.evaluate("(share) => scrollTo(0, (document.body.scrollHeight - innerHeight) * share)", place / max(places - 1, 1))
        time.sleep(0.3)
        found.append(statistics.median(page.evaluate(STEPS, [name, WARM + count])[WARM:]))
    return found
