/** report.html: one file that needs no network, is read on any screen and on paper, and can be filtered. Pure. */
import { type Verdict, VERDICTS } from '../../model.ts';
import { homePlatform, seenFrom } from '../../report/seen-from.ts';
import type { Report } from '../../report/schema.ts';
import {
  adviceInWords,
  adviceTable,
  adviceText,
  adviceOf,
  isWorthATable,
  type Advice,
} from '../../analysis/advise.ts';
import { SYMBOLS } from '../../report/cell-text.ts';
import { diffHeadline, diffSections } from '../../comparison/diff-text.ts';
import { diffReports } from '../../comparison/diff.ts';
import { headline } from '../../analysis/headline.ts';
import { pageDataOf } from './html-data.ts';
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
import { columnsOf, rowsOf } from './page/choice.ts';
import { headHtml, rowHtml, tableOf } from './page/markup.ts';
import { letterOf, type PageData } from './page/page-data.ts';
import { plotHtml } from './page/plot.ts';
import { escaped } from '../../text/html-text.ts';
import { quantityIs } from '../../text/quantity.ts';
import {
  placeText,
  reasonGroups,
  reasonHead,
  VARIES,
  type ReasonGroup,
} from '../../analysis/reasons.ts';
import { leftOutText } from '../../report/left-out-text.ts';
import {
  engineText,
  hostText,
  legend,
  lockText,
  ruleText,
  warningTexts,
} from '../../report/run-text.ts';
import { analyseScenarios, byWeight } from '../../analysis/scenario-analysis.ts';
import { visibleLine } from '../../text/visible-text.ts';

/** Tables with more cells than this are drawn by the script, the rows in view only. */
const MOST_WRITTEN = 6_000;
/** Of a list beside the table. */
const MOST_LISTED = 200;
/** A headline of more characters than this is set smaller. */
const LONG_HEADLINE = 110;
/** Width of the plot until the script knows the real one. */
const PLOT_WIDTH = 900;

/**
 * The page. Up to 6,000 cells the table is in it and can be read without a script; beyond that
 * the script draws it.
 *
 * Output of containers is escaped, and its control characters are made visible. A content security
 * policy permits only the page's own script, and no loading of anything.
 *
 * @param earlier a report to compare with: the page marks cells that changed since, and lists what did
 * @returns a section, or a list of the script's data, a part
 */
export function* htmlParts(
  report: Report,
  { style, script }: PageAssets,
  earlier?: Report,
): Generator<string> {
  const baseline = earlier && seenFrom(earlier, homePlatform(report.run));
  const data = pageDataOf(report, baseline);
  const title = visibleLine(headline(report));
  const isEmpty = data.verdicts === '';
  const frame = { title, style, script: isEmpty ? undefined : script };
  yield documentStart(frame);
  yield lineOf(pageHeader(report));
  yield lineOf('<main>');
  yield lineOf(`<h1${title.length > LONG_HEADLINE ? ' class="long"' : ''}>${escaped(title)}</h1>`);
  yield lineOf(warningList(report));
  yield lineOf(chips(report));
  yield lineOf(gridSection(report, data));
  yield lineOf(changeSection(report, baseline));
  yield lineOf(findingSection(report));
  yield lineOf(adviceSection(report));
  yield lineOf(plotSection(report, data));
  yield lineOf(reasonSection(report));
  yield lineOf('</main>');
  yield lineOf(methodFooter(report));
  yield lineOf(detailsDialog());
  yield* dataParts(data);
  yield documentEnd(frame);
}

/** JSON for a script element: without a `<`, nothing in it can end the element or open a comment. */
function* dataParts(data: PageData): Generator<string> {
  yield '<script type="application/json" id="data">';
  for (const [index, [name, value]] of Object.entries(data).entries()) {
    const json = JSON.stringify(value).replaceAll('<', '\\u003c');
    yield `${index === 0 ? '{' : ','}"${name}":${json}`;
  }
  yield '}</script>\n';
}

function pageHeader({ run }: Report): string {
  const { tool, id, startedAt } = run;
  return (
    `<header><span>${escapedLine(`${tool.name} ${tool.version}`)} · run ${escapedLine(id)} · ` +
    `${timeHtml(startedAt)}</span>` +
    `<button type="button" id="theme" class="control" value="auto">Theme: auto</button></header>`
  );
}

function warningList(report: Report): string {
  const lines = warningTexts(report).map((warning) => `<li>${escapedLine(warning)}</li>`);
  return lines.length === 0
    ? ''
    : `<ul class="warnings" aria-label="Warnings">${lines.join('')}</ul>`;
}

/** The most important part first. */
const CHIP_ORDER: readonly Verdict[] = ['fail', 'pass', 'inconclusive', 'error', 'skipped'];

