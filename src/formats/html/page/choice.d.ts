import type { PageData } from '../html-data.ts';
import type { FilterName, State } from './state.js';

export function choicesOf(data: PageData): Record<FilterName, string[]>;
export function choose(
  data: PageData,
  state: State,
): {
  rows: readonly number[];
  columns: readonly number[];
  matches: (cell: number) => boolean;
};
