/** A row of report.json, which a baseline and a journal have as well. Pure. */
import { z } from '../zod.ts';
import { count, idSchema as id, short } from './schema-parts.ts';

export const rowSchema = z
  .object({
    id,
    python: z
      .object({
        implementation: short,
        version: short,
        build: short,
        builtAgainst: z
          .object({
            name: short,
            version: short.optional().describe('Exact, where the build noted it.'),
            atLeast: short
              .optional()
              .describe('Otherwise the newest version whose symbols it needs: a lower bound.'),
            below: short.optional().describe('The version before which it was built.'),
          })
          .optional()
          .describe('The C library that it was compiled against, as far as that is known.'),
        gil: z.boolean().optional().describe('Whether the GIL is on.'),
        subprocess: z
          .object({
            posixSpawn: z.boolean().describe('subprocess._USE_POSIX_SPAWN'),
            vfork: z
              .boolean()
              .describe('subprocess._USE_VFORK; without that switch, CPython 3.10 and later'),
            closeFrom: z
              .boolean()
              .describe('Whether os.POSIX_SPAWN_CLOSEFROM existed when Python was compiled.'),
          })
          .optional()
          .describe('How subprocess starts a child.'),
      })
      .optional(),
    libc: z.object({ name: z.enum(['glibc', 'musl']), version: short, package: short }).optional(),
    distro: z.object({ id: short, version: short }).optional(),
    shell: short.optional(),
    arch: short.optional().describe('Of the machine as the row saw it.'),
    platform: z
      .object({
        name: short.describe('Such as linux/386.'),
        pointerBits: count,
        byteOrder: z.enum(['little', 'big']),
        pageSize: count.describe('Bytes.'),
      })
      .optional()
      .describe('Of the interpreter, as measured.'),
    emulated: z
      .boolean()
      .optional()
      .describe('Whether an emulator ran its programs; natively where absent.'),
    image: z
      .object({
        id: short,
        fingerprint: short,
        source: short,
        archives: z
          .array(
            z.object({
              address: short.describe('Without its scheme.'),
              suite: short,
              day: short.describe('That the Release file states, such as 2026-09-12.'),
            }),
          )
          .max(20)
          .optional()
          .describe("Where packages come from, according to apt's lists in the image."),
      })
      .optional(),
  })
  .describe(
    'A row, with what was measured inside its image. Without an image it has its id alone, and its cells give the reason.',
  );
