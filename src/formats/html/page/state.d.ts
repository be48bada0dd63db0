export type FilterName = 'python' | 'libc' | 'distro' | 'scenario' | 'verdict';

export interface State {
  search: string;
  order: 'libc' | 'python';
  filters: Record<FilterName, string[]>;
  plot: string;
  open: { environment: string; scenario: string } | undefined;
}

export const FILTERS: readonly FilterName[];
export function initialState(): State;
export function stateFromHash(hash: string): State;
export function hashFromState(state: State): string;
