/**
 * Reads a journal. Its last record may be torn, and is then ignored. Any other invalid record makes
 * the whole journal invalid, because a lost record could have been of a failure.
 */
import { createReadStream } from 'node:fs';
import type { Observation } from '../verdict/observation.ts';
import type { Cell, ReportEnvironment } from '../report/schema.ts';
import { visibleLine } from '../text/visible-text.ts';
import { canonicalJson } from '../json-file/canonical-json.ts';
import { parseJson } from '../json-file/parse-json.ts';
import { entrySchema, type JournalEntry } from './journal-entry.ts';

/** Far above the size of a cell's evidence. */
const LONGEST_LINE_BYTES = 16 * 1024 * 1024;
/** Read, and taken apart, before everything else has a turn. */
const CHUNK_BYTES = 128 * 1024;
/** Far above a journal of 24,000 cells. */
const LARGEST_BYTES = 2 * 1024 ** 3;

/** A journal's records of a row, since it was last started over. */
export interface JournaledRow {
  /** Image and facts. */
  readonly environment: ReportEnvironment;
  readonly trials: Map<string, Observation[]>;
  /** Only of cells with trials. */
  readonly cells: Map<string, Cell>;
}

/** The contents of a journal. */
export interface JournalContent {
  readonly run: Extract<JournalEntry, { type: 'run' }>;
  /** By the environment's id; only rows whose measurement began. */
  readonly rows: ReadonlyMap<string, JournaledRow>;
  /** Whether the run finished, according to the journal. */
  readonly complete: boolean;
  /** Whether its report was written after that. */
  readonly published: boolean;
  /** Retried calls to the engine, in those parts of the run that ended properly. */
  readonly retries: number;
  /** Bytes up to the end of the last whole record. */
  readonly bytes: number;
}

type JournalRead =
  | { readonly type: 'journal'; readonly journal: JournalContent }
  /** No file, or not one whole record in it: the run died before it began. */
  | { readonly type: 'empty' }
  /** Not a journal that this program wrote; the reason names the line. */
  | { readonly type: 'invalid'; readonly reason: string };

/** Reads the journal at a path, line by line; never throws for a bad file. */
export async function readJournal(path: string): Promise<JournalRead> {
  const replay = new Replay();
  try {
    let rest: Buffer[] = [];
    let pending = 0;
    for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES })) {
      let from = 0;
      const bytes = chunk as Buffer;
      for (;;) {
        const end = bytes.indexOf(0x0a, from);
        const piece = bytes.subarray(from, end < 0 ? bytes.length : end);
        if (end < 0) {
          rest.push(piece);
          pending += piece.length;
          if (pending > LONGEST_LINE_BYTES) return invalid(replay.line + 1, 'it does not end');
          break;
        }
        const problem = replay.take(rest.length === 0 ? piece : Buffer.concat([...rest, piece]));
        if (problem !== undefined) return invalid(replay.line, problem);
        if (replay.bytes > LARGEST_BYTES) return invalid(replay.line, 'the file is too large');
        rest = [];
        pending = 0;
        from = end + 1;
      }
      // So that a long journal does not hold up everything else.
      await new Promise((resolve) => setImmediate(resolve));
    }
    return replay.end();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { type: 'empty' };
    if (!(error instanceof Error && 'code' in error)) throw error;
    return { type: 'invalid', reason: `it cannot be read: ${error.message}` };
  }
}

function invalid(line: number, reason: string): JournalRead {
  return { type: 'invalid', reason: visibleLine(`line ${line}: ${reason}`) };
}

/** Plays the entries of a journal, one after the other. */
class Replay {
  line = 0;
  bytes = 0;
  #run: Extract<JournalEntry, { type: 'run' }> | undefined;
  readonly #rows = new Map<string, JournaledRow>();
  #complete = false;
  #published = false;
  #retries = 0;

  /** @returns why the line is not the next record of a journal; undefined if it is */
  take(line: Buffer): string | undefined {
    this.line += 1;
    this.bytes += line.length + 1;
    const read = parseJson(line.toString('utf8'), entrySchema);
    return read.ok ? this.#play(read.value) : read.error[0];
  }

  end(): JournalRead {
    if (!this.#run) return { type: 'empty' };
    return {
      type: 'journal',
      journal: {
        run: this.#run,
        rows: this.#rows,
        complete: this.#complete,
        published: this.#published,
        retries: this.#retries,
        bytes: this.bytes,
      },
    };
  }

  #play(entry: JournalEntry): string | undefined {
    if (entry.type === 'run') {
      if (this.#run) return 'a run begins in the middle of another one';
      this.#run = entry;
      return undefined;
    }
    if (!this.#run) return 'the first record is not that of a run';
    switch (entry.type) {
      case 'resumed':
        this.#complete = false;
        this.#published = false;
        return undefined;
      case 'row':
        return this.#row(entry.environment);
      case 'trial':
        return this.#trial(entry);
      case 'cell':
        return this.#cell(entry.cell);
      case 'anew':
        this.#anew(entry);
        return undefined;
      case 'end':
        this.#complete = entry.complete;
        this.#retries += entry.retries;
        return undefined;
      case 'published':
        this.#published = true;
        return undefined;
    }
  }

  #row(environment: ReportEnvironment): string | undefined {
    const before = this.#rows.get(environment.id);
    if (before === undefined) {
      this.#rows.set(environment.id, { environment, trials: new Map(), cells: new Map() });
      return undefined;
    }
    return sameImage(before.environment, environment)
      ? undefined
      : `the row ${environment.id} changes its image without being measured from scratch`;
  }

  #trial({ environment, scenario, observation }: Extract<JournalEntry, { type: 'trial' }>) {
    const row = this.#rows.get(environment);
    if (!row) return `a trial of the row ${environment} comes before its image`;
    if (row.cells.has(scenario)) {
      return `a trial of ${environment} ${scenario} comes after its cell is decided`;
    }
    const trials = row.trials.get(scenario) ?? [];
    trials.push(observation);
    row.trials.set(scenario, trials);
    return undefined;
  }

  #cell(cell: Cell): string | undefined {
    const row = this.#rows.get(cell.environment);
    // An error without a trial has another cause, which is checked again.
    if (!row?.trials.has(cell.scenario)) {
      return cell.trials === 0
        ? undefined
        : `the cell ${cell.environment} ${cell.scenario} has trials that are missing`;
    }
    if (row.cells.has(cell.scenario)) {
      return `the cell ${cell.environment} ${cell.scenario} is decided twice`;
    }
    row.cells.set(cell.scenario, cell);
    return undefined;
  }

  #anew({ environment, scenario }: Extract<JournalEntry, { type: 'anew' }>): void {
    if (scenario === undefined) {
      this.#rows.delete(environment);
      return;
    }
    const row = this.#rows.get(environment);
    row?.trials.delete(scenario);
    row?.cells.delete(scenario);
  }
}

/** Whether two rows were measured in the same image, and found the same in it. Pure. */
export function sameImage(a: ReportEnvironment, b: ReportEnvironment): boolean {
  // A journal of before platforms were measured does not have them, and is none of another image for that.
  const isMeasured = a.platform !== undefined && b.platform !== undefined;
  const { image: imageA, platform: platformA, ...factsA } = a;
  const { image: imageB, platform: platformB, ...factsB } = b;
  return (
    imageA !== undefined &&
    imageA.id === imageB?.id &&
    imageA.fingerprint === imageB.fingerprint &&
    canonicalJson(factsA) === canonicalJson(factsB) &&
    (!isMeasured || canonicalJson(platformA) === canonicalJson(platformB))
  );
}
