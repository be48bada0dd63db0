/** The small things that matrix.yaml is made of: names, paths, quantities, patterns, sentences. */
import { z } from '../zod.ts';
import type { Result } from '../result.ts';
import { parsePattern } from './pattern.ts';
import { bytesOf, DURATION_PATTERN, secondsOf, SIZE_PATTERN } from './quantities.ts';

/** Longer names break tables, and image names have their own limits. */
export const LONGEST_ID = 64;

const ID = 'lower-case letters and digits with single `.`, `+` or `-` between them';

/** Text in a form, of at most so many characters; `error` follows the text in messages. */
export function textOf(
  form: RegExp,
  most: number,
  error: string | ((issue: { readonly input?: unknown }) => string),
) {
  return z
    .string()
    .max(most, { error: `is longer than ${most} characters` })
    .regex(form, { error });
}

/**
 * The name of a base, a Python or a group. It becomes a part of ids, file names and image names, so
 * nothing in it may lead elsewhere, and it must be what an engine takes for the name of an image.
 */
export const idSchema = textOf(
  /^[a-z0-9]+([.+-][a-z0-9]+)*$/,
  LONGEST_ID,
  `is not a name made of ${ID}`,
).meta({ description: `a name made of ${ID}` });

/** A folder below another one. Neither a dot nor a hyphen may begin one of its names. */
export const folderSchema = textOf(/^\w[\w.+-]*(\/\w[\w.+-]*)*$/, 200, ({ input }) => {
  const path = String(input);
  if (path.startsWith('/')) return 'is an absolute path, which means another folder elsewhere';
  if (path.split('/').includes('..')) return 'leads out of its folder by `..`';
  return 'is not a path made of letters, digits, `_`, `.`, `+`, `-` and `/`';
});

/** A quantity with a unit, read as a number; its bounds are as written in the file. */
function quantitySchema(
  kind: string,
  form: RegExp,
  read: (text: string) => number | null,
  such: string,
) {
  return (description: string, least: string, most: string) => {
    const [low, high] = [read(least) ?? 0, read(most) ?? 0];
    return z
      .string()
      .regex(form, { error: `is not a ${kind}` })
      .transform((text) => read(text) ?? 0)
      .refine((number) => number >= low && number <= high, {
        error: `is not between ${least} and ${most}`,
      })
      .meta({ description: `${description}: a ${kind} such as ${such}` });
  };
}

/** A duration, read as seconds. */
export const duration = quantitySchema(
  'duration',
  DURATION_PATTERN,
  secondsOf,
  '`500ms`, `0.7s`, `2m`',
);

/** A size, read as bytes. */
export const size = quantitySchema('size', SIZE_PATTERN, bytesOf, '`512MiB` or `1GiB`');

/** A whole number from `least` to `most`. */
export function count(description: string, least: number, most: number) {
  return within(z.int(), `${description}: a whole number`, least, most);
}

/** A number from `least` to `most`. */
export function share(description: string, least: number, most: number) {
  return within(z.number(), `${description}: a number`, least, most);
}

function within(number: z.ZodNumber, description: string, least: number, most: number) {
  return number
    .min(least, { error: `is less than ${least}` })
    .max(most, { error: `is more than ${most}` })
    .meta({ description: `${description} from ${least} to ${most}` });
}

/**
 * A single value in place of a list of one, read as a list.
 *
 * @param description what the things are, in the plural
 */
export function oneOrMore<Schema extends z.ZodType>(one: Schema, description: string) {
  return z
    .union([
      one,
      z
        .array(one)
        .min(1, { error: 'is empty' })
        .meta({ description: `a list: ${description}` }),
    ])
    .transform((given) => (Array.isArray(given) ? given : [given]))
    .meta({ description: `${description}, one or a list of them` });
}

/**
 * A list with at most so many entries.
 *
 * @param description what the list is of, after "a list of"
 */
export function listOf<Schema extends z.ZodType>(one: Schema, most: number, description: string) {
  return z
    .array(one)
    .max(most, { error: `has more than ${most} entries` })
    .meta({ description: `a list of ${description}` });
}

/** Text that `parse` turns into a value, or for which it returns the problem. */
export function parsed<Parsed>(
  parse: (text: string) => Result<Parsed, string>,
  description: string,
) {
  return z
    .string()
    .transform((given, context) => {
      const result = parse(given);
      if (result.ok) return result.value;
      context.addIssue({ code: 'custom', message: result.error, input: given });
      return z.NEVER;
    })
    .meta({ description });
}

const patternSchema = parsed(
  parsePattern,
  'a pattern for ids such as `debian-1[12]/*` or `*/os.system`, or for one name in them such as `pypy3` or `*-musl`',
);

/** Patterns for ids or for names in them, one or a list, read as what {@link parsePattern} gives. */
export const patternsSchema = oneOrMore(
  patternSchema,
  'patterns for ids such as `debian-1[12]/*` or `*/os.system`, or for names in them such as `*-musl`',
);

/** A sentence of the file's author that terminals and reports show: on one line, and only to be seen. */
export const sentenceSchema = z
  .string()
  .transform((text) => text.replaceAll(/\s+/gu, ' ').trim())
  .pipe(
    z
      .string()
      .min(1, { error: 'is empty' })
      .max(500, { error: 'is longer than 500 characters' })
      .regex(/^[^\p{Cc}\p{Cf}]*$/u, { error: 'holds a control character' }),
  );
