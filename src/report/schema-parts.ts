/** The small things that report.json is made of: ids, texts, counts, times, hashes, verdicts. Pure. */
import { VERDICTS } from '../model.ts';
import { z } from '../zod.ts';

/** Ids are shown, selected by globs and put into commands; a control character has no place in them. */
export const idSchema = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\p{C}\p{Zl}\p{Zp}]+$/u, 'an id has no control characters')
  .meta({ id: 'id', description: 'Such as debian-13/cpython-3.13-musl or add/os.system.' });
export const short = z.string().max(2_000).meta({ id: 'short' });
export const long = z.string().max(65_536).meta({ id: 'long' });
export const count = z.int().nonnegative().meta({ id: 'count' });
export const fraction = z.number().min(0).max(1).meta({ id: 'fraction' });
export const seconds = z.number().nonnegative().meta({ id: 'seconds' });
export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/, 'not a sha256 in hexadecimal');
export const instantSchema = z.iso
  .datetime()
  .meta({ id: 'instant', description: 'ISO 8601, UTC.' });
export const verdict = z.enum(VERDICTS).meta({ id: 'verdict' });

/** The id of a run, which is also the name of its folder: it must not contain a path. */
export const runIdSchema = z
  .string()
  .max(200)
  .regex(/^[A-Za-z0-9][\w.-]*$/, 'not the id of a run');
