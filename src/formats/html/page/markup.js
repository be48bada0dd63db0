/**
 * The table's markup, made in the same way by the program and by the page's own script. Pure: data in,
 * text out. Everything that is not a constant goes through `escaped`.
 *
 * @typedef {import('../html-data.ts').PageData} PageData
 */

/** A verdict's word and symbol by its letter. */
export const VERDICT_WORDS = {
  p: ['pass', '✓'],
  f: ['fail', '✗'],
  i: ['inconclusive', '?'],
  e: ['error', '!'],
  s: ['skipped', '–'],
  m: ['missing', '∅'],
};

/** Text for HTML, between tags and in quoted attributes. */
export function escaped(text) {
  return String(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** A row's fact as text; empty where it is not known. */
export function factOf(data, row, name) {
  return data.strings[data.facts[name][row]] ?? '';
}

/** @returns {'p' | 'f' | 'i' | 'e' | 's' | 'm'} */
export function verdictAt(data, cell) {
  return data.verdicts[cell] ?? 'm';
}

/** Two significant digits; `direction` is 'nearest', 'up' or 'down'. As percent() in cell-text.ts. */
export function percentText(rate, direction = 'nearest') {
  if (rate <= 0) return '0 %';
  const value = Math.max(rate, 1e-15) * 100;
  const scale = 10 ** (1 - Math.floor(Math.log10(value)));
  const scaled = value * scale;
  const rounded =
    {
      nearest: Math.round(scaled),
      up: Math.ceil(scaled * (1 - 1e-9)),
      down: Math.floor(scaled * (1 + 1e-9)),
    }[direction] / scale;
  if (direction === 'nearest' && rounded >= 100 && rate < 1) return '> 99 %';
  const digits = 1 - Math.floor(Math.log10(rounded) + 1e-12);
  return `${rounded.toFixed(Math.max(0, digits))} %`;
}

/** `312/1204`, or the verdict's word where counts mean nothing. */
export function countOf(data, cell) {
  const verdict = verdictAt(data, cell);
  const [word] = VERDICT_WORDS[verdict];
  if (!'pfi'.includes(verdict) || data.exposed[cell] === 0) return word;
  return `${data.failures[cell]}/${data.exposed[cell]}`;
}

/** The rate of a cell with failures, the bound of one without; empty where there is neither. */
export function rateOf(data, cell) {
  if (!'pfi'.includes(verdictAt(data, cell)) || data.exposed[cell] === 0) return '';
  if (data.failures[cell] > 0) return percentText(data.failures[cell] / data.exposed[cell]);
  return data.bound[cell] > 0 ? `≤ ${percentText(data.bound[cell], 'up')}` : '';
}

/** Whether the verdict differs from that of the report that this one is compared with. */
export function isChanged(data, cell) {
  const before = data.before[cell];
  return before !== undefined && before !== '.' && before !== verdictAt(data, cell);
}

/**
 * A cell's name for those who do not see the table. It holds what is to be seen in the cell, in the same
 * order, so that whoever speaks to the machine can say what stands there (WCAG 2.2, 2.5.3).
 */
export function cellLabel(data, cell) {
  const [word] = VERDICT_WORDS[verdictAt(data, cell)];
  const count = countOf(data, cell);
  const before = VERDICT_WORDS[data.before[cell]];
  const unexpected = data.unexpected[cell] === '1';
  return [
    ...(count === word ? [word] : [word, count]),
    rateOf(data, cell),
    unexpected ? `≠ ${VERDICT_WORDS[data.expected[cell]]?.[0] ?? ''}` : '',
    isChanged(data, cell) ? `was ${before[1]} ${before[0]}` : '',
    unexpected ? 'not as expected' : '',
  ]
    .filter((part) => part !== '')
    .join(', ');
}

/**
 * Where a verdict flips between rows that follow each other, and along which axis: `edges[i][x]` is
 * '', 'libc' or 'python' for the upper edge of the row at place i.
 *
 * A flip counts for the first axis of the order only if it is there among rows of the same kind: with
 * CPython and PyPy in turn, the edge between 2.36's PyPy and 2.41's CPython is one of Python, unless
 * CPython itself flipped between 2.36 and 2.41.
 *
 * @param order rows in the order in which they are shown
 * @param first the axis by which they are ordered, 'libc' or 'python'
 */
export function edgesOf(data, order, first) {
  const second = first === 'libc' ? 'python' : 'libc';
  const width = data.columns.length;
  const lastOfKind = new Map();
  return order.map((row, place) => {
    const above = place > 0 ? order[place - 1] : undefined;
    const line = factOf(data, row, `${first}Line`);
    const kind = `${line}\n${factOf(data, row, `${second}Line`)}`;
    const sameLine = above !== undefined && factOf(data, above, `${first}Line`) === line;
    const sameVersion =
      sameLine && factOf(data, above, `${first}Version`) === factOf(data, row, `${first}Version`);
    const last = lastOfKind.get(kind) ?? [];
    const edges = data.columns.map((_, x) => {
      const verdict = verdictAt(data, row * width + x);
      const upper = sameLine ? verdictAt(data, above * width + x) : 'm';
      const decided = 'pf'.includes(verdict);
      const flips = decided && 'pf'.includes(upper) && upper !== verdict;
      const flipsInKind = last[x] !== undefined && last[x] !== verdict;
      if (decided) last[x] = verdict;
      if (!flips) return '';
      return !sameVersion && flipsInKind ? first : second;
    });
    lastOfKind.set(kind, last);
    return edges;
  });
}

/** The row of column heads. */
export function headHtml(data, columns) {
  const heads = columns.map((x) => {
    const { top, name } = data.columns[x];
    return `<th scope="col"><span class="top">${escaped(top)}</span> <span class="name">${escaped(name).replaceAll(/([./-])/g, '$1<wbr>')}</span></th>`;
  });
  return `<tr><th scope="col" class="corner">environment</th>${heads.join('')}</tr>`;
}

/**
 * One row of the table.
 *
 * @param columns places of the columns that are shown
 * @param edges from `edgesOf`, for this row
 * @param above the row before it, or undefined
 * @param first the axis by which rows are ordered
 */
export function rowHtml(data, row, columns, edges, above, first) {
  const changes = ['Line', 'Version'].filter(
    (part) =>
      above !== undefined && factOf(data, above, first + part) !== factOf(data, row, first + part),
  );
  const classes = changes.includes('Line') ? 'new-line' : changes.length > 0 ? 'new-version' : '';
  const known = ['libc', 'package', 'python'].filter(
    (name) => !['', '?'].includes(factOf(data, row, name)),
  );
  const facts = known.map(
    (name) => `<span class="fact ${name}">${escaped(factOf(data, row, name))}</span>`,
  );
  const id = escaped(factOf(data, row, 'id')).replaceAll('/', '/<wbr>');
  const cells = columns.map((x) => cellHtml(data, row, x, edges[x] ?? ''));
  return (
    `<tr data-row="${row}"${classes === '' ? '' : ` class="${classes}"`}>` +
    `<th scope="row"><span class="id">${id}</span><span class="facts">${facts.join('') || 'nothing is known about it'}</span></th>` +
    `${cells.join('')}</tr>`
  );
}

function cellHtml(data, row, column, edge) {
  const cell = row * data.columns.length + column;
  const verdict = verdictAt(data, cell);
  const [, symbol] = VERDICT_WORDS[verdict];
  const unexpected = data.unexpected[cell] === '1';
  const changed = isChanged(data, cell);
  const rate = rateOf(data, cell);
  const expected = unexpected ? `≠ ${VERDICT_WORDS[data.expected[cell]]?.[0] ?? ''}` : '';
  const before = changed ? `was ${VERDICT_WORDS[data.before[cell]]?.[1] ?? ''}` : '';
  const notes = [rate, expected, before].filter((text) => text !== '');
  const classes = [
    `v-${verdict}`,
    ...(edge === '' ? [] : [`edge-${edge}`]),
    ...(unexpected ? ['unexpected'] : []),
    ...(changed ? ['changed'] : []),
  ];
  return (
    `<td class="${classes.join(' ')}"><button type="button" tabindex="-1" data-column="${column}" ` +
    `aria-label="${escaped(cellLabel(data, cell))}">` +
    `<span class="count"><span class="symbol">${symbol}</span> ${escaped(countOf(data, cell))}</span>` +
    notes.map((text) => ` <span class="note">${escaped(text)}</span>`).join('') +
    `</button></td>`
  );
}
