/**
 * A real browser for looking at report.html: Debian's Chromium, spoken to over a pipe in its own
 * protocol, so that no further package is needed. Only for checks that are run by hand or in CI.
 *
 * Source: Chrome DevTools Protocol; with --remote-debugging-pipe each message is JSON and a NUL, read
 * from file descriptor 3 and written to 4.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

/** How a page is shown. */
export interface Screen {
  readonly width: number;
  readonly height: number;
  readonly dark?: boolean;
  readonly media?: 'print' | 'screen';
}

type Json = Readonly<Record<string, unknown>>;

/** One page in one browser; close it in `finally`. */
export class Browser {
  /** Whatever the page wrote to its console as an error, threw, or was refused. */
  readonly problems: string[] = [];
  /** Every address that was asked for besides the page itself. */
  readonly requests: string[] = [];
  readonly #process: ChildProcess;
  readonly #profile: string;
  readonly #waiting = new Map<number, (message: Json) => void>();
  readonly #events = new Map<string, () => void>();
  #next = 1;
  #target = '';

  private constructor(process: ChildProcess, profile: string) {
    this.#process = process;
    this.#profile = profile;
    let rest = '';
    (process.stdio[4] as Readable).setEncoding('utf8').on('data', (chunk: string) => {
      const messages = (rest + chunk).split('\0');
      rest = messages.pop() ?? '';
      for (const message of messages) this.#receive(JSON.parse(message) as Json);
    });
  }

  /** Starts Chromium; rejects where it is not installed. */
  static async start(program = 'chromium'): Promise<Browser> {
    const profile = await mkdtemp(join(tmpdir(), 'browser-'));
    const options = [
      ...['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--hide-scrollbars'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
      ...['--remote-debugging-pipe', `--user-data-dir=${profile}`, 'about:blank'],
    ];
    const child = spawn(program, options, {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    });
    await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    const browser = new Browser(child, profile);
    const { targetInfos } = (await browser.send('Target.getTargets')) as {
      targetInfos: { type: string; targetId: string }[];
    };
    const page = targetInfos.find(({ type }) => type === 'page');
    const attached = await browser.send('Target.attachToTarget', {
      targetId: page?.targetId,
      flatten: true,
    });
    browser.#target = String(attached['sessionId']);
    for (const domain of ['Page', 'Runtime', 'Network', 'Log'])
      await browser.send(`${domain}.enable`);
    return browser;
  }

  /** Sends one command and gives its result back; an error of the protocol rejects. */
  async send(method: string, params: Json = {}): Promise<Json> {
    const id = this.#next;
    this.#next += 1;
    const answer = new Promise<Json>((resolve) => this.#waiting.set(id, resolve));
    const message = { id, method, params, ...(this.#target ? { sessionId: this.#target } : {}) };
    (this.#process.stdio[3] as Writable).write(`${JSON.stringify(message)}\0`);
    const { error, result } = await answer;
    if (error) throw new Error(`${method}: ${JSON.stringify(error)}`);
    return result as Json;
  }

  /** Opens a page and waits until it has loaded. */
  async open(url: string): Promise<void> {
    const loaded = new Promise<void>((resolve) => this.#events.set('Page.loadEventFired', resolve));
    await this.send('Page.navigate', { url });
    await loaded;
  }

  /** Loads the same page again. */
  async reload(): Promise<void> {
    const loaded = new Promise<void>((resolve) => this.#events.set('Page.loadEventFired', resolve));
    await this.send('Page.reload');
    await loaded;
  }

  async show({ width, height, dark = false, media = 'screen' }: Screen): Promise<void> {
    await this.send('Emulation.setDeviceMetricsOverride', {
      ...{ width, height, deviceScaleFactor: 1 },
      mobile: width < 600,
    });
    await this.send('Emulation.setEmulatedMedia', {
      media,
      features: [{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }],
    });
  }

  /** The value of an expression in the page, which must be JSON; a promise is waited for. */
  async evaluate(expression: string): Promise<unknown> {
    const { result, exceptionDetails } = (await this.send('Runtime.evaluate', {
      expression,
      returnByValue: true,
      awaitPromise: true,
    })) as { result: { value?: unknown }; exceptionDetails?: unknown };
    if (exceptionDetails) throw new Error(`${expression}: ${JSON.stringify(exceptionDetails)}`);
    return result.value;
  }

  /** Presses a key by its name, such as `ArrowDown`, `Enter`, `Escape`, `Tab`. */
  async press(key: string): Promise<void> {
    const codes: Readonly<Record<string, number>> = {
      ...{ Enter: 13, Escape: 27, Tab: 9, PageDown: 34, PageUp: 33, End: 35, Home: 36 },
      ...{ ArrowLeft: 37, ArrowUp: 38, ArrowRight: 39, ArrowDown: 40 },
    };
    const event = { key, code: key, windowsVirtualKeyCode: codes[key] ?? 0 };
    const text = key === 'Enter' ? { text: '\r' } : {};
    await this.send('Input.dispatchKeyEvent', { type: 'keyDown', ...event, ...text });
    await this.send('Input.dispatchKeyEvent', { type: 'keyUp', ...event });
  }

  /** A picture of what is in view, as PNG. */
  async screenshot(whole = false): Promise<Buffer> {
    const { data } = await this.send('Page.captureScreenshot', { captureBeyondViewport: whole });
    return Buffer.from(String(data), 'base64');
  }

  async close(): Promise<void> {
    const gone = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill('SIGKILL');
    await gone;
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }

  #receive(message: Json): void {
    const { id, method, params } = message as { id?: number; method?: string; params?: Json };
    if (id !== undefined) {
      this.#waiting.get(id)?.(message);
      this.#waiting.delete(id);
      return;
    }
    if (method === 'Network.requestWillBeSent') {
      const { request, type } = params as { request: { url: string }; type: string };
      if (type !== 'Document') this.requests.push(request.url);
    }
    if (method === 'Runtime.exceptionThrown') this.problems.push(JSON.stringify(params));
    if (method === 'Log.entryAdded') {
      const { entry } = params as { entry: { level: string; text: string } };
      if (entry.level === 'error') this.problems.push(entry.text);
    }
    if (method === 'Runtime.consoleAPICalled' && params?.['type'] === 'error') {
      this.problems.push(JSON.stringify(params));
    }
    const waiting = this.#events.get(method ?? '');
    this.#events.delete(method ?? '');
    waiting?.();
  }
}
