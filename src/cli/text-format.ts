/** The formats of what is said about reports, rather than made of one. Pure. */
import type { Options } from './options.ts';
import { UserError } from './user-error.ts';

const TEXT_FORMATS = ['terminal', 'markdown', 'json'] as const;
export type TextFormat = (typeof TEXT_FORMATS)[number];

/** @throws UserError for a format that there is not */
export function textFormat({ format, json }: Pick<Options, 'format' | 'json'>): TextFormat {
  if (format === undefined) return json ? 'json' : 'terminal';
  const known = TEXT_FORMATS.find((one) => one === format);
  if (known) return known;
  throw new UserError(`there is no format ${format}; there are ${TEXT_FORMATS.join(', ')}`);
}
