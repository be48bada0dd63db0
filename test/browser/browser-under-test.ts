/** Debian's Chromium with report.html in it, for the tests of this folder. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type BrowserContextOptions, type Page } from 'playwright-core';
import { programPath } from '../../src/host/debian-packages.ts';
import { CHROMIUM_PACKAGE } from '../../scripts/test-packages.ts';

/** A page and everything that it did which a report has no business doing. */
export interface OpenPage {
  readonly page: Page;
  /** Errors on the console (refusals of the page's own policy among them), exceptions, and dialogs. */
  readonly problems: readonly string[];
  /** Every requested address besides that of the page itself. */
  readonly requests: readonly string[];
  /** The page's own address, without a fragment. */
  readonly address: string;
}

/** A browser of one test file. */
export interface BrowserUnderTest {
  /**
   * Opens a page's text as a file, which is how a report is read.
   *
   * @param hash fragment of the address, with its `#`
   */
  open(html: string, hash?: string, options?: BrowserContextOptions): Promise<OpenPage>;
  close(): Promise<void>;
}

export const DESKTOP = { width: 1400, height: 1000 } as const;
export const PHONE = { width: 390, height: 844 } as const;

/**
 * Starts Chromium: the program that the variable CHROMIUM names, otherwise the one on the PATH.
 *
 * @throws if there is none, because an unchecked page must not count as correct
 */
export async function startBrowser(): Promise<BrowserUnderTest> {
  const { program } = CHROMIUM_PACKAGE;
  const path = process.env['CHROMIUM'] ?? (await programPath(program, process.env));
  if (path === undefined) {
    throw new Error(`there is no ${program} on the PATH; make test-browser says how to get one`);
  }
  const browser = await chromium.launch({ executablePath: path });
  const folder = await mkdtemp(join(tmpdir(), 'report-'));
  let pages = 0;
  return {
    async open(html, hash = '', options = {}) {
      pages += 1;
      const file = join(folder, `${pages}.html`);
      await writeFile(file, html);
      // Elements that are still fading in have other colours than those that people read.
      const motion = { reducedMotion: 'reduce' } as const;
      const context = await browser.newContext({ viewport: DESKTOP, ...motion, ...options });
      const opened = watched(await context.newPage(), pathToFileURL(file).href);
      await opened.page.goto(`${opened.address}${hash}`);
      return opened;
    },
    async close() {
      await browser.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function watched(page: Page, address: string): OpenPage {
  const problems: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('dialog', (dialog) => {
    problems.push(`a dialog says: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('popup', (popup) => problems.push(`a window opened: ${popup.url()}`));
  page.on('request', (request) => {
    if (request.url().split('#')[0] !== address) requests.push(request.url());
  });
  return { page, problems, requests, address };
}
