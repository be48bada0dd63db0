/**
 * results/history/index.html: how the verdicts changed over time, collapsed to the changes. One file
 * without a script, in the style of report.html. Pure.
 */
import type { Verdict } from '../../model.ts';
import { SYMBOLS } from '../../report/cell-text.ts';
import { factText, flipCause } from '../../comparison/diff-text.ts';
import {
  documentEnd,
  documentStart,
  foldedList,
  idText,
  lineOf,
  section,
  escapedLine,
  timeHtml,
  type PageAssets,
} from './html-parts.ts';
import { letterOf } from './page/page-data.ts';
import { escaped } from '../../text/html-text.ts';
import { quantity, quantityIs } from '../../text/quantity.ts';
import { engineText, hostText } from '../../report/run-text.ts';
import { historyHeadline } from '../../comparison/history-headline.ts';
import { seenFromNewest, type History } from '../../comparison/read-history.ts';
import type { RunLine } from '../../comparison/run-line.ts';
import type { CellHistory, RowHistory, Stretch } from '../../comparison/transitions.ts';
import { cellHistories, rowHistories } from '../../comparison/transitions.ts';

/** Cards, rows and stretches that a page shows; what is beyond that is in runs.jsonl. */
const MOST_CELLS = 1_000;
const MOST_RUNS = 500;
const MOST_STRETCHES = 40;

/** Writes the page. Nothing in the history is obeyed: all of it is escaped, and no script may run. */
export function renderHistory({ runs: all, skipped }: History, assets: PageAssets): string {
  const runs = seenFromNewest(all);
  const cells = cellHistories(runs);
  const changed = cells.filter(({ stretches }) => stretches.length > 1);
  const flipped = changed.filter(hasFlipped);
  const newest = runs.at(-1)?.run.id;
  const title = historyHeadline(runs, cells);
  const frame = { title, style: `${assets.style}\n${assets.historyStyle}` };
  const body = [
    `<header><span>History of the verdicts</span></header>`,
    '<main>',
    `<h1>${escapedLine(title)}</h1>`,
    skippedList(skipped),
    cellSection('flipped', 'Cells whose verdict flipped', flipped, newest, true),
    cellSection(
      'interrupted',
      'Cells that were inconclusive or not measured for a while',
      changed.filter((cell) => !hasFlipped(cell)),
      newest,
      false,
    ),
    steadyText(cells.length - changed.length, runs.length),
    rowSection(rowHistories(runs)),
    runSection(runs),
    '</main>',
    methodFooter(),
  ];
  return [documentStart(frame), ...body.map(lineOf), documentEnd(frame)].join('');
}

function hasFlipped({ stretches }: CellHistory): boolean {
  return stretches.some(({ change }) => change?.kind === 'flipped');
}

function skippedList(skipped: History['skipped']): string {
  if (skipped.length === 0) return '';
  const lines = skipped
    .slice(0, 20)
    .map(
      ({ line, reason }) =>
        `<li>${escapedLine(`Line ${line} of runs.jsonl is left out: ${reason}`)}</li>`,
    );
  const left = skipped.length - lines.length;
  if (left > 0) lines.push(`<li>${quantityIs(left, 'more line')} left out.</li>`);
  return `<ul class="warnings" aria-label="Warnings">${lines.join('')}</ul>`;
}

/**
 * @param newest the id of the newest run
 * @param open whether the cells are shown at once, rather than on request
 */
function cellSection(
  id: string,
  title: string,
  cells: readonly CellHistory[],
  newest: string | undefined,
  open: boolean,
): string {
  if (cells.length === 0) return '';
  const cards = cells.slice(0, MOST_CELLS).map((cell) => cellCard(cell, newest));
  const left = cells.length - cards.length;
  if (left > 0) cards.push(`<li class="card">${quantityIs(left, 'more cell')} in runs.jsonl.</li>`);
  const list = `<ul class="columns">${cards.join('\n')}</ul>`;
  const count = quantity(cells.length, 'cell');
  return section(id, title, [
    open ? list : `<details><summary>${count}</summary>${list}</details>`,
  ]);
}

function cellCard(
  { environment, scenario, stretches }: CellHistory,
  newest: string | undefined,
): string {
  // The newest first, and of a very long story the newest part.
  const shown = stretches.slice(-MOST_STRETCHES).reverse();
  const left = stretches.length - shown.length;
  const items = shown.map((stretch) => stretchItem(stretch, stretch.last.id === newest));
  if (left > 0) items.push(`<li>and ${quantity(left, 'earlier change')}</li>`);
  return (
    `<li class="card"><h3>${idText(environment)} <span class="scenario">${idText(scenario)}</span></h3>` +
    `<ol class="story" reversed>${items.join('')}</ol></li>`
  );
}

