// The archive in a browser, as a reader has it: opened from the disk, searched by typing, walked by the keyboard, in light and dark
// and at three widths. Run by `make site-check`; says what failed and ends with 1.
//
//   node scripts/site_check.mjs PROGRAM [FOLDER]
//
// PROGRAM is the built broadsheet. The archive is made of the repository's digests/ and of a made-up day with names and headlines that are hard to
// search for. With FOLDER, an archive that is there already is looked at and nothing is searched for by name.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [program, given] = process.argv.slice(2);
if (!program) {
  console.error("usage: node scripts/site_check.mjs PROGRAM [FOLDER]");
  process.exit(2);
}
const cache = path.join(process.env.XDG_CACHE_HOME || path.join(process.env.HOME, ".cache"), "broadsheet/node");
const packages = ["axe-core@4.14.1", "html-validate@10.17.0", "playwright-core@1.65.1"];
if (!packages.every((one) => existsSync(path.join(cache, "node_modules", one.split("@")[0])))) {
  mkdirSync(cache, { recursive: true });
  execFileSync("npm", ["install", "--prefix", cache, "--no-audit", "--no-fund", ...packages], { stdio: "inherit" });
}
const require = createRequire(cache + "/");
const { chromium } = require("playwright-core");
const { HtmlValidate } = require("html-validate");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

let failed = 0, passed = 0;
function check(ok, what) {
  if (ok) passed++;
  else { failed++; console.error("FAILED: " + what); }
}

const HARD = "Zoë Ångström’s Łódź–Kraków line: 26,000 seats </script><script>alert(1)</script> & {{title}}";

function madeUpDay(folder) {
  const digest = JSON.parse(readFileSync("digests/2026-03-15.json", "utf8"));
  const [first, second] = digest.stories;
  Object.assign(digest, { date: "2026-03-16", stories: [first, second], briefs: [], seen: [], dormant: [] });
  Object.assign(first, { headline: HARD, id: "aaaaaaaaaaaa", thread: "aaaaaaaaaaaa", course: "new" });
  first.summary.sentences[0].text = "The quindrel was oversubscribed.";
  first.entities = [{ ...first.entities[0], name: "Zoë Ångström", kind: "PER" }];
  second.entities = [{ ...second.entities[0], name: "Zoe Angstrom", kind: "PER" }];
  writeFileSync(path.join(folder, "2026-03-16.json"), JSON.stringify(digest));
}

function build(theme) {
  const folder = mkdtempSync(path.join(tmpdir(), "broadsheet-site-"));
  for (const name of readdirSync("digests").filter((name) => /^\d{4}-\d\d-\d\d\.json$/.test(name)))
    writeFileSync(path.join(folder, name), readFileSync(path.join("digests", name)));
  madeUpDay(folder);
  const out = path.join(folder, "site");
  execFileSync(program, ["site", "--digests", folder, "--out", out, "--theme", theme, "--base-url", "https://news.example/"], { stdio: ["ignore", "ignore", "inherit"] });
  return out;
}

const site = given ? path.resolve(given) : build("broadsheet");
const address = (page) => pathToFileURL(path.resolve(site, page)).href;
const some = (folder, n) => readdirSync(path.join(site, folder)).filter((name) => name.endsWith(".html")).sort().slice(0, n).map((name) => folder + "/" + name);
const kinds = ["index.html", ...some("months", 1), ...some("days", 2), "threads/index.html", ...some("threads", 2), "names/index.html", ...some("names", 2),
  ...(existsSync(path.join(site, "names/letters")) ? some("names/letters", 1) : [])].filter((page, n, all) => all.indexOf(page) === n);

// Valid HTML, every page.
const validator = new HtmlValidate({ extends: ["html-validate:standard"], rules: { "long-title": "off" } });
const pages = readdirSync(site, { recursive: true }).filter((name) => name.endsWith(".html")).sort();
for (const page of pages.length > 200 ? kinds : pages) {
  const report = await validator.validateString(readFileSync(path.join(site, page), "utf8"), path.join(site, page));
  const said = report.results.flatMap((result) => result.messages.map((m) => `${m.line}:${m.column} ${m.ruleId}: ${m.message}`));
  check(report.valid, `html-validate ${page}\n  ${said.slice(0, 5).join("\n  ")}`);
}

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: ["--no-sandbox"] });

async function open(page, options = {}) {
  const tab = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
  tab.outside = [];
  tab.errors = [];
  tab.on("request", (request) => { if (!request.url().startsWith("file:")) tab.outside.push(request.url()); });
  tab.on("console", (message) => { if (message.type() === "error") tab.errors.push(message.text()); });
  tab.on("pageerror", (error) => tab.errors.push(String(error)));
  tab.on("dialog", (dialog) => { tab.errors.push("dialog: " + dialog.message()); dialog.dismiss(); });
  await tab.goto(address(page));
  return tab;
}

// Layout, contrast and what a screen reader needs.
const themed = given ? [] : ["plain", "compact"].flatMap((theme) => {
  const folder = build(theme);
  return ["index.html", "days/2026-03-15.html", kinds.find((page) => /^threads.[0-9a-f]/.test(page))].map((page) => path.join(folder, page));
});
for (const page of [...kinds, ...themed])
  for (const colorScheme of ["light", "dark"]) {
    const tab = await open(page, { colorScheme });
    for (const width of [375, 768, 1280]) {
      await tab.setViewportSize({ width, height: 900 });
      const wide = await tab.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      check(wide <= 0, `${page}, ${width} px: ${wide} px too wide`);
    }
    await tab.evaluate(axe);
    for (const width of [375, 1280]) {
      await tab.setViewportSize({ width, height: 900 });
      const { violations } = await tab.evaluate(() => self.axe.run(document, { resultTypes: ["violations"], preload: false }));
      const bad = violations.filter((one) => ["serious", "critical", "moderate"].includes(one.impact));
      check(!bad.length, `axe ${page}, ${colorScheme}, ${width} px: ` + bad.map((one) => `${one.id} (${one.impact}) ${one.nodes[0].target} ${one.nodes[0].failureSummary}`).join("; "));
    }
    check(!tab.outside.length, `${page} asks other hosts: ${tab.outside}`);
    check(!tab.errors.length, `${page}: ${tab.errors}`);
    await tab.close();
  }

