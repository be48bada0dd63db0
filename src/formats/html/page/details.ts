/** Everything about one cell, for the panel that it opens. Pure. */
import { markOf, percent, SYMBOLS } from '../../../report/cell-text.ts';
import { isUnexpected } from '../../../report/summary.ts';
import { breakableId, escaped } from '../../../text/html-text.ts';
import {
  cellAt,
  ENVIRONMENT_MARK,
  factOf,
  letterOf,
  SCENARIO_MARK,
  textAt,
  type PageCell,
  type PageData,
} from './page-data.ts';
import type { FactName } from './row-facts.ts';

/** The command that measures a cell again: its text with the ids put back for their marks. */
export function rerunOf(data: PageData, row: number, column: number): string {
  return textAt(data, data.rerun[row * data.columns.length + column])
    .replaceAll(ENVIRONMENT_MARK, () => factOf(data, row, 'id'))
    .replaceAll(SCENARIO_MARK, () => data.columns[column]?.id ?? '');
}

/** The panel's content. */
export function detailsHtml(data: PageData, row: number, column: number): string {
  const at = row * data.columns.length + column;
  const cell = cellAt(data, at);
  const { verdict } = cell;
  const reason = textAt(data, data.reason[at]);
  return [
    `<p class="verdict v-${letterOf(verdict)}"><span class="symbol">${markOf(cell)}</span> ${verdict}` +
      `${expectation(cell)}${changeSince(cell)}</p>`,
    `<h2 id="details-title"><span>${breakableId(factOf(data, row, 'id'))}</span> ` +
      `<span class="scenario">${breakableId(data.columns[column]?.id ?? '')}</span></h2>`,
    reason === '' ? '' : `<p class="reason">${escaped(reason)}</p>`,
    verdict === 'missing'
      ? '<p class="reason">The report has no such cell.</p>'
      : figures(data, at, cell),
    evidence(data, at),
    command(rerunOf(data, row, column)),
    facts(data, row),
  ].join('');
}

function expectation(cell: PageCell): string {
  if (cell.expected === null) return '';
  return isUnexpected(cell)
    ? ` <strong class="mark">not as expected: ${cell.expected}</strong>`
    : ` <span class="expected">expected: ${cell.expected}</span>`;
}

function changeSince({ before }: PageCell): string {
  return before === undefined
    ? ''
    : ` <strong class="mark changed">before: ${before} ${SYMBOLS[before]}</strong>`;
}

function figures(data: PageData, at: number, cell: PageCell): string {
  const number = (value: number) => value.toLocaleString('en');
  const first = data.first[at] ?? 0;
  const trials = data.trials[at] ?? 0;
  const { failures, exposed, rate, bound } = cell;
  const confidence = `with ${data.confidence} confidence`;
  const rows: (readonly [string, string])[] = [];
  if (exposed > 0) {
    rows.push(['Failed', `${number(failures)} of ${number(exposed)} ${data.counted}`]);
  }
  if (rate) {
    const range = `between ${percent(rate.low, 'down')} and ${percent(rate.high, 'up')}`;
    rows.push(['Rate', `${percent(rate.value)}, ${range} ${confidence}`]);
    rows.push(['Symptoms', symptomsText(cell)]);
    if (first > 0) rows.push(['First failure', `after ${secondsText(first)}`]);
  } else if (bound !== undefined) {
    rows.push(['Rate', `at most ${percent(bound, 'up')} ${confidence}`]);
  }
  rows.push([
    'Measured',
    `${number(data.calls[at] ?? 0)} calls in ${number(trials)} ` +
      `${trials === 1 ? 'trial' : 'trials'}, ${secondsText(data.seconds[at] ?? 0)}`,
  ]);
  return definitions(rows);
}

function symptomsText({ symptoms, failures }: PageCell): string {
  const seen = Object.entries(symptoms);
  const [only] = seen;
  if (only?.[1] === failures) return `${only[0]}, all`;
  return seen.map(([symptom, calls]) => `${symptom} ${calls}`).join(', ');
}

function secondsText(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
}

function evidence(data: PageData, at: number): string {
  const lines = data.evidence[at] ?? 0;
  if (lines === 0) return '';
  const shown = lines.filter((line) => line >= 0).map((line) => textAt(data, line));
  const left = -Math.min(lines.at(-1) ?? 0, 0);
  return (
    `<h3>Evidence</h3><pre tabindex="0">${escaped(shown.join('\n'))}</pre>` +
    (left > 0 ? `<p class="more">${left} more in report.json.</p>` : '')
  );
}

function command(rerun: string): string {
  if (rerun === '') return '';
  return (
    `<h3>Measure it again</h3><div class="command"><pre tabindex="0"><code>${escaped(rerun)}</code></pre>` +
    `<button type="button" class="copy">Copy</button></div>`
  );
}

const FACTS: readonly (readonly [string, FactName])[] = [
  ['Python', 'python'],
  ['Build', 'build'],
  ['Built against', 'builtAgainst'],
  ['subprocess uses', 'subprocess'],
  ['GIL', 'gil'],
  ['C library', 'libc'],
  ['Package', 'package'],
  ['Distribution', 'distro'],
  ['/bin/sh', 'shell'],
  ['Platform', 'platform'],
  ['Image from', 'source'],
  ['Image', 'imageId'],
  ['Fingerprint', 'fingerprint'],
];

function facts(data: PageData, row: number): string {
  const found = FACTS.map(([name, fact]) => [name, factOf(data, row, fact)] as const).filter(
    ([, value]) => value !== '' && value !== '?',
  );
  return found.length === 0
    ? '<h3>Environment</h3><p>Its image is not available, so nothing is known about it.</p>'
    : `<h3>Environment</h3>${definitions(found)}`;
}

function definitions(rows: readonly (readonly [name: string, value: string])[]): string {
  return `<dl>${rows.map(([name, value]) => `<dt>${escaped(name)}</dt><dd>${escaped(value)}</dd>`).join('')}</dl>`;
}
