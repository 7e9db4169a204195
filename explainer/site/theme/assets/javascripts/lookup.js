/* The search of a site that is opened from a folder, where browsers run no workers and fetch nothing. Its words are in
   search/words.js. A word of the query is the beginning of a word in the text; where words are not parted by spaces, any part. */

(() => {
  "use strict";

  const MOST = 30;
  const [config, toggle, form, input, meta, list] = ["#__config", "#__search", ".md-search__form", ".md-search__input",
    ".md-search-result__meta", ".md-search-result__list"].map((selector) => document.querySelector(selector));
  const { base, translations } = JSON.parse(config.textContent);
  const words = (text) => text.toLowerCase().split(/[^\p{L}\p{N}.,_]+/u).map((word) => word.replace(/^[.,]+|[.,]+$/g, "")).filter(Boolean);
  const literally = (word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const unspaced = (word) => /[\p{Script=Han}]/u.test(word);
  const pattern = (word) => new RegExp((unspaced(word) ? "" : "(?<![\\p{L}\\p{N}])") + literally(word), "giu");
  const count = (text, sought) => (text.match(sought) || []).length;

  const find = (query) => {
    const sought = words(query).map(pattern);
    if (!sought.length) return [];
    return explainerSections
      .map(([address, title, text]) => {
        const scores = sought.map((each) => 20 * count(title, each) + Math.min(count(text, each), 10));
        return { address, title, text, score: scores.every(Boolean) ? scores.reduce((sum, each) => sum + each) : 0, sought };
      })
      .filter(({ score }) => score)
      .sort((one, other) => other.score - one.score);
  };

  const element = (name, className, ...inside) => {
    const made = document.createElement(name);
    made.className = className;
    made.append(...inside);
    return made;
  };

  /* Some text around the first word that was found, with all of them marked. */
  const excerpt = (text, sought) => {
    const first = Math.max(text.search(sought[0]), 0);
    const from = Math.max(first - 60, 0);
    return marked((from ? "… " : "") + text.slice(from, from + 220) + (from + 220 < text.length ? " …" : ""), sought);
  };

  const marked = (text, sought) => {
    const spots = sought.flatMap((each) => [...text.matchAll(each)].map(({ index, 0: { length } }) => [index, index + length]));
    const parts = [];
    let end = 0;
    for (const [start, stop] of spots.sort(([one], [other]) => one - other)) {
      if (start < end) continue;
      parts.push(text.slice(end, start), element("mark", "", text.slice(start, stop)));
      end = stop;
    }
    return [...parts, text.slice(end)];
  };

  /* Sections of several pages have the same title. */
  const pages = new Map(explainerSections.map(([address, title]) => [address, title]));

  const item = ({ address, title, text, sought }) => {
    const page = pages.get(address.split("#")[0]);
    const heading = element("h2", "", page === title ? "" : `${page} › `, ...marked(title, sought));
    const article = element("article", "md-search-result__article md-typeset", heading);
    if (text) article.append(element("p", "", ...excerpt(text, sought)));
    const link = element("a", "md-search-result__link", article);
    link.href = `${base}/${address}`;
    return element("li", "md-search-result__item", link);
  };

  const show = () => {
    const found = find(input.value);
    const said = ["none", "one"][found.length] || "other";
    const sentence = translations[input.value.trim() ? `search.result.${said}` : "search.result.placeholder"];
    meta.textContent = sentence.replace("#", found.length);
    list.replaceChildren(...found.slice(0, MOST).map(item));
  };

  const open = (on) => {
    if (toggle.checked !== on) toggle.click();
    if (on) input.focus();
    else input.blur();
  };

  const step = (by) => {
    const stops = [input, ...list.querySelectorAll("a")];
    const next = stops[(stops.indexOf(document.activeElement) + by + stops.length) % stops.length];
    next.focus();
  };

  meta.setAttribute("role", "status");
  list.removeAttribute("role");
  show();
  input.addEventListener("focus", () => open(true));
  input.addEventListener("input", show);
  toggle.addEventListener("change", () => { if (toggle.checked) input.focus(); });
  form.addEventListener("reset", () => { setTimeout(show); input.focus(); });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    list.querySelector("a")?.click();
  });
  addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const inside = toggle.checked && (document.activeElement === input || list.contains(document.activeElement));
    const does = inside
      ? { Escape: () => open(false), ArrowDown: () => step(1), ArrowUp: () => step(-1) }[event.key]
      : !document.activeElement.matches("input, textarea, select") && { "/": () => open(true), f: () => open(true), s: () => open(true) }[event.key];
    if (!does) return;
    event.preventDefault();
    does();
  });
})();
