import type { z } from 'zod';

/** A value that does not change after its creation, including all nested values. */
type Immutable<T> = { readonly [Key in keyof T]: Immutable<T[Key]> };

/** The value that a schema describes, as an immutable one. */
export type ValueOf<Schema extends z.ZodType> = Immutable<z.output<Schema>>;
