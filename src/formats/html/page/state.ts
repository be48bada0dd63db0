/** The reader's selection, and its form in the page's address. Pure. */
import type { Axis } from '../../../report/row-place.ts';

/** The filters, in the order in which they are offered. */
export const FILTERS = [
  'python',
  'libc',
  'built',
  'subprocess',
  'distro',
  'launcher',
  'mutation',
  'scenario',
  'verdict',
] as const;
export type FilterName = (typeof FILTERS)[number];

/** How columns are put together: `auto` does so by launcher where there are many. */
export const FOLDS = ['auto', 'launcher', 'mutation', 'none'] as const;
export type Fold = (typeof FOLDS)[number];

export interface State {
  search: string;
  order: Axis;
  fold: Fold;
  /** The texts that are chosen of each filter; an empty list chooses everything. */
  filters: Record<FilterName, string[]>;
  /** The scenario that is plotted; empty for the one that the page chose. */
  plot: string;
  /** The cell whose details are open. */
  open: { environment: string; scenario: string } | undefined;
}

/** Everything is shown, by C library. */
export function initialState(): State {
  return stateFromHash('');
}

/** Reads an address's fragment; unknown parts are ignored. */
export function stateFromHash(hash: string): State {
  const values = new URLSearchParams(hash.replace(/^#/, ''));
  const environment = values.get('environment');
  const scenario = values.get('cell');
  return {
    search: values.get('search') ?? '',
    order: values.get('order') === 'python' ? 'python' : 'libc',
    fold: FOLDS.find((fold) => fold === values.get('fold')) ?? 'auto',
    filters: Object.fromEntries(
      FILTERS.map((name) => [name, [...new Set(values.getAll(name))]]),
    ) as State['filters'],
    plot: values.get('plot') ?? '',
    open: environment !== null && scenario !== null ? { environment, scenario } : undefined,
  };
}

/** The fragment of a state, empty for the initial one; `stateFromHash` gives the state back. */
export function hashFromState(state: State): string {
  const values = new URLSearchParams();
  if (state.search !== '') values.set('search', state.search);
  if (state.order !== 'libc') values.set('order', state.order);
  if (state.fold !== 'auto') values.set('fold', state.fold);
  for (const name of FILTERS) {
    for (const value of state.filters[name]) values.append(name, value);
  }
  if (state.plot !== '') values.set('plot', state.plot);
  if (state.open) {
    values.set('environment', state.open.environment);
    values.set('cell', state.open.scenario);
  }
  const text = values.toString();
  return text === '' ? '' : `#${text}`;
}
