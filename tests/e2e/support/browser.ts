/** A Chromium, and the hands of a cashier: a scanner that types in timed bursts, fingers that type like a person. */
import { type Browser, type BrowserContextOptions, type CDPSession, chromium, type Page } from 'playwright-core';
import { ECHO_MS } from '#renderer/features/sell/scanner.ts';
import { findChromium } from '../../../scripts/browser.ts';

const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Faster than anybody types, slower than any scanner. */
const PERSON_MS = 70;

export async function openBrowser(): Promise<Browser> {
  const executablePath = await findChromium();
  if (executablePath === undefined) throw new Error('no Chrome or Chromium here');
  return chromium.launch({ executablePath, args: QUIET });
}

/** A page that fails its test on any error of the page. */
export async function openPage(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Hands> {
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'es-CL', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(url);
  return new Hands(page, await context.newCDPSession(page), errors);
}

/** Keys with their own times: what a scanner does must not depend on how busy the machine that tests is. */
export class Hands {
  readonly page: Page;
  /** What went wrong in the page. */
  readonly errors: string[];
  readonly #keys: CDPSession;
  #lastMs = 0;
  /** Until then a second Enter is taken for the scanner's own. */
  #echoUntilMs = 0;

  constructor(page: Page, keys: CDPSession, errors: string[]) {
    this.page = page;
    this.#keys = keys;
    this.errors = errors;
  }

  /** A scanner: the code and its Enter, `gapMs` apart; `end` may be `CRLF`, or none to break off. */
  async scan(
    code: string,
    { gapMs = 5, end = 'CR' }: { gapMs?: number; end?: 'CR' | 'CRLF' | 'NONE' } = {},
  ): Promise<void> {
    const keys = [...code, ...(end === 'NONE' ? [] : end === 'CRLF' ? ['Enter', 'Enter'] : ['Enter'])];
    await this.burst(keys, gapMs);
    if (end !== 'NONE') this.#echoUntilMs = this.#lastMs + ECHO_MS;
  }

  /** Keys with exact times between them. */
  async burst(keys: readonly string[], gapMs: number): Promise<void> {
    const startMs = this.#next();
    await Promise.all(keys.map((key, index) => this.#press(key, startMs + index * gapMs)));
    this.#lastMs = startMs + keys.length * gapMs;
  }

  /** One key of the burst at a time, with something happening in between. */
  async burstWith(code: string, between: (index: number) => Promise<void>): Promise<void> {
    const startMs = this.#next();
    const keys = [...code, 'Enter'];
    for (const [index, key] of keys.entries()) {
      await this.#press(key, startMs + index * 5);
      await between(index);
    }
    this.#lastMs = startMs + keys.length * 5;
  }

  /** A person: keys too far apart to be a scanner's. */
  async type(text: string): Promise<void> {
    for (const key of text) await this.burst([key], 0);
  }

  async press(...keys: string[]): Promise<void> {
    for (const key of keys) {
      // These keys bear the real time: it has to have caught up with the bursts.
      await this.page.waitForTimeout(Math.max(0, Math.max(this.#next(), this.#echoUntilMs) - Date.now()));
      await this.page.keyboard.press(key);
      this.#lastMs = Date.now();
    }
  }

  /** A moment that is no part of what was typed before. */
  #next(): number {
    return Math.max(Date.now(), this.#lastMs + PERSON_MS);
  }

  async #press(key: string, atMs: number): Promise<void> {
    const timestamp = atMs / 1000;
    const isEnter = key === 'Enter';
    const common = {
      key,
      code: isEnter ? 'Enter' : codeOf(key),
      windowsVirtualKeyCode: isEnter ? 13 : key.toUpperCase().charCodeAt(0),
    };
    const text = isEnter ? '\r' : key;
    await Promise.all([
      this.#keys.send('Input.dispatchKeyEvent', { type: 'keyDown', text, unmodifiedText: text, timestamp, ...common }),
      this.#keys.send('Input.dispatchKeyEvent', { type: 'keyUp', timestamp: timestamp + 0.001, ...common }),
    ]);
  }
}

const codeOf = (key: string): string =>
  /\d/.test(key) ? `Digit${key}` : /[a-z]/i.test(key) ? `Key${key.toUpperCase()}` : 'Unidentified';
