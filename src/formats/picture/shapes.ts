/** The shapes that the picture is made of, and its measures. */
import { xmlLine, type XmlElement } from '../../text/xml-text.ts';

/** Pixels. */
export const PADDING = 16;
export const ROW = 40;
export const LINE = 18;

/** A horizontal line. */
export function addLine(svg: XmlElement, style: string, x1: number, x2: number, y: number): void {
  svg.ele('line', { class: style, x1, x2, y1: y, y2: y });
}

/** A line of text, whose control characters are made visible; nothing for an empty one. */
export function addText(svg: XmlElement, style: string, x: number, y: number, text: string): void {
  if (text !== '') svg.ele('text', { class: style, x, y }).txt(xmlLine(text));
}
