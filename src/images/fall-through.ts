/** Builds on a base, and on its next source if the archive of the first one fails. */
import type { Base, BaseSource } from '../model.ts';
import { remedy, type ArchiveProblem } from './archive-problem.ts';
import { sourceText } from './archives.ts';
import type { ImageWork, Prepared } from './outcome.ts';

/** Builds on a base; `on` is the base with those of its sources that are still to be tried. */
type OnSources = (base: Base, build: (on: Base) => Promise<Prepared>) => Promise<Prepared>;

/**
 * Builds on a base until one of its sources has an archive that serves, and reports each failed
 * source once. A failure with another cause than the archive is returned unchanged. If all sources
 * failed, the outcome is `failed`, and the first line of its reason names each of them with its
 * error.
 *
 * @param prepareBase gives every caller the same image
 */
export function fallingThrough(
  prepareBase: (base: Base) => Promise<Prepared>,
  emit: ImageWork['emit'],
): OnSources {
  const reported = new Set<string>();
  return async (base, build) => {
    const tried: string[] = [];
    let on = base;
    let type: ArchiveProblem['type'] | undefined;
    for (;;) {
      const built = await build(on);
      if (built.type === 'ready' || built.type === 'cancelled') return built;
      const { problem, reason } = built;
      if (problem === undefined) {
        if (type === undefined || built.type === 'failed') return built;
        return exhausted(base, [...tried, reason], type, '');
      }
      type = problem.type;
      const prepared = await prepareBase(on);
      const served = prepared.type === 'ready' ? prepared.image.served : undefined;
      tried.push(served ? `${sourceText(served)}: ${problem.text}` : problem.text);
      const rest = sourcesAfter(on.sources, served);
      const [next] = rest;
      if (!next) return exhausted(base, tried, type, reason);
      if (!reported.has(sourcesKey({ ...base, sources: rest }))) {
        reported.add(sourcesKey({ ...base, sources: rest }));
        const text = `${base.id}: ${tried.at(-1) ?? ''}. Trying ${sourceText(next)} next.`;
        emit({ type: 'notice', text });
      }
      on = { ...on, sources: rest };
    }
  };
}

/** Distinguishes a base with some of its sources from the same base with others. */
export function sourcesKey({ id, sources }: Base): string {
  return `${id} ${sources.length}`;
}

function sourcesAfter(
  sources: readonly BaseSource[],
  served: BaseSource | undefined,
): readonly BaseSource[] {
  const wanted = JSON.stringify(served);
  const at = sources.findIndex((source) => JSON.stringify(source) === wanted);
  return at < 0 ? [] : sources.slice(at + 1);
}

function exhausted(
  { id }: Base,
  tried: readonly string[],
  type: ArchiveProblem['type'],
  log: string,
): Prepared {
  const sentence = `no archive of ${id} has what this row needs: ${tried.join('; ')}; ${remedy(type, id)}`;
  return { type: 'failed', inherited: true, reason: [sentence, log].filter(Boolean).join('\n') };
}
