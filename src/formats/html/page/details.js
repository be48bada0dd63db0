/**
 * Everything about one cell, for the panel that it opens. Pure.
 */
import { VERDICT_WORDS, escaped, factOf, isChanged, percentText, verdictAt } from './markup.js';

/** The command that measures a cell again: its text with the ids put back for their marks. */
export function rerunOf(data, row, column) {
  const template = data.strings[data.rerun[row * data.columns.length + column]];
  return template
    .replaceAll('\u0001', () => factOf(data, row, 'id'))
    .replaceAll('\u0002', () => data.columns[column].id);
}

/** The panel's content. */
export function detailsHtml(data, row, column) {
  const cell = row * data.columns.length + column;
  const verdict = verdictAt(data, cell);
  const [word, symbol] = VERDICT_WORDS[verdict];
  const reason = data.strings[data.reason[cell]];
  return [
    `<p class="verdict v-${verdict}"><span class="symbol">${symbol}</span> ${word}` +
      `${expectation(data, cell)}${changeSince(data, cell)}</p>`,
    `<h2 id="details-title"><span>${escaped(factOf(data, row, 'id')).replaceAll('/', '/<wbr>')}</span> ` +
      `<span class="scenario">${escaped(data.columns[column].id).replaceAll('/', '/<wbr>')}</span></h2>`,
    reason === '' ? '' : `<p class="reason">${escaped(reason)}</p>`,
    verdict === 'm' ? '<p class="reason">The report has no such cell.</p>' : figures(data, cell),
    evidence(data, cell),
    commands(data, row, column),
    facts(data, row),
  ].join('');
}

function expectation(data, cell) {
  const expected = VERDICT_WORDS[data.expected[cell]]?.[0];
  if (expected === undefined) return '';
  return data.unexpected[cell] === '1'
    ? ` <strong class="mark">not as expected: ${expected}</strong>`
    : ` <span class="expected">expected: ${expected}</span>`;
}

function changeSince(data, cell) {
  return isChanged(data, cell)
    ? ` <strong class="mark changed">before: ${VERDICT_WORDS[data.before[cell]].join(' ')}</strong>`
    : '';
}

function figures(data, cell) {
  const failures = data.failures[cell];
  const exposed = data.exposed[cell];
  const number = (value) => value.toLocaleString('en');
  const rows = [];
  if (exposed > 0) {
    rows.push(['Failed', `${number(failures)} of ${number(exposed)} exposed calls`]);
  }
  if (failures > 0) {
    rows.push([
      'Rate',
      `${percentText(failures / exposed)}, between ${percentText(data.low[cell], 'down')} and ` +
        `${percentText(data.high[cell], 'up')} with ${data.confidence} confidence`,
    ]);
    rows.push(['Symptoms', symptoms(data, cell)]);
    if (data.first[cell] > 0)
      rows.push(['First failure', `after ${secondsText(data.first[cell])}`]);
  } else if (data.bound[cell] > 0) {
    rows.push([
      'Rate',
      `at most ${percentText(data.bound[cell], 'up')} with ${data.confidence} confidence`,
    ]);
  }
  rows.push([
    'Measured',
    `${number(data.calls[cell])} calls in ${number(data.trials[cell])} ` +
      `${data.trials[cell] === 1 ? 'trial' : 'trials'}, ${secondsText(data.seconds[cell])}`,
  ]);
  return definitions(rows);
}

function symptoms(data, cell) {
  const seen = data.symptoms[cell];
  if (!Array.isArray(seen)) return `${data.strings[seen]}, all`;
  const parts = [];
  for (let index = 0; index < seen.length; index += 2) {
    parts.push(`${data.strings[seen[index]]} ${seen[index + 1]}`);
  }
  return parts.join(', ');
}

function secondsText(seconds) {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
}

function evidence(data, cell) {
  const lines = data.evidence[cell];
  if (lines === 0) return '';
  const shown = lines.filter((line) => line >= 0).map((line) => data.strings[line]);
  const left = -(lines.at(-1) < 0 ? lines.at(-1) : 0);
  return (
    `<h3>Evidence</h3><pre tabindex="0">${escaped(shown.join('\n'))}</pre>` +
    (left > 0 ? `<p class="more">${left} more in report.json.</p>` : '')
  );
}

function commands(data, row, column) {
  const rerun = rerunOf(data, row, column);
  if (rerun === '') return '';
  return (
    `<h3>Measure it again</h3><div class="command"><pre tabindex="0"><code>${escaped(rerun)}</code></pre>` +
    `<button type="button" class="copy">Copy</button></div>`
  );
}

function facts(data, row) {
  const found = [
    ['Python', factOf(data, row, 'python')],
    ['Build', factOf(data, row, 'build')],
    ['C library', factOf(data, row, 'libc')],
    ['Package', factOf(data, row, 'package')],
    ['Distribution', factOf(data, row, 'distro')],
    ['/bin/sh', factOf(data, row, 'shell')],
    ['Image from', factOf(data, row, 'source')],
    ['Image', factOf(data, row, 'imageId')],
    ['Fingerprint', factOf(data, row, 'fingerprint')],
  ].filter(([, value]) => value !== '' && value !== '?');
  return found.length === 0
    ? '<h3>Environment</h3><p>Its image could not be had, so nothing is known about it.</p>'
    : `<h3>Environment</h3>${definitions(found)}`;
}

function definitions(rows) {
  return `<dl>${rows.map(([name, value]) => `<dt>${escaped(name)}</dt><dd>${escaped(value)}</dd>`).join('')}</dl>`;
}