function stretchItem({ verdict, runs, first, last, change }: Stretch, isNow: boolean): string {
  const often = quantity(runs, 'run');
  const when =
    runs === 1
      ? timeHtml(first.startedAt)
      : `${timeHtml(first.startedAt)} to ${timeHtml(last.startedAt)}`;
  return (
    `<li>${badge(verdict)} <span class="when">${isNow ? 'now; ' : ''}${often}, ${when}</span>` +
    `${change ? `<p>${changeHtml(change)}</p>` : ''}</li>`
  );
}

function badge(verdict: Verdict): string {
  return `<span class="badge v-${letterOf(verdict)}"><span>${SYMBOLS[verdict]} ${verdict}</span></span>`;
}

function changeHtml({ kind, since, facts, circumstances }: NonNullable<Stretch['change']>): string {
  switch (kind) {
    case 'flipped': {
      const cause = flipCause(facts);
      const start = cause.type === 'image' ? 'Flipped. ' : 'Flipped ';
      const beside =
        circumstances.length === 0
          ? ''
          : ` Between the two runs: ${circumstances.map(factText).join('; ')}.`;
      const mark = cause.type === 'together' ? 'cause' : 'alone';
      return `<span class="${mark}">${escapedLine(start + cause.text)}</span>${escapedLine(beside)} <span class="since">Compared with run ${escapedLine(since.id)}.</span>`;
    }
    case 'lost':
      return 'No longer a pass or fail.';
    case 'returned':
      return 'Measured again, with the same verdict.';
    case 'gained':
      return 'Measured for the first time.';
    case 'other':
      return 'Still neither pass nor fail.';
  }
}

function steadyText(cells: number, runs: number): string {
  if (runs < 2 || cells === 0) return '';
  return `<p>${quantity(cells, 'cell')} had the same verdict in every run.</p>`;
}

function rowSection(rows: readonly RowHistory[]): string {
  if (rows.length === 0) return '';
  const cards = rows.slice(0, MOST_CELLS).map(({ environment, changes }) => {
    const items = changes
      .toReversed()
      .map(
        ({ run, facts }) =>
          `<li>${timeHtml(run.startedAt)}: ${escapedLine(facts.map(factText).join('; '))}</li>`,
      );
    return `<li class="card"><h3>${idText(environment)}</h3>${foldedList(items.slice(0, MOST_STRETCHES), items.length)}</li>`;
  });
  const left = rows.length - cards.length;
  if (left > 0) cards.push(`<li class="card">${quantityIs(left, 'more row')} in runs.jsonl.</li>`);
  return section('rows', 'Changes of the environments', [
    `<details><summary>${quantity(rows.length, 'environment')}</summary>` +
      `<ul class="columns">${cards.join('\n')}</ul></details>`,
  ]);
}

const COUNTED: readonly Verdict[] = ['fail', 'pass', 'inconclusive', 'error', 'skipped'];

function runSection(runs: readonly RunLine[]): string {
  if (runs.length === 0) return '';
  const shown = runs.slice(-MOST_RUNS).reverse();
  const left = runs.length - shown.length;
  const heads = ['run', 'started', ...COUNTED, 'unexpected', 'host and engine'].map(
    (head) => `<th scope="col">${head}</th>`,
  );
  const rows = shown.map(({ run, summary }) => {
    const counts = [...COUNTED, 'unexpected' as const].map(
      (name) => `<td class="number">${summary[name]}</td>`,
    );
    const ended = run.complete ? '' : ' (interrupted)';
    return (
      `<tr><th scope="row"><code>${escapedLine(run.id)}</code>${ended}</th><td>${timeHtml(run.startedAt)}</td>` +
      `${counts.join('')}<td>${escapedLine(`${hostText(run)}; ${engineText(run)}`)}</td></tr>`
    );
  });
  return section('runs', 'Runs', [
    '<div class="wide" tabindex="0" role="group" aria-labelledby="runs-title"><table class="advice runs">',
    `<thead><tr>${heads.join('')}</tr></thead>`,
    `<tbody>${rows.join('\n')}</tbody></table></div>`,
    left > 0 ? `<p>${quantityIs(left, 'earlier run')} in runs.jsonl.</p>` : '',
  ]);
}

function methodFooter(): string {
  return [
    '<footer aria-labelledby="method-title">',
    '<h2 id="method-title">How to read it</h2>',
    `<p>${escaped(
      'Consecutive runs with the same verdict of a cell are one entry, the newest on top. A verdict ' +
        'flipped if it changed between pass and fail, whatever came between. The changes named beside a ' +
        'flip happened between the last run with the old verdict and the first with the new one. They ' +
        'are the likely cause, not the proven one. Cells that an interrupted run did not reach are not ' +
        'in that run.',
    )}</p>`,
    '</footer>',
  ].join('\n');
}
