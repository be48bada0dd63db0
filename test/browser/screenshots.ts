/**
 * Pictures of the pages, light, dark, narrow and as they are printed, to be looked at after a change:
 *
 *     make screenshots                  into results/screenshots/
 *     make screenshots ARGS=/tmp/there
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { render } from '../../src/app/render.ts';
import { renderPicture } from '../../src/formats/picture/picture.ts';
import { referenceReport } from '../files/reports.ts';
import { DESKTOP, PHONE, startBrowser } from './browser-under-test.ts';
import {
  advicePage,
  changedPage,
  everyVerdictPage,
  gridPage,
  historyPage,
  largePage,
  osSystemReport,
} from './pages.ts';

interface Shot {
  readonly name: string;
  readonly html: () => string;
  /** A reader's actions before the picture is taken. */
  readonly act?: (page: Page) => Promise<void>;
  /** The whole page instead of what is in view. */
  readonly whole?: boolean;
}

const report = osSystemReport();
const reference = referenceReport();

async function openCell(page: Page): Promise<void> {
  await page.locator('#table td.v-f button').first().click();
  await page.locator('#details[open]').waitFor();
}

async function searchCell(page: Page): Promise<void> {
  await page.locator('#search').fill('musl cwd');
}

async function openFilter(page: Page): Promise<void> {
  await page.locator('.filter[data-filter=libc] summary').click();
}

const SHOTS: readonly Shot[] = [
  { name: 'reference', html: () => render('html', reference) },
  { name: 'report', html: () => render('html', report) },
  { name: 'report-whole', html: () => render('html', report), whole: true },
  { name: 'cell', html: () => render('html', report), act: openCell },
  { name: 'filter', html: () => render('html', report), act: openFilter },
  { name: 'changed', html: () => changedPage(report), whole: true },
  { name: 'every-verdict', html: everyVerdictPage },
  { name: 'grid', html: gridPage },
  { name: 'grid-found', html: gridPage, act: searchCell },
  { name: 'advice', html: advicePage, whole: true },
  { name: 'large', html: largePage },
  { name: 'history', html: () => historyPage(report), whole: true },
  {
    name: 'picture',
    html: () => `<!doctype html><body>${renderPicture(reference).replace(/<\?xml[^>]*>/, '')}`,
    whole: true,
  },
];

const SCREENS: Readonly<Record<string, BrowserContextOptions>> = {
  light: { viewport: DESKTOP, colorScheme: 'light' },
  dark: { viewport: DESKTOP, colorScheme: 'dark' },
  narrow: { viewport: PHONE, colorScheme: 'light', isMobile: true, hasTouch: true },
};

const folder = process.argv[2] ?? 'results/screenshots';
await mkdir(folder, { recursive: true });
const browser = await startBrowser();
try {
  for (const { name, html, act, whole } of SHOTS) {
    for (const [screen, options] of Object.entries(SCREENS)) {
      // Without what moves, or a picture would show the middle of it.
      const { page } = await browser.open(html(), '', { ...options, reducedMotion: 'reduce' });
      await act?.(page);
      const path = join(folder, `${name}-${screen}.png`);
      await page.screenshot({ path, fullPage: whole ?? false });
      process.stdout.write(`${path}\n`);
      await page.context().close();
    }
  }
  for (const [name, html] of [
    ['report', render('html', report)],
    ['every-verdict', everyVerdictPage()],
    ['history', historyPage(report)],
  ] as const) {
    const { page } = await browser.open(html);
    const path = join(folder, `${name}-print.pdf`);
    await page.pdf({ path, preferCSSPageSize: true });
    process.stdout.write(`${path}\n`);
  }
} finally {
  await browser.close();
}
