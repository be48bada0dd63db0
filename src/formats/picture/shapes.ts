/** The shapes that the picture is made of, and its measures. */
import type { create } from 'xmlbuilder2';
import { xmlLine } from '../../text/xml-text.ts';

/** Pixels. */
export const PADDING = 16;
export const ROW = 40;
export const LINE = 18;

export type Element = ReturnType<ReturnType<typeof create>['ele']>;

/** A horizontal line. */
export function addLine(svg: Element, style: string, x1: number, x2: number, y: number): void {
  svg.ele('line', { class: style, x1, x2, y1: y, y2: y });
}

/** A line of text, whose control characters are made visible; nothing for an empty one. */
export function addText(svg: Element, style: string, x: number, y: number, text: string): void {
  if (text !== '') svg.ele('text', { class: style, x, y }).txt(xmlLine(text));
}
