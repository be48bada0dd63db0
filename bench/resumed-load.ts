/** The part of the load benchmark that resumes its run: `MATRIX FOLDER-OF-THE-RUN`. Sends its steps to its parent. */
import { stat } from 'node:fs/promises';
import { loadPlan } from '../src/app/load-plan.ts';
import { journalPath } from '../src/run/journal.ts';
import { readJournal } from '../src/run/read-journal.ts';
import { restore } from '../src/run/restore.ts';
import { MEGABYTE, Stopwatch } from './stopwatch.ts';

const [matrix = '', run = ''] = process.argv.slice(2);
const stopwatch = new Stopwatch();
const { plan } = await loadPlan({ matrix, group: undefined, only: [], skip: [] });
const planning = await stopwatch.print('resuming, in a process of its own: planning again');

const read = await readJournal(journalPath(run));
if (read.type !== 'journal') throw new Error(`the journal is ${read.type}`);
const { size } = await stat(journalPath(run));
const reading = await stopwatch.print(`reading a journal of ${(size / MEGABYTE).toFixed(0)} MB`);

const restored = restore(plan, read.journal);
if (restored.type !== 'restored') throw new Error(restored.reason);
const finished = [...restored.rows.values()].filter((row) => row.finished).length;
const deciding = await stopwatch.print(`deciding ${finished} rows again from it`);

process.send?.([planning, reading, deciding]);
