// Looks at pages as a reader's browser does: screenshots at three widths, light and dark; axe-core; html-validate; markdownlint.
// Usage: node scripts/pages.mjs [--out FOLDER] FILE...   (.html and .md; scripts/pages.sh installs what it needs and calls it)
import { readFileSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, resolve } from 'node:path';
import { spawnSync } from 'node:child_process';

const require = createRequire(process.env.BROADSHEET_NODE + '/');
const { chromium } = require('playwright-core');
const { HtmlValidate } = require('html-validate');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const files = process.argv.slice(2);
let out = null;
if (files[0] === '--out') {
  out = resolve(files.splice(0, 2)[1]);
  mkdirSync(out, { recursive: true });
}
const pages = files.filter((file) => file.endsWith('.html'));
const texts = files.filter((file) => file.endsWith('.md'));
if (!pages.length && !texts.length) throw new Error('no .html or .md file named');
const faults = [];
const fault = (text) => { faults.push(text); console.log(`  ${text}`); };

// Generated pages are not formatted for people, and have what the rules of style sheets and hand-written pages would forbid.
const validate = new HtmlValidate({
  extends: ['html-validate:recommended'],
  rules: { 'long-title': 'off', 'no-trailing-whitespace': 'off', 'no-inline-style': 'error' },
});
for (const file of pages) {
  const report = await validate.validateFile(file);
  console.log(`${file}: html-validate, ${report.errorCount} errors, ${readFileSync(file).length} bytes`);
  for (const result of report.results) for (const m of result.messages.filter((m) => m.severity > 1)) fault(`${file}:${m.line}:${m.column} ${m.ruleId}: ${m.message}`);
}

const browser = pages.length ? await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] }) : null;
for (const file of pages) for (const scheme of ['light', 'dark']) for (const width of [375, 768, 1280]) {
  // axe runs in the page, which forbids scripts to others.
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: scheme, bypassCSP: true });
  const page = await context.newPage();
  const asked = [];
  page.on('request', (request) => { if (!request.url().startsWith('file:') && !request.url().startsWith('data:')) asked.push(request.url()); });
  await page.goto('file://' + resolve(file));
  if (out) await page.screenshot({ path: `${out}/${basename(file, '.html')}-${width}-${scheme}.png`, fullPage: true });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (wide > 0) fault(`${file} at ${width} px: scrolls sideways by ${wide} px`);
  // Text that runs out of its box or lies on other text.
  const overlaps = await page.evaluate(() => {
    const boxes = [...document.querySelectorAll('h1,h2,h3,p,td,th,li,figcaption,caption')].filter((e) => e.checkVisibility() && !e.querySelector('p,li,td'));
    const of = boxes.map((e) => [e, e.getBoundingClientRect()]).filter(([, r]) => r.width > 1 && r.height > 1 && r.left >= 0);
    const found = [];
    for (let i = 0; i < of.length; i++) for (let j = i + 1; j < Math.min(of.length, i + 40); j++) {
      const [[a, r], [b, q]] = [of[i], of[j]];
      if (a.contains(b) || b.contains(a)) continue;
      const w = Math.min(r.right, q.right) - Math.max(r.left, q.left), h = Math.min(r.bottom, q.bottom) - Math.max(r.top, q.top);
      if (w > 2 && h > 2) found.push(`${a.textContent.slice(0, 40)} / ${b.textContent.slice(0, 40)}`);
    }
    return found;
  });
  for (const both of overlaps.slice(0, 3)) fault(`${file} at ${width} px: overlap: ${both}`);
  if (asked.length) fault(`${file}: asks ${asked[0]}`);
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
  const serious = violations.filter((v) => ['serious', 'critical'].includes(v.impact));
  console.log(`${file} at ${width} px, ${scheme}: axe, ${serious.length} serious, ${violations.length - serious.length} lesser`);
  for (const v of violations) {
    const line = `${v.id} (${v.impact}): ${v.help}: ${v.nodes[0].html.slice(0, 100)}: ${v.nodes[0].failureSummary.split('\n')[1]}`;
    if (serious.includes(v)) fault(line); else console.log(`  ${line}`);
  }
  await context.close();
}
await browser?.close();

if (texts.length) {
  const lint = spawnSync(process.execPath, [process.env.BROADSHEET_NODE + '/node_modules/markdownlint-cli2/markdownlint-cli2-bin.mjs', '--config', resolve(import.meta.dirname, 'digest.markdownlint-cli2.jsonc'), ...texts.map((f) => ':' + f)], { encoding: 'utf8' });
  console.log(`${texts.length} Markdown files: markdownlint, exit ${lint.status}`);
  if (lint.status) fault(lint.stderr || lint.stdout);
}
console.log(faults.length ? `${faults.length} faults` : 'no fault');
process.exit(faults.length ? 1 : 0);
