import type { z } from 'zod';

/** A value that no one changes once it is there, down to its last part. */
type Immutable<T> = { readonly [Key in keyof T]: Immutable<T[Key]> };

/** What a schema describes, as a value that no one changes. */
export type ValueOf<Schema extends z.ZodType> = Immutable<z.output<Schema>>;
