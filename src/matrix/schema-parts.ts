/** The small things that matrix.yaml is made of: names, paths, quantities, patterns, sentences. */
import { z } from 'zod';
import { parsePattern } from './pattern.ts';
import { bytesOf, DURATION, secondsOf, SIZE } from './quantities.ts';

/** Longer names break tables, and image names have limits of their own. */
export const LONGEST_ID = 64;

const ID = 'lower-case letters and digits with single `.`, `+` or `-` between them';

/**
 * The name of a base, a Python or a group. It becomes a part of ids, file names and image names, so
 * nothing in it may lead elsewhere, and it must be what an engine takes for the name of an image.
 */
export const idSchema = z
  .string()
  .max(LONGEST_ID, { error: `is longer than ${LONGEST_ID} characters` })
  .regex(/^[a-z0-9]+([.+-][a-z0-9]+)*$/, { error: `is not a name made of ${ID}` })
  .meta({ description: `a name made of ${ID}` });

/** A folder below another one. Neither a dot nor a hyphen may begin one of its names. */
export const folderSchema = z
  .string()
  .max(200, { error: 'is longer than 200 characters' })
  .regex(/^\w[\w.+-]*(\/\w[\w.+-]*)*$/, {
    error: ({ input }) => {
      const path = String(input);
      if (path.startsWith('/')) return 'is an absolute path, which means another folder elsewhere';
      if (path.split('/').includes('..')) return 'leads out of its folder by `..`';
      return 'is not a path made of letters, digits, `_`, `.`, `+`, `-` and `/`';
    },
  });

/**
 * A duration, read as seconds.
 *
 * @param description what it is the duration of
 * @param least the shortest one allowed, as written in the file
 * @param most the longest one allowed, as written in the file
 */
export function duration(description: string, least: string, most: string) {
  const [low, high] = [secondsOf(least) ?? 0, secondsOf(most) ?? 0];
  return z
    .string()
    .regex(DURATION, { error: 'is not a duration' })
    .transform((text) => secondsOf(text) ?? 0)
    .refine((seconds) => seconds >= low && seconds <= high, {
      error: `is not between ${least} and ${most}`,
    })
    .meta({ description: `${description}: a duration such as \`500ms\`, \`0.7s\`, \`2m\`` });
}

/** A size, read as bytes; `least` and `most` as written in the file. */
export function size(description: string, least: string, most: string) {
  const [low, high] = [bytesOf(least) ?? 0, bytesOf(most) ?? 0];
  return z
    .string()
    .regex(SIZE, { error: 'is not a size' })
    .transform((text) => bytesOf(text) ?? 0)
    .refine((bytes) => bytes >= low && bytes <= high, {
      error: `is not between ${least} and ${most}`,
    })
    .meta({ description: `${description}: a size such as \`512MiB\` or \`1GiB\`` });
}

/** A whole number from `least` to `most`. */
export function count(description: string, least: number, most: number) {
  return z
    .int()
    .min(least, { error: `is less than ${least}` })
    .max(most, { error: `is more than ${most}` })
    .meta({ description: `${description}: a whole number from ${least} to ${most}` });
}

/** A number from `least` to `most`. */
export function share(description: string, least: number, most: number) {
  return z
    .number()
    .min(least, { error: `is less than ${least}` })
    .max(most, { error: `is more than ${most}` })
    .meta({ description: `${description}: a number from ${least} to ${most}` });
}

/**
 * One thing where a list of them is allowed, so that a list of one needs no brackets; read as a list.
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
    .transform((given) => (Array.isArray(given) ? given : [given]) as z.output<Schema>[])
    .meta({ description: `${description}, one or a list of them` });
}

const patternSchema = z
  .string()
  .transform((text, context) => {
    const pattern = parsePattern(text);
    if (pattern.ok) return pattern.value;
    context.addIssue({ code: 'custom', message: pattern.error, input: text });
    return z.NEVER;
  })
  .meta({
    description:
      'a pattern for ids such as `debian-1[12]/*` or `*/os.system`, or for one name in them such as `pypy3` or `*-musl`',
  });

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
