/**
 * report.html of 80,000 cells in Debian's Chromium: its size, how long it takes to open and to filter, and
 * what kept the page from answering meanwhile, as the browser's own long tasks (50 ms and more).
 */
import type { Page } from 'playwright-core';
import { render } from '../src/app/render.ts';
import { largeReport } from '../test/support/sample-report.ts';
import { startBrowser } from '../test/browser/browser-under-test.ts';
import { median } from './statistics.ts';

const ROUNDS = 7;

/** The timed code runs in the page; it is text, because its names are the browser's. */
const OBSERVE =
  'window.longTasks = []; new PerformanceObserver((list) => { for (const { duration } of list.getEntries())' +
  " window.longTasks.push(duration); }).observe({ type: 'longtask', buffered: true });";

/** Until what a step changed is on the screen, in milliseconds. */
const timed = (step: string) =>
  `new Promise((done) => { const began = performance.now(); ${step};` +
  ' requestAnimationFrame(() => setTimeout(() => done(performance.now() - began))); })';

const type = (text: string) =>
  `const box = document.querySelector('#search'); box.value = ${JSON.stringify(text)};` +
  " box.dispatchEvent(new Event('input', { bubbles: true }))";

const STEPS: Readonly<Record<string, string>> = {
  'find text': type('musl 1.2.5'),
  'show everything again': "document.querySelector('#reset').click()",
  'filter by C library':
    'document.querySelector(\'.filter[data-filter=libc] input[value="glibc 2.31"]\').click()',
  'and by verdict': "document.querySelector('.chip[data-verdict=fail] button').click()",
  'show everything once more': "document.querySelector('#reset').click()",
  'order by Python': "document.querySelector('#order button[value=python]').click()",
  'scroll to the middle': "document.querySelector('#scroller').scrollTop = 50000",
};

export async function reportPage(): Promise<void> {
  const began = performance.now();
  const html = render('html', largeReport(2000, 40));
  process.stdout.write(
    `2,000 environments × 40 scenarios: ${(Buffer.byteLength(html) / 1e6).toFixed(2)} MB, ` +
      `written in ${inMilliseconds(performance.now() - began)}\n`,
  );
  const browser = await startBrowser();
  try {
    const times = new Map<string, number[]>();
    const longest = new Map<string, number>();
    const note = (step: string, time: number, tasks: readonly number[]) => {
      times.set(step, [...(times.get(step) ?? []), time]);
      longest.set(step, Math.max(longest.get(step) ?? 0, ...tasks));
    };
    for (let round = 0; round < ROUNDS; round += 1) {
      const { page } = await browser.open(html);
      await page.evaluate(OBSERVE);
      const opened = await page.evaluate<number>(
        "performance.getEntriesByType('navigation')[0].loadEventEnd",
      );
      note('open', opened, await longTasks(page));
      for (const [step, code] of Object.entries(STEPS)) {
        const time = await page.evaluate<number>(timed(code));
        note(step, time, await longTasks(page));
      }
      await page.context().close();
    }
    for (const [step, values] of times) {
      const task = longest.get(step) ?? 0;
      process.stdout.write(
        `${step}: ${inMilliseconds(median(values))} in the median of ${values.length}, ` +
          `${inMilliseconds(Math.max(...values))} at most; ` +
          (task > 0 ? `longest task ${inMilliseconds(task)}\n` : 'no long task\n'),
      );
    }
  } finally {
    await browser.close();
  }
}

/** Milliseconds of each long task since the last call; the observer is notified a little later. */
function longTasks(page: Page): Promise<number[]> {
  return page.evaluate<number[]>(
    'new Promise((done) => setTimeout(() => done(window.longTasks.splice(0)), 100))',
  );
}

function inMilliseconds(value: number): string {
  return `${value.toFixed(0)} ms`;
}
