/** Text for XML 1.0, which cannot hold every character, not even escaped. Pure. */
import type { create } from 'xmlbuilder2';
import { visibleLine, visibleText } from './visible-text.ts';

/** An element of a document that is being built. */
export type XmlElement = ReturnType<ReturnType<typeof create>['ele']>;

/**
 * Text with lines. Besides controls and lone surrogates, which become visible signs, XML excludes
 * U+FFFE and U+FFFF. Escaping is left to what writes the XML.
 *
 * Source: Extensible Markup Language (XML) 1.0, production 2.
 */
export function xmlText(text: string): string {
  return visibleText(text).replace(/[\ufffe\uffff]/g, '\ufffd');
}

/** As {@link xmlText}, on one line. */
export function xmlLine(text: string): string {
  return xmlText(visibleLine(text));
}
