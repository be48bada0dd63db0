/** An event in one plain line for a log; undefined for what a log need not hold. Pure. */
import { cellText } from '../report/cell-text.ts';
import { quantity } from '../text/quantity.ts';
import { visibleLine } from '../text/visible-text.ts';
import type { RunEvent } from '../run/events.ts';
import { durationText } from '../text/duration.ts';

export function describeEvent(event: RunEvent): string | undefined {
  switch (event.type) {
    case 'run-started':
      return `run ${event.id}: ${quantity(event.environments, 'environment')}, ${quantity(event.cells, 'cell')}, on ${event.engine}`;
    case 'image-started':
      return `building ${event.image}`;
    case 'image-finished': {
      if (event.outcome === 'ready') {
        return event.built ? `built ${event.image} in ${durationText(event.seconds)}` : undefined;
      }
      const why = event.reason === undefined ? '' : `: ${firstLine(event.reason)}`;
      return `${event.outcome}: ${event.image}${why}`;
    }
    case 'environment-probed': {
      const { python, libc } = event.facts;
      // The image states them, and it may be a stranger's.
      return visibleLine(
        `${event.environment}: ${python.implementation} ${python.version}, ${libc.name} ${libc.version} (${libc.package})`,
      );
    }
    case 'cell-finished': {
      const { environment, scenario, reason } = event.cell;
      const why = reason === undefined ? '' : ` (${firstLine(reason)})`;
      return `${environment}  ${scenario}  ${cellText(event.cell)}${why}`;
    }
    case 'notice':
      return event.text;
    case 'interrupted':
      return 'Interrupted: ending the trials and writing the report of what was measured.';
    case 'image-line':
    case 'cell-started':
    case 'trial-finished':
      return undefined;
  }
}

function firstLine(text: string): string {
  return visibleLine(text.split('\n', 1)[0] ?? '');
}