function chips({ summary }: Report): string {
  const counts = CHIP_ORDER.filter((verdict) => summary[verdict] > 0).map((verdict) =>
    chip(
      `v-${letterOf(verdict)}`,
      verdict,
      `${SYMBOLS[verdict]} <b>${summary[verdict]}</b> ${verdict}`,
    ),
  );
  const unexpected =
    summary.unexpected > 0
      ? chip('', 'unexpected', `≠ <b>${summary.unexpected}</b> not as expected`)
      : '';
  return `<ul class="chips" aria-label="Cells by verdict">${counts.join('')}${unexpected}</ul>`;
}

function chip(className: string, verdict: Verdict | 'unexpected', content: string): string {
  return `<li class="chip ${className}" data-verdict="${verdict}"><span>${content}</span></li>`;
}

function gridSection(report: Report, data: PageData): string {
  const columns = columnsOf(data);
  const rows = rowsOf(data);
  if (rows.length === 0 || columns.length === 0) return '<p>There is nothing in this report.</p>';
  const written = rows.length * columns.length <= MOST_WRITTEN;
  const table = tableOf(data, written ? rows : [], 'libc');
  const body = table.rows.map((_, place) => rowHtml(table, place, columns)).join('\n');
  return [
    '<section aria-labelledby="grid-title">',
    '<h2 id="grid-title" class="quiet">Verdicts by environment and scenario</h2>',
    toolbar(),
    '<div id="printed"></div>',
    '<div id="scroller" tabindex="-1">',
    `<table id="table" class="grid"><caption class="quiet">Verdict of each scenario (columns) in each environment (rows), by C library: how many of the exposed calls failed, and the rate, or its bound where none did. Each cell opens its details; the arrow keys move between cells.</caption>`,
    `<thead>${headHtml(data, columns)}</thead>`,
    `<tbody>${body}</tbody>`,
    '</table></div>',
    '<p id="nothing" hidden>No environment and scenario matches these filters.</p>',
    written
      ? ''
      : '<noscript><p>This table is too large to be shown without JavaScript. See report.md and report.csv.</p></noscript>',
    legendList(report),
    '</section>',
  ].join('\n');
}

function toolbar(): string {
  return [
    '<div id="toolbar">',
    '<input id="search" class="control" type="search" placeholder="Search the table" aria-label="Find an environment or scenario">',
    '<div id="filters"></div>',
    '<div id="order" role="group" aria-label="Order of rows"><span>By</span>',
    '<button type="button" value="libc">C library</button><button type="button" value="python">Python</button></div>',
    '<div id="fold" role="group" aria-label="Columns" hidden><span>Columns</span>',
    '<button type="button" value="launcher">by launcher</button><button type="button" value="mutation">by change</button>',
    '<button type="button" value="none">each</button></div>',
    '<button type="button" id="reset" class="control" hidden>Show everything</button>',
    '<p id="status" role="status"></p>',
    '</div>',
  ].join('');
}

function legendList(report: Report): string {
  const verdictLines = legend(report)
    .filter((line) => !line.startsWith('≠'))
    .map((line) => {
      const [symbol = '', ...words] = line.split(' ');
      const verdict = VERDICTS.find((one) => symbol.startsWith(SYMBOLS[one])) ?? 'skipped';
      return `<li><span class="swatch v-${letterOf(verdict)}">${symbol}</span>${escaped(words.join(' '))}</li>`;
    });
  return [
    '<ul class="legend" aria-label="How to read a cell">',
    ...verdictLines,
    '<li><span class="swatch edge-libc"></span>the rule has its edge here, along the C library</li>',
    '<li><span class="swatch edge-other"></span>along another fact, such as Python</li>',
    report.summary.unexpected > 0
      ? '<li><span class="swatch unexpected"></span>not as expected</li>'
      : '',
    '</ul>',
  ].join('');
}

function changeSection(report: Report, baseline: Report | undefined): string {
  if (!baseline) return '';
  const diff = diffReports(baseline, report);
  const cards = diffSections(diff).map(({ title, lines }) => {
    const items = lines.slice(0, MOST_LISTED).map((line) => `<li>${escapedLine(line)}</li>`);
    return `<li class="card"><h3>${escaped(title)}</h3>${foldedList(items, lines.length)}</li>`;
  });
  return section('changes', 'What changed', [
    `<p>${escapedLine(diffHeadline(diff))}</p>`,
    cards.length === 0 ? '' : `<ul class="columns">${cards.join('')}</ul>`,
  ]);
}

function findingSection({ findings }: Report): string {
  const scenarios = [...new Set(findings.map(({ scenario }) => scenario))];
  const cards = scenarios.map((scenario) => {
    const own = findings.filter((finding) => finding.scenario === scenario);
    const items = own.map((finding) => `<li>${escapedLine(finding.text)}</li>`).join('');
    return `<li class="card"><h3>${idText(scenario)}</h3><ul>${items}</ul></li>`;
  });
  return cards.length === 0
    ? ''
    : section('findings', 'Findings', [`<ul class="columns">${cards.join('')}</ul>`]);
}

