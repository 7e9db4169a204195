// A tour of the site in Firefox: `node firefox_tour.mjs MODULES FIREFOX < tour.json`. What is asked of each page is a function
// of JavaScript, the same that other browsers are asked; the answers are printed as JSON.

import { createRequire } from "node:module";
import { text } from "node:stream/consumers";

const [modules, executablePath] = process.argv.slice(2);
const puppeteer = createRequire(`${modules}/`)("puppeteer-core");
const { pages, look, searches, find } = JSON.parse(await text(process.stdin));

const browser = await puppeteer.launch({ browser: "firefox", executablePath, headless: true, protocolTimeout: 0 }); // a look may try a thousand settings
try {
  const page = await browser.newPage();
  await page.setViewport({ width: 1280, height: 800 });
  const seen = {};
  const found = {};
  for (const address of pages) {
    await page.goto(address, { waitUntil: "load" });
    seen[address] = await page.evaluate(`(${look})()`);
  }
  for (const [address, word] of searches) {
    await page.goto(address, { waitUntil: "load" });
    found[word] = await page.evaluate(`(${find})(${JSON.stringify(word)})`);
  }
  console.log(JSON.stringify({ seen, found }));
} finally {
  await browser.close();
}
