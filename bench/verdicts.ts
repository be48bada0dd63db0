/**
 * How often one verdict at the default budget is right, and how long it takes: a thousand verdicts
 * (VERDICTS=n for another number) of affected cells, of a safe one, and of a control
 * (CELLS='environment scenario' for one of them; several with commas between them). Prints the
 * state every hundred verdicts, because a thousand of a safe cell take an hour.
 */
import { trialsUntilDecided } from '../src/run/measure-cell.ts';
import { tally } from '../src/verdict/tally.ts';
import { withCell } from './prepared-cell.ts';
import { median } from './statistics.ts';

const CELLS = [
  'debian-12/cpython-3.11 add/os.system',
  'debian-13/cpython-3.13 delete/os.system',
  'debian-13/cpython-3.13-musl overwrite/os.system',
  'debian-13/cpython-3.13 add/os.system',
  'debian-13/cpython-3.13 none/os.system',
];

const SAID_EVERY = 100;

export async function verdicts(): Promise<void> {
  const count = Number(process.env['VERDICTS'] ?? 1000);
  for (const cell of process.env['CELLS']?.split(',') ?? CELLS) {
    const [environment = '', scenario = ''] = cell.trim().split(/\s+/);
    await withCell(environment, scenario, async ({ engine, request }) => {
      const counts: Record<string, number> = {};
      const trialSeconds: number[] = [];
      const wallSeconds: number[] = [];
      const reasons = new Map<string, number>();
      const print = () => {
        const outcomes = Object.entries(counts).map(([verdict, number]) => `${number} ${verdict}`);
        process.stdout.write(
          `${environment} ${scenario}: ${outcomes.join(', ')} of ${wallSeconds.length}; ` +
            `${median(trialSeconds).toFixed(2)} s of trials a verdict in the median, ` +
            `${median(wallSeconds).toFixed(2)} s with containers\n`,
        );
      };
      for (let n = 1; n <= count; n += 1) {
        const began = performance.now();
        const { decision, observations } = await trialsUntilDecided(
          engine,
          request,
          new AbortController().signal,
        );
        wallSeconds.push((performance.now() - began) / 1000);
        trialSeconds.push(tally(observations).seconds);
        counts[decision.verdict] = (counts[decision.verdict] ?? 0) + 1;
        const { reason } = decision;
        if (reason !== undefined) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
        if (n % SAID_EVERY === 0 || n === count) print();
      }
      for (const [reason, times] of reasons) process.stdout.write(`  ${times} × ${reason}\n`);
    });
  }
}
