/**
 * Which rows and columns a state shows. Pure.
 */
import { VERDICT_WORDS, factOf, isChanged, verdictAt } from './markup.js';

/** `CPython 3.13`: what rows are filtered by on the Python axis. */
export function pythonOf(data, row) {
  return (
    `${factOf(data, row, 'pythonLine')} ${factOf(data, row, 'pythonVersion')}`.trim() || 'not known'
  );
}

/** `glibc 2.41`. */
export function libcOf(data, row) {
  return (
    `${factOf(data, row, 'libcLine')} ${factOf(data, row, 'libcVersion')}`.trim() || 'not known'
  );
}

/** `debian 13`. */
export function distroOf(data, row) {
  const distro = factOf(data, row, 'distro');
  return ['', '?'].includes(distro) ? 'not known' : distro;
}

/** Every choice that each filter offers, in the order of the table. */
export function choicesOf(data) {
  const rows = Array.from({ length: data.rows }, (_, row) => row);
  const distinct = (values) => [...new Set(values)];
  const seen = new Set(data.verdicts);
  return {
    python: distinct(data.byPython.map((row) => pythonOf(data, row))),
    libc: distinct(rows.map((row) => libcOf(data, row))),
    distro: distinct(rows.map((row) => distroOf(data, row))).sort((a, b) =>
      a.localeCompare(b, 'en', { numeric: true }),
    ),
    scenario: data.columns.map(({ id }) => id),
    verdict: [
      ...Object.entries(VERDICT_WORDS)
        .filter(([letter]) => seen.has(letter))
        .map(([, [word]]) => word),
      ...(data.unexpected.includes('1') ? ['unexpected'] : []),
      ...(data.before === '' ? [] : ['changed']),
    ],
  };
}

/**
 * Rows in the order in which they are shown, columns, and a test for cells.
 *
 * A verdict that is chosen leaves the rows and columns that have such a cell; `matches` says which
 * cells these are, so that the others can step back.
 */
export function choose(data, state) {
  const { filters, search } = state;
  const width = data.columns.length;
  const chosen = (name) => (filters[name].length === 0 ? undefined : new Set(filters[name]));
  const [python, libc, distro] = ['python', 'libc', 'distro'].map(chosen);
  const scenario = chosen('scenario');
  const verdict = chosen('verdict');
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);

  const letters = new Set(
    Object.entries(VERDICT_WORDS)
      .filter(([, [word]]) => verdict?.has(word))
      .map(([letter]) => letter),
  );
  const matches = (cell) =>
    verdict === undefined ||
    letters.has(verdictAt(data, cell)) ||
    (verdict.has('unexpected') && data.unexpected[cell] === '1') ||
    (verdict.has('changed') && isChanged(data, cell));

  let columns = data.columns
    .map((_, x) => x)
    .filter((x) => !scenario || scenario.has(data.columns[x].id));
  const order =
    state.order === 'python' ? data.byPython : Array.from({ length: data.rows }, (_, row) => row);
  let rows = order.filter((row) => {
    if (python && !python.has(pythonOf(data, row))) return false;
    if (libc && !libc.has(libcOf(data, row))) return false;
    if (distro && !distro.has(distroOf(data, row))) return false;
    if (words.length === 0) return true;
    const text = ['id', 'libc', 'package', 'python', 'distro']
      .map((name) => factOf(data, row, name))
      .join(' ')
      .toLowerCase();
    return words.every((word) => text.includes(word));
  });
  if (verdict) {
    rows = rows.filter((row) => columns.some((x) => matches(row * width + x)));
    columns = columns.filter((x) => rows.some((row) => matches(row * width + x)));
  }
  return { rows, columns, matches };
}
