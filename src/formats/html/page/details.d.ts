import type { PageData } from '../html-data.ts';

export function rerunOf(data: PageData, row: number, column: number): string;
export function detailsHtml(data: PageData, row: number, column: number): string;