function adviceSection(report: Report): string {
  const advice = adviceOf(report);
  if (!isWorthATable(advice)) return '';
  const { columns, rows } = adviceTable(advice);
  const { caution, launchers, recommendation } = adviceInWords(advice, report.environments);
  const head = columns.map((column) => `<th scope="col">${escaped(column)}</th>`).join('');
  const body = rows.map(
    ({ launcher, cells }) =>
      `<tr><th scope="row">${idText(launcher)}</th>${cells.map(adviceCell).join('')}</tr>`,
  );
  return section('advice', 'What was safe against what', [
    `<p>${caution}</p>`,
    '<div class="wide" tabindex="0" role="group" aria-labelledby="advice-title"><table class="advice">',
    `<thead><tr><th scope="col">launcher</th>${head}</tr></thead>`,
    `<tbody>${body.join('')}</tbody></table></div>`,
    `<ul>${launchers.map(({ launcher, text: words }) => `<li>${idText(launcher)}: ${escapedLine(words)}</li>`).join('')}</ul>`,
    `<p>${escapedLine(recommendation)}</p>`,
  ]);
}

function adviceCell(advice: Advice | undefined): string {
  const letter = { safe: 'p', unsafe: 'f', unknown: 'i', untried: 's' }[
    advice?.standing ?? 'untried'
  ];
  return `<td class="v-${letter}"><span>${escaped(adviceText(advice))}</span></td>`;
}

function plotSection(report: Report, data: PageData): string {
  if (data.rows === 0 || data.columns.length === 0) return '';
  // The scenario in which most is to be seen.
  const column = byWeight(analyseScenarios(report))[0] ?? 0;
  return section('plot', 'How often it fails', [
    '<p>The failure rate of one scenario in each environment, with its interval. Where nothing failed, the arrow is the bound: the rate lies somewhere to its left.</p>',
    '<p class="plot-choice"><label>Scenario <select id="plot-scenario" class="control"></select></label></p>',
    `<div id="plot" data-column="${column}">${plotHtml(data, rowsOf(data), column, PLOT_WIDTH)}</div>`,
    '<p id="plot-more" class="more"></p>',
  ]);
}

function reasonSection(report: Report): string {
  const groups = reasonGroups(report);
  if (groups.length === 0) return '';
  const cards = groups.slice(0, MOST_LISTED).map(reasonCard);
  const left = groups.length - cards.length;
  if (left > 0)
    cards.push(`<li class="card">${quantityIs(left, 'more reason')} in report.json.</li>`);
  return section('reasons', 'Not measured or inconclusive, and why', [
    `<ul class="columns">${cards.join('')}</ul>`,
  ]);
}

function reasonCard(group: ReasonGroup): string {
  const { reason, varies, places } = group;
  const shown = places.slice(0, MOST_LISTED).map((place) => `<li>${placeText(place, idText)}</li>`);
  return (
    `<li class="card"><h3>${reasonHead(group)}</h3>` +
    `<p>${escapedLine(reason)}${varies ? VARIES : ''}</p>${foldedList(shown, places.length)}</li>`
  );
}

function methodFooter(report: Report): string {
  const { run } = report;
  const facts = [
    ...(run.source === undefined ? [] : [['Reproduction', run.source.text] as const]),
    ['Host', hostText(run)],
    ['Engine', engineText(run)],
    ...(run.lock === undefined ? [] : [['Lock', lockText(run)] as const]),
    ...(run.leftOut === undefined ? [] : [['Rows', leftOutText(run.leftOut)] as const]),
    ['Matrix', `${run.matrix.path}, sha256 ${run.matrix.sha256}`],
    ['Measured', `${run.startedAt} to ${run.finishedAt}`],
  ] as const;
  return [
    '<footer aria-labelledby="method-title">',
    '<h2 id="method-title">How it was measured</h2>',
    `<p>${escapedLine(ruleText(report))}</p>`,
    `<p>${run.counts === 'runs' ? 'Whole runs of the script count' : 'An exposed call is one during which the environment changed at least once; only these count'}. The interval of a rate is the exact one of Clopper and Pearson. It assumes that ${run.counts === 'runs' ? 'runs fail independently of each other' : 'calls fail independently of each other, which calls of one process need not do'}. A pass bounds how often a failure can occur with this workload on this host. It does not prove that there is none.</p>`,
    `<dl>${facts.map(([name, value]) => `<dt>${name}</dt><dd>${escapedLine(value)}</dd>`).join('')}</dl>`,
    '</footer>',
  ].join('\n');
}

function detailsDialog(): string {
  return (
    '<dialog id="details" aria-labelledby="details-title"><div class="panel">' +
    '<button type="button" id="details-close" class="control" aria-label="Close">✕</button>' +
    '<div id="details-content"></div></div></dialog>'
  );
}
