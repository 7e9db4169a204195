/* What a page of this site needs a script for to be open to everyone. Without it nothing is missing: browsers let readers
   scroll a box by keyboard, and keep a table a table, but not all of them do. The names are in the reader's language. */

(() => {
  "use strict";

  const names = document.currentScript.dataset;

  /* A box that is too wide for its place scrolls. Only then is it a tab stop, with a role and a name. */
  const KINDS = {
    formula: ".ex-formula",
    table: ".ex-scroll, .md-typeset__scrollwrap",
    figure: ".ex-figure",
    code: ".ex-output > pre, pre > code",
    results: ".md-search__scrollwrap",
  };
  const ALL = Object.values(KINDS).join(", ");

  /* One that is closed has no height, whatever is in it; and what is hidden below does not scroll. */
  const scrolls = (box) =>
    box.clientHeight > 0 &&
    (box.scrollWidth > box.clientWidth || (box.scrollHeight > box.clientHeight && getComputedStyle(box).overflowY !== "hidden"));

  const tell = (box) => {
    const kind = Object.keys(KINDS).find((each) => box.matches(KINDS[each]));
    const said = { tabindex: "0", "aria-label": names[kind], role: kind === "figure" ? "figure" : "group" };
    const on = scrolls(box);
    for (const [name, value] of Object.entries(said)) {
      if (on) box.setAttribute(name, value);
      else box.removeAttribute(name);
    }
  };

  const sizes = new ResizeObserver((entries) => new Set(entries.map(({ target }) => target.closest(ALL))).forEach(tell));

  const watch = (box) => {
    sizes.observe(box);
    for (const child of box.children) sizes.observe(child);
  };

  /* A table that the style lays out in another way is none to every browser, unless it says so. */
  const PARTS = { table: "table", thead: "rowgroup", tbody: "rowgroup", tr: "row", th: "columnheader", td: "cell" };

  const explain = (table) => {
    for (const part of [table, ...table.querySelectorAll("*")]) {
      if (part.localName in PARTS) part.setAttribute("role", PARTS[part.localName]);
    }
  };

  /* What Material's script adds to a page: wrappers of tables, and a button on each block of code, which it calls navigation. */
  const see = (element) => {
    for (const part of [element, ...element.querySelectorAll("*")]) {
      if (part.matches(ALL)) watch(part);
      if (part.matches("nav.md-code__nav")) part.setAttribute("role", "presentation");
    }
  };

  document.querySelectorAll(ALL).forEach(watch);
  document.querySelectorAll(".ex-stacked").forEach(explain);
  document.querySelectorAll("nav.md-code__nav").forEach(see);
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) {
      for (const node of addedNodes) if (node instanceof HTMLElement) see(node);
    }
  }).observe(document.querySelector("article"), { childList: true, subtree: true });
})();
