/**
 * The library that checks outside data, by its CommonJS build: tsx passes each of the hundred files of the
 * other one through a hook, which takes a tenth of the start of `matrix plan`.
 */
import { createRequire } from 'node:module';
import type zod from 'zod';

export const { z } = createRequire(import.meta.url)('zod') as { readonly z: typeof zod };

// Only so can the types be under the same name as the values.
// eslint-disable-next-line @typescript-eslint/no-namespace
export declare namespace z {
  type ZodType = zod.ZodType;
  type ZodNumber = zod.ZodNumber;
  type ZodSafeParseResult<Output> = zod.ZodSafeParseResult<Output>;
  type output<Schema extends ZodType> = zod.output<Schema>;
}
