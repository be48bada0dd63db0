import type { PageData } from '../html-data.ts';

export const MOST_PLOTTED: number;
export function plotHtml(
  data: PageData,
  rows: readonly number[],
  column: number,
  width: number,
): string;
