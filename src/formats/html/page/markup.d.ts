import type { PageData } from '../html-data.ts';

export const VERDICT_WORDS: Readonly<
  Record<'p' | 'f' | 'i' | 'e' | 's' | 'm', readonly [word: string, symbol: string]>
>;
export function escaped(text: string): string;
export function percentText(rate: number, direction?: 'nearest' | 'up' | 'down'): string;
export function cellLabel(data: PageData, cell: number): string;
export function edgesOf(
  data: PageData,
  order: readonly number[],
  first: 'libc' | 'python',
): readonly (readonly ('' | 'libc' | 'python')[])[];
export function headHtml(data: PageData, columns: readonly number[]): string;
export function rowHtml(
  data: PageData,
  row: number,
  columns: readonly number[],
  edges: readonly ('' | 'libc' | 'python')[],
  above: number | undefined,
  first: 'libc' | 'python',
): string;
export function countOf(data: PageData, cell: number): string;
export function rateOf(data: PageData, cell: number): string;
