/**
 * How often one verdict at the default budget finds what is there, and how long it takes: a thousand
 * verdicts (VERDICTS=n for another number) of affected cells, of a safe one, and of a control.
 */
import { trialsUntilDecided } from '../src/run/measure-cell.ts';
import { tally } from '../src/verdict/tally.ts';
import { withCell } from './prepared-cell.ts';
import { median } from './statistics.ts';

const CELLS = [
  ['debian-12/cpython-3.11', 'add/os.system'],
  ['debian-13/cpython-3.13', 'delete/os.system'],
  ['debian-13/cpython-3.13-musl', 'overwrite/os.system'],
  ['debian-13/cpython-3.13', 'add/os.system'],
  ['debian-13/cpython-3.13', 'none/os.system'],
] as const;

export async function verdicts(): Promise<void> {
  const count = Number(process.env['VERDICTS'] ?? 1000);
  for (const [environment, scenario] of CELLS) {
    await withCell(environment, scenario, async ({ engine, request }) => {
      const counts: Record<string, number> = {};
      const trialSeconds: number[] = [];
      const wallSeconds: number[] = [];
      const reasons: string[] = [];
      for (let n = 0; n < count; n += 1) {
        const began = performance.now();
        const { decision, observations } = await trialsUntilDecided(
          engine,
          request,
          new AbortController().signal,
        );
        wallSeconds.push((performance.now() - began) / 1000);
        trialSeconds.push(tally(observations).seconds);
        counts[decision.verdict] = (counts[decision.verdict] ?? 0) + 1;
        if (decision.reason !== undefined) reasons.push(decision.reason);
      }
      process.stdout.write(
        `${environment} ${scenario}: ${Object.entries(counts)
          .map(([verdict, number]) => `${number} ${verdict}`)
          .join(', ')} of ${count}; ` +
          `${median(trialSeconds).toFixed(2)} s of trials a verdict in the median, ` +
          `${median(wallSeconds).toFixed(2)} s with containers\n`,
      );
      for (const reason of new Set(reasons)) process.stdout.write(`  ${reason}\n`);
    });
  }
}
