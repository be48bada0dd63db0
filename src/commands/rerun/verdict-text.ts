/** The verdict of one cell in words, for the user who ran it again. Pure. */
import { boundText, markOf, percent, symptomsOf } from '../../report/cell-text.ts';
import { SYMPTOM_WORDS } from '../../report/run-text.ts';
import type { Cell } from '../../report/schema.ts';
import { quantity } from '../../text/quantity.ts';
import { visibleLine } from '../../text/visible-text.ts';

const number = (value: number) => value.toLocaleString('en');

/**
 * The verdict with its rate or bound, what the failed calls were, and the evidence, a line each.
 *
 * @param confidence 0…1, of the rate's interval and of the bound
 */
export function verdictLines(cell: Cell, confidence: number): readonly string[] {
  const lines = [`${markOf(cell)} ${cell.verdict}: ${outcome(cell, percent(confidence, 'down'))}`];
  for (const symptom of cell.failures > 0 ? symptomsOf(cell) : []) {
    const times = cell.symptoms[symptom] ?? 0;
    lines.push(`  ${number(times)} of them: ${SYMPTOM_WORDS[symptom]}`);
  }
  const trials = `${quantity(cell.trials, 'trial')} in ${cell.seconds.toFixed(1)} s`;
  lines.push(`  measured: ${number(cell.calls)} calls in ${trials}`);
  return [...lines, ...cell.evidence.map((line) => `  ${visibleLine(line)}`)];
}

function outcome(cell: Cell, confidence: string): string {
  const { verdict, reason, failures, exposed, rate, bound, firstFailureSeconds } = cell;
  if (verdict === 'fail') {
    const interval =
      rate === null
        ? ''
        : `, ${percent(rate.value)} (between ${percent(rate.low, 'down')} and ` +
          `${percent(rate.high, 'up')} with ${confidence} confidence)`;
    const first =
      firstFailureSeconds === undefined
        ? ''
        : `, the first after ${firstFailureSeconds.toFixed(2)} s`;
    return `${number(failures)} of ${number(exposed)} exposed calls failed${interval}${first}.`;
  }
  if (verdict === 'pass' && bound !== undefined) {
    return (
      `none of ${number(exposed)} exposed calls failed. ` +
      `The failure rate is ${boundText(bound)} with ${confidence} confidence.`
    );
  }
  return visibleLine(reason ?? '');
}