// Search: what a reader types, and what is found first.
const tab = await open("index.html");
const results = () => tab.$$eval("#search-results li", (items) => items.map((item) => ({ text: item.querySelector("a").textContent, href: item.querySelector("a").getAttribute("href"), when: item.querySelector(".when").textContent })));
async function search(words) {
  await tab.fill("#search-field", "");
  await tab.waitForFunction(() => document.getElementById("search-status").textContent === "");
  await tab.type("#search-field", words);
  await tab.waitForFunction(() => /[.]$/.test(document.getElementById("search-status").textContent));
  return { found: await results(), status: await tab.textContent("#search-status") };
}
async function finds(words, expected, why) {
  const { found, status } = await search(words);
  check(found.some((one) => one.text.includes(expected)), `search ${JSON.stringify(words)} (${why}): no ${JSON.stringify(expected)} among ${JSON.stringify(found.slice(0, 4))}, ${status}`);
  return { found, status };
}
if (!given) {
  let { found } = await finds("ostrel flood", "Flood toll", "two words");
  check(/^threads\/[0-9a-f]{12}\.html$/.test(found.find((one) => one.text.includes("Flood toll")).href), "a story over days leads to its own page");
  await finds("FLO ostr", "Flood toll", "beginnings, capitals");
  await finds("zoe angstrom", "Zoë Ångström", "accents folded");
  await finds("ångström", "Zoë Ångström", "accents typed");
  await finds("lodz krakow", HARD, "a letter that does not decompose");
  await finds("26000", HARD, "a number without its comma");
  await finds("26,000 seats", HARD, "a number with it");
  await finds("quindrel", HARD, "a rare word of a summary");
  await finds("wallaby", "Wallaby", "a brief");
  await finds("floodings", "Flood toll", "an ending that is not in the index");
  found = (await search("zoe")).found;
  check(found[0].href === "names/zoe-angstrom.html" && /^person, in 2 stories/.test(found[0].when), `a name comes first: ${JSON.stringify(found[0])}`);
  check((await search("xyzzyplugh")).status === "Nothing found.", "nothing is found for no word");
  const some = await search("wallaby ostrel");
  check(/^No story has all of these words\./.test(some.status) && some.found.length >= 2, `some of the words: ${some.status}`);
  check((await search("</script> {{title}} \\ \" '")).found.length > 0, "signs do no harm");

  // Each result leads to its story.
  for (const one of (await search("e")).found.slice(0, 10)) {
    const there = await open(one.href.split("#")[0]);
    const at = one.href.split("#")[1];
    check(await there.evaluate(([at, text]) => (at ? document.getElementById(at) : document.body).textContent.includes(text), [at, one.text]), `${one.href} does not say ${one.text}`);
    await there.close();
  }
  // The way back leads to the results again.
  await search("quindrel");
  await tab.click("#search-results a");
  await tab.waitForURL(/days|threads/);
  await tab.goBack();
  await tab.waitForFunction(() => document.querySelectorAll("#search-results li").length > 0);
  check((await tab.inputValue("#search-field")) === "quindrel", "back to the results");

  // By the keyboard alone: the skip link first, the field, the results, and out at the end.
  await tab.goto(address("index.html"));
  await tab.keyboard.press("Tab");
  check((await tab.evaluate(() => document.activeElement.textContent)) === "Skip to the content", "the skip link comes first");
  const outline = await tab.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  check(outline !== "none", "the focus is seen");
  let steps = 0;
  while (steps++ < 20 && (await tab.evaluate(() => document.activeElement.id)) !== "search-field") await tab.keyboard.press("Tab");
  await tab.keyboard.type("ostrel");
  await tab.waitForFunction(() => document.querySelectorAll("#search-results li").length > 0);
  await tab.keyboard.press("Tab");
  await tab.keyboard.press("Tab");
  check(await tab.evaluate(() => document.getElementById("search-results").contains(document.activeElement)), "Tab leads to the results");
  for (steps = 0; steps < 300 && (await tab.evaluate(() => document.activeElement !== document.body)); steps++) await tab.keyboard.press("Tab");
  check(steps < 300, "Tab leads out of the page");
  await tab.goto(address("index.html"));
  await search("ostrel");
  await tab.keyboard.press("Enter");
  check((await tab.evaluate(() => location.pathname)).endsWith("/index.html"), "Enter stays on the page");
  check(await tab.evaluate(() => document.getElementById("search-status").getAttribute("aria-live") === "polite"), "results are announced");
} else {
  const { found, status } = await search("a");
  check(found.length > 0, `search in ${site}: ${status}`);
  const times = [];
  for (const words of ["ba", "mar", "cor den", "el fir gan"]) {
    await tab.fill("#search-field", words);
    times.push(await tab.evaluate(() => { const start = performance.now(); document.getElementById("search-form").requestSubmit(); return performance.now() - start; }));
  }
  console.log(`a search takes ${times.map((time) => time.toFixed(1)).join(", ")} ms`);
}
check(!tab.outside.length && !tab.errors.length, `search: ${tab.outside} ${tab.errors}`);
await browser.close();
console.log(`${passed} checks passed, ${failed} failed (${site})`);
process.exit(failed ? 1 : 0);
