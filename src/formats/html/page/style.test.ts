import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadPageAssets } from '../../../app/page-assets.ts';

const STYLE = loadPageAssets().style;

/** The colours that a rule sets, by their variables' names, on a machine that is light or dark. */
function palette(selector: string, theme: 'light' | 'dark'): ReadonlyMap<string, string> {
  const start = STYLE.indexOf(`${selector} {`);
  assert.ok(start >= 0, selector);
  const body = STYLE.slice(start, STYLE.indexOf('}', start));
  const color = '(#[0-9a-f]{3,6})';
  const rule = new RegExp(`--([a-z-]+): (?:${color}|light-dark\\(${color}, ${color}\\));`, 'g');
  return new Map(
    [...body.matchAll(rule)].map(([, name = '', both, light, dark]) => [
      name,
      both ?? (theme === 'light' ? light : dark) ?? '',
    ]),
  );
}

/** Relative luminance by WCAG 2.2. */
function luminance(color: string): number {
  const digits = color.slice(1);
  const pairs =
    digits.length === 3 ? Array.from(digits, (digit) => digit + digit) : digits.match(/../g);
  const [red = 0, green = 0, blue = 0] = (pairs ?? []).map((pair) => {
    const value = Number.parseInt(pair, 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Contrast by WCAG 2.2, from 1 to 21. */
function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

/** Text on its ground. */
const PAIRS = [
  ['ink', 'page'],
  ['ink', 'card'],
  ['muted', 'page'],
  ['muted', 'card'],
  ['pass-ink', 'pass'],
  ['fail-ink', 'fail'],
  ['none-ink', 'none'],
  ['none-ink', 'stripe'],
  ['error-ink', 'none'],
  ['error-ink', 'stripe'],
  ['warn-ink', 'warn'],
  ['mark-ink', 'mark'],
  ['accent', 'accent-soft'],
  ['ink', 'accent-soft'],
] as const;

describe('the colours of the page', () => {
  const light = palette(':root', 'light');
  const themes = {
    light,
    dark: palette(':root', 'dark'),
    print: new Map([...light, ...palette(':root[data-theme]', 'light')]),
  };
  for (const [name, colors] of Object.entries(themes)) {
    it(`can be read in ${name}: text has a contrast of 4.5 to 1 or more`, () => {
      for (const [ink, ground] of PAIRS) {
        const ratio = contrast(colors.get(ink) ?? '', colors.get(ground) ?? '');
        assert.ok(ratio >= 4.5, `${ink} on ${ground}: ${ratio.toFixed(2)}`);
      }
    });
  }
});
