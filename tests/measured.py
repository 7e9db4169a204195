"""What a browser measures in the figures of a page: whether a label is cut, lies on something, or leaves its circle."""

from __future__ import annotations

from typing import Any

# Of a text the browser knows the place of each letter; what ink it has is taken from the size of the type.
FAULTS = """() => {
  const faults = []
  const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 0.5
    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 0.5
  const ink = text => {
    const box = {left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity, says: text.textContent}
    const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT)
    let index = 0
    while (walker.nextNode()) {
      const size = parseFloat(getComputedStyle(walker.currentNode.parentElement).fontSize)
      for (const letter of walker.currentNode.data) {
        const place = text.getExtentOfChar(index), base = text.getStartPositionOfChar(index).y
        index += letter.length
        box.left = Math.min(box.left, place.x)
        box.right = Math.max(box.right, place.x + place.width)
        box.top = Math.min(box.top, base - 0.72 * size)
        box.bottom = Math.max(box.bottom, base + (/[gjpqyJQ,()∂βγζημξρφχψ]/.test(letter) ? 0.2 : 0.02) * size)
      }
    }
    return box
  }
  const shape = node => {
    const box = node.getBBox(), radius = box.height / 2, y = box.y + radius
    const one = box.x + radius, other = box.x + box.width - radius
    // how far a point is from the edge, inside being negative
    return (px, py) => Math.hypot(px - Math.min(Math.max(px, one), other), py - y) - radius
  }
  for (const svg of document.querySelectorAll('svg.ex-network')) {
    const name = svg.closest('[data-case]')?.dataset.case ?? ''
    const say = text => faults.push(`${name} ${svg.querySelector('title').textContent}: ${text}`)
    const view = svg.viewBox.baseVal
    const texts = [...svg.querySelectorAll('text')].map(ink)
    for (const box of texts)
      if (box.left < view.x || box.top < view.y || box.right > view.x + view.width || box.bottom > view.y + view.height)
        say(`${box.says} is cut`)
    texts.forEach((box, index) => texts.slice(index + 1).forEach(other => {
      if (meet(box, other)) say(`${box.says} lies on ${other.says}`)
    }))
    const nodes = [...svg.querySelectorAll('.ex-node')]
    const shapes = nodes.map(shape)
    nodes.forEach((node, index) => {
      const box = ink(node.nextElementSibling), away = shapes[index]
      for (const x of [box.left, box.right]) for (const y of [box.top, box.bottom])
        if (away(x, y) > -1) say(`${box.says} leaves its circle`)
      texts.forEach(other => {
        const nearest = away(Math.min(Math.max(node.getBBox().x + node.getBBox().width / 2, other.left), other.right),
          Math.min(Math.max(node.getBBox().y + node.getBBox().height / 2, other.top), other.bottom))
        if (nearest < 0 && other.says !== box.says) say(`${other.says} lies on the circle ${box.says}`)
      })
      shapes.forEach((_, place) => {
        const [one, other] = [node.getBBox(), nodes[place].getBBox()]
        if (place > index && meet({left: one.x, right: one.x + one.width, top: one.y, bottom: one.y + one.height},
          {left: other.x, right: other.x + other.width, top: other.y, bottom: other.y + other.height})) say('two circles meet')
      })
    })
    const shown = 'path.ex-edge, path.ex-line, path.ex-leader, path.ex-grid'
    const lines = [...svg.querySelectorAll(shown)].map(line => {
      const length = line.getTotalLength(), steps = Math.ceil(length / 2)
      const points = Array.from({length: steps + 1}, (_, step) => line.getPointAtLength(length * step / steps))
      const xs = points.map(point => point.x), ys = points.map(point => point.y)
      return {
        line, points, ends: [points[0], points[steps]],
        box: {left: Math.min(...xs) - 1, top: Math.min(...ys) - 1, right: Math.max(...xs) + 1, bottom: Math.max(...ys) + 1},
      }
    })
    const around = nodes.map(node => {
      const box = node.getBBox()
      return {left: box.x, top: box.y, right: box.x + box.width, bottom: box.y + box.height}
    })
    for (const {line, points, box} of lines) {
      const near = shapes.filter((_, index) => meet(around[index], box)), beside = texts.filter(text => meet(text, box))
      if (points.some(point => near.some(away => away(point.x, point.y) < -1.5))) say(`${line.outerHTML} runs through a circle`)
      for (const text of beside)
        if (points.some(({x, y}) => x > text.left && x < text.right && y > text.top && y < text.bottom))
          say(`${text.says} lies on a line`)
    }
    // a line of a graph begins and ends at a circle, or where another one goes on
    const leading = lines.filter(({line}) => nodes.length && !/k-bias|k-gradient"/.test(line.outerHTML))
    leading.forEach(one => one.ends.forEach(point => {
      const joined = shapes.some(away => Math.abs(away(point.x, point.y)) < 2)
        || leading.some(other => other !== one && other.ends.some(end => Math.hypot(end.x - point.x, end.y - point.y) < 0.5))
      if (!joined) say(`${one.line.outerHTML} leads nowhere`)
    }))
    const smallest = Math.min(...[...svg.querySelectorAll('text')].map(text => parseFloat(getComputedStyle(text).fontSize)))
    const pixels = smallest * svg.getScreenCTM().a
    if (svg.getBoundingClientRect().width && pixels < 8) say(`type of ${pixels} pixels`)
  }
  return faults
}"""


def faults(page: Any) -> list[str]:
    """What is wrong with the figures of a page that a browser shows."""
    page.evaluate("Promise.all([...document.fonts].map(font => font.load()))")
    found: list[str] = page.evaluate(FAULTS)
    return found
